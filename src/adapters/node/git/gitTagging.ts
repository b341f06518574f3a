import fs from "node:fs/promises";
import path from "node:path";
import { t } from "../../../base/text.ts";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { HookState, WorkTree } from "../../../ports/git.ts";
import { removeHookSections } from "./hookSections.ts";
import { GitHooks, replace, type HookFilesState } from "./gitHooks.ts";
import { recognizeHook, SCRIPT_FILE, sharedScript } from "./gitHookScript.ts";
import { removeMarkerFile } from "./gitMarker.ts";
import type { GitProcess } from "./gitProcess.ts";
import { BARE_END, CONFIG_HOOKS, readHookConfig, runsConfigHooks } from "./hookConfig.ts";
import { findManager, runsScript, makeSnippets } from "./hookManagers.ts";

/**
 * The message hooks of a repository by the best way it has: sections of its configuration where git runs those (2.54),
 * else hook files where none stand in the way, else a snippet that a person adds to their own files. For the first and
 * the last a script lies beside the marker in each work tree's git directory.
 */
export class GitTagging {
  private readonly git: GitProcess;
  private version: string | undefined;

  constructor(git: GitProcess) {
    this.git = git;
  }

  async state(tree: WorkTree): Promise<HookState> {
    const files = await this.filesState(tree);
    if (await this.runsConfigHooks()) {
      const { sections, switchedOff } = readHookConfig(await this.hookConfig(tree));
      if (sections !== "none" && switchedOff !== undefined) return { state: "switchedOff", key: switchedOff };
      if (sections === "current" && (await hasScript(tree))) return { state: "installed", by: "config" };
      return files.state === "installed" && sections === "none"
        ? { state: "installed", by: "files" }
        : { state: "absent" };
    }
    if (files.state === "installed") return { state: "installed", by: "files" };
    if (files.state === "absent") return files;
    const { reason, path: place, text } = files;
    const manager = findManager(place, text);
    const snippets = makeSnippets(manager, place, reason === "hooksPath");
    const texts = await Promise.all(
      snippets.map(({ file }) => fs.readFile(path.resolve(tree.root, file), "utf8").catch(() => "")),
    );
    if (!texts.every(runsScript)) return { state: "inTheWay", reason, path: place, manager, snippets };
    return (await hasScript(tree)) ? { state: "installed", by: "manager", manager } : { state: "absent" };
  }

  /** @throws CaseclockError `tagging.hookInTheWay` when a foreign hook has appeared meanwhile */
  async install(tree: WorkTree): Promise<void> {
    if (await this.runsConfigHooks()) {
      await replace(path.join(tree.gitDir, SCRIPT_FILE), sharedScript());
      await this.addSections(tree);
      await new GitHooks(tree.commonDir, undefined).remove();
      return;
    }
    const hooks = await this.openHooks(tree);
    if ((await hooks.state()).state !== "inTheWay") await hooks.install();
    else await replace(path.join(tree.gitDir, SCRIPT_FILE), sharedScript());
  }

  async remove(tree: WorkTree): Promise<void> {
    await this.removeSections(tree);
    // Ours are removed also where core.hooksPath has been set since: without that setting they would run again.
    await new GitHooks(tree.commonDir, undefined).remove();
    for (const folder of await listGitDirs(tree.commonDir)) {
      await removeMarkerFile(folder);
      const script = path.join(folder, SCRIPT_FILE);
      if (recognizeHook(await fs.readFile(script, "utf8").catch(() => "")).ours) await fs.rm(script);
    }
  }

  private async filesState(tree: WorkTree): Promise<HookFilesState> {
    return (await this.openHooks(tree)).state();
  }

  private async openHooks(tree: WorkTree): Promise<GitHooks> {
    const hooksPath = await this.git.answer(tree.root, ["config", "--type=path", "--get", "core.hooksPath"]);
    return new GitHooks(tree.commonDir, hooksPath?.trim());
  }

  private async runsConfigHooks(): Promise<boolean> {
    this.version ??= await this.git.output(path.parse(process.execPath).root, ["version"]);
    return runsConfigHooks(this.version);
  }

  /** What is in force in this work tree, over all scopes. @param scope `--local` for the repository's own file alone */
  private async hookConfig(tree: WorkTree, ...scope: string[]): Promise<readonly { key: string; value: string }[]> {
    const args = ["config", ...scope, "-z", "--get-regexp", "^hook\\."];
    const output = (await this.git.answer(tree.root, args)) ?? "";
    return output
      .split("\0")
      .filter(Boolean)
      .map((record) => {
        // Without "=" in the file a key has no value at all, which means true.
        const end = record.indexOf("\n");
        return end < 0 ? { key: record, value: "true" } : { key: record.slice(0, end), value: record.slice(end + 1) };
      });
  }

  /** The command comes first: git refuses each commit for an event that has none. */
  private async addSections(tree: WorkTree): Promise<void> {
    const { sections } = readHookConfig(await this.hookConfig(tree, "--local"));
    if (sections === "current") return;
    const bareEnd = sections === "none" && (await endsBare(tree));
    try {
      for (const { name, event, command } of CONFIG_HOOKS) {
        await this.set(tree, `hook.${name}.command`, command);
        await this.set(tree, `hook.${name}.event`, event);
      }
      if (bareEnd) await this.set(tree, `hook.${BARE_END.name}.${BARE_END.key}`, "true");
    } catch (error) {
      await this.removeSections(tree).catch(() => undefined); // half of it is inert; what failed first is told
      throw error;
    }
  }

  private async set(tree: WorkTree, key: string, value: string): Promise<void> {
    await this.git.output(tree.root, ["config", "--local", "--replace-all", key, value]);
  }

  /** Not by git, which would remove the comments below a section with it. */
  private async removeSections(tree: WorkTree): Promise<void> {
    const values = await this.hookConfig(tree, "--local");
    const names = CONFIG_HOOKS.map(({ name }) => `hook.${name}.`);
    if (!values.some(({ key }) => names.some((name) => key.startsWith(name)))) return;
    await rewrite(path.join(tree.commonDir, "config"), removeHookSections);
  }
}

async function hasScript({ gitDir }: WorkTree): Promise<boolean> {
  const text = await fs.readFile(path.join(gitDir, SCRIPT_FILE), "utf8").catch(() => "");
  return text === sharedScript();
}

/** Git directories of a repository's work trees: the main one and the linked ones. */
async function listGitDirs(commonDir: string): Promise<readonly string[]> {
  const linked = path.join(commonDir, "worktrees");
  const entries = await fs.readdir(linked, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory());
  return [commonDir, ...folders.map(({ name }) => path.join(linked, name))];
}

async function endsBare({ commonDir }: WorkTree): Promise<boolean> {
  const text = await fs.readFile(path.join(commonDir, "config"), "utf8").catch(() => "");
  return text !== "" && !text.endsWith("\n");
}

/** Changes a configuration file under git's own lock; its text has one character per byte. */
async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  const real = await fs.realpath(file);
  const lock = `${real}.lock`;
  const { mode } = await fs.stat(real);
  try {
    await fs.writeFile(lock, "", { flag: "wx", mode });
  } catch (error) {
    throw new CaseclockError("git.failed", t("{0} could not be changed: {1}", file, toErrorMessage(error)), {
      cause: error,
    });
  }
  try {
    await fs.writeFile(lock, change(await fs.readFile(real, "latin1")), "latin1");
    await fs.rename(lock, real);
  } catch (error) {
    await fs.rm(lock, { force: true });
    throw new CaseclockError("git.failed", t("{0} could not be changed: {1}", file, toErrorMessage(error)), {
      cause: error,
    });
  }
}
