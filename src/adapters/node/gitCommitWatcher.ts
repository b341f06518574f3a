import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { MINUTE_MS } from "../../base/time.ts";
import type { Clock } from "../../ports/clock.ts";
import type { NewCommit, WorkTree } from "../../ports/git.ts";
import type { CommitReader } from "./gitCommitReader.ts";
import { HeadFiles } from "./gitHeadFiles.ts";

/** A commit touches several files; one look is enough for them. */
const SETTLE_MS = 300;
/** File events are lost on network drives and in WSL. */
const POLL_MS = MINUTE_MS;

/**
 * Looks for commits when the files of HEAD's reflog change and every minute, one look at a time. It never throws out of
 * a timer: of errors it tells the first, then none until a look succeeded.
 */
export class CommitWatcher implements IDisposable {
  /** Settles when the beginning is known: what is committed from then on is told. It never rejects. */
  readonly ready: Promise<void>;
  private readonly reader: CommitReader;
  private readonly clock: Clock;
  private readonly onDidCommit: (commits: readonly NewCommit[]) => void;
  private readonly onError: (error: unknown) => void;
  private readonly store = new DisposableStore();
  private readonly settling = this.store.add(new MutableDisposable());
  private isSettling = false;
  private isLooking = false;
  private isWanted = false;
  private isFailing = false;
  private isDisposed = false;

  constructor(
    reader: CommitReader,
    tree: WorkTree,
    clock: Clock,
    onDidCommit: (commits: readonly NewCommit[]) => void,
    onError: (error: unknown) => void,
  ) {
    this.reader = reader;
    this.clock = clock;
    this.onDidCommit = onDidCommit;
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
      const commits = await this.reader.look(this.clock.now(), polled);
      this.isFailing = false;
      if (commits.length > 0 && this.isActive()) this.onDidCommit(commits);
    } catch (error) {
      if (!this.isFailing && this.isActive()) this.onError(error);
      this.isFailing = true;
    }
  }

  /** Asked anew after each wait. */
  private isActive(): boolean {
    return !this.isDisposed;
  }
}
