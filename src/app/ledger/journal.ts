import type { EventBody, EventKind, NewEvent } from "../../domain/log/events.ts";
import type { Ledger } from "../../domain/ledger.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { EventColumns, EventFactory } from "./eventFactory.ts";
import { findLastSeq } from "./decisionKinds.ts";
import type { LedgerView } from "./ledgerView.ts";

/** The outcome of a decision: its events, and the result that the caller gets once they are written. */
export interface Decision<T> {
  /** Empty: nothing has to change, so nothing is written. */
  readonly events: readonly NewEvent[];
  readonly result: T;
}

/** What a decision starts from. */
export interface DecideOptions {
  /**
   * `caughtUp` (default): from what all windows have written so far. `held`: from what this window knows already, for
   * cases where that is nearly always enough; otherwise the log refuses it and the decision is computed again.
   */
  readonly from?: "caughtUp" | "held";
}

/** This window's access to the ledger: its view, and the only two ways to add to the log. */
export class Journal {
  /** For reading events directly, and for leases. */
  readonly log: EventLog;
  readonly view: LedgerView;
  readonly clock: Clock;
  private readonly factory: EventFactory;

  constructor(log: EventLog, view: LedgerView, factory: EventFactory, clock: Clock) {
    this.log = log;
    this.view = view;
    this.factory = factory;
    this.clock = clock;
  }

  /** UUID of this window. */
  get windowId(): string {
    return this.factory.windowId;
  }

  /** Makes an event of this window, stamped with the zone in force and the local day; writes nothing. */
  create(body: EventBody, columns?: EventColumns): NewEvent {
    return this.factory.create(body, columns);
  }

  /** Appends facts that hold whatever else was written meanwhile. @throws CaseclockError `ledger.*` */
  append(events: readonly NewEvent[]): Promise<void> {
    return this.log.append(events);
  }

  /**
   * Decides on the current ledger, and writes the decision only if no event of `kinds` was added meanwhile, by another
   * window or another command of this one; else computes it again. So no decision is written on a stale state.
   * @param compute called once per attempt; what it throws ends the decision, and nothing is written
   * @throws CaseclockError `ledger.*`
   */
  async decide<T>(
    kinds: EventKind | readonly EventKind[],
    compute: (ledger: Ledger) => Decision<T> | Promise<Decision<T>>,
    { from = "caughtUp" }: DecideOptions = {},
  ): Promise<T> {
    const all = typeof kinds === "string" ? [kinds] : kinds;
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0 || from === "caughtUp") await this.view.catchUp();
      const { ledger } = this.view;
      // Taken before anything is computed, so that events added while `compute` waits come after it.
      const seq = findLastSeq(ledger, all);
      const { events, result } = await compute(ledger);
      if (events.length === 0 || (await this.log.appendIfLast(all, seq, events))) return result;
    }
  }
}
