import type { EpochMs } from "../base/time.ts";

/** One position of HEAD, with the commit it moved to. */
export interface ReflogEntry {
  /** What HEAD moved to. */
  readonly sha: string;
  /** Why, in git's words: `commit (amend): Fix it`. Empty where no program said. */
  readonly subject: string;
  /** When HEAD moved. */
  readonly movedAt: EpochMs;
  readonly commit: CommitFacts;
}

/** What a commit object says. */
export interface CommitFacts {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authorEmail: string;
  readonly authoredAt: EpochMs;
  readonly committerEmail: string;
  readonly committedAt: EpochMs;
  readonly subject: string;
  readonly message: string;
}

/** What a movement of HEAD means for a person's work. */
export type ReflogMeaning =
  /** A commit that was made here. */
  | "new"
  /** A commit that takes the place of the one before it. */
  | "replacesPrevious"
  /** A commit that takes the place of an older one: rebase, reword, squash. */
  | "rewrites"
  /** The commits that follow are rewrites of those which this leaves. */
  | "rewritingBegins"
  | "rewritingEnds"
  /** HEAD moved to a commit that was there. */
  | "position"
  /** A commit of somebody else. */
  | "foreign";

/** Longest distance between a commit and the movement to it for a program that git does not know. Inclusive. */
const UNKNOWN_PROGRAM_MS = 10_000;

/** The steps of a rebase in brackets, the last one being what was done; `pull` writes them after its arguments. */
const REBASE_STEP = /^(?:rebase|pull)\b.*?((?: \([a-z-]+\))+): (.*)$/;

const REWRITING_STEPS = new Set(["pick", "reword", "edit", "squash", "fixup", "continue", "merge"]);

/**
 * What one movement of HEAD means.
 *
 * | subject | meaning |
 * | --- | --- |
 * | `commit: `, `commit (initial): `, `commit (merge): ` | new |
 * | `commit (amend): ` | replacesPrevious |
 * | `commit (cherry-pick): `, `cherry-pick: `, `revert: ` | new |
 * | `commit (rebase): `, `rebase (pick): `, `rebase -i (reword): `, `pull … (fixup): `, `reword: ` | rewrites |
 * | `merge X: Merge made by`, `pull …: Merge made by` | new |
 * | `am: ` | new if the person is its author |
 * | `checkout: `, `reset: `, `clone: `, `Branch: `, other words of `merge`, `pull` and `rebase` | position |
 * | anything else | new if HEAD's old commit is its first parent, the person committed it, and within 10 seconds |
 *
 * A commit that the person neither wrote nor committed is foreign, also under the first rows, and so is a rewritten one
 * of another author. Without an address (`email` undefined) those rows are taken as the person's own, and `am` and
 * anything else as foreign.
 * @param previous where HEAD was before; undefined when there was nothing or it is not known
 * @param email `user.email`, compared without regard to case
 * @source git 2.39 `builtin/commit.c`, `sequencer.c`, `builtin/merge.c`, `builtin/pull.c`, `builtin/am.c`
 */
export function meaningOf(entry: ReflogEntry, previous: string | undefined, email: string | undefined): ReflogMeaning {
  const { subject, commit } = entry;
  const byPerson = email === undefined || isSameAddress(commit.authorEmail, email);
  const mine = byPerson || isSameAddress(commit.committerEmail, email);
  if (subject.startsWith("commit (amend): ")) return mine ? "replacesPrevious" : "foreign";
  if (/^(?:commit \(rebase\)|reword): /.test(subject)) return byPerson ? "rewrites" : "foreign";
  if (/^commit(?: \([a-z-]+\))?: /.test(subject)) return mine ? "new" : "foreign";
  if (/^(?:cherry-pick|rebase): fast-forward/.test(subject)) return "position";
  const [, steps, what] = REBASE_STEP.exec(subject) ?? [];
  if (steps !== undefined) {
    const step = steps.slice(steps.lastIndexOf("(") + 1, -1);
    if (step === "start") return "rewritingBegins";
    if (step === "finish" || step === "abort") return "rewritingEnds";
    if (!REWRITING_STEPS.has(step) || what === "fast-forward") return "position";
    return byPerson ? "rewrites" : "foreign";
  }
  if (/^(?:cherry-pick|revert): /.test(subject)) return mine ? "new" : "foreign";
  if (/^(?:merge|pull)\b.*: Merge made by/.test(subject)) return mine ? "new" : "foreign";
  if (/^(?:checkout|reset|clone|Branch|merge|pull|rebase)\b/.test(subject)) return "position";
  if (subject.startsWith("am: ")) return email !== undefined && byPerson ? "new" : "foreign";
  const follows = previous !== undefined && commit.parents[0] === previous;
  if (!follows) return "position";
  const near = Math.abs(entry.movedAt - commit.committedAt) <= UNKNOWN_PROGRAM_MS;
  return near && isSameAddress(commit.committerEmail, email) ? "new" : "foreign";
}

