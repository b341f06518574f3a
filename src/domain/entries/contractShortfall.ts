import type { Seconds } from "../../base/time.ts";
import { applyContractsOfDay, type BillablePart } from "./rounding.ts";

/** What a day is due beyond what its entries were approved with (negative: less), on its last entry's connection. */
export interface ContractShortfall {
  readonly connectionId: string;
  /** @format seconds */
  readonly seconds: number;
}

/**
 * Undefined while a day is due what its entries were approved with: until one of them is withdrawn or corrected.
 * @param entries of one case and day, in order of approval
 */
export function contractShortfall(
  entries: readonly (BillablePart & { readonly connectionId: string; readonly contractSeconds: Seconds })[],
): ContractShortfall | undefined {
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  const had = entries.reduce((sum, { contractSeconds }) => sum + contractSeconds, 0);
  const owed = applyContractsOfDay(entries) - had;
  return owed === 0 ? undefined : { connectionId: last.connectionId, seconds: owed };
}
