import type { LocalDate, Seconds } from "../base/time.ts";
import type { Case } from "../domain/cases/case.ts";
import type { Connection } from "../domain/log/events.ts";
import type { Receipt } from "../domain/entries/delivery.ts";
import type { ApprovedEntry, Problem } from "../domain/log/approvedEntry.ts";

/** What an entry became on the other side: their values, not ours. */
export interface RemoteEntry {
  readonly externalId: string;
  /** One id; several, parted by commas, where the system keeps a record for each span. */
  readonly remoteId: string;
  readonly revision?: number;
  readonly billedSeconds?: Seconds;
}

/** Whether what is stored is an entry's revision, or a later one. What does not say so is no more than the first. */
export function hasRevision({ revision }: RemoteEntry, entry: ApprovedEntry): boolean {
  return (revision ?? 1) >= entry.revision;
}

/** A record of a billing system as it stands there, whoever wrote it. */
export interface RemoteRecord {
  readonly remoteId: string;
  /** Our key as it stands in the record: an external id or its marker. Absent where it has none that is ours. */
  readonly key?: string;
  readonly day: LocalDate;
  /** The case's id there. Absent where it has none. */
  readonly caseId?: string;
  /** Below 0 for a correction in a system that can only add. @format seconds */
  readonly billedSeconds: number;
  readonly description: string;
}

/** How one write ended. The outcome says how certain it is, and that decides what may be done next. */
export type WriteResult =
  /** `warning`: stored, and yet not all as it was sent. */
  | { readonly kind: "written"; readonly remote: RemoteEntry; readonly warning?: Problem }
  /** Final: the entry needs a person. */
  | { readonly kind: "rejected"; readonly problem: Problem }
  /** Certainly not written. `auth` and `offline` stop the rest of the run as well. */
  | { readonly kind: "retryLater"; readonly problem: Problem; readonly retryAfterMs?: number; readonly stop: boolean }
  /** Perhaps written: look it up by its key before anything is sent again. */
  | { readonly kind: "unknown"; readonly problem: Problem; readonly retryAfterMs?: number };

/** What is known of an entry's earlier attempts. */
export interface PushHistory {
  /** Attempts before this one, of this revision. */
  readonly attempts: number;
  /** What an earlier revision of the entry became; it is to be changed, not written a second time. */
  readonly before?: Receipt;
}

/** How a system lets an entry be changed after its push. */
export type Correction = "replace" | "recreate" | "compensate";

/** One billing account. Every call can be aborted and ends by itself within the transport's limits. */
export interface BillingProvider {
  readonly connection: Connection;
  /** Smallest amount that the system keeps. @minimum 1 @format seconds */
  readonly unitSeconds: number;
  /** How a later revision reaches what an earlier one has written. */
  readonly correction: Correction;
  /**
   * How long after an uncertain attempt a look-up can be believed when it finds nothing: a request may still be on its
   * way. 0 where a second write with the same key is harmless. @format milliseconds
   */
  readonly settleMs: number;
  /** Entries that `pushBatch` takes at once. Absent, or 1 from some time on, where each is a request of its own. */
  readonly maxBatchSize?: number;
  /** Cases of the account, page by page. @throws CaseclockError `billing.*` */
  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]>;
  /**
   * Open cases of the account by a key or words of the title, beyond those that are listed; the best 100 at most. Absent
   * where the list has all there are. @throws CaseclockError `billing.*`
   */
  searchCases?(text: string, signal: AbortSignal): Promise<readonly Case[]>;
  /** Writes exactly once and never retries by itself. */
  push(entry: ApprovedEntry, signal: AbortSignal, history?: PushHistory): Promise<WriteResult>;
  /** Several first revisions in one request; results in the order of the entries, each with an outcome of its own. */
  pushBatch?(entries: readonly ApprovedEntry[], signal: AbortSignal): Promise<readonly WriteResult[]>;
  /**
   * What is stored under an entry's key, all of it: an entry of which a part is stored counts as not found.
   * More than one is a duplicate to report. @throws CaseclockError `billing.*`
   */
  find(entry: ApprovedEntry, signal: AbortSignal, before?: Receipt): Promise<readonly RemoteEntry[]>;
  /** One's own records of a range of days, both ends included, page by page. @throws CaseclockError `billing.*` */
  listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]>;
  /** The texts that stand for an entry's key in its records. */
  listKeys(entry: ApprovedEntry): readonly string[];
}

/** What a person enters to reach an account. */
export interface ConnectRequest {
  readonly provider: string;
  /** Base URL; for `local` the URI of a folder. */
  readonly url: string;
  readonly token: string | undefined;
  /** Answers to the provider's own questions so far, by their ids. None of them is secret. */
  readonly options: Readonly<Record<string, string>>;
}

/** Something about an account that only a person can decide. */
export interface ConnectQuestion {
  readonly id: string;
  readonly title: string;
  readonly prompt: string;
  /** Without choices it is a line of text. */
  readonly choices?: readonly { readonly id: string; readonly label: string; readonly detail?: string }[];
  /** Taken when nobody is asked. Without one it has to be answered. */
  readonly fallback?: string;
}

/** What asking an account about itself has found. */
export interface ConnectionProbe {
  readonly account: Connection["account"];
  /** What of it the provider wants to find again at its next opening. */
  readonly options: Readonly<Record<string, string>>;
  readonly questions: readonly ConnectQuestion[];
  /** What the person should know of how entries will be kept there, a sentence each. */
  readonly notes: readonly string[];
}

/** Makes providers. Loading one is left until it is needed. */
export interface BillingProviders {
  /** @throws CaseclockError `billing.urlChanged` when no token for the connection's origin is stored */
  open(connection: Connection): Promise<BillingProvider>;
  /**
   * Tests an address and a token by asking who we are and what the system wants; keeps nothing.
   * @throws CaseclockError `billing.insecureUrl` | `billing.urlInvalid` | `billing.auth` | `billing.offline` | `billing.protocol` | …
   */
  probe(request: ConnectRequest): Promise<ConnectionProbe>;
}
