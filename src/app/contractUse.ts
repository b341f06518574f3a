import { PLAIN_DRAFTING } from "../domain/description.ts";
import { seconds, type LocalDate, type Seconds } from "../base/time.ts";
import { caseRefKey, type Case, type CaseRef } from "../domain/caseRef.ts";
import { draftsOf } from "../domain/drafts.ts";
import type { EventKind } from "../domain/events.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { LedgerView } from "./ledgerView.ts";

/** How the hours of a contract stand. */
export interface BudgetState {
  readonly budgetSeconds: Seconds;
  /** What the source says plus what it does not know of yet. */
  readonly usedSeconds: Seconds;
  /** Negative when more was used than bought. */
  readonly leftSeconds: number;
}

/** Captured time that is not approved is counted as far back as this. */
export const DAYS_COUNTED = 92;

/** Facts after which the sums of earlier days are no more what they were. */
const CHANGING: readonly EventKind[] = [
  "approved",
  "withdrawn",
  "reassigned",
  "struck",
  "declared",
  "writtenDown",
  "undone",
  "redone",
  "policy",
  "tickGap",
];

/**
 * What of each case's time its source does not know of yet: worked and not approved, approved and not sent, and sent after
 * its list was fetched; of a correction only what it changes. Closed days are summed once.
 */
export class ContractUse {
  private readonly view: LedgerView;
  private readonly directory: CaseDirectory;
  private closed: { readonly state: string; readonly sums: ReadonlyMap<string, number> } | undefined;
  private drafts: ReadonlyMap<string, number> = new Map();

  constructor(view: LedgerView, directory: CaseDirectory) {
    this.view = view;
    this.directory = directory;
  }

  /** Brings the sums of what is not approved up to date; `of` is right as of the last time. */
  async update(): Promise<void> {
    await this.view.load();
    const { ledger } = this.view;
    const today = this.view.today();
    const state = [today, ...CHANGING.map((kind) => ledger.lastSeqOf(kind))].join(" ");
    if (this.closed?.state !== state) {
      const days = (await this.view.days()).filter((day) => day < today).slice(-DAYS_COUNTED);
      this.closed = { state, sums: await this.sum(days) };
    }
    const sums = new Map(this.closed.sums);
    for (const [key, length] of await this.sum([today])) sums.set(key, (sums.get(key) ?? 0) + length);
    this.drafts = sums;
  }

  /** Undefined for a case without bought hours. */
  of(one: Case): BudgetState | undefined {
    const budget = one.contract?.budgetSeconds;
    if (budget === undefined) return undefined;
    const used = (one.contract?.usedSeconds ?? 0) + this.notYetThere(one.ref);
    return { budgetSeconds: seconds(budget), usedSeconds: seconds(used), leftSeconds: budget - used };
  }

  private notYetThere(ref: CaseRef): number {
    const key = caseRefKey(ref);
    return this.view.ledger.entries
      .addedSince(this.directory.fetchedAt(ref.source))
      .filter(({ entry }) => caseRefKey(entry.case.ref) === key)
      .reduce((sum, added) => sum + added.seconds, this.drafts.get(key) ?? 0);
  }

  private async sum(days: readonly LocalDate[]): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    const { ledger } = this.view;
    for (const sheet of await this.view.sheets(days)) {
      for (const draft of draftsOf(sheet, ledger, PLAIN_DRAFTING, (ref) => this.directory.find(ref))) {
        const key = caseRefKey(draft.case.ref);
        sums.set(key, (sums.get(key) ?? 0) + draft.billableSeconds);
      }
    }
    return sums;
  }
}

/**
 * The notice that is due: the highest share of the bought hours that is reached. It is told once per case, share and number
 * of hours bought: who buys more is told anew.
 * @param shares percent, ascending
 */
export function budgetNotice(
  one: Case,
  { budgetSeconds, usedSeconds }: BudgetState,
  shares: readonly number[],
): { readonly cause: string; readonly percent: number } | undefined {
  if (budgetSeconds <= 0) return undefined;
  const percent = shares.findLast((share) => usedSeconds * 100 >= share * budgetSeconds);
  if (percent === undefined) return undefined;
  return { cause: `budget:${one.ref.source}:${one.ref.id}:${budgetSeconds}:${percent}`, percent };
}
