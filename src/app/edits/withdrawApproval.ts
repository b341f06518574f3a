import { CaseclockError } from "../../domain/errors.ts";
import { isWithdrawable } from "../../domain/entries/approvedEntries.ts";
import type { EditContext } from "./reassign.ts";
import type { Ledger } from "../../domain/ledger.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";

/**
 * Withdraws approvals that were not sent; their time is open again. If the contract has a minimum or increment per day,
 * later approvals of that day depend on an earlier one and are withdrawn too.
 * @returns the ids that were withdrawn
 * @throws CaseclockError `entries.sent` when one of them was sent or is not approved; none is withdrawn then
 */
export async function withdrawApproval(context: EditContext, entryIds: readonly string[]): Promise<readonly string[]> {
  const { journal } = context;
  // The push marks what it is about to send in the same way, so one of the two sees the other.
  return journal.decide("sending", (ledger) => {
    const found = entryIds.map((id) => ledger.entries.get(id));
    const items = found.filter((item) => item !== undefined).filter(isWithdrawable);
    if (items.length < entryIds.length)
      throw new CaseclockError("entries.sent", "an entry was sent, or is not approved");
    const all = [...items, ...items.flatMap(({ entry }) => findDependents(entry, ledger))];
    const entries = new Map(all.map(({ entry }) => [entry.entryId, entry]));
    const events = [...entries.values()].map(({ entryId, revision, case: of }) =>
      journal.create({ kind: "withdrawn", entryId, revision }, { case: of.ref, entryId }),
    );
    return { events, result: [...entries.keys()] };
  });
}
/** Unsent entries approved after one of the same case and day, which share the day's minimum or increments with it. */
export function findDependents({ entryId, case: of, day }: ApprovedEntry, { entries }: Ledger): readonly OutboxEntry[] {
  const { minimumSeconds = 0, incrementSeconds = 1 } = of.contract ?? {};
  if (minimumSeconds <= 0 && incrementSeconds <= 1) return [];
  const ofDay = entries.listForCaseDay(of.ref, day);
  return ofDay.slice(ofDay.findIndex(({ entry }) => entry.entryId === entryId) + 1).filter(isWithdrawable);
}
