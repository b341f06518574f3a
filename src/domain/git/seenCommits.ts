import { appendTo } from "../../base/collections.ts";
import type { EpochMs, LocalDate } from "../../base/time.ts";
import { caseRefKey, type CaseRef } from "../cases/case.ts";
import type { TreeId } from "../cases/treeId.ts";
import type { SeenCommit } from "./seenCommit.ts";
import type { CommitEvidence } from "../log/approvedEntry.ts";

/** What became of a commit that was seen. */
export type CommitFate =
  /** It is where it was, as far as is known. */
  | { readonly kind: "here" }
  /** Another commit has its change now: amended, rebased, squashed, cherry-picked. */
  | { readonly kind: "moved"; readonly to: CommitEvidence }
  /** No branch has it any more, and no other commit has its change. */
  | { readonly kind: "gone" };

/**
 * The person's commits and what became of them. Rewriting is no new work: evidence stays on the day of the work and
 * points at the commit that has the change now. An amended commit is also evidence of the day on which it was amended.
 */
export class SeenCommits {
  private readonly bySha = new Map<string, SeenCommit>();
  private readonly successors = new Map<string, string>();
  private readonly fates = new Map<string, CommitEvidence | null>();
  private readonly ofDay = new Map<LocalDate, SeenCommit[]>();
  private readonly last = new Map<TreeId, string>();

  /** Does nothing for a commit that was added before. */
  add(commit: SeenCommit): void {
    if (this.bySha.has(commit.sha)) return;
    this.bySha.set(commit.sha, commit);
    // It is there, whatever fate was recorded before.
    this.fates.delete(commit.sha);
    for (const old of [...(commit.replaces === undefined ? [] : [commit.replaces]), ...(commit.squashed ?? [])]) {
      this.successors.set(old, commit.sha);
    }
    this.last.set(commit.tree, commit.sha);
    appendTo(this.ofDay, commit.day, commit);
  }

  /** @param now the commit that has the change now: another one, itself again, or none */
  setFate(sha: string, now: CommitEvidence | null): void {
    if (now?.sha === sha) this.fates.delete(sha);
    else this.fates.set(sha, now);
  }

  get(sha: string): SeenCommit | undefined {
    return this.bySha.get(sha);
  }

  has(sha: string): boolean {
    return this.bySha.has(sha);
  }

  /** By day, in the order in which they were seen; all of history, so not for a hot path. */
  get all(): readonly SeenCommit[] {
    return [...this.ofDay.values()].flat();
  }

  /** Commits that were seen on a day, in that order, whatever became of them since. */
  on(day: LocalDate): readonly SeenCommit[] {
    return this.ofDay.get(day) ?? [];
  }

  /** The commit seen last in a work tree. */
  findLast(tree: TreeId): string | undefined {
    return this.last.get(tree);
  }

  findFate(sha: string): CommitFate {
    const { now } = this.findEnd(sha);
    if (now === null) return { kind: "gone" };
    return now === undefined || now.sha === sha ? { kind: "here" } : { kind: "moved", to: evidenceIn(now) };
  }

  /** Replaces commits by those that have their changes now, each once, and lists the gone ones separately. */
  resolveCurrent(commits: readonly CommitEvidence[]): {
    readonly commits: readonly CommitEvidence[];
    readonly gone: readonly CommitEvidence[];
  } {
    const now = new Map<string, CommitEvidence>();
    const gone: CommitEvidence[] = [];
    for (const commit of commits) {
      const fate = this.findFate(commit.sha);
      if (fate.kind === "gone") gone.push(commit);
      else {
        const { sha, ...more } = fate.kind === "moved" ? fate.to : commit;
        now.set(sha, { sha, ...more });
      }
    }
    return { commits: [...now.values()], gone };
  }

  /**
   * The commit that has the change of an autosquash commit now; null for any other commit, and when not known.
   * @source git-commit(1), --fixup and --squash: the subject repeats that of the commit it is for
   */
  findAutosquashTarget(sha: string): CommitEvidence | null {
    const seen = this.bySha.get(sha);
    const subject = /^(?:(?:fixup|squash|amend)! )+(.+)$/.exec(seen?.subject ?? "")?.[1];
    if (seen === undefined || subject === undefined) return null;
    const targets = this.all.filter((one) => one.tree === seen.tree && one.subject === subject && one.sha !== sha);
    for (const target of targets.reverse()) {
      const fate = this.findFate(target.sha);
      if (fate.kind === "moved") return fate.to;
    }
    return null;
  }

