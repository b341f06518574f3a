import type { NewEvent } from "../domain/log/events.ts";

/** A running checksum over texts, in order. */
export interface Checksum {
  add(text: string): void;
  /** SHA-256 in hexadecimal digits. */
  digest(): string;
}

/** A file, or a text, that is being written. */
export interface LedgerSink {
  /** Takes the next piece. */
  write(text: string): void;
  /** Waits until the buffer has drained, so that nothing piles up. @throws CaseclockError `export.failed` */
  drained(): Promise<void>;
}

/** The members of a whole worklog's file beside its events. */
export type LedgerMember = "version" | "range" | "id" | "policy" | "count" | "checksum" | "ledger";

/** Receives the contents of such a file while it is read. */
export interface LedgerVisitor {
  /** A member, in the order of the file; for `range` and `ledger` only the fact that they are there. */
  member(name: LedgerMember, value: unknown): void;
  /** The next event, unchecked. */
  event(value: unknown): void;
  /** Called between two pieces of the file: a chance to do other work, and to let others work. */
  between(): Promise<void>;
}

/** Reads and writes files of a whole worklog piece by piece: they can be larger than memory. */
export interface LedgerFiles {
  readonly checksum: () => Checksum;
  /**
   * What the visitor throws ends the reading and is rethrown.
   * @returns number and checksum of the events in the file
   * @throws CaseclockError `import.unreadable`
   */
  read(path: string, visitor: LedgerVisitor): Promise<{ readonly count: number; readonly checksum: string }>;
  /**
   * Writes the whole file or leaves the old one.
   * @throws CaseclockError `export.failed`; what `fill` throws
   */
  write(path: string, fill: (sink: LedgerSink) => Promise<void>): Promise<void>;
}

/** An event as such a file has it. */
export interface FiledEvent extends Omit<NewEvent, "body"> {
  readonly kind: string;
  readonly version: number;
  readonly body: Readonly<Record<string, unknown>>;
}
