import type { EpochMs, Seconds } from "../../base/time.ts";
import type { ApprovedEntry, Problem } from "../log/approvedEntry.ts";

/** What a billing system confirmed of a revision. */
export interface Receipt {
  /** Its id there; several, parted by commas, where it keeps a record for each span. */
  readonly remoteId: string;
  readonly revision: number;
  /** What was sent. */
  readonly billedSeconds: Seconds;
}

/** Where an approved entry stands on its way. */
export type Delivery =
  /** Settled without sending: 0 units, its seconds come with the case's next entry. */
  | { readonly state: "carried" }
  | { readonly state: "waiting"; readonly attempts: number; readonly notBefore?: EpochMs; readonly problem?: Problem }
  /** An attempt has no certain end: it is looked up by its key before anything is sent again. */
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
      /** What the billing system said that it keeps; undefined when it did not say. @format seconds */
      readonly storedSeconds: number | undefined;
    };

/** An approved entry and what became of it. */
export interface OutboxEntry {
  readonly entry: ApprovedEntry;
  readonly delivery: Delivery;
  /** What an earlier revision became: this one changes it. */
  readonly before?: Receipt;
  /** Another computer has a copy and may have sent it: it is looked up by its key before anything is sent. */
  readonly lookUp?: true;
}
