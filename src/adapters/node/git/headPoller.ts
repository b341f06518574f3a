import { MutableDisposable, type IDisposable } from "../../../base/disposable.ts";
import type { Clock } from "../../../ports/clock.ts";
import { CaseclockError } from "../../../domain/errors.ts";

/** A commit touches several files; one check is enough for all of them. */
const SETTLE_MS = 300;

/** What is checked, and who hears of it. */
export interface HeadLook<T> {
  /** Undefined when there is nothing new. @param polled no event hints at a change, so that it may return early */
  look(polled: boolean): Promise<T | undefined>;
  tell(found: T): void;
}

/**
 * Runs one check at a time, whoever asks for it, and never throws out of a timer. It reports the first error that is not
 * tolerated, then no more until a check has succeeded.
 */
export class HeadPoller<T> implements IDisposable {
  private readonly clock: Clock;
  private readonly head: HeadLook<T>;
  private readonly onError: (error: unknown) => void;
  private readonly tolerated: number;
  private readonly settling = new MutableDisposable();
  private isSettling = false;
  private isLooking = false;
  private isWanted = false;
  private failures = 0;
  private isDisposed = false;

  /** @param tolerated how many `git.failed` in a row lead to another check before one is reported */
  constructor(clock: Clock, head: HeadLook<T>, onError: (error: unknown) => void, tolerated: number) {
    this.clock = clock;
    this.head = head;
    this.onError = onError;
    this.tolerated = tolerated;
  }

  dispose(): void {
    this.isDisposed = true;
    this.settling.dispose();
  }

  /** Checks once changes have settled. */
  settle(): void {
    if (this.isSettling || this.isDisposed) return;
    this.isSettling = true;
    this.settling.value = this.clock.after(SETTLE_MS, () => {
      this.isSettling = false;
      void this.look(false);
    });
  }

  /** Checks, and once more if that was asked for meanwhile. Whether there was something new. Never rejects. */
  async look(polled: boolean): Promise<boolean> {
    if (this.isLooking) {
      this.isWanted ||= !polled;
      return false;
    }
    this.isLooking = true;
    let found = await this.lookOnce(polled);
    while (this.isWanted) {
      this.isWanted = false;
      found = (await this.lookOnce(false)) || found;
    }
    this.isLooking = false;
    return found;
  }

  private async lookOnce(polled: boolean): Promise<boolean> {
    if (this.isDisposed) return false;
    try {
      const found = await this.head.look(polled && this.failures === 0);
      this.failures = 0;
      if (found !== undefined && this.isActive()) this.head.tell(found);
      return found !== undefined;
    } catch (error) {
      const { tolerated } = this;
      this.failures += CaseclockError.is(error, "git.failed") || this.failures > tolerated ? 1 : tolerated + 1;
      if (this.failures <= tolerated) this.settle();
      if (this.failures === tolerated + 1 && this.isActive()) this.onError(error);
      return false;
    }
  }

  /** Asked anew after each wait. */
  private isActive(): boolean {
    return !this.isDisposed;
  }
}
