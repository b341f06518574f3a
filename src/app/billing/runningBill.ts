import { seconds } from "../../base/time.ts";
import { caseRefKey } from "../../domain/cases/case.ts";
import type { ApprovedEntries } from "../../domain/entries/approvedEntries.ts";
import { billEntry, type BilledAmounts } from "../../domain/entries/rounding.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";

/** Bills drafts as if they were approved one after the other: each continues from its case's totals after the last. */
export class RunningBill {
  private readonly entries: ApprovedEntries;
  private readonly connectionId: string;
  private readonly unitSeconds: number;
  private readonly added = new Map<string, Added>();

  /** @param unitSeconds smallest amount that the billing system stores. @minimum 1 @format seconds */
  constructor(entries: ApprovedEntries, connectionId: string, unitSeconds: number) {
    this.entries = entries;
    this.connectionId = connectionId;
    this.unitSeconds = unitSeconds;
  }

  add({ case: of, day, billableSeconds }: Pick<DraftEntry, "case" | "day" | "billableSeconds">): BilledAmounts {
    const caseKey = caseRefKey(of.ref);
    const dayKey = `${caseKey}\n${day}`;
    const ofCase = this.added.get(caseKey) ?? NOTHING;
    const ofDay = this.added.get(dayKey) ?? NOTHING;
    const soFar = this.entries.approvedSoFar(of.ref, day, this.connectionId);
    const billed = billEntry(billableSeconds, of.contract, this.unitSeconds, {
      dayBillable: seconds(soFar.dayBillable + ofDay.billable),
      dayContract: seconds(soFar.dayContract + ofDay.contract),
      contractTotal: seconds(soFar.contractTotal + ofCase.contract),
      billedTotal: seconds(soFar.billedTotal + ofCase.billed),
    });
    for (const [key, before] of [
      [caseKey, ofCase],
      [dayKey, ofDay],
    ] as const) {
      this.added.set(key, {
        billable: before.billable + billableSeconds,
        contract: before.contract + billed.contractSeconds,
        billed: before.billed + billed.billedSeconds,
      });
    }
    return billed;
  }
}

/** Totals added for a case, or for a case and day. @format seconds */
interface Added {
  readonly billable: number;
  readonly contract: number;
  readonly billed: number;
}

const NOTHING: Added = { billable: 0, contract: 0, billed: 0 };