  /**
   * Commits of a work tree seen since a day that nothing is known to have replaced, the latest first. Includes those
   * that were found gone, which may come back, and those that moved to a commit never seen itself, which may go.
   * @param most how many at most
   */
  listToLookFor(tree: TreeId, since: LocalDate, most: number): readonly SeenCommit[] {
    const days = [...this.ofDay.keys()].filter((day) => day >= since).sort();
    const found: SeenCommit[] = [];
    for (const day of days.reverse()) {
      for (const commit of (this.ofDay.get(day) ?? []).toReversed()) {
        const moved = this.fates.get(commit.sha);
        if (commit.tree !== tree || this.successors.has(commit.sha) || (moved && this.bySha.has(moved.sha))) continue;
        found.push(commit);
        if (found.length === most) return found;
      }
    }
    return found;
  }

  /**
   * The evidence that a case has on a day, in its current state: each commit once, the gone ones separately.
   * @param isTaken whether a commit is evidence of an approved entry
   * @param caseOfTime the case of the time at an instant, for commits that name none; undefined where there is no time
   */
  evidenceOn(
    ref: CaseRef,
    day: LocalDate,
    isTaken: (sha: string) => boolean,
    caseOfTime: (at: EpochMs) => CaseRef | null | undefined,
  ): { readonly commits: readonly CommitEvidence[]; readonly gone: readonly CommitEvidence[] } {
    const key = caseRefKey(ref);
    const findCase = (seen: SeenCommit): CaseRef | null => {
      const ofTime = seen.unnamed === true ? caseOfTime(seen.at) : undefined;
      return ofTime === undefined ? seen.case : ofTime;
    };
    const commits = new Map<string, CommitEvidence>();
    const gone: CommitEvidence[] = [];
    for (const seen of this.ofDay.get(day) ?? []) {
      if (isTaken(seen.sha) || this.isShownByOriginal(seen)) continue;
      const { now, isFound } = this.findEnd(seen.sha);
      const last = this.bySha.get(now?.sha ?? seen.sha) ?? seen;
      // If amended for another case, it is evidence of that one; if found elsewhere, of the case that it has there.
      const counted = isFound ? findCase(last) : last.unnamed === true ? findCase(seen) : last.case;
      if (caseRefKey(counted) !== key || isTaken(now?.sha ?? seen.sha)) continue;
      if (now === null) gone.push(evidenceIn(seen));
      else commits.set((now ?? seen).sha, evidenceIn(now ?? seen));
    }
    return { commits: [...commits.values()], gone };
  }

  /** A rewritten commit is evidence on its original's day, when the work was done; an amended one also on its own. */
  private isShownByOriginal({ replaces, rewritten }: SeenCommit): boolean {
    return rewritten === true && replaces !== undefined && this.bySha.has(replaces);
  }

  /**
   * Follows replacements and fates to the commit that has the change now; null: none has.
   * `isFound`: the last step led to a commit that was not made from it here, but was found to have its change.
   */
  private findEnd(sha: string): { readonly now: CommitEvidence | null | undefined; readonly isFound: boolean } {
    const passed = new Set([sha]);
    let current = sha;
    let isFound = false;
    for (;;) {
      const next = this.successors.get(current);
      const fate = next === undefined ? this.fates.get(current) : undefined;
      if (fate === null) return { now: null, isFound };
      const to = next ?? fate?.sha;
      if (to === undefined || passed.has(to)) return { now: this.bySha.get(current), isFound };
      isFound = fate !== undefined && this.bySha.has(to);
      if (fate !== undefined && !isFound) return { now: fate, isFound };
      passed.add(to);
      current = to;
    }
  }
}

function evidenceIn(commit: CommitEvidence): CommitEvidence {
  const { sha, subject, repository, branch, authoredAt, files, insertions, deletions } = commit;
  return {
    sha,
    subject,
    repository,
    ...(branch === undefined ? {} : { branch }),
    ...(authoredAt === undefined ? {} : { authoredAt }),
    ...(files === undefined ? {} : { files }),
    ...(insertions === undefined ? {} : { insertions }),
    ...(deletions === undefined ? {} : { deletions }),
  };
}
