import * as vscode from "vscode";
import type { CaseDirectory } from "../app/cases/caseDirectory.ts";
import type { Clock } from "../ports/clock.ts";
import type { Git, WorkTree } from "../ports/git.ts";
import type { Logger } from "../ports/logger.ts";
import type { Settings, SettingsSource } from "../ports/settings.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { CommitTagger } from "../app/git/commitTagger.ts";
import { CommitTracker } from "../app/git/commitTracker.ts";
import { askTagging } from "../ui/git/taggingCommands.ts";
import { isRemotePlace, routedGit } from "../adapters/node/git/routedGit.ts";
import { makeLazyGit } from "../adapters/node/git/lazyGit.ts";
import { once } from "../base/once.ts";
import type { TreeId } from "../domain/cases/treeId.ts";
import type { Journal } from "../app/ledger/journal.ts";

/** Git of local and of remote folders; each adapter is a file of its own, loaded when first needed. */
export function createGit(clock: Clock, logger: Logger, settings: SettingsSource): Git {
  const trailer = ({ root }: WorkTree): string =>
    settings.current(isRemotePlace(root) ? root : vscode.Uri.file(root).toString()).value.trailer;
  const local = once(
    async () => new (await import("../adapters/node/git/gitCli.ts")).GitCli(clock, logger, { trailer }),
  );
  const remote = once(async () =>
    (await import("../adapters/vscode/remoteGitOfWindow.ts")).makeRemoteGit(clock, logger, trailer),
  );
  return routedGit(makeLazyGit(local), makeLazyGit(remote));
}

export interface GitPartContext {
  readonly journal: Journal;
  readonly git: Git;
  readonly directory: CaseDirectory;
  readonly settings: () => Settings;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
  readonly logger: Logger;
  readonly report: (error: unknown) => void;
}

/** Follows the repositories of this window: tags and detects commits. */
export class GitPart implements IDisposable {
  readonly tagging: CommitTagger;
  private readonly commits: CommitTracker;
  private readonly store = new DisposableStore();

  constructor({ journal, git, directory, settings, showPage, logger, report }: GitPartContext) {
    this.tagging = this.store.add(
      new CommitTagger(
        git,
        journal,
        settings,
        (repository, inTheWay) => askTagging(repository, inTheWay, showPage),
        logger.child("tagging"),
      ),
    );
    const withKey = (key: string): ReturnType<CaseDirectory["withKey"]> => directory.withKey(key);
    this.commits = this.store.add(new CommitTracker(git, journal, withKey, settings, report));
    this.commits.onDidMissTag = (tree) => {
      this.tagging.repair(tree);
    };
  }

  /** The work trees of this window that somebody has been in. */
  readonly workTrees = new Map<TreeId, WorkTree>();

  follow(tree: TreeId, workTree: WorkTree): void {
    this.workTrees.set(tree, workTree);
    this.tagging.follow(tree, workTree);
    this.commits.follow(tree, workTree);
  }

  dispose(): void {
    this.store.dispose();
  }
}
