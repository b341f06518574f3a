import type { IDisposable } from "../../base/disposable.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import type { EntryReceipt, NewEvent } from "../../domain/log/events.ts";
import type { Journal } from "../ledger/journal.ts";

/** Longest time that an outcome waits for others to share its commit (docs/sync.md). */
const GROUP_MS = 100;
/** So many outcomes are committed without waiting for more, so that no row of the log grows large. */
const MAX_IN_GROUP = 500;

/** Commits outcomes in groups: ten thousand receipts need a few dozen commits and events, not ten thousand. */
export class OutcomeWriter {
  private readonly journal: Journal;
  private receipts: { readonly receipt: EntryReceipt; readonly ref: CaseRef }[] = [];
  private others: NewEvent[] = [];
  private timer: IDisposable | undefined;
  private writing: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** Adds a receipt for an entry of a case; it is durable when `close` resolves, usually within 100 ms. */
  addReceipt(receipt: EntryReceipt, ref: CaseRef): void {
    this.receipts.push({ receipt, ref });
    this.flushSoon();
  }

  /** Adds any other outcome in the same way. */
  add(event: NewEvent): void {
    this.others.push(event);
    this.flushSoon();
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

  private flushSoon(): void {
    if (this.receipts.length + this.others.length >= MAX_IN_GROUP) {
      this.flush();
      return;
    }
    this.timer ??= this.journal.clock.after(GROUP_MS, () => {
      // A failure is kept in `writing` and thrown by `close`.
      this.flush();
    });
  }

  private flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    const group = [...this.receiptEvents(), ...this.others];
    this.receipts = [];
    this.others = [];
    if (group.length === 0) return;
    this.writing = this.writing.then(() => this.journal.append(group));
    this.writing.catch((error: unknown) => {
      this.failure = { error }; // thrown by `check` and `close`
    });
  }

  private receiptEvents(): readonly NewEvent[] {
    const [first, ...more] = this.receipts;
    if (first === undefined) return [];
    if (more.length > 0) {
      const receipts = this.receipts.map(({ receipt }) => receipt);
      return [this.journal.create({ kind: "receipted", receipts })];
    }
    const { receipt, ref } = first;
    return [this.journal.create({ kind: "receipted", ...receipt }, { case: ref, entryId: receipt.entryId })];
  }
}
