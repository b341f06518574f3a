import fs from "node:fs";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { LogNotice, Salvage } from "../../../ports/eventLog.ts";
import { isDamage, isSuspect, isUnopenable, typed } from "./sqliteErrors.ts";
import { finishMoveAside, forgetPending, readInode, moveAside, makeAsideName, listPending } from "./sqliteFolder.ts";
import { lastSeq } from "./sqliteRows.ts";
import { isSound, salvage } from "./sqliteSalvage.ts";
import { configure, isNewerSchema, migrate, type OpenDatabase } from "./sqliteSchema.ts";

/** How often a write is repeated because the file was set aside under it: each time needs another damaged file. */
const MAX_FOLLOWED = 3;

/**
 * One connection to the ledger's file, whatever happens to it: a damaged file is set aside and what can be read of it
 * goes into a new one; a file that another window replaced is followed.
 */
export class SqliteFile {
  readonly path: string;
  private readonly open: OpenDatabase;
  private readonly tell: (notice: LogNotice) => void;
  private database: DatabaseSync;
  private inode = 0;
  /** The file opened last, even if opening failed: only this one may be set aside. */
  private triedInode = 0;
  private opened = 0;
  private newest = 0;
  private newer = false;
  /** How many set-aside files have been reported. */
  private told = 0;

  /** @throws CaseclockError `ledger.busy` | `ledger.full` | `ledger.newer` | `ledger.unavailable` */
  constructor(file: string, open: OpenDatabase, tell: (notice: LogNotice) => void) {
    this.path = file;
    this.open = open;
    this.tell = tell;
    this.database = this.openOrSetAside();
  }

  /** Counts openings: what was read during another one says nothing about this one. */
  get opening(): number {
    return this.opened;
  }

  /** Position of the newest event when the file was opened. */
  get lastSeqAtOpening(): number {
    return this.newest;
  }

  /** Whether a newer version wrote the file, so that it is only read. */
  get isNewer(): boolean {
    return this.newer;
  }

  /** Runs `work` on the file as it is now; when the file turns out to be damaged, once more on the new one. */
  run<T>(work: (database: DatabaseSync) => T): T {
    this.follow();
    try {
      return work(this.database);
    } catch (error) {
      if (!this.isDamaged(error)) throw typed(error);
      return this.mend(error, work);
    }
  }

  /** Runs `work` in one write transaction; its result counts only when the file is still the ledger after the commit. */
  write<T>(work: (database: DatabaseSync) => T): T {
    for (let attempt = 0; attempt < MAX_FOLLOWED; attempt += 1) {
      const { result, inode } = this.run((database) => ({ result: this.transact(database, work), inode: this.inode }));
      // Set aside by another window before the commit: what was written is in the renamed file, perhaps too late to be
      // brought over. Ids make repeating it safe.
      if (readInode(this.path) === inode) return result;
    }
    throw new CaseclockError("ledger.busy", "the file is being replaced again and again");
  }

