import { SECOND_MS, type EpochMs } from "../../../base/time.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import type { CommitFacts } from "../../../domain/git/commitFacts.ts";
import {
  foldReflog,
  isSameAddress,
  classifyMovement,
  type ReflogFinding,
  type ReflogEntry,
  type ReflogPosition,
} from "../../../domain/git/reflog.ts";
import { findReplaced, type Rewrite } from "../../../domain/git/rewrite.ts";
import { parseCaseKeys } from "../../../domain/git/trailer.ts";
import type { NewCommit } from "../../../ports/git.ts";
import { yieldToEventLoop } from "../system/yieldToEventLoop.ts";
import type { Changes } from "./gitChanges.ts";
import type { WorkTreeReader } from "./gitReads.ts";

/** How many movements are read at first; more only if the last one seen is not among them. */
const READ_COUNTS = [50, 400, 3_200];
const MAX_WALKED = 200;
/** For how many commits files and lines are read, when many were made since the last check. */
const MAX_DETAILED = 200;
const MAX_BRANCH_MOVES = 50;
/** How many commits become evidence before the event loop gets a turn. */
const TOLD_AT_ONCE = 500;
/** Commits and movements carry whole seconds, and the clock may have been adjusted by as much. */
const SLACK_MS = 2 * SECOND_MS;

interface State {
  /** The last movement seen; undefined where there is no reflog yet, or none at all. */
  readonly seen: ReflogEntry | undefined;
  readonly position: ReflogPosition;
  readonly lookedAt: EpochMs;
}

/** What was found, and where the next check goes on. */
interface Look {
  readonly found: readonly ReflogFinding[];
  readonly seen: ReflogEntry | undefined;
  readonly position: ReflogPosition;
}

/**
 * Reads the person's own commits of a work tree since the last check, from HEAD's reflog. If there is none, or it was
 * pruned, it walks the history from where HEAD was and takes what the person committed since the last check.
 */
export class CommitReader {
  private readonly reads: WorkTreeReader;
  private readonly repository: string;
  private readonly since: string | undefined;
  private readonly trailer: () => string;
  private state: State | undefined;
  /** Before the reflog was read: one that ends while it is read may have moved HEAD once more. */
  private wasRebasing = false;

  /**
   * @param repository its name, as evidence shows it
   * @param since the sha seen last; anything else, or a sha that no longer exists, begins at the first check
   */
  constructor(reads: WorkTreeReader, repository: string, since: string | undefined, trailer: () => string) {
    this.reads = reads;
    this.repository = repository;
    this.since = since !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(since) ? since : undefined;
    this.trailer = trailer;
  }

  /**
   * New commits, oldest first. After a rejection the next call goes on from the same place.
   * @param unlessHeadIsTheSame returns at once when HEAD has not moved
   * @throws CaseclockError `git.failed` | `git.missing`
   */
  async look(now: EpochMs, unlessHeadIsTheSame: boolean): Promise<readonly NewCommit[]> {
    this.wasRebasing = await this.reads.isRebasing();
    const head = await this.reads.head();
    const { state } = this;
    // Ending a rebase of a detached HEAD moves nothing.
    const isAtRest = state !== undefined && state.position.rewriting === undefined;
    if (unlessHeadIsTheSame && isAtRest && head === state.position.head) return [];
    if (head === undefined) {
      // An orphan branch: the reflog still exists, but git does not show it before there is a commit.
      this.state = { seen: this.state?.seen, position: { head, rewriting: undefined }, lookedAt: now };
      return [];
    }
    const { found, seen, position } = await (this.state === undefined ? this.begin(head) : this.goOn(this.state, head));
    const commits = await this.makeEvidence(found);
    this.state = { seen, position, lookedAt: now };
    return commits;
  }

