import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dayAround,
  epochMs,
  localDate,
  seconds,
  secondsBetween,
  startOfDay,
  type DayBounds,
  type LocalDate,
  type ZoneId,
} from "../../src/base/time.ts";
import { DAY_MARGIN_SECONDS } from "../../src/domain/day/daySheet.ts";
import type { HeartbeatRow } from "../../src/domain/capture/heartbeat.ts";
import { subtract, total, union, type Interval } from "../../src/domain/capture/interval.ts";
import { billEntry, applyContract } from "../../src/domain/entries/rounding.ts";
import { foldAgentPieces, foldPieces, type Piece } from "../../src/domain/capture/span.ts";
import { aCase, aTimeline, OTHER_TREE, TREE } from "../support/builders.ts";

/** A new one each time; `FC_SEED` repeats a run. */
const SEED = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);
const RUNS = { numRuns: 1000, seed: SEED };
console.log(`spans: seed ${String(SEED)}`);
/** Around the hour that Vienna skips in 2026, so that midnights and a day of 23 hours lie within. */
const START = Date.parse("2026-03-28T20:00:00Z");
const VIENNA = "Europe/Vienna" as ZoneId;

const rows: fc.Arbitrary<HeartbeatRow[]> = fc.array(
  fc
    .record({
      offset: fc.nat({ max: 36 * 3600 }),
      length: fc.nat({ max: 3 }),
      tree: fc.boolean(),
      window: fc.nat({ max: 2 }),
    })
    .map(({ offset, length, tree, window }) => ({
      windowId: `window-${String(window)}`,
      tree: tree ? TREE : OTHER_TREE,
      first: epochMs(START + offset * 1000),
      last: epochMs(START + (offset + length) * 1000),
      counts: { edit: 1 },
    })),
  { maxLength: 60, size: "max" },
);
const picks = fc.array(fc.record({ offset: fc.nat({ max: 36 * 3600 }), tree: fc.boolean(), key: fc.nat({ max: 2 }) }), {
  maxLength: 6,
});

const CLASSES = ["person", "person", "person", "scroll", "scroll", "presence", "presence", "agent"] as const;
/** Rows of all classes, dense enough for chains, with focus and switches, over two midnights. */
const mixed: fc.Arbitrary<HeartbeatRow[]> = fc
  .array(
    fc.record({
      wait: fc.oneof(
        { weight: 6, arbitrary: fc.nat({ max: 90 }) },
        { weight: 2, arbitrary: fc.nat({ max: 400 }) },
        { weight: 1, arbitrary: fc.nat({ max: 9_000 }) },
      ),
      length: fc.nat({ max: 3 }),
      tree: fc.boolean(),
      window: fc.nat({ max: 2 }),
      of: fc.constantFrom(...CLASSES),
      counts: fc.constantFrom({ edit: 1 }, { edit: 1 }, { focus: 1 }, { switch: 1 }),
      // Somebody reads by the wheel, or sits in a terminal, for an hour.
      times: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat({ max: 90 }) }),
    }),
    { maxLength: 50, size: "max" },
  )
  .map((steps) =>
    steps.flatMap(({ times, ...step }) =>
      Array.from({ length: times }, () => ({ ...step, wait: times > 1 ? step.wait % 59 : step.wait })),
    ),
  )
  .map((steps) => {
    let now = START + 2 * 3_600_000;
    return steps.map(({ wait, length, tree, window, of, counts }) => {
      now += wait * 1000;
      return {
        windowId: `window-${String(window)}`,
        tree: tree ? TREE : OTHER_TREE,
        first: epochMs(now),
        last: epochMs(now + length * 1000),
        counts: of === "person" ? counts : {},
        ...(of === "agent" ? { agent: true as const } : {}),
        ...(of === "scroll" || of === "presence" ? { weak: of } : {}),
      };
    });
  });
const pauses = fc.array(fc.tuple(fc.nat({ max: 10 * 3600 }), fc.nat({ max: 200 })), { maxLength: 3 });

/** With picks, pauses and policies of any idle timeout. */
const timelines = fc
  .tuple(
    picks,
    pauses,
    fc.array(fc.tuple(fc.nat({ max: 10 * 3600 }), fc.constantFrom(0, 60, 300, 1800)), { maxLength: 3 }),
  )
  .map(([somePicks, somePauses, policies]) => () => {
    const timeline = timelineOf(somePicks);
    for (const [offset, length] of somePauses) {
      timeline.addPause(epochMs(START + offset * 1000), true);
      timeline.addPause(epochMs(START + (offset + length) * 1000), false);
    }
    for (const [offset, idleTimeoutSeconds] of policies) {
      timeline.addPolicy(epochMs(START + offset * 1000), { idleTimeoutSeconds, zone: VIENNA });
    }
    return timeline;
  });

