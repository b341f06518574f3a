import { Refused } from "../../domain/refusal.ts";
import { seconds } from "../../base/time.ts";
import { MAX_DESCRIPTION_CHARS } from "../../domain/entries/description.ts";
import { isCorrectable } from "../../domain/entries/approvedEntries.ts";
import { CaseclockError } from "../../domain/errors.ts";
import { billEntry } from "../../domain/entries/rounding.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";
import type { Journal } from "../ledger/journal.ts";

export interface CorrectionContext {
  readonly journal: Journal;
}

/** What a correction changes; absent members stay. */
export interface EntryChange {
  /** Up to 2,000 characters. */
  readonly description?: string;
  /** One of the case's activities. */
  readonly activityId?: string;
  /** Total write-down of the entry, not an increase. @minimum 0 @format seconds */
  readonly writtenDownSeconds?: number;
  /** Why: kept in the entry's history, and shown to the customer with a changed write-down above 0. */
  readonly reason: string;
}

/**
 * The next revision of an entry, as it would be approved now. Its intervals stay: they are claimed.
 * The amount is rounded like the first one, on the case's running total without the entry, so that the carried
 * remainder stays below one unit.
 * @param unit smallest amount that the billing system stores. @minimum 1 @format seconds
 * @throws CaseclockError `entries.unsettled` when the outcome of the entry is uncertain, or it is not there |
 * `arguments.invalid` when nothing changes, there is no reason, more is written down than was billable, the description
 * is too long or the activity unknown
 */
export function makeNextRevision(view: LedgerView, entryId: string, change: EntryChange, unit: number): ApprovedEntry {
  const item = view.ledger.entries.get(entryId);
  if (item === undefined || !isCorrectable(item)) {
    throw new CaseclockError("entries.unsettled", `entry ${entryId} cannot be corrected now`);
  }
  const { entry } = item;
  const description = change.description?.trim() ?? entry.description;
  const activityId = change.activityId ?? entry.activityId;
  const writtenDown = change.writtenDownSeconds ?? entry.writtenDownSeconds;
  const whole = entry.billableSeconds + entry.writtenDownSeconds;
  if (change.reason.trim() === "") throw new Refused({ reason: "correctionWithoutReason" });
  if (Array.from(description).length > MAX_DESCRIPTION_CHARS) {
    throw new Refused({ reason: "descriptionTooLong", maxCharacters: MAX_DESCRIPTION_CHARS });
  }
  if (!Number.isInteger(writtenDown) || writtenDown < 0 || writtenDown > whole) {
    throw new Refused({ reason: "writeDownOutOfRange", maxSeconds: whole });
  }
  if (activityId !== undefined && !(entry.case.activities ?? []).some(({ id }) => id === activityId)) {
    throw new Refused({ reason: "activityUnknown", caseKey: entry.case.key });
  }
  const isSame =
    description === entry.description && activityId === entry.activityId && writtenDown === entry.writtenDownSeconds;
  if (isSame) throw new Refused({ reason: "nothingChanged" });
  const billable = seconds(whole - writtenDown);
  const { case: of, day, connectionId } = entry;
  const others = view.ledger.entries.approvedSoFar(of.ref, day, connectionId, entryId);
  const { writeDownReason: before, ...kept } = entry;
  const reason = writtenDown === entry.writtenDownSeconds ? before : change.reason.trim();
  return {
    ...kept,
    revision: entry.revision + 1,
    description,
    ...(activityId === undefined ? {} : { activityId }),
    writtenDownSeconds: seconds(writtenDown),
    ...(writtenDown === 0 || reason === undefined ? {} : { writeDownReason: reason }),
    billableSeconds: billable,
    ...billEntry(billable, of.contract, unit, others),
  };
}

/**
 * What a correction must not overtake: sending the entry, another correction of it, and any approval or withdrawal of
 * its case, because its amount is rounded on the case's running total.
 */
const DECIDING = ["sending", "approved", "withdrawn"] as const;

/**
 * Approves a correction: the entry waits to be sent again, under the key it has had from the beginning.
 * @param confirmed the revision that the person was shown and accepted; undefined if nobody was asked
 * @throws CaseclockError as `makeNextRevision`, also when another window changed the entry meanwhile | `entries.stale`
 * when the correction would differ from the confirmed one, or bill another amount; nothing is changed then
 */
export async function correctEntry(
  { journal }: CorrectionContext,
  entryId: string,
  change: EntryChange,
  unit: number,
  confirmed?: ApprovedEntry,
): Promise<ApprovedEntry> {
  const { view } = journal;
  return journal.decide(DECIDING, () => {
    const entry = makeNextRevision(view, entryId, change, unit);
    if (confirmed !== undefined && !isAsConfirmed(entry, confirmed)) {
      throw new CaseclockError("entries.stale", `the correction of ${entryId} is not as it was confirmed`);
    }
    const columns = { case: entry.case.ref, entryId };
    // The first event stops a window that is about to send the previous revision (`markSending`).
    const events = [
      journal.create({ kind: "withdrawn", entryId, revision: entry.revision - 1 }, columns),
      journal.create({ kind: "approved", entry, reason: change.reason.trim() }, columns),
    ];
    return { events, result: entry };
  });
}

/** Whether a revision is the one that was confirmed. */
function isAsConfirmed(next: ApprovedEntry, confirmed: ApprovedEntry): boolean {
  return (
    next.revision === confirmed.revision &&
    next.description === confirmed.description &&
    next.billableSeconds === confirmed.billableSeconds &&
    next.billedSeconds === confirmed.billedSeconds
  );
}
