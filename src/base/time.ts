import { Temporal } from "temporal-polyfill";

/** An instant: milliseconds since 1970-01-01T00:00Z. Instants in the log are floored to whole seconds. */
export type EpochMs = number & { readonly __epochMs: true };
/** A length of time in whole seconds, 0 or more. Every figure that is shown or billed has this type. */
export type Seconds = number & { readonly __seconds: true };
/** A calendar day `YYYY-MM-DD` in the zone in force when it was captured. Compares as text. */
export type LocalDate = string & { readonly __localDate: true };
/** An IANA zone such as `Europe/Madrid`, known to this runtime. */
export type ZoneId = string & { readonly __zone: true };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** 24 hours: a day of UTC. A local day may be shorter or longer. */
export const DAY_MS = 86_400_000;

/** Brands a number of milliseconds. */
export function epochMs(value: number): EpochMs {
  return value as EpochMs;
}

/** Brands a number of seconds. */
export function seconds(value: number): Seconds {
  return value as Seconds;
}

/** The instant floored to the whole second, so that sums of gaps are exact (ADR 0001). */
export function floorToSecond(instant: number): EpochMs {
  return (Math.floor(instant / SECOND_MS) * SECOND_MS) as EpochMs;
}

/** Seconds between two floored instants; negative when `end` is before `start`. */
export function secondsBetween(start: EpochMs, end: EpochMs): Seconds {
  return Math.round((end - start) / SECOND_MS) as Seconds;
}

/** The zone if this runtime knows it, else undefined. */
export function parseZone(value: string): ZoneId | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value).timeZoneId as ZoneId;
  } catch {
    return undefined; // Temporal throws a RangeError for an unknown zone
  }
}

/** The date if `value` is a real calendar day written `YYYY-MM-DD`, else undefined. */
export function parseLocalDate(value: string): LocalDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const at = Date.parse(`${value}T00:00Z`);
  // `Date` reads February 30 as March 2. Without Temporal, a chunk that only checks days stays 60 kB smaller.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value) ? (value as LocalDate) : undefined;
}

/** The first instant of a local day; days begin at 00:00 or, where clocks skip it, at the first instant that exists. */
export function startOfDay(date: LocalDate, zone: ZoneId): EpochMs {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).startOfDay().epochMilliseconds as EpochMs;
}

/** The day after. */
export function nextDate(date: LocalDate): LocalDate {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toString() as LocalDate;
}

/** The day `days` days before; after, if negative. */
export function daysBefore(date: LocalDate, days: number): LocalDate {
  return Temporal.PlainDate.from(date).subtract({ days }).toString() as LocalDate;
}

/** The day before. */
export function previousDate(date: LocalDate): LocalDate {
  return Temporal.PlainDate.from(date).subtract({ days: 1 }).toString() as LocalDate;
}

/** The Monday of a day's week. @source ISO 8601, 3.1.1.23 */
export function startOfWeek(date: LocalDate): LocalDate {
  return daysBefore(date, Temporal.PlainDate.from(date).dayOfWeek - 1);
}

/** One local day as an interval `[start, end)` of 23, 24 or 25 hours. */
export interface DayBounds {
  readonly date: LocalDate;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** The local day around an instant. */
export function dayAround(instant: EpochMs, zone: ZoneId): DayBounds {
  const start = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).startOfDay();
  return {
    date: start.toPlainDate().toString() as LocalDate,
    start: start.epochMilliseconds as EpochMs,
    end: start.add({ days: 1 }).startOfDay().epochMilliseconds as EpochMs,
  };
}

/** The local day that an instant falls on. */
export function localDate(instant: EpochMs, zone: ZoneId): LocalDate {
  return dayAround(instant, zone).date;
}

/** RFC 3339 with the zone's offset at that instant, whole seconds: `2026-03-04T09:12:00+01:00`. @source RFC 3339 5.6 */
export function formatWithOffset(instant: EpochMs, zone: ZoneId): string {
  const offset = offsetOfDay(instant, zone);
  if (offset !== undefined) return new Date(instant + offset.ms).toISOString().slice(0, 19) + offset.text;
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: "never", smallestUnit: "second" });
}

interface Offset {
  readonly ms: number;
  /** `+01:00`. */
  readonly text: string;
}

/** By zone and UTC day: a sync of thousands of entries asks for the same few. */
const offsets = new Map<string, Offset | undefined>();
const MAX_OFFSETS = 5_000;

/**
 * The offset in force throughout a UTC day; undefined for a day on which clocks change. No zone ever changed its clocks
 * forth and back within one.
 */
function offsetOfDay(instant: EpochMs, zone: ZoneId): Offset | undefined {
  const day = Math.floor(instant / DAY_MS);
  const key = `${zone} ${day}`;
  if (offsets.has(key)) return offsets.get(key);
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  const at = (ms: number): Temporal.ZonedDateTime =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const [first, last] = [at(day * DAY_MS), at((day + 1) * DAY_MS - 1)];
  // Offsets with seconds, as before 1972, are written rounded: Temporal handles those.
  const isPlain = first.offsetNanoseconds === last.offsetNanoseconds && first.offsetNanoseconds % 60e9 === 0;
  const offset = isPlain ? { ms: first.offsetNanoseconds / 1e6, text: first.offset } : undefined;
  offsets.set(key, offset);
  return offset;
}

/**
 * The instant at which clocks in the zone show `HH:MM` or `HH:MM:SS` on a date; undefined when `clock` is no such time.
 * A time that occurs twice means the first; one that is skipped moves forward by the length of the gap.
 */
export function instantAt(date: LocalDate, clock: string, zone: ZoneId): EpochMs | undefined {
  if (!/^\d{1,2}:\d{2}(:\d{2})?$/.test(clock)) return undefined;
  try {
    const time = Temporal.PlainTime.from(
      clock.padStart(clock.length === 4 || clock.length === 7 ? clock.length + 1 : 0, "0"),
    );
    return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: time })
      .epochMilliseconds as EpochMs;
  } catch {
    return undefined; // Temporal throws a RangeError for 25:70
  }
}

/** The instant of an RFC 3339 text with offset or Z; undefined for any other text. @source RFC 3339 5.6 */
export function parseInstant(text: string): EpochMs | undefined {
  try {
    return Temporal.Instant.from(text).epochMilliseconds as EpochMs;
  } catch {
    return undefined; // Temporal throws a RangeError for anything else
  }
}

/** Wall clock time `HH:MM` in the zone. */
export function formatClock(instant: EpochMs, zone: ZoneId): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ smallestUnit: "minute" });
}
