import fs from "node:fs/promises";
import path from "node:path";
import { simpleGit } from "simple-git";
import type { IDisposable } from "../../base/disposable.ts";
import { parseCaseKey } from "../../domain/caseRef.ts";
import { CaseclockError, messageOf } from "../../domain/errors.ts";
import { isTrailerName } from "../../domain/trailer.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Git, HookState, Marker, NewCommit, WorkTree } from "../../ports/git.ts";
import type { Logger } from "../../ports/logger.ts";
import { hookStateOf, installHookFiles, removeHookFiles } from "./gitHooks.ts";
import { markerText, removeMarkerFile, writeMarkerFile } from "./gitMarker.ts";
import { ReflogWatch } from "./gitReflog.ts";

/** A git that says nothing for so long is ended. */
const SILENT_MS = 10_000;

/**
 * Git of local folders through the git program. It only reads, but for hook files and the marker; no call takes the
 * index lock (`--no-optional-locks`), and arguments are constants or checked.
 */
export class GitCli implements Git {
  private readonly clock: Clock;
  private readonly logger: Logger;

  constructor(clock: Clock, logger: Logger) {
    this.clock = clock;
    this.logger = logger;
  }

  async workTreeOf(folder: string): Promise<WorkTree | undefined> {
    if (!(await isInGit(folder))) return undefined;
    try {
      const output = await this.run(folder, ["rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir"]);
      const [root, gitDir, commonDir] = output.replace(/\n$/, "").split("\n");
      if (root === undefined || gitDir === undefined || commonDir === undefined || root === "") return undefined;
      return { root, gitDir, commonDir: path.resolve(folder, commonDir) };
    } catch (error) {
      // Inside a git directory there is no work tree; an owner that git does not trust is as good as no repository.
      this.logger.debug(`no work tree: ${messageOf(error)}`);
      if (CaseclockError.is(error, "git.missing")) throw error;
      return undefined;
    }
  }

  async branchOf({ root }: WorkTree): Promise<string | undefined> {
    const name = await this.run(root, ["symbolic-ref", "--short", "-q", "HEAD"]).catch(() => "");
    return name.trim() === "" ? undefined : name.trim();
  }

  async hookState(tree: WorkTree): Promise<HookState> {
    return hookStateOf(tree, await this.config(tree, "core.hooksPath"));
  }

  async installHooks(tree: WorkTree): Promise<void> {
    await installHookFiles(tree, await this.config(tree, "core.hooksPath"));
  }

  removeHooks(tree: WorkTree): Promise<void> {
    return removeHookFiles(tree);
  }

  async writeMarker(tree: WorkTree, marker: Marker | undefined): Promise<void> {
    if (marker === undefined) {
      await removeMarkerFile(tree.gitDir);
      return;
    }
    if (parseCaseKey(marker.caseKey) === undefined || !isTrailerName(marker.trailer)) {
      throw new CaseclockError("cases.invalidKey", "a key that cannot stand in a commit message");
    }
    const template = await this.config(tree, "commit.template", "--path");
    const text = markerText({
      ...marker,
      commentString:
        (await this.config(tree, "core.commentString")) ?? (await this.config(tree, "core.commentChar")) ?? "#",
      cleanup: (await this.config(tree, "commit.cleanup")) ?? "default",
      template: template === undefined ? undefined : path.resolve(tree.root, template),
    });
    await writeMarkerFile(tree.gitDir, text, this.clock.now());
  }

  watchCommits(
    tree: WorkTree,
    since: string | undefined,
    onDidCommit: (commits: readonly NewCommit[]) => void,
    onError: (error: unknown) => void,
  ): IDisposable {
    return new ReflogWatch(tree, since, (args) => this.run(tree.root, args), this.clock, onDidCommit, onError);
  }

  /** A value of the configuration; undefined when it is unset. */
  private async config(tree: WorkTree, name: string, ...options: readonly string[]): Promise<string | undefined> {
    const value = await this.run(tree.root, ["config", ...options, "--get", name]).catch(() => "");
    return value === "" ? undefined : value.replace(/\n$/, "");
  }

  /** @throws CaseclockError `git.missing` | `git.failed` */
  private async run(folder: string, args: readonly string[]): Promise<string> {
    try {
      const git = simpleGit({ baseDir: folder, timeout: { block: SILENT_MS }, maxConcurrentProcesses: 2 });
      return await git.raw(["--no-optional-locks", ...args]);
    } catch (error) {
      const missing = messageOf(error).includes("ENOENT");
      throw new CaseclockError(missing ? "git.missing" : "git.failed", `git ${args[0] ?? ""}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

/** Whether a `.git` stands in the folder or above: most folders outside of git are told without a process. */
async function isInGit(folder: string): Promise<boolean> {
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    const found = await fs.stat(path.join(current, ".git")).then(
      () => true,
      () => false,
    );
    if (found) return true;
    if (path.dirname(current) === current) return false;
  }
}
