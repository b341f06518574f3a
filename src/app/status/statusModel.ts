import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { MINUTE_MS, type EpochMs } from "../../base/time.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CurrentCase } from "../cases/currentCase.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";

/** Shortest time between two refreshes while a sync of thousands of entries changes the outbox. @format milliseconds */
const OUTBOX_MS = 500;

/** Kinds that change today's figure at once, and not as time goes on. */
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
 * Decides when to refresh the status bar: at once when the case or the pause changes, at most twice a second while the
 * outbox changes, else once a minute while time grows. A quiet window is not refreshed.
 */
export class StatusModel implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly view: LedgerView;
  private readonly current: CurrentCase;
  private readonly clock: Clock;
  private readonly idleFrom: () => EpochMs;
  private readonly refresh: () => void;
  private lastState = "";
  private lastOutbox = "";
  private lastRefresh = 0;
  private timer: { readonly at: number; readonly handle: IDisposable } | undefined;
  private idleTimer: { readonly at: number; readonly handle: IDisposable } | undefined;

  /** @param idleFrom when the person will be idle, if no further sign comes */
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

  /** Whether the person has done nothing for the idle timeout. */
  get isIdle(): boolean {
    return this.clock.now() >= this.idleFrom();
  }

  /** Refreshes after a change outside the ledger. */
  update(): void {
    this.awaitIdle();
    this.run(this.stateKey());
  }

  dispose(): void {
    this.idleTimer?.handle.dispose();
    this.timer?.handle.dispose();
    this.store.dispose();
  }

  private onChange(): void {
    const state = this.stateKey();
    this.awaitIdle();
    const now = this.clock.now();
    const since = now - this.lastRefresh;
    // The first change of the outbox after a while is shown at once, like everything else.
    const most = this.outboxKey() === this.lastOutbox ? MINUTE_MS : OUTBOX_MS;
    if (state !== this.lastState || since >= most || since < 0) this.run(state);
    else this.runAt(now + most - since);
  }

  /** Refreshes at an instant, unless an earlier refresh is due. */
  private runAt(at: number): void {
    if (this.timer !== undefined && this.timer.at <= at) return;
    this.timer?.handle.dispose();
    const handle = this.clock.after(at - this.clock.now(), () => {
      this.run(this.stateKey());
    });
    this.timer = { at, handle };
  }

  /** Refreshes once when the person becomes idle; a quiet window then stays as it is. */
  private awaitIdle(): void {
    const at = this.idleFrom();
    // A later one is found out when the timer fires; an earlier one (a shorter timeout, by a setting or a case) is not.
    if (this.isIdle || (this.idleTimer !== undefined && this.idleTimer.at <= at)) return;
    this.idleTimer?.handle.dispose();
    const handle = this.clock.after(at - this.clock.now(), () => {
      this.idleTimer = undefined;
      if (this.isIdle) this.run(this.stateKey());
      else this.awaitIdle();
    });
    this.idleTimer = { at, handle };
  }

  private run(state: string): void {
    this.timer?.handle.dispose();
    this.timer = undefined;
    this.lastState = state;
    this.lastOutbox = this.outboxKey();
    this.lastRefresh = this.clock.now();
    this.refresh();
  }

  private stateKey(): string {
    const { case: picked, paused, tree } = this.current.state.value;
    const { ledger } = this.view;
    const byHand = CHANGES_BY_HAND.map((kind) => ledger.lastSeqFor(kind));
    return JSON.stringify([tree, picked?.key, picked?.title, paused, ledger.connection?.id, byHand, this.isIdle]);
  }

  private outboxKey(): string {
    return this.view.ledger.entries.openStates.join();
  }
}
