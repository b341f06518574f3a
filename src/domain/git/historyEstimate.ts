import { compareTexts } from "../../base/collections.ts";
import { floorToSecond, type EpochMs } from "../../base/time.ts";
import { subtract, type Interval } from "../capture/interval.ts";

/** A commit of one's own, as history has it. */
export interface HistoryCommit {
  readonly sha: string;
  readonly subject: string;
  readonly repository: string;
  /** When it was written: rebasing keeps that. */
  readonly authoredAt: EpochMs;
  /** What its message names as the case. */
  readonly caseKey?: string;
}

/**
 * Commits that are at most this far apart are one session.
 * @source git-hours, its default `maxCommitDiffInMinutes` of 120
 */
export const SESSION_GAP_MS = 120 * 60_000;

/** Time on the way to commits of one case, within a session. */
export interface EstimatedStretch {
  readonly interval: Interval;
  /** In order; the last one ends it. */
  readonly commits: readonly HistoryCommit[];
  /** Undefined where its commits name none. */
  readonly caseKey: string | undefined;
}

/** What history says. */
export interface SessionEstimate {
  readonly sessions: number;
  readonly stretches: readonly EstimatedStretch[];
}

/**
 * Estimates sessions from one's own commits of all repositories as one sequence, for a person is at one place at a time.
 * From one commit to the next of the same session the time goes to the case of the second, which it led to.
 * @param leadMs added before the first commit of a session, where git-hours adds two hours: nothing unless the person says so
 */
export function estimateSessions(commits: readonly HistoryCommit[], leadMs: number): SessionEstimate {
  const ordered = unique(commits).sort((a, b) => a.authoredAt - b.authoredAt || compareTexts(a.sha, b.sha));
  const stretches: EstimatedStretch[] = [];
  let sessions = 0;
  let previous: HistoryCommit | undefined;
  for (const commit of ordered) {
    const isNew = previous === undefined || commit.authoredAt - previous.authoredAt > SESSION_GAP_MS;
    if (isNew) sessions += 1;
    // A session begins after the one before it has ended, however long the lead.
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

/** What of a stretch nothing else has, each piece of a second or more. */
export function subtractTaken(stretch: EstimatedStretch, taken: readonly Interval[]): readonly Interval[] {
  return subtract(stretch.interval, taken).filter(({ start, end }) => end - start >= 1_000);
}

/** A commit that was picked or rebased is there several times: its author's time and subject stay the same. */
function unique(commits: readonly HistoryCommit[]): HistoryCommit[] {
  const found = new Map<string, HistoryCommit>();
  for (const commit of commits) {
    const name = `${String(commit.authoredAt)}\n${commit.repository}\n${commit.subject}`;
    const known = found.get(name);
    if (known === undefined || (known.caseKey === undefined && commit.caseKey !== undefined)) found.set(name, commit);
  }
  return [...found.values()];
}
