import { seconds, type LocalDate, type Seconds } from "../base/time.ts";
import { draftsOf, type DaySheet } from "../domain/daySheet.ts";
import { caseRefKey, type Case } from "../domain/caseRef.ts";
import type { Connection } from "../domain/events.ts";
import type { Drafting } from "../domain/description.ts";
import { billEntry, type Billed } from "../domain/rounding.ts";
import type { DraftEntry, OutboxEntry, Share } from "../domain/timeEntry.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { LedgerView } from "./ledgerView.ts";

/** One line of the preview. */
export type PreviewItem =
  | {
      readonly kind: "draft";
      readonly draft: DraftEntry;
      readonly exactSeconds: Seconds;
      readonly billed: Billed;
      /** Of today: more may come, so it is not ticked by itself. */
      readonly running: boolean;
    }
  /** Approved before: its figures are fixed. */
  | { readonly kind: "approved"; readonly outbox: OutboxEntry };

/** What a sync would do now. Accepting it approves exactly this. */
export interface SyncPreview {
  readonly connection: Connection;
  readonly unitSeconds: number;
  /** Oldest day first. */
  readonly items: readonly PreviewItem[];
  /** Approved entries and drafts that belong to other connections: none of them is offered here. */
  readonly waitingElsewhere: number;
  /** Time without a case, which is never billed. */
  readonly unassignedSeconds: Seconds;
  /** The approval on top of which these figures were computed. */
  readonly approvalSeq: number;
  readonly share: Share;
}

/**
 * Computes the preview: approved entries that have no receipt, and a draft per case and day with unclaimed time.
 * The running totals go from line to line, so the figures hold when all of them are accepted; a line left out changes
 * no other line unless it is of the same case, and then `approveDrafts` gives the figures anew.
 */
export async function previewSync(
  view: LedgerView,
  directory: CaseDirectory,
  connection: Connection,
  unitSeconds: number,
  drafting: Drafting,
): Promise<SyncPreview> {
  await directory.list();
  await view.catchUp(); // another window's pick of this second decides whose time it is
  const days = await view.days();
  const { ledger } = view;
  const today = view.today();
  const approvalSeq = ledger.lastSeqOf("approved");
  const { open } = ledger.entries;
  const items: PreviewItem[] = open
    .filter(({ entry }) => entry.connectionId === connection.id)
    .map((outbox) => ({ kind: "approved", outbox }));
  let unassigned = 0;
  let draftsElsewhere = 0;
  const added = new Map<string, { readonly contract: number; readonly billed: number }>();
  for await (const sheet of sheetsOf(view, days)) {
    const { day } = sheet;
    for (const span of sheet.spans) if (span.case === null) unassigned += span.observed + span.bridged;
    for (const draft of draftsOf(sheet, ledger, drafting, (ref) => directory.find(ref))) {
      if (!takes(connection, draft.case)) {
        draftsElsewhere += 1;
        continue;
      }
      const exactSeconds = draft.billableSeconds;
      const soFar = ledger.entries.approvedSoFar(draft.case.ref, day, connection.id);
      const key = caseRefKey(draft.case.ref);
      const before = added.get(key) ?? { contract: 0, billed: 0 };
      const billed = billEntry(exactSeconds, draft.case.contract, unitSeconds, {
        ...soFar,
        contractTotal: seconds(soFar.contractTotal + before.contract),
        billedTotal: seconds(soFar.billedTotal + before.billed),
      });
      added.set(key, {
        contract: before.contract + billed.contractSeconds,
        billed: before.billed + billed.billedSeconds,
      });
      items.push({ kind: "draft", draft, exactSeconds, billed, running: day >= today });
    }
  }
  return {
    connection,
    unitSeconds,
    items,
    waitingElsewhere: draftsElsewhere + open.filter(({ entry }) => entry.connectionId !== connection.id).length,
    unassignedSeconds: seconds(unassigned),
    approvalSeq,
    share: drafting.share,
  };
}

/** Sheets in batches: one question to the log for many days, and never all of history in memory. */
async function* sheetsOf(view: LedgerView, days: readonly LocalDate[]): AsyncGenerator<DaySheet> {
  for (let from = 0; from < days.length; from += DAYS_AT_ONCE) {
    yield* await view.sheets(days.slice(from, from + DAYS_AT_ONCE));
  }
}

const DAYS_AT_ONCE = 50;

/**
 * Whether a connection can bill a case. Ids are only unique within their source: on another server the same id may be
 * another customer's case. Files in a folder take any.
 */
function takes(connection: Connection, { ref }: Case): boolean {
  return connection.provider === "local" || ref.source === connection.id;
}
