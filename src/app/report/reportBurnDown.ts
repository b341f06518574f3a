import { daysBefore, type LocalDate } from "../../base/time.ts";
import { caseRefKey, type Case } from "../../domain/cases/case.ts";
import { listDays, type DayRange } from "../../domain/capture/reportPeriod.ts";
import type { ReportBurnDown, ReportCase, ReportForecast } from "../../ports/report.ts";
import { DAYS_COUNTED, type ContractHours } from "../cases/contractHours.ts";
import type { ReportDay, ReportDays } from "./reportDays.ts";

/** The pace is computed from so many days up to today. */
const PACE_DAYS = 28;
/** Fewer days of work on the case, or days too recent, give no pace. */
const MIN_DAYS_WORKED = 4;
const MIN_DAYS_SINCE = 14;
/** A forecast further ahead means nothing. */
const MAX_DAYS_AHEAD = 730;

interface BurnDownContext {
  readonly days: ReportDays;
  readonly budget: ContractHours;
  readonly today: LocalDate;
  readonly describe: (one: Case) => ReportCase;
}

/**
 * How the bought hours of cases were used up over a range of days. The line ends at what is left now and goes back by
 * what this ledger says was used: billed time of approved entries, billable time of drafts. What others used is known
 * from the source without a day, so the line includes it from its beginning.
 * @param cases those of the period; cases without bought hours are skipped
 */
export async function makeBurnDowns(
  { days, budget, today, describe }: BurnDownContext,
  cases: readonly Case[],
  { from, to }: DayRange,
): Promise<readonly ReportBurnDown[]> {
  const bought = cases.filter((one) => one.contract?.budgetSeconds !== undefined);
  if (bought.length === 0) return [];
  await budget.update();
  const since = [from, daysBefore(today, PACE_DAYS - 1)].reduce((a, b) => (a < b ? a : b));
  const counted = since > today ? [] : await days.listFor(listDays({ from: since, to: today }));
  const shown = listDays({ from, to: to < today ? to : today });
  return bought.flatMap((one) => {
    const state = budget.stateFor(one);
    if (state === undefined) return [];
    const used = usedBy(one, counted, daysBefore(today, DAYS_COUNTED));
    const lefts = leftOn(shown, used, state.leftSeconds);
    const usedUpOn = lefts.find(
      ({ leftSeconds }, index) => leftSeconds <= 0 && (lefts[index - 1]?.leftSeconds ?? leftBefore(lefts, used)) > 0,
    )?.day;
    return [
      {
        case: describe(one),
        budgetSeconds: state.budgetSeconds,
        leftSeconds: state.leftSeconds,
        days: lefts,
        ...(usedUpOn === undefined ? {} : { usedUpOn }),
        forecast: makeForecast(state.leftSeconds, used, today),
      },
    ];
  });
}

type Used = ReadonlyMap<LocalDate, number>;

/** @param countedFrom unapproved time of earlier days counts in no budget */
function usedBy({ ref }: Case, days: readonly ReportDay[], countedFrom: LocalDate): Used {
  const key = caseRefKey(ref);
  const used = new Map<LocalDate, number>();
  for (const { day, lines } of days) {
    let sum = 0;
    for (const { ref: of, frozen, figures } of lines) {
      if (caseRefKey(of) !== key) continue;
      if (frozen !== undefined) sum += figures.billedSeconds;
      else if (day >= countedFrom) sum += figures.billableSeconds;
    }
    if (sum > 0) used.set(day, sum);
  }
  return used;
}

/** What was left at the end of each day, computed back from now. */
function leftOn(shown: readonly LocalDate[], used: Used, now: number): ReportBurnDown["days"] {
  const last = shown.at(-1) ?? "";
  let left = now + [...used].reduce((sum, [day, length]) => sum + (day > last ? length : 0), 0);
  return shown
    .toReversed()
    .map((day) => {
      const atEnd = { day, leftSeconds: left };
      left += used.get(day) ?? 0;
      return atEnd;
    })
    .toReversed();
}

/** What was left before the first day that is shown. */
function leftBefore([first]: ReportBurnDown["days"], used: Used): number {
  return first === undefined ? 0 : first.leftSeconds + (used.get(first.day as LocalDate) ?? 0);
}

/** How long the hours last at the pace of the last four weeks. */
function makeForecast(left: number, used: Used, today: LocalDate): ReportForecast {
  if (left <= 0) return { kind: "usedUp" };
  const from = daysBefore(today, PACE_DAYS - 1);
  const recent = [...used].filter(([day]) => day >= from && day <= today);
  const first = recent[0]?.[0];
  const hasPace = first !== undefined && first <= daysBefore(today, MIN_DAYS_SINCE);
  if (!hasPace || recent.length < MIN_DAYS_WORKED) return { kind: "unknown" };
  const perDay = recent.reduce((sum, [, length]) => sum + length, 0) / PACE_DAYS;
  const secondsPerWeek = Math.round(perDay * 7);
  const ahead = Math.ceil(left / perDay);
  if (ahead > MAX_DAYS_AHEAD) return { kind: "long", secondsPerWeek };
  return { kind: "until", day: daysBefore(today, -ahead), secondsPerWeek };
}
