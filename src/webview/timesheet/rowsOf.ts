/** Questions about rows: what can be done with them, and which row of a new model is which of the old one. */
import { MINUTE_MS } from "../../base/time.ts";
import type { RowAction, TimelineItem, TimelineLane, TimesheetRow } from "../../ports/timesheet.ts";

/** Whether the extension allows that action on the row now. */
export const allows = (row: TimesheetRow, action: RowAction): boolean => row.actions.includes(action);

/** Finds the rows that can be split at the instant: it lies inside them, not on an edge. */
export function findSplittable(rows: readonly TimesheetRow[], at: number): readonly TimesheetRow[] {
  return rows.filter(
    (row) => allows(row, "split") && row.start !== undefined && row.end !== undefined && row.start < at && at < row.end,
  );
}

/** Whether these can become one entry: two or more, same case and day, each allows it. */
export function areMergeable(rows: readonly TimesheetRow[]): boolean {
  const [first] = rows;
  return (
    first !== undefined &&
    rows.length > 1 &&
    rows.every((row) => allows(row, "merge") && row.caseId === first.caseId && row.day === first.day)
  );
}

/** The items that touch `[start, end)`. */
export function findTouched(lanes: readonly TimelineLane[], start: number, end: number): readonly TimelineItem[] {
  return lanes.flatMap(({ items }) => items.filter((item) => item.start < end && start < item.end));
}

/** Where to split by default: the middle of the longest pause inside the row, else its middle, on a whole minute. */
export function findMiddle({ start = 0, end = 0, intervals }: TimesheetRow): number {
  let best = { length: 0, at: (start + end) / 2 };
  intervals.forEach((each, i) => {
    const next = intervals[i + 1];
    const length = next === undefined ? 0 : next.start - each.end;
    if (next !== undefined && length > best.length) best = { length, at: (each.end + next.start) / 2 };
  });
  const minute = Math.round(best.at / MINUTE_MS) * MINUTE_MS;
  return minute > start && minute < end ? minute : Math.floor(best.at / 1000) * 1000;
}

/**
 * Finds the new id of each of these old rows whose id is gone: that of the row of the same case and day that shares most time
 * with it. Rows that kept their id are not in the answer.
 */
export function followRows(
  ids: Iterable<string>,
  before: readonly TimesheetRow[],
  after: readonly TimesheetRow[],
): ReadonlyMap<string, string> {
  const known = new Set(after.map(({ id }) => id));
  const old = new Map(before.map((row) => [row.id, row]));
  const found = new Map<string, string>();
  for (const id of ids) {
    const row = old.get(id);
    if (known.has(id) || row === undefined) continue;
    const ranked = after
      .filter(({ caseId, day }) => caseId === row.caseId && day === row.day)
      .map((each) => ({ id: each.id, common: measureCommonTime(row, each) }))
      .sort((a, b) => b.common - a.common);
    if (ranked[0] !== undefined) found.set(id, ranked[0].id);
  }
  return found;
}

function measureCommonTime(a: TimesheetRow, b: TimesheetRow): number {
  let sum = a.start === undefined && b.start === undefined ? 1 : 0;
  for (const one of a.intervals) {
    for (const other of b.intervals) {
      sum += Math.max(0, Math.min(one.end, other.end) - Math.max(one.start, other.start));
    }
  }
  return sum;
}
