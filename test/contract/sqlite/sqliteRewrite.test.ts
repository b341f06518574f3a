import fs from "node:fs";
import path from "node:path";
import * as sqlite from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUp } from "../../../src/adapters/node/sqlite/sqliteBackup.ts";
import { NO_DELETE } from "../../../src/adapters/node/sqlite/sqliteSchema.ts";
import { PAGE_ROWS } from "../../../src/adapters/node/sqlite/sqliteStore.ts";
import { anEntry, anEvent, aRow, aRowEvent, day } from "../../support/builders.ts";
import { ChildProcess } from "../../support/childProcess.ts";
import { damagePage, ids, LedgerFolder, manyEvents } from "../../support/ledgerFiles.ts";

/** Stands in every text that is to be erased, and nowhere else. */
const MARKER = "Zwetschgenknödel";

let ledger: LedgerFolder;
beforeEach(() => {
  ledger = new LedgerFolder();
});
afterEach(() => {
  ledger.remove();
});

/** Every file below the ledger's folder that has the text, in whatever encoding it was asked for. */
function filesWith(text: string): readonly string[] {
  const names = fs.readdirSync(ledger.folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => {
    const file = path.join(ledger.folder, name);
    return fs.statSync(file).isFile() && fs.readFileSync(file).includes(text);
  });
}

const marked = (id: string, size: number) => {
  const entry = anEntry(id, { description: `${MARKER} `.repeat(size) });
  return { ...anEvent(id, { kind: "approved", entry }), entryId: id };
};

/** What may not be possible but within a rewrite. */
function expectAppendOnly(): void {
  ledger.raw((database) => {
    for (const statement of ["DELETE FROM event", "DELETE FROM event WHERE seq > 0", "UPDATE event SET day = ''"]) {
      expect(() => {
        database.exec(statement);
      }).toThrow("append-only");
    }
    const trigger = database.prepare("SELECT sql FROM sqlite_schema WHERE name = 'event_no_delete'").get();
    expect(trigger?.["sql"]).toBe(NO_DELETE);
  });
}

describe("an erasure", () => {
  it("leaves no byte of what was erased in any file, with another window open", async () => {
    const { store } = ledger.open();
    store.append([anEvent("keep-1"), marked("a", 1), marked("b", 900), anEvent("keep-2"), marked("c", 30)]);
    store.writeCache("cases", MARKER);
    store.writeProjection({ day: day("2026-03-10"), fold: 1, afterSeq: 5, text: MARKER });
    ledger.closeAll();
    // Backups and a file that was set aside have it too, with companions.
    await backUp(ledger.file, "2026-03-09", sqlite);
    await backUp(ledger.file, "2026-03-10", sqlite);
    const aside = ledger.file.replace(".db", "-damaged-2026-03-08T00-00-00-000Z.db");
    for (const name of [aside, `${aside}-wal`, `${aside}-shm`]) fs.writeFileSync(name, MARKER);
    fs.writeFileSync(path.join(ledger.folder, "backups", "ledger-2026-03-11.db.tmp"), MARKER);
    const [one, two] = [ledger.open(), ledger.open()];
    expect(two.store.read({})).toHaveLength(5);
    one.store.append([marked("d", 1), anEvent("keep-3")]);
    const seqs = one.store.read({ kinds: ["approved"] }).map(({ seq }) => seq);
    expect(filesWith(MARKER).length).toBeGreaterThan(6);

    expect(one.store.erase({ removeSeqs: seqs })).toEqual({ events: 4, backups: 2, setAside: 1 });

    expect(filesWith(MARKER)).toEqual([]);
    expect(ids(one.store.read({}))).toEqual(["keep-1", "keep-2", "keep-3"]);
    expect(ids(two.store.takeNew())).toEqual(["keep-3"]);
    expect(two.notices).toEqual([{ kind: "rewritten" }]);
    expect(two.store.takeNew()).toEqual([]);
    expect(two.notices).toHaveLength(1);
    expect(ids(two.store.read({}))).toEqual(["keep-1", "keep-2", "keep-3"]);
    two.store.append([anEvent("next")]);
    expect(ids(one.store.takeNew())).toEqual(["keep-3", "next"]);
    expect(one.notices).toEqual([{ kind: "rewritten" }]);
    expect(filesWith(MARKER)).toEqual([]);
    expectAppendOnly();
  });

  it("of everything leaves an empty ledger that goes on", () => {
    const { store } = ledger.open();
    store.append([marked("a", 900), aRowEvent("b", aRow("09:00"))]);
    expect(store.erase("all")).toEqual({ events: 2, backups: 0, setAside: 0 });
    expect(filesWith(MARKER)).toEqual([]);
    expect(store.read({})).toEqual([]);
    expect(store.heartbeatDays()).toEqual([]);
    store.append([anEvent("new")]);
    expect(store.read({}).map(({ seq }) => seq)).toEqual([3]);
    expectAppendOnly();
  });

  it("where there is no write-ahead log leaves none in the rollback journal", () => {
    const dotfile = (name: string, readOnly = false): sqlite.DatabaseSync =>
      new sqlite.DatabaseSync(`file:${name}?vfs=unix-dotfile`, { readOnly });
    const { store } = ledger.open(dotfile);
    store.append([marked("a", 900), anEvent("keep")]);
    store.erase({ removeSeqs: [1] });
    expect(filesWith(MARKER)).toEqual([]);
    expect(ids(store.read({}))).toEqual(["keep"]);
  });

  it("that meets a reader says so, and is whole when it is asked for again", () => {
    const { store } = ledger.open((name, readOnly = false) => {
      const database = new sqlite.DatabaseSync(name, { readOnly });
      const exec = database.exec.bind(database);
      // The test does not wait for the readers that it holds itself.
      database.exec = (sql: string) => {
        exec(sql.replace("busy_timeout = 3000", "busy_timeout = 1"));
      };
      return database;
    });
    store.append([marked("a", 1), anEvent("keep")]);
    const reader = new sqlite.DatabaseSync(ledger.file);
    reader.exec("BEGIN; SELECT count(*) FROM event;");
    expect(() => store.erase({ removeSeqs: [1] })).toThrow(expect.objectContaining({ code: "ledger.busy" }) as Error);
    expect(ids(store.read({}))).toEqual(["keep"]); // gone for everybody, but not from the disk yet
    reader.exec("COMMIT");
    reader.close();
    expect(store.erase({ removeSeqs: [1] }).events).toBe(0);
    expect(filesWith(MARKER)).toEqual([]);
  });

  it("is not undone by a salvage of the file afterwards", () => {
    const { store } = ledger.open();
    store.append([...manyEvents(200), marked("a", 900), ...manyEvents(200, "more")]);
    store.erase({ removeSeqs: [201] });
    ledger.closeAll();
    damagePage(ledger.file, 1);
    const again = ledger.open();
    expect(again.store.read({})).toHaveLength(400);
    expect(filesWith(MARKER)).toEqual([]);
  });
});

