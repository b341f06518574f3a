import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as later } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SqliteEventLog } from "../../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { SqliteStore } from "../../../src/adapters/node/sqlite/sqliteStore.ts";
import type { LogEvent } from "../../../src/domain/log/events.ts";
import type { LogNotice } from "../../../src/ports/eventLog.ts";
import { WORKER } from "../../support/eventLogs.ts";
import { anEvent, must } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";

let folder: string;
let file: string;
let closing: (() => void | Promise<void>)[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-file-"));
  file = path.join(folder, "ledger.db");
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function openLog(): SqliteEventLog {
  const log = new SqliteEventLog(file, WORKER, new MemoryLogger());
  closing.push(() => log.close());
  return log;
}

/** A window's store without its thread, so that a test decides when it looks for others' events. */
function openStore(open = (name: string) => new DatabaseSync(name)): { store: SqliteStore; notices: LogNotice[] } {
  const notices: LogNotice[] = [];
  const store = new SqliteStore(file, open, (notice) => {
    notices.push(notice);
  });
  closing.push(() => {
    store.close();
  });
  return { store, notices };
}

const ids = (events: readonly LogEvent[]): readonly string[] => events.map((event) => event.id);
const asideIn = (where: string): readonly string[] =>
  fs.readdirSync(where).filter((name) => name.includes("-damaged-") && name.endsWith(".db"));

/** Enough events for a file of many pages, in the file itself and not in the log beside it. */
async function aFullLedger(): Promise<void> {
  const log = openLog();
  await log.append(
    Array.from({ length: 600 }, (_, i) => anEvent(`old-${String(i)}`, { kind: "notice", cause: "x".repeat(200) })),
  );
  await log.close();
  expect(fs.existsSync(`${file}-wal`)).toBe(false);
}

describe("a ledger file that is damaged", () => {
  it.each([
    ["cut in the middle of a page", (size: number) => Math.floor(size / 2) + 100],
    ["cut after the first page", () => 4096],
    ["cut within its header", () => 60],
  ])("%s is kept aside whole, named, and a new one begun", async (_name, length) => {
    await aFullLedger();
    fs.truncateSync(file, length(fs.statSync(file).size));
    const damaged = fs.readFileSync(file);
    const log = openLog();
    const notices: LogNotice[] = [];
    log.onDidNotice((notice) => notices.push(notice));
    // Whatever of it can still be read: in the end there is a file that works, and the old one lies beside it.
    await log.read({});
    await log.append([anEvent("new")]);
    expect(ids(await log.read({}))).toContain("new");
    const told = notices.filter((notice) => notice.kind === "setAside");
    expect(told).toHaveLength(1);
    expect(fs.readFileSync(must(told[0]).keptAs).subarray(0, damaged.length).equals(damaged)).toBe(true);
    expect(asideIn(folder)).toEqual([path.basename(must(told[0]).keptAs)]);
  });

  it("damaged in the middle while it is open is kept aside, and what was being written is written to the new one", async () => {
    await aFullLedger();
    const { store, notices } = openStore();
    const handle = fs.openSync(file, "r+");
    fs.writeSync(handle, Buffer.alloc(fs.statSync(file).size - 4096, 0xa5), 0, undefined, 4096);
    fs.closeSync(handle);
    store.append([anEvent("new")]);
    expect(notices.map((notice) => notice.kind)).toEqual(["setAside"]);
    expect(ids(store.read({}))).toEqual(["new"]);
  });

  it("loses nothing that another window writes before it has noticed the new file", () => {
    const [one, two] = [openStore(), openStore()];
    one.store.append([anEvent("a")]);
    expect(ids(two.store.read({}))).toEqual(["a"]);
    for (const suffix of ["", "-wal", "-shm"]) fs.renameSync(file + suffix, `${file}-damaged-x${suffix}`);
    const three = openStore(); // as the window that set it aside goes on
    three.store.append([anEvent("b")]);
    two.store.append([anEvent("c")]);
    expect(ids(three.store.read({}))).toEqual(["b", "c"]);
    expect(ids(two.store.read({}))).toEqual(["b", "c"]);
    expect(two.notices.map((notice) => notice.kind)).toEqual(["setAside"]);
  });

  it("is set aside once, also when two windows meet the damage", async () => {
    await aFullLedger();
    const [one, two] = [openStore(), openStore()];
    const handle = fs.openSync(file, "r+");
    fs.writeSync(handle, Buffer.alloc(fs.statSync(file).size - 4096, 0xa5), 0, undefined, 4096);
    fs.closeSync(handle);
    one.store.append([anEvent("b")]);
    two.store.append([anEvent("c")]);
    expect(asideIn(folder)).toHaveLength(1);
    expect(ids(one.store.read({}))).toEqual(["b", "c"]);
    expect(ids(two.store.read({}))).toEqual(["b", "c"]);
  });

  it("is set aside once, also when another window does it while this one opens it", () => {
    fs.writeFileSync(file, "this is no database, and never was one".repeat(100));
    let other: ReturnType<typeof openStore> | undefined;
    const late = openStore((name) => {
      const database = new DatabaseSync(name);
      if (other === undefined) {
        other = openStore();
        other.store.append([anEvent("a")]);
      }
      return database;
    });
    late.store.append([anEvent("b")]);
    expect(asideIn(folder)).toHaveLength(1);
    expect(ids(must(other).store.read({}))).toEqual(["a", "b"]);
    expect(late.notices).toEqual([{ kind: "setAside", keptAs: "", reason: expect.any(String) as string }]);
  });
});

describe("a ledger file in use", () => {
  it("cannot be changed or replaced by its own connection either", () => {
    let own: DatabaseSync | undefined;
    const { store } = openStore((name) => (own = new DatabaseSync(name)));
    store.append([anEvent("a"), anEvent("b")]);
    for (const statement of [
      "UPDATE event SET day = '2026-01-01'",
      "DELETE FROM event WHERE seq = 1",
      "REPLACE INTO event SELECT 1, 'z', kind, version, window_id, day, case_source, case_id, entry_id, at_ms, zone, body FROM event WHERE seq = 2",
      "INSERT OR REPLACE INTO event SELECT 9, 'a', kind, version, window_id, day, case_source, case_id, entry_id, at_ms, zone, body FROM event WHERE seq = 2",
    ]) {
      expect(() => {
        must(own).exec(statement);
      }).toThrow("append-only");
    }
    expect(ids(store.read({}))).toEqual(["a", "b"]);
  });

  it("is written when another program lets go of it", async () => {
    const log = openLog();
    await log.append([anEvent("a")]);
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    let done = false;
    const writing = log.append([anEvent("b")]).then(() => {
      done = true;
    });
    await later(200); // long enough for the worker to wait for the lock, far less than it waits
    expect(done).toBe(false);
    other.exec("COMMIT");
    other.close();
    await writing;
    expect(ids(await log.read({}))).toEqual(["a", "b"]);
  });

  it("says that it is busy when nobody lets go, and goes on afterwards", async () => {
    const log = openLog();
    await log.append([anEvent("a")]);
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    await expect(log.append([anEvent("b")])).rejects.toMatchObject({ code: "ledger.busy" });
    other.exec("ROLLBACK");
    other.close();
    await log.append([anEvent("b")]);
    expect(ids(await log.read({}))).toEqual(["a", "b"]);
  });

  it("keeps its companions as private as itself", async () => {
    await openLog().append([anEvent("a")]);
    const modes = fs.readdirSync(folder).map((name) => [name, fs.statSync(path.join(folder, name)).mode & 0o077]);
    expect(modes).toEqual([
      ["ledger.db", 0],
      ["ledger.db-shm", 0],
      ["ledger.db-wal", 0],
    ]);
  });

  it("that cannot be made is reported, and tried again at the next call", async () => {
    const inTheWay = path.join(folder, "storage");
    fs.writeFileSync(inTheWay, "a file where the folder belongs");
    file = path.join(inTheWay, "ledger.db");
    const log = openLog();
    await expect(log.append([anEvent("a")])).rejects.toMatchObject({ code: "ledger.unavailable" });
    fs.rmSync(inTheWay);
    await log.append([anEvent("a")]);
    expect(ids(await log.read({}))).toEqual(["a"]);
  });

  it("starts its thread again when that has died", async () => {
    const log = openLog();
    await log.append([anEvent("a")]);
    const { worker } = log as unknown as { worker: { terminate(): Promise<number> } };
    await worker.terminate();
    await vi.waitFor(() => log.append([anEvent("b")]), { timeout: 30_000 });
    expect(ids(await log.read({}))).toEqual(["a", "b"]);
  });

  it("appends all or nothing", () => {
    const { store } = openStore();
    const impossible = { ...anEvent("b"), zone: null as unknown as LogEvent["zone"] };
    expect(() => {
      store.append([anEvent("a"), impossible]);
    }).toThrow();
    // INSERT OR IGNORE passes over a row that breaks NOT NULL: nothing half-written may count as done.
    expect(ids(store.read({}))).toEqual([]);
  });
});
