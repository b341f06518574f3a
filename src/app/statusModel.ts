import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { MINUTE_MS, type EpochMs } from "../base/time.ts";
import type { Clock } from "../ports/clock.ts";
import type { CurrentCase } from "./currentCase.ts";
import type { LedgerView } from "./ledgerView.ts";

/** What changes today's figure at once, and not as time goes on. */
const CHANGES_BY_HAND = [
  "reassigned",
  "struck",
  "declared",
  "writtenDown",
  "undone",
  "redone",
  "approved",
  "withdrawn",
  "timerStarted",
  "timerStopped",
  "kept",
  "pinned",
  "caseDefined",
] as const;

/**
 * Decides when the status bar is worth a new look: at once when the case, the pause or the outbox changed, else once a
 * minute while time grows. A quiet window causes nothing.
 */
export class StatusModel implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly view: LedgerView;
  private readonly current: CurrentCase;
  private readonly clock: Clock;
  private readonly idleFrom: () => EpochMs;
  private readonly refresh: () => void;
  private lastState = "";
  private lastRefresh = 0;
  private timer: IDisposable | undefined;
  private idleTimer: IDisposable | undefined;

  /** @param idleFrom when the person will have done nothing for longer than the idle timeout, as it stands */
  constructor(view: LedgerView, current: CurrentCase, clock: Clock, idleFrom: () => EpochMs, refresh: () => void) {
    this.view = view;
    this.current = current;
    this.clock = clock;
    this.idleFrom = idleFrom;
    this.refresh = refresh;
    this.store.add(
      view.onDidChange(() => {
        this.onChange();
      }),
    );
    this.store.add(
      current.state.onDidChange(() => {
        this.onChange();
      }),
    );
  }

  /** Whether nothing was done for longer than the idle timeout. */
  get isIdle(): boolean {
    return this.clock.now() >= this.idleFrom();
  }

  /** Looks again: something that is none of the ledger's has changed. */
  update(): void {
    this.run(this.stateKey());
  }

  dispose(): void {
    this.idleTimer?.dispose();
    this.timer?.dispose();
    this.store.dispose();
  }

  private onChange(): void {
    const state = this.stateKey();
    this.awaitIdle();
    const since = this.clock.now() - this.lastRefresh;
    if (state !== this.lastState || since >= MINUTE_MS || since < 0) {
      this.run(state);
    } else {
      this.timer ??= this.clock.after(MINUTE_MS - since, () => {
        this.run(this.stateKey());
      });
    }
  }

  /** Looks once when the person turns idle; a quiet window looks no more after that. */
  private awaitIdle(): void {
    if (this.idleTimer !== undefined || this.isIdle) return;
    this.idleTimer = this.clock.after(this.idleFrom() - this.clock.now(), () => {
      this.idleTimer = undefined;
      if (this.isIdle) this.run(this.stateKey());
      else this.awaitIdle();
    });
  }

  private run(state: string): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.lastState = state;
    this.lastRefresh = this.clock.now();
    this.refresh();
  }

  private stateKey(): string {
    const { case: picked, paused, tree } = this.current.state.value;
    const { ledger } = this.view;
    const deliveries = ledger.entries.open.map(({ delivery }) => delivery.state);
    const byHand = CHANGES_BY_HAND.map((kind) => ledger.lastSeqOf(kind));
    return JSON.stringify([
      tree,
      picked?.key,
      picked?.title,
      paused,
      deliveries,
      ledger.connection?.id,
      byHand,
      this.isIdle,
    ]);
  }
}
