import type { ApprovedEntries } from "../../domain/entries/approvedEntries.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { NewEvent } from "../../domain/log/events.ts";
import { intersect, total, union } from "../../domain/capture/interval.ts";
import type { BilledAmounts } from "../../domain/entries/rounding.ts";
import { RunningBill } from "./runningBill.ts";
import { DECISION_KINDS } from "../ledger/decisionKinds.ts";
import type { SyncPreview } from "./syncPreview.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";
import type { Journal } from "../ledger/journal.ts";

/** What an approval needs. */
export interface ApprovalContext {
  readonly journal: Journal;
}

/**
 * Approves drafts of a preview, all or none: freezes what it showed and claims exactly those intervals.
 * @returns the ids of the entries, in the drafts' order; undefined when another window approved or changed time by hand
 * meanwhile: nothing was written, and the preview must be shown again
 * @throws CaseclockError `entries.claimed` when an approved entry has some of that time already; nothing was written
 */
export async function approveDrafts(
  { journal }: ApprovalContext,
  preview: SyncPreview,
  drafts: readonly DraftEntry[],
): Promise<readonly string[] | undefined> {
  const { view, clock, log } = journal;
  assertOnce(view.ledger.entries, drafts);
  const events: NewEvent[] = [];
  const entries: ApprovedEntry[] = [];
  const bill = new RunningBill(view.ledger.entries, preview.connection.id, preview.unitSeconds);
  let act: string | undefined;
  for (const draft of drafts) {
    const entry = freeze(draft, preview, draft.entryId ?? clock.newId(), bill.add(draft));
    entries.push(entry);
    const columns = { id: clock.newId(), case: entry.case.ref, entryId: entry.entryId };
    act ??= columns.id;
    events.push(journal.create({ kind: "approved", entry, act }, columns));
  }
  if (!(await log.appendIfLast(DECISION_KINDS, preview.approvalSeq, events))) return undefined;
  return entries.map((entry) => entry.entryId);
}

/** The last check that a second belongs to one case at most, whatever the fold made of the day. */
function assertOnce(entries: ApprovedEntries, drafts: readonly DraftEntry[]): void {
  const all = drafts.flatMap(({ intervals }) => intervals);
  if (total(all) !== total(union(all))) throw new Error("two drafts have the same time");
  for (const { start, end, intervals } of drafts) {
    if (start === undefined || end === undefined) continue;
    const claimed = entries.claimedWithin({ start, end });
    if (intervals.some((one) => claimed.some((other) => intersect(one, other) !== undefined))) {
      throw new CaseclockError("entries.claimed", "approved time lies there");
    }
  }
}

function freeze(draft: DraftEntry, preview: SyncPreview, entryId: string, billed: BilledAmounts): ApprovedEntry {
  const branches = new Set(draft.commits.map((commit) => commit.branch).filter((branch) => branch !== undefined));
  return {
    entryId,
    revision: 1,
    externalId: entryId,
    connectionId: preview.connection.id,
    case: draft.case,
    day: draft.day,
    zone: draft.zone,
    ...(draft.start === undefined || draft.end === undefined ? {} : { start: draft.start, end: draft.end }),
    intervals: draft.intervals,
    observedSeconds: draft.observedSeconds,
    bridgedSeconds: draft.bridgedSeconds,
    declaredSeconds: draft.declaredSeconds,
    agentSeconds: draft.agentSeconds,
    writtenDownSeconds: draft.writtenDownSeconds,
    ...(draft.writeDownReason === undefined ? {} : { writeDownReason: draft.writeDownReason }),
    billableSeconds: draft.billableSeconds,
    ...(draft.declarations.length === 0 ? {} : { declarations: draft.declarations }),
    ...billed,
    description: draft.description,
    ...(draft.activityId === undefined ? {} : { activityId: draft.activityId }),
    share: preview.share,
    commits: draft.commits,
    branches: [...branches],
  };
}
