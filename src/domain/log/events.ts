import type { EpochMs, LocalDate, ZoneId } from "../../base/time.ts";
import type { Case, CaseRef } from "../cases/case.ts";
import type { KindCounts } from "../capture/heartbeat.ts";
import type { Interval } from "../capture/interval.ts";
import type { TreeId } from "../cases/treeId.ts";
import type { ApprovedEntry, CommitEvidence, Problem } from "./approvedEntry.ts";

/** A billing account that entries can be bound to. */
export interface Connection {
  /** UUID; it is also the `source` of the cases that come from it. */
  readonly id: string;
  /** `local`, or the id of a server's API (`ports/providerCatalog.ts`). */
  readonly provider: string;
  /** Base URL, or the `file:` URI of the folder for `local`. */
  readonly url: string;
  /** The user of the token, as the billing system names it. */
  readonly account: { readonly id: string; readonly name: string };
  /** Answers to the provider's questions about the account; nothing secret. Absent when it asked none. */
  readonly options?: Readonly<Record<string, string>>;
}

/** Names one revision of an entry. */
export interface EntryRevision {
  readonly entryId: string;
  readonly revision: number;
}

/** A billing system's receipt for a revision. */
export interface EntryReceipt extends EntryRevision {
  readonly remoteId: string;
  /** What the billing system says it stored. @format seconds */
  readonly storedSeconds?: number;
}

/**
 * Id of what a person did at once, and undoes at once: that of its first event. An event without one is its own act.
 */
export type ActId = string;

