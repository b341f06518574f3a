import type { CaseDirectory } from "../app/cases/caseDirectory.ts";
import type { BudgetState, ContractHours } from "../app/cases/contractHours.ts";
import type { CurrentCase } from "../app/cases/currentCase.ts";
import type { EditContext } from "../app/edits/reassign.ts";
import type { CaseGuard } from "../app/git/caseGuard.ts";
import { LastSign } from "../app/status/lastSign.ts";
import { StatusModel } from "../app/status/statusModel.ts";
import type { WaitingItem } from "../app/status/waiting.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import type { ObservableValue } from "../base/emitter.ts";
import type { Case } from "../domain/cases/case.ts";
import type { ErrorCode } from "../domain/errors.ts";
import type { Settings } from "../ports/settings.ts";
import type { Notifier } from "../ui/shell/notifier.ts";
import type { StatusBarItem } from "../ui/status/statusBarItem.ts";
import { readStatusState } from "../ui/status/statusState.ts";
import { presentBudget } from "../ui/text/presentNotices.ts";

interface StatusContext extends EditContext {
  readonly notifier: Notifier;
  readonly directory: CaseDirectory;
  readonly budget: ContractHours;
  readonly guard: CaseGuard;
  readonly current: CurrentCase;
  readonly statusBar: StatusBarItem;
  /** Why nothing can be recorded. */
  readonly trouble: ObservableValue<ErrorCode | undefined>;
  readonly settings: () => Settings;
  /** This window's last sign of the person, milliseconds; 0: none yet. */
  readonly lastSign: () => number;
  /** Everything that waits for the person. */
  readonly waitingItems: () => Promise<readonly WaitingItem[]>;
  /** Called after each update, for everything else that shows the same state. */
  readonly onDidShow: (waiting: readonly WaitingItem[]) => void;
  readonly report: (error: unknown) => void;
}

/** Keeps the status bar item up to date. */
export class StatusPart implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly context: StatusContext;
  private readonly model: StatusModel;
  /** Counts the updates. */
  private turn = 0;
  /** As of the last update. */
  private toApprove = 0;

  constructor(context: StatusContext) {
    this.context = context;
    const { journal, current, directory, guard, trouble, settings, report } = context;
    const lastSign = this.store.add(new LastSign(journal, context.lastSign));
    this.model = this.store.add(
      new StatusModel(
        journal.view,
        current,
        journal.clock,
        () => {
          const { idleSeconds = settings().idleTimeoutSeconds } = current.state.value.case?.contract ?? {};
          return lastSign.idleFrom(idleSeconds);
        },
        () => {
          this.show().catch(report);
        },
      ),
    );
    for (const shown of [guard, directory, trouble]) {
      this.store.add(
        shown.onDidChange(() => {
          this.update();
        }),
      );
    }
  }

  /** Something outside the ledger has changed. */
  update(): void {
    this.model.update();
  }

  dispose(): void {
    this.store.dispose();
  }

  private async show(): Promise<void> {
    const { statusBar, trouble } = this.context;
    const turn = ++this.turn;
    const state = await readStatusState({
      ...this.context,
      view: this.context.journal.view,
      isIdle: this.model.isIdle,
      toApprove: this.toApprove,
    });
    statusBar.show(state);
    // First what needs today alone, then what needs weeks of days: the case is shown without waiting for them.
    const hours = trouble.value === undefined ? await this.contractHours(state.case) : undefined;
    const items = trouble.value === undefined ? await this.context.waitingItems() : [];
    this.toApprove = items.filter(({ kind }) => kind === "draft").length;
    // A newer state may have been shown meanwhile.
    if (turn === this.turn)
      statusBar.show({ ...state, toApprove: this.toApprove, budgetLeftSeconds: hours?.leftSeconds });
    this.context.onDidShow(items);
  }

  /** Contract hours left; warns once per configured threshold. */
  private async contractHours(chosen: Case | undefined): Promise<BudgetState | undefined> {
    const { budget, notifier, settings } = this.context;
    const { hours, cause } = (chosen && (await budget.check(chosen, settings().budgetNotices))) ?? {};
    if (chosen !== undefined && hours !== undefined && cause !== undefined) {
      notifier.tell(cause, "warning", presentBudget(chosen, hours), undefined, true);
    }
    return hours;
  }
}
