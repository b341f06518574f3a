import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../src/adapters/node/sqliteSchema.ts";
import { SqliteStore } from "../../src/adapters/node/sqliteStore.ts";
import type { EventBody, LogEvent } from "../../src/domain/events.ts";
import type { LogNotice } from "../../src/ports/eventLog.ts";
import { anEvent, must } from "../support/builders.ts";

const FIXTURES = path.join(import.meta.dirname, "..", "fixtures");

/** Ledger files as earlier versions wrote them; `fixtures/makeLedger.ts` says how. */
const versions = fs
  .readdirSync(FIXTURES)
  .flatMap((name) => /^ledger-v(\d+)\.db$/.exec(name)?.[1] ?? [])
  .map(Number);

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

  it.each(versions)("%i holds every kind of event of its time", (version) => {
    const kinds = new Set(eventsOf(version).map(({ body }) => body.kind));
    const known: Record<EventBody["kind"], number> = {
      heartbeats: 1,
      focus: 1,
      tickGap: 1,
      pick: 1,
      pause: 1,
      resume: 1,
      policy: 1,
      caseDefined: 1,
      connected: 1,
      disconnected: 1,
      commit: 1,
      tagging: 1,
      entryMinted: 1,
      approved: 1,
      withdrawn: 2,
      compacted: 2,
      reassigned: 2,
      struck: 2,
      declared: 2,
      undone: 2,
      sending: 1,
      receipted: 1,
      refused: 1,
      deferred: 1,
      notice: 1,
    };
    for (const [kind, since] of Object.entries(known)) if (since <= version) expect([...kinds]).toContain(kind);
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
});
