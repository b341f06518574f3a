import type { DatabaseSync } from "node:sqlite";

/** Version of the schema, kept in `PRAGMA user_version`. Migrations only go forward. */
export const SCHEMA_VERSION = 1;

/** Marks the file as ours (`PRAGMA application_id`): "Case" as ASCII. */
export const APPLICATION_ID = 0x43617365;

const MIGRATIONS: readonly string[] = [
  // 1: the append-only log, leases between windows, and what may be lost at any time.
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
   CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event log is append-only'); END;
   CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_ms INTEGER NOT NULL) STRICT;
   CREATE TABLE cache (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, text TEXT NOT NULL) STRICT;`,
];

/**
 * Settings of one connection. `recursive_triggers` makes `INSERT OR REPLACE` run the delete trigger, which it walks past
 * otherwise; `synchronous = FULL` makes a commit survive a power cut.
 * @source https://sqlite.org/pragma.html
 */
export function configure(database: DatabaseSync, platform: NodeJS.Platform): void {
  database.exec("PRAGMA busy_timeout = 3000");
  // WAL needs shared memory, which network file systems lack: the rollback journal works everywhere.
  const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
  if (mode !== "wal") database.exec("PRAGMA journal_mode = TRUNCATE");
  database.exec("PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON; PRAGMA secure_delete = ON;");
  if (platform === "darwin") database.exec("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;");
}

/**
 * Brings the schema up to date under one write lock, so that two windows never both do it.
 * @returns false when the file was written by a newer version: nothing was changed then
 */
export function migrate(database: DatabaseSync): boolean {
  const version = userVersion(database);
  if (version === SCHEMA_VERSION) return true;
  if (version > SCHEMA_VERSION) return false;
  database.exec("BEGIN IMMEDIATE");
  try {
    for (let next = userVersion(database); next < SCHEMA_VERSION; next += 1) {
      database.exec(MIGRATIONS[next] ?? "");
      database.exec(`PRAGMA user_version = ${next + 1}; PRAGMA application_id = ${APPLICATION_ID};`);
    }
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
  return true;
}

function userVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}
