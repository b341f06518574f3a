import { compareTexts } from "../../base/collections.ts";
import type { LocalDate } from "../../base/time.ts";
import { caseRefKey } from "../../domain/cases/case.ts";
import { listDays, splitIntoWeeks, type DayRange } from "../../domain/capture/reportPeriod.ts";
import type { ReportFigures, ReportGrouping, ReportRow, ReportSubject } from "../../ports/report.ts";
import type { CaseNames } from "./reportCases.ts";
import type { ReportDay, ReportLine } from "./reportDays.ts";
import { NO_FIGURES, sumFigures } from "./reportFigures.ts";

export interface RowsInput {
  readonly range: DayRange;
  readonly now: readonly ReportDay[];
  /** Days of the period before, as far as they are compared. */
  readonly earlier: readonly ReportDay[];
  readonly earlierFrom: LocalDate;
  /** The two periods are equally long, so that their days can be compared one by one. */
  readonly isSameLength: boolean;
  readonly cases: CaseNames;
}

/** Makes the rows of a grouping; their figures add up to those of the period. */
export function makeRows(by: ReportGrouping, input: RowsInput): readonly ReportRow[] {
  if (by === "day") return dayRows(input);
  if (by === "week") return weekRows(input);
  const toSubject = (line: ReportLine): ReportSubject => findSubject(by, line, input.cases);
  const now = groups(input.now, toSubject);
  const earlier = groups(input.earlier, toSubject);
  const ids = [...new Set([...now.keys(), ...earlier.keys()])];
  const rows = ids.flatMap((id): readonly ReportRow[] => {
    const subject = (now.get(id) ?? earlier.get(id))?.subject;
    if (subject === undefined) return [];
    const [figures, previous] = [sumFigures(now.get(id)?.figures ?? []), sumFigures(earlier.get(id)?.figures ?? [])];
    return [{ id, subject, figures, previous }];
  });
  return rows.sort((a, b) => b.figures.workedSeconds - a.figures.workedSeconds || compareTexts(a.id, b.id));
}

/** The subject of a line, by case or by customer. */
export function findSubject(by: "case" | "customer", line: ReportLine, cases: CaseNames): ReportSubject {
  if (by === "case") return { kind: "case", case: cases.find(line.ref) ?? null };
  return { kind: "customer", name: cases.findCustomer(line) };
}

/** An id that is unique among subjects of one grouping. */
export function toSubjectId(subject: ReportSubject): string {
  switch (subject.kind) {
    case "case":
      return subject.case === null ? "none" : `case:${subject.case.id}`;
    case "customer":
      return subject.name === null ? "none" : `customer:${subject.name}`;
    case "day":
      return subject.day;
    case "week":
      return subject.from;
  }
}

function groups(
  days: readonly ReportDay[],
  toSubject: (line: ReportLine) => ReportSubject,
): ReadonlyMap<string, { readonly subject: ReportSubject; readonly figures: ReportFigures[] }> {
  const found = new Map<string, { readonly subject: ReportSubject; readonly figures: ReportFigures[] }>();
  const subjects = new Map<string, { readonly id: string; readonly subject: ReportSubject }>();
  for (const line of days.flatMap(({ lines }) => lines)) {
    const { id = "", name = "" } = line.frozen?.customer ?? {};
    const key = [caseRefKey(line.ref), id, name].join("\n");
    let named = subjects.get(key);
    if (named === undefined) {
      const subject = toSubject(line);
      subjects.set(key, (named = { id: toSubjectId(subject), subject }));
    }
    const group = found.get(named.id);
    if (group === undefined) found.set(named.id, { subject: named.subject, figures: [line.figures] });
    else group.figures.push(line.figures);
  }
  return found;
}

/** Leaves out days without time: a month has many. */
function dayRows({ range, now, earlier, earlierFrom, isSameLength }: RowsInput): readonly ReportRow[] {
  const figures = byDay(now);
  const before = byDay(earlier);
  const daysBefore = listDays({ from: earlierFrom, to: range.from });
  return listDays(range).flatMap((day, index): readonly ReportRow[] => {
    const own = figures.get(day);
    const previous = isSameLength ? (before.get(daysBefore[index] ?? day) ?? NO_FIGURES) : undefined;
    if (own === undefined && (previous === undefined || previous.workedSeconds === 0)) return [];
    const row = { id: day, subject: { kind: "day", day } as const, figures: own ?? NO_FIGURES };
    return [previous === undefined ? row : { ...row, previous }];
  });
}

function weekRows({ range, now, earlier }: RowsInput): readonly ReportRow[] {
  const figures = byDay(now);
  const weeks = splitIntoWeeks(range);
  return weeks.map((week) => {
    const own = sumFigures(listDays(week).flatMap((day) => figures.get(day) ?? []));
    const row = { id: week.from, subject: { kind: "week", ...week } as const, figures: own };
    // A single week is the whole period; one of several has no counterpart in the period before.
    return weeks.length === 1 ? { ...row, previous: sumFigures(byDay(earlier).values()) } : row;
  });
}

function byDay(days: readonly ReportDay[]): ReadonlyMap<LocalDate, ReportFigures> {
  return new Map(days.map(({ day, lines }) => [day, sumFigures(lines.map(({ figures }) => figures))]));
}
