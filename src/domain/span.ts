import { secondsBetween, seconds, SECOND_MS, type EpochMs, type LocalDate, type Seconds } from "../base/time.ts";
import { isSameCase, type Case, type CaseRef } from "./caseRef.ts";
import { mergeHeartbeats, type Heartbeat, type HeartbeatRow, type TreeId } from "./heartbeat.ts";
import { subtract, union, type Interval } from "./interval.ts";
import type { Timeline } from "./timeline.ts";

/** A gap between neighbouring heartbeats is observed if shorter than this (design 2). */
export const OBSERVED_BELOW_SECONDS = 60;

export type Part = "observed" | "bridged" | "agent";

/** A stretch of one kind on one case in one work tree within one local day. `case` null: no case was picked. */
export interface Piece extends Interval {
  readonly part: Part;
  readonly case: CaseRef | null;
  readonly tree: TreeId;
  readonly day: LocalDate;
}

/** A maximal run of observed and bridged time on one case within one local day, half-open. */
export interface Span extends Interval {
  readonly day: LocalDate;
  readonly case: CaseRef | null;
  readonly observed: Seconds;
  readonly bridged: Seconds;
}

/**
 * Classifies each gap between neighbouring heartbeats once (design 2):
 * ```text
 * heartbeats   |  |    |          |                        |
 * gap           2s  20s    4 min            25 min
 * part         observed   bridged         (nothing)
 * ```
 * Observed: shorter than 60 s; it belongs to the case in force at its start, up to a pick inside it; paused time is cut out.
 * Bridged: 60 s up to and including the idle timeout of the policy (or of the case's contract) in force at its start, if
 * the case is the same at both ends and no pause, pick, tick gap or local midnight lies inside.
 * Nothing is added after the last heartbeat, and a lone one has length 0.
 * @param rows in any order
 * @returns disjoint and ascending
 */
export function foldPieces(rows: Iterable<HeartbeatRow>, timeline: Timeline): readonly Piece[] {
  const pieces: Piece[] = [];
  let previous: Heartbeat | undefined;
  for (const heartbeat of mergeHeartbeats(rows)) {
    if (timeline.isPaused(heartbeat.at)) continue;
    if (previous !== undefined && heartbeat.at > previous.at) {
      const part = classify(previous, heartbeat, timeline);
      if (part !== undefined) cut(previous.at, heartbeat.at, previous.tree, part, timeline, pieces);
    }
    previous = heartbeat;
  }
  return pieces;
}

/**
 * Edits while nobody was there, joined like observed time, less whatever a person did meanwhile.
 * @param worked the person's pieces of the same stretch
 */
export function foldAgentPieces(
  rows: Iterable<HeartbeatRow>,
  timeline: Timeline,
  worked: readonly Interval[],
): readonly Piece[] {
  const taken = union(worked);
  const pieces: Piece[] = [];
  let previous: Heartbeat | undefined;
  for (const heartbeat of mergeHeartbeats(rows, true)) {
    if (previous !== undefined && secondsBetween(previous.at, heartbeat.at) < OBSERVED_BELOW_SECONDS) {
      for (const free of subtract({ start: previous.at, end: heartbeat.at }, taken)) {
        cut(free.start, free.end, previous.tree, "agent", timeline, pieces);
      }
    }
    previous = heartbeat;
  }
  return pieces;
}

/** Joins neighbouring pieces of the same case and day into spans. @param pieces ascending and disjoint, without agent time */
export function foldSpans(pieces: readonly Piece[]): readonly Span[] {
  const spans: Span[] = [];
  let last: Span | undefined;
  for (const piece of pieces) {
    const length = secondsBetween(piece.start, piece.end);
    const observed = piece.part === "observed" ? length : 0;
    if (last?.end === piece.start && last.day === piece.day && isSameCase(last.case, piece.case)) {
      last = {
        ...last,
        end: piece.end,
        observed: seconds(last.observed + observed),
        bridged: seconds(last.bridged + length - observed),
      };
      spans[spans.length - 1] = last;
    } else {
      const { start, end, day, case: ref } = piece;
      last = { start, end, day, case: ref, observed: seconds(observed), bridged: seconds(length - observed) };
      spans.push(last);
    }
  }
  return spans;
}

function classify(from: Heartbeat, to: Heartbeat, timeline: Timeline): Part | undefined {
  const gap = secondsBetween(from.at, to.at);
  if (gap < OBSERVED_BELOW_SECONDS) return "observed";
  const before = timeline.caseAt(from.tree, from.at) ?? null;
  const after = timeline.caseAt(to.tree, to.at) ?? null;
  if (gap > idleTimeoutOf(before, from.at, timeline) || !isSameCase(before?.ref ?? null, after?.ref ?? null)) {
    return undefined;
  }
  return timeline.isBroken({ start: from.at, end: to.at }) ? undefined : "bridged";
}

function idleTimeoutOf(current: Case | null, at: EpochMs, timeline: Timeline): number {
  return current?.contract?.idleSeconds ?? timeline.policyAt(at).idleTimeoutSeconds;
}

/** Cuts `[start, end)` where the case, the day, the zone or a pause changes, and appends what is not paused. */
function cut(start: EpochMs, end: EpochMs, tree: TreeId, part: Part, timeline: Timeline, into: Piece[]): void {
  for (let from = start; from < end;) {
    const day = timeline.dayAt(from);
    // A gap is a few minutes at most, and each step ends at a later whole second: the loop ends.
    const to = Math.max(from + SECOND_MS, Math.min(end, day.end, timeline.nextChange(tree, from))) as EpochMs;
    if (!timeline.isPaused(from)) {
      into.push({ start: from, end: to, part, case: timeline.caseAt(tree, from)?.ref ?? null, tree, day: day.date });
    }
    from = to;
  }
}
