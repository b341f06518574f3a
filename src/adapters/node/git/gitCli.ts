import fs from "node:fs/promises";
import path from "node:path";
import { parseCaseKey } from "../../../domain/cases/case.ts";
import { t } from "../../../base/text.ts";
import type { EpochMs } from "../../../base/time.ts";
import type { HistoryCommit } from "../../../domain/git/historyEstimate.ts";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import { DEFAULT_TRAILER, isTrailerName } from "../../../domain/git/trailer.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Git, HookState, Marker, NewCommit, TagOutcome, TreeHints, WorkTree } from "../../../ports/git.ts";
import type { Logger } from "../../../ports/logger.ts";
import { exists } from "../system/exists.ts";
import { CommitReader } from "./gitCommitReader.ts";
import { checkSha, FateReader } from "./gitFates.ts";
import { HeadWatcher } from "./gitHeadWatcher.ts";
import { markerText, removeMarkerFile, writeMarkerFile, type MarkerFacts } from "./gitMarker.ts";
import { GitProcess } from "./gitProcess.ts";
import { readBranch, makeGitReader } from "./gitReflog.ts";
import { MARKER_FILE } from "./gitHookScript.ts";
import { readHistory } from "./gitHistory.ts";
import { tagHead, writeNote } from "./gitTagHead.ts";
import { GitTagging } from "./gitTagging.ts";
import { TreeHintsReader } from "./gitTreeSigns.ts";

/** How many folders have their work tree cached. */
const MAX_REMEMBERED = 500;

export interface GitCliOptions {
  /** The program; `git` of PATH unless given. */
  readonly binary?: string;
  /** A git that is silent for this long is ended; ten seconds unless given. @format ms */
  readonly silenceMs?: number;
  /** Name of the trailer that carries the case, read anew each time. */
  readonly trailer?: (tree: WorkTree) => string;
}

/** Git over its command line. */
export class GitCli implements Git {
  private readonly git: GitProcess;
  private readonly tagging: GitTagging;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly trailer: (tree: WorkTree) => string;
  private readonly trees = new Map<string, Promise<WorkTree | undefined>>();
  private canReadCommentString: boolean | undefined;

  constructor(clock: Clock, logger: Logger, options: GitCliOptions = {}) {
    const { binary = "git", silenceMs, trailer = () => DEFAULT_TRAILER } = options;
    this.git = new GitProcess(binary, silenceMs);
    this.tagging = new GitTagging(this.git);
    this.clock = clock;
    this.logger = logger;
    this.trailer = trailer;
  }

  async workTreeFor(folder: string): Promise<WorkTree | undefined> {
    const remembered = await this.trees.get(folder);
    if (remembered !== undefined && (await exists(remembered.gitDir))) return remembered;
    const asked = this.findWorkTree(folder);
    this.trees.delete(folder);
    if (this.trees.size >= MAX_REMEMBERED) this.trees.clear();
    this.trees.set(folder, asked);
    try {
      const found = await asked;
      // A folder that is not in a work tree may become one at any moment.
      if (found === undefined) this.trees.delete(folder);
      return found;
    } catch (error) {
      this.trees.delete(folder);
      throw error;
    }
  }

  readBranch(tree: WorkTree): Promise<string | undefined> {
    return readBranch(this.git, tree.root);
  }

  async hookState(tree: WorkTree): Promise<HookState> {
    return this.tagging.state(tree);
  }

  async installHooks(tree: WorkTree): Promise<void> {
    await guarded(
      (why) => t("could not install the hooks: {0}", why),
      () => this.tagging.install(tree),
    );
    this.logger.debug(`installed hooks repository=${tree.commonDir}`);
  }

  async removeHooks(tree: WorkTree): Promise<void> {
    await guarded(
      (why) => t("could not remove the hooks: {0}", why),
      () => this.tagging.remove(tree),
    );
    this.logger.debug(`removed hooks repository=${tree.commonDir}`);
  }

  async writeMarker(tree: WorkTree, marker: Marker | undefined): Promise<void> {
    if (marker === undefined) {
      await guarded(
        (why) => t("could not remove the marker: {0}", why),
        () => removeMarkerFile(tree.gitDir),
      );
      return;
    }
    checkMarker(marker);
    const text = markerText({ ...(await this.messageSettings(tree)), ...marker });
    await guarded(
      (why) => t("could not write the marker: {0}", why),
      () => writeMarkerFile(tree.gitDir, text, this.clock.now()),
    );
  }

  async tagHead(tree: WorkTree, marker: Marker): Promise<TagOutcome> {
    checkMarker(marker);
    return tagHead(this.git, tree, marker);
  }

  async writeNote(tree: WorkTree, sha: string, marker: Marker): Promise<void> {
    checkMarker(marker);
    await writeNote(this.git, tree, checkSha(sha), marker);
  }

  readHistory(tree: WorkTree, from: EpochMs, to: EpochMs): Promise<readonly HistoryCommit[]> {
    return readHistory(this.git, tree, from, to, this.trailer(tree));
  }

  hasMarker({ gitDir }: WorkTree): Promise<boolean> {
    return exists(path.join(gitDir, MARKER_FILE));
  }

  watchCommits(
    tree: WorkTree,
    since: string | undefined,
    onDidCommit: (commits: readonly NewCommit[]) => void,
    onError: (error: unknown) => void,
  ): HeadWatcher<readonly NewCommit[]> {
    const reader = new CommitReader(makeGitReader(this.git, tree), path.basename(tree.root), since, () =>
      this.trailer(tree),
    );
    const look = async (polled: boolean): Promise<readonly NewCommit[] | undefined> => {
      const commits = await reader.look(this.clock.now(), polled);
      return commits.length === 0 ? undefined : commits;
    };
    return new HeadWatcher(tree, this.clock, { look, tell: onDidCommit }, onError);
  }