  /** Sets the file aside when it is damaged and SQLite has not noticed: a row is not what its table allows. */
  examine(reason: string): void {
    this.run(() => {
      if (!this.newer && !this.isConsistent()) throw new CaseclockError("ledger.damaged", reason);
    });
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  private transact<T>(database: DatabaseSync, work: (database: DatabaseSync) => T): T {
    if (this.newer) throw newerError(this.path);
    // Plain BEGIN that reads first fails at once with BUSY_SNAPSHOT when another process wrote meanwhile.
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = work(database);
      database.exec("COMMIT");
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  private mend<T>(cause: unknown, work: (database: DatabaseSync) => T): T {
    try {
      if (this.isConsistent()) {
        // What looked like damage may have been in this connection's memory only.
        this.database.close();
        this.database = this.openOrSetAside();
        try {
          return work(this.database);
        } catch (error) {
          if (!isDamage(error)) throw error;
        }
      }
      this.close();
      this.triedInode = this.inode;
      this.database = this.moveAndOpen(cause);
      return work(this.database);
    } catch (error) {
      throw typed(error);
    }
  }

  /** A file of a newer version is never called damaged: what looks wrong may be what is new. */
  private isDamaged(error: unknown): boolean {
    if (this.newer) {
      if (isSuspect(error)) throw newerError(this.path, error);
      return false;
    }
    return isDamage(error) || (isSuspect(error) && !this.isConsistent());
  }

  private isConsistent(): boolean {
    try {
      const tables = this.database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('event', 'meta')");
      return isSound(this.database) && tables.get()?.["n"] === 2;
    } catch (error) {
      // A disk that fails says nothing about the file.
      return !isDamage(error);
    }
  }

  /** Another window may have set the file aside: anything written to the renamed one would be lost. */
  private follow(): void {
    const { inode, told } = this;
    const wasOpen = this.database.isOpen;
    if (wasOpen) {
      if (readInode(this.path) === inode) return;
      this.database.close();
    }
    this.database = this.openOrSetAside();
    // A new file may have the inode number of a deleted one.
    if ((wasOpen || this.inode !== inode) && this.told === told) this.tellAside("", "another window began a new file");
  }

  private openOrSetAside(): DatabaseSync {
    try {
      return this.openFile();
    } catch (error) {
      if (!isDamage(error) && !isUnopenable(error)) throw typed(error);
      return this.moveAndOpen(error);
    }
  }

  private openFile(): DatabaseSync {
    fs.mkdirSync(path.dirname(this.path), { recursive: true, mode: 0o700 });
    this.triedInode = readInode(this.path);
    finishMoveAside(this.path);
    // Created before SQLite does, so that nobody else can read it or its companions.
    fs.closeSync(fs.openSync(this.path, "a", 0o600));
    this.triedInode = readInode(this.path);
    let database = this.open(this.path);
    let rescued: (() => void) | undefined;
    let newer = false;
    try {
      database.exec("PRAGMA busy_timeout = 3000");
      newer = isNewerSchema(database);
      if (newer) {
        // Opened before the other is closed: so that is not the last connection, and its closing writes nothing.
        const readOnly = this.open(this.path, true);
        database.close();
        database = readOnly;
        database.exec("PRAGMA busy_timeout = 3000");
      } else {
        configure(database, process.platform);
        migrate(database, () => {
          rescued = this.rescue(database);
        });
      }
      this.newest = lastSeq(database);
    } catch (error) {
      database.close();
      throw newer && isSuspect(error) ? newerError(this.path, error) : error;
    }
    if (newer && !this.newer) this.tell({ kind: "newer" });
    this.newer = newer;
    this.inode = this.triedInode;
    this.opened += 1;
    rescued?.();
    return database;
  }

  /**
   * Fills a new file with what was set aside. It is done by whichever window makes the new file, within the transaction
   * that makes it: nobody can append before, and an end in the middle leaves a file that is still new.
   */
  private rescue(database: DatabaseSync): (() => void) | undefined {
    const pending = listPending(this.path);
    const [newest] = pending;
    if (newest === undefined) return undefined;
    const kept = pending.map((entry) => entry.kept);
    // Random ids touch every page of an index: with a small cache each page would be written many times.
    database.exec("PRAGMA cache_size = -131072");
    const brought = salvage(database, this.path, kept, this.open);
    database.exec("PRAGMA cache_size = -2000");
    return () => {
      for (const entry of kept) forgetPending(entry);
      this.tellAside(newest.kept, newest.reason, brought);
    };
  }

  private tellAside(keptAs: string, reason: string, brought?: Salvage): void {
    this.told += 1;
    this.tell({ kind: "setAside", keptAs, reason, ...(brought === undefined ? {} : { salvage: brought }) });
  }

  private moveAndOpen(cause: unknown): DatabaseSync {
    const { told } = this;
    try {
      const lock = this.open(`${this.path}-lock`);
      try {
        // Held until the renaming is done: two windows that meet the same damage must not rename the new file as well.
        lock.exec("PRAGMA busy_timeout = 3000; BEGIN EXCLUSIVE");
        if (readInode(this.path) === this.triedInode) {
          moveAside(this.path, makeAsideName(this.path, new Date()), toErrorMessage(cause));
        }
      } finally {
        lock.close();
      }
      const database = this.openFile();
      // Another window was faster, and reports what it kept.
      if (this.told === told) this.tellAside("", toErrorMessage(cause));
      return database;
    } catch (error) {
      throw typed(error);
    }
  }
}

function newerError(file: string, cause?: unknown): CaseclockError {
  return new CaseclockError("ledger.newer", `${file} was written by a newer version of Caseclock`, { cause });
}
