/** What commands about the billing system answer. Figures in whole seconds. */

/** An entry that needs a person, or could not be sent. */
export interface EntryProblem {
  readonly entryId: string;
  readonly key: string;
  readonly kind: string;
  readonly detail: string;
}

/** Counts are entries. `waiting`: approved and to be sent later, in this run's connection. */
export interface SyncResult {
  readonly pushed: number;
  readonly rejected: number;
  readonly retryLater: number;
  readonly unknown: number;
  readonly waiting: number;
  /** Settled without sending: 0 units, carried to the case's next entry. */
  readonly carried: number;
  readonly problems: readonly EntryProblem[];
  /** With `dryRun`: what would be sent. */
  readonly preview?: readonly PreviewLine[];
}

/** One line of the preview. Figures in whole seconds. */
export interface PreviewLine {
  readonly entryId: string | undefined;
  readonly key: string;
  readonly day: string;
  readonly state: "approved" | "draft" | "stillRunning";
  readonly exactSeconds: number;
  readonly billedSeconds: number;
  readonly carriedSeconds: number;
  readonly description: string;
}

export interface BillingState {
  readonly provider: string;
  readonly url: string;
  readonly account: string;
  readonly connectionId: string;
}

/** An entry's next revision. */
export interface CorrectedEntry {
  readonly entryId: string;
  readonly revision: number;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
  readonly carriedSeconds: number;
}

/** One thing in which the ledger and the billing system differ. Figures in whole seconds. */
export interface Difference {
  /**
   * `missing`: receipted, and not there. `amount`: there with another amount. `elsewhere`: there under our key, and the ledger has
   * no receipt of it. `duplicate`: there more than once. `foreign`: there, and not ours. `unsettled`: approved, and neither there nor sent.
   */
  readonly kind: "missing" | "amount" | "elsewhere" | "duplicate" | "foreign" | "unsettled";
  readonly day: string;
  readonly key: string;
  readonly entryId?: string;
  readonly remoteIds: readonly string[];
  readonly billedSeconds?: number;
  readonly storedSeconds?: number;
  readonly description: string;
  /** What was done about it: only what is certainly safe is done, and only when the person chose it. */
  readonly repaired?: boolean;
}

/** The comparison of both sides. */
export interface Reconciliation {
  readonly from: string;
  readonly to: string;
  /** Entries that are alike on both sides. */
  readonly alike: number;
  readonly differences: readonly Difference[];
}

/** What a statement that lies somewhere says, beside what the ledger says now. */
export interface StatementReport {
  /** Nothing of it is known to have changed since it was made. */
  readonly intact: boolean;
  /** The data that is compared with the ledger, by its checksum. */
  readonly figures: "intact" | "changed";
  /** The text that is read, by a checksum of its own. `notCovered`: an earlier version made it, which had none. */
  readonly text: "intact" | "changed" | "notCovered";
  /** The ledger says the same. */
  readonly current: boolean;
  /** In which they differ, a sentence each. */
  readonly differences: readonly string[];
}
