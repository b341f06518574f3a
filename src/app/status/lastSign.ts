import type { IDisposable } from "../../base/disposable.ts";
import { epochMs, SECOND_MS, type EpochMs } from "../../base/time.ts";
import type { Journal } from "../ledger/journal.ts";

/** Below this, every pause for thought would change the icon. @format seconds */
const MIN_IDLE_SECONDS = 60;

/** The person's last sign in any window: one person, one clock. Starts as if there had just been one. */
export class LastSign implements IDisposable {
  private readonly journal: Journal;
  private readonly listener: IDisposable;
  private readonly here: () => number;
  private last: number;

  /** @param here this window's last sign, which may not be written yet. @format milliseconds; 0: none yet */
  constructor(journal: Journal, here: () => number) {
    this.journal = journal;
    this.here = here;
    this.last = journal.clock.now();
    this.listener = journal.log.onDidAppend((events) => {
      for (const { body } of events) {
        const isOwn = body.kind === "heartbeats" && body.agent === undefined && body.weak !== "scroll";
        if (isOwn) this.last = Math.max(this.last, body.last);
      }
    });
  }

  /** When the person will have been idle for the timeout, at least a minute. */
  idleFrom(timeoutSeconds: number): EpochMs {
    // A sign from a clock that was ahead counts as now.
    const last = Math.min(Math.max(this.last, this.here()), this.journal.clock.now());
    return epochMs(last + Math.max(timeoutSeconds, MIN_IDLE_SECONDS) * SECOND_MS);
  }

  dispose(): void {
    this.listener.dispose();
  }
}
