/**
 * Messages between the timesheet panel and the extension: plain data, so that they survive a message channel. The panel
 * only shows and asks; every figure, name and decision is the extension's. Instants are milliseconds since the epoch,
 * at whole seconds, `[start, end)`; amounts are whole seconds; days are `YYYY-MM-DD`.
 */

/** A case as the panel shows it. */
export interface TimesheetCase {
  /** Unique among cases; opaque. */
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
  /** The row that has it; absent if no entry does (no case, struck, conflict). */
  readonly rowId?: string;
  /** Approved: it cannot be changed before the approval is withdrawn. */
  readonly isClaimed?: true;
  /** Declared and overlaps other time; cannot be approved until one of the two is chosen. */
  readonly isConflict?: true;
  /** Written down: worked and not billed. */
  readonly isWrittenDown?: true;
  /** Of a bridged stretch: no window had focus. */
  readonly isOutsideEditor?: true;
  /** Of a declared stretch: its declaration, as `changeDeclared`, `removeDeclared` and `resolve` name it. */
  readonly declarationId?: string;
}

/** All of a day's time on one case; `caseId` null: time without a case. */
export interface TimelineLane {
  readonly caseId: string | null;
  /** Index of the panel's colour, 0 to 5: a case keeps its own on every day, as long as there are enough. */
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

/** `running`: of today, more may come. `unknown`: sent with uncertain outcome. `carried`: settled with 0 units. */
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

/** How a case's contract counts billable time, per case and day. */
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
  /** The time it consists of, ascending and disjoint. */
  readonly intervals: readonly { readonly start: number; readonly end: number }[];
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  /** Never included in the others. */
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
  /** Carried to the case's next entry; may be negative. */
  readonly carriedSeconds: number;
  readonly description: string;
  /** A person wrote it; else it was drafted. */
  readonly isDescribed?: true;
  readonly activityId?: string;
  readonly commits: readonly TimelineCommit[];
  readonly declarations: readonly RowDeclaration[];
  readonly files: readonly string[];
  readonly branches: readonly string[];
  /** Declared time in conflict, included in no figure. */
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
  /** Counts of rows by what has to be done with them. */
  readonly drafts: number;
  readonly waiting: number;
  readonly pushed: number;
  readonly refused: number;
}

/** A change that can be undone or redone. */
export interface TimesheetStep {
  readonly id: string;
  /** What it was, such as `Move 12 min to ACME-1234`. */
  readonly label: string;
}

interface Common {
  /** Grows with each change by hand in any window; each request sends it back. */
  readonly revision: number;
  readonly today: string;
  /** IANA zone in which clock times are shown. */
  readonly zone: string;
  /** Targets of a move: the cases that appear, the latest picked ones first. */
  readonly cases: readonly TimesheetCase[];
  readonly undo?: TimesheetStep;
  readonly redo?: TimesheetStep;
  /** Name of the billing system; absent when none is connected. */
  readonly connection?: string;
  /** Smallest amount that the billing system stores. @format seconds */
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

/** An edit of rows, by id, or of a stretch of the timeline. */
export type TimesheetEdit =
  /** Empty: it is drafted again. */
  | { readonly kind: "describe"; readonly row: string; readonly description: string }
  | { readonly kind: "activity"; readonly row: string; readonly activityId: string | null }
  /** Makes two entries: one up to `at` and one from there. */
  | { readonly kind: "split"; readonly row: string; readonly at: number }
  /** Makes one entry of several of the same case and day. */
  | { readonly kind: "merge"; readonly rows: readonly string[] }
  /** To another case. */
  | { readonly kind: "move"; readonly row: string; readonly to: CaseChoice }
  | { readonly kind: "moveRange"; readonly start: number; readonly end: number; readonly to: CaseChoice }
  /** The total that is written down of the row afterwards, 0 for nothing. */
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
  /** `id`: the declaration that it replaces. */
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
  /** Captured time that must not count. */
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

/** A case's id, null for no case, or `ask`: the extension asks for the case. */
export type CaseChoice = { readonly caseId: string | null } | "ask";

/** One line of an entry's history. */
export interface HistoryLine {
  readonly at: number;
  readonly who: string;
  /** With `{0}`, `{1}` for `instants`, which the panel formats like its clock times. */
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

/** From the panel. `done` or `refused` answers `request`; `revision` is that of the model it was made on. */
export type TimesheetRequest =
  | { readonly type: "ready" }
  | ({ readonly type: "show" } & TimesheetPlace)
  | { readonly type: "edit"; readonly request: number; readonly revision: number; readonly edit: TimesheetEdit }
  /** `step`: the id of the step that was shown. */
  | {
      readonly type: "undo" | "redo";
      readonly request: number;
      readonly revision: number;
      readonly step?: string;
    }
  /** Opens the final confirmation; this message alone approves nothing. */
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
  /** `said`: what a screen reader announces; with `notice` it is shown too, since something is left to be done. */
  | { readonly type: "done"; readonly request: number; readonly said: string; readonly notice?: true }
  /** Nothing was changed. `isStale`: the ledger has changed and a new model was sent; typed text stays in the panel. */
  | { readonly type: "refused"; readonly request: number; readonly message: string; readonly isStale?: true }
  | { readonly type: "history"; readonly request: number; readonly lines: readonly HistoryLine[] };
