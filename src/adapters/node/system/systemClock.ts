import { randomUUID } from "node:crypto";
import { toDisposable, type IDisposable } from "../../../base/disposable.ts";
import { epochMs, type EpochMs, type ZoneId } from "../../../base/time.ts";
import type { Clock } from "../../../ports/clock.ts";

/** The machine's clock, timers and chance. */
export class SystemClock implements Clock {
  now(): EpochMs {
    return epochMs(Date.now());
  }

  systemZone(): ZoneId {
    return Intl.DateTimeFormat().resolvedOptions().timeZone as ZoneId;
  }

  after(ms: number, run: () => void): IDisposable {
    const timer = setTimeout(run, ms);
    return toDisposable(() => {
      clearTimeout(timer);
    });
  }

  every(ms: number, run: () => void): IDisposable {
    const timer = setInterval(run, ms);
    return toDisposable(() => {
      clearInterval(timer);
    });
  }

  newId(): string {
    return randomUUID();
  }

  random(): number {
    return Math.random();
  }
}
