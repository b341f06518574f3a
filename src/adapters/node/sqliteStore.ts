import fs from "node:fs";
import path from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { epochMs, type EpochMs, type LocalDate } from "../../base/time.ts";
import { CaseclockError, messageOf } from "../../domain/errors.ts";
import {
  decodeEvent,
  EVENT_VERSION,
  type EventKind,
  type EventRow,
  type LogEvent,
  type NewEvent,
} from "../../domain/events.ts";
import type { EventQuery, LogNotice } from "../../ports/eventLog.ts";
import { configure, migrate } from "./sqliteSchema.ts";

/** SQLite's primary result codes that decide what is done. @source https://sqlite.org/rescode.html */
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** A lease further ahead than this was taken before the clock stepped back: it counts as expired. */
const LONGEST_LEASE_MS = 10 * 60_000;

/**
 * The event log as synchronous calls on one SQLite connection. It runs in a worker thread: nobody else may wait for a
 * disk. A file that cannot be read is renamed and a new one begun, so that a damaged file never costs the next second.
 */
export class SqliteStore {
  private readonly file: string;
  private readonly open: (file: string) => DatabaseSync;
  private readonly tell: (notice: LogNotice) => void;
  private database: DatabaseSync;
  private inode = 0;
  /** The file that was opened last, also when that failed: only this one may be set aside. */
  private triedInode = 0;
  private seenSeq = 0;
  private dataVersion = 0;
  private toldUnreadable = false;

  /** @throws CaseclockError `ledger.newer` | `ledger.busy` | `ledger.full` | `ledger.unavailable` */
  constructor(file: string, open: (file: string) => DatabaseSync, tell: (notice: LogNotice) => void) {
    this.file = file;
    this.open = open;
    this.tell = tell;
    this.database = this.openOrSetAside();
  }

  append(events: readonly NewEvent[]): void {
    this.write(() => {
      this.insert(events);
    });
  }

  appendIfLast(kind: EventKind, seq: number, events: readonly NewEvent[]): boolean {
    return this.write(() => {
      const newer = this.database.prepare("SELECT 1 FROM event WHERE kind = ? AND seq > ? LIMIT 1").get(kind, seq);
      if (newer !== undefined) return false;
      this.insert(events);
      return true;
    });
  }

  read(query: EventQuery): readonly LogEvent[] {
    const { where, values } = conditions(query);
    return this.decode(this.guard(() => this.database.prepare(`${SELECT} ${where} ORDER BY seq`).all(...values)));
  }

  heartbeatDays(): readonly LocalDate[] {
    const rows = this.guard(() =>
      this.database.prepare("SELECT DISTINCT day FROM event WHERE kind = 'heartbeats' ORDER BY day").all(),
    );
    return rows.map((row) => row["day"] as LocalDate);
  }

