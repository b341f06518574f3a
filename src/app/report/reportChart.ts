import { compareTexts } from "../../base/collections.ts";
import type { LocalDate } from "../../base/time.ts";
import { listDays, splitIntoMonths, splitIntoWeeks, type DayRange } from "../../domain/capture/reportPeriod.ts";
import type { ReportChart, ReportSubject } from "../../ports/report.ts";
import type { CaseNames } from "./reportCases.ts";
import type { ReportDay } from "./reportDays.ts";
import { toSubjectId, findSubject } from "./reportRows.ts";

/** More lines than this cannot be told apart; all others together are one line. */
const MAX_LINES = 5;
/** Longer ranges have a bar for each week, then for each month. @format days */
const MAX_DAY_BARS = 100;
const MAX_WEEK_BARS_DAYS = 740;

export interface ChartInput {
  readonly range: DayRange;
  readonly before: DayRange;
  readonly isSameLength: boolean;
  readonly cases: CaseNames;
  readonly now: readonly ReportDay[];
  readonly earlier: readonly ReportDay[];
}

/** Makes the chart of worked time over the period. Its lines add up to the worked time of each bar. */
export function makeChart(
  by: "case" | "customer",
  { range, before, isSameLength, cases, now, earlier }: ChartInput,
): ReportChart {
  const days = listDays(range);
  const unit = days.length <= MAX_DAY_BARS ? "day" : days.length <= MAX_WEEK_BARS_DAYS ? "week" : "month";
  const bars =
    unit === "day"
      ? days.map((day) => ({ from: day, to: day }))
      : (unit === "week" ? splitIntoWeeks : splitIntoMonths)(range);
  const barByDay = new Map(bars.flatMap((bar, index) => listDays(bar).map((day) => [day, index] as const)));
  const lines = new Map<string, { readonly subject: ReportSubject; readonly seconds: number[]; total: number }>();
  for (const { day, lines: ofDay } of now) {
    for (const line of ofDay) {
      const { workedSeconds } = line.figures;
      const index = barByDay.get(day);
      if (workedSeconds === 0 || index === undefined) continue;
      const subject = findSubject(by, line, cases);
      const id = toSubjectId(subject);
      let found = lines.get(id);
      if (found === undefined) lines.set(id, (found = { subject, seconds: bars.map(() => 0), total: 0 }));
      found.seconds[index] = (found.seconds[index] ?? 0) + workedSeconds;
      found.total += workedSeconds;
    }
  }
  const sorted = [...lines].sort(([a, one], [b, other]) => other.total - one.total || compareTexts(a, b));
  const shown = sorted.slice(0, sorted.length > MAX_LINES + 1 ? MAX_LINES : MAX_LINES + 1).map(([, line]) => line);
  const others = sorted.slice(shown.length).map(([, { seconds }]) => seconds);
  const previous = unit === "day" && isSameLength ? { previousSeconds: seconds(before, earlier) } : {};
  return {
    by,
    unit,
    starts: bars.map(({ from }) => from),
    lines: [
      ...shown.map(({ subject, seconds: each }) => ({ subject, seconds: each })),
      ...(others.length === 0
        ? []
        : [{ seconds: bars.map((_, index) => others.reduce((sum, each) => sum + (each[index] ?? 0), 0)) }]),
    ],
    ...previous,
  };
}

function seconds(range: DayRange, days: readonly ReportDay[]): readonly number[] {
  const worked = new Map<LocalDate, number>(
    days.map(({ day, lines }) => [day, lines.reduce((sum, { figures }) => sum + figures.workedSeconds, 0)]),
  );
  return listDays(range).map((day) => worked.get(day) ?? 0);
}
