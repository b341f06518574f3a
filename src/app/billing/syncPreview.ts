import { seconds, type LocalDate, type Seconds } from "../../base/time.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import { makeDrafts } from "../../domain/day/drafts.ts";
import type { Case } from "../../domain/cases/case.ts";
import type { Connection } from "../../domain/log/events.ts";
import type { DraftingOptions } from "../../domain/entries/description.ts";
import { intersect, total, union } from "../../domain/capture/interval.ts";
import type { BilledAmounts } from "../../domain/entries/rounding.ts";
import { listUnassigned } from "../../domain/day/unassigned.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { DECISION_KINDS, findLastSeq } from "../ledger/decisionKinds.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import { RunningBill } from "./runningBill.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { Share } from "../../domain/log/approvedEntry.ts";

/** One line of the preview. */
export type PreviewItem =
  | {
      readonly kind: "draft";
      readonly draft: DraftEntry;
      readonly exactSeconds: Seconds;
      readonly billed: BilledAmounts;
      /** Of today: more may come, so it is not preselected. */
      readonly running: boolean;
      /** Its time that is in conflict with declared time: if there is any, the draft is not preselected. */
      readonly disputedSeconds: Seconds;
    }
  /** Approved before: its figures are fixed. */
  | { readonly kind: "approved"; readonly outbox: OutboxEntry };

/** What a sync would do now. Accepting it approves exactly this. */
export interface SyncPreview {
  readonly connection: Connection;
  readonly unitSeconds: number;
  /** Oldest day first. */
  readonly items: readonly PreviewItem[];
  /** Number of approved entries and drafts that belong to other connections and are not offered here. */
  readonly waitingElsewhere: number;
  /** Time without a case that no entry has claimed: it is never billed. */
  readonly unassignedSeconds: Seconds;
  /** Position of the last event of `DECISION_KINDS` when these figures were computed. */
  readonly approvalSeq: number;
  readonly share: Share;
  /** Accepted before, but shown again because leaving lines out changed its figures. */
  readonly isRecounted?: true;
}

/**
 * Computes the preview: approved entries that have no receipt, and a draft per case and day with unclaimed time.
 * The running totals go from line to line, so the figures hold if all lines are accepted; leaving one out may change
 * later ones of its case, which are then shown again (`recountPreview`).
 */
export async function previewSync(
  view: LedgerView,
  directory: CaseDirectory,
  connection: Connection,
  unitSeconds: number,
  drafting: DraftingOptions,
): Promise<SyncPreview> {
  await directory.list();
  await view.catchUp(); // a pick that another window has just made decides whose time it is
  const days = await view.days();
  const { ledger } = view;
  const today = view.today();
  const approvalSeq = findLastSeq(ledger, DECISION_KINDS);
  const { listOpen } = ledger.entries;
  const items: PreviewItem[] = listOpen
    .filter(({ entry }) => entry.connectionId === connection.id)
    .map((outbox) => ({ kind: "approved", outbox }));
  let unassigned = 0;
  let draftsElsewhere = 0;
  const bill = new RunningBill(ledger.entries, connection.id, unitSeconds);
  for await (const sheet of readSheets(view, days)) {
    const { day } = sheet;
    unassigned += total(listUnassigned(sheet, ledger.entries));
    const disputed = union(sheet.conflicts.flatMap((conflict) => conflict.with));
    for (const draft of makeDrafts(sheet, ledger, drafting, (ref) => directory.find(ref))) {
      if (!canBill(connection, draft.case)) {
        draftsElsewhere += 1;
        continue;
      }
      const exactSeconds = draft.billableSeconds;
      const billed = bill.add(draft);
      const disputedSeconds = total(
        draft.intervals.flatMap((one) => disputed.flatMap((other) => intersect(one, other) ?? [])),
      );
      items.push({ kind: "draft", draft, exactSeconds, billed, running: day >= today, disputedSeconds });
    }
  }
  return {
    connection,
    unitSeconds,
    items,
    waitingElsewhere: draftsElsewhere + listOpen.filter(({ entry }) => entry.connectionId !== connection.id).length,
    unassignedSeconds: seconds(unassigned),
    approvalSeq,
    share: drafting.share,
  };
}

/**
 * The accepted part of a preview, with the figures that hold without the rest; undefined if they are unchanged.
 * @param accepted in the order of the preview
 */
export function recountPreview(
  view: LedgerView,
  preview: SyncPreview,
  accepted: readonly PreviewItem[],
): SyncPreview | undefined {
  const bill = new RunningBill(view.ledger.entries, preview.connection.id, preview.unitSeconds);
  const items = accepted.map((item) => (item.kind === "draft" ? { ...item, billed: bill.add(item.draft) } : item));
  const isShown = items.every((item, index) => {
    const shown = accepted[index];
    return (
      item.kind === "approved" || (shown?.kind === "draft" && item.billed.billedSeconds === shown.billed.billedSeconds)
    );
  });
  return isShown ? undefined : { ...preview, items, isRecounted: true };
}

/** Reads sheets in batches: one query to the log for many days, and never all of history in memory. */
async function* readSheets(view: LedgerView, days: readonly LocalDate[]): AsyncGenerator<DaySheet> {
  for (let from = 0; from < days.length; from += DAYS_AT_ONCE) {
    yield* await view.sheets(days.slice(from, from + DAYS_AT_ONCE));
  }
}

const DAYS_AT_ONCE = 50;

/**
 * Whether a connection can bill a case. Ids are unique only within their source: on another server the same id may be
 * another customer's case. Files in a folder take any case.
 */
export function canBill(connection: Connection, { ref }: Case): boolean {
  return connection.provider === "local" || ref.source === connection.id;
}
