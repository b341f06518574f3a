import { t } from "../base/text.ts";
import {
  epochMs,
  instantAt,
  parseInstant,
  parseLocalDate,
  previousDate,
  SECOND_MS,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../base/time.ts";
import type { DeclaredTime } from "../app/declareTime.ts";
import { CaseclockError } from "../domain/errors.ts";

/** Where a text without a date or an offset is read. */
export interface LocalTime {
  readonly today: LocalDate;
  readonly zone: ZoneId;
}

/** A day of an argument. @throws CaseclockError `arguments.invalid` */
export function dayOf(name: string, value: unknown, fallback: LocalDate): LocalDate {
  if (value === undefined) return fallback;
  const day = typeof value === "string" ? parseLocalDate(value) : undefined;
  if (day === undefined) throw new CaseclockError("arguments.invalid", `${name} must be YYYY-MM-DD`);
  return day;
}

/** An instant of an argument: RFC 3339, or a clock time of `day`. @throws CaseclockError `arguments.invalid` */
export function instantOf(name: string, value: unknown, day: LocalDate, zone: ZoneId): EpochMs {
  const text = typeof value === "string" ? value.trim() : "";
  const instant = parseInstant(text) ?? instantAt(day, text, zone);
  if (instant === undefined) throw new CaseclockError("arguments.invalid", `${name} must be HH:MM or RFC 3339`);
  return instant;
}

/**
 * What a person writes for time they worked: `45m`, `1h20`, `1:20`, `1.5h` (unplaced), `9:30-10:15` or `9:30 45m` (placed),
 * each of them after a day: `yesterday`, `mon`, `2026-03-09`, in English or the language of the editor. Undefined when it is none of these.
 */
export function parseDeclared(text: string, { today, zone }: LocalTime): DeclaredTime | undefined {
  const { day, rest } = dayBefore(text.trim(), today);
  const range = /^(\d{1,2}:\d{2}(?::\d{2})?)\s*(?:-|–|to|bis|a)\s*(\d{1,2}:\d{2}(?::\d{2})?)$/i.exec(rest);
  if (range !== null) {
    const start = instantAt(day, range[1] ?? "", zone);
    const end = instantAt(day, range[2] ?? "", zone);
    if (start === undefined || end === undefined || start >= end) return undefined;
    return { interval: { start, end } };
  }
  const placed = /^(\d{1,2}:\d{2})\s+(.+)$/.exec(rest);
  if (placed !== null) {
    const start = instantAt(day, placed[1] ?? "", zone);
    const written = placed[2] ?? "";
    // `9:30 10:15` is a stretch to one and a length of ten hours to the other.
    const length = written.includes(":") ? undefined : parseLength(written);
    if (start === undefined || length === undefined) return undefined;
    return { interval: { start, end: epochMs(start + length * SECOND_MS) } };
  }
  const seconds = parseLength(rest);
  return seconds === undefined ? undefined : { day, seconds };
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** The same in the language of the editor. */
function ownWeekdays(): readonly string[] {
  return [t("sunday"), t("monday"), t("tuesday"), t("wednesday"), t("thursday"), t("friday"), t("saturday")];
}

/** A day of the week by a word in one of the languages, from Sunday; negative when it is none. */
function weekdayOf(word: string): number {
  const english = WEEKDAYS.findIndex((name) => name.startsWith(word));
  return english < 0 ? ownWeekdays().findIndex((name) => name.toLowerCase().startsWith(word)) : english;
}

/** The day that a text begins with, and what follows it. A day of the week is the last one before today. */
function dayBefore(text: string, today: LocalDate): { readonly day: LocalDate; readonly rest: string } {
  const found = /^(\p{L}{3,12}|\d{4}-\d{2}-\d{2})\s+(.*)$/iu.exec(text);
  const word = found?.[1]?.toLowerCase();
  if (found === null || word === undefined) return { day: today, rest: text };
  const rest = found[2] ?? "";
  if (word === "today" || word === t("today").toLowerCase()) return { day: today, rest };
  if (word === "yesterday" || word === t("yesterday").toLowerCase()) return { day: previousDate(today), rest };
  const date = parseLocalDate(word);
  if (date !== undefined) return { day: date, rest };
  const weekday = weekdayOf(word);
  if (weekday < 0) return { day: today, rest: text };
  let day = previousDate(today);
  while (new Date(`${day}T00:00:00Z`).getUTCDay() !== weekday) day = previousDate(day);
  return { day, rest };
}

/** `1h 20m`, `1h20`, `90m`, `1.5h`, `1:20`, `45 min` in whole seconds, more than 0; undefined when it is no length. */
export function parseLength(text: string): number | undefined {
  const clock = /^(\d{1,2}):([0-5]\d)$/.exec(text.trim());
  if (clock !== null) return positive(Number(clock[1]) * 3600 + Number(clock[2]) * 60);
  const parts =
    /^(?:(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:h|hours?))?\s*(?:(\d{1,4})\s*(?:m|min|minutes?|(?<=h\s*\d{1,2})))?\s*(?:(\d{1,5})\s*(?:s|sec|seconds?))?$/i.exec(
      text.trim(),
    );
  if (parts === null || text.trim() === "") return undefined;
  const [hours = "0", minutes = "0", rest = "0"] = parts.slice(1);
  return positive(Math.round(Number(hours.replace(",", ".")) * 3600) + Number(minutes) * 60 + Number(rest));
}

function positive(seconds: number): number | undefined {
  return seconds > 0 && seconds <= 90_000 ? seconds : undefined;
}
