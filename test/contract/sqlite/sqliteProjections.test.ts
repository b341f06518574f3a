import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  forgetProjections,
  readProjections,
  writeProjection,
} from "../../../src/adapters/node/sqlite/sqliteProjections.ts";
import { migrate } from "../../../src/adapters/node/sqlite/sqliteSchema.ts";
import { DAY_MS } from "../../../src/base/time.ts";
import { at, day } from "../../support/builders.ts";

const RUNS = 1_000;

const KINDS = [
  "heartbeats",
  "compacted",
  "focus",
  "pick",
  "pause",
  "resume",
  "policy",
  "tickGap",
  "approved",
  "notice",
];
/** A person's edits are applied on top of a fold and change none; nor do kinds that this version does not know. */
const OTHER_KINDS = ["reassigned", "undone", "declared", "struck", "not known yet"];

const DAYS = Array.from({ length: 12 }, (_, n) =>
  day(new Date(at("2026-02-24 00:00") + n * DAY_MS).toISOString().slice(0, 10)),
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
    const event = fc.record({
      kind: fc.constantFrom(...KINDS, ...OTHER_KINDS),
      of: fc.oneof(fc.constantFrom(...DAYS), fc.constant("someday")),
    });
    fc.assert(
      fc.property(event, (written) => {
        fill(database);
        const before = stored(database);
        expect(before).toHaveLength(DAYS.length);
        const seq = insert(database, written.kind, written.of, {});
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
});
