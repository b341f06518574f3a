import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forgetProjections, readProjections, writeProjection } from "../../src/adapters/node/sqliteProjections.ts";
import { migrate } from "../../src/adapters/node/sqliteSchema.ts";
import { at, day } from "../support/builders.ts";

const RUNS = 1_000;

/** Also kinds that this version does not know yet: a newer window writes them into the same file. */
const KINDS = ["heartbeats", "focus", "pick", "pause", "resume", "policy", "tickGap", "approved", "notice"];
const LATER_KINDS = ["reassigned", "undone", "declared"];

const DAYS = Array.from({ length: 12 }, (_, n) =>
  day(new Date(at("2026-02-24 00:00") + n * 86_400_000).toISOString().slice(0, 10)),
);

function aLedger(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  migrate(database, () => undefined);
  return database;
}

function insert(database: DatabaseSync, kind: string, of: string, body: unknown): number {
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO event (id, kind, version, window_id, day, at_ms, zone, body)
       VALUES (hex(randomblob(8)), ?, 1, 'w', ?, 0, 'UTC', ?)`,
    )
    .run(kind, of, JSON.stringify(body));
  return Number(lastInsertRowid);
}

const stored = (database: DatabaseSync): readonly string[] =>
  readProjections(database, DAYS, 1).map(({ day: of }) => of);

function fill(database: DatabaseSync): void {
  const { seq } = database.prepare("SELECT max(seq) AS seq FROM event").get() ?? {};
  for (const of of DAYS) writeProjection(database, { day: of, fold: 1, afterSeq: Number(seq ?? 0), text: "" });
}

describe("projections in the file", () => {
  it("are deleted by the triggers exactly when a fold from before would be refused, and when the row is removed", () => {
    const database = aLedger();
    const body = fc.oneof(
      fc.constant({}),
      fc.constant({ from: "yesterday" }),
      fc.constant({ from: 1e300 }),
      fc.integer({ min: at("2026-02-20 00:00"), max: at("2026-03-12 00:00") }).map((from) => ({ from })),
    );
    const event = fc.record({
      kind: fc.constantFrom(...KINDS, ...LATER_KINDS),
      of: fc.oneof(fc.constantFrom(...DAYS), fc.constant("someday")),
      body,
    });
    fc.assert(
      fc.property(event, (written) => {
        fill(database);
        const before = stored(database);
        expect(before).toHaveLength(DAYS.length);
        const seq = insert(database, written.kind, written.of, written.body);
        const left = stored(database);
        const accepted = DAYS.filter((of) =>
          writeProjection(database, { day: of, fold: 1, afterSeq: seq - 1, text: "" }),
        );
        expect(left).toEqual(accepted);
        fill(database);
        forgetProjections(database, JSON.stringify([seq]));
        expect(stored(database)).toEqual(left);
      }),
      { numRuns: RUNS },
    );
    database.close();
  });

  it.each([
    ["reassigned with a time", "reassigned", { from: at("2026-03-04 23:59:59") }, "2026-03-02"],
    ["undone with a time", "undone", { from: at("2026-03-05 00:00") }, "2026-03-03"],
    ["declared without one", "declared", {}, "2026-01-01"],
  ])("%s is kept up to two days before", (_name, kind, body, first) => {
    const database = aLedger();
    insert(database, "notice", "2026-01-01", {});
    fill(database);
    insert(database, kind, "2026-03-20", body);
    expect(stored(database)).toEqual(DAYS.filter((of) => of < first));
    database.close();
  });
});
