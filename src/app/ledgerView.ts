import { Emitter, type Event } from "../base/emitter.ts";
import { DisposableStore, type IDisposable } from "../base/disposable.ts";
import { epochMs, localDate, SECOND_MS, type LocalDate } from "../base/time.ts";
import { DAY_MARGIN_SECONDS, foldDay, sheetOf, type CapturedDay, type DaySheet } from "../domain/daySheet.ts";
import type { LogEvent } from "../domain/events.ts";
import type { HeartbeatRow } from "../domain/heartbeat.ts";
import { Ledger } from "../domain/ledger.ts";
import type { Policy } from "../domain/timeline.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventLog } from "../ports/eventLog.ts";
import type { Logger } from "../ports/logger.ts";

/** Rows of a neighbouring day this near may belong to the same gap; a row is a few seconds long itself. */
const MARGIN_MS = (DAY_MARGIN_SECONDS + 10) * SECOND_MS;

/**
 * The ledger as it stands, kept up to date with what this and other windows append. Days are folded when they are asked
 * for and kept until something that belongs to them arrives.
 */
export class LedgerView implements IDisposable {
  private readonly changed = new Emitter<void>();
  private readonly store = new DisposableStore();
  private readonly log: EventLog;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly initialPolicy: Policy;
  private readonly captured = new Map<LocalDate, CapturedDay>();
  /** Heartbeats of the days that are held, by day. */
  private readonly rows = new Map<LocalDate, HeartbeatRow[]>();
  private current: Ledger;
  private loading: Promise<void> | undefined;
  private loaded = false;
  private early: LogEvent[] = [];
  /** Counts what was taken, so that a reading knows whether it was overtaken. */
  private taken = 0;

  /** After anything that may change a figure or a state. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(log: EventLog, clock: Clock, logger: Logger, initialPolicy: Policy) {
    this.log = log;
    this.clock = clock;
    this.logger = logger;
    this.initialPolicy = initialPolicy;
    this.current = new Ledger(initialPolicy);
    this.store.add(
      log.onDidAppend((events) => {
        if (this.loaded) this.take(events);
        else this.early.push(...events);
      }),
    );
    this.store.add(
      log.onDidNotice((notice) => {
        if (notice.kind === "setAside" || notice.kind === "rewritten") this.reload();
      }),
    );
  }

  get ledger(): Ledger {
    return this.current;
  }

  /** Reads what there is; the same promise for all who wait. A failed reading is tried again at the next call. */
  load(): Promise<void> {
    this.loading ??= this.read().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  /** Takes what other windows appended up to now, without waiting to be told of it. */
  async catchUp(): Promise<void> {
    await this.load();
    const { current } = this;
    const events = await this.log.read({ afterSeq: current.lastSeq, exceptKinds: ["heartbeats", "focus"] });
    if (current !== this.current) return this.catchUp(); // the file was replaced meanwhile
    for (const event of events) this.takeFact(event);
    if (events.length > 0) this.changed.fire();
  }

  today(): LocalDate {
    const now = this.clock.now();
    return localDate(now, this.current.timeline.policyAt(now).zone);
  }

  async sheet(day: LocalDate): Promise<DaySheet> {
    await this.load();
    const known = this.captured.get(day);
    if (known !== undefined) return sheetOf(known, this.current);
    let rows = this.rows.get(day);
    while (rows === undefined) {
      const { taken } = this;
      const read = await this.readRows(day);
      // What was appended meanwhile is in no row that is held yet, and perhaps not in what was read either.
      if (taken === this.taken) rows = read;
    }
    const captured = foldDay(day, rows, this.current.timeline);
    // Only today's rows are kept: they grow with each append. A closed day's rows are read again if it changes.
    if (day === this.today()) this.rows.set(day, rows);
    this.captured.set(day, captured);
    return sheetOf(captured, this.current);
  }

  /** Days with captured or declared time, ascending. */
  async days(): Promise<readonly LocalDate[]> {
    await this.load();
    return [...new Set([...(await this.log.heartbeatDays()), ...this.current.declaredDays])].sort();
  }

  dispose(): void {
    this.store.dispose();
    this.changed.dispose();
  }

  private async read(): Promise<void> {
    const { current } = this;
    const events = await this.log.read({ exceptKinds: ["heartbeats", "focus"] });
    if (current !== this.current) return this.load(); // what was read is of a file, or a state of it, that is gone
    for (const event of events) current.apply(event);
    this.loaded = true;
    const { early } = this;
    this.early = [];
    this.take(early);
    this.changed.fire();
  }

  /** The file was replaced: everything known stems from the old one. */
  private reload(): void {
    this.current = new Ledger(this.initialPolicy);
    this.captured.clear();
    this.rows.clear();
    this.early = [];
    this.taken += 1;
    this.loaded = false;
    this.loading = undefined;
    this.load().catch((error: unknown) => {
      this.logger.error("could not read the new ledger", error);
    });
  }

  private async readRows(day: LocalDate): Promise<HeartbeatRow[]> {
    const own = await this.log.read({ kinds: ["heartbeats"], days: [day] });
    const rows = own.map(rowOf).filter((row) => row !== undefined);
    if (rows.length === 0) return rows;
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (const row of rows) {
      first = Math.min(first, row.first);
      last = Math.max(last, row.last);
    }
    const near = await this.log.read({
      kinds: ["heartbeats"],
      from: epochMs(first - MARGIN_MS),
      to: epochMs(last + MARGIN_MS),
    });
    for (const event of near) {
      const row = rowOf(event);
      if (row !== undefined && event.day !== day) rows.push(row);
    }
    return rows;
  }

  private take(events: readonly LogEvent[]): void {
    if (events.length === 0) return;
    this.taken += 1;
    for (const event of events) {
      const row = rowOf(event);
      if (row !== undefined) this.takeRow(event.day, row);
      else if (event.body.kind !== "focus") this.takeFact(event);
    }
    this.changed.fire();
  }

  private takeRow(day: LocalDate, row: HeartbeatRow): void {
    this.captured.delete(day);
    if (this.isInside(day, row)) {
      this.rows.get(day)?.push(row);
      return;
    }
    // Near midnight, or a change of zone, each day needs rows of the other: both are read again.
    this.captured.clear();
    this.rows.clear();
  }

  private isInside(day: LocalDate, row: HeartbeatRow): boolean {
    const { timeline } = this.current;
    const isOfDay = (at: number): boolean => timeline.dayAt(epochMs(at)).date === day;
    return isOfDay(row.first - MARGIN_MS) && isOfDay(row.last + MARGIN_MS);
  }

  private takeFact(event: LogEvent): void {
    this.current.apply(event);
    // A pick, pause or policy changes the fold of its day and, at midnight, of the one before.
    if (["pick", "pause", "resume", "policy", "tickGap"].includes(event.body.kind)) this.captured.clear();
  }
}

function rowOf(event: LogEvent): HeartbeatRow | undefined {
  if (event.body.kind !== "heartbeats") return undefined;
  return { ...event.body, windowId: event.windowId };
}
