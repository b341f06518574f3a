import { PLAIN_DRAFTING } from "../domain/description.ts";
import { secondsBetween, seconds, type EpochMs, type LocalDate, type Seconds, type ZoneId } from "../base/time.ts";
import type { Case } from "../domain/caseRef.ts";
import { draftsOf } from "../domain/drafts.ts";
import type { Conflict } from "../domain/declared.ts";
import { subtract, total } from "../domain/interval.ts";
import type { RunningTimer } from "../domain/ledger.ts";
import type { Mismatch } from "../domain/suggestion.ts";
import type { OutboxEntry } from "../domain/timeEntry.ts";
import type { Clock } from "../ports/clock.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { CurrentPick } from "./currentCase.ts";
import type { LedgerView } from "./ledgerView.ts";
import { isForgotten } from "./timer.ts";

/** Something that waits for the person. */
export type WaitingItem =
  | { readonly kind: "mismatch"; readonly tree: string; readonly picked: Case; readonly mismatch: Mismatch }
  /** A timer that was probably forgotten. */
  | { readonly kind: "timer"; readonly timer: RunningTimer; readonly seconds: Seconds }
  | { readonly kind: "conflict"; readonly conflict: Conflict; readonly seconds: Seconds }
  /** Worked time without a case. */
  | {
      readonly kind: "unassigned";
      readonly day: LocalDate;
      readonly start: EpochMs;
      readonly end: EpochMs;
      readonly zone: ZoneId;
      readonly seconds: Seconds;
    }
  /** Time of a day that is over, not approved yet. */
  | { readonly kind: "draft"; readonly day: LocalDate; readonly case: Case; readonly seconds: Seconds }
  /** Approved and not at the billing system, or refused by it. */
  | { readonly kind: "entry"; readonly outbox: OutboxEntry };

export interface WaitingContext {
  readonly view: LedgerView;
  readonly directory: CaseDirectory;
  readonly clock: Clock;
  readonly current: () => CurrentPick;
  /** What contradicts the pick of a work tree. */
  readonly mismatch: (tree: NonNullable<CurrentPick["tree"]>) => Mismatch | undefined;
}

/** Days that are looked at: older ones are found in the review. */
const DAYS = 31;

/** Everything that waits, what is worked on now first, then by age. */
export async function waitingItems(context: WaitingContext): Promise<readonly WaitingItem[]> {
  const { view, directory, clock } = context;
  await view.load();
  const items: WaitingItem[] = [...nowWaiting(context)];
  const { ledger } = view;
  const today = view.today();
  const days = (await view.days()).filter((day) => day <= today).slice(-DAYS);
  for (const sheet of await view.sheets(days)) {
    for (const conflict of sheet.conflicts) {
      items.push({ kind: "conflict", conflict, seconds: total(conflict.with) });
    }
    for (const span of sheet.spans) {
      if (span.case !== null) continue;
      const open = subtract(span, ledger.entries.claimedWithin(span));
      if (open.length === 0) continue;
      const { zone } = ledger.timeline.policyAt(span.start);
      const worked = seconds(span.observed + span.bridged);
      items.push({ kind: "unassigned", day: sheet.day, start: span.start, end: span.end, zone, seconds: worked });
    }
    if (sheet.day === today) continue;
    for (const draft of draftsOf(sheet, ledger, PLAIN_DRAFTING, (ref) => directory.find(ref))) {
      // Time of a case that is not billable waits for nobody.
      if (draft.case.contract?.billable === false || draft.billableSeconds === 0) continue;
      items.push({ kind: "draft", day: sheet.day, case: draft.case, seconds: draft.billableSeconds });
    }
  }
  for (const outbox of ledger.entries.open) items.push({ kind: "entry", outbox });
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
