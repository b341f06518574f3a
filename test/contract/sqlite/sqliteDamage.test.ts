import fs from "node:fs";
import path from "node:path";
import * as sqlite from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUp } from "../../../src/adapters/node/sqlite/sqliteBackup.ts";
import type { LogEvent } from "../../../src/domain/log/events.ts";
import { anEvent, at, TREE } from "../../support/builders.ts";
import { damagePage, ids, LedgerFolder, manyEvents } from "../../support/ledgerFiles.ts";

const COUNT = 400;

let ledger: LedgerFolder;
beforeEach(() => {
  ledger = new LedgerFolder();
});
afterEach(() => {
  ledger.remove();
});

/** What a page of the file is used for, as SQLite itself says. */
interface PageUse {
  readonly pageno: number;
  readonly name: string;
  readonly pagetype: "leaf" | "internal" | "overflow";
  readonly ncell: number;
}

/** A whole file of many pages; gives its events and what each of its pages holds. */
function aFile(): { readonly events: readonly LogEvent[]; readonly pages: readonly PageUse[] } {
  const { store } = ledger.open();
  store.append(manyEvents(COUNT));
  const events = store.read({});
  ledger.closeAll();
  const pages = ledger.raw((database) => database.prepare("SELECT * FROM dbstat ORDER BY pageno").all());
  return { events, pages: pages as unknown as readonly PageUse[] };
}

/** How many events lose bytes of their own with a page. */
function eventsOn({ name, pagetype, ncell }: PageUse): number {
  if (name !== "event" || pagetype === "internal") return 0;
  return pagetype === "leaf" ? ncell : 1;
}

