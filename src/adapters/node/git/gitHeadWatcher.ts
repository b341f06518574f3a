import { DisposableStore, type IDisposable } from "../../../base/disposable.ts";
import { MINUTE_MS } from "../../../base/time.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { WorkTree } from "../../../ports/git.ts";
import { HeadFiles } from "./gitHeadFiles.ts";
import { HeadPoller, type HeadLook } from "./headPoller.ts";

/** File events are lost on network drives and in WSL. */
const POLL_MS = MINUTE_MS;
/** A check may meet git replacing a ref (seen with 2.39): it is repeated once before the error is reported. */
const TOLERATED = 1;

/** Checks when the files of HEAD's reflog change, and every minute. */
export class HeadWatcher<T> implements IDisposable {
  /** Resolves when the first check is done: whatever happens from then on is reported. Never rejects. */
  readonly ready: Promise<unknown>;
  private readonly store = new DisposableStore();

  constructor(tree: WorkTree, clock: Clock, head: HeadLook<T>, onError: (error: unknown) => void) {
    const looks = this.store.add(new HeadPoller(clock, head, onError, TOLERATED));
    const files = this.store.add(
      new HeadFiles(tree, () => {
        looks.settle();
      }),
    );
    this.store.add(
      clock.every(POLL_MS, () => {
        files.attach();
        void looks.look(true);
      }),
    );
    this.ready = looks.look(false);
  }

  dispose(): void {
    this.store.dispose();
  }
}
