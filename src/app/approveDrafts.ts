import { seconds } from "../base/time.ts";
import { caseRefKey } from "../domain/caseRef.ts";
import type { NewEvent } from "../domain/events.ts";
import { billEntry, type ApprovedSoFar } from "../domain/rounding.ts";
import type { ApprovedEntry, DraftEntry } from "../domain/timeEntry.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { EventFactory } from "./eventFactory.ts";
import type { LedgerView } from "./ledgerView.ts";
import type { SyncPreview } from "./syncPreview.ts";

/** What an approval needs. */
export interface ApprovalContext {
  readonly log: EventLog;
  readonly view: LedgerView;
  readonly factory: EventFactory;
  readonly clock: Clock;
}

/**
 * Approves drafts of a preview: freezes what it showed and claims exactly those intervals.
 * All or none are approved.
 * @returns the ids of the entries, in the drafts' order; undefined when another window approved meanwhile: the preview
 * must be shown again, nothing was written
 */
export async function approveDrafts(
  { log, view, factory, clock }: ApprovalContext,
  preview: SyncPreview,
  drafts: readonly DraftEntry[],
): Promise<readonly string[] | undefined> {
  const events: NewEvent[] = [];
  const entries: ApprovedEntry[] = [];
  const added = new Map<string, { contract: number; billed: number }>();
  for (const draft of drafts) {
    const key = caseRefKey(draft.case.ref);
    const before = added.get(key) ?? { contract: 0, billed: 0 };
    const soFar = view.ledger.entries.approvedSoFar(draft.case.ref, draft.day, preview.connection.id);
    const entry = freeze(draft, preview, draft.entryId ?? clock.newId(), {
      ...soFar,
      contractTotal: seconds(soFar.contractTotal + before.contract),
      billedTotal: seconds(soFar.billedTotal + before.billed),
    });
    added.set(key, {
      contract: before.contract + entry.contractSeconds,
      billed: before.billed + entry.billedSeconds,
    });
    entries.push(entry);
    events.push(factory.create({ kind: "approved", entry }, { case: entry.case.ref, entryId: entry.entryId }));
  }
  if (!(await log.appendIfLast("approved", preview.approvalSeq, events))) return undefined;
  return entries.map((entry) => entry.entryId);
}

function freeze(draft: DraftEntry, preview: SyncPreview, entryId: string, soFar: ApprovedSoFar): ApprovedEntry {
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
    writtenDownSeconds: seconds(0),
    billableSeconds: draft.billableSeconds,
    ...(draft.declarations.length === 0 ? {} : { declarations: draft.declarations }),
    ...billEntry(draft.billableSeconds, draft.case.contract, preview.unitSeconds, soFar),
    description: draft.description,
    share: preview.share,
    commits: draft.commits,
    branches: [...branches],
  };
}
