import type { IDisposable } from "../base/disposable.ts";
import type { Event } from "../base/emitter.ts";
import type { EpochMs, LocalDate } from "../base/time.ts";
import type { EventKind, LogEvent, NewEvent } from "../domain/log/events.ts";

/** Which events to read; absent members do not restrict. Results ascend by `seq`. */
export interface EventQuery {
  /** Only events after this position. */
  readonly afterSeq?: number;
  readonly kinds?: readonly EventKind[];
  readonly exceptKinds?: readonly EventKind[];
  readonly days?: readonly LocalDate[];
  /** Half-open range of `at`. */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
}

/** What was saved from a damaged file into the new one. */
export interface Salvage {
  readonly events: number;
  /** How many of them could be read only from a backup. */
  readonly fromBackup: number;
  /** When the last of them happened; absent when there is none. */
  readonly last?: EpochMs;
}

/** Something about the storage that a person or a reader of the log should know. */
export type LogNotice =
  /**
   * The file could not be read: it was renamed to `keptAs`, and a new one holds what could be saved. In windows that
   * only follow, `keptAs` is empty and `salvage` absent.
   */
  | { readonly kind: "setAside"; readonly keptAs: string; readonly reason: string; readonly salvage?: Salvage }
  /** Damaged or foreign rows were skipped and left in place; once per opening. */
  | { readonly kind: "unreadableRows"; readonly count: number; readonly first: string }
  /** A newer version made the file: it is read as far as it is understood, and never written. Once per opening. */
  | { readonly kind: "newer" }
  /** Events were removed or replaced, by this window or another: whoever holds events must read again. */
  | { readonly kind: "rewritten" }
  /** Today's backup could not be made; at most once a day. */
  | { readonly kind: "backupFailed"; readonly reason: string };

/** The stored fold of a closed day. */
export interface Projection {
  readonly day: LocalDate;
  readonly text: string;
}

export interface NewProjection extends Projection {
  /** Version of the fold that made it: other versions never read it. */
  readonly fold: number;
  /** Position of the last event that was folded. */
  readonly afterSeq: number;
}

/** Which events to take out of the log, by position. */
export interface Removal {
  readonly removeSeqs: readonly number[];
}

/** What an erasure removed. */
export interface ErasureReport {
  readonly events: number;
  readonly backups: number;
  /** Damaged files that had been kept. */
  readonly setAside: number;
}

/**
 * The append-only log of everything that happened, shared by all windows. It never blocks the caller: another thread
 * does the work. An append is durable when its promise resolves.
 */
export interface EventLog extends IDisposable {
  /** Fires after any append, even by another window (within a second), with the new events, ascending. */
  readonly onDidAppend: Event<readonly LogEvent[]>;
  readonly onDidNotice: Event<LogNotice>;
  /**
   * Appends all or nothing, in order; ids already in the log are skipped. Every call that writes can fail in the same
   * ways; calls that only read, too, except for `ledger.full` and `ledger.newer`.
   * @throws CaseclockError `ledger.busy` | `ledger.full` | `ledger.newer` | `ledger.unsupported` | `ledger.unavailable`
   */
  append(events: readonly NewEvent[]): Promise<void>;
  /**
   * Appends only if no event of `kind`, or of any of several, was added after position `seq`; else writes nothing and
   * returns false. So a decision made on one state is never recorded on top of another. Also false when events were
   * removed or replaced and this window has not been told yet.
   */
  appendIfLast(kind: EventKind | readonly EventKind[], seq: number, events: readonly NewEvent[]): Promise<boolean>;
  read(query: EventQuery): Promise<readonly LogEvent[]>;
  /**
   * Like `read`, but in pages, so that a long history blocks nobody. Anything may happen between two pages. A page with
   * `isFirst` starts the result over: earlier pages no longer count.
   */
  readInPages(query: EventQuery, take: (events: readonly LogEvent[], isFirst: boolean) => void): Promise<void>;
  /** Days that have heartbeats or compacted evidence, ascending. */
  heartbeatDays(): Promise<readonly LocalDate[]>;
  /** Takes or renews the lease `name` until `ttlMs` from now; false while another window holds it. */
  acquireLease(name: string, owner: string, ttlMs: number): Promise<boolean>;
  releaseLease(name: string, owner: string): Promise<void>;
  /** Text kept for convenience, such as the list of cases for work offline. It may be lost at any time. */
  readCache(name: string): Promise<{ readonly at: EpochMs; readonly text: string } | undefined>;
  writeCache(name: string, text: string): Promise<void>;
  /** The stored folds of these days that version `fold` made; days without one are left out. */
  readProjections(days: readonly LocalDate[], fold: number): Promise<readonly Projection[]>;
  /**
   * Stores the fold of a day's evidence. An event that touches the day deletes it again: `heartbeats` and `compacted`
   * touch their day and its neighbours; a pick, pause, resume, policy or tick gap the day before its own and all later
   * ones. A person's edits are not part of it. Stores nothing and returns false when such an event was appended after
   * position `afterSeq`. A fold that began before a `rewritten` notice must not be stored.
   */
  writeProjection(projection: NewProjection): Promise<boolean>;
  /**
   * Removes exactly these events and appends others, all or nothing. Positions are never reused.
   * @throws CaseclockError `ledger.busy` when one of the events is not there any more
   */
  replace(change: Removal & { readonly append: readonly NewEvent[] }): Promise<void>;
  /**
   * Removes events for good: they, all backups, set-aside files, caches and projections are gone from the disk when the
   * promise resolves. Other windows keep what they have in memory until they are told, within a second.
   * @throws CaseclockError `ledger.busy` when the events are removed but another program still reads the old data: call
   * it again then
   */
  erase(what: Removal | "all"): Promise<ErasureReport>;
  /** Waits for pending appends, then closes. Nothing can be used afterwards. */
  close(): Promise<void>;
}
