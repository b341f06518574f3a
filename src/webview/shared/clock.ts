/** Clock times and days of one zone in one locale, over `Intl` alone. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../base/time.ts";

/** Clock times and days of a zone as text. Instants are milliseconds since the epoch, days `YYYY-MM-DD`. */
export interface Clock {
  /** `9:05`; with seconds if it has any; with the zone's short name where clocks show this time twice. */
  time(instant: number): string;
  /** `9:05 – 9:50 AM` */
  between(start: number, end: number): string;
  /** `9:05 to 9:50`, in the words of `join`. */
  range(start: number, end: number, join: (from: string, to: string) => string): string;
  /** `HH:MM`, or `HH:MM:SS` if it has seconds, as a time field wants it. */
  field(instant: number): string;
  /** `Monday, March 30, 2026` */
  longDay(day: string): string;
  /** `Mon, Mar 30` */
  shortDay(day: string): string;
  /** `Mon` */
  weekday(day: string): string;
  /** `Mar 23 – 29, 2026` */
  span(from: string, to: string): string;
  /** Day and time, for a history. */
  moment(instant: number): string;
}

/** When a day begins in UTC, as `Intl` formats it with `timeZone: "UTC"`. */
export const parseDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Days from one day to another: 1 to the next day. */
export function countDays(from: string, to: string): number {
  return (parseDay(to) - parseDay(from)) / DAY_MS;
}

/** The day so many days later. */
export function addDays(day: string, count: number): string {
  return new Date(parseDay(day) + count * DAY_MS).toISOString().slice(0, 10);
}

const clocks = new Map<string, Clock>();

/** The clock of this zone, made once. An unknown zone is shown as UTC. */
export function getClock(locale: string, zone: string): Clock {
  const key = `${locale}\n${zone}`;
  const made = clocks.get(key) ?? makeClock(locale, zone);
  clocks.set(key, made);
  return made;
}

function makeClock(locale: string, zone: string): Clock {
  const timeZone = resolveZone(zone);
  const day = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const short = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "short" });
  const exact = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "medium" });
  const zoneName = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" });
  const zoned = (instant: number): string => {
    const name = zoneName.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
    return `${short.format(instant)} ${name}`;
  };
  const long = day({ weekday: "long", year: "numeric", month: "long", day: "numeric" });
  const brief = day({ weekday: "short", month: "short", day: "numeric" });
  const weekday = day({ weekday: "short" });
  const period = day({ year: "numeric", month: "short", day: "numeric" });
  const moment = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "medium", timeStyle: "short" });
  const field = getFieldFormat(timeZone);
  const isTwice = (instant: number): boolean => {
    const shown = field(instant);
    return [-HOUR_MS, HOUR_MS, -HOUR_MS / 2, HOUR_MS / 2].some((shift) => field(instant + shift) === shown);
  };
  const time = (instant: number): string =>
    isTwice(instant) ? zoned(instant) : (instant % MINUTE_MS === 0 ? short : exact).format(instant);
  // People read whole minutes. Where clocks show a time twice, the zone is added.
  const minute = (instant: number): string => (isTwice(instant) ? zoned(instant) : short.format(instant));
  return {
    time,
    range: (start, end, join) => join(minute(start), minute(end)),
    between: (start, end) => {
      if (isTwice(start) || isTwice(end)) return `${minute(start)} – ${minute(end)}`;
      return short.formatRange(start, end);
    },
    field,
    longDay: (value) => long.format(parseDay(value)),
    shortDay: (value) => brief.format(parseDay(value)),
    weekday: (value) => weekday.format(parseDay(value)),
    span: (from, to) => period.formatRange(parseDay(from), parseDay(to)),
    moment: (instant) => moment.format(instant),
  };
}

function resolveZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC"; // RangeError is how Intl answers an unknown zone
  }
}

const fields = new Map<string, (instant: number) => string>();

/** `HH:MM` or `HH:MM:SS`, as a time field returns it. */
function getFieldFormat(timeZone: string): (instant: number) => string {
  const known = fields.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const made = (instant: number): string => {
    const text = format.format(instant);
    return text.endsWith(":00") ? text.slice(0, 5) : text;
  };
  fields.set(timeZone, made);
  return made;
}

/**
 * The instants of a local day at which its clocks show `HH:MM` or `HH:MM:SS`: none where clocks skip it, two where they
 * show it twice. The end of the day itself counts for `00:00` if `withEnd`.
 */
export function findInstants(
  { dayStart, dayEnd, zone }: { readonly dayStart: number; readonly dayEnd: number; readonly zone: string },
  field: string,
  withEnd = false,
): readonly number[] {
  const found = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(field);
  if (found === null) return [];
  const offset = Number(found[1]) * HOUR_MS + Number(found[2]) * MINUTE_MS + Number(found[3] ?? 0) * 1000;
  const shown = getFieldFormat(resolveZone(zone));
  const wanted = found[3] === "00" ? field.slice(0, 5) : field;
  // Clocks move by an hour or less within a day, so no other instant can show it.
  const shifts = [0, -HOUR_MS, HOUR_MS, -HOUR_MS / 2, HOUR_MS / 2];
  const instants = new Set(shifts.map((shift) => dayStart + offset + shift));
  if (withEnd && offset === 0) return [dayEnd];
  return [...instants]
    .filter((each) => each >= dayStart && each < dayEnd && shown(each) === wanted)
    .sort((a, b) => a - b);
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const STEPS = [5, 15, 30, 60, 120, 180, 240].map((minutes) => minutes * MINUTE_MS);

/**
 * Ticks of the stretch at round clock times, at most `most`: every 5 minutes to every 4 hours. On a day of 23 hours one hour
 * is missing, on one of 25 an hour is there twice.
 */
export function listTicks(
  locale: string,
  { from, to, zone }: { readonly from: number; readonly to: number; readonly zone: string },
  most: number,
): readonly Tick[] {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? HOUR_MS * 6;
  const shown = getFieldFormat(resolveZone(zone));
  const label = new Intl.DateTimeFormat(locale, {
    timeZone: resolveZone(zone),
    hour: "numeric",
    ...(step < HOUR_MS ? { minute: "2-digit" } : {}),
  });
  const found: Tick[] = [];
  const unit = Math.min(step, 15 * MINUTE_MS);
  for (let at = Math.ceil(from / unit) * unit; at < to; at += unit) {
    const [hours = 0, minutes = 0] = shown(at).split(":").map(Number);
    if ((hours * HOUR_MS + minutes * MINUTE_MS) % step === 0) found.push({ at, label: label.format(at) });
  }
  return found;
}
