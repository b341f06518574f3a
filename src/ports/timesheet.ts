/**
 * What the timesheet panel and the extension say to each other: plain data, so that it survives a message channel. The panel
 * shows what it is given and asks; every figure, name and decision is the extension's. Instants are milliseconds since the
 * epoch and whole seconds, `[start, end)`; amounts are whole seconds; days are `YYYY-MM-DD`.
 */

/** A case as the panel names it. */
export interface TimesheetCase {
  /** Unique among cases, of no meaning. */
  readonly id: string;
  /** Display key, such as `ACME-1234`. */
  readonly key: string;
  readonly title: string;
  readonly customer: string;
  readonly activities: readonly { readonly id: string; readonly name: string }[];
}

/** `struck`: captured and not counted. */
export type TimelineKind = "observed" | "bridged" | "declared" | "agent" | "struck";

/** A stretch of one kind on the timeline. */
export interface TimelineItem {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly kind: TimelineKind;
  /** The row below that has it; undefined where no entry does (no case, struck, conflict). */
  readonly rowId?: string;
  /** Approved: it cannot be changed before the approval is taken back. */
  readonly isClaimed?: true;
  /** Declared over time that something else has; cannot be approved until one of the two is chosen. */
  readonly isConflict?: true;
  /** Written down: worked and not billed. */
  readonly isWrittenDown?: true;
  /** Of a bridged stretch: no window had the focus. */
  readonly isOutsideEditor?: true;
  /** Of a declared stretch: its declaration, as `changeDeclared`, `removeDeclared` and `resolve` name it. */
  readonly declarationId?: string;
}

/** All of a day's time on one case; `caseId` null: time without a case. */
export interface TimelineLane {
  readonly caseId: string | null;
  /** Which of the panel's colours, 0 to 5: a case has its own on every day, as long as they are enough. */
  readonly color: number;
  readonly workedSeconds: number;
  readonly items: readonly TimelineItem[];
}

export interface TimelineCommit {
  readonly at: number;
  /** First ten digits. */
  readonly sha: string;
  readonly subject: string;
  readonly repository: string;
  readonly caseId: string | null;
}

/** `running`: of today, more may come. `unknown`: sent, and not certain what became of it. `carried`: settled with 0 units. */
export type RowState = "draft" | "running" | "approved" | "unknown" | "pushed" | "refused" | "carried";

/** What may be done with a row now. */
export type RowAction =
  "describe" | "activity" | "split" | "merge" | "move" | "writeDown" | "approve" | "withdraw" | "correct" | "history";

/** Declared time of a row. */
export interface RowDeclaration {
  readonly id: string;
  readonly start?: number;
  readonly end?: number;
  readonly seconds: number;
  readonly reason: string;
  readonly isConflict?: true;
}

/** What a case's contract makes of billable time, per case and day. */
export interface RowTerms {
  readonly incrementSeconds?: number;
  readonly rounding?: "none" | "up" | "nearest" | "down";
  readonly minimumSeconds?: number;
  readonly billable?: boolean;
}

/** An entry: approved, or a draft as it would be approved now. */
export interface TimesheetRow {
  /** Stable while the entry is the same; the entry's id once it has one. */
  readonly id: string;
  readonly day: string;
  readonly caseId: string;
  readonly state: RowState;
  /** First and last instant; absent when all of it is unplaced. */
  readonly start?: number;
  readonly end?: number;
  /** What it consists of, ascending and disjoint. */
  readonly intervals: readonly { readonly start: number; readonly end: number }[];
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  /** Beside the others, never in them. */
  readonly agentSeconds: number;
  /** observed + bridged + declared */
  readonly workedSeconds: number;
  readonly writtenDownSeconds: number;
  readonly writeDownReason?: string;
  readonly billableSeconds: number;
  /** What is or would be sent; equal to `billableSeconds` without contract and unit. */
  readonly billedSeconds: number;
  /** Absent without a contract. */
  readonly terms?: RowTerms;
  /** What the case's next entry brings along; may be negative. */
  readonly carriedSeconds: number;
  readonly description: string;
  /** A person wrote it; else it was drafted. */
  readonly isDescribed?: true;
  readonly activityId?: string;
  readonly commits: readonly TimelineCommit[];
  readonly declarations: readonly RowDeclaration[];
  readonly files: readonly string[];
  readonly branches: readonly string[];
  /** Seconds of declared time in conflict, part of no figure. */
  readonly conflictSeconds: number;
  readonly revision: number;
  /** Why it was refused, or why it waits: the billing system's own words. */
  readonly problem?: string;
  /** Name of the connection it is bound to, if that is not the active one. */
  readonly elsewhere?: string;
  readonly actions: readonly RowAction[];
}

/** Sums of a day; `claimable`: gaps that could be declared. */
export interface DayTotals {
  readonly day: string;
  readonly workedSeconds: number;
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly agentSeconds: number;
  readonly writtenDownSeconds: number;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
  /** Worked time without a case that no entry has claimed: never billed. */
  readonly unassignedSeconds: number;
  readonly conflicts: number;
  /** Rows by what is to be done with them. */
  readonly drafts: number;
  readonly waiting: number;
  readonly pushed: number;
  readonly refused: number;
}

/** A change that can be taken back, or made again. */
export interface TimesheetStep {
  readonly id: string;
  /** What it was, such as `Move 12 min to ACME-1234`. */
  readonly label: string;
}

interface Common {
  /** Grows with each change by hand in any window; comes back with each request. */
  readonly revision: number;
  readonly today: string;
  /** IANA zone in which clock times are shown. */
  readonly zone: string;
  /** Those that appear, first the latest picked ones: targets of a move. */
  readonly cases: readonly TimesheetCase[];
  readonly undo?: TimesheetStep;
  readonly redo?: TimesheetStep;
  /** Name of the billing system; absent when none is connected. */
  readonly connection?: string;
  /** Smallest amount that the billing system keeps. @format seconds */
  readonly unitSeconds: number;
}

