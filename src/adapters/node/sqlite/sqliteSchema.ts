import type { DatabaseSync } from "node:sqlite";
import { CaseclockError } from "../../../domain/errors.ts";
import { isBusy } from "./sqliteErrors.ts";

/** Opens a database file; tests may wrap it. */
export type OpenDatabase = (file: string, readOnly?: boolean) => DatabaseSync;

/** Version of the schema, kept in `PRAGMA user_version`. Migrations only go forward. */
export const SCHEMA_VERSION = 2;

/** Marks the file as ours (`PRAGMA application_id`): "Case" as ASCII. */
export const APPLICATION_ID = 0x43617365;

/** Refuses deletions; only `sqliteRewrite.ts` lifts it, for one transaction. */
export const NO_DELETE =
  "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event log is append-only'); END";

const MIGRATIONS: readonly string[] = [
  // 1: the append-only log, leases between windows, and a table of what may be lost at any time.
  `CREATE TABLE event (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, version INTEGER NOT NULL,
     window_id TEXT NOT NULL, day TEXT NOT NULL, case_source TEXT, case_id TEXT, entry_id TEXT,
     at_ms INTEGER NOT NULL, zone TEXT NOT NULL, body TEXT NOT NULL CHECK (json_valid(body))
   ) STRICT;
   CREATE INDEX event_day ON event (day, kind);
   CREATE INDEX event_at ON event (kind, at_ms);
   CREATE INDEX event_case ON event (case_source, case_id) WHERE case_id IS NOT NULL;
   CREATE INDEX event_entry ON event (entry_id) WHERE entry_id IS NOT NULL;
   CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event log is append-only'); END;
   ${NO_DELETE};
   CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_ms INTEGER NOT NULL) STRICT;
   CREATE TABLE cache (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, text TEXT NOT NULL) STRICT;`,

  // 2: folds of closed days, which may be lost at any time. Triggers delete those that an event invalidates, so that a
  // window of an earlier version keeps them right too. `basis`: the last event folded.
  `CREATE TABLE projection (day TEXT PRIMARY KEY, basis INTEGER NOT NULL, fold INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
   CREATE TRIGGER event_touches_days AFTER INSERT ON event
     WHEN new.kind IN ('heartbeats', 'compacted') BEGIN
     DELETE FROM projection WHERE day BETWEEN date(new.day, '-1 day') AND date(new.day, '+1 day');
   END;
   CREATE TRIGGER event_touches_later AFTER INSERT ON event
     WHEN new.kind IN ('pick', 'pause', 'resume', 'policy', 'tickGap') BEGIN
     DELETE FROM projection WHERE day >= coalesce(date(new.day, '-1 day'), '');
   END;
   CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
   INSERT INTO meta (name, value) VALUES ('generation', 0), ('seqFloor', 0);`,
];

/**
 * Settings of one connection. `recursive_triggers` makes `INSERT OR REPLACE` run the delete trigger, which it would bypass
 * otherwise; `synchronous = FULL` makes a commit survive a power cut.
 * @source https://sqlite.org/pragma.html
 */
export function configure(database: DatabaseSync, platform: NodeJS.Platform): void {
  database.exec("PRAGMA busy_timeout = 3000");
  // WAL needs shared memory, which network file systems lack: the rollback journal works everywhere.
  const mode = switchToWal(database);
  if (mode !== "wal") database.exec("PRAGMA journal_mode = TRUNCATE");
  database.exec("PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON; PRAGMA secure_delete = ON;");
  if (platform === "darwin") database.exec("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;");
}

/**
 * The journal mode after asking for WAL. SQLite does not call its busy handler where waiting could deadlock, as when two
 * connections switch a new file at once: one of them gets "locked" immediately and tries again here.
 * @source https://sqlite.org/c3ref/busy_handler.html
 */
function switchToWal(database: DatabaseSync): unknown {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const patience = Number(database.prepare("PRAGMA busy_timeout").get()?.["timeout"] ?? 0);
  for (const deadline = performance.now() + patience; ; Atomics.wait(pause, 0, 0, 5 + Math.random() * 10)) {
    try {
      return database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
  }
}

/** Whether a newer version of Caseclock made this file. @throws CaseclockError `ledger.damaged` when nobody of us did */
export function isNewerSchema(database: DatabaseSync): boolean {
  if (pragma(database, "user_version") <= SCHEMA_VERSION) return false;
  if (pragma(database, "application_id") === APPLICATION_ID) return true;
  throw new CaseclockError("ledger.damaged", "the file is not a ledger");
}

/** Whether this is a ledger of this version or an earlier one. */
export function isLedger(database: DatabaseSync): boolean {
  const version = pragma(database, "user_version");
  return pragma(database, "application_id") === APPLICATION_ID && version > 0 && version <= SCHEMA_VERSION;
}

/**
 * Brings the schema up to date under one write lock, so that two windows never both do it.
 * @param fill puts what was rescued into a file that is new, before anybody else can write to it
 * @throws CaseclockError `ledger.damaged` when there are tables but no version
 */
export function migrate(database: DatabaseSync, fill: () => void): void {
  if (pragma(database, "user_version") === SCHEMA_VERSION) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const before = pragma(database, "user_version");
    if (before <= 0 && database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined) {
      throw new CaseclockError("ledger.damaged", "the file has tables but no version");
    }
    for (let next = Math.max(0, before); next < SCHEMA_VERSION; next += 1) {
      database.exec(MIGRATIONS[next] ?? "");
      database.exec(`PRAGMA user_version = ${next + 1}; PRAGMA application_id = ${APPLICATION_ID};`);
    }
    if (before <= 0) fill();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
