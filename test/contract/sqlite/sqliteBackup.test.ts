import fs from "node:fs";
import path from "node:path";
import * as sqlite from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backUp, DailyBackup } from "../../../src/adapters/node/sqlite/sqliteBackup.ts";
import { SqliteEventLog } from "../../../src/adapters/node/sqlite/sqliteEventLog.ts";
import type { LogNotice } from "../../../src/ports/eventLog.ts";
import { anEvent } from "../../support/builders.ts";
import { WORKER } from "../../support/eventLogs.ts";
import { damagePage, ids, LedgerFolder, manyEvents } from "../../support/ledgerFiles.ts";
import { MemoryLogger } from "../../support/logger.ts";

let ledger: LedgerFolder;
let logs: SqliteEventLog[];
beforeEach(() => {
  ledger = new LedgerFolder();
  logs = [];
});
afterEach(async () => {
  await Promise.all(logs.map((log) => log.close()));
  ledger.remove();
});

/** A window that looks for today's backup at once, as one does some seconds after its start. */
function openLog(): { readonly log: SqliteEventLog; readonly notices: LogNotice[] } {
  const log = new SqliteEventLog(ledger.file, WORKER, new MemoryLogger(), { firstBackupMs: 1, backupCheckMs: 50 });
  const notices: LogNotice[] = [];
  log.onDidNotice((notice) => notices.push(notice));
  logs.push(log);
  return { log, notices };
}

const idsIn = (name: string): readonly string[] =>
  ledger.raw(
    (database) =>
      database
        .prepare("SELECT id FROM event ORDER BY seq")
        .all()
        .map((row) => String(row["id"])),
    path.join(ledger.folder, "backups", name),
  );

describe("a backup", () => {
  it("is one whole file with every event, that only its owner can read", async () => {
    const { store } = ledger.open();
    store.append(manyEvents(300));
    await backUp(ledger.file, "2026-03-10", sqlite);
    expect(ledger.names("backups")).toEqual(["ledger-2026-03-10.db"]);
    expect(idsIn("ledger-2026-03-10.db")).toEqual(ids(store.read({})));
    expect(ledger.names("backups")).toEqual(["ledger-2026-03-10.db"]); // it needs no other file to be read
    const folder = path.join(ledger.folder, "backups");
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    expect(fs.statSync(path.join(folder, "ledger-2026-03-10.db")).mode & 0o777).toBe(0o600);
  });

  it("holds a ledger that takes over when it is put in the place of the other", async () => {
    const { store } = ledger.open();
    store.append(manyEvents(300));
    const events = store.read({});
    await backUp(ledger.file, "2026-03-10", sqlite);
    ledger.closeAll();
    fs.copyFileSync(path.join(ledger.folder, "backups", "ledger-2026-03-10.db"), ledger.file);
    const again = ledger.open();
    again.store.append([anEvent("new")]);
    expect(again.store.read({}).slice(0, -1)).toEqual(events);
    expect(again.notices).toEqual([]);
  });

  it("is kept for the last seven days that have one", async () => {
    ledger.open().store.append([anEvent("a")]);
    const days = ["01", "02", "03", "05", "06", "07", "08", "09", "31"].map((of) => `2026-03-${of}`);
    for (const day of days) await backUp(ledger.file, day, sqlite);
    expect(ledger.names("backups")).toEqual(days.slice(2).map((day) => `ledger-${day}.db`));
  });

  it("of a damaged ledger does not take the place of a sound one", async () => {
    ledger.open().store.append(manyEvents(300));
    ledger.closeAll();
    await backUp(ledger.file, "2026-03-10", sqlite);
    damagePage(ledger.file, 6);
    await expect(backUp(ledger.file, "2026-03-10", sqlite)).rejects.toThrow();
    expect(ledger.names("backups")).toEqual(["ledger-2026-03-10.db"]);
    expect(idsIn("ledger-2026-03-10.db")).toHaveLength(300);
  });

  it("is of one moment, whatever is written meanwhile, and holds no write up", async () => {
    const { store } = ledger.open();
    store.append(manyEvents(3_000));
    const copying = backUp(ledger.file, "2026-03-10", sqlite);
    for (let n = 0; n < 20; n += 1) {
      store.append([anEvent(`while-${String(n)}`), anEvent(`with-${String(n)}`)]);
      await new Promise(setImmediate);
    }
    await copying;
    const copied = idsIn("ledger-2026-03-10.db").slice(3_000);
    expect(copied.length % 2).toBe(0); // no half of a transaction
    expect(copied).toEqual(ids(store.read({})).slice(3_000, 3_000 + copied.length));
  });

  it("is made with VACUUM INTO where SQLite of Node cannot copy", async () => {
    const { store } = ledger.open();
    store.append(manyEvents(300));
    await backUp(ledger.file, "2026-03-10", { DatabaseSync: sqlite.DatabaseSync });
    expect(idsIn("ledger-2026-03-10.db")).toEqual(ids(store.read({})));
  });

  it("does not appear when the ledger was erased while it was made", async () => {
    const { store } = ledger.open();
    store.append(manyEvents(3_000));
    let isErased = false;
    class DatabaseSync extends sqlite.DatabaseSync {
      constructor(name: string) {
        if (name.endsWith(".tmp")) isErased = store.erase("all").events > 0; // copied, and looked at now
        super(name);
      }
    }
    await backUp(ledger.file, "2026-03-10", { ...sqlite, DatabaseSync }).catch(() => undefined);
    expect(isErased).toBe(true);
    expect(ledger.names("backups")).toEqual([]);
  });
});