const bounds = new Map<LocalDate, DayBounds>();
/** Kept: asking the zone each time takes longer than the fold. */
function boundsOf(day: LocalDate): DayBounds {
  let found = bounds.get(day);
  if (found === undefined) bounds.set(day, (found = dayAround(startOfDay(day, VIENNA), VIENNA)));
  return found;
}

/** Seconds by case. */
function byCase(pieces: readonly Piece[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { case: of, start, end } of pieces) {
    const key = of?.id ?? "none";
    sums.set(key, (sums.get(key) ?? 0) + secondsBetween(start, end));
  }
  return sums;
}

/** As a list that does not tell into how many pieces a stretch was cut. */
const stretches = (pieces: readonly Piece[], part: Piece["part"]): readonly Interval[] =>
  union(pieces.filter((piece) => piece.part === part));

function timelineOf(picked: readonly { offset: number; tree: boolean; key: number }[]) {
  const timeline = aTimeline(aCase("ACME-0"), 300, VIENNA);
  for (const { offset, tree, key } of picked) {
    timeline.addPick(tree ? TREE : OTHER_TREE, epochMs(START + offset * 1000), aCase(`ACME-${String(key)}`));
  }
  return timeline;
}

describe("for any heartbeats of any windows", () => {
  it("pieces are ordered and disjoint, stay within the wall clock and within one local day", () => {
    fc.assert(
      fc.property(rows, picks, (someRows, somePicks) => {
        const pieces = foldPieces(someRows, timelineOf(somePicks));
        let end = 0;
        for (const piece of pieces) {
          expect(piece.start).toBeGreaterThanOrEqual(end);
          expect(piece.end).toBeGreaterThan(piece.start);
          expect(localDate(piece.start, VIENNA)).toBe(piece.day);
          expect(localDate(epochMs(piece.end - 1), VIENNA)).toBe(piece.day);
          ({ end } = piece);
        }
        const instants = someRows.flatMap((row) => [row.first, row.last]);
        const wall = instants.length === 0 ? 0 : (Math.max(...instants) - Math.min(...instants)) / 1000;
        expect(total(pieces)).toBeLessThanOrEqual(wall);
      }),
      RUNS,
    );
  });

  it("the order in which rows arrive changes nothing", () => {
    fc.assert(
      fc.property(rows, picks, fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (someRows, somePicks, ranks) => {
        const shuffled = someRows
          .map((row, index) => ({ row, rank: ranks[index] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ row }) => row);
        expect(foldPieces(shuffled, timelineOf(somePicks))).toEqual(foldPieces(someRows, timelineOf(somePicks)));
      }),
      RUNS,
    );
  });

  it("folding in two pieces at a midnight keeps every second", () => {
    fc.assert(
      fc.property(rows, picks, (someRows, somePicks) => {
        const midnight = startOfDay(localDate(epochMs(START + 12 * 3_600_000), VIENNA), VIENNA);
        const near = 60_000;
        const pieces = foldPieces(someRows, timelineOf(somePicks));
        const before = foldPieces(
          someRows.filter((row) => row.first < midnight + near),
          timelineOf(somePicks),
        );
        const after = foldPieces(
          someRows.filter((row) => row.last >= midnight - near),
          timelineOf(somePicks),
        );
        const sum = (list: typeof pieces, is: (start: number) => boolean): number =>
          list
            .filter((piece) => is(piece.start))
            .reduce((all, piece) => all + secondsBetween(piece.start, piece.end), 0);
        expect(sum(before, (start) => start < midnight) + sum(after, (start) => start >= midnight)).toBe(total(pieces));
      }),
      RUNS,
    );
  });
});

