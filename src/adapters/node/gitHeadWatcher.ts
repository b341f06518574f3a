import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { MINUTE_MS } from "../../base/time.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WorkTree } from "../../ports/git.ts";
import { HeadFiles } from "./gitHeadFiles.ts";

/** A commit touches several files; one look is enough for them. */
const SETTLE_MS = 300;
/** File events are lost on network drives and in WSL. */
const POLL_MS = MINUTE_MS;

/** A look may meet git while it replaces a ref (seen with 2.39): it is repeated once before anybody hears of it. */
const TOLERATED = 1;

/** What to look for, and whom to tell of it. */
export interface HeadLook<T> {
  /** Undefined when there is nothing to tell. @param polled nothing hints at a change: it may answer at once then */
  look(polled: boolean): Promise<T | undefined>;
  tell(found: T): void;
}

/**
 * Looks when the files of HEAD's reflog change and every minute, one look at a time. It never throws out of a timer: of
 * errors it tells the first that comes twice, then none until a look succeeded.
 */
export class HeadWatcher<T> implements IDisposable {
  /** Settles when the first look is done: what happens from then on is told. It never rejects. */
  readonly ready: Promise<void>;
  private readonly head: HeadLook<T>;
  private readonly clock: Clock;
  private readonly onError: (error: unknown) => void;
  private readonly store = new DisposableStore();
  private readonly settling = this.store.add(new MutableDisposable());
  private isSettling = false;
  private isLooking = false;
  private isWanted = false;
  private failures = 0;
  private isDisposed = false;

  constructor(tree: WorkTree, clock: Clock, head: HeadLook<T>, onError: (error: unknown) => void) {
    this.head = head;
    this.clock = clock;
    this.onError = onError;
    const files = this.store.add(
      new HeadFiles(tree, () => {
        this.settle();
      }),
    );
    this.store.add(
      clock.every(POLL_MS, () => {
        files.attach();
        void this.look(true);
      }),
    );
    this.ready = this.look(false);
  }

  dispose(): void {
    this.isDisposed = true;
    this.store.dispose();
  }

  private settle(): void {
    if (this.isSettling || this.isDisposed) return;
    this.isSettling = true;
    this.settling.value = this.clock.after(SETTLE_MS, () => {
      this.isSettling = false;
      void this.look(false);
    });
  }

  /** Looks, and once more if that was asked for meanwhile. It never rejects. */
  private async look(polled: boolean): Promise<void> {
    if (this.isLooking) {
      this.isWanted ||= !polled;
      return;
    }
    this.isLooking = true;
    await this.lookOnce(polled);
    while (this.isWanted) {
      this.isWanted = false;
      await this.lookOnce(false);
    }
    this.isLooking = false;
  }

  private async lookOnce(polled: boolean): Promise<void> {
    if (this.isDisposed) return;
    try {
      const found = await this.head.look(polled);
      this.failures = 0;
      if (found !== undefined && this.isActive()) this.head.tell(found);
    } catch (error) {
      this.failures += CaseclockError.is(error, "git.failed") || this.failures > TOLERATED ? 1 : TOLERATED + 1;
      if (this.failures === TOLERATED) this.settle();
      if (this.failures === TOLERATED + 1 && this.isActive()) this.onError(error);
    }
  }

  /** Asked anew after each wait. */
  private isActive(): boolean {
    return !this.isDisposed;
  }
}
