import type { IDisposable } from "../../base/disposable.ts";
import { epochMs, type EpochMs } from "../../base/time.ts";
import { ACTIVE_WITHIN_MS } from "../../domain/capture/heartbeat.ts";
import type { Clock } from "../../ports/clock.ts";
import { TICK_MS, findTickGap } from "./watchClock.ts";

/** What is known about the person at one window. */
export interface Attendance {
  readonly focused: boolean;
  /** A key or mouse button was pressed in the window at most 70 s ago, if no notebook cell runs. */
  readonly active: boolean;
  /** A notebook cell runs: VS Code then calls the window active whether anybody is there or not. */
  readonly running: boolean;
}

/**
 * Finds the presence heartbeats of one window (docs/capture.md): at each tick of 15 s while the window is focused and
 * active and no notebook cell runs, the instant 70 s ago. It is reported only if it is later than the window's last
 * sign, than the moment since when all three hold, and than a late tick or clock step.
 */
export class PresenceWatcher implements IDisposable {
  private readonly clock: Clock;
  private readonly lastSignAt: () => number;
  private readonly onDidFind: (at: EpochMs) => void;
  private timer: IDisposable | undefined;
  private since = 0;
  private lastTick: EpochMs;

  /** @param lastSignAt the window's last sign, milliseconds; 0: none */
  constructor(clock: Clock, lastSignAt: () => number, onDidFind: (at: EpochMs) => void) {
    this.clock = clock;
    this.lastSignAt = lastSignAt;
    this.onDidFind = onDidFind;
    this.lastTick = clock.now();
  }

  /** Sets the state of the window: call it at the start and after each change. */
  update({ focused, active, running }: Attendance): void {
    const attended = focused && active && !running;
    if (attended === (this.timer !== undefined)) return;
    if (!attended) {
      this.dispose();
      return;
    }
    this.begin(this.clock.now());
    this.timer = this.clock.every(TICK_MS, () => {
      this.tick();
    });
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
  }

  private begin(now: EpochMs): void {
    this.since = now;
    this.lastTick = now;
  }

  private tick(): void {
    const now = this.clock.now();
    if (findTickGap(this.lastTick, now) !== undefined) this.begin(now);
    this.lastTick = now;
    const at = epochMs(now - ACTIVE_WITHIN_MS);
    const sign = this.lastSignAt();
    // A sign in the future dates from before a step back of the clock: it says nothing about now.
    if (at > this.since && (at > sign || sign > now)) this.onDidFind(at);
  }
}
