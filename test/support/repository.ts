import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { HOOK_EVENTS, hookScript, MARKER_FILE } from "../../src/adapters/node/git/gitHookScript.ts";
import { markerText } from "../../src/adapters/node/git/gitMarker.ts";

/** What a program said and how it ended. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a status other than 0 is an outcome, not an error. */
export function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  input = "",
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(new Error(`${file} did not run`, { cause: error }));
      else resolve({ status: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
    child.stdin?.on("error", () => {
      // A program that ends without reading its input closes the pipe; its status tells what came of it.
    });
    child.stdin?.end(input);
  });
}

/** A git other than the one on the PATH, to be tried as well: `CASECLOCK_GIT`, the path of the program. */
const OTHER_GIT = process.env["CASECLOCK_GIT"];

/** Whether the git that tests run is of this version or newer. */
export function isGitSince(major: number, minor: number): boolean {
  const said = execFileSync(OTHER_GIT ?? "git", ["version"], { encoding: "utf8" });
  const [, ofMajor = 0, ofMinor = 0] = /(\d+)\.(\d+)/.exec(said)?.map(Number) ?? [];
  return ofMajor > major || (ofMajor === major && ofMinor >= minor);
}

/** A folder with repositories and a home of its own: nothing of the machine's git configuration is seen. */
export class Sandbox {
  readonly folder: string;
  readonly home: string;
  private readonly programs: readonly string[];

  private constructor(folder: string, programs: readonly string[]) {
    this.folder = folder;
    this.home = path.join(folder, "home");
    this.programs = programs;
  }

  /** @param programs folders to look for programs in before those of PATH; that of the other git unless given */
  static async create(programs = OTHER_GIT === undefined ? [] : [path.dirname(OTHER_GIT)]): Promise<Sandbox> {
    const folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), "caseclock-git-")));
    const sandbox = new Sandbox(folder, programs);
    await fs.mkdir(sandbox.home);
    await fs.writeFile(
      path.join(sandbox.home, ".gitconfig"),
      "[user]\n\tname = Ann Own\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n" +
        '[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n[commit]\n\tgpgSign = false\n',
    );
    return sandbox;
  }

  get env(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !/^(GIT_|XDG_|EDITOR$|VISUAL$|LC_|LANG)/.test(name));
    const { PATH = "" } = process.env;
    return {
      ...Object.fromEntries(kept),
      PATH: [...this.programs, PATH].join(path.delimiter),
      HOME: this.home,
      GIT_CONFIG_GLOBAL: path.join(this.home, ".gitconfig"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
    };
  }

  /** Makes a repository of that name; options go to `git init`. */
  async repository(name = "work", ...options: string[]): Promise<TestRepository> {
    const root = path.join(this.folder, name);
    await fs.mkdir(root, { recursive: true });
    const repository = new TestRepository(this, root);
    await repository.git("init", "-q", ...options);
    return repository;
  }

  /** The work tree of that name, made by git itself. */
  at(name: string): TestRepository {
    return new TestRepository(this, path.join(this.folder, name));
  }

  /** Runs something that reads this process's environment with the sandbox's. */
  within<T>(make: () => T): T {
    const before = { ...process.env };
    Object.assign(process.env, this.env);
    try {
      return make();
    } finally {
      for (const name of Object.keys(this.env)) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
      }
    }
  }

  async dispose(): Promise<void> {
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}

/** A work tree for tests, driven by the real git. */
export class TestRepository {
  readonly sandbox: Sandbox;
  readonly root: string;

  constructor(sandbox: Sandbox, root: string) {
    this.sandbox = sandbox;
    this.root = root;
  }

  /** Another work tree of the same sandbox. */
  at(root: string): TestRepository {
    return new TestRepository(this.sandbox, root);
  }

  /** Runs git here and gives its output; throws on any status but 0. */
  async git(...args: string[]): Promise<string> {
    const outcome = await this.tryGit(args);
    if (outcome.status !== 0) throw new Error(`git ${args.join(" ")}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  tryGit(args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): Promise<Outcome> {
    return run("git", args, this.root, { ...this.sandbox.env, ...env }, input);
  }

  /** Commits all there is with an editor that runs a shell command on the message file. */
  edit(command: string, ...args: string[]): Promise<Outcome> {
    return this.tryGit(["commit", "-q", "--allow-empty", ...args], { GIT_EDITOR: `f() { ${command} ; }; f` });
  }

  /** Makes an empty commit with this message, given by `-F -`, and gives its sha. */
  async commit(message: string, ...args: string[]): Promise<string> {
    const outcome = await this.tryGit(["commit", "-q", "--allow-empty", ...args, "-F", "-"], {}, message);
    if (outcome.status !== 0) throw new Error(outcome.stderr);
    return this.head();
  }

  async head(): Promise<string> {
    return (await this.git("rev-parse", "HEAD")).trim();
  }

  /** The raw message of a commit. */
  async message(revision = "HEAD"): Promise<string> {
    const raw = await this.git("cat-file", "commit", revision);
    return raw.slice(raw.indexOf("\n\n") + 2);
  }

  /** The values of `Case-Id` in a commit, as git reads them. */
  async caseIds(revision = "HEAD"): Promise<readonly string[]> {
    const text = await this.git("log", "-1", "--format=%(trailers:key=Case-Id,valueonly)", revision);
    return text.split("\n").filter(Boolean);
  }

  async write(name: string, text: string): Promise<void> {
    await fs.mkdir(path.dirname(path.join(this.root, name)), { recursive: true });
    await fs.writeFile(path.join(this.root, name), text);
  }

  async gitDir(): Promise<string> {
    return (await this.git("rev-parse", "--absolute-git-dir")).trim();
  }

  async commonDir(): Promise<string> {
    return path.resolve(this.root, (await this.git("rev-parse", "--git-common-dir")).trim());
  }

  /** Puts the hook in place by hand, to run under a shell of choice. */
  async hook(shell = "/bin/sh"): Promise<void> {
    const folder = path.join(await this.commonDir(), "hooks");
    await fs.mkdir(folder, { recursive: true });
    for (const event of HOOK_EVENTS) {
      const text = hookScript(event, false).replace("#!/bin/sh", `#!${shell}`);
      await fs.writeFile(path.join(folder, event), text, { mode: 0o755 });
    }
  }

  /** Writes a marker valid for an hour, or with `validMs`, that long. */
  async mark(
    caseKey: string,
    options: Partial<Parameters<typeof markerText>[0]> & { readonly validMs?: number } = {},
  ): Promise<void> {
    const { validMs = 3_600_000, ...facts } = options;
    await this.markRaw(
      markerText({
        caseKey,
        trailer: "Case-Id",
        commentString: "#",
        cleanup: "default",
        template: undefined,
        ...facts,
      }),
      validMs,
    );
  }

  async markRaw(text: string, validMs = 3_600_000): Promise<void> {
    const file = path.join(await this.gitDir(), MARKER_FILE);
    await fs.writeFile(file, text);
    const until = new Date(Date.now() + validMs);
    await fs.utimes(file, until, until);
  }
}
