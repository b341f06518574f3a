import { Emitter, type Event } from "../../base/emitter.ts";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { epochMs, localDate, previousDate, type LocalDate } from "../../base/time.ts";
import { makeDaySheet, type CapturedDay, type DaySheet } from "../../domain/day/daySheet.ts";
import { EVIDENCE_KINDS, type LogEvent } from "../../domain/log/events.ts";
import type { HeartbeatRow } from "../../domain/capture/heartbeat.ts";
import { Ledger } from "../../domain/ledger.ts";
import { decodeDay, encodeDay, FOLD_VERSION } from "../../domain/day/projection.ts";
import { toErrorMessage } from "../../domain/errors.ts";
import type { Policy } from "../../domain/capture/timeline.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { Logger } from "../../ports/logger.ts";
import { foldEvidence, MARGIN_MS, readEvidence, readLedger, toHeartbeatRow, type DayEvidence } from "./dayEvidence.ts";

/** Folded days held in memory at most: a quarter, however long the history. */
const MAX_HELD_DAYS = 92;

/**
 * The current ledger, kept up to date with what this and other windows append. Days are folded on demand and held until
 * an event that touches them arrives; the fold of a closed day is also stored in the log, so that a week costs a week
 * however long the history is.
 */
export class LedgerView implements IDisposable {
  private readonly changed = new Emitter<void>();
  private readonly store = new DisposableStore();
  private readonly log: EventLog;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly initialPolicy: Policy;
  private readonly captured = new Map<LocalDate, CapturedDay>();
  /** Evidence held in memory, by day. */
  private readonly evidence = new Map<LocalDate, DayEvidence>();
  private current: Ledger;
  private loading: Promise<void> | undefined;
  private loaded = false;
  private early: LogEvent[] = [];
  /** Counts incoming events, so that a read can tell whether it was overtaken. */
  private taken = 0;
  /** Position of the last event, of any kind, that the state in memory includes. */
  private takenSeq = 0;

  /** Fires after anything that may change a figure or a state. */
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

