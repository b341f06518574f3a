import type { CaseDirectory } from "../app/cases/caseDirectory.ts";
import type { CaseGuard } from "../app/git/caseGuard.ts";
import { budgetNotice, type BudgetState, type ContractHours } from "../app/cases/contractHours.ts";
import type { CurrentCase } from "../app/cases/currentCase.ts";
import type { EditContext } from "../app/edits/reassign.ts";
import { StatusModel } from "../app/status/statusModel.ts";
import type { WaitingItem } from "../app/status/waiting.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import type { Cell } from "../base/emitter.ts";
import { epochMs, SECOND_MS, type EpochMs } from "../base/time.ts";
import type { Case } from "../domain/cases/case.ts";
import type { ErrorCode } from "../domain/errors.ts";
import type { Logger } from "../ports/logger.ts";
import type { Settings } from "../ports/settings.ts";
import type { Notifier } from "../ui/shell/notifier.ts";
import type { StatusBarItem } from "../ui/status/statusBarItem.ts";
import { todayLines } from "../ui/status/todayLines.ts";
import { billingStateOf } from "../ui/text/connectionName.ts";
import { presentBudget } from "../ui/text/presentNotices.ts";

interface CoreStatusContext extends EditContext {
  readonly logger: Logger;
  readonly notifier: Notifier;
  readonly directory: CaseDirectory;
  readonly budget: ContractHours;
  readonly guard: CaseGuard;
  readonly current: CurrentCase;
  readonly statusBar: StatusBarItem;
  /** Why nothing can be recorded. */
  readonly trouble: Cell<ErrorCode | undefined>;
  readonly settings: () => Settings;
  /** This window's last sign of the person, milliseconds; 0: none yet. */
  readonly lastSign: () => number;
  /** Everything that waits for the person. */
  readonly waitingItems: () => Promise<readonly WaitingItem[]>;
  /** Everything else that shows what the status bar shows. */
  readonly onDidShow: (waiting: readonly WaitingItem[]) => void;
  readonly fail: (error: unknown) => void;
}

/** With a shorter idle timeout every pause for thought would change the icon. */
const MIN_IDLE_SECONDS = 60;

/** Part of the composition root: keeps the status bar item in step with everything that it shows. */
export class StatusPart implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly context: CoreStatusContext;
  private readonly model: StatusModel;
  /** The last sign in any window: one person, one clock. A window begins as if there had been one. */
  private lastSign: number;
  /** Counts the looks. */
  private turn = 0;
  /** As of the last look. */
  private toApprove = 0;

  constructor(context: CoreStatusContext) {
    this.context = context;
    const { log, view, clock, current, directory, guard, trouble, fail } = context;
    this.lastSign = clock.now();
    this.store.add(
      log.onDidAppend((events) => {
        for (const { body } of events) {
          const isOwn = body.kind === "heartbeats" && body.agent === undefined && body.weak !== "scroll";
          if (isOwn) this.lastSign = Math.max(this.lastSign, body.last);
        }
      }),
    );
    this.model = this.store.add(
      new StatusModel(
        view,
        current,
        clock,
        () => this.idleFrom(),
        () => {
          this.show().catch(fail);
        },
      ),
    );
    const update = (): void => {
      this.update();
    };
    this.store.add(guard.onDidChange(update));
    this.store.add(directory.onDidChange(update));
    this.store.add(trouble.onDidChange(update));
  }

  /** Something that is none of the ledger's has changed. */
  update(): void {
    this.model.update();
  }

  dispose(): void {
    this.store.dispose();
  }

  private idleFrom(): EpochMs {
    const { clock, current, settings, lastSign } = this.context;
    // A sign of a clock that was ahead is no later than now.
    const last = Math.min(Math.max(this.lastSign, lastSign()), clock.now());
    const seconds = current.state.value.case?.contract?.idleSeconds ?? settings().idleTimeoutSeconds;
    return epochMs(last + Math.max(seconds, MIN_IDLE_SECONDS) * SECOND_MS);
  }

  private async show(): Promise<void> {
    const { view, directory, guard, current, statusBar, trouble, settings } = this.context;
    const turn = ++this.turn;
    const { case: picked, paused, tree } = current.state.value;
    const today = trouble.value === undefined ? await todayLines(view, directory) : [];
    const line = today.find(
      ({ key, source }) => picked !== undefined && key === picked.key && source === picked.ref.source,
    );
    const deliveries = view.ledger.entries.openStates;
    const { connection } = view.ledger;
    const shown = picked === undefined ? undefined : (directory.find(picked.ref) ?? picked);
    const state = {
      toApprove: this.toApprove,
      budgetLeft: shown === undefined ? undefined : this.context.budget.of(shown)?.leftSeconds,
      show: settings().statusBar === "short" ? ("short" as const) : ("full" as const),
      case: shown,
      isGone: shown !== undefined && directory.isGone(shown.ref),
      paused,
      idle: this.model.isIdle,
      workedToday: line === undefined ? 0 : line.observedSeconds + line.bridgedSeconds + line.declaredSeconds,
      today,
      mismatch: tree === undefined ? undefined : guard.mismatch(tree),
      timer: view.ledger.timer,
      waiting: deliveries.filter((state) => state === "waiting" || state === "unknown").length,
      refused: deliveries.filter((state) => state === "refused").length,
      billing: connection === undefined ? undefined : billingStateOf(connection),
      trouble: trouble.value,
    };
    statusBar.show(state);
    // What needs weeks of days comes after what needs today: nobody waits for it to see the case.
    const hours = await this.hoursOf(shown);
    const items = trouble.value === undefined ? await this.context.waitingItems() : [];
    this.toApprove = items.filter(({ kind }) => kind === "draft").length;
    // Something newer may have been shown meanwhile.
    if (turn === this.turn) statusBar.show({ ...state, toApprove: this.toApprove, budgetLeft: hours?.leftSeconds });
    this.context.onDidShow(items);
  }

  /** The hours of the case that is worked on; a share of them at which the person is to be told is told when it is reached. */
  private async hoursOf(shown: Case | undefined): Promise<BudgetState | undefined> {
    const { budget, notifier, settings, trouble } = this.context;
    if (shown?.contract?.budgetSeconds === undefined || trouble.value !== undefined) return undefined;
    await budget.update();
    const hours = budget.of(shown);
    const due = hours === undefined ? undefined : budgetNotice(shown, hours, settings().budgetNotices);
    if (hours !== undefined && due !== undefined) {
      notifier.tell(due.cause, "warning", presentBudget(shown, hours), undefined, true);
    }
    return hours;
  }
}
