import type { Case } from "../domain/cases/case.ts";
import type { CaseSummary, TodayLine } from "./commands.ts";

/**
 * What `activate` returns to other extensions: `vscode.extensions.getExtension("caseclock.caseclock").exports`. Members
 * are added, never changed; `version` grows with them.
 */
export interface CaseclockApi {
  readonly version: 2;
  /** The case picked in the active work tree. */
  currentCase(): CaseSummary | undefined;
  /** Fires after another case was picked there, or another work tree became the active one. */
  readonly onDidChangeCurrentCase: (listener: (picked: CaseSummary | undefined) => unknown) => ApiDisposable;
  /** Today's totals by case, in whole seconds. */
  today(): Promise<readonly TodayLine[]>;
  /**
   * Offers the cases of another system in the picker until disposed. The picker leaves out unusable ones and says so.
   * @throws Error when `id` is no UUID, or another source has it
   */
  registerCaseSource(source: ApiCaseSource): ApiDisposable;
  /**
   * Offers another billing system in "Connect Billing" until disposed. Since version 2.
   * @throws Error when `id` is not `publisher.name`, or another provider has it
   */
  registerBillingProvider(provider: ApiBillingProvider): ApiDisposable;
}

export interface ApiDisposable {
  dispose(): void;
}

/** A case as in the billing API (`docs/billing-api.yaml`): `id` is its identity within the source. */
export type ApiCase = Omit<Case, "ref"> & { readonly id: string };

export interface ApiCaseSource {
  /** UUID that never changes: it is half of the identity of the source's cases. */
  readonly id: string;
  /** Name of the system, for people. */
  readonly label: string;
  /** All cases that can be worked on, in pages or at once. A rejection is shown in the picker; the last list stays. */
  listCases(signal: AbortSignal): AsyncIterable<readonly ApiCase[]> | Promise<readonly ApiCase[]>;
  /** Registers a listener, which the source calls when its cases have changed. */
  readonly onDidChange?: (listener: () => void) => ApiDisposable;
}

/** An account as the person entered it. */
export interface ApiAccount {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly token: string;
}

/** A time entry (`docs/billing-api.yaml`, TimeEntry). Figures in whole seconds, instants RFC 3339 with offset. */
export interface ApiTimeEntry {
  /** Idempotency key, one for the entry's life: whatever arrives twice under it is the same entry. */
  readonly externalId: string;
  /** 1 at first; each correction counts up. */
  readonly revision: number;
  readonly caseId: string;
  readonly caseKey: string;
  /** Absent for unplaced time. */
  readonly start?: string;
  readonly end?: string;
  readonly date: string;
  readonly timeZone: string;
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly agentSeconds: number;
  readonly writtenDownSeconds: number;
  readonly writeDownReason?: string;
  readonly billableSeconds: number;
  /** The amount to bill: a multiple of the provider's unit. */
  readonly billedSeconds: number;
  readonly activityId?: string;
  readonly description: string;
  readonly evidence?: ApiEvidence;
}

/** The evidence that is shared. Instants RFC 3339 with offset, spans half-open. */
export interface ApiEvidence {
  readonly commits: readonly { readonly sha: string; readonly subject: string; readonly repository?: string }[];
  readonly branches?: readonly string[];
  readonly spans?: readonly { readonly start: string; readonly end: string }[];
}

/** How a write ended, by how certain it is. A throw counts as `unknown`, and so does no answer within a minute. */
export type ApiWriteResult =
  | { readonly kind: "written"; readonly id: string; readonly billedSeconds?: number }
  /** Final: the entry needs a person, who reads `detail`. */
  | { readonly kind: "rejected"; readonly detail: string }
  /** Certainly not written, for example because the server was not reached. */
  | { readonly kind: "retryLater"; readonly detail: string }
  /** Perhaps written: it is looked up by `find` before it is written again. */
  | { readonly kind: "unknown"; readonly detail: string };

export interface ApiRemoteEntry {
  readonly id: string;
  readonly externalId: string;
  /** The stored revision; absent if the system does not keep it. */
  readonly revision?: number;
  readonly billedSeconds?: number;
}

/**
 * A billing system that another extension speaks to. Every call gets an account and can be aborted: it then has two
 * seconds to say how it ended. `docs/providers.md` says how its answers are used, and how to run the test suite on one.
 */
export interface ApiBillingProvider {
  /** `publisher.name`, never changed: connections refer to it. */
  readonly id: string;
  /** Name of the system, for people. */
  readonly label: string;
  /** One line below the label. */
  readonly detail?: string;
  /** Smallest amount that the system stores. A whole number, 1 or more. @format seconds */
  readonly unitSeconds: number;
  /** Tests an account. A rejection is shown to the person. */
  whoAmI(account: ApiAccount, signal: AbortSignal): Promise<{ readonly id: string; readonly name: string }>;
  listCases(account: ApiAccount, signal: AbortSignal): AsyncIterable<readonly ApiCase[]> | Promise<readonly ApiCase[]>;
  /** Creates the entry, or replaces its earlier revision. Writes once and never retries by itself. */
  push(account: ApiAccount, entry: ApiTimeEntry, signal: AbortSignal): Promise<ApiWriteResult>;
  /** All that is stored under an external id. */
  find(account: ApiAccount, externalId: string, signal: AbortSignal): Promise<readonly ApiRemoteEntry[]>;
  /** The account's own entries of a range of local days, both included. Without it the two sides cannot be compared. */
  listEntries?(
    account: ApiAccount,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<
    readonly (ApiRemoteEntry & { readonly date: string; readonly caseId: string; readonly description: string })[]
  >;
}
