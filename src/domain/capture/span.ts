import { secondsBetween, seconds, SECOND_MS, type EpochMs, type LocalDate, type Seconds } from "../../base/time.ts";
import { isSameCase, type Case, type CaseRef } from "../cases/case.ts";
import { mergeHeartbeats, type Heartbeat, type HeartbeatRow, type RowClass } from "./heartbeat.ts";
import { subtract, union, type Interval } from "./interval.ts";
import type { Timeline } from "./timeline.ts";
import type { TreeId } from "../cases/treeId.ts";

/** A gap between neighbouring heartbeats is observed if shorter than this (docs/capture.md). */
export const OBSERVED_BELOW_SECONDS = 60;

export type CapturedKind = "observed" | "bridged" | "agent";

/** A stretch of one kind on one case in one work tree within one local day. `case` null: no case was picked. */
export interface Piece extends Interval {
  readonly part: CapturedKind;
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
 * Classifies each gap between neighbouring heartbeats of the person once (docs/capture.md):
 * ```text
 * heartbeats   |  |    |          |                        |
 * gap           2s  20s    4 min            25 min
 * part         observed   bridged         (nothing)
 * ```
 * Observed: shorter than 60 s; it belongs to the case in force at its start, up to a pick inside it; paused time is cut out.
 * Bridged: 60 s up to and including the idle timeout of the policy (or of the case's contract) in force at its start, if
 * the case is the same at both ends and no pause, pick, tick gap or local midnight lies inside.
 * Nothing is added after the last heartbeat, and a lone one has length 0.
 *
 * Weak heartbeats only add to this and take nothing from any case:
 * ```text
 * person    |         |            |      s: scroll, counted if the gap back to the last counted heartbeat (person or
 * weak         s   s       p  p  p           scroll) is observed or may be bridged, within one local day
 * part      observed  bridged             p: presence, used only in gaps that count nothing without it
 * ```
 * A gap with a presence heartbeat at either end is never observed: it is bridged by the same rules, however short.
 * @param rows in any order
 * @returns disjoint and ascending
 */
export function foldPieces(rows: Iterable<HeartbeatRow>, timeline: Timeline): readonly Piece[] {
  const all = [...rows];
  const heard = (wanted: RowClass): readonly Heartbeat[] =>
    mergeHeartbeats(all, wanted).filter(({ at }) => !timeline.isPaused(at));
  const presence = heard("presence");
  const pieces: Piece[] = [];
  let next = 0;
  for (const { from, to, part } of listGaps(heard("person"), heard("scroll"), timeline)) {
    if (part !== undefined) cut(from.at, to.at, from.tree, part, timeline, pieces);
    let last = from;
    for (let beat = presence[next]; beat !== undefined && !(beat.at >= to.at); beat = presence[++next]) {
      if (part !== undefined || beat.at <= last.at) continue;
      if (isBridged(last, beat, timeline)) cut(last.at, beat.at, last.tree, "bridged", timeline, pieces);
      last = beat;
    }
    if (last !== from && isBridged(last, to, timeline)) cut(last.at, to.at, last.tree, "bridged", timeline, pieces);
  }
  return pieces;
}

/**
 * Folds edits made while nobody was there: joined like observed time, minus whatever a person did meanwhile.
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
  for (const heartbeat of mergeHeartbeats(rows, "agent")) {
    if (previous !== undefined && secondsBetween(previous.at, heartbeat.at) < OBSERVED_BELOW_SECONDS) {
      for (const free of subtract({ start: previous.at, end: heartbeat.at }, taken)) {
        cut(free.start, free.end, previous.tree, "agent", timeline, pieces, { start: previous.at, end: heartbeat.at });
      }
    }
    previous = heartbeat;
  }
  return pieces;
}

/**
 * Joins touching pieces that differ only in their time: a day has a piece for each gap between heartbeats, but only a
 * few hundred changes. No figure changes.
 * @param pieces ascending and disjoint, and so is the result
 */
export function joinPieces(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const touches =
      last?.end === piece.start &&
      last.part === piece.part &&
      last.tree === piece.tree &&
      last.day === piece.day &&
      isSameCase(last.case, piece.case);
    if (touches) joined[joined.length - 1] = { ...last, end: piece.end };
    else joined.push(piece);
  }
  return joined;
}

/** Joins touching pieces of the same case and day into spans. @param pieces ascending, disjoint, without agent time */
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

/** A gap between neighbouring counted heartbeats; `part` undefined: it counts nothing. */
interface Gap {
  readonly from: Heartbeat;
  readonly to: Heartbeat;
  readonly part: "observed" | "bridged" | undefined;
}

/** Ends of the gaps before the first and after the last heartbeat, in which presence may count too. */
const NOWHERE = { tree: "" as TreeId, windowId: "", entered: false };
const BEFORE_ALL: Heartbeat = { at: Number.NEGATIVE_INFINITY as EpochMs, ...NOWHERE };
const AFTER_ALL: Heartbeat = { at: Number.POSITIVE_INFINITY as EpochMs, ...NOWHERE };

/** The gaps between the person's heartbeats and the scrolls that count. Both lists are ascending. */
function* listGaps(person: readonly Heartbeat[], scrolls: readonly Heartbeat[], timeline: Timeline): Generator<Gap> {
  let next = 0;
  let from = BEFORE_ALL;
  for (const to of [...person, AFTER_ALL]) {
    const whole = classify(from, to, timeline);
    let last = from;
    for (let scroll = scrolls[next]; scroll !== undefined && scroll.at < to.at; scroll = scrolls[++next]) {
      const part = scroll.at > last.at ? partUpTo(last, scroll, whole, timeline) : undefined;
      if (part === undefined) continue;
      yield { from: last, to: scroll, part };
      last = scroll;
    }
    if (to.at > from.at) yield { from: last, to, part: last === from ? whole : partUpTo(last, to, whole, timeline) };
    from = to;
  }
}

/**
 * How a gap with a scroll at one end or both counts; undefined: not at all.
 * @param whole how the gap between the person's heartbeats around it counts: a scroll inside takes nothing from it
 */
function partUpTo(from: Heartbeat, to: Heartbeat, whole: Gap["part"], timeline: Timeline): Gap["part"] {
  if (whole === "observed") return undefined;
  if (whole === "bridged") {
    if (!isSameCase(refAt(from, timeline), refAt(to, timeline))) return undefined;
    return secondsBetween(from.at, to.at) < OBSERVED_BELOW_SECONDS ? "observed" : "bridged";
  }
  // Within one day: whether a scroll counts must not depend on a chain of scrolls that began days ago.
  const sameDay =
    from !== BEFORE_ALL && to !== AFTER_ALL && timeline.dayAt(from.at).date === timeline.dayAt(to.at).date;
  return sameDay ? classify(from, to, timeline) : undefined;
}

function classify(from: Heartbeat, to: Heartbeat, timeline: Timeline): Gap["part"] {
  if (secondsBetween(from.at, to.at) < OBSERVED_BELOW_SECONDS) return "observed";
  return isBridged(from, to, timeline) ? "bridged" : undefined;
}

function isBridged(from: Heartbeat, to: Heartbeat, timeline: Timeline): boolean {
  if (from === BEFORE_ALL || to === AFTER_ALL) return false;
  const before = timeline.caseAt(from.tree, from.at) ?? null;
  const gap = secondsBetween(from.at, to.at);
  return (
    gap <= idleTimeoutFor(before, from.at, timeline) &&
    isSameCase(before?.ref ?? null, refAt(to, timeline)) &&
    !timeline.isBroken({ start: from.at, end: to.at }, from.windowId, to.windowId)
  );
}

function refAt({ tree, at }: Heartbeat, timeline: Timeline): CaseRef | null {
  return timeline.caseAt(tree, at)?.ref ?? null;
}

function idleTimeoutFor(current: Case | null, at: EpochMs, timeline: Timeline): number {
  return current?.contract?.idleSeconds ?? timeline.policyAt(at).idleTimeoutSeconds;
}

/**
 * Cuts `[start, end)` where the case, the day, the zone or a pause changes, and appends what is not paused.
 * @param heard from the heartbeat before to the one after: only their two days have evidence. If the zone changes in
 * between, a piece may fall on a third day, which nothing would ever fold: it counts to the day of the first.
 */
function cut(
  start: EpochMs,
  end: EpochMs,
  tree: TreeId,
  part: CapturedKind,
  timeline: Timeline,
  into: Piece[],
  heard: Interval = { start, end },
): void {
  const first = timeline.dayAt(heard.start).date;
  const last = timeline.dayAt(heard.end).date;
  for (let from = start; from < end;) {
    const day = timeline.dayAt(from);
    // A gap is a few minutes at most, and each step ends at a later whole second: the loop ends.
    const to = Math.max(from + SECOND_MS, Math.min(end, day.end, timeline.nextChange(tree, from))) as EpochMs;
    if (!timeline.isPaused(from)) {
      const date = day.date === last ? last : first;
      into.push({ start: from, end: to, part, case: timeline.caseAt(tree, from)?.ref ?? null, tree, day: date });
    }
    from = to;
  }
}