describe("a rewrite", () => {
  it("by one window makes what another decides or folds on the rows from before void", () => {
    const [one, two] = [ledger.open(), ledger.open()];
    one.store.append([aRowEvent("a", aRow("09:00")), anEvent("b", { kind: "approved", entry: anEntry("entry") })]);
    two.store.takeNew();
    one.store.replace({ removeSeqs: [1], append: [anEvent("c", { kind: "notice", cause: "compacted" })] });
    const fold = { day: day("2026-03-10"), fold: 1, afterSeq: 3, text: "" };
    expect(two.store.appendIfLast("approved", 2, [anEvent("d")])).toBe(false);
    expect(two.store.writeProjection(fold)).toBe(false);
    expect(ids(two.store.takeNew())).toEqual(["c"]);
    expect(two.notices).toEqual([{ kind: "rewritten" }]);
    expect(two.store.appendIfLast("approved", 2, [anEvent("d")])).toBe(true);
    expect(two.store.writeProjection({ ...fold, afterSeq: 4 })).toBe(true);
  });

  it("begins a long reading anew that it comes into", () => {
    const [one, two] = [ledger.open(), ledger.open()];
    one.store.append(Array.from({ length: PAGE_ROWS + 1_000 }, (_, n) => anEvent(`e${String(n)}`)));
    const pages = two.store.readPages({});
    const first = pages.next().value;
    expect(first?.isFirst).toBe(true);
    expect(first?.events).toHaveLength(PAGE_ROWS);
    one.store.replace({ removeSeqs: [1, PAGE_ROWS + 500], append: [] });
    const rest = [...pages];
    expect(rest.map(({ isFirst, events }) => [isFirst, events.length])).toEqual([
      [true, PAGE_ROWS],
      [false, 998],
    ]);
  });

  it("killed in the middle leaves everything as it was, and no deletion possible", async () => {
    const { store } = ledger.open();
    store.append(manyEvents(50));
    ledger.closeAll();
    const child = new ChildProcess(`
      import { DatabaseSync } from "node:sqlite";
      import { replaceEvents } from "src:adapters/node/sqlite/sqliteRewrite.ts";
      const database = new DatabaseSync(${JSON.stringify(ledger.file)});
      database.exec("PRAGMA cache_size = 1; BEGIN IMMEDIATE"); // so small that it has to write before the commit
      replaceEvents(database, Array.from({ length: 40 }, (_, n) => n + 1), []);
      process.stdout.write("rewritten");
      setInterval(() => undefined, 1000);`);
    await child.says("rewritten");
    child.kill();
    await child.end();
    const again = ledger.open();
    expect(again.store.read({})).toHaveLength(50);
    expect(again.notices).toEqual([]);
    expectAppendOnly();
  });
});
