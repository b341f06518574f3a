import { seconds, type Seconds } from "../../base/time.ts";
import type { Contract } from "../cases/case.ts";

/**
 * Applies a contract to a case's billable time of one day: 0 stays 0, and a case that is not billable gives 0; else the
 * minimum first, then the increment by the contract's rounding (`none` when absent).
 * @param billable worked less written down, of the whole day. @minimum 0
 */
export function applyContract(billable: Seconds, contract: Contract | undefined): Seconds {
  if (billable <= 0 || contract?.billable === false) return seconds(0);
  const least = Math.max(billable, contract?.minimumSeconds ?? 0);
  const increment = contract?.incrementSeconds ?? 1;
  if (increment <= 1) return seconds(least);
  const steps = least / increment;
  switch (contract?.rounding ?? "none") {
    case "none":
      return seconds(least);
    case "up":
      return seconds(Math.ceil(steps) * increment);
    case "down":
      return seconds(Math.floor(steps) * increment);
    case "nearest":
      return seconds(Math.round(steps) * increment);
  }
}

/** The part of an entry that its day's contract-billable time depends on. */
export interface BillablePart {
  readonly billableSeconds: Seconds;
  readonly case: { readonly contract?: Contract };
}

/**
 * Contract-billable time of a case and day: each entry raises it to what the contract frozen in it makes of the day so
 * far. It equals the sum that the entries were approved with, until one of them is withdrawn or corrected.
 * @param entries of one case and day, in order of approval
 */
export function applyContractsOfDay(entries: Iterable<BillablePart>): Seconds {
  let billable = 0;
  let due = 0;
  for (const { billableSeconds, case: of } of entries) {
    billable += billableSeconds;
    due = Math.max(due, applyContract(seconds(billable), of.contract));
  }
  return seconds(due);
}

/** Rounds to the nearest multiple of a billing system's unit; halves go up. @param unit @minimum 1 @format seconds */
export function roundToUnit(total: Seconds, unit: number): Seconds {
  return seconds(Math.floor(total / unit + 0.5) * unit);
}

/** The approved totals that the next approval depends on. */
export interface ApprovedSoFar {
  /** Billable time approved for this case and day. */
  readonly dayBillable: Seconds;
  /** Contract-billable time approved for this case and day, `applyContractsOfDay`. */
  readonly dayContract: Seconds;
  /** Contract-billable time approved for this case and connection, ever. */
  readonly contractTotal: Seconds;
  /** Billed time approved for this case and connection, ever: a multiple of the unit. */
  readonly billedTotal: Seconds;
}

export interface BilledAmounts {
  /** This entry's share of the day's contract-billable time. */
  readonly contractSeconds: Seconds;
  /** What is sent: a multiple of the unit, 0 or more. */
  readonly billedSeconds: Seconds;
  /** Carried to the next entry of the case; within half a unit of 0 unless a contract was lowered meanwhile. */
  readonly carriedSeconds: number;
}

/**
 * Rounds once, at approval, on the running totals (docs/sync.md), so that however a day is cut into entries
 * `|billed − contract-billable| < one unit` holds for the case and connection.
 * Never negative: if a changed contract counts less than was already approved, the entry bills 0 and the difference is
 * carried.
 * @param billable of the entry. @minimum 0
 * @param unit smallest amount that the billing system stores. @minimum 1 @format seconds
 */
export function billEntry(
  billable: Seconds,
  contract: Contract | undefined,
  unit: number,
  soFar: ApprovedSoFar,
): BilledAmounts {
  const dayContract = applyContract(seconds(soFar.dayBillable + billable), contract);
  const contractSeconds = seconds(Math.max(0, dayContract - soFar.dayContract));
  const contractTotal = seconds(soFar.contractTotal + contractSeconds);
  const billedSeconds = seconds(Math.max(0, roundToUnit(contractTotal, unit) - soFar.billedTotal));
  return { contractSeconds, billedSeconds, carriedSeconds: contractTotal - (soFar.billedTotal + billedSeconds) };
}
