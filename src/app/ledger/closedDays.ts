import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import { daysBefore, type LocalDate } from "../../base/time.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import { EVIDENCE_KINDS, type EventKind, type LogEvent } from "../../domain/log/events.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import type { Event } from "../../base/emitter.ts";
import { MARGIN_MS } from "./dayEvidence.ts";
import type { LedgerView } from "./ledgerView.ts";
import { DECISION_KINDS } from "./decisionKinds.ts";

/** Events after which the unapproved time of earlier days may differ. */
const CHANGING: readonly EventKind[] = [...DECISION_KINDS, "policy"];

/** Events that decide the case of time on their day and later ones, and whether it counts. */
const IN_FORCE: readonly EventKind[] = ["pick", "pause", "resume", "tickGap"];

/** Days folded at a time, so that a year is never held at once. */
const DAYS_AT_ONCE = 31;

/**
 * Caches a value computed from each day's sheet. A closed day is computed once, and again when something in it changes,
 * even by late evidence (from a window that could not write, or an import). Today is computed each time.
 */
export class ClosedDays<T> implements IDisposable {
  private readonly view: LedgerView;
  private readonly make: (sheet: DaySheet) => T;
  private readonly store = new DisposableStore();
  private readonly closed = new Map<LocalDate, T>();
  /** Days being computed, in batches; a day forgotten meanwhile is removed from its batch and not cached. */
  private readonly making = new Set<Set<LocalDate>>();
  private state = "";

  /** @param onDidChange fires when any day's value may change: contracts decide whether agent time is billed */
  constructor(
    log: EventLog,
    view: LedgerView,
    { onDidChange }: { readonly onDidChange: Event<unknown> },
    make: (sheet: DaySheet) => T,
  ) {
    this.view = view;
    this.make = make;
    const forgetAll = (): void => {
      this.forget(() => true);
    };
    this.store.add(
      log.onDidAppend((events) => {
        this.take(events);
      }),
    );
    this.store.add(log.onDidNotice(forgetAll));
    this.store.add(onDidChange(forgetAll));
  }

  /** @param days ascending; the result has each of them */
  async valuesFor(days: readonly LocalDate[]): Promise<ReadonlyMap<LocalDate, T>> {
    const { view } = this;
    await view.load();
    const state = CHANGING.map((kind) => view.ledger.lastSeqFor(kind)).join(" ");
    if (state !== this.state) this.forget(() => true);
    this.state = state;
    const today = view.today();
    const found = new Map<LocalDate, T>();
    const missing: LocalDate[] = [];
    for (const day of days) {
      const known = day < today ? this.closed.get(day) : undefined;
      if (known === undefined) missing.push(day);
      else found.set(day, known);
    }
    for (let from = 0; from < missing.length; from += DAYS_AT_ONCE) {
      const days = missing.slice(from, from + DAYS_AT_ONCE);
      const unchanged = new Set(days);
      this.making.add(unchanged);
      try {
        for (const sheet of await view.sheets(days)) {
          const made = this.make(sheet);
          found.set(sheet.day, made);
          if (unchanged.has(sheet.day) && sheet.day < today) this.closed.set(sheet.day, made);
        }
      } finally {
        this.making.delete(unchanged);
      }
    }
    return found;
  }

  dispose(): void {
    this.store.dispose();
  }

  private take(events: readonly LogEvent[]): void {
    const evident = new Set<LocalDate>();
    const decided = new Set<LocalDate>();
    for (const event of events) {
      const { day, body } = event;
      if (EVIDENCE_KINDS.some((kind) => kind === body.kind)) {
        if (body.kind !== "focus") for (const one of this.daysTold(event)) evident.add(one);
      } else if (IN_FORCE.includes(body.kind)) decided.add(day);
    }
    if (evident.size > 0) this.forget((one) => evident.has(one));
    for (const day of decided) {
      const before = daysBefore(day, 1);
      this.forget((one) => one >= before);
    }
  }

  /** The days that evidence affects: its own, and both neighbours unless its row is far from midnight. */
  private daysTold({ day, body }: LogEvent): readonly LocalDate[] {
    const [before, after] = [daysBefore(day, 1), daysBefore(day, -1)];
    if (body.kind !== "heartbeats") return [before, day, after];
    const { date, start, end } = this.view.ledger.timeline.dayAt(body.first);
    const isInside = date === day && body.first - start > MARGIN_MS && end - body.last > MARGIN_MS;
    return isInside ? [day] : [before, day, after];
  }

  private forget(which: (day: LocalDate) => boolean): void {
    for (const days of [this.closed, ...this.making]) for (const day of days.keys()) if (which(day)) days.delete(day);
  }
}
