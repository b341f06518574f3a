import type { IDisposable } from "../../base/disposable.ts";
import { floorToSecond, type EpochMs } from "../../base/time.ts";
import type { NewEvent } from "../../domain/log/events.ts";
import type { HeartbeatRow, RowClass } from "../../domain/capture/heartbeat.ts";
import type { ActivityContext, ActivityRow } from "./activityRecorder.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import type { Journal } from "../ledger/journal.ts";

/** Rows held while nothing can be written: about a week of typing. Further ones count as lost. */
const MAX_HELD = 100_000;

/** How long after a failed write it is retried by itself; the next rows do not wait. */
const RETRY_MS = 15_000;

/**
 * Writes activity rows to the log, one batch at a time. While that fails, it holds them and retries until it succeeds.
 * A row keeps its id over all attempts, so a batch that was stored after all is not stored twice.
 */
export class HeartbeatWriter implements IDisposable {
  private readonly journal: Journal;
  private readonly findTree: (context: ActivityContext) => Promise<TreeId>;
  private readonly report: (error: unknown) => void;
  private held: NewEvent[] = [];
  private lost = 0;
  private writing: Promise<void> = Promise.resolve();
  private failing = false;
  private retry: IDisposable | undefined;

  /**
   * @param findTree must not reject: a folder that cannot be resolved is its own tree
   * @param report called once when writing begins to fail
   */
  constructor(
    journal: Journal,
    findTree: (context: ActivityContext) => Promise<TreeId>,
    report: (error: unknown) => void,
  ) {
    this.journal = journal;
    this.findTree = findTree;
    this.report = report;
  }

  /** Rows that could not be kept in memory since the start. */
  get lostRows(): number {
    return this.lost;
  }

  /** Queues rows and tries to write everything held. Resolves when this attempt has succeeded or failed. */
  write(rows: readonly ActivityRow[]): Promise<void> {
    this.writing = this.writing.then(() => this.attempt(rows));
    return this.writing;
  }

  /** Stops retrying. */
  dispose(): void {
    this.retry?.dispose();
    this.retry = undefined;
  }

  private async attempt(rows: readonly ActivityRow[]): Promise<void> {
    for (const row of rows) this.hold(row, await this.findTree(row.context));
    if (this.held.length === 0) return;
    const batch = this.held;
    try {
      await this.journal.append(batch);
      this.held = [];
      this.failing = false;
      this.dispose();
    } catch (error) {
      if (!this.failing) this.report(error);
      this.failing = true;
      this.retry ??= this.journal.clock.after(RETRY_MS, () => {
        this.retry = undefined;
        void this.write([]);
      });
    }
  }

  private hold(row: ActivityRow, tree: TreeId): void {
    if (this.held.length >= MAX_HELD) {
      this.lost += 1;
      return;
    }
    const first = floorToSecond(row.first);
    const last = floorToSecond(Math.max(row.first, row.last));
    const whole = this.createEvent(row, tree, first, last);
    const end = this.createEvent({ ...row, counts: {} }, tree, last, last);
    // A row over midnight is split into its two heartbeats, so that each day has rows of its own.
    if (whole.day === end.day) this.held.push(whole);
    else this.held.push(this.createEvent(row, tree, first, first), end);
  }

  private createEvent({ counts, class: rowClass }: ActivityRow, tree: TreeId, first: EpochMs, last: EpochMs): NewEvent {
    const picked = this.journal.view.ledger.findPick(tree)?.ref;
    return this.journal.create(
      { kind: "heartbeats", tree, first, last, counts, ...classMembers(rowClass) },
      { at: first, ...(picked === undefined ? {} : { case: picked }) },
    );
  }
}

function classMembers(rowClass: RowClass): Pick<HeartbeatRow, "agent" | "weak"> {
  return rowClass === "person" ? {} : rowClass === "agent" ? { agent: true } : { weak: rowClass };
}