describe("a damaged file gives back", () => {
  it("every event that is not on the damaged page, whichever page that is", () => {
    const { events, pages } = aFile();
    const whole = fs.readFileSync(ledger.file);
    expect(new Set(pages.map(({ pagetype }) => pagetype))).toEqual(new Set(["leaf", "internal", "overflow"]));
    for (const page of pages) {
      fs.writeFileSync(ledger.file, whole);
      damagePage(ledger.file, page.pageno);
      const { store, notices } = ledger.open();
      store.read({});
      store.append([anEvent("new")]);
      const read = store.read({});
      const lost = eventsOn(page);
      const where = JSON.stringify(page);
      expect(read.length, where).toBe(COUNT - lost + 1);
      const known = new Set(read.map((event) => JSON.stringify(event)));
      expect(events.filter((event) => known.has(JSON.stringify(event))).length, where).toBe(COUNT - lost);
      const aside = notices.filter((notice) => notice.kind === "setAside");
      // A page of which nothing was needed may not have been looked at.
      if (lost > 0 || aside.length > 0) {
        const salvage = { events: COUNT - lost, fromBackup: 0, last: at("09:00") };
        expect(aside, where).toMatchObject([{ kind: "setAside", salvage }]);
      }
      ledger.closeAll();
      for (const name of ledger.names()) fs.rmSync(path.join(ledger.folder, name), { recursive: true });
    }
  });

  it("everything, with a backup of it, whichever page is damaged", async () => {
    const { events, pages } = aFile();
    await backUp(ledger.file, "2026-03-10", sqlite);
    const whole = fs.readFileSync(ledger.file);
    for (const page of pages.filter((each) => eventsOn(each) > 0 || each.pageno === 1)) {
      fs.writeFileSync(ledger.file, whole);
      damagePage(ledger.file, page.pageno);
      const { store, notices } = ledger.open();
      expect(store.read({})).toEqual(events);
      expect(notices).toMatchObject([{ salvage: { events: COUNT, fromBackup: eventsOn(page) } }]);
      ledger.closeAll();
    }
  });

  it.each([
    [
      "its header is gone",
      () => {
        damagePage(ledger.file, 1, { length: 100 });
      },
      COUNT,
    ],
    [
      "the name of its format is gone",
      () => {
        damagePage(ledger.file, 1, { length: 16 });
      },
      COUNT,
    ],
    [
      "the list of its tables is gone",
      () => {
        damagePage(ledger.file, 1, { from: 100 });
      },
      COUNT,
    ],
    [
      "its version is gone",
      () => {
        ledger.raw((database) => {
          database.exec("PRAGMA user_version = 0");
        });
      },
      COUNT,
    ],
  ])("everything when %s", (_name, damage, expected) => {
    const { events } = aFile();
    damage();
    const { store, notices } = ledger.open();
    expect(store.read({})).toEqual(events);
    expect(notices).toMatchObject([{ kind: "setAside", salvage: { events: expected } }]);
    const kept = notices.flatMap((notice) => (notice.kind === "setAside" ? path.basename(notice.keptAs) : []));
    expect(ledger.aside).toEqual(kept);
  });

  it("the first half when it is cut in the middle, and the rest from a backup, approved entries and all", async () => {
    const { events, pages } = aFile();
    await backUp(ledger.file, "2026-03-10", sqlite);
    const half = Math.floor(pages.length / 2);
    fs.truncateSync(ledger.file, half * 4096 + 1000);
    const lost = pages.filter(({ pageno }) => pageno > half).reduce((sum, page) => sum + eventsOn(page), 0);
    const { store, notices } = ledger.open();
    expect(store.read({})).toEqual(events);
    const [notice] = notices;
    const salvage = notice?.kind === "setAside" ? notice.salvage : undefined;
    expect(salvage?.events).toBe(COUNT);
    // An entry that lies over several pages counts once, though it was counted for each of them.
    expect(salvage?.fromBackup).toBeGreaterThan(0);
    expect(salvage?.fromBackup).toBeLessThanOrEqual(lost);
    expect(store.read({ kinds: ["approved"] })).toHaveLength(COUNT / 20);
  });

  it("what only its write-ahead log has", () => {
    aFile();
    const { store } = ledger.open();
    store.append(manyEvents(100, "wal"));
    const copies = [ledger.file, `${ledger.file}-wal`].map((name) => [name, fs.readFileSync(name)] as const);
    ledger.closeAll();
    for (const [name, bytes] of copies) fs.writeFileSync(name, bytes);
    damagePage(ledger.file, 1, { length: 100 });
    const again = ledger.open();
    expect(ids(again.store.read({})).filter((id) => id.startsWith("wal"))).toHaveLength(100);
    expect(again.store.read({})).toHaveLength(COUNT + 100);
  });

  it("what came before the cut when its write-ahead log is cut, with or without damage beside", () => {
    aFile();
    const { store } = ledger.open();
    for (let n = 0; n < 30; n += 1) store.append([anEvent(`wal-${String(n)}`)]);
    const [file, wal] = [fs.readFileSync(ledger.file), fs.readFileSync(`${ledger.file}-wal`)];
    ledger.closeAll();
    for (const cut of [0.9, 0.5, 0.1, 0]) {
      for (const isDamaged of [false, true]) {
        for (const name of ledger.names()) fs.rmSync(path.join(ledger.folder, name));
        fs.writeFileSync(ledger.file, file);
        fs.writeFileSync(`${ledger.file}-wal`, wal.subarray(0, Math.floor(wal.length * cut)));
        if (isDamaged) damagePage(ledger.file, 1, { length: 16 });
        const read = ids(ledger.open().store.read({}));
        // Each append is one transaction: those before the cut are there, in order, and no other.
        const fromWal = read.slice(COUNT);
        expect(fromWal).toEqual(Array.from({ length: fromWal.length }, (_, n) => `wal-${String(n)}`));
        if (cut >= 0.5) expect(fromWal.length).toBeGreaterThan(5);
        expect(fromWal.length).toBeLessThan(30);
        ledger.closeAll();
      }
    }
  });

  it("nothing of a folder in its place or of garbage, but what a backup has", async () => {
    aFile();
    await backUp(ledger.file, "2026-03-10", sqlite);
    for (const put of [
      () => {
        fs.mkdirSync(ledger.file);
      },
      () => {
        fs.writeFileSync(ledger.file, "this is no database, and never was one ".repeat(1000));
      },
    ]) {
      fs.rmSync(ledger.file, { recursive: true });
      put();
      const { store, notices } = ledger.open();
      expect(store.read({})).toHaveLength(COUNT);
      expect(notices).toMatchObject([{ kind: "setAside", salvage: { events: COUNT, fromBackup: COUNT } }]);
      ledger.closeAll();
    }
  });

  it("nothing that was removed from it before, though an older backup has it", async () => {
    const { store } = ledger.open();
    const beat = { kind: "heartbeats" as const, tree: TREE, first: at("09:00"), last: at("09:00"), counts: {} };
    store.append([anEvent("a", beat), anEvent("b"), anEvent("c", beat)]);
    await backUp(ledger.file, "2026-03-10", sqlite);
    store.replace({ removeSeqs: [1], append: [anEvent("instead")] });
    ledger.closeAll();
    damagePage(ledger.file, 1);
    expect(ids(ledger.open().store.read({}))).toEqual(["b", "c", "instead"]);
  });

  it("what the newest sound backup has: a damaged one is passed over", async () => {
    aFile();
    await backUp(ledger.file, "2026-03-09", sqlite);
    await backUp(ledger.file, "2026-03-10", sqlite);
    damagePage(path.join(ledger.folder, "backups", "ledger-2026-03-10.db"), 5);
    fs.writeFileSync(ledger.file, "garbage ".repeat(1000));
    const { store } = ledger.open();
    expect(store.read({})).toHaveLength(COUNT);
  });
});

