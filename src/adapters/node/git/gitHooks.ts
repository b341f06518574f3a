import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { t } from "../../../base/text.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import { findManager } from "./hookManagers.ts";
import { HOOK_EVENTS, hookScript, recognizeHook, type HookEvent } from "./gitHookScript.ts";

/** What the hooks folder holds. */
export type HookFilesState =
  | { readonly state: "installed" }
  | { readonly state: "absent" }
  | {
      readonly state: "inTheWay";
      readonly reason: "hooksPath" | "foreignHook";
      readonly path: string;
      /** Text of a foreign hook. */
      readonly text?: string;
    };

interface HookFile {
  readonly event: HookEvent;
  readonly file: string;
  /** Its text when it is ours; undefined when there is none. */
  readonly text: string | undefined;
  /** Something else is there: a foreign or edited file, a link, a folder, or an unreadable file. */
  readonly foreign: boolean;
  /** Its text, when it is not ours. */
  readonly says?: string;
  readonly runs: boolean;
}

/** What hook managers rename an existing file to: pre-commit goes on running it, lefthook does not. */
const MOVED_AND_RUN = ".legacy";
const MOVED_AWAY = ".old";

/**
 * The message hooks as files in a repository's hooks folder, shared by all its work trees. They are installed only where
 * `core.hooksPath` is unset in every scope, the folder is a real one, and neither file exists; ours may be replaced.
 * A file that somebody has edited is no longer ours.
 */
export class GitHooks {
  private readonly folder: string;
  private readonly hooksPath: string | undefined;

  /**
   * @param commonDir absolute
   * @param hooksPath `core.hooksPath`, undefined when unset
   */
  constructor(commonDir: string, hooksPath: string | undefined) {
    this.folder = path.join(commonDir, "hooks");
    this.hooksPath = hooksPath;
  }

  /** `installed`: both files as this version writes them; older ones, or only one of the two, count as `absent`. */
  async state(): Promise<HookFilesState> {
    if (this.hooksPath !== undefined) return { state: "inTheWay", reason: "hooksPath", path: this.hooksPath };
    const folder = await readKind(this.folder);
    // A link leads to hooks elsewhere, often among the tracked files.
    if (folder === "other") return { state: "inTheWay", reason: "hooksPath", path: this.folder };
    const files = await this.files();
    const foreign = files.find((file) => file.foreign);
    if (foreign !== undefined) {
      return { state: "inTheWay", reason: "foreignHook", path: foreign.file, text: foreign.says ?? "" };
    }
    const isCurrent = ({ event, text, runs }: HookFile): boolean =>
      runs && text !== undefined && text === hookScript(event, recognizeHook(text).madeFolder);
    return { state: files.every(isCurrent) ? "installed" : "absent" };
  }

  /** @throws CaseclockError `tagging.hookInTheWay`; then nothing was changed */
  async install(): Promise<void> {
    const state = await this.state();
    if (state.state === "inTheWay") throw inTheWay(state.path);
    const files = await this.files();
    const madeFolder = await this.ensureFolder(files);
    const added: string[] = [];
    try {
      for (const { event, file, text } of files) {
        const wanted = hookScript(event, madeFolder);
        if (text === undefined) {
          await putNew(file, wanted);
          added.push(file);
        } else {
          await replace(file, wanted);
        }
      }
    } catch (error) {
      for (const file of added) await fs.rm(file, { force: true });
      await this.removeFolder(madeFolder);
      throw error;
    }
  }

  /** Removes our files, and the folder if it was made for them and is empty otherwise. */
  async remove(): Promise<void> {
    if ((await readKind(this.folder)) !== "folder") return;
    let madeFolder = false;
    for (const { file, text } of await this.files()) {
      if (text === undefined) continue;
      madeFolder ||= recognizeHook(text).madeFolder;
      await fs.rm(file);
    }
    for (const event of HOOK_EVENTS) {
      const moved = path.join(this.folder, event + MOVED_AWAY);
      if (recognizeHook(await readTextIfPossible(moved)).ours) await fs.rm(moved);
    }
    await this.removeFolder(madeFolder);
  }

  private files(): Promise<HookFile[]> {
    return Promise.all(
      HOOK_EVENTS.map(async (event) => {
        const file = path.join(this.folder, event);
        const kind = await readKind(file);
        if (kind === "none") return { event, file, text: undefined, foreign: false, runs: false };
        const text = kind === "file" ? await readTextIfPossible(file) : "";
        if (recognizeHook(text).ours) return { event, file, text, foreign: false, runs: await isExecutable(file) };
        const moved = file + MOVED_AND_RUN;
        const before = findManager(file, text) === "pre-commit" ? await readTextIfPossible(moved) : "";
        if (!recognizeHook(before).ours)
          return { event, file, text: undefined, foreign: true, says: text, runs: false };
        return { event, file: moved, text: before, foreign: false, runs: await isExecutable(moved) };
      }),
    );
  }

  /** Makes the folder if it is missing. Whether it exists because of us, from now or from before. */
  private async ensureFolder(files: readonly HookFile[]): Promise<boolean> {
    if ((await readKind(this.folder)) === "folder") {
      return files.some(({ text }) => text !== undefined && recognizeHook(text).madeFolder);
    }
    await fs.mkdir(this.folder);
    return true;
  }

  private async removeFolder(madeByUs: boolean): Promise<void> {
    if (!madeByUs) return;
    await fs.rmdir(this.folder).catch(() => undefined); // somebody else keeps something in it by now
  }
}

function inTheWay(file: string): CaseclockError {
  return new CaseclockError("tagging.hookInTheWay", t("not touched: {0}", file));
}

async function readKind(file: string): Promise<"none" | "file" | "folder" | "other"> {
  try {
    const stat = await fs.lstat(file);
    return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other";
  } catch (error) {
    if (readCode(error) === "ENOENT") return "none";
    throw error;
  }
}

/** Text of a file; empty when it cannot be read, for then it is not ours. */
async function readTextIfPossible(file: string): Promise<string> {
  return fs.readFile(file, "utf8").catch(() => "");
}

async function isExecutable(file: string): Promise<boolean> {
  // Windows has no such mode: there git goes by the first line.
  return fs.access(file, fs.constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Creates a file atomically and executable, never over one that has appeared meanwhile. */
async function putNew(file: string, text: string): Promise<void> {
  const temporary = await writeTemporary(file, text);
  try {
    await fs.link(temporary, file);
  } catch (error) {
    if (readCode(error) === "EEXIST") throw inTheWay(file);
    // A file system without hard links: the gap between the check and the rename is accepted.
    if ((await readKind(file)) !== "none") throw inTheWay(file);
    await fs.rename(temporary, file);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

/** Replaces one of our files atomically, executable; a commit that is running it goes on with the old text. */
export async function replace(file: string, text: string): Promise<void> {
  const temporary = await writeTemporary(file, text);
  try {
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

async function writeTemporary(file: string, text: string): Promise<string> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await fs.writeFile(temporary, text, { mode: 0o755, flag: "wx" });
  return temporary;
}

function readCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