/** Everything that can happen. The log holds nothing else; `EVENT_VERSION` says in which shape. */
export type EventBody =
  /** Columns: day of the row, case in force when it was written (an index only: the fold decides by picks). */
  | {
      readonly kind: "heartbeats";
      readonly tree: TreeId;
      readonly first: EpochMs;
      readonly last: EpochMs;
      readonly counts: KindCounts;
      readonly agent?: true;
      /** The class of the row, if it is neither the person's nor an agent's. */
      readonly weak?: "scroll" | "presence";
    }
  | { readonly kind: "focus"; readonly focused: boolean }
  /** The fold of a day's heartbeats (`encodeDay`), which replaces them once the day is settled. Column: that day. */
  | { readonly kind: "compacted"; readonly text: string }
  /** A stretch `[from, to)` without a tick; after a step back `to` is the instant before it. */
  | { readonly kind: "tickGap"; readonly from: EpochMs; readonly to: EpochMs }
  | { readonly kind: "pick"; readonly tree: TreeId; readonly case: Case | null }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "policy"; readonly idleTimeoutSeconds: number; readonly zone: ZoneId }
  | { readonly kind: "caseDefined"; readonly case: Case }
  | { readonly kind: "connected"; readonly connection: Connection }
  | { readonly kind: "disconnected"; readonly connectionId: string }
  /** Who works at this computer from now on: the name of the account there. */
  | { readonly kind: "person"; readonly name: string }
  | {
      readonly kind: "commit";
      readonly tree: TreeId;
      readonly commit: CommitEvidence;
      /** What its message names, else the work tree's pick when it was made. */
      readonly case: CaseRef | null;
      readonly replaces?: string;
      /** Further commits that it replaces. */
      readonly squashed?: readonly string[];
      /** It replaces without new work: rebased, reworded, squashed. */
      readonly rewritten?: boolean;
      /** Its message names no case: it belongs to the time it was made in. Absent in events of earlier versions. */
      readonly unnamed?: boolean;
    }
  /** Where the changes of commits that were rewritten elsewhere are now; `now` null: nowhere. */
  | {
      readonly kind: "commitFates";
      readonly tree: TreeId;
      readonly fates: readonly { readonly sha: string; readonly now: CommitEvidence | null }[];
    }
  /** Answer to "tag commits here?"; `never` holds for every repository. */
  | { readonly kind: "tagging"; readonly repository: string; readonly choice: "here" | "notHere" | "never" }
  /** `from`: where the draft begins, if it has a time of day. */
  | {
      readonly kind: "entryMinted";
      readonly entryId: string;
      readonly case: CaseRef;
      readonly entryDay: LocalDate;
      readonly from?: EpochMs;
    }
  /** The description that a person wrote for a draft; empty: it is drafted again. */
  | {
      readonly kind: "described";
      readonly entryId: string;
      readonly case: CaseRef;
      readonly entryDay: LocalDate;
      readonly description: string;
      readonly act?: ActId;
    }
  /** The activity that a person chose for a draft; null: none. */
  | {
      readonly kind: "activitySet";
      readonly entryId: string;
      readonly case: CaseRef;
      readonly entryDay: LocalDate;
      readonly activityId: string | null;
      readonly act?: ActId;
    }
  /** The drafts of a case and day are split at `cut`: one ends there, another begins. */
  | {
      readonly kind: "split";
      readonly case: CaseRef;
      readonly entryDay: LocalDate;
      readonly cut: EpochMs;
      readonly act?: ActId;
    }
  /** Nothing splits the drafts of a case and day inside `[from, to)` any more. */
  | {
      readonly kind: "merged";
      readonly case: CaseRef;
      readonly entryDay: LocalDate;
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly act?: ActId;
    }
  /**
   * A write-down. Of a case and day, exactly `intervals` of `[from, to)` are written down from now on, and of each
   * declaration that is named exactly its `seconds`.
   * `within`: the parts of `[from, to)` that it decides about; all of it when absent.
   */
  | {
      readonly kind: "writtenDown";
      readonly case: CaseRef;
      readonly entryDay: LocalDate;
      readonly from?: EpochMs;
      readonly to?: EpochMs;
      readonly within?: readonly Interval[];
      readonly intervals: readonly Interval[];
      readonly declared: readonly { readonly id: string; readonly seconds: number }[];
      readonly reason: string;
      readonly act?: ActId;
    }
  /** `reason`: why a later revision was made, in the person's words. */
  | { readonly kind: "approved"; readonly entry: ApprovedEntry; readonly reason?: string; readonly act?: ActId }
  /** The approval was withdrawn before anything was sent. `undoes`: the act that approved it. */
  | { readonly kind: "withdrawn"; readonly entryId: string; readonly revision: number; readonly undoes?: ActId }
  /** The `intervals` of captured time, within `[from, to)`, belong to this case whatever work tree saw them. */
  | {
      readonly kind: "reassigned";
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly intervals: readonly Interval[];
      readonly case: Case | null;
      readonly act?: ActId;
    }
  /** The `intervals` of captured time, within `[from, to)`, do not count; with `for`, while that declaration holds. */
  | {
      readonly kind: "struck";
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly intervals: readonly Interval[];
      readonly for?: string;
      readonly act?: ActId;
    }
  /** Time entered by hand. `from` and `to` place it on the day; without them it is unplaced. The event's id names it. */
  | {
      readonly kind: "declared";
      readonly case: Case;
      readonly entryDay: LocalDate;
      readonly from?: EpochMs;
      readonly to?: EpochMs;
      readonly seconds: number;
      readonly reason: string;
      readonly act?: ActId;
    }
  /**
   * A change by hand was undone. `from`: that of the change, if it had one. The event is part of the act `act`, or of
   * undoing (`undoes`) or redoing (`redoes`) a whole act.
   */
  | {
      readonly kind: "undone";
      readonly eventId: string;
      /** It was a strike: that time counts again. */
      readonly restores?: true;
      readonly from?: EpochMs;
      readonly act?: ActId;
      readonly undoes?: ActId;
      readonly redoes?: ActId;
    }
  /** An undone change holds again, in its old place among the others. */
  | { readonly kind: "redone"; readonly eventId: string; readonly undoes?: ActId; readonly redoes?: ActId }
  /** An entry is about to be sent, or all of `entries`, which go out after the same commit. */
  | ({ readonly kind: "sending" } & EntryRevision)
  | { readonly kind: "sending"; readonly entries: readonly EntryRevision[] }
  /** A billing system confirmed an entry, or all of `receipts`, which came within the same tenth of a second. */
  | ({ readonly kind: "receipted" } & EntryReceipt)
  | { readonly kind: "receipted"; readonly receipts: readonly EntryReceipt[] }
  | { readonly kind: "refused"; readonly entryId: string; readonly revision: number; readonly problem: Problem }
  | {
      readonly kind: "deferred";
      readonly entryId: string;
      readonly revision: number;
      /** `retryLater`: certainly not written. `unknown`: perhaps written. */
      readonly outcome: "retryLater" | "unknown";
      readonly notBefore: EpochMs;
      readonly problem: Problem;
    }
  /**
   * The whole ledger was written to a file for another computer, which may send open entries: from now on these are
   * looked up before they are sent. `ledger`: this ledger's id there.
   */
  | { readonly kind: "copied"; readonly ledger: string }
  /** What is checked out in a work tree from now on; null on no branch. */
  | { readonly kind: "branch"; readonly tree: TreeId; readonly branch: string | null }
  /** Signs in the work tree point at `pointed`, but the person keeps the picked case. */
  | { readonly kind: "kept"; readonly tree: TreeId; readonly picked: CaseRef; readonly pointed: CaseRef }
  | { readonly kind: "pinned"; readonly ref: CaseRef; readonly pinned: boolean }
  /** A timer for what the editor does not see, such as a call. The event's id names it; one runs at a time. */
  | { readonly kind: "timerStarted"; readonly case: Case; readonly reason: string }
  /** Its time is declared in the same append, unless it was discarded. */
  | { readonly kind: "timerStopped"; readonly timerId: string }
  /** A message was shown: at most once per cause and day, over all windows. */
  | { readonly kind: "notice"; readonly cause: string };

export type EventKind = EventBody["kind"];
export type BodyOf<K extends EventKind> = Extract<EventBody, { readonly kind: K }>;

/** Kinds that only the fold of their day needs: read day by day, never all at once. */
export const EVIDENCE_KINDS = ["heartbeats", "focus", "compacted"] as const satisfies readonly EventKind[];

/** Version of the shapes above. Rows of any other version are left alone and reported (`decodeEvent`). */
export const EVENT_VERSION = 1;

/** An event that has no position in the log yet. */
export interface NewEvent {
  /** UUID; appending the same id again does nothing. */
  readonly id: string;
  /** UUID minted when the window activated. */
  readonly windowId: string;
  /** When it happened, floored to the second. */
  readonly at: EpochMs;
  readonly zone: ZoneId;
  /** Local day of `at`, fixed when it was captured. */
  readonly day: LocalDate;
  readonly case?: CaseRef;
  readonly entryId?: string;
  readonly body: EventBody;
}

export interface LogEvent extends NewEvent {
  /** Position in the log, ascending, 1 or more. */
  readonly seq: number;
}
