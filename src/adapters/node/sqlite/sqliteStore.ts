import type { DatabaseSync } from "node:sqlite";
import { epochMs, type EpochMs, type LocalDate } from "../../../base/time.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import { decodeEvent, type EventRow } from "../../../domain/log/decodeEvent.ts";
import type { EventKind, LogEvent, NewEvent } from "../../../domain/log/events.ts";
import type {
  ErasureReport,
  EventQuery,
  LogNotice,
  NewProjection,
  Projection,
  Removal,
} from "../../../ports/eventLog.ts";
import { SqliteFile } from "./sqliteFile.ts";
import { readProjections, writeProjection } from "./sqliteProjections.ts";
import { eraseEvents, removeCopies, replaceEvents, scrub } from "./sqliteRewrite.ts";
import { listHeartbeatDays, insertEvents, kindsIn, lastSeq, metaValue, planRead, SELECT } from "./sqliteRows.ts";
import type { OpenDatabase } from "./sqliteSchema.ts";

/** A lease further ahead than this was taken before the clock stepped back: it counts as expired. */
const LONGEST_LEASE_MS = 10 * 60_000;

/** Rows in one page of an answer: some ten milliseconds of work, and a short message. */
export const PAGE_ROWS = 2_000;

/** Part of an answer. */
export interface Page {
  /** Whether this is the first: pages that came before it no longer count. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly events: readonly LogEvent[];
}

/**
 * The event log as synchronous calls on one SQLite connection. It runs in a worker thread, so that nothing else waits for
 * a disk.
 */
export class SqliteStore {
  private readonly file: SqliteFile;
  private readonly tell: (notice: LogNotice) => void;
  private opening = 0;
  private seenSeq = 0;
  private generation = 0;
  private dataVersion = 0;
  private readonly staged = new Map<string, NewEvent[]>();
  private toldUnreadable = false;
  /** The opening examined last: an examination takes as long as reading the whole file. */
  private examined = 0;

  /** @throws CaseclockError `ledger.busy` | `ledger.full` | `ledger.unavailable` */
  constructor(file: string, open: OpenDatabase, tell: (notice: LogNotice) => void) {
    this.tell = tell;
    this.file = new SqliteFile(file, open, tell);
    this.follow();
  }

  get isEmpty(): boolean {
    return this.file.run(lastSeq) === 0;
  }

  /** Collects part of a later append, so that no single message is too long. */
  stage(name: string, events: readonly NewEvent[]): void {
    const staged = this.staged.get(name);
    if (staged === undefined) this.staged.set(name, [...events]);
    else staged.push(...events);
  }

  append(events: readonly NewEvent[]): void {
    this.file.write((database) => {
      insertEvents(database, events);
    });
  }

  /** @param staged name of what was staged to go before `events`; it is forgotten whatever comes of it */
  appendIfLast(
    kind: EventKind | readonly EventKind[],
    seq: number,
    events: readonly NewEvent[],
    staged?: string,
  ): boolean {
    const before = staged === undefined ? [] : (this.staged.get(staged) ?? []);
    if (staged !== undefined) this.staged.delete(staged);
    return this.file.write((database) => {
      if (!this.isKnown(database)) return false; // what the decision was made on may be what was removed
      const newer = database.prepare("SELECT 1 FROM event WHERE kind = ? AND seq > ? LIMIT 1");
      const kinds: readonly EventKind[] = typeof kind === "string" ? [kind] : kind;
      if (kinds.some((one) => newer.get(one, seq) !== undefined)) return false;
      insertEvents(database, before);
      insertEvents(database, events);
      return true;
    });
  }

  read(query: EventQuery): readonly LogEvent[] {
    const events: LogEvent[] = [];
    for (const page of this.readPages(query)) {
      if (page.isFirst) events.length = 0;
      events.push(...page.events);
    }
    return events;
  }

