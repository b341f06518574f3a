import { secondsBetween, seconds, type EpochMs, type Seconds } from "../../base/time.ts";

/** Half-open `[start, end)`; empty when `end <= start`. */
export interface Interval {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** The overlap of two intervals; undefined when it is empty. */
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const start = a.start > b.start ? a.start : b.start;
  const end = a.end < b.end ? a.end : b.end;
  return start < end ? { start, end } : undefined;
}

/**
 * The same instants as ordered, disjoint, non-touching intervals.
 * ```text
 * [--a--)   [-c-)          [---------)
 *    [---b---)        →
 * ```
 */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals.filter((i) => i.start < i.end).sort((a, b) => a.start - b.start);
  const result: { start: EpochMs; end: EpochMs }[] = [];
  for (const { start, end } of sorted) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.end) {
      if (end > last.end) last.end = end;
    } else {
      result.push({ start, end });
    }
  }
  return result;
}

/**
 * The instants of `from` that are in none of `taken`, ordered.
 * ```text
 * from   [-----------)
 * taken     [--)  [------)
 * result [--)  [--)
 * ```
 * @param taken ordered and disjoint, as `union` returns it
 */
export function subtract(from: Interval, taken: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  let start = from.start;
  for (const hole of taken) {
    if (hole.end <= start) continue;
    if (hole.start >= from.end) break;
    if (hole.start > start) result.push({ start, end: hole.start });
    if (hole.end > start) start = hole.end;
  }
  if (start < from.end) result.push({ start, end: from.end });
  return result;
}

/** Sum of the lengths; overlaps count as often as they occur. */
export function total(intervals: readonly Interval[]): Seconds {
  let sum = 0;
  for (const { start, end } of intervals) if (end > start) sum += secondsBetween(start, end);
  return seconds(sum);
}
