import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteEventLog } from "../../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { anEvent } from "../../support/builders.ts";
import { ChildProcess } from "../../support/childProcess.ts";
import { WORKER } from "../../support/eventLogs.ts";
import { ids, LedgerFolder, manyEvents } from "../../support/ledgerFiles.ts";
import { MemoryLogger } from "../../support/logger.ts";

let ledger: LedgerFolder;
beforeEach(() => {
  ledger = new LedgerFolder();
});
afterEach(() => {
  ledger.remove();
});

const busy = expect.objectContaining({ code: "ledger.busy" }) as Error;

describe("a disk that is full", () => {
  it("takes nothing by halves, and everything when there is room again", () => {
    let own: DatabaseSync | undefined;
    const { store, notices } = ledger.open((name, readOnly = false) => {
      own = new DatabaseSync(name, { readOnly });
      return own;
    });
    store.append(manyEvents(20, "before"));
    own?.exec("PRAGMA max_page_count = 40");
    const full = expect.objectContaining({ code: "ledger.full" }) as Error;
    expect(() => {
      store.append(manyEvents(500));
    }).toThrow(full);
    expect(() => store.appendIfLast("approved", 99, manyEvents(500))).toThrow(full);
    expect(() => {
      store.writeCache("cases", "x".repeat(1_000_000));
    }).toThrow(full);
    expect(store.read({})).toHaveLength(20);
    expect(store.readCache("cases")).toBeUndefined();
    own?.exec("PRAGMA max_page_count = 100000");
    store.append(manyEvents(500));
    expect(store.read({})).toHaveLength(520);
    expect(notices).toEqual([]);
  });
});

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

describe("a storage that this user cannot write", () => {
  /** What a window of an unprivileged user meets: the code of each failure, or what it read. */
  const asNobody = async (): Promise<string> => {
    const child = new ChildProcess(`
      import { DatabaseSync } from "node:sqlite";
      import { SqliteStore } from "src:adapters/node/sqlite/sqliteStore.ts";
      process.setgid(${String(NOBODY)});
      process.setuid(${String(NOBODY)});
      const attempt = (work) => { try { return work(); } catch (error) { return error.code; } };
      const open = () => new SqliteStore(${JSON.stringify(ledger.file)}, (name) => new DatabaseSync(name), () => undefined);
      const store = attempt(open);
      const answer = typeof store === "string" ? store : attempt(() => {
        store.append([{ ...${JSON.stringify(anEvent("new"))} }]);
        return store.read({}).length;
      });
      process.stdout.write(String(answer));`);
    return child.end();
  };

  it.skipIf(!isRoot)(
    "is a failure that is named, and leaves all as it is (needs root, to become somebody else)",
    async () => {
      ledger.open().store.append(manyEvents(20));
      ledger.closeAll();
      const before = fs.readFileSync(ledger.file);
      fs.chmodSync(ledger.folder, 0o555);
      expect(await asNobody()).toBe("ledger.unavailable");
      expect(ledger.names()).toEqual(["ledger.db"]);
      expect(fs.readFileSync(ledger.file).equals(before)).toBe(true);
    },
  );

  it.skipIf(!isRoot).each([
    ["that can be read, is brought over into one of the user's own", 0o644, "21"],
    ["that cannot even be read, makes room for one of the user's own", 0o600, "1"],
  ])("but for the file, %s (needs root)", async (_name, mode, expected) => {
    ledger.open().store.append(manyEvents(20));
    ledger.closeAll();
    fs.chmodSync(ledger.folder, 0o777);
    fs.chmodSync(ledger.file, mode);
    expect(await asNobody()).toBe(expected);
    expect(ledger.aside).toHaveLength(1);
  });
});

