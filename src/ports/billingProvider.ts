import type { Seconds } from "../base/time.ts";
import type { Case } from "../domain/caseRef.ts";
import type { Connection } from "../domain/events.ts";
import type { ApprovedEntry, Problem } from "../domain/timeEntry.ts";

/** What an entry became on the other side: their values, not ours. */
export interface RemoteEntry {
  readonly externalId: string;
  readonly remoteId: string;
  readonly revision?: number;
  readonly billedSeconds?: Seconds;
}

/** How one write ended. The outcome says how certain it is, and that decides what may be done next. */
export type WriteResult =
  | { readonly kind: "written"; readonly remote: RemoteEntry }
  /** Final: the entry needs a person. */
  | { readonly kind: "rejected"; readonly problem: Problem }
  /** Certainly not written. `auth` and `offline` stop the rest of the run as well. */
  | { readonly kind: "retryLater"; readonly problem: Problem; readonly retryAfterMs?: number; readonly stop: boolean }
  /** Perhaps written: look it up by its key before anything is sent again. */
  | { readonly kind: "unknown"; readonly problem: Problem; readonly retryAfterMs?: number };

/** One billing account. Every call can be aborted and ends by itself within the transport's limits. */
export interface BillingProvider {
  readonly connection: Connection;
  /** Smallest amount that the system keeps. @minimum 1 @format seconds */
  readonly unitSeconds: number;
  /** Cases of the account, page by page. @throws CaseclockError `billing.*` */
  listCases(signal: AbortSignal): AsyncIterable<readonly Case[]>;
  /** Writes exactly once and never retries by itself. */
  push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult>;
  /** What is stored under a key. More than one is a duplicate to report. @throws CaseclockError `billing.*` */
  find(externalId: string, signal: AbortSignal): Promise<readonly RemoteEntry[]>;
}

/** Makes providers. Loading one is left until it is needed. */
export interface BillingProviders {
  /** @throws CaseclockError `billing.urlChanged` when no token for the connection's origin is stored */
  open(connection: Connection): Promise<BillingProvider>;
  /**
   * Tests an address and a token by asking who we are; keeps nothing.
   * @throws CaseclockError `billing.insecureUrl` | `billing.urlInvalid` | `billing.auth` | `billing.offline` | `billing.protocol` | …
   */
  whoAmI(provider: Connection["provider"], url: string, token: string | undefined): Promise<Connection["account"]>;
}
