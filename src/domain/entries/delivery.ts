import type { EpochMs, Seconds } from "../../base/time.ts";
import type { ApprovedEntry, Problem } from "../log/approvedEntry.ts";

/** A billing system's confirmation of a revision. */
export interface Receipt {
  /** Its id there; several, separated by commas, if the system keeps a record for each span. */
  readonly remoteId: string;
  readonly revision: number;
  /** What was sent. */
  readonly billedSeconds: Seconds;
}

/** How far the delivery of an approved entry is. */
export type Delivery =
  /** Settled without sending: 0 units; its seconds are carried to the case's next entry. */
  | { readonly state: "carried" }
  | { readonly state: "waiting"; readonly attempts: number; readonly notBefore?: EpochMs; readonly problem?: Problem }
  /** The outcome of an attempt is uncertain: the entry is looked up by its key before anything is sent again. */
  | {
      readonly state: "unknown";
      readonly attempts: number;
      /** When that attempt was made, or was last known to be uncertain. */
      readonly since: EpochMs;
      readonly notBefore?: EpochMs;
      readonly problem?: Problem;
    }
  | { readonly state: "refused"; readonly attempts: number; readonly problem: Problem }
  | {
      readonly state: "receipted";
      readonly remoteId: string;
      readonly at: EpochMs;
      /** What the billing system said it stored; undefined when it did not say. @format seconds */
      readonly storedSeconds: number | undefined;
    };

/** An approved entry and what became of it. */
export interface OutboxEntry {
  readonly entry: ApprovedEntry;
  readonly delivery: Delivery;
  /** The receipt of the earlier revision that this one corrects. */
  readonly before?: Receipt;
  /** Another computer has a copy and may have sent it: it is looked up by its key before anything is sent. */
  readonly lookUp?: true;
}
