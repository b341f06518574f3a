import { t } from "../../base/text.ts";
import type { IDisposable } from "../../base/disposable.ts";
import { parseCaseKey } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import { isTrailerName } from "../../domain/git/trailer.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Git, HookState, Marker, NewCommit, TagOutcome, TreeHints, WorkTree } from "../../ports/git.ts";
import type { Logger } from "../../ports/logger.ts";
import { CommitReader } from "../node/git/gitCommitReader.ts";
import { MARKER_FILE } from "../node/git/gitHookScript.ts";
import type { MarkerFacts } from "../node/git/gitMarker.ts";
import { TreeHintsReader } from "../node/git/gitTreeSigns.ts";
import { findLastValue } from "./configText.ts";
import { findWorkTree, isStillThere } from "./findWorkTree.ts";
import type { RemoteFiles } from "./remoteFiles.ts";
import { RemoteHooks } from "./remoteHooks.ts";
import { writeDatedMarker } from "./remoteMarker.ts";
import { RemoteWorkTreeReader } from "./remoteWorkTreeReader.ts";
import { RemoteWatcher, type Attention } from "./remoteWatcher.ts";

const MAX_REMEMBERED = 500;

/** What the adapter needs. */
export interface RemoteGitContext {
  readonly files: RemoteFiles;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly attention: Attention;
  /** Name of the trailer that carries the case, read anew each time. */
  readonly trailer: (tree: WorkTree) => string;
}

/**
 * Git of folders on another machine, by their files alone: nothing is run there. Folders, and the paths of a work tree,
 * are URIs. A `.git` that cannot be understood is reported once, and its folder counts as outside git.
 */
export class RemoteGit implements Git {
  private readonly context: RemoteGitContext;
  private readonly hooks: RemoteHooks;
  private readonly trees = new Map<string, WorkTree>();
  private readonly odd = new Set<string>();
  private saidNotes = false;

  constructor(context: RemoteGitContext) {
    this.context = context;
    this.hooks = new RemoteHooks(context.files);
  }

  async workTreeFor(folder: string): Promise<WorkTree | undefined> {
    const { files, logger } = this.context;
    const known = this.trees.get(folder);
    if (known !== undefined && (await isStillThere(files, known))) return known;
    this.trees.delete(folder);
    const found = await findWorkTree(files, folder);
    if (found.kind === "odd" && !this.odd.has(found.place)) {
      this.odd.add(found.place);
      logger.warn("a .git of a remote folder cannot be understood: the folder is taken as outside of git");
    }
    if (found.kind !== "found") return undefined;
    if (this.trees.size >= MAX_REMEMBERED) this.trees.clear();
    this.trees.set(folder, found.tree);
    return found.tree;
  }

  readBranch(tree: WorkTree): Promise<string | undefined> {
    return this.openReader(tree).branch();
  }

  hookState(tree: WorkTree): Promise<HookState> {
    return this.hooks.state(tree);
  }

  installHooks(tree: WorkTree): Promise<void> {
    return this.hooks.install(tree);
  }

  removeHooks(tree: WorkTree): Promise<void> {
    return this.hooks.remove(tree);
  }

  async writeMarker(tree: WorkTree, marker: Marker | undefined): Promise<void> {
    const { files, clock } = this.context;
    if (marker === undefined) {
      await files.remove(files.resolve(tree.gitDir, MARKER_FILE));
      return;
    }
    if (parseCaseKey(marker.caseKey) === undefined) {
      throw new CaseclockError("cases.invalidKey", t("a commit cannot name this key"));
    }
    if (!isTrailerName(marker.trailer)) throw new CaseclockError("arguments.invalid", "no name for a trailer");
    const facts = { ...(await this.messageSettings(tree)), ...marker };
    await writeDatedMarker(files, tree.gitDir, facts, clock.now(), clock.newId());
  }

  /** Not possible: amending a commit needs git itself. */
  tagHead(): Promise<TagOutcome> {
    return Promise.resolve({ kind: "refused", reason: "remote" });
  }

  /** Not possible: notes are commits, which need git itself. Reported once. */
  writeNote(): Promise<void> {
    if (!this.saidNotes) this.context.logger.warn("no notes in remote folders: no git is run there");
    this.saidNotes = true;
    return Promise.resolve();
  }

  /** The fate of commits cannot be found from files alone in bounded time: nothing is claimed. */
  readFates(): ReturnType<Git["readFates"]> {
    return Promise.resolve([]);
  }

  /** Not possible: history is packed and needs git itself. */
  readHistory(): ReturnType<Git["readHistory"]> {
    return Promise.resolve([]);
  }

  hasMarker({ gitDir }: WorkTree): Promise<boolean> {
    const { files } = this.context;
    const place = files.resolve(gitDir, MARKER_FILE);
    // A work tree that cannot be reached is not known to be gone.
    return files.stat(place).then(
      (facts) => facts !== undefined,
      () => true,
    );
  }

  watchCommits(
    tree: WorkTree,
    since: string | undefined,
    onDidCommit: (commits: readonly NewCommit[]) => void,
    onError: (error: unknown) => void,
  ): IDisposable {
    const { files, clock, attention, trailer } = this.context;
    const reader = new CommitReader(this.openReader(tree), findRepositoryName(tree.root), since, () => trailer(tree));
    const look = async (polled: boolean): Promise<readonly NewCommit[] | undefined> => {
      const commits = await reader.look(clock.now(), polled);
      return commits.length === 0 ? undefined : commits;
    };
    return new RemoteWatcher(files, tree, clock, attention, { look, tell: onDidCommit }, onError);
  }

  watchHints(tree: WorkTree, onDidChange: (signs: TreeHints) => void, onError: (error: unknown) => void): IDisposable {
    const { files, clock, attention, trailer } = this.context;
    const reader = new TreeHintsReader(this.openReader(tree), () => trailer(tree));
    const look = (polled: boolean): Promise<TreeHints | undefined> => reader.look(polled);
    return new RemoteWatcher(files, tree, clock, attention, { look, tell: onDidChange }, onError);
  }

  private openReader(tree: WorkTree): RemoteWorkTreeReader {
    return new RemoteWorkTreeReader(this.context.files, tree, this.context.logger);
  }

  /**
   * How git treats messages there, as far as the repository's own configuration says. The person's configuration on that
   * machine cannot be read: the comment string is `auto` then, which leaves messages alone that may use another than "#".
   */
  private async messageSettings(tree: WorkTree): Promise<Omit<MarkerFacts, "caseKey" | "trailer">> {
    const values = await this.openReader(tree).config();
    return {
      commentString: findLastValue(values, "core.commentstring") ?? findLastValue(values, "core.commentchar") ?? "auto",
      cleanup: findLastValue(values, "commit.cleanup") ?? "default",
      // Relative to the work tree, where git runs its hooks; a path in a home folder cannot be resolved from here.
      template: findLastValue(values, "commit.template"),
    };
  }
}

/** The last part of a URI's path. */
function findRepositoryName(root: string): string {
  const last = root.replace(/\/+$/, "").split("/").at(-1) ?? root;
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // "%" in a name that nobody encoded
  }
}
