import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { anEvent } from "../../support/builders.ts";
import { ChildProcess } from "../../support/childProcess.ts";
import { ids, LedgerFolder } from "../../support/ledgerFiles.ts";

const ROUNDS = 4;
const NAMES = ["x", "y", "z"];

let ledger: LedgerFolder;
let writers: ChildProcess[];
beforeEach(() => {
  ledger = new LedgerFolder();
  writers = [];
});
afterEach(() => {
  for (const writer of writers) writer.kill();
  ledger.remove();
});

/** A window in a process of its own: it appends without end, and notes each event of which it was told that it is kept. */
function aWriter(name: string): ChildProcess {
  return new ChildProcess(`
    import fs from "node:fs";
    import { DatabaseSync } from "node:sqlite";
    import { SqliteStore } from "src:adapters/node/sqlite/sqliteStore.ts";
    const open = (name, readOnly = false) => new DatabaseSync(name, { readOnly });
    const told = () => undefined;
    let store;
    let isOver = false;
    process.stdin.resume().on("end", () => { isOver = true; });
    const kept = fs.openSync(${JSON.stringify(path.join(ledger.folder, `kept-${name}`))}, "w");
    const event = ${JSON.stringify(anEvent("id", { kind: "notice", cause: "some words" }))};
    for (let n = 0; !isOver; n += 1) {
      const id = "${name}-" + n;
      try {
        store ??= new SqliteStore(${JSON.stringify(ledger.file)}, open, told);
        store.append([{ ...event, id }]);
        fs.writeSync(kept, id + "\\n");
      } catch (error) {
        if (!/^ledger/.test(error.code)) throw error; // refused: nothing was promised
      }
      await new Promise(setImmediate);
    }
    store?.close();`);
}

/** Overwrites every leaf of the index that each append looks into; no event lies there. */
function damageIndex(): void {
  const handle = fs.openSync(ledger.file, "r+");
  try {
    const pages = ledger.raw((database) => {
      database.exec("PRAGMA busy_timeout = 5000");
      return database
        .prepare("SELECT pageno FROM dbstat WHERE name = 'sqlite_autoindex_event_1' AND pagetype = 'leaf'")
        .all();
    });
    // Pages of one file mean nothing in another that has taken its place meanwhile.
    if (fs.fstatSync(handle).ino !== fs.statSync(ledger.file).ino) return;
    const garbage = Buffer.alloc(4096, 0xa5);
    for (const { pageno } of pages) fs.writeSync(handle, garbage, 0, 4096, (Number(pageno) - 1) * 4096);
  } finally {
    fs.closeSync(handle);
  }
}

describe("a ledger that is damaged again and again while three processes write", () => {
  it("keeps every event of which a process was told that it is kept", async () => {
    writers = NAMES.map(aWriter);
    for (let round = 1; round <= ROUNDS; round += 1) {
      await vi.waitFor(
        () => {
          // What lies in memory or in the write-ahead log hides the damage for a while: it is done until it is noticed.
          try {
            damageIndex();
          } catch (error) {
            if (!(error instanceof Error && ("errcode" in error || "code" in error))) throw error;
          }
          expect(ledger.aside.length).toBeGreaterThanOrEqual(round);
        },
        { timeout: 60_000, interval: 200 },
      );
    }
    for (const writer of writers) writer.goOn();
    await Promise.all(writers.map((writer) => writer.end()));
    const known = new Set(ids(ledger.open().store.read({})));
    const kept = NAMES.flatMap((name) =>
      fs
        .readFileSync(path.join(ledger.folder, `kept-${name}`), "utf8")
        .trimEnd()
        .split("\n"),
    );
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.filter((id) => !known.has(id))).toEqual([]);
    expect(ledger.names().filter((name) => name.endsWith(".pending"))).toEqual([]);
  }, 120_000);
});
