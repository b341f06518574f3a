import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const cleanups = new Set<() => void>();
let hooked = false;
let stopGently: (() => void) | undefined;

/**
 * Runs `cleanup` if this process ends before the returned function was called: by returning, by `process.exit`, by an
 * exception, or by SIGINT, SIGTERM or SIGHUP. It must be synchronous.
 */
export function atExit(cleanup: () => void): () => void {
  if (!hooked) {
    hooked = true;
    process.once("exit", () => {
      for (const each of [...cleanups].reverse()) {
        try {
          each();
        } catch {
          // The others still have to run.
        }
      }
    });
    for (const [signal, number] of [
      ["SIGINT", 2],
      ["SIGTERM", 15],
      ["SIGHUP", 1],
    ] as const) {
      process.on(signal, () => {
        if (!stopGently) process.exit(128 + number);
        stopGently();
        stopGently = undefined; // who asks twice means it
      });
    }
  }
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP, which then does not end the process; the second one does. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const keepAlive = setInterval(() => undefined, 60_000);
    stopGently = () => {
      clearInterval(keepAlive);
      resolve();
    };
  });
}

/** A folder of this run, mode 0700, under the system's temporary folder; `remove` is also called at exit. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `caseclock-${name}-`));
  const rm = (): void => {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const forget = atExit(rm);
  return {
    path: folder,
    remove: () => {
      forget();
      rm();
    },
  };
}

/** Resolves after `ms`; does not keep the process alive. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Polls `probe` until it gives something. @throws after `timeoutMs`, naming `what` was awaited */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    // A referenced timer: while somebody waits, the process has something to live for.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** `promise`, or a rejection naming `what` after `timeoutMs`. */
export async function within<T>(what: string, promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what}: no answer within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program to its end; gives what it printed. @throws with its output if it fails */
export function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else
        reject(
          new Error(`${program} ${args.slice(0, 3).join(" ")} ended with ${code ?? signal ?? "?"}\n${stdout}${stderr}`),
        );
    });
  });
}

/** A long-running program in a process group of its own, ended with everything it started. */
export class Service {
  readonly child: ChildProcess;
  /** Settles when the program itself has ended. */
  readonly exited: Promise<string>;
  readonly #forget: () => void;
  readonly #lines: ((line: string) => void)[] = [];
  #output = "";

  constructor(program: string, args: readonly string[], options: SpawnOptions = {}) {
    const child = spawn(program, args, {
      ...options,
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    this.exited = new Promise((resolve) => {
      child.once("error", (error) => {
        resolve(error.message);
      });
      child.once("exit", (code, signal) => {
        resolve(`ended with ${code ?? signal ?? "?"}`);
      });
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", this.#read);
    this.#forget = atExit(() => {
      this.#kill("SIGKILL");
    });
  }

  /** Everything the program printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The first match of `pattern` in the output, past or to come. @throws if the program ends first, or is late */
  async match(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      const look = (): void => {
        const match = pattern.exec(this.#output);
        if (match) resolve(match);
      };
      this.#lines.push(look);
      look();
    });
    const ended = this.exited.then((how) => {
      throw new Error(`${how} before it said ${String(pattern)}\n${this.#output}`);
    });
    return within(String(pattern), Promise.race([found, ended]), timeoutMs);
  }

  /** Ends the whole group: politely, and after `graceMs` not so. */
  async stop(graceMs = 3000): Promise<void> {
    this.#kill("SIGTERM");
    await Promise.race([this.exited, sleep(graceMs)]);
    this.#kill("SIGKILL"); // what it started may outlive it
    this.#forget();
  }

  readonly #read = (data: Buffer): void => {
    this.#output += data.toString();
    for (const look of this.#lines) look(data.toString());
  };

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      this.child.kill(signal); // no such group: it has ended, or groups do not exist here
    }
  }
}
