import fs from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { CaseclockError } from "../../../domain/errors.ts";
import type { NewEvent } from "../../../domain/log/events.ts";
import type { ErasureReport, Removal } from "../../../ports/eventLog.ts";
import { asideFiles, backupFolder, listBackups } from "./sqliteFolder.ts";
import { forgetProjections } from "./sqliteProjections.ts";
import { insertEvents, lastSeq } from "./sqliteRows.ts";
import { NO_DELETE } from "./sqliteSchema.ts";

/** How often the log of a write is emptied again while another connection still reads from it. */
const MAX_CHECKPOINTS = 5;

/**
 * Removes rows and appends events, within a transaction of the caller: the only code that lifts the append-only trigger,
 * which an end in the middle puts back like everything else.
 * @returns how many rows were there to be removed
 */
export function replaceEvents(
  database: DatabaseSync,
  removeSeqs: readonly number[],
  append: readonly NewEvent[],
): number {
  const seqs = JSON.stringify(removeSeqs);
  forgetProjections(database, seqs);
  // Before the removal, so that no new row gets the position of an old one.
  insertEvents(database, append);
  database.prepare("UPDATE meta SET value = max(value, ?) WHERE name = 'seqFloor'").run(lastSeq(database));
  database.exec("DROP TRIGGER event_no_delete");
  const { changes } = database.prepare("DELETE FROM event WHERE seq IN (SELECT value FROM json_each(?))").run(seqs);
  database.exec(NO_DELETE);
  database.exec("UPDATE meta SET value = value + 1 WHERE name = 'generation'");
  return Number(changes);
}

/** Removes rows and all that was derived from any, within a transaction of the caller. @returns how many events */
export function eraseEvents(database: DatabaseSync, what: Removal | "all"): number {
  const seqs =
    what === "all"
      ? database
          .prepare("SELECT seq FROM event")
          .all()
          .map((row) => Number(row["seq"]))
      : what.removeSeqs;
  const events = replaceEvents(database, seqs, []);
  database.exec("DELETE FROM projection; DELETE FROM cache;");
  return events;
}

/**
 * Leaves no byte of removed rows in the database: it is rebuilt, and its write-ahead log emptied.
 * @throws CaseclockError `ledger.busy` while another connection reads what was there before
 */
export function scrub(database: DatabaseSync): void {
  database.exec("VACUUM");
  for (let attempt = 0; attempt < MAX_CHECKPOINTS; attempt += 1) {
    // Waits for readers, up to `busy_timeout`.
    if (database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] === 0) return;
  }
  throw new CaseclockError("ledger.busy", "another program is reading the ledger");
}

/** Removes every copy of the ledger beside it, including unfinished ones. */
export function removeCopies(file: string): Pick<ErasureReport, "backups" | "setAside"> {
  const backups = listBackups(file).length;
  fs.rmSync(backupFolder(file), { recursive: true, force: true });
  const aside = asideFiles(file);
  for (const name of aside) fs.rmSync(name, { recursive: true, force: true });
  return { backups, setAside: aside.filter((name) => /-damaged-[\dTZ-]+\.\w+$/.test(name)).length };
}