  /**
   * The answer of `read` in one or more pages. The store may be used between two of them: events appended then are not
   * part of the answer, and if the file is replaced or rewritten, the answer begins anew.
   */
  *readPages(query: EventQuery): Generator<Page, void> {
    for (let isComplete = false; !isComplete;) {
      isComplete = true;
      const unreadable: string[] = [];
      let isFirst = true;
      for (const rows of this.rowPages(query)) {
        const { opening } = this.file;
        const before = unreadable.length;
        const events = decode(rows ?? [], unreadable);
        if (unreadable.length > before) this.examineRows(rows ?? []);
        isComplete = rows !== undefined && opening === this.file.opening;
        if (!isComplete) break;
        yield { isFirst, isLast: (rows?.length ?? 0) < PAGE_ROWS, events };
        isFirst = false;
      }
      if (isComplete) this.tellUnreadable(unreadable);
    }
  }

  heartbeatDays(): readonly LocalDate[] {
    return this.file.run(listHeartbeatDays) as readonly LocalDate[];
  }

  acquireLease(name: string, owner: string, ttlMs: number): boolean {
    return this.file.write((database) => {
      const now = Date.now();
      const result = database
        .prepare(
          `INSERT INTO lease (name, owner, expires_ms) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE
             SET owner = excluded.owner, expires_ms = excluded.expires_ms
             WHERE lease.owner = excluded.owner OR lease.expires_ms <= ? OR lease.expires_ms > ?`,
        )
        .run(name, owner, now + ttlMs, now, now + LONGEST_LEASE_MS);
      return Number(result.changes) === 1;
    });
  }

  releaseLease(name: string, owner: string): void {
    this.file.write((database) => {
      database.prepare("DELETE FROM lease WHERE name = ? AND owner = ?").run(name, owner);
    });
  }

  readCache(name: string): { at: EpochMs; text: string } | undefined {
    const row = this.file.run((database) => database.prepare("SELECT at_ms, text FROM cache WHERE name = ?").get(name));
    return row === undefined ? undefined : { at: epochMs(Number(row["at_ms"])), text: String(row["text"]) };
  }

  writeCache(name: string, text: string): void {
    this.file.write((database) => {
      database.prepare("INSERT OR REPLACE INTO cache (name, at_ms, text) VALUES (?, ?, ?)").run(name, Date.now(), text);
    });
  }

  readProjections(days: readonly LocalDate[], fold: number): readonly Projection[] {
    // Projections may be lost at any time: those of a newer version are not read.
    if (this.file.isNewer) return [];
    return this.file.run((database) => readProjections(database, days, fold));
  }

  writeProjection(projection: NewProjection): boolean {
    return this.file.write((database) => {
      return this.isKnown(database) && writeProjection(database, projection);
    });
  }

  replace({ removeSeqs, append }: Removal & { readonly append: readonly NewEvent[] }): void {
    this.file.write((database) => {
      const removed = replaceEvents(database, removeSeqs, append);
      if (removed === new Set(removeSeqs).size) return;
      throw new CaseclockError("ledger.busy", "another window removed some of the same events meanwhile");
    });
  }

  erase(what: Removal | "all"): ErasureReport {
    const events = this.file.write((database) => eraseEvents(database, what));
    const copies = removeCopies(this.file.path);
    this.file.run(scrub);
    return { events, ...copies };
  }

  /** Events that were added since the last call, by this window or another; empty at small cost when there are none. */
  takeNew(): readonly LogEvent[] {
    const { version, latest, generation } = this.file.run((database) => ({
      version: Number(database.prepare("PRAGMA data_version").get()?.["data_version"] ?? 0),
      latest: lastSeq(database),
      generation: this.file.isNewer ? 0 : metaValue(database, "generation"),
    }));
    this.follow();
    if (version === this.dataVersion && latest === this.seenSeq && generation === this.generation) return [];
    this.dataVersion = version;
    if (generation !== this.generation) {
      this.generation = generation;
      this.tell({ kind: "rewritten" });
    }
    const events = this.read({ afterSeq: this.seenSeq });
    this.seenSeq = Math.max(latest, events.at(-1)?.seq ?? 0);
    return events;
  }

