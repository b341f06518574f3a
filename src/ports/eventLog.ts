import type { IDisposable } from "../base/disposable.ts";
import type { Event } from "../base/emitter.ts";
import type { EpochMs, LocalDate } from "../base/time.ts";
import type { EventKind, LogEvent, NewEvent } from "../domain/events.ts";

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

/** Something about the storage that a person should know; told once per opening. */
export type LogNotice =
  /** The file could not be read: it was renamed to `keptAs`, and a new one was begun. */
  | { readonly kind: "setAside"; readonly keptAs: string; readonly reason: string }
  /** Rows that are not ours or damaged were passed over and left in place. */
  | { readonly kind: "unreadableRows"; readonly count: number; readonly first: string };

/**
 * The append-only log of everything that happened, shared by all windows. It never blocks the caller: the work is done
 * on another thread. An append is durable when its promise resolves.
 */
export interface EventLog extends IDisposable {
  /** After any append, also by another window (within a second), with the new events, ascending. */
  readonly onDidAppend: Event<readonly LogEvent[]>;
  readonly onDidNotice: Event<LogNotice>;
  /**
   * Appends all or nothing, in order; an id that is already there is passed over.
   * @throws CaseclockError `ledger.busy` | `ledger.full` | `ledger.newer` | `ledger.unsupported` | `ledger.unavailable`
   */
  append(events: readonly NewEvent[]): Promise<void>;
  /**
   * Appends only if no event of `kind` was added after position `seq`; false, and nothing written, otherwise.
   * So a decision made on one state is never recorded on top of another.
   */
  appendIfLast(kind: EventKind, seq: number, events: readonly NewEvent[]): Promise<boolean>;
  read(query: EventQuery): Promise<readonly LogEvent[]>;
  /** Days that have heartbeats, ascending. */
  heartbeatDays(): Promise<readonly LocalDate[]>;
  /** Takes or renews the lease `name` until `ttlMs` from now; false while another window holds it. */
  acquireLease(name: string, owner: string, ttlMs: number): Promise<boolean>;
  releaseLease(name: string, owner: string): Promise<void>;
  /** Text kept for convenience, such as the list of cases for work offline: it may be lost at any time. */
  readCache(name: string): Promise<{ readonly at: EpochMs; readonly text: string } | undefined>;
  writeCache(name: string, text: string): Promise<void>;
  /** Waits for what was appended, then closes. Nothing can be used afterwards. */
  close(): Promise<void>;
}
