import { epochMs, SECOND_MS, seconds, type Seconds } from "../../base/time.ts";
import { isSameCase } from "../cases/case.ts";
import type { DaySheet } from "./daySheet.ts";
import { subtract, total, union, type Interval } from "../capture/interval.ts";
import type { DraftEntry } from "../entries/draftEntry.ts";
import type { ApprovedEntry } from "../log/approvedEntry.ts";

/** Where worked time lies. */
export interface WorkedTime {
  /** Ascending, disjoint. */
  readonly intervals: readonly Interval[];
  /** Declared for the day, without a time of day. */
  readonly unplacedSeconds: Seconds;
}

/** An entry with its worked time. */
export interface WorkedEntry extends WorkedTime {
  readonly entry: ApprovedEntry | DraftEntry;
}

/**
 * The worked time of an entry: what it claims, minus agent time, which it claims too where the contract bills it.
 * ```text
 * claimed     [-------------------)   [-------)
 * agent             [--------)
 * declared               [--------)               worked also where an agent was busy
 * result      [-----)    [--------)   [-------)
 * ```
 * Its total is observed + bridged + declared time. If the evidence has changed since approval and no longer adds up to
 * that, it is the beginning of the claimed time, so that totals hold.
 * @param sheet of the entry's day
 */
export function findWorkedTime(
  entry: ApprovedEntry | DraftEntry,
  sheet: Pick<DaySheet, "agentPieces" | "declarations">,
): WorkedTime {
  const worked = entry.observedSeconds + entry.bridgedSeconds + entry.declaredSeconds;
  const hasAgentTime = entry.billableSeconds + entry.writtenDownSeconds > worked;
  const intervals = hasAgentTime ? withoutAgent(entry, sheet) : entry.intervals;
  return { intervals, unplacedSeconds: seconds(Math.max(0, worked - total(intervals))) };
}

function withoutAgent(
  { case: of, intervals, declarations = [], observedSeconds, bridgedSeconds }: ApprovedEntry | DraftEntry,
  sheet: Pick<DaySheet, "agentPieces" | "declarations">,
): readonly Interval[] {
  const placed = sheet.declarations.flatMap(({ id, interval }) =>
    interval !== undefined && declarations.some((one) => one.id === id) ? [interval] : [],
  );
  const busy = union(placed);
  const agent = sheet.agentPieces
    .filter((piece) => isSameCase(piece.case, of.ref))
    .flatMap((piece) => subtract(piece, busy));
  const rest = intervals.flatMap((one) => subtract(one, union(agent)));
  const expected = observedSeconds + bridgedSeconds + total(placed);
  return total(rest) === expected ? rest : takeFirst(intervals, expected);
}

/** The first `length` seconds of intervals. */
function takeFirst(intervals: readonly Interval[], length: number): readonly Interval[] {
  const first: Interval[] = [];
  let left = length * SECOND_MS;
  for (const { start, end } of intervals) {
    if (left <= 0) break;
    first.push({ start, end: epochMs(Math.min(end, start + left)) });
    left -= end - start;
  }
  return first;
}