  private async begin(head: string): Promise<Look> {
    const { since } = this;
    const nothing = { found: [], position: { head, rewriting: undefined } };
    if (since === undefined) return { ...nothing, seen: (await this.readLast(1))[0] };
    const { entries, index } = await this.readUntil((read, isAll) => {
      const made = read.findIndex((entry, at) => entry.sha === since && isMaking(entry, read[at + 1]));
      return made >= 0 || !isAll ? made : read.findLastIndex((entry) => entry.sha === since);
    });
    const seen = entries[0];
    if (seen === undefined) {
      const [old] = await this.readIfThere(since, undefined, 1);
      return old === undefined ? { ...nothing, seen } : this.walk(since, head, old.committedAt);
    }
    if (index < 0) return { ...nothing, seen };
    return this.fold(entries.slice(0, index), { head: since, rewriting: undefined }, seen);
  }

  private async goOn(state: State, head: string): Promise<Look> {
    const { seen, position } = state;
    const notBefore = state.lookedAt - SLACK_MS;
    const { entries, index } = await this.readUntil((read, isAll) => {
      if (seen !== undefined) return read.findIndex((entry) => isSameMovement(entry, seen));
      const older = read.findIndex((entry) => entry.movedAt < notBefore);
      return older < 0 && isAll ? read.length : older;
    });
    const last = entries[0];
    if (last !== undefined && index >= 0) return this.fold(entries.slice(0, index), position, last);
    return { ...(await this.walk(position.head, head, notBefore)), seen: last };
  }

  private async fold(newestFirst: readonly ReflogEntry[], from: ReflogPosition, seen: ReflogEntry): Promise<Look> {
    if (newestFirst.length === 0 && from.rewriting === undefined) return { found: [], position: from, seen };
    const { reads } = this;
    const [email, branch] = await Promise.all([reads.email(), reads.branch()]);
    const movements = (await reads.complete(newestFirst)).toReversed();
    const open = foldReflog(movements, from, email, branch, true);
    if (open.position.rewriting === undefined) return { ...open, seen };
    // A rebase may begin after the first query and end before the second: then HEAD is not where its movements led.
    const isRebasing = this.wasRebasing || (await reads.isRebasing()) || (await reads.head()) !== seen.sha;
    return { ...(isRebasing ? open : foldReflog(movements, from, email, branch)), seen };
  }

  private async walk(old: string | undefined, head: string, notBefore: number): Promise<Look> {
    const { reads } = this;
    const position = { head, rewriting: undefined };
    if (old === head) return { found: [], position, seen: undefined };
    const [email, branch] = await Promise.all([reads.email(), reads.branch()]);
    const [was] = old === undefined ? [] : await this.readIfThere(old, undefined, 1);
    const walked = await reads.commits(head, was?.sha, MAX_WALKED);
    const own = walked.filter(
      (commit) => isSameAddress(commit.committerEmail, email) && commit.committedAt >= notBefore,
    );
    const found = own.toReversed().map((commit): ReflogFinding => {
      const isAmended = commit.sha === head && was !== undefined && String(commit.parents) === String(was.parents);
      const replaces = isAmended ? was.sha : undefined;
      return { kind: "commit", own: { commit, replaces, ...(branch === undefined ? {} : { branch }) } };
    });
    return { found, position, seen: undefined };
  }

  private async makeEvidence(found: readonly ReflogFinding[]): Promise<readonly NewCommit[]> {
    const told: NewCommit[] = [];
    const newest = found
      .flatMap((one) => (one.kind === "commit" ? [one.own.commit] : one.rewrite.made.map(({ commit }) => commit)))
      .slice(-MAX_DETAILED)
      .map(({ sha }) => sha);
    const changes = await this.reads.changes(newest);
    for (const [index, one] of found.entries()) {
      if (index % TOLD_AT_ONCE === TOLD_AT_ONCE - 1) await yieldToEventLoop();
      if (one.kind === "rewrite") told.push(...(await this.rewritten(one.rewrite, changes)));
      else {
        const { commit, replaces, branch } = one.own;
        told.push(this.evidence(commit, replaces === undefined ? [] : [replaces], branch, changes));
      }
    }
    return told;
  }

