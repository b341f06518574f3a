import {
  epochMs,
  instantAt,
  seconds,
  secondsBetween,
  startOfDay,
  type EpochMs,
  type Seconds,
} from "../../../../base/time.ts";
import type { ApprovedEntry } from "../../../../domain/log/approvedEntry.ts";

/** A part of an entry's billed time, placed at a time of its own. */
export interface SpanShare {
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** `end - start`. @minimum 1 */
  readonly seconds: Seconds;
}

/** Where unplaced time begins: noon, so that no zone moves it to another day. */
const UNPLACED_START = "12:00";

/**
 * Distributes an entry's billed time over its spans, for systems that derive a duration from start and end: one record from the first
 * to the last instant would bill the pauses. Each span gets its share of the billed time, rounded on the running total, so
 * that the shares add up to `billedSeconds` exactly; a share of 0 is left out, its time comes with the next span. A start is
 * the span's, floored to the unit, or the end of the share before, if that is later: the shares never overlap.
 * @param unit smallest amount that the system keeps; it also cuts instants to it. @minimum 1 @format seconds
 */
export function spanShares(entry: ApprovedEntry, unit: number): readonly SpanShare[] {
  const { intervals, billedSeconds, day, zone } = entry;
  const whole = intervals.reduce((sum, { start, end }) => sum + secondsBetween(start, end), 0);
  if (whole === 0) {
    if (billedSeconds === 0) return [];
    const start = entry.start ?? instantAt(day, UNPLACED_START, zone) ?? startOfDay(day, zone);
    return [{ start, end: after(start, billedSeconds), seconds: billedSeconds }];
  }
  const shares: SpanShare[] = [];
  let soFar = 0;
  let given = 0;
  let free = 0;
  for (const { start, end } of intervals) {
    soFar += secondsBetween(start, end);
    const due = Math.floor((billedSeconds * soFar) / whole / unit + 0.5) * unit;
    const share = seconds((soFar === whole ? billedSeconds : Math.min(due, billedSeconds)) - given);
    if (share <= 0) continue;
    given += share;
    const from = epochMs(Math.max(Math.floor(start / (unit * 1000)) * unit * 1000, free));
    const to = after(from, share);
    free = to;
    shares.push({ start: from, end: to, seconds: share });
  }
  return shares;
}

function after(start: EpochMs, length: Seconds): EpochMs {
  return epochMs(start + length * 1000);
}
