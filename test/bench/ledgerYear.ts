import { DEFAULT_TEMPLATE } from "../../src/domain/entries/description.ts";
import { DatabaseSync } from "node:sqlite";
import { SqliteStore } from "../../src/adapters/node/sqlite/sqliteStore.ts";
import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { EventFactory } from "../../src/app/ledger/eventFactory.ts";
import type { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import {
  daysBefore,
  epochMs,
  HOUR_MS,
  MINUTE_MS,
  parseLocalDate,
  previousDate,
  SECOND_MS,
  startOfDay,
  type EpochMs,
  type LocalDate,
} from "../../src/base/time.ts";
import { caseRefKey } from "../../src/domain/cases/case.ts";
import { foldDay, makeDaySheet, type CapturedDay } from "../../src/domain/day/daySheet.ts";
import { makeDrafts } from "../../src/domain/day/drafts.ts";
import type { EventBody, NewEvent } from "../../src/domain/log/events.ts";
import { Ledger } from "../../src/domain/ledger.ts";
import { encodeDay } from "../../src/domain/day/projection.ts";
import type { EventLog } from "../../src/ports/eventLog.ts";
import { CONNECTION, planDay, SimulatedClock, UNIT_SECONDS, WINDOWS, ZONE, type DayPlan } from "./ledgerDay.ts";
import { Journal } from "../../src/app/ledger/journal.ts";

/** The last simulated day, a Friday: it is "today", and it is over. */
const LAST_DAY = parseLocalDate("2026-10-30") ?? unreachable();

/** The days of the last week wait for approval. */
const UNSETTLED_DAYS = 5;

/** How the evidence of the simulated days is kept. */
export interface Keeping {
  /** Evidence of days that are older is compacted; Infinity: none is. @format days */
  readonly keepEvidenceDays: number;
}

/** What was built. */
export interface History {
  readonly file: string;
  /** Working days, ascending; the last is today. */
  readonly days: readonly LocalDate[];
  /** The evening of the last day. */
  readonly now: EpochMs;
  readonly events: number;
  /** Rows of heartbeats that are in the file. */
  readonly rows: number;
  readonly compacted: ReadonlyMap<LocalDate, string>;
  readonly ledger: Ledger;
}

/** The last so many working days (Monday to Friday) up to the simulated today. */
export function workingDays(count: number): readonly LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = LAST_DAY; days.length < count; day = previousDate(day)) {
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
    if (weekday >= 1 && weekday <= 5) days.unshift(day);
  }
  return days;
}

/**
 * Writes working days into a ledger file through the product's own store, fold and approval. Evidence that a compaction
 * would have removed by now is never written: only what it leaves is, at the place in the log that it would have.
 */
export async function buildHistory(file: string, seed: number, count: number, keeping: Keeping): Promise<History> {
  const days = workingDays(count);
  const store = new SqliteStore(
    file,
    (path, readOnly = false) => new DatabaseSync(path, { readOnly }),
    (notice) => {
      throw new Error(`the new file gives notice of ${notice.kind}`);
    },
  );
  const build = new Build(store, seed, days, keeping);
  for (const index of days.keys()) await build.addDay(index);
  const built = build.finish();
  store.close();
  return { file, days, ...built };
}

class Build {
  private readonly store: SqliteStore;
  private readonly seed: number;
  private readonly days: readonly LocalDate[];
  private readonly keeping: Keeping;
  private readonly clock: SimulatedClock;
  private readonly ledger = new Ledger({ idleTimeoutSeconds: 300, zone: ZONE });
  private readonly compacted = new Map<LocalDate, string>();
  /** Compactions whose day has not come yet. */
  private readonly later: { readonly day: LocalDate; readonly first: EpochMs }[] = [];
  private batch: NewEvent[] = [];
  private events = 0;
  private rows = 0;

  constructor(store: SqliteStore, seed: number, days: readonly LocalDate[], keeping: Keeping) {
    this.store = store;
    this.seed = seed;
    this.days = days;
    this.keeping = keeping;
    this.clock = new SimulatedClock(seed);
  }

  async addDay(index: number): Promise<void> {
    const day = this.days[index] ?? unreachable();
    if (index === 0) this.addFirst(day);
    this.compactBefore(this.limitOn(day));
    const plan = planDay(this.seed, index, day);
    const keepsRows = day >= this.limitOn(LAST_DAY);
    this.addPlan(plan, keepsRows);
    // The whole day's picks are applied before it is folded, as they are when a person looks at it in the evening.
    const captured = foldDay(day, plan.rows, this.ledger.timeline);
    this.clock.set(plan.end);
    if (index < this.days.length - UNSETTLED_DAYS) await this.settle(plan, captured);
    if (!keepsRows) {
      this.compacted.set(day, encodeDay(captured));
      this.later.push({ day, first: plan.rows[0]?.first ?? plan.end });
    }
    this.store.append(this.batch);
    this.batch = [];
  }

