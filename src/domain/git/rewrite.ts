import type { CommitFacts } from "./commitFacts.ts";

/** A commit that a rebase made; steps that change HEAD's commit in place (reword, squash, amend) end in one. */
export interface RewrittenCommit {
  readonly commit: CommitFacts;
  /** Written by the person. */
  readonly isOwn: boolean;
  /** The copy that it began as; undefined when it began as an existing commit. */
  readonly copy: CommitFacts | undefined;
  /** The existing commit that was changed in place. */
  readonly changed: string | undefined;
  /** How many commits were squashed into it, at most. */
  readonly squashes: number;
  readonly branch?: string;
}

/** What one rebase did. */
export interface Rewrite {
  /** Where HEAD was when it began; undefined when that is not known. */
  readonly left: string | undefined;
  /** Where HEAD was when it ended. */
  readonly end: string;
  /** Full name of the branch that it rewrote: not always the one that HEAD was on when it began. */
  readonly ref?: string;
  /** The commits that it made and kept, oldest first. */
  readonly made: readonly RewrittenCommit[];
}

/**
 * Adds the commit that a rebase has just moved HEAD to.
 * @param head where HEAD was before: a commit that does not follow it was changed in place
 */
export function addRewritten(
  made: readonly RewrittenCommit[],
  commit: CommitFacts,
  head: string | undefined,
  {
    isOwn,
    squashes,
    branch,
  }: { readonly isOwn: boolean; readonly squashes: boolean; readonly branch: string | undefined },
): readonly RewrittenCommit[] {
  const on = branch === undefined ? {} : { branch };
  if (head === undefined || commit.parents[0] === head) {
    return [...made, { commit, isOwn, copy: commit, changed: undefined, squashes: 0, ...on }];
  }
  const before = made.find((one) => one.commit.sha === head);
  const count = (before?.squashes ?? 0) + (squashes ? 1 : 0);
  const now =
    before === undefined ? { copy: undefined, changed: head } : { copy: before.copy, changed: before.changed };
  return [...made.filter((one) => one !== before), { commit, isOwn, ...now, squashes: count, ...on }];
}

/**
 * For each commit that a rebase made, the commits it replaces, by sha; none when they are not known.
 *
 * A copy has the author, author time and subject of its original or, if its message was changed while it was copied,
 * the same author and time. Commits left over were squashed or dropped: each squash takes the commit that names its
 * target (`fixup! …`), else the one after those it has already, else the next; if more are left than were squashed, the
 * rest was dropped.
 * @param left the commits reachable from where it began but not from where it ended, oldest first
 * @source git-rebase(1): author and author time are kept, in a squash those of the first
 */
export function findReplaced({ made }: Rewrite, left: readonly CommitFacts[]): ReadonlyMap<string, readonly string[]> {
  const replaced = new Map(made.map(({ commit, changed }) => [commit.sha, changed === undefined ? [] : [changed]]));
  const taken = new Set(
    made.flatMap(({ commit, changed }) => [commit.sha, ...(changed === undefined ? [] : [changed])]),
  );
  const take = (sha: string, old: CommitFacts | undefined): void => {
    if (old === undefined) return;
    taken.add(old.sha);
    replaced.get(sha)?.push(old.sha);
  };
  for (const isEnough of [isSameCommit, isSameWriting]) {
    for (const { commit, copy } of made) {
      if (copy === undefined || (replaced.get(commit.sha)?.length ?? 0) > 0) continue;
      take(
        commit.sha,
        left.find((old) => !taken.has(old.sha) && isEnough(old, copy)),
      );
    }
  }
  for (const { commit, squashes } of made) {
    for (let squash = 0; squash < squashes; squash++) {
      const parts = replaced.get(commit.sha) ?? [];
      const targets = left.filter(({ sha }) => parts.includes(sha)).map(({ subject }) => subject);
      const named = left.find(({ sha, subject }) => !taken.has(sha) && targets.includes(withoutAim(subject)));
      const last = left.findLastIndex(({ sha }) => parts.includes(sha));
      const isFree = ({ sha }: CommitFacts): boolean => !taken.has(sha);
      take(commit.sha, named ?? left.slice(last + 1).find(isFree) ?? left.find(isFree));
    }
  }
  return replaced;
}

function isSameWriting(a: CommitFacts, b: CommitFacts): boolean {
  return a.authoredAt === b.authoredAt && a.authorEmail === b.authorEmail;
}

function isSameCommit(a: CommitFacts, b: CommitFacts): boolean {
  return isSameWriting(a, b) && a.subject === b.subject;
}

/** `fixup! Fix it` → `Fix it`; empty for other subjects. */
function withoutAim(subject: string): string {
  return /^(?:(?:fixup|squash|amend)! )+(.*)$/.exec(subject)?.[1] ?? "";
}
