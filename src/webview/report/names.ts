/** What the report calls things: periods, rows, figures. */
import { plural, t } from "../../base/text.ts";
import type { ReportFigures, ReportModel, ReportPlace, ReportSubject } from "../../ports/report.ts";
import { formatHours } from "../shared/amounts.ts";
import { addDays, type Clock, countDays, parseDay } from "../shared/clock.ts";
import { isolate, shorten } from "../shared/foreignText.ts";

/** The title of a place, as far as its days are known without the model. */
export function namePlace(
  { locale, clock }: { readonly locale: string; readonly clock: Clock },
  place: ReportPlace,
): string {
  if (place.period === "custom") return clock.span(place.from, place.to);
  const at = parseDay(place.day);
  const [year = 0, month = 1] = place.day.split("-").map(Number);
  switch (place.period) {
    case "week": {
      const from = addDays(place.day, -((new Date(at).getUTCDay() + 6) % 7));
      return clock.span(from, addDays(from, 6));
    }
    case "month":
      return new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", timeZone: "UTC" }).format(at);
    case "quarter":
      return t("Quarter {0} of {1}", Math.floor((month - 1) / 3) + 1, String(year));
  }
}

/** The place one period earlier or later. */
export function stepPlace(place: ReportPlace, model: ReportModel, by: 1 | -1): ReportPlace {
  if (place.period === "custom") {
    const days = countDays(place.from, place.to) + 1;
    return { ...place, from: addDays(place.from, days * by), to: addDays(place.to, days * by) };
  }
  if (place.period === "week") return { ...place, day: addDays(place.day, 7 * by) };
  const [year = 0, month = 1] = place.day.split("-").map(Number);
  const moved = year * 12 + (month - 1) + by * (place.period === "month" ? 1 : 3);
  const first = `${String(Math.floor(moved / 12)).padStart(4, "0")}-${String((moved % 12) + 1).padStart(2, "0")}-01`;
  // Back in the month of today, take today itself, so that a switch to another period shows today too.
  return { ...place, day: first.slice(0, 7) === model.today.slice(0, 7) ? model.today : first };
}

export function nameRow(subject: ReportSubject, clock: Clock): string {
  switch (subject.kind) {
    case "case":
      return subject.case === null ? t("No case") : isolate(subject.case.key);
    case "customer":
      return subject.name === null ? t("No case") : nameCustomer(subject.name);
    case "day":
      return clock.shortDay(subject.day);
    case "week":
      return subject.from === subject.to ? clock.shortDay(subject.from) : clock.span(subject.from, subject.to);
  }
}

/** A line of a chart: a row, or all others. */
export function nameLine(subject: ReportSubject | undefined, clock: Clock): string {
  return subject === undefined ? t("All others") : nameRow(subject, clock);
}

function nameCustomer(name: string): string {
  return name === "" ? t("Without a customer") : isolate(shorten(name, 80));
}

/** The period in one sentence, compared with the one before. */
export function describePeriod({ totals, previous, place }: ReportModel): string {
  const worked = formatHours(totals.workedSeconds);
  const change = totals.workedSeconds - previous.totals.workedSeconds;
  const much = formatHours(Math.abs(change));
  const way = Math.abs(change) < 60 ? "same" : change > 0 ? "more" : "less";
  const texts = {
    week: {
      more: t("{0} worked, {1} more than in the week before", worked, much),
      less: t("{0} worked, {1} less than in the week before", worked, much),
      same: t("{0} worked, as much as in the week before", worked),
    },
    month: {
      more: t("{0} worked, {1} more than in the month before", worked, much),
      less: t("{0} worked, {1} less than in the month before", worked, much),
      same: t("{0} worked, as much as in the month before", worked),
    },
    quarter: {
      more: t("{0} worked, {1} more than in the quarter before", worked, much),
      less: t("{0} worked, {1} less than in the quarter before", worked, much),
      same: t("{0} worked, as much as in the quarter before", worked),
    },
    custom: {
      more: t("{0} worked, {1} more than in the same number of days before", worked, much),
      less: t("{0} worked, {1} less than in the same number of days before", worked, much),
      same: t("{0} worked, as much as in the same number of days before", worked),
    },
  };
  return texts[place.period][way];
}

/** Says which days the period is compared with. */
export function describeComparison({ previous }: ReportModel, clock: Clock): string {
  const span = previous.from === previous.to ? clock.longDay(previous.from) : clock.span(previous.from, previous.to);
  if (previous.isPart !== true) return t("Compared with {0}", span);
  return t("Compared with {0} (same number of days)", span);
}

/** A figure of the period, with its name and its meaning. */
export interface Figure {
  readonly id: string;
  readonly name: string;
  readonly meaning: string;
  readonly of: (figures: ReportFigures) => number;
}

/** The figures that are shown: worked, billable, billed and open always, others unless they are 0 in the totals and in every row. */
export function listFigures(model: ReportModel): readonly Figure[] {
  const all = [
    {
      id: "worked",
      name: t("Worked"),
      meaning: t("Observed, bridged and declared time, on cases and without one. The same as in the timesheet."),
      of: (each: ReportFigures) => each.workedSeconds,
    },
    {
      id: "billable",
      name: t("Billable"),
      meaning: t(
        "Worked on cases, less write-downs, to the second; with agent time where the contract bills it. Approved or not.",
      ),
      of: (each: ReportFigures) => each.billableSeconds,
    },
    {
      id: "writtenDown",
      name: t("Written down"),
      meaning: t("Worked but not billed, with a reason."),
      of: (each: ReportFigures) => each.writtenDownSeconds,
    },
    {
      id: "billed",
      name: t("Billed"),
      meaning: t(
        "Total of the approved entries: billable time after the contract's increment and minimum, in units of the billing system. The same as in the statement.",
      ),
      of: (each: ReportFigures) => each.billedSeconds,
    },
    {
      id: "carried",
      name: t("Carried"),
      meaning: t(
        "Approved, but less than one unit of the billing system; it is added to the case's next entry. Below zero: time carried earlier was billed in this period.",
      ),
      of: (each: ReportFigures) => each.carriedSeconds,
    },
    {
      id: "approved",
      name: t("Approved"),
      meaning: t("Worked time of approved entries, sent or to be sent."),
      of: (each: ReportFigures) => each.approvedSeconds,
    },
    {
      id: "open",
      name: t("Not approved"),
      meaning: t("Worked on a case, but in no approved entry yet. Not part of billed time."),
      of: (each: ReportFigures) => each.openSeconds,
    },
    {
      id: "unassigned",
      name: t("No case"),
      meaning: t("Worked without a case: never billed until it is assigned to one."),
      of: (each: ReportFigures) => each.unassignedSeconds,
    },
    {
      id: "agent",
      name: t("Agent"),
      meaning: t("Edits by an agent while you were away. Shown beside worked time, not part of it."),
      of: (each: ReportFigures) => each.agentSeconds,
    },
  ];
  const always = ["worked", "billable", "billed", "open"];
  return all.filter(
    ({ id, of }) =>
      always.includes(id) || of(model.totals) !== 0 || model.rows.some(({ figures }) => of(figures) !== 0),
  );
}

export const describeRowCount = (count: number): string => plural(count, "{0} row", "{0} rows");
