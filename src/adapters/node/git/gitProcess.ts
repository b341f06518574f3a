import path from "node:path";
import { GitError, GitPluginError, simpleGit, type SimpleGit } from "simple-git";
import { t } from "../../../base/text.ts";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";

/** A git that is silent for this long is ended. */
const SILENCE_MS = 10_000;
const MAX_PROCESSES = 2;

/**
 * The environment variables that git gets: enough to find itself, the person's configuration and their signing keys.
 * Whatever points git elsewhere (GIT_DIR, GIT_INDEX_FILE) or makes it run something (GIT_ASKPASS, PAGER, EDITOR) stays out.
 */
const SEEN_BY_GIT =
  /^(PATH|PATHEXT|HOME|HOMEDRIVE|HOMEPATH|USERPROFILE|USERNAME|USER|XDG_CONFIG_HOME|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|SYSTEMROOT|WINDIR|COMSPEC|TEMP|TMP|TMPDIR|LD_LIBRARY_PATH|SSH_AUTH_SOCK|GNUPGHOME)$/i;
const CONFIG_FILES = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];

/** How a git process ended: status 0 is success, whatever it printed. */
export type GitOutcome =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly status: number; readonly said: string };

/**
 * Runs git for reading, in any folder: at most two at a time, without the index lock, a prompt, a pager or a terminal,
 * and without the network (from git 2.44 on: missing objects of a partial clone are not fetched).
 * Arguments are constants, or stand after `--end-of-options` or `--`.
 */
export class GitProcess {
  private readonly git: SimpleGit;
  private version: Promise<string> | undefined;

  /** @param binary the program: a name to be found in PATH or a path, from the person's own settings */
  constructor(binary: string, silenceMs = SILENCE_MS) {
    this.git = simpleGit({
      // A folder that always exists: otherwise a missing folder could not be told from a missing git.
      baseDir: path.parse(process.execPath).root,
      binary,
      maxConcurrentProcesses: MAX_PROCESSES,
      timeout: { block: silenceMs },
      // Without this, long output is cut off 50 ms after git has ended.
      completion: { onClose: true, onExit: false },
      allowEnvironment: [...CONFIG_FILES, "GIT_TERMINAL_PROMPT", "GIT_NO_LAZY_FETCH"],
      // A path such as `C:\Program Files\Git\bin\git.exe`, and the person's own GIT_CONFIG_GLOBAL, are refused otherwise.
      unsafe: { allowUnsafeCustomBinary: true, allowUnsafeConfigPaths: true },
      errors: (error, { exitCode, stdErr }) =>
        exitCode === 0 || error instanceof GitPluginError
          ? error
          : new ExitError(exitCode, Buffer.concat(stdErr).toString("utf8").trim()),
    }).env(environment());
  }

  /**
   * Runs git and returns how it ended.
   * @param folder absolute
   * @throws CaseclockError `git.missing` when there is no git; `git.failed` when there is no such folder or git was ended for its silence
   */
  async attempt(folder: string, args: readonly string[]): Promise<GitOutcome> {
    try {
      const output = await this.git.cwd({ path: folder, root: false }).raw(["--no-optional-locks", ...args]);
      return { ok: true, output };
    } catch (error) {
      if (!(error instanceof ExitError)) {
        throw new CaseclockError("git.failed", `git ${args[0] ?? ""}: ${toErrorMessage(error)}`, { cause: error });
      }
      // Negative: the system's error number for a program that could not start.
      if (error.status < 0) throw new CaseclockError("git.missing", t("git could not be started"), { cause: error });
      return { ok: false, status: error.status, said: error.message };
    }
  }

  /** Whether this git has that version or a newer one; asked once. @throws CaseclockError `git.missing` | `git.failed` */
  async isSince(major: number, minor: number): Promise<boolean> {
    const asked = (this.version ??= this.output(path.parse(process.execPath).root, ["version"]));
    try {
      const [, ofMajor = 0, ofMinor = 0] = /(\d+)\.(\d+)/.exec(await asked)?.map(Number) ?? [];
      return ofMajor > major || (ofMajor === major && ofMinor >= minor);
    } catch (error) {
      this.version = undefined;
      throw error;
    }
  }

  /**
   * The output of git.
   * @throws CaseclockError `git.missing`, or `git.failed` on any status but 0
   */
  async output(folder: string, args: readonly string[]): Promise<string> {
    const outcome = await this.attempt(folder, args);
    if (!outcome.ok) throw new CaseclockError("git.failed", `git ${args[0] ?? ""}: ${outcome.said}`);
    return outcome.output;
  }

  /**
   * The output of git; undefined when it ends with status 1, which means that there is no such thing.
   * @throws CaseclockError `git.missing`, or `git.failed` on any other status
   */
  async answer(folder: string, args: readonly string[]): Promise<string | undefined> {
    const outcome = await this.attempt(folder, args);
    if (outcome.ok) return outcome.output;
    if (outcome.status === 1) return undefined;
    throw new CaseclockError("git.failed", `git ${args[0] ?? ""}: ${outcome.said}`);
  }
}

/** Extends the error class of simple-git, which turns every other error into text. */
class ExitError extends GitError {
  readonly status: number;

  constructor(status: number, said: string) {
    super(undefined, said);
    this.status = status;
  }
}

function environment(): Record<string, string> {
  const env: Record<string, string> = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1" };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (SEEN_BY_GIT.test(name) || CONFIG_FILES.includes(name))) env[name] = value;
  }
  return env;
}