  /** Reads the log; all callers share one promise. The next call after a failure reads again. */
  load(): Promise<void> {
    this.loading ??= this.read().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  /** Applies what other windows have appended so far, without waiting for a notification. */
  async catchUp(): Promise<void> {
    await this.load();
    const { current } = this;
    const events = await this.log.read({ afterSeq: current.lastSeq, exceptKinds: EVIDENCE_KINDS });
    if (current !== this.current) return this.catchUp(); // the file was replaced meanwhile
    for (const event of events) this.takeFact(event);
    if (events.length > 0) this.changed.fire();
  }

  today(): LocalDate {
    const now = this.clock.now();
    return localDate(now, this.current.timeline.policyAt(now).zone);
  }

  async sheet(day: LocalDate): Promise<DaySheet> {
    const [sheet] = await this.sheets([day]);
    if (sheet === undefined) throw new Error("there is a sheet for each day that is asked for");
    return sheet;
  }

  /** The sheets of days, in the given order. Closed days come from the log's projections if it has them. */
  async sheets(days: readonly LocalDate[]): Promise<readonly DaySheet[]> {
    await this.load();
    const today = this.today();
    const missing = days.filter((day) => day < today && !this.captured.has(day) && !this.evidence.has(day));
    const { taken } = this;
    const projected = new Map<LocalDate, CapturedDay>();
    for (const { day, text } of missing.length === 0 ? [] : await this.log.readProjections(missing, FOLD_VERSION)) {
      const captured = decodeDay(day, text);
      if (captured !== undefined) projected.set(day, captured);
    }
    const sheets: DaySheet[] = [];
    for (const day of days) {
      // Events appended meanwhile may have invalidated a projection that was read before them.
      const found = taken === this.taken ? projected.get(day) : undefined;
      if (found !== undefined) this.hold(found);
      sheets.push(makeDaySheet(this.captured.get(day) ?? (await this.fold(day)), this.current));
    }
    return sheets;
  }

  /** Days with captured or declared time, ascending. */
  async days(): Promise<readonly LocalDate[]> {
    await this.load();
    return [...new Set([...(await this.log.heartbeatDays()), ...this.current.edits.declaredDays])].sort();
  }

  dispose(): void {
    this.store.dispose();
    this.changed.dispose();
  }

  private async fold(day: LocalDate): Promise<CapturedDay> {
    const { current } = this;
    let evidence = this.evidence.get(day);
    let afterSeq = this.takenSeq;
    while (evidence === undefined) {
      const { taken } = this;
      afterSeq = this.takenSeq;
      const read = await readEvidence(this.log, day);
      // Rows appended meanwhile may be missing in what was read: then the evidence is not used.
      if (taken === this.taken) evidence = read;
    }
    const captured = foldEvidence(day, evidence, this.current.timeline);
    this.hold(captured);
    // Only today's rows are held: they grow with each append. A closed day's rows are read again if it changes.
    const today = this.today();
    if (day === today) this.evidence.set(day, evidence);
    else if (day < today && current === this.current) this.keepProjection(captured, afterSeq);
    return captured;
  }

  /** Not awaited: without a projection the day is folded again. The log refuses it if an event came in between. */
  private keepProjection(captured: CapturedDay, afterSeq: number): void {
    const projection = { day: captured.day, fold: FOLD_VERSION, afterSeq, text: encodeDay(captured) };
    this.log.writeProjection(projection).catch((error: unknown) => {
      this.logger.debug(`projection of ${captured.day} not kept: ${toErrorMessage(error)}`);
    });
  }

  /** Holds a folded day and drops the one held longest when there are too many. */
  private hold(captured: CapturedDay): void {
    this.captured.delete(captured.day);
    this.captured.set(captured.day, captured);
    const [oldest] = this.captured.size > MAX_HELD_DAYS ? this.captured.keys() : [];
    if (oldest !== undefined) this.captured.delete(oldest);
  }

  private async read(): Promise<void> {
    const { current } = this;
    const read = await readLedger(this.log, this.initialPolicy);
    if (current !== this.current) return this.load(); // the file was replaced or rewritten meanwhile
    this.current = read;
    this.takenSeq = read.lastSeq;
    this.loaded = true;
    const { early } = this;
    this.early = [];
    this.take(early);
    this.changed.fire();
  }

  /** Starts over: everything in memory comes from the old file. */
  private reload(): void {
    this.current = new Ledger(this.initialPolicy);
    this.captured.clear();
    this.evidence.clear();
    this.early = [];
    this.taken += 1;
    this.takenSeq = 0;
    this.loaded = false;
    this.loading = undefined;
    this.load().catch((error: unknown) => {
      this.logger.error("could not read the new ledger", error);
    });
  }

  private take(events: readonly LogEvent[]): void {
    if (events.length === 0) return;
    this.taken += 1;
    this.takenSeq = Math.max(this.takenSeq, events.at(-1)?.seq ?? 0);
    for (const event of events) {
      const row = toHeartbeatRow(event);
      if (row !== undefined) this.takeRow(event.day, row);
      else if (event.body.kind === "compacted") this.captured.delete(event.day);
      else if (event.body.kind !== "focus") this.takeFact(event);
    }
    this.changed.fire();
  }

  private takeRow(day: LocalDate, row: HeartbeatRow): void {
    this.captured.delete(day);
    if (this.isInside(day, row)) {
      this.evidence.get(day)?.rows.push(row);
      return;
    }
    // Near midnight, or a change of zone, each day needs rows of the other: everything is read again.
    this.captured.clear();
    this.evidence.clear();
  }

  private isInside(day: LocalDate, row: HeartbeatRow): boolean {
    const { timeline } = this.current;
    const isOfDay = (at: number): boolean => timeline.dayAt(epochMs(at)).date === day;
    return isOfDay(row.first - MARGIN_MS) && isOfDay(row.last + MARGIN_MS);
  }

  private takeFact(event: LogEvent): void {
    this.current.apply(event);
    // A pick, pause or policy changes the fold of its day, of later ones and, at midnight, of the one before.
    if (!["pick", "pause", "resume", "policy", "tickGap"].includes(event.body.kind)) return;
    const from = previousDate(event.day);
    if (event.body.kind === "policy") this.evidence.clear(); // with another zone, rows may belong to another day
    for (const day of this.captured.keys()) if (day >= from) this.captured.delete(day);
  }
}
