import { t } from "../../base/text.ts";
import {
  dayAround,
  epochMs,
  instantAt,
  parseLocalDate,
  previousDate,
  SECOND_MS,
  secondsBetween,
  startOfDay,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../base/time.ts";
import type { DeclaredTime } from "../../app/edits/declareTime.ts";
import type { Interval } from "../../domain/capture/interval.ts";

/** The day and zone for a text without a date or an offset. */
export interface LocalTime {
  readonly today: LocalDate;
  readonly zone: ZoneId;
}

/** Typed time: what it means, or in words why it cannot be logged. */
export type TypedTime = { readonly time: DeclaredTime } | { readonly refused: string };

/** Reads and checks what a person typed, as far as possible before asking anything else. @param now nothing can end later */
export function readTypedTime(text: string, local: LocalTime, now: EpochMs): TypedTime {
  const time = parseDeclaredTime(text, local);
  if (time !== undefined) {
    const refused = explainRefusal(time, local, now);
    return refused === undefined ? { time } : { refused };
  }
  const { rest } = dayBefore(text.trim(), local.today);
  if (isBackwards(rest, local)) return { refused: t("Start must be before end.") };
  if (/^\d{1,4}$/.test(rest)) return { refused: t("Write {0}m for {0} minutes.", rest) };
  if ((toLength(PLACED.exec(rest)?.[2] ?? rest) ?? 0) > MAX_SECONDS) return { refused: tooLong() };
  return { refused: t("No time yet") };
}

/** Why the time cannot be logged; undefined if it can. */
function explainRefusal(time: DeclaredTime, { today, zone }: LocalTime, now: EpochMs): string | undefined {
  if ("interval" in time) return time.interval.end > now ? t("This time is not over yet.") : undefined;
  if (time.day > today) return t("This day is in the future.");
  const { start, end } = dayAround(startOfDay(time.day, zone), zone);
  return time.seconds > secondsBetween(start, end) ? tooLong() : undefined;
}

function tooLong(): string {
  return t("That is more than a day.");
}

/**
 * What a person writes for time they worked: `45m`, `1h20`, `1:20`, `1.5h` (unplaced), `9:30-10:15`, `9.30-10.15`, `9-10`,
 * `2pm-3pm`, `14-15 Uhr`, `22:00-24:00` or `9:30 45m` (placed), each of them after a day: `yesterday`, `mon`, `mo`,
 * `2026-03-09`, in English or the language of the editor. Undefined when it is none of these.
 */
export function parseDeclaredTime(text: string, { today, zone }: LocalTime): DeclaredTime | undefined {
  const { day, rest } = dayBefore(text.trim(), today);
  const range = rangeIn(rest, day, zone);
  if (range !== undefined) return range.start < range.end ? { interval: range } : undefined;
  const [, from, written = ""] = PLACED.exec(rest) ?? [];
  // `9:30 10:15` could be a stretch, or a time with a length of ten hours.
  const length = from === undefined || written.includes(":") ? undefined : parseLength(written);
  if (from !== undefined && length !== undefined) {
    const start = clockAt(day, from, zone);
    return start === undefined ? undefined : { interval: { start, end: epochMs(start + length * SECOND_MS) } };
  }
  const seconds = parseLength(rest);
  return seconds === undefined ? undefined : { day, seconds };
}

/** A time of day as people write it: `9`, `9:30`, `9.30`, `9:30:15`, `2pm`, `2:30 pm`, `14 Uhr`. */
const CLOCK = String.raw`\d{1,2}(?:[:.]\d{2}(?::\d{2})?)?(?:\s*(?:[ap]m|uhr))?`;
const RANGE = new RegExp(String.raw`^(${CLOCK})\s*(?:-|–|to|bis|a)\s*(${CLOCK})$`, "i");
/** A time of day and a length. A bare `9` is no time of day here: it could mean hours. */
const PLACED = /^(\d{1,2}(?:[:.]\d{2}(?:\s*(?:[ap]m|uhr))?|\s*(?:[ap]m|uhr)))\s+(.+)$/i;

/** The end of a day, allowed as the end of its last stretch. */
const MIDNIGHT = /^24(?:[:.]00){0,2}(?:\s*uhr)?$/i;

/** A stretch of a day, which may end before it starts. In `2-3pm` both are in the afternoon, in `11-1pm` the end is. */
function rangeIn(text: string, day: LocalDate, zone: ZoneId): Interval | undefined {
  const [, from = "", to = ""] = RANGE.exec(text) ?? [];
  const end = MIDNIGHT.test(to) ? dayAround(startOfDay(day, zone), zone).end : clockAt(day, to, zone);
  if (end === undefined) return undefined;
  const half = /[ap]m$/i.exec(to)?.[0];
  const sameHalf = half === undefined || /[ap]m$/i.test(from) ? undefined : clockAt(day, from + half, zone);
  const start = sameHalf !== undefined && sameHalf < end ? sameHalf : clockAt(day, from, zone);
  return start === undefined ? undefined : { start, end };
}

function isBackwards(rest: string, { today, zone }: LocalTime): boolean {
  const range = rangeIn(rest, today, zone);
  return range !== undefined && range.start >= range.end;
}

/** The instant of a time of day as people write it; undefined when there is no such time. */
function clockAt(day: LocalDate, written: string, zone: ZoneId): EpochMs | undefined {
  const [, hour, minutes = ":00", half] = /^(\d{1,2})([:.]\d{2}(?::\d{2})?)?\s*(?:uhr|([ap]m))?$/i.exec(written) ?? [];
  if (hour === undefined) return undefined;
  const clock = minutes.replace(".", ":");
  if (half === undefined) return instantAt(day, hour + clock, zone);
  if (Number(hour) < 1 || Number(hour) > 12) return undefined;
  const hours = (Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  return instantAt(day, `${hours}${clock}`, zone);
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** The same in the language of the editor. */
function ownWeekdays(): readonly string[] {
  return [t("sunday"), t("monday"), t("tuesday"), t("wednesday"), t("thursday"), t("friday"), t("saturday")];
}

/** Lower case without accents, which people leave out: `mie` is `Mié`. */
function plainWord(word: string): string {
  return word.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "");
}

/** A day of the week by a word in one of the languages or its first letters, from Sunday; negative when it is none. */
function parseWeekday(word: string): number {
  const english = WEEKDAYS.findIndex((name) => name.startsWith(word));
  return english < 0 ? ownWeekdays().findIndex((name) => plainWord(name).startsWith(plainWord(word))) : english;
}

/** The day that a text begins with, and what follows it. A day of the week is the last one before today. */
function dayBefore(text: string, today: LocalDate): { readonly day: LocalDate; readonly rest: string } {
  const found = /^(?:(\p{L}{2,12})\.?|(\d{4}-\d{2}-\d{2}))\s+(.*)$/iu.exec(text);
  const word = (found?.[1] ?? found?.[2])?.toLowerCase();
  if (found === null || word === undefined) return { day: today, rest: text };
  const rest = found[3] ?? "";
  if (word === "today" || word === t("today").toLowerCase()) return { day: today, rest };
  if (word === "yesterday" || word === t("yesterday").toLowerCase()) return { day: previousDate(today), rest };
  const date = parseLocalDate(word);
  if (date !== undefined) return { day: date, rest };
  const weekday = parseWeekday(word);
  if (weekday < 0) return { day: today, rest: text };
  let day = previousDate(today);
  while (new Date(`${day}T00:00:00Z`).getUTCDay() !== weekday) day = previousDate(day);
  return { day, rest };
}

/** `1h 20m`, `1h20`, `90m`, `1.5h`, `1:20`, `45 min` in whole seconds, more than 0 and no more than a day; undefined when it is no length. */
export function parseLength(text: string): number | undefined {
  const seconds = toLength(text);
  return seconds !== undefined && seconds <= MAX_SECONDS ? seconds : undefined;
}

/** The longest day has 25 hours. */
const MAX_SECONDS = 90_000;

function toLength(text: string): number | undefined {
  const clock = /^(\d{1,2}):([0-5]\d)$/.exec(text.trim());
  if (clock !== null) return positive(Number(clock[1]) * 3600 + Number(clock[2]) * 60);
  const parts =
    /^(?:(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:h|hours?))?\s*(?:(\d{1,4})\s*(?:m|min|minutes?|(?<=h\s*\d{1,2})))?\s*(?:(\d{1,5})\s*(?:s|sec|seconds?))?$/i.exec(
      text.trim(),
    );
  if (parts === null || text.trim() === "") return undefined;
  const [hours = "0", minutes = "0", rest = "0"] = parts.slice(1);
  return positive(Math.round(Number(hours.replace(",", ".")) * 3600) + Number(minutes) * 60 + Number(rest));
}

function positive(seconds: number): number | undefined {
  return seconds > 0 ? seconds : undefined;
}
