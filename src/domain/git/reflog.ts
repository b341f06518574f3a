import type { EpochMs } from "../../base/time.ts";
import type { CommitFacts } from "./commitFacts.ts";
import { addRewritten, type Rewrite, type RewrittenCommit } from "./rewrite.ts";

/** One position of HEAD, with the commit it moved to. */
export interface ReflogEntry {
  /** What HEAD moved to. */
  readonly sha: string;
  /** Why, in git's words: `commit (amend): Fix it`. Empty when the program gave no reason. */
  readonly subject: string;
  /** When HEAD moved. */
  readonly movedAt: EpochMs;
  readonly commit: CommitFacts;
}

/** What a movement of HEAD means for a person's work. */
export type ReflogMeaning =
  /** A commit that was made here. */
  | "new"
  /** A commit that takes the place of the one before it. */
  | "replacesPrevious"
  /** A commit that takes the place of an older one: rebase, reword, squash. */
  | "rewrites"
  /** The commits that follow rewrite those that HEAD leaves here. */
  | "rewritingBegins"
  | "rewritingEnds"
  /** HEAD moved to an existing commit. */
  | "position"
  /** A commit by somebody else. */
  | "foreign";

/** Longest time between a commit by an unknown program and HEAD's movement to it. Inclusive. */
const UNKNOWN_PROGRAM_MS = 10_000;

/** The steps of a rebase in parentheses, of which the last was done; `pull` writes them after its arguments. */
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
 * A commit that the person neither wrote nor committed is foreign, even under the first rows, and so is a rewritten one
 * by another author. Without an address (`email` undefined) those rows count as the person's own, and `am` and anything
 * else as foreign.
 * @param previous where HEAD was before; undefined when there was nothing or it is not known
 * @param email `user.email`, compared without regard to case
 * @source git 2.39 `builtin/commit.c`, `sequencer.c`, `builtin/merge.c`, `builtin/pull.c`, `builtin/am.c`
 */
export function classifyMovement(
  entry: ReflogEntry,
  previous: string | undefined,
  email: string | undefined,
): ReflogMeaning {
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

/** A commit of the person that HEAD moved to. */
export interface OwnCommit {
  readonly commit: CommitFacts;
  /** The commit that it amends. */
  readonly replaces: string | undefined;
  /** The branch it was made on, as far as the movements tell; absent when HEAD was detached. */
  readonly branch?: string;
}

/** A result of movements: one commit, or everything that a rebase made, reported at its end. */
export type ReflogFinding =
  { readonly kind: "commit"; readonly own: OwnCommit } | { readonly kind: "rewrite"; readonly rewrite: Rewrite };

/** How far a reflog has been read. */
export interface ReflogPosition {
  readonly head: string | undefined;
  /** The rebase that is not over yet. */
  readonly rewriting: Rewriting | undefined;
}

interface Rewriting {
  readonly left: string | undefined;
  readonly made: readonly RewrittenCommit[];
}

/**
 * What the person did in the movements since a position, oldest first, each commit once. What a rebase made is reported
 * at its end, and never if it was aborted: until then the commits that it copies are the ones that count.
 * @param entries ascending: the oldest first
 * @param branch what is checked out after the last entry; undefined when detached
 * @param isRebasing whether a rebase was in progress at the last entry: on a detached HEAD one ends without a movement
 */
export function foldReflog(
  entries: readonly ReflogEntry[],
  from: ReflogPosition,
  email: string | undefined,
  branch: string | undefined,
  isRebasing = false,
): { readonly found: readonly ReflogFinding[]; readonly position: ReflogPosition } {
  const branches = traceBranches(entries, branch);
  const found: ReflogFinding[] = [];
  const seen = new Set<string>();
  let { head, rewriting } = from;
  const end = (ref?: string): void => {
    if (rewriting !== undefined && rewriting.made.length > 0 && head !== undefined) {
      const rewrite = { ...rewriting, end: head, ...(ref === undefined ? {} : { ref }) };
      found.push({ kind: "rewrite", rewrite });
    }
    rewriting = undefined;
  };
  entries.forEach((entry, index) => {
    const { commit, sha, subject } = entry;
    const meaning = classifyMovement(entry, head, email);
    const on = branches[index];
    const add = (replaces: string | undefined): void => {
      if (seen.has(sha)) return;
      seen.add(sha);
      found.push({ kind: "commit", own: { commit, replaces, ...(on === undefined ? {} : { branch: on }) } });
    };
    const rewrite = (current: Rewriting): Rewriting => {
      const how = { isOwn: meaning !== "foreign", squashes: SQUASHING.test(subject), branch: on };
      return { ...current, made: addRewritten(current.made, commit, head, how) };
    };
    if (meaning === "rewritingBegins") {
      end();
      rewriting = { left: head, made: [] };
    } else if (meaning === "rewritingEnds") {
      if (ABORTING.test(subject)) rewriting = undefined;
      else end(RETURNING.exec(subject)?.[1]);
    } else if (rewriting !== undefined && isRewrite(subject)) rewriting = rewrite(rewriting);
    else if (meaning === "new") add(undefined);
    else if (meaning === "replacesPrevious") add(head);
    else if (meaning === "rewrites" && head !== undefined) {
      // `git history` and JGit rewrite in one movement, without a start entry: what it leaves is where HEAD was.
      const one = { commit, isOwn: true, copy: commit, changed: undefined, squashes: 0 };
      const made = [{ ...one, ...(on === undefined ? {} : { branch: on }) }];
      found.push({ kind: "rewrite", rewrite: { left: head, end: sha, made } });
    }
    head = sha;
  });
  if (!isRebasing) end();
  return { found, position: { head, rewriting } };
}

/** Steps that may fold a commit into the one before it; a step continued after a conflict may be one. */
const SQUASHING = /^(?:rebase|pull)\b.*\((?:squash|fixup|continue)\): /;
const RETURNING = /\(finish\): returning to (refs\/heads\/\S+)$/;
const ABORTING = /^(?:rebase|pull)\b.*\(abort\): /;

/** Whether a movement made a commit within a rebase, whoever wrote it. */
function isRewrite(subject: string): boolean {
  if (/^commit \((?:rebase|amend)\): /.test(subject)) return true;
  const [, steps, what] = REBASE_STEP.exec(subject) ?? [];
  return (
    steps !== undefined && REWRITING_STEPS.has(steps.slice(steps.lastIndexOf("(") + 1, -1)) && what !== "fast-forward"
  );
}

/** The branch that each movement was made on: known at the end, then read from each checkout on the way back. */
function traceBranches(entries: readonly ReflogEntry[], last: string | undefined): readonly (string | undefined)[] {
  const branches: (string | undefined)[] = [];
  let branch = last;
  for (let index = entries.length - 1; index >= 0; index--) {
    branches[index] = branch;
    const subject = entries[index]?.subject ?? "";
    const left = /^checkout: moving from (\S+) to \S+$/.exec(subject)?.[1];
    const onto = RETURNING.exec(subject)?.[1]?.slice("refs/heads/".length);
    if (left !== undefined) branch = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(left) ? undefined : left;
    else if (onto !== undefined) branch = onto;
  }
  return branches;
}

/** Whether a commit's address is the person's, without regard to case; false when `own` is undefined. */
export function isSameAddress(address: string, own: string | undefined): boolean {
  return address.toLowerCase() === own?.toLowerCase();
}
