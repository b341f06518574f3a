import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WorkTree } from "../../ports/git.ts";
import { HeadPoller, type HeadLook } from "../node/git/headPoller.ts";
import type { RemoteFiles } from "./remoteFiles.ts";

/** The wait between polls; it doubles after each that found nothing. */
export const FIRST_POLL_MS = 5_000;
export const LONGEST_POLL_MS = 60_000;

/** Whether somebody is looking at the window. */
export interface Attention {
  readonly isFocused: boolean;
  onDidChange(listener: () => void): IDisposable;
}

/**
 * Checks when the file system reports that HEAD or its reflog changed and, because it may report nothing, every 5 to 60
 * seconds while the window has focus, and when it gains it.
 */
export class RemoteWatcher<T> implements IDisposable {
  private readonly looks: HeadPoller<T>;
  private readonly clock: Clock;
  private readonly attention: Attention;
  private readonly store = new DisposableStore();
  private readonly polling = this.store.add(new MutableDisposable());
  private wait = FIRST_POLL_MS;
  private isDisposed = false;

  constructor(
    files: RemoteFiles,
    tree: WorkTree,
    clock: Clock,
    attention: Attention,
    head: HeadLook<T>,
    onError: (error: unknown) => void,
  ) {
    this.clock = clock;
    this.attention = attention;
    this.looks = this.store.add(new HeadPoller(clock, head, onError, 0));
    const settle = (): void => {
      this.looks.settle();
    };
    this.store.add(files.watch(files.resolve(tree.gitDir, "logs"), "HEAD", settle));
    this.store.add(files.watch(tree.gitDir, "HEAD", settle));
    this.store.add(
      attention.onDidChange(() => {
        if (!attention.isFocused || this.isDisposed) return;
        this.wait = FIRST_POLL_MS;
        void this.poll(true);
      }),
    );
    void this.poll(false);
  }

  dispose(): void {
    this.isDisposed = true;
    this.store.dispose();
  }

  private async poll(polled: boolean): Promise<void> {
    const found = await this.looks.look(polled);
    if (this.isDisposed) return;
    // A change that only polling found was not reported: more may follow unreported.
    this.wait = found && polled ? FIRST_POLL_MS : Math.min(this.wait * 2, LONGEST_POLL_MS);
    this.polling.value = this.clock.after(this.wait, () => {
      // Without focus it waits for that; events still come.
      if (this.attention.isFocused) void this.poll(true);
    });
  }
}
