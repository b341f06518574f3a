import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { CaseclockError } from "../../domain/errors.ts";
import type { HookState } from "../../ports/git.ts";
import { HOOK_EVENTS, hookScript, recogniseHook, type HookEvent } from "./gitHookScript.ts";

interface HookFile {
  readonly event: HookEvent;
  readonly file: string;
  /** Its text when it is ours; undefined when there is none. */
  readonly text: string | undefined;
  /** It is something else: not ours, edited, a link, a folder, or not to be read. */
  readonly foreign: boolean;
}

/**
 * The message hooks as files in a repository's hooks folder, shared by all its work trees. They are put there only where
 * `core.hooksPath` is unset in every scope, the folder is a real one, and neither file exists; ours may be replaced.
 * A file that was edited since is no longer ours.
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

  /** `installed` means both files as this version writes them; with older ones, or one only, it is `absent`. */
  async state(): Promise<HookState> {
    if (this.hooksPath !== undefined) return { state: "inTheWay", reason: "hooksPath", path: this.hooksPath };
    const folder = await kindOf(this.folder);
    // A link leads to hooks that live elsewhere, often among the tracked files.
    if (folder === "other") return { state: "inTheWay", reason: "hooksPath", path: this.folder };
    const files = await this.files();
    const foreign = files.find((file) => file.foreign);
    if (foreign !== undefined) return { state: "inTheWay", reason: "foreignHook", path: foreign.file };
    const isCurrent = ({ event, text }: HookFile): boolean =>
      text !== undefined && text === hookScript(event, recogniseHook(text).madeFolder);
    return { state: files.every(isCurrent) ? "installed" : "absent" };
  }

  /** @throws CaseclockError `tagging.hookInTheWay`; nothing was changed then */
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

  /** Takes away what is ours, and the folder if it was made for that and nothing else is in it. */
  async remove(): Promise<void> {
    if ((await kindOf(this.folder)) !== "folder") return;
    let madeFolder = false;
    for (const { file, text } of await this.files()) {
      if (text === undefined) continue;
      madeFolder ||= recogniseHook(text).madeFolder;
      await fs.rm(file);
    }
    await this.removeFolder(madeFolder);
  }

  private files(): Promise<HookFile[]> {
    return Promise.all(
      HOOK_EVENTS.map(async (event) => {
        const file = path.join(this.folder, event);
        const kind = await kindOf(file);
        if (kind === "none") return { event, file, text: undefined, foreign: false };
        const text = kind === "file" ? await fs.readFile(file, "utf8").catch(() => "") : ""; // unreadable: not ours
        const { ours } = recogniseHook(text);
        return { event, file, text: ours ? text : undefined, foreign: !ours };
      }),
    );
  }

  /** Makes the folder where it is missing; tells whether it is there because of us, now or from before. */
  private async ensureFolder(files: readonly HookFile[]): Promise<boolean> {
    if ((await kindOf(this.folder)) === "folder") {
      return files.some(({ text }) => text !== undefined && recogniseHook(text).madeFolder);
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
  return new CaseclockError("tagging.hookInTheWay", `not touched: ${file}`);
}

async function kindOf(file: string): Promise<"none" | "file" | "folder" | "other"> {
  try {
    const stat = await fs.lstat(file);
    return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other";
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "none";
    throw error;
  }
}

/** Puts a new file in place, whole and executable, and never over one that appeared meanwhile. */
async function putNew(file: string, text: string): Promise<void> {
  const temporary = await writeTemporary(file, text);
  try {
    await fs.link(temporary, file);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw inTheWay(file);
    // A file system without hard links: the moment between the look and the rename is accepted.
    if ((await kindOf(file)) !== "none") throw inTheWay(file);
    await fs.rename(temporary, file);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

/** Replaces a file of ours; a commit that runs it now ends with the old text. */
async function replace(file: string, text: string): Promise<void> {
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

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
