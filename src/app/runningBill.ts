import { seconds } from "../base/time.ts";
import { caseRefKey } from "../domain/caseRef.ts";
import type { EntryBook } from "../domain/entryBook.ts";
import { billEntry, type Billed } from "../domain/rounding.ts";
import type { DraftEntry } from "../domain/timeEntry.ts";

/** What drafts would be billed if they were approved one after the other: each goes on where its case stands after the one before. */
export class RunningBill {
  private readonly entries: EntryBook;
  private readonly connectionId: string;
  private readonly unitSeconds: number;
  private readonly added = new Map<string, { readonly contract: number; readonly billed: number }>();

  /** @param unitSeconds smallest amount that the billing system keeps. @minimum 1 @format seconds */
  constructor(entries: EntryBook, connectionId: string, unitSeconds: number) {
    this.entries = entries;
    this.connectionId = connectionId;
    this.unitSeconds = unitSeconds;
  }

  add({ case: of, day, billableSeconds }: Pick<DraftEntry, "case" | "day" | "billableSeconds">): Billed {
    const key = caseRefKey(of.ref);
    const before = this.added.get(key) ?? { contract: 0, billed: 0 };
    const soFar = this.entries.approvedSoFar(of.ref, day, this.connectionId);
    const billed = billEntry(billableSeconds, of.contract, this.unitSeconds, {
      ...soFar,
      contractTotal: seconds(soFar.contractTotal + before.contract),
      billedTotal: seconds(soFar.billedTotal + before.billed),
    });
    this.added.set(key, {
      contract: before.contract + billed.contractSeconds,
      billed: before.billed + billed.billedSeconds,
    });
    return billed;
  }
}
