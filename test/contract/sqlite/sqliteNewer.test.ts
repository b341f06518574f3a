import fs from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SCHEMA_VERSION } from "../../../src/adapters/node/sqlite/sqliteSchema.ts";
import type { SqliteStore } from "../../../src/adapters/node/sqlite/sqliteStore.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { anEvent, aRow, aRowEvent, day } from "../../support/builders.ts";
import { ids, LedgerFolder } from "../../support/ledgerFiles.ts";

let ledger: LedgerFolder;
beforeEach(() => {
  ledger = new LedgerFolder();
  const { store } = ledger.open();
  store.append([anEvent("a"), aRowEvent("b", aRow("09:00")), anEvent("c", { kind: "resume" })]);
  store.writeCache("cases", "[]");
  ledger.closeAll();
  // As a later version may leave it: with kinds, versions, columns and tables that this one does not know.
  ledger.raw((database) => {
    database.exec(`
      ALTER TABLE event ADD COLUMN device TEXT;
      INSERT INTO event (id, kind, version, window_id, day, at_ms, zone, body) VALUES
        ('d', 'teleported', 1, 'w', '2026-03-11', 0, 'UTC', '{}'), ('e', 'pause', 9, 'w', '2026-03-11', 0, 'UTC', '{}');
      DROP TRIGGER event_touches_days; DROP TRIGGER event_touches_later;
      DROP TABLE meta; DROP TABLE projection;
      PRAGMA user_version = ${String(SCHEMA_VERSION + 1)};`);
  });
});
afterEach(() => {
  ledger.remove();
});

describe("a ledger of a newer version", () => {
  it("is read as far as it is understood, and what is not is told once", () => {
    const { store, notices } = ledger.open();
    expect(ids(store.read({}))).toEqual(["a", "b", "c"]);
    expect(ids(store.read({ exceptKinds: ["heartbeats"] }))).toEqual(["a", "c"]);
    expect(store.heartbeatDays()).toEqual(["2026-03-10"]);
    expect(store.readCache("cases")?.text).toBe("[]");
    expect(store.readProjections([day("2026-03-10")], 1)).toEqual([]);
    expect(store.takeNew()).toEqual([]);
    expect(notices).toEqual([
      { kind: "newer" },
      { kind: "unreadableRows", count: 2, first: expect.stringContaining("teleported") as string },
    ]);
  });

  const WRITES: readonly (readonly [name: string, write: (store: SqliteStore) => unknown])[] = [
    [
      "append",
      (store) => {
        store.append([anEvent("x")]);
      },
    ],
    ["appendIfLast", (store) => store.appendIfLast("pause", 99, [anEvent("x")])],
    ["acquireLease", (store) => store.acquireLease("sync", "me", 1_000)],
    [
      "releaseLease",
      (store) => {
        store.releaseLease("sync", "me");
      },
    ],
    [
      "writeCache",
      (store) => {
        store.writeCache("cases", "[1]");
      },
    ],
    ["writeProjection", (store) => store.writeProjection({ day: day("2026-03-10"), fold: 1, afterSeq: 9, text: "" })],
    [
      "replace",
      (store) => {
        store.replace({ removeSeqs: [1], append: [] });
      },
    ],
    ["erase", (store) => store.erase("all")],
  ];
  it.each(WRITES)("is not changed by %s", (_name, write) => {
    const before = fs.readFileSync(ledger.file);
    const { store, notices } = ledger.open();
    expect(() => write(store)).toThrow(expect.objectContaining({ code: "ledger.newer" }) as Error);
    ledger.closeAll();
    expect(fs.readFileSync(ledger.file).equals(before)).toBe(true);
    expect(notices).toEqual([{ kind: "newer" }]);
    expect(ledger.aside).toEqual([]);
  });

  it("that cannot be read at all is left where it is, whatever is strange in it", () => {
    ledger.raw((database) => {
      database.exec("ALTER TABLE event RENAME TO happening");
    });
    let failure: unknown;
    try {
      ledger.open().store.read({});
    } catch (error) {
      failure = error;
    }
    expect(CaseclockError.is(failure, "ledger.newer")).toBe(true);
    expect(ledger.aside).toEqual([]);
  });

  it("shows what newer windows write", () => {
    const { store } = ledger.open();
    store.takeNew();
    ledger.raw((database) => {
      database.exec(
        "INSERT INTO event (id, kind, version, window_id, day, at_ms, zone, body) VALUES ('n', 'pause', 1, 'w', '2026-03-10', 0, 'UTC', '{}')",
      );
    });
    expect(ids(store.takeNew())).toEqual(["n"]);
  });

  it("is written again when it was replaced by one of this version", () => {
    const { store, notices } = ledger.open();
    store.read({});
    fs.rmSync(ledger.file);
    store.append([anEvent("x")]);
    expect(ids(store.read({}))).toEqual(["x"]);
    expect(notices.map(({ kind }) => kind)).toContain("setAside");
  });
});
