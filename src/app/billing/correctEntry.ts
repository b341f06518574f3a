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

/** What is to be another; absent members stay. */
export interface EntryChange {
  /** Up to 2,000 characters. */
  readonly description?: string;
  /** One of the case's activities. */
  readonly activityId?: string;
  /** All that is not billed of the entry, not what is added to it. @minimum 0 @format seconds */
  readonly writtenDownSeconds?: number;
  /** Why: it stays in the entry's history, and a write-down shows it to the customer; one of nothing has none. */
  readonly reason: string;
}

/**
 * The next revision of an entry: what would be approved now. Its spans stay: they are claimed.
 * The amount is rounded as the first one was, on the case's running total without the entry, so that the carried remainder
 * stays below one unit.
 * @param unit smallest amount that the billing system keeps. @minimum 1 @format seconds
 * @throws CaseclockError `entries.unsettled` when it is not certain what became of the entry, or it is not there |
 * `arguments.invalid` when nothing changes, there is no reason, or more is written down than was worked
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
 * What a correction must not overtake: the entry on its way, another correction of it, another approval of its case, and one
 * that is taken back: its amount is rounded on the case's running total.
 */
const DECIDING = ["sending", "approved", "withdrawn"] as const;

/**
 * Approves a correction: the entry waits to be sent again, under the key it has had from the beginning.
 * @param confirmed the revision that the person was shown and agreed to; undefined where nobody was asked
 * @throws CaseclockError as `makeNextRevision`, also when another window changed the entry meanwhile | `entries.stale` when the
 * correction would be another one than was confirmed, or billed otherwise: nothing is changed then
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
    // The first tells a window that is about to send the revision before not to (`markSending`).
    const events = [
      journal.create({ kind: "withdrawn", entryId, revision: entry.revision - 1 }, columns),
      journal.create({ kind: "approved", entry, reason: change.reason.trim() }, columns),
    ];
    return { events, result: entry };
  });
}

/** Whether what was told of a revision is what is approved. */
function isAsConfirmed(next: ApprovedEntry, confirmed: ApprovedEntry): boolean {
  return (
    next.revision === confirmed.revision &&
    next.description === confirmed.description &&
    next.billableSeconds === confirmed.billableSeconds &&
    next.billedSeconds === confirmed.billedSeconds
  );
}
