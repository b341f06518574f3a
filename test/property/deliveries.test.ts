import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/time.ts";
import { listDeliveries } from "../../src/domain/entries/approvedEntries.ts";
import type { BodyOf, LogEvent, NewEvent } from "../../src/domain/log/events.ts";
import { replay } from "../../src/domain/ledger.ts";
import { anEntry, anEvent, at, UTC } from "../support/builders.ts";

const IDS = ["a", "b", "c", "d"] as const;
const POLICY = { idleTimeoutSeconds: 300, zone: UTC };
const PROBLEM = { kind: "server", detail: "told to fail" };

type Delivery = BodyOf<"sending" | "receipted" | "refused" | "deferred">;

/** Of an entry that is there or not, of this revision or the next. */
const entry = fc.record({ entryId: fc.constantFrom(...IDS, "other"), revision: fc.integer({ min: 1, max: 2 }) });
const receipt = fc.tuple(entry, fc.nat({ max: 3 })).map(([of, number]) => ({ ...of, remoteId: `r${number}` }));
const several = { minLength: 0, maxLength: 4 };
const delivery: fc.Arbitrary<Delivery> = fc.oneof(
  fc.array(entry, several).map((entries) => ({ kind: "sending" as const, entries })),
  fc.array(receipt, several).map((receipts) => ({ kind: "receipted" as const, receipts })),
  entry.map((of) => ({ kind: "sending" as const, ...of })),
  receipt.map((of) => ({ kind: "receipted" as const, ...of })),
  entry.map((of) => ({ kind: "refused" as const, ...of, problem: PROBLEM })),
  fc.tuple(entry, fc.constantFrom("retryLater" as const, "unknown" as const)).map(([of, outcome]) => {
    return { kind: "deferred" as const, ...of, outcome, notBefore: at("23:00"), problem: PROBLEM };
  }),
);

const numbered = (events: readonly NewEvent[]): readonly LogEvent[] =>
  events.map((event, index) => ({ ...event, seq: index + 1 }));

describe("events of several entries", () => {
  it("come to what an event for each entry comes to", () => {
    fc.assert(
      fc.property(fc.array(delivery, { minLength: 1, maxLength: 20 }), (bodies) => {
        const approvals = IDS.map((id) => anEvent(`approved-${id}`, { kind: "approved", entry: anEntry(id) }, "09:00"));
        const timed = bodies.map((body, index) => ({ body, at: epochMs(at("10:00") + index * 60_000) }));
        const grouped = timed.map(({ body, at: when }, index) => ({ ...anEvent(`e${index}`, body), at: when }));
        const single = timed.flatMap(({ body, at: when }, index) =>
          listDeliveries(body).map((one, part) => ({ ...anEvent(`e${index}-${part}`, one), at: when })),
        );
        const [one, other] = [grouped, single].map((events) => replay(numbered([...approvals, ...events]), POLICY));
        expect(one?.entries.all).toEqual(other?.entries.all);
        expect(one?.entries.listOpen).toEqual(other?.entries.listOpen);
        expect(one?.entries.addedSince(at("10:05"))).toEqual(other?.entries.addedSince(at("10:05")));
      }),
      { numRuns: 1_000 },
    );
  });
});
