import { PLAIN_DRAFTING } from "../../domain/entries/description.ts";
import { secondsBetween, seconds, type EpochMs, type LocalDate, type Seconds, type ZoneId } from "../../base/time.ts";
import type { Case } from "../../domain/cases/case.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import { makeDrafts } from "../../domain/day/drafts.ts";
import type { Conflict } from "../../domain/edits/declaration.ts";
import { total } from "../../domain/capture/interval.ts";
import type { RunningTimer } from "../../domain/ledger.ts";
import { foldSpans } from "../../domain/capture/span.ts";
import { listUnassigned } from "../../domain/day/unassigned.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import type { GuardMismatch } from "../git/caseGuard.ts";
import type { CurrentPick } from "../cases/currentCase.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import { isForgotten } from "../edits/timer.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";

/** Something that waits for the person. */
export type WaitingItem =
  | { readonly kind: "mismatch"; readonly tree: string; readonly picked: Case; readonly mismatch: GuardMismatch }
  /** A timer that was probably forgotten. */
  | { readonly kind: "timer"; readonly timer: RunningTimer; readonly seconds: Seconds }
  | { readonly kind: "conflict"; readonly conflict: Conflict; readonly seconds: Seconds }
  /** Worked time without a case that no entry has claimed. */
  | {
      readonly kind: "unassigned";
      readonly day: LocalDate;
      readonly start: EpochMs;
      readonly end: EpochMs;
      readonly zone: ZoneId;
      readonly seconds: Seconds;
    }
  /** Unapproved time of a day that is over. */
  | { readonly kind: "draft"; readonly day: LocalDate; readonly case: Case; readonly seconds: Seconds }
  /** Approved, but not at the billing system yet, or refused by it. */
  | { readonly kind: "entry"; readonly outbox: OutboxEntry };

export interface WaitingContext {
  readonly view: LedgerView;
  readonly directory: CaseDirectory;
  readonly clock: Clock;
  readonly current: () => CurrentPick;
  /** The mismatch in a work tree. */
  readonly mismatch: (tree: NonNullable<CurrentPick["tree"]>) => GuardMismatch | undefined;
}

/** Days that are checked: older ones are found in the review. */
const DAYS = 31;

/** Today's time that could be approved by now. @format seconds */
export async function sumOpenToday(context: Pick<WaitingContext, "view" | "directory">): Promise<Seconds> {
  const { view } = context;
  const drafts = billableDrafts(context, await view.sheet(view.today()));
  return seconds(drafts.reduce((sum, { billableSeconds }) => sum + billableSeconds, 0));
}

/** Leaves out cases that are not billable: their time need not be approved. */
function billableDrafts(
  { view, directory }: Pick<WaitingContext, "view" | "directory">,
  sheet: DaySheet,
): readonly DraftEntry[] {
  return makeDrafts(sheet, view.ledger, PLAIN_DRAFTING, (ref) => directory.find(ref)).filter(
    ({ case: of, billableSeconds }) => of.contract?.billable !== false && billableSeconds > 0,
  );
}

/** Everything that waits: current work first, then by age. */
export async function listWaitingItems(context: WaitingContext): Promise<readonly WaitingItem[]> {
  const { view, clock } = context;
  await view.load();
  const items: WaitingItem[] = [...nowWaiting(context)];
  const { ledger } = view;
  const today = view.today();
  const days = (await view.days()).filter((day) => day <= today).slice(-DAYS);
  for (const sheet of await view.sheets(days)) {
    for (const conflict of sheet.conflicts) {
      items.push({ kind: "conflict", conflict, seconds: total(conflict.with) });
    }
    for (const span of foldSpans(listUnassigned(sheet, ledger.entries))) {
      const { zone } = ledger.timeline.policyAt(span.start);
      const worked = seconds(span.observed + span.bridged);
      items.push({ kind: "unassigned", day: sheet.day, start: span.start, end: span.end, zone, seconds: worked });
    }
    if (sheet.day === today) continue;
    for (const draft of billableDrafts(context, sheet)) {
      items.push({ kind: "draft", day: sheet.day, case: draft.case, seconds: draft.billableSeconds });
    }
  }
  for (const outbox of ledger.entries.listOpen) items.push({ kind: "entry", outbox });
  return items;

  function* nowWaiting({ current, mismatch }: WaitingContext): Generator<WaitingItem> {
    const { tree, case: picked } = current();
    const found = tree === undefined ? undefined : mismatch(tree);
    if (tree !== undefined && picked !== undefined && found !== undefined) {
      yield { kind: "mismatch", tree, picked, mismatch: found };
    }
    const { timer } = view.ledger;
    if (timer !== undefined && isForgotten(timer, clock.now())) {
      yield { kind: "timer", timer, seconds: secondsBetween(timer.startedAt, clock.now()) };
    }
  }
}
