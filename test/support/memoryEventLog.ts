import { Emitter, type Event } from "../../src/base/emitter.ts";
import { toDisposable, type IDisposable } from "../../src/base/disposable.ts";
import { DAY_MS, epochMs, type EpochMs, type LocalDate } from "../../src/base/time.ts";
import { CaseclockError } from "../../src/domain/errors.ts";
import { decodeEvent } from "../../src/domain/log/decodeEvent.ts";
import {
  EVENT_VERSION,
  type EventBody,
  type EventKind,
  type LogEvent,
  type NewEvent,
} from "../../src/domain/log/events.ts";
import type { Policy } from "../../src/domain/capture/timeline.ts";
import type {
  ErasureReport,
  EventLog,
  EventQuery,
  LogNotice,
  NewProjection,
  Projection,
  Removal,
} from "../../src/ports/eventLog.ts";
import { EventFactory } from "../../src/app/ledger/eventFactory.ts";
import { Journal } from "../../src/app/ledger/journal.ts";
import { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import type { HeartbeatRow } from "../../src/domain/capture/heartbeat.ts";
import { anEvent, aRow, aRowEvent, UTC } from "./builders.ts";
import { MemoryLogger } from "./logger.ts";
import type { ManualClock } from "./manualClock.ts";

/** How often another window's events are looked for, as the worker does. */
const POLL_MS = 400;
const LONGEST_LEASE_MS = 600_000;

/** What lies on the disk: it outlives the logs of the windows that share it. */
export class MemoryStore {
  readonly events: LogEvent[] = [];
  readonly ids = new Set<string>();
  readonly leases = new Map<string, { readonly owner: string; readonly expires: number }>();
  readonly cache = new Map<string, { readonly at: EpochMs; readonly text: string }>();
  readonly projections = new Map<LocalDate, NewProjection>();
  /** Counts rewrites. */
  generation = 0;
  lastSeq = 0;
}

/** The event log of one window, held to the contract suite of `EventLog`. */
export class MemoryEventLog implements EventLog {
  /** Called before each append; what it throws is the append's failure, with nothing stored. */
  beforeAppend: (events: readonly NewEvent[]) => void = () => undefined;
  /** Called after each append was stored; what it throws is a failure although everything was stored. */
  afterAppend: (events: readonly NewEvent[]) => void = () => undefined;
  private readonly appended = new Emitter<readonly LogEvent[]>();
  private readonly noticed = new Emitter<LogNotice>();
  private readonly clock: ManualClock;
  private readonly store: MemoryStore;
  private readonly poll: IDisposable;
  private seen: number;
  private generation: number;
  private closed = false;

  readonly onDidAppend: Event<readonly LogEvent[]> = this.appended.event;
  readonly onDidNotice: Event<LogNotice> = this.noticed.event;

  constructor(clock: ManualClock, store: MemoryStore = new MemoryStore()) {
    this.clock = clock;
    this.store = store;
    this.seen = store.lastSeq;
    this.generation = store.generation;
    this.poll = clock.every(POLL_MS, () => {
      this.pump();
    });
  }

  append(events: readonly NewEvent[]): Promise<void> {
    return this.run(() => {
      this.insert(events);
    });
  }

  appendIfLast(kind: EventKind | readonly EventKind[], seq: number, events: readonly NewEvent[]): Promise<boolean> {
    return this.run(() => {
      const kinds: readonly EventKind[] = typeof kind === "string" ? [kind] : kind;
      const isNews = this.store.events.some((event) => event.seq > seq && kinds.includes(event.body.kind));
      if (isNews || this.generation !== this.store.generation) {
        this.pump();
        return false;
      }
      this.insert(events);
      return true;
    });
  }

  read(query: EventQuery): Promise<readonly LogEvent[]> {
    return this.run(() => this.store.events.filter((event) => isWanted(event, query)));
  }

  /** In pages of two, so that whoever reads meets what happens between them. */
  async readInPages(query: EventQuery, take: (events: readonly LogEvent[], isFirst: boolean) => void): Promise<void> {
    const pageOf = 2;
    let { generation } = this.store;
    let read = await this.read(query);
    for (let at = 0; at === 0 || at < read.length; at += pageOf) {
      take(read.slice(at, at + pageOf), at === 0);
      await Promise.resolve();
      if (generation === this.store.generation) continue;
      ({ generation } = this.store);
      read = await this.read(query);
      at = -pageOf;
    }
  }

  heartbeatDays(): Promise<readonly LocalDate[]> {
    return this.run(() => {
      const rows = this.store.events.filter(({ body }) => body.kind === "heartbeats" || body.kind === "compacted");
      return [...new Set(rows.map((event) => event.day))].sort();
    });
  }

  acquireLease(name: string, owner: string, ttlMs: number): Promise<boolean> {
    return this.run(() => {
      const now = this.clock.now();
      const held = this.store.leases.get(name);
      const free = held === undefined || held.expires <= now || held.expires > now + LONGEST_LEASE_MS;
      if (!free && held.owner !== owner) return false;
      this.store.leases.set(name, { owner, expires: now + ttlMs });
      return true;
    });
  }

  releaseLease(name: string, owner: string): Promise<void> {
    return this.run(() => {
      if (this.store.leases.get(name)?.owner === owner) this.store.leases.delete(name);
    });
  }

  readCache(name: string): Promise<{ readonly at: EpochMs; readonly text: string } | undefined> {
    return this.run(() => this.store.cache.get(name));
  }

  writeCache(name: string, text: string): Promise<void> {
    return this.run(() => {
      this.store.cache.set(name, { at: epochMs(this.clock.now()), text });
    });
  }

  readProjections(days: readonly LocalDate[], fold: number): Promise<readonly Projection[]> {
    return this.run(() =>
      [...this.store.projections.values()]
        .filter((projection) => projection.fold === fold && days.includes(projection.day))
        .map(({ day, text }) => ({ day, text }))
        .sort((a, b) => (a.day < b.day ? -1 : 1)),
    );
  }

  writeProjection(projection: NewProjection): Promise<boolean> {
    return this.run(() => {
      if (this.generation !== this.store.generation) return false;
      const { day, afterSeq } = projection;
      if (this.store.events.some((event) => event.seq > afterSeq && touches(event, day))) return false;
      this.store.projections.set(day, projection);
      return true;
    });
  }

  replace({ removeSeqs, append }: Removal & { readonly append: readonly NewEvent[] }): Promise<void> {
    return this.run(() => {
      if (removeSeqs.some((seq) => !this.store.events.some((event) => event.seq === seq))) {
        throw new CaseclockError("ledger.busy", "another window removed some of the same events meanwhile");
      }
      this.remove(removeSeqs);
      this.insert(append);
    });
  }

  erase(what: Removal | "all"): Promise<ErasureReport> {
    return this.run(() => {
      const events = this.remove(what === "all" ? this.store.events.map((event) => event.seq) : what.removeSeqs);
      this.store.cache.clear();
      this.store.projections.clear();
      this.pump();
      return { events, backups: 0, setAside: 0 };
    });
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.dispose();
  }

  dispose(): void {
    this.closed = true;
    this.poll.dispose();
    this.appended.dispose();
    this.noticed.dispose();
  }

  /** Tells a notice, as the storage would. */
  notice(notice: LogNotice): void {
    this.noticed.fire(notice);
  }

  private async run<T>(work: () => T): Promise<T> {
    await Promise.resolve(); // the worker answers later, never at once
    if (this.closed) throw new CaseclockError("ledger.unavailable", "the ledger is closed");
    return work();
  }

  private insert(events: readonly NewEvent[]): void {
    this.beforeAppend(events);
    const decoded = events.map(roundTrip); // all or nothing: what cannot be read back stops before anything is stored
    for (const event of decoded) {
      if (this.store.ids.has(event.id)) continue;
      this.store.ids.add(event.id);
      this.store.lastSeq += 1;
      const added = { ...event, seq: this.store.lastSeq };
      this.store.events.push(added);
      this.forgetTouchedBy(added);
    }
    this.pump();
    this.afterAppend(events);
  }

  private remove(seqs: readonly number[]): number {
    const { events, ids } = this.store;
    const gone = events.filter((event) => seqs.includes(event.seq));
    const stays = events.filter((event) => !seqs.includes(event.seq));
    events.splice(0, events.length, ...stays);
    for (const event of gone) {
      ids.delete(event.id);
      this.forgetTouchedBy(event);
    }
    this.store.generation += 1;
    return gone.length;
  }

  private forgetTouchedBy(event: LogEvent): void {
    const { projections } = this.store;
    for (const day of [...projections.keys()]) if (touches(event, day)) projections.delete(day);
  }

  private pump(): void {
    if (this.generation !== this.store.generation) {
      this.generation = this.store.generation;
      this.noticed.fire({ kind: "rewritten" });
    }
    const news = this.store.events.filter((event) => event.seq > this.seen);
    this.seen = this.store.lastSeq;
    if (news.length > 0) this.appended.fire(news);
  }
}

/** An event as it comes back from a disk; one that could not be read there is a bug of whoever wrote it. */
function roundTrip({ body: { kind, ...body }, ...event }: NewEvent): LogEvent {
  const decoded = decodeEvent({
    seq: 1,
    id: event.id,
    kind,
    version: EVENT_VERSION,
    windowId: event.windowId,
    day: event.day,
    caseSource: event.case?.source ?? null,
    caseId: event.case?.id ?? null,
    entryId: event.entryId ?? null,
    atMs: event.at,
    zone: event.zone,
    body: JSON.stringify(body),
  });
  if ("unreadable" in decoded) throw new Error(`could not be read back: ${decoded.unreadable}`);
  return decoded;
}

/** Whether an event makes the fold of a day out of date, as the port says. */
function touches({ body, day: own }: LogEvent, day: LocalDate): boolean {
  const { kind } = body;
  if (kind === "heartbeats" || kind === "compacted") return day >= daysAfter(own, -1) && day <= daysAfter(own, 1);
  return ["pick", "pause", "resume", "policy", "tickGap"].includes(kind) && day >= daysAfter(own, -1);
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function isWanted({ seq, body, day, at }: LogEvent, query: EventQuery): boolean {
  return (
    seq > (query.afterSeq ?? 0) &&
    (query.kinds?.includes(body.kind) ?? true) &&
    !(query.exceptKinds?.includes(body.kind) ?? false) &&
    (query.days?.includes(day) ?? true) &&
    at >= (query.from ?? -Infinity) &&
    at < (query.to ?? Infinity)
  );
}

/** A window over a store: its log, view and factory. */
export class TestWindow {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly log: MemoryEventLog;
  readonly view: LedgerView;
  readonly factory: EventFactory;
  readonly journal: Journal;
  readonly logger = new MemoryLogger();
  private readonly policy: Partial<Policy>;
  private added = 0;

  constructor(clock: ManualClock, store = new MemoryStore(), windowId = "window-1", policy: Partial<Policy> = {}) {
    this.policy = policy;
    this.clock = clock;
    this.store = store;
    this.log = new MemoryEventLog(clock, store);
    this.view = new LedgerView(this.log, clock, this.logger, { idleTimeoutSeconds: 300, zone: UTC, ...policy });
    this.factory = new EventFactory(windowId, clock, () => clock.zone);
    this.journal = new Journal(this.log, this.view, this.factory, clock);
  }

  /** Appends an event. @param time as `at` reads it */
  add(body: EventBody, time: string): Promise<void> {
    return this.log.append([anEvent(this.nextId(), body, time)]);
  }

  /** Forty seconds of work. @param from the minute that it begins with, as `at` reads it */
  async work(from: string, more: Partial<HeartbeatRow> = {}): Promise<void> {
    for (const time of [`${from}:00`, `${from}:40`]) {
      await this.log.append([aRowEvent(this.nextId(), aRow(time, time, more))]);
    }
  }

  /** What killing the editor does: everything in memory is gone, and nobody is told. */
  kill(): void {
    this.view.dispose();
    this.log.dispose();
  }

  /** Another window over the same disk. */
  beside(windowId: string): TestWindow {
    return new TestWindow(this.clock, this.store, windowId, this.policy);
  }

  private nextId(): string {
    this.added += 1;
    return `${this.factory.windowId}-${this.added}`;
  }
}

/** Ends a subscription with the test; kept here so that suites can assert that none is left. */
export function collect<T>(event: Event<T>, into: T[]): IDisposable {
  const subscription = event((value) => into.push(value));
  return toDisposable(() => {
    subscription.dispose();
  });
}

/** Lets everything that waits for nothing but promises come to an end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