describe("the backup of the day", () => {
  it("is made by one of the windows, once, after there is something to keep", async () => {
    const windows = [openLog(), openLog(), openLog()];
    for (const { log } of windows) await log.read({});
    const today = `ledger-${new Date().toISOString().slice(0, 10)}.db`;
    await windows[0]?.log.append(manyEvents(50));
    await vi.waitFor(
      () => {
        expect(ledger.names("backups")).toEqual([today]);
      },
      { timeout: 20_000 },
    );
    expect(idsIn(today)).toHaveLength(50);
    const made = fs.statSync(path.join(ledger.folder, "backups", today));
    // It is given back, so that another window could make the next one.
    await vi.waitFor(
      async () => {
        expect(await windows[1]?.log.acquireLease("backup", "test", 60_000)).toBe(true);
      },
      { timeout: 20_000 },
    );
    for (const { log } of windows) await log.append([anEvent("late")]);
    expect(fs.statSync(path.join(ledger.folder, "backups", today)).ino).toBe(made.ino);
    expect(windows.flatMap(({ notices }) => notices)).toEqual([]);
  });

  it("that cannot be made is told once a day, and no write fails for it", async () => {
    fs.writeFileSync(path.join(ledger.folder, "backups"), "a file where the folder belongs");
    const { store } = ledger.open();
    store.append([anEvent("a")]);
    const notices: LogNotice[] = [];
    const backup = new DailyBackup(ledger.file, WORKER, "window", (notice) => notices.push(notice), 0);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      backup.check(store);
      expect(store.acquireLease("backup", "another", 1_000)).toBe(false);
      store.append([anEvent(`b${String(attempt)}`)]);
      await vi.waitFor(
        () => {
          expect(store.acquireLease("backup", "another", 1_000)).toBe(true);
        },
        { timeout: 20_000 },
      );
      store.releaseLease("backup", "another");
    }
    expect(notices).toMatchObject([{ kind: "backupFailed", reason: expect.stringContaining("EEXIST") as string }]);
    expect(ids(store.read({}))).toEqual(["a", "b0", "b1", "b2"]);
  });

  it("that finds the ledger damaged where nobody looked has it brought over, and is made then", async () => {
    ledger.open().store.append(manyEvents(400));
    ledger.closeAll();
    const page = ledger.raw((database) =>
      database.prepare("SELECT max(pageno) AS page FROM dbstat WHERE name = 'event_case' OR name = 'event_at'").get(),
    );
    damagePage(ledger.file, Number(page?.["page"]));
    const { log, notices } = openLog();
    await log.heartbeatDays();
    await vi.waitFor(
      () => {
        expect(notices).toMatchObject([{ kind: "setAside", salvage: { events: 400, fromBackup: 0 } }]);
        expect(ledger.names("backups")).toHaveLength(1);
      },
      { timeout: 20_000 },
    );
    expect(await log.read({})).toHaveLength(400);
  });

  it("leaves nothing behind when the window closes in the middle", async () => {
    const { log } = openLog();
    await log.append(manyEvents(5_000));
    await vi.waitFor(
      () => {
        expect(ledger.names("backups").length).toBeGreaterThan(0);
      },
      { timeout: 20_000, interval: 1 },
    );
    await log.close();
    const { log: next } = openLog();
    await next.read({});
    await vi.waitFor(
      () => {
        expect(ledger.names("backups").filter((name) => name.includes(".tmp"))).toEqual([]);
        expect(ledger.names("backups")).toHaveLength(1);
      },
      { timeout: 20_000 },
    );
  });
});
