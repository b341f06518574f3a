import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../../src/adapters/node/sqlite/sqliteSchema.ts";
import { SqliteStore } from "../../../src/adapters/node/sqlite/sqliteStore.ts";
import type { EventBody, LogEvent } from "../../../src/domain/log/events.ts";
import type { LogNotice } from "../../../src/ports/eventLog.ts";
import { anEvent, day, must } from "../../support/builders.ts";

const FIXTURES = path.join(import.meta.dirname, "../../fixtures");

/** Ledger files as earlier versions wrote them; `fixtures/makeLedger.ts` says how. */
const versions = fs
  .readdirSync(FIXTURES)
  .flatMap((name) => /^ledger-v(\d+)\.db$/.exec(name)?.[1] ?? [])
  .map(Number);

/** Kinds of event by the version of the schema that they came with. */
const KINDS_SINCE: Readonly<Record<number, readonly EventBody["kind"][]>> = {
  1: [
    "heartbeats",
    "focus",
    "tickGap",
    "pick",
    "pause",
    "resume",
    "policy",
    "caseDefined",
    "connected",
    "disconnected",
    "commit",
    "tagging",
    "entryMinted",
    "approved",
    "sending",
    "receipted",
    "refused",
    "deferred",
    "notice",
  ],
  2: ["compacted", "withdrawn", "reassigned", "struck", "declared", "undone"],
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-migration-"));
  file = path.join(folder, "ledger.db");
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const eventsOf = (version: number): readonly LogEvent[] =>
  fs
    .readFileSync(path.join(FIXTURES, `ledger-v${String(version)}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LogEvent);

function use<T>(work: (store: SqliteStore) => T): { readonly value: T; readonly notices: readonly LogNotice[] } {
  const notices: LogNotice[] = [];
  const store = new SqliteStore(
    file,
    (name) => new DatabaseSync(name),
    (notice) => notices.push(notice),
  );
  try {
    return { value: work(store), notices };
  } finally {
    store.close();
  }
}

/** What `sqlite_schema` says, without what depends on the order of making. */
function schemaOf(name: string): readonly unknown[] {
  const database = new DatabaseSync(name);
  try {
    return database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").all();
  } finally {
    database.close();
  }
}

describe("the ledger file of an earlier version", () => {
  it("is kept as a fixture for each version there was", () => {
    const earlier = Array.from({ length: Math.max(1, SCHEMA_VERSION - 1) }, (_, index) => index + 1);
    expect(versions).toEqual(expect.arrayContaining(earlier));
  });

  it.each(versions)("%i holds every kind of event that came with it or before", (version) => {
    const kinds = eventsOf(version).map(({ body }) => body.kind);
    const known = Object.entries(KINDS_SINCE).flatMap(([since, names]) => (Number(since) <= version ? names : []));
    expect(kinds).toEqual(expect.arrayContaining(known));
  });

  it.each(versions)("%i opens, with every event as it was, and goes on", (version) => {
    fs.copyFileSync(path.join(FIXTURES, `ledger-v${String(version)}.db`), file);
    const expected = eventsOf(version);
    const { value, notices } = use((store) => {
      const read = store.read({});
      store.append([anEvent("next")]);
      return { read, next: store.read({ afterSeq: must(read.at(-1)).seq }), days: store.heartbeatDays() };
    });
    expect(notices).toEqual([]);
    expect(value.read).toEqual(expected);
    expect(value.next).toEqual([{ ...anEvent("next"), seq: expected.length + 1 }]);
    expect(value.days).toEqual(["2026-03-10", "2026-03-11", "2026-03-12"]);
    expect(use((store) => store.read({}).slice(0, -1)).value).toEqual(expected);
  });

  it.each(versions)("%i becomes what a new file is", (version) => {
    fs.copyFileSync(path.join(FIXTURES, `ledger-v${String(version)}.db`), file);
    use((store) => store.read({}));
    const migrated = schemaOf(file);
    fs.rmSync(file);
    use((store) => store.read({}));
    expect(migrated).toEqual(schemaOf(file));
    const database = new DatabaseSync(file);
    expect(must(database.prepare("PRAGMA user_version").get())["user_version"]).toBe(SCHEMA_VERSION);
    expect(must(database.prepare("PRAGMA application_id").get())["application_id"]).toBe(APPLICATION_ID);
    database.close();
  });

  it("1 that an old window has open is migrated under it: what that goes on to write is read, and deletes stored folds", () => {
    fs.copyFileSync(path.join(FIXTURES, "ledger-v1.db"), file);
    const old = new DatabaseSync(file);
    // As version 1 wrote events.
    const insert = old.prepare(
      `INSERT INTO event (id, kind, version, window_id, day, case_source, case_id, entry_id, at_ms, zone, body)
       VALUES (?, 'pause', 1, 'old', '2026-03-11', NULL, NULL, NULL, 0, 'UTC', '{}') ON CONFLICT (id) DO NOTHING`,
    );
    insert.run("old-1");
    const { value, notices } = use((store) => {
      const afterSeq = must(store.read({}).at(-1)).seq;
      const days = ["2026-03-09", "2026-03-10", "2026-03-11"].map(day);
      for (const of of days) store.writeProjection({ day: of, fold: 1, afterSeq, text: "" });
      store.takeNew();
      insert.run("old-2");
      return { news: store.takeNew(), left: store.readProjections(days, 1).map((projection) => projection.day) };
    });
    expect(value.news.map(({ id }) => id)).toEqual(["old-2"]);
    expect(value.left).toEqual(["2026-03-09"]);
    expect(notices).toEqual([]);
    old.close();
  });
});
