import { t } from "../../base/text.ts";
import { formatWithOffset, instantAt, secondsBetween, startOfDay, type EpochMs } from "../../base/time.ts";
import type { WorkedEntry } from "../../domain/day/workedTime.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";

/** When unplaced time begins in the file. */
const UNPLACED_AT = "12:00";

/**
 * Worked time as a timeclock file, which ledger and hledger read: a pair of lines for each interval, account
 * `customer:case`, in the zone of each entry. Unplaced time is put at noon and says so. The end of an interval is its
 * start plus its length, even if clocks changed in between: the format has no zone, and totals must hold.
 * @source https://hledger.org/hledger.html#timeclock
 */
export function toTimeclock(entries: readonly WorkedEntry[]): string {
  return entries.flatMap(toLines).join("");
}

function toLines({ entry, intervals, unplacedSeconds }: WorkedEntry): readonly string[] {
  const { day, zone } = entry;
  const account = [entry.case.customer.name, entry.case.key].map(toAccountName).filter(Boolean).join(":");
  const text = toOneLine(entry.description === "" ? entry.case.title : entry.description);
  const pair = (start: EpochMs, length: number, note = text): string => {
    const from = wallClock(start, entry);
    return `i ${formatted(from)} ${account}${note === "" ? "" : `  ${note}`}\no ${formatted(from + length * 1000)}\n`;
  };
  const placed = intervals.map(({ start, end }) => ({ start, length: secondsBetween(start, end) }));
  const noon = instantAt(day, UNPLACED_AT, zone) ?? startOfDay(day, zone);
  return [
    ...placed.filter(({ length }) => length > 0).map(({ start, length }) => pair(start, length)),
    ...(unplacedSeconds > 0 ? [pair(noon, unplacedSeconds, t("{0} (no set time)", text).trim())] : []),
  ];
}

/** What clocks in the entry's zone show, as if it were UTC. @format milliseconds since the epoch */
function wallClock(instant: EpochMs, { zone }: Pick<DraftEntry, "zone">): number {
  return Date.parse(`${formatWithOffset(instant, zone).slice(0, 19)}Z`);
}

function formatted(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace("T", " ");
}

/** A part of an account's name: a colon would split it further, two spaces or a semicolon would end it. */
function toAccountName(text: string): string {
  return toOneLine(text.replaceAll(/[:;]/g, " "));
}

function toOneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
