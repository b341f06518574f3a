import type { NewEvent } from "../domain/log/events.ts";

/** A sum over texts, in order. */
export interface Checksum {
  add(text: string): void;
  /** SHA-256 in hexadecimal digits. */
  digest(): string;
}

/** A file, or a text, that is being written. */
export interface LedgerSink {
  /** Takes the next piece. */
  write(text: string): void;
  /** Waits until what was taken is on its way, so that nothing piles up. @throws CaseclockError `export.failed` */
  drained(): Promise<void>;
}

/** What a file of a whole worklog says beside its events. */
export type LedgerMember = "version" | "range" | "id" | "policy" | "count" | "checksum" | "ledger";

/** Whoever reads such a file. */
export interface LedgerVisitor {
  /** A member, in the order of the file; of `range` and `ledger` only that they are there. */
  member(name: LedgerMember, value: unknown): void;
  /** The next event as it stands there. */
  event(value: unknown): void;
  /** Between two pieces of the file: others may have their turn, and so may the taker. */
  between(): Promise<void>;
}

/** Reads and writes files of a whole worklog piece by piece: they can be larger than the memory there is. */
export interface LedgerFiles {
  readonly checksum: () => Checksum;
  /**
   * What a taker throws ends the reading and is thrown on.
   * @returns what the events in the file add up to
   * @throws CaseclockError `import.unreadable`
   */
  read(path: string, taker: LedgerVisitor): Promise<{ readonly count: number; readonly checksum: string }>;
  /**
   * Writes all of it or leaves the old file.
   * @throws CaseclockError `export.failed`; what `fill` throws
   */
  write(path: string, fill: (sink: LedgerSink) => Promise<void>): Promise<void>;
}

/** An event as it stands in such a file. */
export interface FiledEvent extends Omit<NewEvent, "body"> {
  readonly kind: string;
  readonly version: number;
  readonly body: Readonly<Record<string, unknown>>;
}
