import { compareTexts } from "../../base/collections.ts";
import { floorToSecond, type EpochMs } from "../../base/time.ts";
import { subtract, type Interval } from "../capture/interval.ts";

/** A commit of the person in the history of a repository. */
export interface HistoryCommit {
  readonly sha: string;
  readonly subject: string;
  readonly repository: string;
  /** Author time, which rebasing keeps. */
  readonly authoredAt: EpochMs;
  /** The case key that its message names. */
  readonly caseKey?: string;
}

/**
 * Commits at most this far apart belong to one session.
 * @source git-hours, its default `maxCommitDiffInMinutes` of 120
 */
export const SESSION_GAP_MS = 120 * 60_000;

/** Time that led to commits on one case, within a session. */
export interface EstimatedStretch {
  readonly interval: Interval;
  /** In order; the last one ends it. */
  readonly commits: readonly HistoryCommit[];
  /** Undefined when its commits name none. */
  readonly caseKey: string | undefined;
}

/** The sessions and stretches estimated from history. */
export interface SessionEstimate {
  readonly sessions: number;
  readonly stretches: readonly EstimatedStretch[];
}

/**
 * Estimates sessions from the person's commits in all repositories as one sequence: a person is in one place at a time.
 * The time between two commits of a session goes to the case of the second, which it led to.
 * @param leadMs time added before the first commit of a session, where git-hours adds two hours
 */
export function estimateSessions(commits: readonly HistoryCommit[], leadMs: number): SessionEstimate {
  const ordered = unique(commits).sort((a, b) => a.authoredAt - b.authoredAt || compareTexts(a.sha, b.sha));
  const stretches: EstimatedStretch[] = [];
  let sessions = 0;
  let previous: HistoryCommit | undefined;
  for (const commit of ordered) {
    const isNew = previous === undefined || commit.authoredAt - previous.authoredAt > SESSION_GAP_MS;
    if (isNew) sessions += 1;
    // A session never begins before the previous one has ended, however long the lead.
    const lead = Math.max(commit.authoredAt - leadMs, previous?.authoredAt ?? 0);
    const start = floorToSecond(isNew ? lead : (previous?.authoredAt ?? lead));
    const last = stretches.at(-1);
    if (!isNew && last !== undefined && last.caseKey === commit.caseKey) {
      const interval = { start: last.interval.start, end: commit.authoredAt };
      stretches[stretches.length - 1] = { ...last, interval, commits: [...last.commits, commit] };
    } else {
      stretches.push({ interval: { start, end: commit.authoredAt }, commits: [commit], caseKey: commit.caseKey });
    }
    previous = commit;
  }
  return { sessions, stretches: stretches.filter(({ interval }) => interval.start < interval.end) };
}

/** The pieces of a stretch that nothing else has taken, each a second or longer. */
export function subtractTaken(stretch: EstimatedStretch, taken: readonly Interval[]): readonly Interval[] {
  return subtract(stretch.interval, taken).filter(({ start, end }) => end - start >= 1_000);
}

/** A cherry-picked or rebased commit occurs several times, with the same author time and subject. */
function unique(commits: readonly HistoryCommit[]): HistoryCommit[] {
  const found = new Map<string, HistoryCommit>();
  for (const commit of commits) {
    const name = `${String(commit.authoredAt)}\n${commit.repository}\n${commit.subject}`;
    const known = found.get(name);
    if (known === undefined || (known.caseKey === undefined && commit.caseKey !== undefined)) found.set(name, commit);
  }
  return [...found.values()];
}
