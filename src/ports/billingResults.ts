/** Results of the commands about the billing system. Figures in whole seconds. */

/** An entry that needs a person, or could not be sent. */
export interface EntryProblem {
  readonly entryId: string;
  readonly key: string;
  readonly kind: string;
  readonly detail: string;
}

/** Counts of entries. `waiting`: approved and to be sent later, on this run's connection. */
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

/** One difference between the ledger and the billing system. Figures in whole seconds. */
export interface Difference {
  /**
   * `missing`: receipted, but not there. `amount`: there with another amount. `elsewhere`: there under our key, but
   * without a receipt here. `duplicate`: there more than once. `foreign`: there, but not ours. `unsettled`: approved,
   * but neither there nor sent.
   */
  readonly kind: "missing" | "amount" | "elsewhere" | "duplicate" | "foreign" | "unsettled";
  readonly day: string;
  readonly key: string;
  readonly entryId?: string;
  readonly remoteIds: readonly string[];
  readonly billedSeconds?: number;
  readonly storedSeconds?: number;
  readonly description: string;
  /** It was repaired, which happens only where certainly safe, and only when the person chose it. */
  readonly repaired?: boolean;
}

/** The comparison of the ledger with the billing system. */
export interface Reconciliation {
  readonly from: string;
  readonly to: string;
  /** Entries that are alike on both sides. */
  readonly alike: number;
  readonly differences: readonly Difference[];
}

/** A statement in a file, checked and compared with the ledger of now. */
export interface StatementReport {
  /** No part of it is known to have changed since it was made. */
  readonly intact: boolean;
  /** Whether its data, which is compared with the ledger, matches its checksum. */
  readonly figures: "intact" | "changed";
  /** Whether the text for people matches its own checksum. `notCovered`: an earlier version made it without one. */
  readonly text: "intact" | "changed" | "notCovered";
  /** The ledger says the same. */
  readonly current: boolean;
  /** How they differ, a sentence each. */
  readonly differences: readonly string[];
}
