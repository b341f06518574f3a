/** Ids that others rely on. `test/unit/manifest.test.ts` compares them with `package.json`. */

/** Ids of the views in the side bar. */
export const VIEW_IDS = { today: "caseclock.today", cases: "caseclock.cases", waiting: "caseclock.waiting" } as const;

/** Type of the timesheet's panel. */
export const TIMESHEET_VIEW = "caseclock.timesheet";

/** Type of the report's panel. */
export const REPORT_VIEW = "caseclock.report";

/** Context keys, which `when` clauses of others can use. */
export const CONTEXT_KEYS = {
  /** Whether a case is picked in the active work tree. */
  hasCase: "caseclock.hasCase",
  /** The key of that case. */
  caseKey: "caseclock.caseKey",
  paused: "caseclock.paused",
  timerRuns: "caseclock.timerRuns",
  mismatch: "caseclock.mismatch",
  conflicts: "caseclock.conflicts",
  /** Whether a billing system is connected, or a folder for files. */
  connected: "caseclock.connected",
  /** Whether Caseclock runs; only then is the walkthrough offered, so installing does not open it. */
  ready: "caseclock.ready",
} as const;

/** Id of the status bar item, under the extension's own. */
export const STATUS_ITEM_ID = "case";
