import fs from "node:fs";
import type { backup, DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { LogNotice } from "../../../ports/eventLog.ts";
import { backupFile, backupFolder, listBackups, readInode, removeUnfinishedBackups } from "./sqliteFolder.ts";
import type { BackupFailure, WorkerTask } from "./sqliteProtocol.ts";
import { metaValue } from "./sqliteRows.ts";
import { isSound } from "./sqliteSalvage.ts";
import type { SqliteStore } from "./sqliteStore.ts";

/** How many days' backups are kept. */
const KEPT = 7;

/** Pages copied at a time while the file is locked for others. */
const PAGES_AT_ONCE = 500;

/** Longer than any backup takes; if a window dies in the middle, the others wait this long. */
const LEASE_MS = 9 * 60_000;

/** Wait after a failure: a full disk is not filled again every minute. */
const RETRY_MS = 60 * 60_000;

/** The part of `node:sqlite` in use; Node 22 has `backup` only from 22.16 on. */
export interface SqliteModule {
  readonly DatabaseSync: typeof DatabaseSync;
  readonly backup?: typeof backup;
}

/**
 * Copies the ledger into the backup of `day`, readable by its owner only, and deletes the oldest beyond the last seven.
 * A copy gets its name only when it is complete and sound. It waits for disks, so it needs a thread of its own.
 * @throws CaseclockError `ledger.damaged` when the copy is not sound; what SQLite and the disk throw
 */
export async function backUp(file: string, day: string, sqlite: SqliteModule): Promise<void> {
  const target = backupFile(file, day);
  const temporary = `${target}.tmp`;
  fs.mkdirSync(backupFolder(file), { recursive: true, mode: 0o700 });
  removeUnfinishedBackups(file);
  fs.closeSync(fs.openSync(temporary, "wx", 0o600));
  const source = new sqlite.DatabaseSync(file);
  try {
    source.exec("PRAGMA busy_timeout = 3000");
    const inode = readInode(file);
    const generation = metaValue(source, "generation");
    if (sqlite.backup === undefined) {
      source.prepare("VACUUM INTO ?").run(temporary);
    } else {
      // With a write-ahead log the snapshot stays the same while others write: copying never starts over.
      const isWal = source.prepare("PRAGMA journal_mode").get()?.["journal_mode"] === "wal";
      if (isWal) source.exec("BEGIN; SELECT 1 FROM event LIMIT 1;");
      await sqlite.backup(source, temporary, { rate: PAGES_AT_ONCE });
      if (isWal) source.exec("COMMIT");
    }
    checkCopy(new sqlite.DatabaseSync(temporary));
    // Under the write lock: an erasure either comes before and is noticed, or comes after and finds the backup.
    source.exec("BEGIN IMMEDIATE");
    if (readInode(file) === inode && metaValue(source, "generation") === generation) fs.renameSync(temporary, target);
    source.exec("ROLLBACK");
    for (const old of listBackups(file).slice(KEPT)) fs.rmSync(old, { force: true });
  } finally {
    source.close();
    removeUnfinishedBackups(file);
  }
}

/** Makes the copy a single file and checks it while nobody waits for it. */
function checkCopy(copy: DatabaseSync): void {
  try {
    copy.exec("PRAGMA journal_mode = DELETE");
    if (!isSound(copy)) throw new CaseclockError("ledger.damaged", "the copy is not sound");
  } finally {
    copy.close();
  }
}

/** Whether the ledger was found damaged and set aside. */
function examine(store: SqliteStore, reason: string): boolean {
  try {
    return store.examine(reason);
  } catch {
    return false; // the next call meets the same failure and reports it to whoever asked
  }
}

/** Makes sure that one of the windows makes a backup each UTC day. */
export class DailyBackup {
  private readonly file: string;
  private readonly self: string;
  private readonly tell: (notice: LogNotice) => void;
  private readonly owner: string;
  private running: Worker | undefined;
  private readonly retryMs: number;
  private toldOn = "";
  private failedAt = Number.NEGATIVE_INFINITY;

  /** @param self the file of the worker, which makes a backup when it is started for one */
  constructor(file: string, self: string, owner: string, tell: (notice: LogNotice) => void, retryMs = RETRY_MS) {
    this.file = file;
    this.retryMs = retryMs;
    this.self = self;
    this.owner = owner;
    this.tell = tell;
  }

  /** Begins today's backup unless it is there, another window is at it, or there is nothing to keep. Never throws. */
  check(store: SqliteStore): void {
    const day = new Date().toISOString().slice(0, 10);
    if (Math.abs(Date.now() - this.failedAt) < this.retryMs) return;
    if (this.running !== undefined || fs.existsSync(backupFile(this.file, day))) return;
    try {
      if (store.isEmpty || !store.acquireLease("backup", this.owner, LEASE_MS)) return;
    } catch {
      return; // the next call meets the same failure and reports it to whoever asked; the next check tries again
    }
    const workerData: WorkerTask = { file: this.file, day };
    const worker = new Worker(this.self, { workerData, stderr: true });
    this.running = worker;
    const fail = (reason: string): void => {
      if (this.toldOn !== day) this.tell({ kind: "backupFailed", reason });
      this.toldOn = day;
      this.failedAt = Date.now();
    };
    worker.on("message", ({ reason, isDamaged }: BackupFailure) => {
      // The copy is damaged because the ledger is: the ledger is salvaged now and backed up afterwards.
      if (isDamaged && examine(store, reason)) return;
      fail(reason);
    });
    worker.on("error", (error) => {
      fail(toErrorMessage(error));
    });
    worker.on("exit", () => {
      if (this.running === worker) this.running = undefined;
      try {
        store.releaseLease("backup", this.owner);
      } catch {
        // The lease expires by itself.
      }
    });
  }

  /** Cancels a running backup; nothing of it stays. */
  async stop(): Promise<void> {
    await this.running?.terminate();
  }
}
