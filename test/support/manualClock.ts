import { toDisposable, type IDisposable } from "../../src/base/disposable.ts";
import { epochMs, type EpochMs, type ZoneId } from "../../src/base/time.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { at, UTC } from "./builders.ts";

interface Timer {
  due: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. Ids count up, chance is what the test says. */
export class ManualClock implements Clock {
  /** What `random()` answers. */
  chance = 0.5;
  zone: ZoneId = UTC;
  private wall: number;
  /** Runs on through steps of the wall clock, as timers do. */
  private monotonic = 0;
  private ids = 0;
  private readonly timers = new Set<Timer>();

  /** @param start as `at` of the builders takes it */
  constructor(start = "09:00") {
    this.wall = at(start);
  }

  now(): EpochMs {
    return epochMs(this.wall);
  }

  systemZone(): ZoneId {
    return this.zone;
  }

  after(ms: number, run: () => void): IDisposable {
    return this.add({ due: this.monotonic + ms, every: undefined, run });
  }

  every(ms: number, run: () => void): IDisposable {
    return this.add({ due: this.monotonic + ms, every: ms, run });
  }

  newId(): string {
    this.ids += 1;
    return `00000000-0000-4000-9000-${String(this.ids).padStart(12, "0")}`;
  }

  random(): number {
    return this.chance;
  }

  /** Timers that have not run or been disposed of. */
  get pending(): number {
    return this.timers.size;
  }

  /** Lets time pass: timers fire in order, each at its own instant. */
  advance(ms: number): void {
    const end = this.monotonic + ms;
    for (let next = this.nextUntil(end); next !== undefined; next = this.nextUntil(end)) {
      this.wall += next.due - this.monotonic;
      this.monotonic = next.due;
      if (next.every === undefined) this.timers.delete(next);
      else next.due += next.every;
      next.run();
    }
    this.wall += end - this.monotonic;
    this.monotonic = end;
  }

  /** Steps the wall clock, forward or back, as a correction or a sleep does: no timer notices. */
  step(ms: number): void {
    this.wall += ms;
  }

  /** Puts the wall clock on an instant without firing anything. */
  set(time: string): void {
    this.wall = at(time);
  }

  private nextUntil(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.due <= end && timer.due < (next?.due ?? Infinity)) next = timer;
    return next;
  }

  private add(timer: Timer): IDisposable {
    this.timers.add(timer);
    return toDisposable(() => this.timers.delete(timer));
  }
}