  /**
   * Checks the whole file, once per opening, because of something that SQLite has not noticed.
   * @returns whether it was damaged and has been set aside
   */
  examine(reason: string): boolean {
    const { opening } = this.file;
    if (this.examined === opening) return false;
    this.examined = opening;
    this.file.examine(reason);
    return this.file.opening !== opening;
  }

  close(): void {
    this.file.close();
  }

  /** Notes that the file is another one. Whoever hears of that reads everything again. */
  private follow(): void {
    if (this.opening === this.file.opening) return;
    this.opening = this.file.opening;
    this.seenSeq = this.file.lastSeqAtOpening;
    this.dataVersion = 0;
    this.generation = this.file.isNewer ? 0 : this.file.run((database) => metaValue(database, "generation"));
  }

  /** Whether the file is still the one, in the state, that this window knows. */
  private isKnown(database: DatabaseSync): boolean {
    return this.opening === this.file.opening && metaValue(database, "generation") === this.generation;
  }

  /** Pages of rows; `undefined`: the pages before it no longer count. */
  private *rowPages(query: EventQuery): Generator<readonly Record<string, unknown>[] | undefined, void> {
    const begun = this.file.run((database) => {
      const plan = planRead(query, () => kindsIn(database));
      const until = lastSeq(database);
      const { where, values } = plan;
      const seqs = plan.byIndex
        ? database
            .prepare(`SELECT seq FROM event WHERE ${where} ORDER BY seq`)
            .all(...values)
            .map((row) => row["seq"])
        : undefined;
      return { plan, until, seqs, state: this.state(database) };
    });
    const { plan, until, seqs, state } = begun;
    let after = 0;
    for (let page = 0; ; page += 1) {
      const rows = this.file.run((database) => {
        if (this.state(database) !== state) return undefined;
        if (seqs === undefined) {
          return database
            .prepare(`${SELECT} WHERE ${plan.where} AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${PAGE_ROWS}`)
            .all(...plan.values, after, until);
        }
        const wanted = JSON.stringify(seqs.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS));
        return database.prepare(`${SELECT} WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`).all(wanted);
      });
      yield rows;
      if (rows === undefined || rows.length < PAGE_ROWS) return;
      after = Number(rows.at(-1)?.["seq"]);
    }
  }

  /** Changes when rows read before may have been removed. */
  private state(database: DatabaseSync): string {
    const generation = this.file.isNewer ? 0 : metaValue(database, "generation");
    return `${this.file.opening}:${generation}`;
  }

  /** The table accepts only JSON bodies: anything else means that a page was damaged. */
  private examineRows(rows: readonly Record<string, unknown>[]): void {
    const garbled = rows.find((row) => !isJson(row["body"]));
    if (garbled !== undefined) this.examine(`row ${String(garbled["seq"])} is not as it was written`);
  }

  private tellUnreadable(unreadable: readonly string[]): void {
    const [first] = unreadable;
    if (first === undefined || this.toldUnreadable) return;
    this.toldUnreadable = true;
    this.tell({ kind: "unreadableRows", count: unreadable.length, first });
  }
}

function isJson(body: unknown): boolean {
  try {
    JSON.parse(String(body));
    return true;
  } catch {
    return false; // which is the answer
  }
}

/** The events among the rows, in order; the reasons of the others go to `unreadable`. */
function decode(rows: readonly Record<string, unknown>[], unreadable: string[]): readonly LogEvent[] {
  const events: LogEvent[] = [];
  for (const row of rows) {
    const event = decodeEvent(row as unknown as EventRow);
    if ("unreadable" in event) unreadable.push(event.unreadable);
    else events.push(event);
  }
  return events;
}
