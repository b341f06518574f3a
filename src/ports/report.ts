/**
 * Messages between the report panel and the extension: plain data, so that they survive a message channel. The panel
 * only shows and asks; the extension computes every figure. Amounts are whole seconds, days `YYYY-MM-DD` in the zone in
 * force when the time was captured; ranges include both ends.
 */

export const REPORT_PERIODS = ["week", "month", "quarter", "custom"] as const;
export type ReportPeriod = (typeof REPORT_PERIODS)[number];

export const REPORT_GROUPINGS = ["case", "customer", "day", "week"] as const;
export type ReportGrouping = (typeof REPORT_GROUPINGS)[number];

export interface ReportRange {
  readonly from: string;
  readonly to: string;
}

/** What is shown: a period around a day or a custom range, and what its rows are grouped by. */
export type ReportPlace = { readonly by: ReportGrouping } & (
  | { readonly period: Exclude<ReportPeriod, "custom">; readonly day: string }
  | ({ readonly period: "custom" } & ReportRange)
);

/** Longest custom range: ten years. @format days */
export const MAX_REPORT_DAYS = 3_660;

/**
 * Figures that add up: the rows of any grouping sum to the period.
 * `worked = observed + bridged + declared = approved + open + unassigned`, and
 * `billable = worked − unassigned − written down`, plus agent time where the contract bills it.
 */
export interface ReportFigures {
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly workedSeconds: number;
  /** Edits while no person was there: included in none of the others. */
  readonly agentSeconds: number;
  /** Worked and not billed, of entries and drafts. */
  readonly writtenDownSeconds: number;
  /** Exact, of entries and drafts. */
  readonly billableSeconds: number;
  /** Worked time of approved entries. */
  readonly approvedSeconds: number;
  /** Worked time on cases that no entry has yet. */
  readonly openSeconds: number;
  /** Worked time without a case: never billed. */
  readonly unassignedSeconds: number;
  /** Of approved entries: billable time after the contract's increment and minimum. */
  readonly contractSeconds: number;
  /** Of approved entries: what is sent, whole units of the billing system. */
  readonly billedSeconds: number;
  /** contract − billed: left by rounding for the case's next entry. Negative if earlier remainders were billed. */
  readonly carriedSeconds: number;
}

export interface ReportCase {
  /** Unique among cases; opaque. */
  readonly id: string;
  /** Display key, such as `ACME-1234`. */
  readonly key: string;
  readonly title: string;
  readonly customer: string;
}

/** What a row is about. `case` or `name` null: time without a case; `name` empty: cases without a customer. */
export type ReportSubject =
  | { readonly kind: "case"; readonly case: ReportCase | null }
  | { readonly kind: "customer"; readonly name: string | null }
  | { readonly kind: "day"; readonly day: string }
  /** The part of the week that is in the range. */
  | ({ readonly kind: "week" } & ReportRange);

export interface ReportRow {
  /** Stable while the row is about the same. */
  readonly id: string;
  readonly subject: ReportSubject;
  readonly figures: ReportFigures;
  /** The same in the previous period; absent if rows of the two are not about the same thing. */
  readonly previous?: ReportFigures;
}

/** Worked time over the period, by case or customer. */
export interface ReportChart {
  readonly by: "case" | "customer";
  readonly unit: "day" | "week" | "month";
  /** First day of each bar. */
  readonly starts: readonly string[];
  /** Largest first; each has one figure per bar. `subject` absent: all others together. */
  readonly lines: readonly { readonly subject?: ReportSubject; readonly seconds: readonly number[] }[];
  /** Of the previous period, bar by bar; only if bars stand for the same days of the week or of a range. */
  readonly previousSeconds?: readonly number[];
}

/** How long the bought hours last. `unknown`: too little was worked to tell. `usedUp`: none are left. */
export type ReportForecast =
  | { readonly kind: "until"; readonly day: string; readonly secondsPerWeek: number }
  /** Longer than two years. */
  | { readonly kind: "long"; readonly secondsPerWeek: number }
  | { readonly kind: "unknown" }
  | { readonly kind: "usedUp" };

/** How the bought hours of a case were used up over time. */
export interface ReportBurnDown {
  readonly case: ReportCase;
  readonly budgetSeconds: number;
  /** Now, negative when more was used than bought. */
  readonly leftSeconds: number;
  /** At the end of each day of the period up to today; negative when more was used than bought. */
  readonly days: readonly { readonly day: string; readonly leftSeconds: number }[];
  /** The first of those days at the end of which nothing was left, if something was left before. */
  readonly usedUpOn?: string;
  /** From today on, at the pace of the last four weeks. */
  readonly forecast: ReportForecast;
}

/** What rounding carried at one billing system. */
export interface ReportCarried {
  /** Name of the connection. */
  readonly connection: string;
  /** Carried in this period; negative if earlier remainders were billed. */
  readonly carriedSeconds: number;
  /** Carried until now, of the period's cases. */
  readonly standingSeconds: number;
}

export interface ReportModel extends ReportRange {
  readonly place: ReportPlace;
  readonly today: string;
  readonly totals: ReportFigures;
  /** The range before, for comparison; `isPart`: only as many days of it as the period has lasted. */
  readonly previous: ReportRange & { readonly isPart?: true; readonly totals: ReportFigures };
  readonly rows: readonly ReportRow[];
  readonly chart: ReportChart;
  readonly burnDowns: readonly ReportBurnDown[];
  readonly carried: readonly ReportCarried[];
  /** Declared time that overlaps other time: in no figure until one of the two is chosen. */
  readonly conflictSeconds: number;
  /** Name of the billing system; absent when none is connected. */
  readonly connection?: string;
}

/** From the panel. */
export type ReportRequest =
  | { readonly type: "ready" }
  | { readonly type: "show"; readonly place: ReportPlace }
  /** Opens the timesheet on that day. */
  | { readonly type: "openDay"; readonly day: string }
  /** Asks for a format and a file, for the range that is shown. */
  | { readonly type: "export" }
  /** The same for a statement about a case. */
  | { readonly type: "statement"; readonly caseId: string }
  | { readonly type: "command"; readonly command: ReportCommand };

/** What the panel's buttons can start. */
export const REPORT_COMMANDS = ["pickCase", "logTime", "timesheet"] as const;
export type ReportCommand = (typeof REPORT_COMMANDS)[number];

/** To the panel. */
export type ReportAnswer =
  | { readonly type: "model"; readonly model: ReportModel }
  /** The report could not be made; what is shown stays. */
  | { readonly type: "failed"; readonly message: string };
