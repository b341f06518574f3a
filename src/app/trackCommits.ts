import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import type { Case, CaseRef } from "../domain/caseRef.ts";
import type { NewEvent } from "../domain/events.ts";
import type { TreeId } from "../domain/heartbeat.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { Git, NewCommit, WorkTree } from "../ports/git.ts";
import type { EventFactory } from "./eventFactory.ts";
import type { LedgerView } from "./ledgerView.ts";

/** Notices the person's commits in the work trees of this window and keeps them as evidence. */
export class TrackCommits implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly followed = new Set<TreeId>();
  private readonly git: Git;
  private readonly log: EventLog;
  private readonly view: LedgerView;
  private readonly factory: EventFactory;
  private readonly casesWithKey: (key: string) => Promise<readonly Case[]>;
  private readonly report: (error: unknown) => void;

  constructor(
    git: Git,
    log: EventLog,
    view: LedgerView,
    factory: EventFactory,
    casesWithKey: (key: string) => Promise<readonly Case[]>,
    report: (error: unknown) => void,
  ) {
    this.git = git;
    this.log = log;
    this.view = view;
    this.factory = factory;
    this.casesWithKey = casesWithKey;
    this.report = report;
  }

  /** Follows a work tree from now on, beginning with what was committed since the last commit seen there. */
  follow(tree: TreeId, workTree: WorkTree): void {
    if (this.followed.has(tree)) return;
    this.followed.add(tree);
    const since = this.view.ledger.lastCommitOf(tree);
    const take = (commits: readonly NewCommit[]): void => {
      this.take(tree, commits).catch(this.report);
    };
    this.store.add(this.git.watchCommits(workTree, since, take, this.report));
  }

  dispose(): void {
    this.store.dispose();
  }

  private async take(tree: TreeId, commits: readonly NewCommit[]): Promise<void> {
    const events: NewEvent[] = [];
    const cases = new Map<string, CaseRef | null>();
    for (const { caseKey, replaces, squashed, committedAt, ...commit } of commits) {
      if (this.view.ledger.hasCommit(commit.sha)) continue;
      const before =
        replaces === undefined ? undefined : (cases.get(replaces) ?? this.view.ledger.commitOf(replaces)?.case);
      const counted = await this.caseOf(tree, caseKey, before ?? undefined);
      cases.set(commit.sha, counted);
      const old = { ...(replaces === undefined ? {} : { replaces }), ...(squashed === undefined ? {} : { squashed }) };
      events.push(
        this.factory.create(
          { kind: "commit", tree, commit, case: counted, ...old },
          // Two windows on one repository see the same commit: it is one event.
          { id: `commit:${commit.sha}:${tree}`, at: committedAt, ...(counted === null ? {} : { case: counted }) },
        ),
      );
    }
    await this.log.append(events);
  }

  /**
   * The case that a commit is evidence of: that of the commit which it replaces, else the work tree's pick, unless the
   * message names another one. Then it is that one if it is known and unambiguous, else none: never evidence on another
   * customer's entry.
   */
  private async caseOf(tree: TreeId, named: string | undefined, before: CaseRef | undefined): Promise<CaseRef | null> {
    const picked = this.view.ledger.pickOf(tree);
    if (named === undefined) return before ?? picked?.ref ?? null;
    if (named === picked?.key) return picked.ref;
    const [only, ...others] = await this.casesWithKey(named);
    return only !== undefined && others.length === 0 ? only.ref : null;
  }
}
