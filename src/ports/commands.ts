/** The commands with argument and result. `package.json` has the titles; `test/unit/manifest.test.ts` compares ids. */
import type { BillingState, CorrectedEntry, Reconciliation, StatementReport, SyncResult } from "./billingResults.ts";
import type { HookManager, HookSnippet } from "./git.ts";

/** A case in the result of a command. */
export interface CaseSummary {
  readonly key: string;
  readonly source: string;
  readonly id: string;
  readonly title: string;
  readonly customer: string;
}

/** The pick and pause in force in a work tree. */
export interface CurrentState {
  readonly case: CaseSummary | undefined;
  readonly paused: boolean;
  /** URI of the work tree, else of the folder or window. */
  readonly tree: string | undefined;
}

/** Figures in whole seconds. */
export interface TodayLine {
  /** Undefined for time without a case. */
  readonly key: string | undefined;
  readonly source: string | undefined;
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly agentSeconds: number;
}

/** Figures in whole seconds, over everything in the ledger. `ui/export/presentVerify.ts` explains each to the user. */
export interface VerifyReport {
  readonly observed: number;
  readonly bridged: number;
  readonly declared: number;
  readonly agent: number;
  readonly assigned: number;
  readonly unassigned: number;
  readonly approved: number;
  readonly pushed: number;
  readonly receipted: number;
  readonly overlapSeconds: number;
  readonly lostSeconds: number;
  readonly driftSeconds: number;
}

/** How commits are tagged in one open repository. */
export interface TaggingState {
  readonly repository: string;
  readonly tagging: "here" | "notHere" | "unasked" | "unavailable";
  /** What tags them: git's configuration, our hook files, or a snippet in the files of a hook manager. */
  readonly by?: "config" | "files" | HookManager;
  /** Why, and what happens now. */
  readonly reason: string;
  /** The manager of the hooks that are in the way, and what to add to its files. */
  readonly manager?: HookManager;
  readonly snippets?: readonly HookSnippet[];
}

/** The result of tagging the last commit. */
export interface TagResult {
  readonly tagged: boolean;
  /** The last commit now: a new one if it was tagged. */
  readonly sha?: string;
  /** What was done, or why nothing was, in one sentence. */
  readonly reason: string;
}

/** What was estimated from git history, and how much of it was logged. */
export interface HistoryImport {
  readonly sessions: number;
  readonly proposals: readonly {
    readonly key: string;
    readonly start: string;
    readonly end: string;
    readonly seconds: number;
    readonly commits: readonly string[];
  }[];
  readonly loggedSeconds: number;
  /** Ids of what was logged, by which each can be undone. */
  readonly ids: readonly string[];
  readonly commitsWithoutCase: readonly string[];
  readonly casesWithoutCommits: readonly string[];
}

/** Time that was logged by hand. */
export interface LoggedTime {
  /** One per local day that it touches, by which it can be undone. */
  readonly ids: readonly string[];
  readonly key: string;
  readonly day: string;
  readonly seconds: number;
  /** The part that overlaps other time and waits until one of the two is chosen. */
  readonly conflictSeconds: number;
}

/** A running timer. */
export interface TimerState {
  readonly key: string;
  readonly source: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
}

/** Counts of what `caseclock.deleteData` removed and what remains. */
export interface DeletedData {
  readonly events: number;
  readonly backups: number;
  readonly setAside: number;
  readonly remainingEntries: number;
  /** Entries in the scope that a billing system has. */
  readonly sentEntries: number;
}

/** Counts of what an import added. */
export interface ImportReport {
  /** Events in the file. */
  readonly events: number;
  /** Those of them that were not here yet. */
  readonly added: number;
  /** Days with captured time in the file. */
  readonly days: number;
  /** Entries that were not here yet. */
  readonly entries: number;
  /** Entries of the file that are still to be sent. */
  readonly waiting: number;
  /** Days and cases for which the billing system has time from both computers. */
  readonly billedTwice: readonly { readonly key: string; readonly date: string }[];
}

/** Argument and result of a command, as types only: an empty object at run time. */
interface Command<Argument extends object, Result> {
  readonly types?: (argument: Argument) => Result;
}

function command<Argument extends object, Result>(): Command<Argument, Result> {
  return {};
}

/**
 * Argument and result of each command. Every member of an argument is optional and, as user input, checked by its handler
 * (`ui/shell/arguments.ts`).
 */
