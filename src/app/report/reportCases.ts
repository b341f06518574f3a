import { caseRefKey, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { ReportCase } from "../../ports/report.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { isSameCustomer } from "../cases/customer.ts";
import type { ReportDay, ReportLine } from "./reportDays.ts";

/** Names of the cases in a report: as their source has them now, else as an entry froze them. */
export class CaseNames {
  private readonly known = new Map<string, Case>();
  /** Names of customers that have an id, the latest known. */
  private readonly customers = new Map<string, string>();

  constructor(directory: CaseDirectory, days: readonly ReportDay[]) {
    for (const { ref, frozen } of days.flatMap(({ lines }) => lines)) {
      if (ref === null) continue;
      const found = directory.find(ref) ?? frozen ?? this.known.get(caseRefKey(ref));
      if (found !== undefined) this.known.set(caseRefKey(ref), found);
      if (frozen !== undefined) this.customers.set(customerKey(frozen), frozen.customer.name);
    }
    for (const { ref } of this.known.values()) {
      const now = directory.find(ref);
      if (now !== undefined) this.customers.set(customerKey(now), now.customer.name);
    }
  }

  /**
   * The customer's name: for an approved entry the customer it was approved for, even if the case has moved to another
   * since; else the case's current customer. Null for time without a case.
   */
  findCustomer({ ref, frozen }: ReportLine): string | null {
    if (ref === null) return null;
    const known = this.known.get(caseRefKey(ref));
    const isAnothers = known !== undefined && frozen !== undefined && !isSameCustomer(known.customer, frozen.customer);
    const of = isAnothers ? frozen : known;
    if (of === undefined) return "";
    return of.customer.id === "" ? of.customer.name : (this.customers.get(customerKey(of)) ?? of.customer.name);
  }

  /** Undefined for time without a case. */
  find(ref: CaseRef | null): ReportCase | undefined {
    if (ref === null) return undefined;
    const known = this.known.get(caseRefKey(ref));
    if (known !== undefined) return this.describe(known);
    return { id: toCaseId(ref), key: ref.id, title: "", customer: "" };
  }

  describe({ ref, key, title, customer }: Case): ReportCase {
    return { id: toCaseId(ref), key, title, customer: customer.name };
  }

  /** Each case of some days once, in order of appearance. */
  workedOn(days: readonly ReportDay[]): readonly Case[] {
    const refs = new Set(days.flatMap(({ lines }) => lines.map(({ ref }) => caseRefKey(ref))));
    return [...refs].flatMap((key) => this.known.get(key) ?? []);
  }
}

/** Includes the source, because sources may have the same id for different customers. */
function customerKey({ ref, customer }: Case): string {
  return `${ref.source}\n${customer.id}`;
}

/** The id of a case in the panel. */
function toCaseId(ref: CaseRef): string {
  return encodeURIComponent(caseRefKey(ref));
}

/** The case of an id of the panel; undefined if the id is invalid. */
export function parseCaseId(id: string): CaseRef | undefined {
  try {
    const [source, of, ...more] = decodeURIComponent(id).split("\n");
    return source === undefined || of === undefined || more.length > 0 ? undefined : { source, id: of };
  } catch {
    return undefined; // `decodeURIComponent` throws a URIError for malformed text
  }
}