describe("a ledger that several programs use", () => {
  it("is held by another process for long: every append is refused or done, none lost and none twice", async () => {
    const log = new SqliteEventLog(ledger.file, WORKER, new MemoryLogger());
    await log.append([anEvent("a")]);
    const other = new ChildProcess(`
      import { DatabaseSync } from "node:sqlite";
      const database = new DatabaseSync(${JSON.stringify(ledger.file)});
      database.exec("BEGIN EXCLUSIVE");
      process.stdout.write("held");
      process.stdin.resume().on("end", () => { database.exec("ROLLBACK"); });`);
    await other.says("held");
    const codes: string[] = [];
    const append = async (id: string): Promise<void> => {
      for (;;) {
        try {
          await log.append([anEvent(id)]);
          return;
        } catch (error) {
          codes.push(CaseclockError.is(error) ? error.code : String(error));
          other.goOn();
        }
      }
    };
    await Promise.all(["b", "c", "d"].map(append));
    await other.end();
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(["ledger.busy"]));
    expect([...ids(await log.read({}))].sort()).toEqual(["a", "b", "c", "d"]);
    await log.close();
  });

  it("that cannot be opened while another holds it is opened later", () => {
    const other = new DatabaseSync(ledger.file);
    other.exec("BEGIN EXCLUSIVE");
    const impatient = (name: string): DatabaseSync => {
      const database = new DatabaseSync(name);
      const exec = database.exec.bind(database);
      database.exec = (sql: string) => {
        exec(sql.replace("busy_timeout = 3000", "busy_timeout = 1"));
      };
      return database;
    };
    expect(() => ledger.open(impatient)).toThrow(busy);
    other.exec("ROLLBACK");
    other.close();
    const { store } = ledger.open(impatient);
    store.append([anEvent("a")]);
    expect(ids(store.read({}))).toEqual(["a"]);
    expect(ledger.aside).toEqual([]);
  });

  it("is begun by three processes at the same moment, which all open it", async () => {
    for (let round = 0; round < 5; round += 1) {
      const file = `${ledger.file}.${String(round)}`;
      const openers = ["x", "y", "z"].map(
        () =>
          new ChildProcess(`
            import { DatabaseSync } from "node:sqlite";
            import { SqliteStore } from "src:adapters/node/sqlite/sqliteStore.ts";
            console.log("ready");
            process.stdin.resume().once("end", () => {
              new SqliteStore(${JSON.stringify(file)}, (name) => new DatabaseSync(name), () => undefined).close();
              process.exit(0);
            });`),
      );
      await Promise.all(openers.map((opener) => opener.says("ready")));
      for (const opener of openers) opener.goOn();
      await Promise.all(openers.map((opener) => opener.end()));
    }
  });

  it("is written by three processes at once, and holds what each of them wrote, in its order", async () => {
    const rounds = 150;
    const writers = ["x", "y", "z"].map(
      (name) =>
        new ChildProcess(`
          import { DatabaseSync } from "node:sqlite";
          import { SqliteStore } from "src:adapters/node/sqlite/sqliteStore.ts";
          const store = new SqliteStore(${JSON.stringify(ledger.file)}, (name) => new DatabaseSync(name), () => undefined);
          const event = ${JSON.stringify(anEvent("id"))};
          for (let n = 0; n < ${String(rounds)}; n += 1) {
            const events = [0, 1, 2].map((part) => ({ ...event, id: "${name}-" + n + "-" + part }));
            for (;;) try { store.append(events); break; } catch (error) { if (error.code !== "ledger.busy") throw error; }
          }
          store.close();`),
    );
    await Promise.all(writers.map((writer) => writer.end()));
    const { store, notices } = ledger.open();
    const read = store.read({});
    expect(notices).toEqual([]);
    for (const name of ["x", "y", "z"]) {
      const expected = Array.from(
        { length: rounds * 3 },
        (_, n) => `${name}-${String(Math.floor(n / 3))}-${String(n % 3)}`,
      );
      expect(ids(read).filter((id) => id.startsWith(name))).toEqual(expected);
    }
    // Three at a time are one transaction: nobody's events lie between.
    const blocks = Array.from({ length: read.length / 3 }, (_, n) => read.slice(n * 3, n * 3 + 3));
    for (const block of blocks) expect(new Set(ids(block).map((id) => id.replace(/-\d$/, ""))).size).toBe(1);
  });
});

describe("a file system without shared memory", () => {
  /** SQLite's own way to lock where there is nothing better: with it a write-ahead log is refused, as on a network. */
  const open = (name: string, readOnly = false): DatabaseSync =>
    new DatabaseSync(`file:${name}?vfs=unix-dotfile`, { readOnly });

  it("keeps the ledger in a rollback journal, for two windows as well", () => {
    let own: DatabaseSync | undefined;
    const [one, two] = [ledger.open((name) => (own = open(name))), ledger.open(open)];
    expect(own?.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "truncate" });
    one.store.append(manyEvents(20));
    two.store.append([anEvent("b")]);
    expect(ids(one.store.takeNew())).toContain("b");
    expect(one.store.read({})).toEqual(two.store.read({}));
    expect(ledger.names().filter((name) => name.endsWith("-wal"))).toEqual([]);
    expect(fs.statSync(path.join(ledger.folder, "ledger.db-journal")).mode & 0o077).toBe(0);
  });

  it("gives back what is readable of a damaged ledger too", () => {
    const { store } = ledger.open(open);
    store.append(manyEvents(200));
    const events = store.read({});
    ledger.closeAll();
    fs.writeFileSync(ledger.file, Buffer.concat([Buffer.alloc(100), fs.readFileSync(ledger.file).subarray(100)]));
    const again = ledger.open(open);
    expect(again.store.read({})).toEqual(events);
  });
});
