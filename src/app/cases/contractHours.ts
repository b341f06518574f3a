import type { IDisposable } from "../../base/disposable.ts";
import { daysBefore, seconds, type Seconds } from "../../base/time.ts";
import { caseRefKey, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import { PLAIN_DRAFTING } from "../../domain/entries/description.ts";
import { makeDrafts } from "../../domain/day/drafts.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import { ClosedDays } from "../ledger/closedDays.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";

/** How many of a contract's bought hours are used. */
export interface BudgetState {
  readonly budgetSeconds: Seconds;
  /** What the source reports plus what it does not know yet. */
  readonly usedSeconds: Seconds;
  /** Negative when more was used than bought. */
  readonly leftSeconds: number;
}

/** How many days before today unapproved time is counted. */
export const DAYS_COUNTED = 92;

/**
 * Adds to each case's used hours what its source does not know yet: billable time that is not approved, approved but
 * not sent, or sent after its list was fetched; of a correction only the difference.
 */
export class ContractHours implements IDisposable {
  private readonly view: LedgerView;
  private readonly directory: CaseDirectory;
  private readonly days: ClosedDays<ReadonlyMap<string, number>>;
  private drafts: ReadonlyMap<string, number> = new Map();

  constructor(log: EventLog, view: LedgerView, directory: CaseDirectory) {
    this.view = view;
    this.directory = directory;
    this.days = new ClosedDays(log, view, directory, (sheet) => this.sumDrafts(sheet));
  }

  /** Updates the sums of unapproved time; `stateFor` uses those of the last update. */
  async update(): Promise<void> {
    const known = await this.view.days();
    const today = this.view.today();
    const from = daysBefore(today, DAYS_COUNTED);
    const days = [...known.filter((day) => day >= from && day < today), today];
    const sums = new Map<string, number>();
    for (const ofDay of (await this.days.valuesFor(days)).values()) {
      for (const [key, length] of ofDay) sums.set(key, (sums.get(key) ?? 0) + length);
    }
    this.drafts = sums;
  }

  /** Undefined for a case without bought hours. */
  stateFor(one: Case): BudgetState | undefined {
    const budget = one.contract?.budgetSeconds;
    if (budget === undefined) return undefined;
    const used = (one.contract?.usedSeconds ?? 0) + this.notYetThere(one.ref);
    return { budgetSeconds: seconds(budget), usedSeconds: seconds(used), leftSeconds: budget - used };
  }

  /**
   * Updates and returns the hours of a case with the notice that is due; undefined for a case without bought hours.
   * @param shares percent, ascending, as `findBudgetNotice` has them
   */
  async check(
    one: Case,
    shares: readonly number[],
  ): Promise<{ readonly hours: BudgetState; readonly cause: string | undefined } | undefined> {
    if (one.contract?.budgetSeconds === undefined) return undefined;
    await this.update();
    const hours = this.stateFor(one);
    return hours === undefined ? undefined : { hours, cause: findBudgetNotice(one, hours, shares)?.cause };
  }

  dispose(): void {
    this.days.dispose();
  }

  private notYetThere(ref: CaseRef): number {
    const key = caseRefKey(ref);
    return this.view.ledger.entries
      .addedSince(this.directory.fetchedAt(ref.source))
      .filter(({ entry }) => caseRefKey(entry.case.ref) === key)
      .reduce((sum, added) => sum + added.seconds, this.drafts.get(key) ?? 0);
  }

  private sumDrafts(sheet: DaySheet): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const draft of makeDrafts(sheet, this.view.ledger, PLAIN_DRAFTING, (ref) => this.directory.find(ref))) {
      const key = caseRefKey(draft.case.ref);
      sums.set(key, (sums.get(key) ?? 0) + draft.billableSeconds);
    }
    return sums;
  }
}

/**
 * The notice that is due: the highest share of the bought hours that is reached. It is shown once per case, share and
 * number of bought hours: after more are bought, it is shown again.
 * @param shares percent, ascending
 */
export function findBudgetNotice(
  one: Case,
  { budgetSeconds, usedSeconds }: BudgetState,
  shares: readonly number[],
): { readonly cause: string; readonly percent: number } | undefined {
  if (budgetSeconds <= 0) return undefined;
  const percent = shares.findLast((share) => usedSeconds * 100 >= share * budgetSeconds);
  if (percent === undefined) return undefined;
  return { cause: `budget:${one.ref.source}:${one.ref.id}:${budgetSeconds}:${percent}`, percent };
}