describe("a damaged file while windows use it", () => {
  it("loses no append of any of them, and is salvaged once", () => {
    aFile();
    const windows = [ledger.open(), ledger.open(), ledger.open()];
    for (const { store } of windows) store.append([anEvent(`before-${String(windows.length)}`)]);
    for (const [n, { store }] of windows.entries()) {
      if (n === 1) for (let page = 2; page <= 40; page += 1) damagePage(ledger.file, page);
      store.append([anEvent(`a-${String(n)}`)]);
      store.read({});
      store.append([anEvent(`b-${String(n)}`)]);
    }
    const expected = ["a-0", "b-0", "a-1", "b-1", "a-2", "b-2"];
    for (const { store } of windows) expect(ids(store.read({})).filter((id) => /^[ab]-/.test(id))).toEqual(expected);
    expect(ledger.aside).toHaveLength(1);
    expect(ledger.names().filter((name) => name.includes(".pending"))).toEqual([]);
    const told = windows.map(({ notices }) => notices.filter((notice) => notice.kind === "setAside"));
    expect(told.map((notices) => notices.length)).toEqual([1, 1, 1]);
    expect(told.flat().filter((notice) => notice.salvage !== undefined)).toHaveLength(1);
  });

  it("keeps a write that was committed to the file just as another window set it aside", () => {
    const [one, two] = [ledger.open(), ledger.open()];
    one.store.append([anEvent("a")]);
    two.store.append([anEvent("b")]);
    // What the other window does between this one's look at the file and its commit.
    let isFirst = true;
    const late = ledger.open((name, readOnly = false) => {
      const database = new sqlite.DatabaseSync(name, { readOnly });
      const exec = database.exec.bind(database);
      database.exec = (sql: string) => {
        exec(sql);
        if (sql !== "COMMIT" || !isFirst) return;
        isFirst = false;
        for (const suffix of ["", "-wal", "-shm"]) fs.renameSync(ledger.file + suffix, `${ledger.file}.moved${suffix}`);
      };
      return database;
    });
    late.store.append([anEvent("c")]);
    expect(ids(ledger.open().store.read({}))).toEqual(["c"]);
  });

  it("keeps what only its write-ahead log has, also when the window died between renaming the one and the other", () => {
    aFile();
    const { store } = ledger.open();
    store.append(manyEvents(100, "wal"));
    const copies = ["", "-wal"].map((suffix) => [suffix, fs.readFileSync(ledger.file + suffix)] as const);
    ledger.closeAll();
    fs.rmSync(ledger.file);
    const kept = ledger.file.replace(".db", "-damaged-2026-03-10T09-00-00-000Z.db");
    fs.writeFileSync(`${kept}.pending`, "it was malformed");
    for (const [suffix, bytes] of copies) fs.writeFileSync((suffix === "" ? kept : ledger.file) + suffix, bytes);
    expect(ledger.open().store.read({})).toHaveLength(COUNT + 100);
    expect(ledger.names()).toContain(path.basename(`${kept}-wal`));
  });

  it("goes on with the salvage when the window that began it died in the middle", () => {
    const { events } = aFile();
    const kept = ledger.file.replace(".db", "-damaged-2026-03-10T09-00-00-000Z.db");
    fs.writeFileSync(`${kept}.pending`, "it was malformed");
    fs.renameSync(ledger.file, kept);
    fs.writeFileSync(ledger.file, ""); // made, but nothing committed to it
    const { store, notices } = ledger.open();
    expect(store.read({})).toEqual(events);
    expect(notices).toMatchObject([{ kind: "setAside", keptAs: kept, reason: "it was malformed" }]);
    expect(fs.existsSync(`${kept}.pending`)).toBe(false);
    ledger.closeAll();
    const again = ledger.open();
    expect(again.store.read({})).toEqual(events);
    expect(again.notices).toEqual([]);
  });

  it("is inconsistent, though whole, without its table: that comes back from a backup", async () => {
    const { events } = aFile();
    await backUp(ledger.file, "2026-03-10", sqlite);
    const { store, notices } = ledger.open();
    ledger.raw((database) => {
      database.exec("DROP TRIGGER event_no_delete; PRAGMA secure_delete = ON; DROP TABLE event");
    });
    expect(store.read({})).toEqual(events);
    expect(notices).toMatchObject([{ kind: "setAside", salvage: { events: COUNT, fromBackup: COUNT } }]);
  });
});