export const COMMANDS = {
  "caseclock.pickCase": command<{ key?: string; source?: string; folder?: string }, CaseSummary | undefined>(),
  "caseclock.clearCase": command<{ folder?: string }, CurrentState>(),
  "caseclock.pause": command<object, CurrentState>(),
  "caseclock.resume": command<object, CurrentState>(),
  "caseclock.switchToPreviousCase": command<{ folder?: string }, CurrentState>(),
  /**
   * Picks the case that the branch, a commit or the remote points at, and reassigns to it what was captured since then.
   * Seconds reassigned; undefined when nothing contradicts the pick. Refused, with the candidates, if several cases
   * have the key that it points at.
   */
  "caseclock.followSuggestion": command<{ folder?: string }, number | undefined>(),
  /** Keeps the picked case although signs point at another: that mismatch is no longer shown in the work tree. */
  "caseclock.keepCase": command<{ folder?: string }, CurrentState>(),
  "caseclock.pinCase": command<{ key?: string; source?: string }, CaseSummary | undefined>(),
  "caseclock.unpinCase": command<{ key?: string; source?: string }, CaseSummary | undefined>(),
  /** Opens the case's page in a browser; false when it has none. */
  "caseclock.openCase": command<{ key?: string; source?: string }, boolean>(),
  /** Starts a timer for what the editor does not see; a running one is stopped and logged first. */
  "caseclock.startTimer": command<{ key?: string; source?: string; reason?: string }, TimerState | undefined>(),
  /** Stops the timer and logs its time; with `discard` nothing is logged. */
  "caseclock.stopTimer": command<{ reason?: string; discard?: boolean }, LoggedTime | undefined>(),
  /** Times are `HH:MM` of `date`, or RFC 3339. `start` with `end` or `seconds` is placed; `seconds` alone is not. */
  "caseclock.logTime": command<
    {
      key?: string;
      source?: string;
      date?: string;
      start?: string;
      end?: string;
      seconds?: number;
      reason?: string;
    },
    LoggedTime | undefined
  >(),
  /** Seconds reassigned. Times are `HH:MM` of today, or RFC 3339; an empty key means no case. */
  "caseclock.reassign": command<{ from?: string; to?: string; key?: string; source?: string }, number | undefined>(),
  /** Ends the conflict of time logged by hand: counts it and strikes what was captured there, or undoes it. */
  "caseclock.resolveConflict": command<{ id?: string; keep?: "declared" | "captured" }, boolean>(),
  /**
   * Approves drafts, of one day or by their ids, without sending them. Returns the ids of the entries. Arguments only
   * narrow the list, which is still shown unless `allowUnattended` is on.
   */
  "caseclock.approve": command<{ date?: string; entryIds?: readonly string[] }, readonly string[]>(),
  /**
   * Makes the next revision of an entry that was refused or is at the billing system: another description or activity,
   * or less billed. The entry's history keeps the reason. Undefined when it was dismissed.
   */
  "caseclock.correctEntry": command<
    {
      entryId?: string;
      description?: string;
      activityId?: string;
      writtenDownSeconds?: number;
      reason?: string;
    },
    CorrectedEntry | undefined
  >(),
  /** Compares both sides for a range of local days, YYYY-MM-DD, both included; a month back when absent.
   * `repair`: does what is certainly safe: records receipts of what is there under our key, resends what is missing. */
  "caseclock.reconcile": command<{ from?: string; to?: string; repair?: boolean }, Reconciliation>(),
  /** Ids of the entries that were withdrawn. */
  "caseclock.withdrawApproval": command<{ date?: string; entryIds?: readonly string[] }, readonly string[]>(),
  "caseclock.sync": command<{ dryRun?: boolean; entryIds?: readonly string[] }, SyncResult>(),
  /** `options`: answers to the provider's questions about the account, by their ids. */
  "caseclock.connectBilling": command<
    { provider?: string; url?: string; token?: string; options?: Readonly<Record<string, string>> },
    BillingState | undefined
  >(),
  "caseclock.disconnectBilling": command<object, undefined>(),
  "caseclock.refreshCases": command<object, { readonly cases: number }>(),
  "caseclock.enableCommitTagging": command<{ folder?: string }, readonly TaggingState[]>(),
  "caseclock.disableCommitTagging": command<{ folder?: string }, readonly TaggingState[]>(),
  "caseclock.showCommitTagging": command<{ folder?: string }, readonly TaggingState[]>(),
  /** Undefined when no case was chosen. */
  "caseclock.tagLastCommit": command<{ folder?: string; key?: string; source?: string }, TagResult | undefined>(),
  /** `since`: first local day, YYYY-MM-DD. `key`: the case of commits that name none. */
  "caseclock.importGitHistory": command<
    { folder?: string; since?: string; key?: string; source?: string },
    HistoryImport | undefined
  >(),
  /** Opens the timesheet: of a local day, YYYY-MM-DD, else of the week. */
  "caseclock.openTimesheet": command<{ date?: string }, undefined>(),
  /** Opens the report, of the period that a local day, YYYY-MM-DD, is in; else of today's month. */
  "caseclock.openReport": command<{ date?: string }, undefined>(),
  "caseclock.today": command<object, readonly TodayLine[]>(),
  /** The path if one was given or chosen, else the text. */
  "caseclock.export": command<
    {
      /** One of the table in `ui/export/exportFormats.ts`; JSON when absent. */
      format?: string;
      from?: string;
      to?: string;
      key?: string;
      /** Source of the case, if several sources have the same key. */
      source?: string;
      path?: string;
      /** Every event in the ledger as JSON: all that is held about the person. The other restrictions do not apply. */
      everything?: boolean;
    },
    string | undefined
  >(),
  /** Imports another computer's worklog from a file of `caseclock.export`. Undefined when it was dismissed. */
  "caseclock.importJson": command<{ path?: string }, ImportReport | undefined>(),
  "caseclock.verify": command<object, VerifyReport>(),
  /** Whether a statement is unchanged and agrees with the ledger of now. Undefined when no file was chosen. */
  "caseclock.verifyStatement": command<{ path?: string }, StatementReport | undefined>(),
  /** Takes `all`, `key` or a range of days. Undefined when the person did not confirm. */
  "caseclock.deleteData": command<
    { from?: string; to?: string; key?: string; source?: string; all?: boolean },
    DeletedData | undefined
  >(),
  "caseclock.showLog": command<object, undefined>(),
};

type Commands = typeof COMMANDS;

export type CommandId = keyof Commands;
export type CommandArgument<K extends CommandId> =
  Commands[K] extends Command<infer Argument, unknown> ? Argument : never;
export type CommandResult<K extends CommandId> = Commands[K] extends Command<never, infer Result> ? Result : never;

export const COMMAND_IDS = Object.keys(COMMANDS) as readonly CommandId[];