  /** A rewritten commit whose original is unknown is not new and is left out. */
  private async rewritten(rewrite: Rewrite, changes: ReadonlyMap<string, Changes>): Promise<readonly NewCommit[]> {
    const from = (await this.branchBefore(rewrite)) ?? rewrite.left;
    if (from === undefined) return [];
    const left = await this.readIfThere(from, rewrite.end, MAX_WALKED);
    const replaced = findReplaced(rewrite, left.toReversed());
    return rewrite.made.flatMap(({ commit, isOwn, branch }) => {
      const old = replaced.get(commit.sha) ?? [];
      return isOwn && old.length > 0 ? [{ ...this.evidence(commit, old, branch, changes), rewritten: true }] : [];
    });
  }

  /** Where the branch was that a rebase rewrote: `git rebase main side` leaves HEAD where it was for another one. */
  private async branchBefore({ ref, end }: Rewrite): Promise<string | undefined> {
    if (ref === undefined) return undefined;
    try {
      const entries = await this.reads.reflog(MAX_BRANCH_MOVES, ref);
      const finished = entries.findIndex(({ sha, subject }) => sha === end && subject.includes("(finish): "));
      return finished < 0 ? undefined : entries[finished + 1]?.sha;
    } catch (error) {
      if (CaseclockError.is(error, "git.failed")) return undefined; // the branch is gone by now
      throw error;
    }
  }

  private evidence(
    commit: CommitFacts,
    replaced: readonly string[],
    branch: string | undefined,
    changes: ReadonlyMap<string, Changes>,
  ): NewCommit {
    const [caseKey] = parseCaseKeys(commit.message, this.trailer());
    const [replaces, ...squashed] = replaced;
    return {
      sha: commit.sha,
      subject: commit.subject,
      repository: this.repository,
      authoredAt: commit.authoredAt,
      ...changes.get(commit.sha),
      committedAt: commit.committedAt,
      ...(branch === undefined ? {} : { branch }),
      ...(caseKey === undefined ? {} : { caseKey }),
      ...(replaces === undefined ? {} : { replaces }),
      ...(squashed.length === 0 ? {} : { squashed }),
    };
  }

  /**
   * Reads more and more movements until `find` returns an index, or there are no more.
   * `find` also gets whether its list is all there is.
   */
  private async readUntil(
    find: (read: readonly ReflogEntry[], isAll: boolean) => number,
  ): Promise<{ readonly entries: readonly ReflogEntry[]; readonly index: number }> {
    for (const count of READ_COUNTS) {
      const entries = await this.readLast(count);
      const isAll = entries.length < count || count === READ_COUNTS.at(-1);
      const index = find(entries, isAll);
      if (index >= 0 || isAll) return { entries, index };
    }
    return { entries: [], index: -1 };
  }

  private readLast(count: number): Promise<readonly ReflogEntry[]> {
    return this.reads.reflog(count);
  }

  /** Commits from a sha on; none if it has been pruned. */
  private async readIfThere(from: string, until: string | undefined, count: number): Promise<readonly CommitFacts[]> {
    try {
      return await this.reads.commits(from, until, count);
    } catch (error) {
      if (CaseclockError.is(error, "git.failed")) return [];
      throw error;
    }
  }
}

/** Whether a movement made its commit, whoever did it. */
function isMaking(entry: ReflogEntry, previous: ReflogEntry | undefined): boolean {
  const meaning = classifyMovement(entry, previous?.sha, undefined);
  return meaning === "new" || meaning === "replacesPrevious" || meaning === "rewrites";
}

function isSameMovement(a: ReflogEntry, b: ReflogEntry): boolean {
  return a.sha === b.sha && a.movedAt === b.movedAt && a.subject === b.subject;
}
