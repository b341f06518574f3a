import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WorkTree } from "../../ports/git.ts";
import type { HeadLook } from "../node/gitHeadWatcher.ts";
import type { RemoteFiles } from "./remoteFiles.ts";

/** A commit touches several files; one look is enough for them. */
const SETTLE_MS = 300;
/** The wait between looks that nothing asked for: twice as long after each that found nothing. */
export const FIRST_POLL_MS = 5_000;
export const LONGEST_POLL_MS = 60_000;

/** Whether a person looks at the window. */
export interface Attention {
  readonly isFocused: boolean;
  onDidChange(listener: () => void): IDisposable;
}

/**
 * Looks when the file system tells that HEAD or its reflog changed, and, for it may tell nothing, every 5 to 60 seconds
 * while the window has the focus, and when it gets it. One look at a time; it never throws out of a timer. Of errors it
 * tells the first, then none until a look succeeded.
 */
export class RemoteWatcher<T> implements IDisposable {
  private readonly head: HeadLook<T>;
  private readonly clock: Clock;
  private readonly attention: Attention;
  private readonly onError: (error: unknown) => void;
  private readonly store = new DisposableStore();
  private readonly settling = this.store.add(new MutableDisposable());
  private readonly polling = this.store.add(new MutableDisposable());
  private wait = FIRST_POLL_MS;
  private isSettling = false;
  private isLooking = false;
  private isWanted = false;
  private isFailing = false;
  private isDisposed = false;

  constructor(
    files: RemoteFiles,
    tree: WorkTree,
    clock: Clock,
    attention: Attention,
    head: HeadLook<T>,
    onError: (error: unknown) => void,
  ) {
    this.head = head;
    this.clock = clock;
    this.attention = attention;
    this.onError = onError;
    const settle = (): void => {
      this.settle();
    };
    this.store.add(files.watch(files.resolve(tree.gitDir, "logs"), "HEAD", settle));
    this.store.add(files.watch(tree.gitDir, "HEAD", settle));
    this.store.add(
      attention.onDidChange(() => {
        if (!attention.isFocused || this.isDisposed) return;
        this.wait = FIRST_POLL_MS;
        void this.look(true);
      }),
    );
    void this.look(false);
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

  private async look(polled: boolean): Promise<void> {
    if (this.isLooking) {
      this.isWanted ||= !polled;
      return;
    }
    this.isLooking = true;
    let found = await this.lookOnce(polled);
    while (this.isWanted) {
      this.isWanted = false;
      found = (await this.lookOnce(false)) || found;
    }
    this.isLooking = false;
    // What only a look found was not told: others may follow it as quietly.
    this.wait = found && polled ? FIRST_POLL_MS : Math.min(this.wait * 2, LONGEST_POLL_MS);
    this.schedule();
  }

  private schedule(): void {
    if (this.isDisposed) return;
    this.polling.value = this.clock.after(this.wait, () => {
      // Without the focus it waits for that; events still come.
      if (this.attention.isFocused) void this.look(true);
    });
  }

  /** Whether there was something to tell. */
  private async lookOnce(polled: boolean): Promise<boolean> {
    if (this.isDisposed) return false;
    try {
      const found = await this.head.look(polled && !this.isFailing);
      this.isFailing = false;
      if (found !== undefined && this.isActive()) this.head.tell(found);
      return found !== undefined;
    } catch (error) {
      if (!this.isFailing && this.isActive()) this.onError(error);
      this.isFailing = true;
      return false;
    }
  }

  /** Asked anew after each wait. */
  private isActive(): boolean {
    return !this.isDisposed;
  }
}
