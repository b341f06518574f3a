import { epochMs, seconds, SECOND_MS, secondsBetween, type Seconds } from "../../base/time.ts";
import type { BodyOf } from "../log/events.ts";
import { intersect, subtract, total, type Interval } from "../capture/interval.ts";

/** Unplaced declared time, by its id. */
export interface UnplacedSeconds {
  readonly id: string;
  /** @minimum 0 */
  readonly seconds: number;
}

/**
 * Worked time of a case and day that is not billed. It is tied to instants, so that it goes with them when an entry is
 * split; worked time stays what it was.
 */
export interface WriteDown {
  /** Id of its event. */
  readonly id: string;
  /** The time it decides about, ordered and disjoint; empty when that is unplaced time only. */
  readonly ranges: readonly Interval[];
  /** The parts of the ranges that are written down; the rest of the ranges no longer is. */
  readonly intervals: readonly Interval[];
  readonly declared: readonly UnplacedSeconds[];
  readonly reason: string;
}

/** Everything that is written down of a case and day. */
export interface WrittenDown {
  /** Disjoint. */
  readonly intervals: readonly (Interval & { readonly reason: string })[];
  readonly declared: ReadonlyMap<string, { readonly seconds: number; readonly reason: string }>;
}

/** The time that a write-down decides about. */
export function listDecidedRanges({ from, to, within }: BodyOf<"writtenDown">): readonly Interval[] {
  return within ?? (from === undefined || to === undefined ? [] : [{ start: from, end: to }]);
}

/** Applies write-downs; of two on the same instant or declaration the later one wins. @param made in order */
export function applyWriteDowns(made: readonly WriteDown[]): WrittenDown {
  let intervals: (Interval & { readonly reason: string })[] = [];
  const declared = new Map<string, { readonly seconds: number; readonly reason: string }>();
  for (const { ranges, intervals: now, declared: ofDeclared, reason } of made) {
    intervals = intervals.flatMap((one) => subtract(one, ranges).map((left) => ({ ...left, reason: one.reason })));
    for (const range of ranges) {
      for (const one of now) {
        const inside = intersect(one, range);
        if (inside !== undefined) intervals.push({ ...inside, reason });
      }
    }
    for (const { id, seconds: length } of ofDeclared) declared.set(id, { seconds: length, reason });
  }
  return { intervals, declared };
}

/**
 * Takes an amount from the end of the worked time, and the remainder from unplaced time.
 * ```text
 * worked   [-----)   [--------)   + unplaced
 * amount                 [xxxx)
 * ```
 * @param worked ascending and disjoint
 * @param amount what exceeds all of it is ignored. @minimum 0 @format seconds
 */
export function takeFromEnd(
  worked: readonly Interval[],
  unplaced: readonly UnplacedSeconds[],
  amount: number,
): { readonly intervals: readonly Interval[]; readonly declared: readonly UnplacedSeconds[] } {
  let left = amount;
  const intervals: Interval[] = [];
  for (const one of worked.toReversed()) {
    const length = secondsBetween(one.start, one.end);
    const taken = Math.min(left, length);
    if (taken > 0) intervals.unshift({ start: epochMs(one.end - taken * SECOND_MS), end: one.end });
    left -= taken;
  }
  const declared = unplaced.map(({ id, seconds: length }) => {
    const taken = Math.min(left, length);
    left -= taken;
    return { id, seconds: taken };
  });
  return { intervals, declared };
}

/**
 * The write-downs that the new case of reassigned time needs, so that as much of it stays written down as before:
 * reassigning must make no bill larger, nor revive a write-down that the case had at those instants long ago.
 * @param moving disjoint
 */
export function findCarriedWriteDowns(
  from: WrittenDown,
  to: WrittenDown,
  moving: readonly Interval[],
): readonly { readonly range: Interval; readonly intervals: readonly Interval[]; readonly reason: string }[] {
  return moving.flatMap((one) => {
    const cleared = to.intervals.some((other) => intersect(other, one) !== undefined)
      ? [{ range: one, intervals: [], reason: "" }]
      : [];
    const carried = from.intervals.flatMap((other) => {
      const range = intersect(other, one);
      return range === undefined ? [] : [{ range, intervals: [range], reason: other.reason }];
    });
    return [...cleared, ...carried];
  });
}

/** How much of some time is written down, and why, each reason once. */
export function sumWrittenDown(
  { intervals, declared }: WrittenDown,
  worked: readonly Interval[],
  unplaced: readonly UnplacedSeconds[],
): { readonly seconds: Seconds; readonly reason: string } {
  const reasons = new Set<string>();
  let sum = 0;
  for (const one of intervals) {
    const inside = total(worked.flatMap((other) => intersect(one, other) ?? []));
    if (inside > 0) reasons.add(one.reason);
    sum += inside;
  }
  for (const { id, seconds: length } of unplaced) {
    const found = declared.get(id);
    const inside = Math.min(found?.seconds ?? 0, length);
    if (found !== undefined && inside > 0) reasons.add(found.reason);
    sum += inside;
  }
  return { seconds: seconds(sum), reason: [...reasons].join("; ") };
}
