/** The commands: what each takes and answers. `package.json` has their titles; `test/unit/manifest.test.ts` compares the ids. */
import type { BillingState, CorrectedEntry, Reconciliation, StatementReport, SyncResult } from "./billingResults.ts";
import type { HookManager, HookSnippet } from "./git.ts";

/** A case as commands answer it. */
export interface CaseSummary {
  readonly key: string;
  readonly source: string;
  readonly id: string;
  readonly title: string;
  readonly customer: string;
}

/** What is in force in a work tree. */
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

/** Figures in whole seconds, over everything in the ledger. `ui/ledgerCommands.ts` explains each to the user. */
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
  /** What tags them: git's configuration, hook files of ours, or a snippet in the files of a hook manager. */
  readonly by?: "config" | "files" | HookManager;
  /** Why, and what happens now. */
  readonly reason: string;
  /** Who looks after the hooks that stand in the way, and what to add to their files. */
  readonly manager?: HookManager;
  readonly snippets?: readonly HookSnippet[];
}

/** What became of tagging the last commit. */
export interface TagResult {
  readonly tagged: boolean;
  /** The commit that is there now: another one than before where it was tagged. */
  readonly sha?: string;
  /** What was done, or why nothing was, in one sentence. */
  readonly reason: string;
}

/** What was estimated from git history, and what of it was logged. */
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
  /** Of what was logged: each can be taken back by it. */
  readonly ids: readonly string[];
  readonly commitsWithoutCase: readonly string[];
  readonly casesWithoutCommits: readonly string[];
}

/** Time that was logged by hand. */
export interface LoggedTime {
  /** One per local day that it touches; each can be taken back by it. */
  readonly ids: readonly string[];
  readonly key: string;
  readonly day: string;
  readonly seconds: number;
  /** What of it lies over other time and waits until one of the two is chosen. */
  readonly conflictSeconds: number;
}

/** A timer that runs. */
export interface TimerState {
  readonly key: string;
  readonly source: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
}

/** What `caseclock.deleteData` removed and what remains. Counts. */
export interface DeletedData {
  readonly events: number;
  readonly backups: number;
  readonly setAside: number;
  readonly remainingEntries: number;
  /** Entries in the scope that a billing system has. */
  readonly sentEntries: number;
}

/** What an import brought. Counts. */
export interface ImportReport {
  /** Events in the file. */
  readonly events: number;
  /** Of them, those that were not here: 0 when everything was. */
  readonly added: number;
  /** Days with captured time in the file. */
  readonly days: number;
  /** Entries that were not here. */
  readonly entries: number;
  /** Of the file's entries, those that are still to be sent. */
  readonly waiting: number;
  /** Days and cases that the billing system has from both computers. */
  readonly billedTwice: readonly { readonly key: string; readonly date: string }[];
}

/** What a command takes and answers. At run time nothing is left of it. */
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
   * Picks the case that the branch, a commit or the repository points at, and moves to it what was captured since that
   * contradicts the pick. Seconds moved; undefined when nothing contradicts it. Refused by argument, with the candidates, where
   * several cases have the key that it points at.
   */
  "caseclock.followSuggestion": command<{ folder?: string }, number | undefined>(),
  /** Keeps the picked case where something points at another: it is told no more there. */
  "caseclock.keepCase": command<{ folder?: string }, CurrentState>(),
  "caseclock.pinCase": command<{ key?: string; source?: string }, CaseSummary | undefined>(),
  "caseclock.unpinCase": command<{ key?: string; source?: string }, CaseSummary | undefined>(),
  /** Opens the case's page in a browser; false when it has none. */
  "caseclock.openCase": command<{ key?: string; source?: string }, boolean>(),
  /** Starts a timer for what the editor does not see; one that runs is stopped and logged first. */
  "caseclock.startTimer": command<{ key?: string; source?: string; reason?: string }, TimerState | undefined>(),
  /** Stops the timer and logs what it ran; with `discard` nothing is logged. */
  "caseclock.stopTimer": command<{ reason?: string; discard?: boolean }, LoggedTime | undefined>(),
  /** Times are `HH:MM` of `date`, or RFC 3339. With `start` and `end` (or `seconds`) placed, with `seconds` alone unplaced. */
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
  /** Seconds moved. Times are `HH:MM` of today, or RFC 3339; an empty key takes the case away. */
  "caseclock.reassign": command<{ from?: string; to?: string; key?: string; source?: string }, number | undefined>(),
  /** Ends the conflict of time logged by hand: counts it and strikes what was captured there, or takes it back. */
  "caseclock.resolveConflict": command<{ id?: string; keep?: "declared" | "captured" }, boolean>(),
  /**
   * Approves drafts, of one day or by their ids, without sending them. Ids of the entries. By argument what is not asked for
   * stays a draft; the list is shown all the same unless `allowUnattended` is on.
   */
  "caseclock.approve": command<{ date?: string; entryIds?: readonly string[] }, readonly string[]>(),
  /**
   * Makes the next revision of an entry that was refused or is at the billing system: another description or activity, or
   * less billed. The reason is kept in the entry's history. Undefined when it was put aside.
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
   * `repair`: does what is certainly safe: takes receipts of what is there under our key, and sends again what is missing. */
  "caseclock.reconcile": command<{ from?: string; to?: string; repair?: boolean }, Reconciliation>(),
  /** Ids of the entries that were withdrawn. */
  "caseclock.withdrawApproval": command<{ date?: string; entryIds?: readonly string[] }, readonly string[]>(),
  "caseclock.sync": command<{ dryRun?: boolean; entryIds?: readonly string[] }, SyncResult>(),
  /** `options`: answers to what the provider asks about the account, by their ids. */
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
  /** The path where one was given or chosen, else the text. */
  "caseclock.export": command<
    {
      /** One of the table in `ui/export/exportFormats.ts`; JSON where it is absent. */
      format?: string;
      from?: string;
      to?: string;
      key?: string;
      /** Where the case of the key is, if several sources have the same key. */
      source?: string;
      path?: string;
      /** Every event in the ledger as JSON: all that is held about the person. The other restrictions do not apply. */
      everything?: boolean;
    },
    string | undefined
  >(),
  /** Brings the worklog of another computer over, from a file of `caseclock.export`. Undefined when it was put aside. */
  "caseclock.importJson": command<{ path?: string }, ImportReport | undefined>(),
  "caseclock.verify": command<object, VerifyReport>(),
  /** Whether a statement is as it was made, and what the ledger says now. Undefined when no file was chosen. */
  "caseclock.verifyStatement": command<{ path?: string }, StatementReport | undefined>(),
  /** One of `all`, `key`, or a range of days; undefined when the question was answered with no. */
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
