import type { Correction } from "../../../src/ports/billingProvider.ts";
import type { ApiBillingProvider } from "../../../src/ports/api.ts";
import type { FaultyFunctions } from "./fakes/otherExtension.ts";
import type { FaultyServer } from "./fakes/server.ts";

/** A record of the system, read by its own means. */
export interface StoredRecord {
  readonly id: string;
  readonly seconds: number;
  readonly text: string;
  /** Absent where the system dates a record itself. */
  readonly day?: string;
  /** Milliseconds since 1970, where it keeps a place in time. */
  readonly start?: number;
}

/** What the system can. */
export interface Capabilities {
  readonly unitSeconds: number;
  readonly correction: Correction;
  readonly isPerSpan: boolean;
  /** Characters of a text that it keeps. Absent: no limit is known. */
  readonly mostText?: number;
  /** It keeps a line end within a text. */
  readonly keepsLines?: boolean;
  /** By what it is reached, which says what can go wrong: requests when absent, another extension's functions, a folder. */
  readonly over?: "functions" | "folder";
}

/** Where to search for what. */
export interface SearchUnderTest {
  /** An open case that is not the account's own. */
  readonly unlisted: SystemUnderTest["openCase"];
  /** Texts that find that case alone. */
  readonly keys: readonly string[];
  /** Words of its title, in ASCII. */
  readonly words: string;
  /** The system has no cases of one's own: all that are open are listed. */
  readonly isListed?: boolean;
  readonly closed: { readonly id: string; readonly keys: readonly string[]; readonly words: string };
}

/** A system that is running, with an account on it. */
export interface SystemUnderTest {
  readonly provider: string;
  readonly url: string;
  /** Empty where there is none: for a folder. */
  readonly token: string;
  readonly badToken: string;
  /** Answers to the questions of connecting. */
  readonly options: Readonly<Record<string, string>>;
  readonly account: { readonly id: string };
  /** The case that entries are booked on; what is given of it has to be listed so. */
  readonly openCase: { readonly id: string; readonly key: string; readonly title: string; readonly customer: string };
  /** One that is done, and must not be offered. */
  readonly closedCaseId?: string;
  /** Absent where the list has all there are. */
  readonly search?: SearchUnderTest;
  /** Cases that refuse entries, by why. */
  readonly refusing: Readonly<Record<string, string>>;
  readonly activityId?: string;
  /** Where it is reached by requests. */
  readonly server?: FaultyServer;
  /** Where it is reached by another extension's functions: those, and the provider that it registers. */
  readonly functions?: FaultyFunctions;
  readonly registered?: ApiBillingProvider;
  /** Everything on the open case since this was opened, by first arrival. */
  stored(): Promise<readonly StoredRecord[]>;
  close(): Promise<void>;
}