export interface WeekModel extends Common {
  readonly view: "week";
  /** Its first and last day. */
  readonly from: string;
  readonly to: string;
  /** Seven, in order. */
  readonly days: readonly DayTotals[];
  /** Worked time by case, one figure per day. */
  readonly byCase: readonly { readonly caseId: string | null; readonly seconds: readonly number[] }[];
  readonly rows: readonly TimesheetRow[];
}

export interface DayModel extends Common {
  readonly view: "day";
  readonly day: string;
  /** The local day, 23 to 25 hours. */
  readonly dayStart: number;
  readonly dayEnd: number;
  readonly now?: number;
  readonly totals: DayTotals;
  readonly lanes: readonly TimelineLane[];
  readonly commits: readonly TimelineCommit[];
  /** Gaps that can be claimed. */
  readonly gaps: readonly { readonly start: number; readonly end: number }[];
  readonly rows: readonly TimesheetRow[];
}

export type TimesheetModel = WeekModel | DayModel;

/** Of whom or what an edit is: rows by id, or a stretch of the timeline. */
export type TimesheetEdit =
  /** Empty: it is drafted again. */
  | { readonly kind: "describe"; readonly row: string; readonly description: string }
  | { readonly kind: "activity"; readonly row: string; readonly activityId: string | null }
  /** Two entries, one up to `at` and one from there. */
  | { readonly kind: "split"; readonly row: string; readonly at: number }
  /** One entry of several of the same case and day. */
  | { readonly kind: "merge"; readonly rows: readonly string[] }
  /** `ask`: the extension asks for the case. null: no case. */
  | { readonly kind: "move"; readonly row: string; readonly to: CaseChoice }
  | { readonly kind: "moveRange"; readonly start: number; readonly end: number; readonly to: CaseChoice }
  /** What is written down of the row afterwards, 0 for nothing. */
  | {
      readonly kind: "writeDown";
      readonly row: string;
      readonly amount: { readonly seconds: number } | { readonly percent: number };
      readonly reason: string;
    }
  | {
      readonly kind: "declare";
      readonly time:
        { readonly start: number; readonly end: number } | { readonly day: string; readonly seconds: number };
      readonly to: CaseChoice;
      readonly reason: string;
    }
  /** `id`: the declaration that it stands for from now on. */
  | {
      readonly kind: "changeDeclared";
      readonly id: string;
      readonly time:
        { readonly start: number; readonly end: number } | { readonly day: string; readonly seconds: number };
      readonly to: CaseChoice;
      readonly reason: string;
    }
  | { readonly kind: "removeDeclared"; readonly id: string }
  /** Ends a conflict. */
  | { readonly kind: "resolve"; readonly id: string; readonly keep: "declared" | "captured" }
  /** Captured time that is not to count. */
  | { readonly kind: "strike"; readonly start: number; readonly end: number }
  /** Struck time counts again. */
  | { readonly kind: "restore"; readonly start: number; readonly end: number }
  | {
      readonly kind: "correct";
      readonly row: string;
      readonly description?: string;
      readonly activityId?: string;
      readonly writtenDownSeconds?: number;
      readonly reason: string;
    };

/** A case's id, null for no case, or `ask`. */
export type CaseChoice = { readonly caseId: string | null } | "ask";

/** One line of an entry's history. */
export interface HistoryLine {
  readonly at: number;
  readonly who: string;
  /** With `{0}`, `{1}` for `instants`, which the panel shows as its clocks do. */
  readonly what: string;
  readonly instants?: readonly number[];
  readonly before?: string;
  readonly after?: string;
  readonly why?: string;
}

/** What is shown: the week around a day, or the day. */
export interface TimesheetPlace {
  readonly view: "week" | "day";
  readonly day: string;
}

/** From the panel. `request` is answered by `done` or `refused`; `revision` is that of the model it was made on. */
export type TimesheetRequest =
  | { readonly type: "ready" }
  | ({ readonly type: "show" } & TimesheetPlace)
  | { readonly type: "edit"; readonly request: number; readonly revision: number; readonly edit: TimesheetEdit }
  /** `step`: the id of the one that was shown. */
  | {
      readonly type: "undo" | "redo";
      readonly request: number;
      readonly revision: number;
      readonly step?: string;
    }
  /** Opens the last confirmation; nothing is approved by this message alone. */
  | { readonly type: "approve"; readonly request: number; readonly revision: number; readonly rows: readonly string[] }
  | { readonly type: "withdraw"; readonly request: number; readonly revision: number; readonly rows: readonly string[] }
  | { readonly type: "history"; readonly request: number; readonly row: string }
  | { readonly type: "command"; readonly command: TimesheetCommand };

/** What the panel's buttons can start. */
export const TIMESHEET_COMMANDS = ["sync", "connect", "pickCase", "report", "startTimer"] as const;
export type TimesheetCommand = (typeof TIMESHEET_COMMANDS)[number];

/** To the panel. */
export type TimesheetAnswer =
  | { readonly type: "model"; readonly model: TimesheetModel }
  /** `said`: what a screen reader tells; with `notice` it is shown too, since something is left to be done. */
  | { readonly type: "done"; readonly request: number; readonly said: string; readonly notice?: true }
  /** Nothing was changed. `isStale`: the ledger moved on, a new model has been sent; what was typed is still in the panel. */
  | { readonly type: "refused"; readonly request: number; readonly message: string; readonly isStale?: true }
  | { readonly type: "history"; readonly request: number; readonly lines: readonly HistoryLine[] };
