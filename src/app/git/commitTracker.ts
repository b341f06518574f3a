import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../base/time.ts";
import { caseRefKey, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { NewEvent } from "../../domain/log/events.ts";
import type { Settings } from "../../ports/settings.ts";
import type { Git, NewCommit, WorkTree } from "../../ports/git.ts";
import { CommitNotes } from "./commitNotes.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import type { SeenCommit } from "../../domain/git/seenCommit.ts";
import type { Journal } from "../ledger/journal.ts";

/** The fates of at most so many commits, of so many days, are asked for. */
const MAX_LOOKED_FOR = 500;
const LOOK_BACK_MS = 60 * DAY_MS;
/** Commits appended at once: oldest first, so that after an interruption the next look continues behind them. */
const MAX_AT_ONCE = 250;
/** How long after a failed append its commits are appended again. @format milliseconds */
const AGAIN_MS = MINUTE_MS;
/** Commits carry whole seconds: a pick of the same second came before. */
const WITHIN_SECOND_MS = SECOND_MS - 1;

/**
 * Records the person's commits in the work trees of this window as evidence, and what becomes of them when history is
 * rewritten here or elsewhere.
 */
export class CommitTracker implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly followed = new Map<TreeId, WorkTree>();
  private readonly git: Git;
  private readonly journal: Journal;
  private readonly casesWithKey: (key: string) => Promise<readonly Case[]>;
  private readonly report: (error: unknown) => void;
  private readonly settings: () => Pick<Settings, "notes" | "trailer">;
  private readonly notes: CommitNotes;
  private queue: Promise<void> = Promise.resolve();
  /** Commits that could not be appended, for example while another program holds the log. */
  private readonly unlogged: NewEvent[] = [];
  private readonly again = this.store.add(new MutableDisposable<IDisposable>());

  constructor(
    git: Git,
    journal: Journal,
    casesWithKey: (key: string) => Promise<readonly Case[]>,
    settings: () => Pick<Settings, "notes" | "trailer">,
    report: (error: unknown) => void,
  ) {
    this.git = git;
    this.journal = journal;
    this.casesWithKey = casesWithKey;
    this.report = report;
    this.settings = settings;
    this.notes = this.store.add(
      new CommitNotes(git, journal.clock, report, () => {
        this.enqueue(() => this.notes.write());
      }),
    );
    this.store.add(
      journal.clock.every(HOUR_MS, () => {
        for (const tree of this.followed.keys()) this.enqueue(() => this.updateFates(tree));
      }),
    );
  }

  /** Called with the work tree of a commit that names no case although one was picked. */
  onDidMissTag: ((tree: TreeId) => void) | undefined;

  /** Follows a work tree from now on, beginning with what was committed since the last commit seen there. */
  follow(tree: TreeId, workTree: WorkTree): void {
    if (this.followed.has(tree)) return;
    this.followed.set(tree, workTree);
    const since = this.journal.view.ledger.commits.findLast(tree);
    const take = (commits: readonly NewCommit[]): void => {
      this.enqueue(() => this.take(tree, commits));
    };
    this.store.add(this.git.watchCommits(workTree, since, take, this.report));
    this.enqueue(() => this.updateFates(tree));
  }

  /** Resolves when everything reported so far has been handled. */
  settled(): Promise<void> {
    return this.queue;
  }

  /** Asks git what became of the latest commits seen in a work tree, and records what is new. */
  async updateFates(tree: TreeId): Promise<void> {
    const workTree = this.followed.get(tree);
    const { commits, timeline } = this.journal.view.ledger;
    const since = timeline.dayAt(epochMs(this.journal.clock.now() - LOOK_BACK_MS)).date;
    const seen = commits.listToLookFor(tree, since, MAX_LOOKED_FOR);
    if (workTree === undefined || seen.length === 0) return;
    const found = await this.git.readFates(
      workTree,
      seen.map(({ sha }) => sha),
    );
    const fates = found
      .map(({ sha, now }) => ({ sha, now: now ?? commits.findAutosquashTarget(sha) }))
      .filter(({ sha, now }) => {
        const known = commits.findFate(sha);
        if (now === null) return known.kind !== "gone";
        if (now.sha === sha) return known.kind !== "here";
        return known.kind !== "moved" || known.to.sha !== now.sha;
      });
    if (fates.length > 0) await this.journal.append([this.journal.create({ kind: "commitFates", tree, fates })]);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Runs one after the other, so that a commit's fate is asked for only once it is in the log. */
  private enqueue(run: () => Promise<void>): void {
    this.queue = this.queue.then(run).catch(this.report);
  }

  private async take(tree: TreeId, commits: readonly NewCommit[]): Promise<void> {
    // The case of each commit, because a later one of the same look may replace it.
    const cases = new Map<string, CaseRef | null>();
    for (let at = 0; at < commits.length; at += MAX_AT_ONCE) {
      await this.takeSome(tree, commits.slice(at, at + MAX_AT_ONCE), cases);
    }
    await this.notes.write();
    if (commits.some(({ replaces }) => replaces !== undefined)) await this.updateFates(tree);
  }

  private async takeSome(
    tree: TreeId,
    commits: readonly NewCommit[],
    cases: Map<string, CaseRef | null>,
  ): Promise<void> {
    const events: NewEvent[] = [];
    const { ledger } = this.journal.view;
    for (const { caseKey, replaces, squashed, rewritten, committedAt, ...commit } of commits) {
      if (ledger.commits.has(commit.sha)) continue;
      const picked = ledger.timeline.caseAt(tree, epochMs(committedAt + WITHIN_SECOND_MS)) ?? undefined;
      if (picked !== undefined && caseKey === undefined) this.onDidMissTag?.(tree);
      const before = replaces === undefined ? undefined : (cases.get(replaces) ?? ledger.commits.get(replaces)?.case);
      const counted = await this.findCase(picked, caseKey, before ?? undefined);
      cases.set(commit.sha, counted);
      events.push(
        this.journal.create(
          {
            kind: "commit",
            tree,
            commit,
            case: counted,
            ...(replaces === undefined ? {} : { replaces }),
            ...(squashed === undefined ? {} : { squashed }),
            ...(rewritten === undefined ? {} : { rewritten }),
            ...(caseKey === undefined ? { unnamed: true } : {}),
          },
          // Two windows on one repository see the same commit: the id makes it one event.
          { id: `commit:${commit.sha}:${tree}`, at: committedAt, ...(counted === null ? {} : { case: counted }) },
        ),
      );
    }
    await this.keep(events);
    for (const { body } of events) if (body.kind === "commit") this.note(tree, body.commit.sha, body);
  }

  /**
   * Appends commits after those that failed before: the next start continues at the last logged commit, so earlier ones
   * would never be seen again if a later one was logged alone.
   */
  private async keep(events: readonly NewEvent[]): Promise<void> {
    this.unlogged.push(...events);
    const all = [...this.unlogged];
    if (all.length === 0) return;
    try {
      await this.journal.append(all);
      this.unlogged.splice(0, all.length);
    } catch (error) {
      this.again.value = this.journal.clock.after(AGAIN_MS, () => {
        this.enqueue(() => this.keep([]));
      });
      throw error;
    }
  }

  /** Writes a note on a commit that names no case, for teams that want no trailers. */
  private note(tree: TreeId, sha: string, body: Pick<SeenCommit, "case" | "unnamed">): void {
    const { notes, trailer } = this.settings();
    const workTree = this.followed.get(tree);
    const key = body.case === null ? undefined : this.journal.view.ledger.cases.get(caseRefKey(body.case))?.key;
    if (!notes || body.unnamed !== true || workTree === undefined || key === undefined) return;
    this.notes.add(workTree, sha, { caseKey: key, trailer });
  }

  /**
   * The case that a commit is evidence of: that of the commit it replaces, else the work tree's pick when it was made,
   * unless the message names another case. Then it is that one if known and unambiguous, else none: it must never be
   * evidence on another customer's entry.
   */
  private async findCase(
    picked: Case | undefined,
    named: string | undefined,
    before: CaseRef | undefined,
  ): Promise<CaseRef | null> {
    if (named === undefined) return before ?? picked?.ref ?? null;
    if (named === picked?.key) return picked.ref;
    const [only, ...others] = await this.casesWithKey(named);
    return only !== undefined && others.length === 0 ? only.ref : null;
  }
}
