import { daysBefore, nextDate, previousDate, startOfWeek, type LocalDate } from "../../base/time.ts";

/** A range of days, both ends included. */
export interface DayRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** The week, month or quarter that a day is in. Weeks begin on Monday. */
export function rangeAround(period: "week" | "month" | "quarter", day: LocalDate): DayRange {
  if (period === "week") {
    const from = startOfWeek(day);
    return { from, to: daysAfter(from, 6) };
  }
  const [year = 0, month = 1] = day.split("-").map(Number);
  const length = period === "month" ? 1 : 3;
  const first = month - ((month - 1) % length);
  return { from: firstOfMonth(year, first), to: previousDate(firstOfMonth(year, first + length)) };
}

/** The range to compare with: the week, month or quarter before; for `custom`, as many days right before. */
export function rangeBefore({ from, to }: DayRange, period: "week" | "month" | "quarter" | "custom"): DayRange {
  const last = previousDate(from);
  return period === "custom"
    ? { from: daysBefore(from, listDays({ from, to }).length), to: last }
    : rangeAround(period, last);
}

/**
 * As many days of the range before as `range` has lasted so far: half a month is not compared with a whole one.
 * @param before the range before `range`
 */
export function comparedPart(range: DayRange, before: DayRange, today: LocalDate): DayRange {
  if (today < range.from || today >= range.to) return before;
  const to = daysAfter(before.from, listDays({ from: range.from, to: today }).length - 1);
  return { from: before.from, to: to < before.to ? to : before.to };
}

/** The days of a range in order; empty when it ends before it begins. */
export function listDays({ from, to }: DayRange): readonly LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = from; day <= to; day = nextDate(day)) days.push(day);
  return days;
}

/** The weeks of a range; the first and last may be partial. */
export function splitIntoWeeks(range: DayRange): readonly DayRange[] {
  return splitRange(range, (day) => startOfWeek(day) === day);
}

/** The months of a range; the first and last may be partial. */
export function splitIntoMonths(range: DayRange): readonly DayRange[] {
  return splitRange(range, (day) => day.endsWith("-01"));
}

function splitRange(range: DayRange, isFirst: (day: LocalDate) => boolean): readonly DayRange[] {
  const parts: DayRange[] = [];
  for (const day of listDays(range)) {
    const last = parts.at(-1);
    if (last === undefined || isFirst(day)) parts.push({ from: day, to: day });
    else parts[parts.length - 1] = { from: last.from, to: day };
  }
  return parts;
}

function daysAfter(day: LocalDate, count: number): LocalDate {
  return daysBefore(day, -count);
}

/** @param month from 1; 13 is January of the next year */
function firstOfMonth(year: number, month: number): LocalDate {
  const over = Math.floor((month - 1) / 12);
  const [yearText, monthText] = [String(year + over).padStart(4, "0"), String(month - over * 12).padStart(2, "0")];
  return `${yearText}-${monthText}-01` as LocalDate;
}
