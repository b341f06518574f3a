import { t } from "../../base/text.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { HookState, WorkTree } from "../../ports/git.ts";
import {
  HOOK_EVENTS,
  hookScript,
  MARKER_FILE,
  recognizeHook,
  SCRIPT_FILE,
  sharedScript,
} from "../node/git/gitHookScript.ts";
import { readHookConfig } from "../node/git/hookConfig.ts";
import { findLastValue, parseConfig, type ConfigValue } from "./configText.ts";
import { addHookSections, removeHookSections } from "../node/git/hookSections.ts";
import { readText, readUpTo, type RemoteFiles } from "./remoteFiles.ts";

const MAX_CONFIG_BYTES = 512 * 1024;
/** The folder of the hook files that a person may copy into the hooks folder. Git does not look there. */
const OFFERED_FOLDER = "caseclock-hooks";

/**
 * The message hooks of a repository on another machine, as sections of its configuration: only text can be written,
 * because no program can be run there and no file made executable. Git runs the sections from 2.54 on. For an older git,
 * two hook files are prepared, and the person gets the command that installs them.
 */
export class RemoteHooks {
  private readonly files: RemoteFiles;

  constructor(files: RemoteFiles) {
    this.files = files;
  }

  async state(tree: WorkTree): Promise<HookState> {
    const { values } = parseConfig((await this.config(tree)) ?? "");
    const { sections, switchedOff } = readHookConfig(values);
    if (sections !== "none" && switchedOff !== undefined) return { state: "switchedOff", key: switchedOff };
    const inFolder = await this.inFolder(tree);
    if (inFolder === "ours" && sections === "none" && !hasHooksPath(values)) {
      return { state: "installed", by: "files" };
    }
    const script = await readText(this.files, this.files.resolve(tree.gitDir, SCRIPT_FILE));
    if (sections !== "current" || script !== sharedScript()) return { state: "absent" };
    const isFree = inFolder === "nothing" && !hasHooksPath(values);
    return { state: "installed", by: "remote", otherwise: isFree ? this.command(tree) : undefined };
  }

  /** @throws CaseclockError `git.failed` if the configuration cannot be parsed; then nothing was changed */
  async install(tree: WorkTree): Promise<void> {
    const { files } = this;
    const config = await this.config(tree);
    if (config === undefined || parseConfig(config).damaged) throw failed(t("the configuration cannot be parsed"));
    await files.write(files.resolve(tree.gitDir, SCRIPT_FILE), encode(sharedScript()));
    const offered = files.resolve(tree.commonDir, OFFERED_FOLDER);
    await files.makeFolder(offered);
    for (const event of HOOK_EVENTS) await files.write(files.resolve(offered, event), encode(hookScript(event, false)));
    if (readHookConfig(parseConfig(config).values).sections !== "current") {
      await this.change(tree, (text) => addHookSections(removeHookSections(text)));
    }
  }

  /** Removes what is ours, including files that the person or git on that machine put into the hooks folder. */
  async remove(tree: WorkTree): Promise<void> {
    const { files } = this;
    if ((await this.config(tree)) !== undefined) await this.change(tree, removeHookSections);
    await files.remove(files.resolve(tree.commonDir, OFFERED_FOLDER));
    for (const event of HOOK_EVENTS) {
      const hook = files.resolve(tree.commonDir, `hooks/${event}`);
      if (recognizeHook((await readText(files, hook)) ?? "").ours) await files.remove(hook);
    }
    const linked = files.resolve(tree.commonDir, "worktrees");
    const names = await files.list(linked);
    const gitDirs = new Set([tree.commonDir, tree.gitDir, ...names.map((name) => files.resolve(linked, name))]);
    for (const gitDir of gitDirs) {
      await files.remove(files.resolve(gitDir, MARKER_FILE));
      const script = files.resolve(gitDir, SCRIPT_FILE);
      if (recognizeHook((await readText(files, script)) ?? "").ours) await files.remove(script);
    }
  }

  /**
   * Overwrites the configuration in place, which keeps its mode and a link. Git's lock is respected but not taken: a lock
   * left behind by a broken connection would block every change of the configuration.
   */
  private async change(tree: WorkTree, edit: (text: string) => string): Promise<void> {
    const { files } = this;
    const place = files.resolve(tree.commonDir, "config");
    if ((await files.stat(`${place}.lock`)) !== undefined) throw failed(t("the configuration is being changed"));
    const before = await this.bytes(place);
    if (before === undefined) throw failed(t("the configuration cannot be read"));
    const wanted = edit(before);
    if (wanted === before) return;
    await files.write(place, Buffer.from(wanted, "latin1"));
    if ((await this.bytes(place)) !== wanted) throw failed(t("the configuration was not saved as written"));
  }

  private async config(tree: WorkTree): Promise<string | undefined> {
    const bytes = await readUpTo(this.files, this.files.resolve(tree.commonDir, "config"), MAX_CONFIG_BYTES);
    return bytes === undefined || bytes === "tooLarge" ? undefined : new TextDecoder().decode(bytes);
  }

  /** One character per byte. */
  private async bytes(place: string): Promise<string | undefined> {
    const bytes = await readUpTo(this.files, place, MAX_CONFIG_BYTES);
    return bytes === undefined || bytes === "tooLarge" ? undefined : Buffer.from(bytes).toString("latin1");
  }

  private async inFolder(tree: WorkTree): Promise<"nothing" | "ours" | "foreign"> {
    const texts = await Promise.all(
      HOOK_EVENTS.map(async (event) => {
        const place = this.files.resolve(tree.commonDir, `hooks/${event}`);
        return (await this.files.stat(place)) === undefined ? undefined : ((await readText(this.files, place)) ?? "");
      }),
    );
    if (texts.every((text) => text === undefined)) return "nothing";
    return texts.every((text) => text !== undefined && recognizeHook(text).ours) ? "ours" : "foreign";
  }

  /** For a terminal of that machine, in which the path of the URI is the path of the folder. */
  private command({ commonDir }: WorkTree): string {
    const path = decodeURIComponent(/^[^:]+:(?:\/\/[^/]*)?(\/.*)$/.exec(commonDir)?.[1] ?? commonDir);
    const quotedPath = (name: string): string => `'${`${path}/${name}`.replaceAll("'", `'\\''`)}'`;
    const hooks = HOOK_EVENTS.map((event) => quotedPath(`${OFFERED_FOLDER}/${event}`)).join(" ");
    return `mkdir -p ${quotedPath("hooks")} && install -m 755 ${hooks} ${quotedPath("hooks")}`;
  }
}

function hasHooksPath(values: readonly ConfigValue[]): boolean {
  return findLastValue(values, "core.hookspath") !== undefined;
}

function failed(what: string): CaseclockError {
  return new CaseclockError("git.failed", what);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