  finish(): Omit<History, "file" | "days"> {
    this.compactBefore(this.limitOn(LAST_DAY));
    this.store.append(this.batch);
    this.store.writeCache("compacted", JSON.stringify([...this.compacted.keys()]));
    const { events, rows, compacted, ledger } = this;
    return { events, rows, compacted, ledger, now: this.clock.now() };
  }

  private limitOn(today: LocalDate): LocalDate {
    const { keepEvidenceDays } = this.keeping;
    return Number.isFinite(keepEvidenceDays) ? daysBefore(today, keepEvidenceDays) : ("" as LocalDate);
  }

  private addFirst(day: LocalDate): void {
    this.clock.set(epochMs(startOfDay(day, ZONE) + 8 * HOUR_MS));
    const factory = this.factory("setup");
    this.add(factory.create({ kind: "policy", idleTimeoutSeconds: 300, zone: ZONE }));
    this.add(factory.create({ kind: "connected", connection: CONNECTION }));
  }

  private addPlan(plan: DayPlan, keepsRows: boolean): void {
    const factories = plan.windowIds.map((id) => this.factory(id));
    const ordered: { readonly at: EpochMs; readonly window: number; readonly body: EventBody }[] = [...plan.facts];
    if (keepsRows) {
      for (const { windowId, ...row } of plan.rows) {
        const window = plan.windowIds.indexOf(windowId);
        ordered.push({ at: row.first, window, body: { kind: "heartbeats", ...row } });
      }
    }
    ordered.sort((a, b) => a.at - b.at);
    for (const { at, window, body } of ordered) {
      const factory = factories[window] ?? unreachable();
      if (!keepsRows && body.kind === "focus") continue; // compacted with the day
      if (body.kind === "heartbeats") this.rows += 1;
      const tree = "tree" in body ? body.tree : undefined;
      const picked = tree === undefined ? undefined : this.ledger.findPick(tree)?.ref;
      this.add(factory.create(body, { at, ...(picked === undefined ? {} : { case: picked }) }));
    }
  }

  /** The evening: a call is declared, a stretch moved now and then, everything approved, sent and receipted. */
  private async settle({ windowIds, evening }: DayPlan, captured: CapturedDay): Promise<void> {
    const factory = this.factory(windowIds[0] ?? unreachable());
    for (const body of evening(captured)) this.add(factory.create(body));
    const sheet = makeDaySheet(captured, this.ledger);
    const drafts = makeDrafts(sheet, this.ledger, { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE }, (ref) =>
      this.ledger.cases.get(caseRefKey(ref)),
    );
    const approved: NewEvent[] = [];
    // Of log and view an approval uses no more than this.
    const log = {
      appendIfLast: (_kind: unknown, _seq: unknown, events: readonly NewEvent[]) => approved.push(...events),
    };
    const view = { ledger: this.ledger } as unknown as LedgerView;
    const context = { journal: new Journal(log as unknown as EventLog, view, factory, this.clock) };
    const preview = {
      connection: CONNECTION,
      unitSeconds: UNIT_SECONDS,
      items: [],
      waitingElsewhere: 0,
      unassignedSeconds: 0 as never,
      approvalSeq: 0,
      share: "commits" as const,
    };
    await approveDrafts(context, preview, drafts);
    for (const event of approved) this.add(event);
    const open = this.ledger.entries.listOpen.map(({ entry }) => entry);
    for (const { entryId, revision } of open) {
      this.add(factory.create({ kind: "sending", entryId, revision }, { entryId }));
    }
    for (const { entryId, revision, billedSeconds } of open) {
      const body = { entryId, revision, remoteId: entryId.slice(0, 8), storedSeconds: billedSeconds };
      this.add(factory.create({ kind: "receipted", ...body }, { entryId }));
    }
  }

  private compactBefore(limit: LocalDate): void {
    for (let next = this.later[0]; next !== undefined && next.day < limit; next = this.later[0]) {
      this.later.shift();
      const text = this.compacted.get(next.day) ?? unreachable();
      this.add(this.factory("compaction").create({ kind: "compacted", text }, { at: next.first, day: next.day }));
    }
  }

  private add(event: NewEvent): void {
    this.batch.push(event);
    this.events += 1;
    this.ledger.apply({ ...event, seq: this.events });
  }

  private factory(windowId: string): EventFactory {
    return new EventFactory(windowId, this.clock, () => ZONE);
  }
}

/** How many seconds of person's activity a plan holds, to see that a simulated day is a working day. */
export function activeSeconds({ rows }: DayPlan): number {
  return rows.reduce((sum, { first, last }) => sum + (last - first) / SECOND_MS + 1, 0);
}

/** What the generator is, in a line for the report. */
export const DESCRIPTION = `8 h a day, 6 cases, ${WINDOWS} windows in turns of ${(20 * MINUTE_MS) / MINUTE_MS} min, idle timeout 5 min`;

function unreachable(): never {
  throw new Error("unreachable");
}