/** A commit of one's own that HEAD moved to. */
export interface OwnCommit {
  readonly commit: CommitFacts;
  /** What it takes the place of: known for an amended commit, to be found for a rewritten one. */
  readonly replaces: { readonly kind: "nothing" } | Replaced;
  /** The branch it was made on, as far as the movements tell; undefined when HEAD was detached. */
  readonly branch?: string;
}

type Replaced =
  | { readonly kind: "commit"; readonly sha: string }
  /** One of the commits that can be reached from `left`; undefined when it is not known where rewriting began. */
  | { readonly kind: "rewritten"; readonly left: string | undefined };

/** Where the reading of a reflog stands. */
export interface ReflogPosition {
  readonly head: string | undefined;
  /** Where HEAD was when the rebase began that is not over yet. */
  readonly rewriting: string | undefined;
}

/**
 * The person's own commits among the movements since a position, oldest first, each once.
 * @param entries ascending: the oldest first
 * @param branch what is checked out after the last entry; undefined when detached
 */
export function foldReflog(
  entries: readonly ReflogEntry[],
  from: ReflogPosition,
  email: string | undefined,
  branch: string | undefined,
): { readonly commits: readonly OwnCommit[]; readonly position: ReflogPosition } {
  const branches = branchesOf(entries, branch);
  const commits = new Map<string, OwnCommit>();
  let { head, rewriting } = from;
  entries.forEach((entry, index) => {
    const meaning = meaningOf(entry, head, email);
    const on = branches[index];
    const add = (replaces: OwnCommit["replaces"]): void => {
      if (commits.has(entry.sha)) return;
      commits.set(entry.sha, { commit: entry.commit, replaces, ...(on === undefined ? {} : { branch: on }) });
    };
    if (meaning === "rewritingBegins") rewriting = head;
    else if (meaning === "rewritingEnds") rewriting = undefined;
    else if (meaning === "new") add({ kind: "nothing" });
    else if (meaning === "replacesPrevious")
      add(head === undefined ? { kind: "nothing" } : { kind: "commit", sha: head });
    // `git history` and JGit rewrite in one movement, without a beginning: it leaves where HEAD was.
    else if (meaning === "rewrites") add({ kind: "rewritten", left: rewriting ?? head });
    head = entry.sha;
  });
  return { commits: [...commits.values()], position: { head, rewriting } };
}

/**
 * Which of the commits that a rewrite left is the one that `commit` takes the place of: the same author, time of
 * writing and subject; else (reworded, squashed) the same author and time, when only one is. Undefined when none is.
 * @param left what can be reached from where rewriting began, but no more
 * @source git-rebase(1): author and time of writing are kept, in a squash those of the first
 */
export function replacedBy(commit: CommitFacts, left: readonly CommitFacts[]): string | undefined {
  const alike = left.filter(
    (old) => old.authoredAt === commit.authoredAt && old.authorEmail === commit.authorEmail && old.sha !== commit.sha,
  );
  const same = alike.find((old) => old.subject === commit.subject);
  return (same ?? (alike.length === 1 ? alike[0] : undefined))?.sha;
}

/** The branch that each movement was made on: known at the end, and told by each checkout on the way back. */
function branchesOf(entries: readonly ReflogEntry[], last: string | undefined): readonly (string | undefined)[] {
  const branches: (string | undefined)[] = [];
  let branch = last;
  for (let index = entries.length - 1; index >= 0; index--) {
    branches[index] = branch;
    const subject = entries[index]?.subject ?? "";
    const left = /^checkout: moving from (\S+) to \S+$/.exec(subject)?.[1];
    const onto = /\(finish\): returning to refs\/heads\/(\S+)$/.exec(subject)?.[1];
    if (left !== undefined) branch = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(left) ? undefined : left;
    else if (onto !== undefined) branch = onto;
  }
  return branches;
}

/** Whether a commit's address is the person's, without regard to case; without one it is not. */
export function isSameAddress(address: string, own: string | undefined): boolean {
  return address.toLowerCase() === own?.toLowerCase();
}
