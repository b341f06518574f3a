import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { epochMs } from "../../../base/time.ts";
import type { Salvage } from "../../../ports/eventLog.ts";
import { isConstraint, isSystemError } from "./sqliteErrors.ts";
import { listBackups } from "./sqliteFolder.ts";
import { readPageRows } from "./sqlitePages.ts";
import { COLUMNS, metaValue } from "./sqliteRows.ts";
import { isLedger, type OpenDatabase } from "./sqliteSchema.ts";

const EVENT_COLUMNS = 12;
/** A greater position comes from a damaged row; it would push later ones beyond what a number can hold exactly. */
const HIGHEST_SEQ = 1e12;

/**
 * Copies every readable event of the damaged ledger into a new, still empty one, and what only the newest usable backup
 * has. Positions and ids stay the same. Within the caller's transaction.
 * @param damaged the files that were set aside, newest first
 */
export function salvage(database: DatabaseSync, file: string, damaged: readonly string[], open: OpenDatabase): Salvage {
  const insert = database.prepare(
    `INSERT INTO event (seq, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const copy = (values: readonly SQLInputValue[]): number => {
    try {
      return Number(insert.run(...values).changes);
    } catch (error) {
      // A row that breaks the table's rules is damaged itself.
      if (isConstraint(error)) return 0;
      throw error;
    }
  };
  let fromPages = 0;
  let generation = 0;
  for (const name of damaged) {
    try {
      for (const { rowid, values } of readPageRows(name)) {
        if (values[0] === "generation" && typeof values[1] === "number") generation = Math.max(generation, values[1]);
        if (isEventRow(rowid, values)) fromPages += copy([rowid, ...values.slice(1)]);
      }
    } catch (error) {
      // A folder, or a file that we may not read: it yields nothing.
      if (!isSystemError(error)) throw error;
    }
  }
  const fromBackup = copyFromBackup(file, generation, open, copy);
  const last = database.prepare("SELECT max(at_ms) AS last FROM event").get()?.["last"];
  database.prepare("UPDATE meta SET value = ? WHERE name = 'generation'").run(generation);
  return {
    events: fromPages + fromBackup,
    fromBackup,
    ...(typeof last === "number" ? { last: epochMs(last) } : {}),
  };
}

/** Whether a row has what every event has, unlike rows of other tables and garbage. */
function isEventRow(rowid: number, values: readonly unknown[]): boolean {
  const [, id, kind, version, windowId, day] = values;
  const [atMs, zone, body] = values.slice(9);
  return (
    values.length === EVENT_COLUMNS &&
    rowid > 0 &&
    rowid < HIGHEST_SEQ &&
    [id, kind, windowId, day, zone, body].every((text) => typeof text === "string") &&
    /^\d{4}-\d\d-\d\d$/.test(String(day)) &&
    Number.isSafeInteger(version) &&
    Number.isSafeInteger(atMs)
  );
}

function copyFromBackup(
  file: string,
  generation: number,
  open: OpenDatabase,
  copy: (values: readonly SQLInputValue[]) => number,
): number {
  for (const backup of listBackups(file)) {
    let database: DatabaseSync | undefined;
    try {
      database = open(backup, true);
      if (!isLedger(database) || !isSound(database)) continue;
      // Older than a rewrite: it holds evidence that has been replaced since, which must not come back beside its replacement.
      const isOlder = hasMeta(database) ? metaValue(database, "generation") < generation : generation > 0;
      const where = isOlder ? "WHERE kind NOT IN ('heartbeats', 'focus')" : "";
      let copied = 0;
      for (const row of database.prepare(`SELECT seq, ${COLUMNS} FROM event ${where} ORDER BY seq`).iterate()) {
        copied += copy(Object.values(row));
      }
      return copied;
    } catch (error) {
      if (!(error instanceof Error && "errcode" in error)) throw error;
      // This backup is no better than the file; an earlier one may be.
    } finally {
      database?.close();
    }
  }
  return 0;
}

function hasMeta(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() !== undefined;
}

/** Whether `PRAGMA quick_check` finds nothing wrong. @throws what SQLite throws when it cannot even look */
export function isSound(database: DatabaseSync): boolean {
  return database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"] === "ok";
}
