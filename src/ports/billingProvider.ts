import type { LocalDate, Seconds } from "../base/time.ts";
import type { Case } from "../domain/cases/case.ts";
import type { Connection } from "../domain/log/events.ts";
import type { Receipt } from "../domain/entries/delivery.ts";
import type { ApprovedEntry, Problem } from "../domain/log/approvedEntry.ts";

/** An entry as the billing system stored it: its values, not ours. */
export interface RemoteEntry {
  readonly externalId: string;
  /** One id; several, separated by commas, if the system keeps a record for each span. */
  readonly remoteId: string;
  readonly revision?: number;
  readonly billedSeconds?: Seconds;
}

/** Whether the stored revision is an entry's, or a later one. A record without a revision counts as the first. */
export function hasRevision({ revision }: RemoteEntry, entry: ApprovedEntry): boolean {
  return (revision ?? 1) >= entry.revision;
}

/** A record in a billing system, whoever wrote it. */
export interface RemoteRecord {
  readonly remoteId: string;
  /** Our key in the record: an external id or its marker. Absent if it has no key of ours. */
  readonly key?: string;
  readonly day: LocalDate;
  /** The case's id there. Absent if it has none. */
  readonly caseId?: string;
  /** Below 0 for a correction in a system that can only add. @format seconds */
  readonly billedSeconds: number;
  readonly description: string;
}

/** How one write ended. The outcome says how certain it is, and that decides what may be done next. */
export type WriteResult =
  /** `warning`: stored, but not entirely as it was sent. */
  | { readonly kind: "written"; readonly remote: RemoteEntry; readonly warning?: Problem }
  /** Final: the entry needs a person. */
  | { readonly kind: "rejected"; readonly problem: Problem }
  /** Certainly not written. `auth` and `offline` stop the rest of the run as well. */
  | { readonly kind: "retryLater"; readonly problem: Problem; readonly retryAfterMs?: number; readonly stop: boolean }
  /** Perhaps written: look it up by its key before anything is sent again. */
  | { readonly kind: "unknown"; readonly problem: Problem; readonly retryAfterMs?: number };

/** What is known about earlier attempts to send an entry. */
export interface PushHistory {
  /** Attempts before this one, of this revision. */
  readonly attempts: number;
  /** The receipt of an earlier revision, whose record is to be changed, not written a second time. */
  readonly before?: Receipt;
}

/** How a billing system lets a pushed entry be changed. */
export type Correction = "replace" | "recreate" | "compensate";

/** One billing account. Every call can be aborted and ends by itself within the transport's limits. */
export interface BillingProvider {
  readonly connection: Connection;
  /** Smallest amount that the system stores. @minimum 1 @format seconds */
  readonly unitSeconds: number;
  /** How a later revision changes what an earlier one wrote. */
  readonly correction: Correction;
  /**
   * How long after an uncertain attempt a look-up that finds nothing proves nothing, as the request may still be on its
   * way. 0 if a second write with the same key is harmless. @format milliseconds
   */
  readonly settleMs: number;
  /** Entries that `pushBatch` takes at once. Absent, or 1 from some time on, if each is a request of its own. */
  readonly maxBatchSize?: number;
  /** Cases of the account, page by page. @throws CaseclockError `billing.*` */
  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]>;
  /**
   * Open cases of the account by key or words of the title, beyond the listed ones; the best 100 at most. Absent if the
   * list has them all. @throws CaseclockError `billing.*`
   */
  searchCases?(text: string, signal: AbortSignal): Promise<readonly Case[]>;
  /** Writes exactly once and never retries by itself. */
  push(entry: ApprovedEntry, signal: AbortSignal, history?: PushHistory): Promise<WriteResult>;
  /** Several first revisions in one request; results in the order of the entries, each with an outcome of its own. */
  pushBatch?(entries: readonly ApprovedEntry[], signal: AbortSignal): Promise<readonly WriteResult[]>;
  /**
   * Everything stored under an entry's key; a partly stored entry counts as not found.
   * More than one is a duplicate to report. @throws CaseclockError `billing.*`
   */
  find(entry: ApprovedEntry, signal: AbortSignal, before?: Receipt): Promise<readonly RemoteEntry[]>;
  /** The account's own records of a range of days, both included, page by page. @throws CaseclockError `billing.*` */
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
  /** Without choices the answer is a line of text. */
  readonly choices?: readonly { readonly id: string; readonly label: string; readonly detail?: string }[];
  /** Used when nobody is asked. Without one an answer is required. */
  readonly fallback?: string;
}

/** What probing an account found. */
export interface ConnectionProbe {
  readonly account: Connection["account"];
  /** What the provider wants to get back when the connection is opened. */
  readonly options: Readonly<Record<string, string>>;
  readonly questions: readonly ConnectQuestion[];
  /** What the person should know about how entries are stored there, a sentence each. */
  readonly notes: readonly string[];
}

/** Makes providers, and loads each only when it is needed. */
export interface BillingProviders {
  /** @throws CaseclockError `billing.urlChanged` when no token for the connection's origin is stored */
  open(connection: Connection): Promise<BillingProvider>;
  /**
   * Tests an address and a token by asking who we are and what the system wants; keeps nothing.
   * @throws CaseclockError `billing.insecureUrl` | `billing.urlInvalid` | `billing.auth` | `billing.offline` |
   * `billing.protocol` | …
   */
  probe(request: ConnectRequest): Promise<ConnectionProbe>;
}