  async readFates(tree: WorkTree, shas: readonly string[]): ReturnType<Git["readFates"]> {
    return new FateReader(this.git, tree).read(shas.map(checkSha));
  }

  watchHints(
    tree: WorkTree,
    onDidChange: (signs: TreeHints) => void,
    onError: (error: unknown) => void,
  ): HeadWatcher<TreeHints> {
    const reader = new TreeHintsReader(makeGitReader(this.git, tree), () => this.trailer(tree));
    return new HeadWatcher(tree, this.clock, { look: (polled) => reader.look(polled), tell: onDidChange }, onError);
  }

  private async findWorkTree(folder: string): Promise<WorkTree | undefined> {
    const dotGit = await dotGitAbove(folder);
    if (dotGit === undefined) return undefined;
    const outcome = await this.git.attempt(folder, [
      "rev-parse",
      "--show-toplevel",
      "--absolute-git-dir",
      "--git-common-dir",
    ]);
    if (!outcome.ok) {
      // The locale is pinned. All of these have status 128, as real failures have.
      if (/not a git repository|must be run in a work tree/i.test(outcome.said)) {
        // Git skips a `.git` that it may not read as if there were none.
        if (await isReadable(dotGit)) return undefined;
        throw new CaseclockError("git.failed", t("{0} cannot be read", dotGit));
      }
      const code = /dubious ownership|unsafe repository/i.test(outcome.said) ? "git.distrusted" : "git.failed";
      throw new CaseclockError(code, `git rev-parse: ${outcome.said}`);
    }
    const [root, gitDir, commonDir, ...more] = outcome.output.replace(/\n$/, "").split("\n");
    if (root === undefined || gitDir === undefined || commonDir === undefined || more.length > 0) {
      throw new CaseclockError("git.failed", t("git rev-parse: a path contains a line break"));
    }
    // The common directory is printed relative to the folder; the others are absolute.
    return { root: path.resolve(root), gitDir: path.resolve(gitDir), commonDir: path.resolve(folder, commonDir) };
  }

  /** How git treats messages in this work tree. */
  private async messageSettings(tree: WorkTree): Promise<Omit<MarkerFacts, "caseKey" | "trailer">> {
    const names = "^(core\\.comment(char|string)|commit\\.(cleanup|template))$";
    const output = (await this.git.answer(tree.root, ["config", "-z", "--get-regexp", names])) ?? "";
    const values = new Map<string, string>();
    for (const record of output.split("\0").filter(Boolean)) {
      const [name = "", ...value] = record.split("\n");
      // Both names are the same setting, and the last one counts; git before 2.45 knows only the first.
      if (name !== "core.commentstring" || (await this.readsCommentString())) {
        values.set(name.startsWith("core.comment") ? "comment" : name, value.join("\n"));
      }
    }
    const template = values.has("commit.template")
      ? await this.git.answer(tree.root, ["config", "--type=path", "--get", "commit.template"])
      : undefined;
    return {
      commentString: values.get("comment") ?? "#",
      cleanup: values.get("commit.cleanup") ?? "default",
      template: template === undefined ? undefined : path.resolve(tree.root, template.replace(/\n$/, "")),
    };
  }

  private async readsCommentString(): Promise<boolean> {
    if (this.canReadCommentString === undefined) {
      const said = await this.git.output(path.parse(process.execPath).root, ["version"]);
      const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(said)?.map(Number) ?? [];
      this.canReadCommentString = major > 2 || (major === 2 && minor >= 45);
    }
    return this.canReadCommentString;
  }
}

function checkMarker({ caseKey, trailer }: Marker): void {
  if (parseCaseKey(caseKey) === undefined) {
    throw new CaseclockError("cases.invalidKey", t("a commit cannot name this key"));
  }
  if (!isTrailerName(trailer)) throw new CaseclockError("arguments.invalid", "no name for a trailer");
}

/** The `.git` in the folder or above it: it shows for most folders outside git, without a process, that they are. */
async function dotGitAbove(folder: string): Promise<string | undefined> {
  if (!(await exists(folder))) return undefined;
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    const dotGit = path.join(current, ".git");
    if (await exists(dotGit)) return dotGit;
    if (path.dirname(current) === current) return undefined;
  }
}

/** Whether a `.git` may be read, as a file or with what git looks for in it first. */
async function isReadable(dotGit: string): Promise<boolean> {
  const { R_OK, X_OK } = fs.constants;
  const isFolder = (await fs.stat(dotGit)).isDirectory();
  const wanted = isFolder
    ? [fs.access(dotGit, R_OK | X_OK), canBeRead(path.join(dotGit, "HEAD"))]
    : [canBeRead(dotGit)];
  return (await Promise.allSettled(wanted)).every(({ status }) => status === "fulfilled");
}

/** @throws where a file is there and may not be read */
async function canBeRead(file: string): Promise<void> {
  if (await exists(file)) await fs.access(file, fs.constants.R_OK);
}

/** Turns an error of the file system into `git.failed`; a CaseclockError stays as it is. */
async function guarded(explain: (why: string) => string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (CaseclockError.is(error)) throw error;
    throw new CaseclockError("git.failed", explain(toErrorMessage(error)), { cause: error });
  }
}
