import type { IDisposable } from "../base/disposable.ts";
import type { NewEvent } from "../domain/events.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventLog } from "../ports/eventLog.ts";

/** Longest time that an outcome waits for others to share its commit with (design 7). */
const GROUP_MS = 100;

/** Commits outcomes in groups: ten thousand receipts need a hundred commits, not ten thousand. */
export class ReceiptBook {
  private readonly log: EventLog;
  private readonly clock: Clock;
  private group: NewEvent[] = [];
  private timer: IDisposable | undefined;
  private writing: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;

  constructor(log: EventLog, clock: Clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Takes an outcome; it is durable when `close` resolves, and usually within 100 ms. */
  add(event: NewEvent): void {
    this.group.push(event);
    this.timer ??= this.clock.after(GROUP_MS, () => {
      // A failure is kept in `writing` and thrown by `close`.
      this.flush();
    });
  }

  /** @throws CaseclockError `ledger.*` when an earlier group could not be written */
  check(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Waits until everything is durable. @throws CaseclockError `ledger.*` */
  close(): Promise<void> {
    this.flush();
    return this.writing;
  }

  private flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    const { group } = this;
    this.group = [];
    if (group.length === 0) return;
    this.writing = this.writing.then(() => this.log.append(group));
    this.writing.catch((error: unknown) => {
      this.failure = { error }; // thrown by `check` and `close`
    });
  }
}