describe("for any rows of all classes", () => {
  it("the order in which they arrive changes nothing", () => {
    const ranks = fc.array(fc.nat(), { minLength: 97, maxLength: 97 });
    fc.assert(
      fc.property(mixed, timelines, ranks, (someRows, timeline, someRanks) => {
        const shuffled = someRows
          .map((row, index) => ({ row, rank: (someRanks[index % 97] ?? 0) + index }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ row }) => row);
        const pieces = foldPieces(someRows, timeline());
        expect(foldPieces(shuffled, timeline())).toEqual(pieces);
        expect(foldAgentPieces(shuffled, timeline(), pieces)).toEqual(foldAgentPieces(someRows, timeline(), pieces));
      }),
      RUNS,
    );
  });

  it("pieces are ordered and disjoint, and each lies within one local day", () => {
    fc.assert(
      fc.property(mixed, timelines, (someRows, timeline) => {
        const pieces = foldPieces(someRows, timeline());
        const wrong = pieces.filter(({ start, end, day }, index) => {
          const { start: from, end: to } = boundsOf(day);
          return start < (pieces[index - 1]?.end ?? 0) || end <= start || start < from || end > to;
        });
        expect(wrong).toEqual([]);
      }),
      RUNS,
    );
  });

  it("each day, folded with half an hour of its neighbours, is what one fold of everything says of it", () => {
    fc.assert(
      fc.property(mixed, timelines, (someRows, timeline) => {
        const all = foldPieces(someRows, timeline());
        const days = new Set(someRows.flatMap((row) => [localDate(row.first, VIENNA), localDate(row.last, VIENNA)]));
        for (const day of days) {
          const { start, end } = boundsOf(day);
          const margin = DAY_MARGIN_SECONDS * 1000;
          const near = someRows.filter((row) => row.last >= start - margin && row.first < end + margin);
          expect(foldPieces(near, timeline()).filter((piece) => piece.day === day)).toEqual(
            all.filter((piece) => piece.day === day),
          );
        }
      }),
      RUNS,
    );
  });

  it("presence never makes observed time, nor takes any", () => {
    fc.assert(
      fc.property(mixed, timelines, (someRows, timeline) => {
        const without = foldPieces(
          someRows.filter((row) => row.weak !== "presence"),
          timeline(),
        );
        const all = foldPieces(someRows, timeline());
        expect(stretches(all, "observed")).toEqual(stretches(without, "observed"));
        expect(total(union([...stretches(all, "bridged"), ...stretches(without, "bridged")]))).toBe(
          total(stretches(all, "bridged")),
        );
      }),
      RUNS,
    );
  });

  it("without the weak ones no case has more time, and only the person's own are observed or bridged as before", () => {
    fc.assert(
      fc.property(mixed, timelines, (someRows, timeline) => {
        const strong = foldPieces(
          someRows.filter((row) => row.weak === undefined),
          timeline(),
        );
        const all = foldPieces(someRows, timeline());
        for (const [key, sum] of byCase(strong)) expect(byCase(all).get(key)).toBeGreaterThanOrEqual(sum);
        // Instant by instant too: what was a case's stays its own.
        for (const piece of strong) {
          const same = all.filter((other) => other.case?.id === piece.case?.id);
          expect(total(subtract(piece, union(same)))).toBe(0);
        }
      }),
      RUNS,
    );
  });
});

describe("intervals", () => {
  const interval: fc.Arbitrary<Interval> = fc
    .tuple(fc.nat({ max: 60 }), fc.nat({ max: 20 }))
    .map(([start, length]) => ({ start: epochMs(start * 1000), end: epochMs((start + length) * 1000) }));
  const covered = (list: readonly Interval[], second: number): boolean =>
    list.some(({ start, end }) => start <= second * 1000 && second * 1000 < end);

  it("union and subtract agree with a count second by second", () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 10 }), interval, (list, from) => {
        const joined = union(list);
        const left = subtract(from, joined);
        for (let second = 0; second < 90; second += 1) {
          expect(covered(joined, second)).toBe(covered(list, second));
          expect(covered(left, second)).toBe(covered([from], second) && !covered(list, second));
        }
        expect(total(union([...joined, ...joined]))).toBe(total(joined));
      }),
      RUNS,
    );
  });
});

describe("rounding", () => {
  const contract = fc.option(
    fc.record(
      {
        incrementSeconds: fc.constantFrom(1, 60, 360, 900, 1800),
        rounding: fc.constantFrom("none" as const, "up" as const, "down" as const, "nearest" as const),
        minimumSeconds: fc.constantFrom(0, 900, 3600),
        billable: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    { nil: undefined },
  );
  const work = fc.array(fc.record({ day: fc.nat({ max: 3 }), billable: fc.nat({ max: 20_000 }) }), {
    maxLength: 20,
    size: "max",
  });

  it("however days are cut into entries, billed stays within one unit of contract-billable and is never negative", () => {
    fc.assert(
      fc.property(contract, fc.constantFrom(1, 36, 60, 900), work, (rule, unit, entries) => {
        const days = new Map<number, { billable: number; contract: number }>();
        let contractTotal = 0;
        let billedTotal = 0;
        for (const { day, billable } of entries) {
          const soFar = days.get(day) ?? { billable: 0, contract: 0 };
          const billed = billEntry(seconds(billable), rule, unit, {
            dayBillable: seconds(soFar.billable),
            dayContract: seconds(soFar.contract),
            contractTotal: seconds(contractTotal),
            billedTotal: seconds(billedTotal),
          });
          days.set(day, { billable: soFar.billable + billable, contract: soFar.contract + billed.contractSeconds });
          contractTotal += billed.contractSeconds;
          billedTotal += billed.billedSeconds;
          expect(billed.billedSeconds).toBeGreaterThanOrEqual(0);
          expect(billed.billedSeconds % unit).toBe(0);
          expect(Math.abs(billedTotal - contractTotal)).toBeLessThan(unit === 1 ? 1 : unit);
          expect(billed.carriedSeconds).toBe(contractTotal - billedTotal);
        }
        for (const { billable, contract: counted } of days.values()) {
          expect(counted).toBe(applyContract(seconds(billable), rule));
        }
      }),
      RUNS,
    );
  });
});
