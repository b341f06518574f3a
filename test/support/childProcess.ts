import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

const SOURCE = new URL("../../src/", import.meta.url);

/** Another process that runs a module's text; the files of `src` it imports are named `src:adapters/node/…`. */
export class ChildProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly exited: Promise<unknown>;
  private output = "";
  private errors = "";

  /** @param as the user that it runs as, and its environment; the same as ours unless given */
  constructor(script: string, { uid, env }: { readonly uid?: number; readonly env?: NodeJS.ProcessEnv } = {}) {
    // Another user may not be able to read the checkout: it becomes that user once all it imports is there.
    const become = uid === undefined ? "" : `process.setgroups([]); process.setuid(${String(uid)});\n`;
    const text = become + script.replaceAll("src:", SOURCE.href);
    const flags = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--input-type=module", "--eval", text];
    this.child = spawn(process.execPath, flags, {
      stdio: ["pipe", "pipe", "pipe"],
      ...(env === undefined ? {} : { env }),
    });
    this.child.stdout.on("data", (data: Buffer) => (this.output += data.toString()));
    this.child.stderr.on("data", (data: Buffer) => (this.errors += data.toString()));
    this.exited = once(this.child, "close");
  }

  /** Waits until it has written `text`. */
  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      await Promise.race([once(this.child.stdout, "data"), this.exited]);
      if (this.child.exitCode !== null && !this.output.includes(text)) throw new Error(`it ended: ${this.errors}`);
    }
  }

  /** Ends its input, which is how it is told to go on. */
  goOn(): void {
    this.child.stdin.end();
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** What it wrote until its end. */
  async end(): Promise<string> {
    await this.exited;
    if (this.child.exitCode !== 0 && this.child.signalCode === null) throw new Error(this.errors);
    return this.output;
  }
}