  acquireLease(name: string, owner: string, ttlMs: number): boolean {
    return this.write(() => {
      const now = Date.now();
      const result = this.database
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
    this.write(() => this.database.prepare("DELETE FROM lease WHERE name = ? AND owner = ?").run(name, owner));
  }

  readCache(name: string): { at: EpochMs; text: string } | undefined {
    const row = this.guard(() => this.database.prepare("SELECT at_ms, text FROM cache WHERE name = ?").get(name));
    return row === undefined ? undefined : { at: epochMs(Number(row["at_ms"])), text: String(row["text"]) };
  }

  writeCache(name: string, text: string): void {
    this.write(() =>
      this.database
        .prepare("INSERT OR REPLACE INTO cache (name, at_ms, text) VALUES (?, ?, ?)")
        .run(name, Date.now(), text),
    );
  }

  /** Events that were added since the last call, by this window or another; empty at small cost when there are none. */
  takeNew(): readonly LogEvent[] {
    const version = this.guard(() => Number(this.database.prepare("PRAGMA data_version").get()?.["data_version"] ?? 0));
    const latest = this.guard(() => lastSeq(this.database));
    if (version === this.dataVersion && latest === this.seenSeq) return [];
    this.dataVersion = version;
    const events = this.read({ afterSeq: this.seenSeq });
    this.seenSeq = latest;
    return events;
  }

  close(): void {
    this.database.close();
  }

  private insert(events: readonly NewEvent[]): void {
    const statement = this.database.prepare(INSERT);
    for (const event of events) {
      const { kind, ...body } = event.body;
      statement.run(
        event.id,
        kind,
        EVENT_VERSION,
        event.windowId,
        event.day,
        event.case?.source ?? null,
        event.case?.id ?? null,
        event.entryId ?? null,
        event.at,
        event.zone,
        JSON.stringify(body),
      );
    }
  }

  /** Runs `work` in one write transaction; a damaged file is set aside and the work done on the new one. */
  private write<T>(work: () => T): T {
    return this.guard(() => {
      // Plain BEGIN that reads first fails at once with BUSY_SNAPSHOT when another process wrote meanwhile.
      this.database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.database.exec("COMMIT");
        return result;
      } catch (error) {
        if (this.database.isTransaction) this.database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  private guard<T>(work: () => T): T {
    this.followFile();
    try {
      return work();
    } catch (error) {
      if (![CORRUPT, NOTADB].includes(primaryCode(error) ?? 0)) throw typed(error);
      this.setAside(error);
      try {
        return work();
      } catch (again) {
        throw typed(again);
      }
    }
  }

  private decode(rows: readonly Record<string, unknown>[]): readonly LogEvent[] {
    const events: LogEvent[] = [];
    const unreadable: string[] = [];
    for (const row of rows) {
      const event = decodeEvent(row as unknown as EventRow);
      if ("unreadable" in event) unreadable.push(event.unreadable);
      else events.push(event);
    }
    const [first] = unreadable;
    if (first !== undefined && !this.toldUnreadable) {
      this.toldUnreadable = true;
      this.tell({ kind: "unreadableRows", count: unreadable.length, first });
    }
    return events;
  }

  /** Another window may have set the file aside: what is written to the renamed one would be lost to everybody. */
  private followFile(): void {
    const before = this.inode;
    if (this.database.isOpen) {
      if (inodeOf(this.file) === before) return;
      this.database.close();
    }
    this.database = this.openOrSetAside();
    if (this.inode !== before) {
      this.tell({ kind: "setAside", keptAs: "", reason: "another window began a new file" });
    }
  }

  private openOrSetAside(): DatabaseSync {
    try {
      return this.openFile();
    } catch (error) {
      if (CaseclockError.is(error)) throw error;
      if (![CORRUPT, NOTADB, CANTOPEN].includes(primaryCode(error) ?? 0) && !isUnreadable(error)) throw typed(error);
      return this.renameAndOpen(error);
    }
  }

  private openFile(): DatabaseSync {
    fs.mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 });
    this.triedInode = inodeOf(this.file);
    // Made before SQLite does, so that it and its -wal and -shm are readable by nobody else.
    fs.closeSync(fs.openSync(this.file, "a", 0o600));
    this.triedInode = inodeOf(this.file);
    const database = this.open(this.file);
    try {
      configure(database, process.platform);
      if (!migrate(database)) {
        throw new CaseclockError("ledger.newer", `${this.file} was written by a newer version of Caseclock`);
      }
      this.seenSeq = lastSeq(database);
    } catch (error) {
      database.close();
      throw error;
    }
    this.inode = this.triedInode;
    this.dataVersion = 0;
    return database;
  }

  private setAside(cause: unknown): void {
    if (this.database.isOpen) this.database.close();
    this.triedInode = this.inode;
    this.database = this.renameAndOpen(cause);
  }

  private renameAndOpen(cause: unknown): DatabaseSync {
    // Another window met the same damage and was faster: the file that is there now is the new one.
    const isAnother = inodeOf(this.file) !== this.triedInode;
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
    const kept = this.file.replace(/(\.\w+)?$/, `-damaged-${stamp}$1`);
    try {
      for (const suffix of isAnother ? [] : ["", "-wal", "-shm"]) {
        if (fs.existsSync(this.file + suffix)) fs.renameSync(this.file + suffix, kept + suffix);
      }
    } catch (error) {
      throw new CaseclockError("ledger.unavailable", `${this.file}: ${messageOf(error)}`, { cause: error });
    }
    let database: DatabaseSync;
    try {
      database = this.openFile();
    } catch (error) {
      throw CaseclockError.is(error) ? error : typed(error);
    }
    this.tell({ kind: "setAside", keptAs: isAnother ? "" : kept, reason: messageOf(cause) });
    return database;
  }
}

const COLUMNS = "id, kind, version, window_id, day, case_source, case_id, entry_id, at_ms, zone, body";
// Not OR IGNORE, which also passes over a row that breaks any other constraint, and so would lose it in silence.
const INSERT = `INSERT INTO event (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;
const SELECT = `SELECT seq, id, kind, version, window_id AS windowId, day, case_source AS caseSource, case_id AS caseId,
  entry_id AS entryId, at_ms AS atMs, zone, body FROM event`;

function conditions(query: EventQuery): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...more: SQLInputValue[]): void => {
    parts.push(condition);
    values.push(...more);
  };
  const list = (items: readonly string[]): string => items.map(() => "?").join(", ");
  if (query.afterSeq !== undefined) add("seq > ?", query.afterSeq);
  if (query.from !== undefined) add("at_ms >= ?", query.from);
  if (query.to !== undefined) add("at_ms < ?", query.to);
  if (query.kinds !== undefined) add(`kind IN (${list(query.kinds)})`, ...query.kinds);
  if (query.exceptKinds !== undefined) add(`kind NOT IN (${list(query.exceptKinds)})`, ...query.exceptKinds);
  if (query.days !== undefined) add(`day IN (${list(query.days)})`, ...query.days);
  return { where: parts.length > 0 ? `WHERE ${parts.join(" AND ")}` : "", values };
}

function lastSeq(database: DatabaseSync): number {
  return Number(database.prepare("SELECT max(seq) AS seq FROM event").get()?.["seq"] ?? 0);
}

function inodeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.ino ?? -1;
}

/** SQLite's primary result code of whatever was thrown; extended codes carry it in their low byte. */
function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["EACCES", "EISDIR", "EPERM"].includes(String(error.code));
}

function typed(error: unknown): CaseclockError {
  const cause = { cause: error };
  switch (primaryCode(error)) {
    case BUSY:
      return new CaseclockError("ledger.busy", messageOf(error), cause);
    case FULL:
      return new CaseclockError("ledger.full", messageOf(error), cause);
    case CORRUPT:
    case NOTADB:
      return new CaseclockError("ledger.damaged", messageOf(error), cause);
    case READONLY:
    default: {
      const full = error instanceof Error && "code" in error && error.code === "ENOSPC";
      return new CaseclockError(full ? "ledger.full" : "ledger.unavailable", messageOf(error), cause);
    }
  }
}
