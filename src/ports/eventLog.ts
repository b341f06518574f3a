import type { IDisposable } from "../base/disposable.ts";
import type { Event } from "../base/emitter.ts";
import type { EpochMs, LocalDate } from "../base/time.ts";
import type { EventKind, LogEvent, NewEvent } from "../domain/log/events.ts";

/** Which events to read; absent members do not restrict. Answers ascend by `seq`. */
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

/** What was brought over from a damaged file into the new one. */
export interface Salvage {
  readonly events: number;
  /** How many of them were readable in a backup only. */
  readonly fromBackup: number;
  /** When the last of them happened; absent when there is none. */
  readonly last?: EpochMs;
}

/** Something about the storage that a person or a reader of the log should know. */
export type LogNotice =
  /**
   * The file could not be read: it was renamed to `keptAs`, and a new one was begun with what could be saved. `keptAs` is
   * empty, and `salvage` absent, in windows that only follow.
   */
  | { readonly kind: "setAside"; readonly keptAs: string; readonly reason: string; readonly salvage?: Salvage }
  /** Rows that are not ours or damaged were passed over and left in place; told once per opening. */
  | { readonly kind: "unreadableRows"; readonly count: number; readonly first: string }
  /** The file was made by a newer version: it is read, as far as it is understood, and never written. Once per opening. */
  | { readonly kind: "newer" }
  /** Events were removed or replaced, by this window or another: whoever holds any must read again. */
  | { readonly kind: "rewritten" }
  /** Today's backup could not be made; told at most once a day. */
  | { readonly kind: "backupFailed"; readonly reason: string };

/** The stored fold of a closed day. */
export interface Projection {
  readonly day: LocalDate;
  readonly text: string;
}

export interface NewProjection extends Projection {
  /** Version of the code that folded: another version never reads it. */
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
 * The append-only log of everything that happened, shared by all windows. It never blocks the caller: the work is done
 * on another thread. An append is durable when its promise resolves.
 */
export interface EventLog extends IDisposable {
  /** After any append, also by another window (within a second), with the new events, ascending. */
  readonly onDidAppend: Event<readonly LogEvent[]>;
  readonly onDidNotice: Event<LogNotice>;
  /**
   * Appends all or nothing, in order; an id that is already there is passed over. Every other call that writes can fail
   * in the same ways; so can every call, but for `ledger.full` and `ledger.newer`.
   * @throws CaseclockError `ledger.busy` | `ledger.full` | `ledger.newer` | `ledger.unsupported` | `ledger.unavailable`
   */
  append(events: readonly NewEvent[]): Promise<void>;
  /**
   * Appends only if no event of `kind`, or of one of several, was added after position `seq`; false, and nothing written, otherwise.
   * So a decision made on one state is never recorded on top of another. It is false as well when events were removed or
   * replaced of which this window has not been told yet.
   */
  appendIfLast(kind: EventKind | readonly EventKind[], seq: number, events: readonly NewEvent[]): Promise<boolean>;
  read(query: EventQuery): Promise<readonly LogEvent[]>;
  /**
   * Reads what `read` does, but gives it in pages, so that nobody waits for all of a long history in one piece. Between
   * two pages anything may happen. A page that says `isFirst` begins the answer anew: what came before no longer counts.
   */
  readInPages(query: EventQuery, take: (events: readonly LogEvent[], isFirst: boolean) => void): Promise<void>;
  /** Days that have heartbeats, or what they were compacted to, ascending. */
  heartbeatDays(): Promise<readonly LocalDate[]>;
  /** Takes or renews the lease `name` until `ttlMs` from now; false while another window holds it. */
  acquireLease(name: string, owner: string, ttlMs: number): Promise<boolean>;
  releaseLease(name: string, owner: string): Promise<void>;
  /** Text kept for convenience, such as the list of cases for work offline: it may be lost at any time. */
  readCache(name: string): Promise<{ readonly at: EpochMs; readonly text: string } | undefined>;
  writeCache(name: string, text: string): Promise<void>;
  /** The stored folds of these days that version `fold` made; days without one are left out. */
  readProjections(days: readonly LocalDate[], fold: number): Promise<readonly Projection[]>;
  /**
   * Stores the fold of a day's evidence, which an event that touches the day deletes again: `heartbeats` and `compacted`
   * touch their day and the days beside it; a pick, pause, resume, policy or tick gap the day before its own and all later
   * ones. A person's edits are no part of it. False, and nothing stored, when such an
   * event was appended after position `afterSeq`. A fold that began before a `rewritten` notice must not be stored.
   */
  writeProjection(projection: NewProjection): Promise<boolean>;
  /**
   * Removes exactly these events and appends others, all or nothing. Positions are never given away twice.
   * @throws CaseclockError `ledger.busy` when one of the events is not there any more
   */
  replace(change: Removal & { readonly append: readonly NewEvent[] }): Promise<void>;
  /**
   * Removes events for good: they, all backups, set-aside files, caches and projections are gone from the disk when the
   * promise resolves. Other windows hold what they have in memory until they are told, within a second.
   * @throws CaseclockError `ledger.busy` when the events are removed but another program still reads what they were: ask
   * again then
   */
  erase(what: Removal | "all"): Promise<ErasureReport>;
  /** Waits for what was appended, then closes. Nothing can be used afterwards. */
  close(): Promise<void>;
}
