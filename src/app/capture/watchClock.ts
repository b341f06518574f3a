import type { IDisposable } from "../../base/disposable.ts";
import { floorToSecond, type EpochMs } from "../../base/time.ts";
import type { BodyOf } from "../../domain/log/events.ts";
import type { Clock } from "../../ports/clock.ts";

/** Time between two ticks. @format milliseconds */
export const TICK_MS = 15_000;
/** A tick later than this after it was due means that the machine or the window stood still. */
export const LATE_AFTER_MS = 45_000;
/** A step back of more than this is the clock's, not an effect of rounding. */
export const STEP_BACK_MS = 2_000;

/**
 * Compares two neighbouring ticks: undefined when all is well; else the stretch in which nothing may be bridged, from
 * the last tick to a late one or, after a step back, from the new time to the last tick.
 */
export function findTickGap(previous: EpochMs, now: EpochMs): BodyOf<"tickGap"> | undefined {
  if (now - previous > TICK_MS + LATE_AFTER_MS) {
    return { kind: "tickGap", from: floorToSecond(previous), to: floorToSecond(now) };
  }
  if (previous - now > STEP_BACK_MS) {
    return { kind: "tickGap", from: floorToSecond(now), to: floorToSecond(previous) };
  }
  return undefined;
}

/** Ticks until disposed and reports gaps: one rule for sleep, VM pause, hung host and clock steps (docs/capture.md). */
export function watchClock(clock: Clock, onDidGap: (gap: BodyOf<"tickGap">) => void): IDisposable {
  let previous = clock.now();
  return clock.every(TICK_MS, () => {
    const now = clock.now();
    const gap = findTickGap(previous, now);
    previous = now;
    if (gap !== undefined) onDidGap(gap);
  });
}
