import type { IDisposable } from "../base/disposable.ts";
import type { EpochMs, ZoneId } from "../base/time.ts";

/** Everything that is not repeatable: the wall clock, timers and randomness. */
export interface Clock {
  /** The wall clock. It may step back or forward at any moment. */
  now(): EpochMs;
  /** The zone of the system. */
  systemZone(): ZoneId;
  /** Runs `run` once after `ms`; disposing cancels it. */
  after(ms: number, run: () => void): IDisposable;
  /** Runs `run` every `ms`; disposing ends it. */
  every(ms: number, run: () => void): IDisposable;
  /** A random UUID, version 4. */
  newId(): string;
  /** A number in [0, 1). */
  random(): number;
}
