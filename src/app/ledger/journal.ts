import type { EventBody, EventKind, NewEvent } from "../../domain/log/events.ts";
import type { Ledger } from "../../domain/ledger.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { EventColumns, EventFactory } from "./eventFactory.ts";
import { findLastSeq } from "./decisionKinds.ts";
import type { LedgerView } from "./ledgerView.ts";

/** What a decision comes to: the events that make it so, and what its caller is told once they are written. */
export interface Decision<T> {
  /** Empty: nothing has to change, and nothing is written. */
  readonly events: readonly NewEvent[];
  readonly result: T;
}

/** How a decision begins. */
export interface DecideOptions {
  /**
   * `caughtUp` (default): on what all windows have written up to now. `held`: on what this window knows already, for where
   * that is nearly always enough; the log refuses it where it was not.
   */
  readonly from?: "caughtUp" | "held";
}

/** This window's way to the ledger: what stands in it, and the only two ways to add to it. */
export class Journal {
  /** For what is read from the log itself, and for its leases. */
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

  /** An event of this window, stamped with the zone in force and the local day; nothing is written yet. */
  create(body: EventBody, columns?: EventColumns): NewEvent {
    return this.factory.create(body, columns);
  }

  /** Adds what is so whatever else was written meanwhile. @throws CaseclockError `ledger.*` */
  append(events: readonly NewEvent[]): Promise<void> {
    return this.log.append(events);
  }

  /**
   * Decides on the ledger as it stands, and writes the decision only if nothing of `kinds` was added meanwhile, by another
   * window or another command of this one; else it is computed anew. So a decision never rests on what is no longer so.
   * @param compute called once for each attempt; what it throws ends the decision, and nothing is written
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
      // Taken before anything is computed: what is added while that waits for something is later then.
      const seq = findLastSeq(ledger, all);
      const { events, result } = await compute(ledger);
      if (events.length === 0 || (await this.log.appendIfLast(all, seq, events))) return result;
    }
  }
}
