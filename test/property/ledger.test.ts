import { DEFAULT_TEMPLATE } from "../../src/domain/entries/description.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { previewSync } from "../../src/app/billing/syncPreview.ts";
import { verifyLedger } from "../../src/app/ledger/verifyLedger.ts";
import { epochMs, floorToSecond, localDate, seconds, type ZoneId } from "../../src/base/time.ts";
import { foldDay, makeDaySheet } from "../../src/domain/day/daySheet.ts";
import type { EventBody, NewEvent } from "../../src/domain/log/events.ts";
import { mergeHeartbeats, type HeartbeatRow } from "../../src/domain/capture/heartbeat.ts";
import { subtract, total, union } from "../../src/domain/capture/interval.ts";
import { replay } from "../../src/domain/ledger.ts";
import { foldAgentPieces, foldPieces, joinPieces } from "../../src/domain/capture/span.ts";
import type { Policy } from "../../src/domain/capture/timeline.ts";
import { aCase, aConnection, must, OTHER_TREE, TREE } from "../support/builders.ts";
import { FakeBilling, FakeProviders } from "../support/fakeBilling.ts";
import { ManualClock } from "../support/manualClock.ts";
import { TestWindow } from "../support/memoryEventLog.ts";

const RUNS = { numRuns: 1_000 };
const VIENNA = "Europe/Vienna" as ZoneId;
const TOKYO = "Asia/Tokyo" as ZoneId;
/** Two hours before the midnight of a day of 23 hours; the second night of the stretch ends a day of 24. */
const START = Date.parse("2026-03-28T21:00:00Z");
const FIRST: Policy = { idleTimeoutSeconds: 300, zone: VIENNA };

type Step =
  | {
      readonly kind: "work";
      readonly wait: number;
      readonly length: number;
      readonly tree: boolean;
      readonly window: number;
      readonly agent: boolean;
    }
  | { readonly kind: "pick"; readonly wait: number; readonly tree: boolean; readonly key: number }
  | { readonly kind: "pause" | "resume"; readonly wait: number }
  | { readonly kind: "policy"; readonly wait: number; readonly idle: number; readonly zone: ZoneId }
  | { readonly kind: "gap"; readonly wait: number; readonly length: number };

/** Mostly the few seconds and minutes in which the rules differ; now and then a jump to near a midnight. */
const wait = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 70 }) },
  { weight: 3, arbitrary: fc.nat({ max: 320 }) },
  { weight: 1, arbitrary: fc.constantFrom(1_800, 3_595, 7_200, 11_400, 39_600) },
);
const work = fc.record({
  kind: fc.constant("work" as const),
  wait,
  length: fc.nat({ max: 3 }),
  tree: fc.boolean(),
  window: fc.nat({ max: 2 }),
  agent: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const facts: fc.Arbitrary<Step>[] = [
  fc.record({ kind: fc.constant("pick" as const), wait, tree: fc.boolean(), key: fc.integer({ min: -1, max: 2 }) }),
  fc.record({ kind: fc.constantFrom("pause" as const, "resume" as const, "resume" as const), wait }),
  fc.record({
    kind: fc.constant("policy" as const),
    wait,
    idle: fc.constantFrom(0, 60, 300, 1_800),
    zone: fc.constantFrom(VIENNA, VIENNA, TOKYO),
  }),
  fc.record({ kind: fc.constant("gap" as const), wait, length: fc.nat({ max: 200 }) }),
];
const story = fc.array(
  fc.oneof({ weight: 8, arbitrary: work }, ...facts.map((arbitrary) => ({ weight: 1, arbitrary }))),
  { minLength: 1, maxLength: 40, size: "max" },
);

const tree = (first: boolean) => (first ? TREE : OTHER_TREE);

/** The events of a story as the windows would write them, in order of time; each with the day of the zone in force. */
function eventsOf(steps: readonly Step[]): readonly NewEvent[] {
  let now = START;
  let { zone } = FIRST;
  let movedAt = Number.NEGATIVE_INFINITY;
  const events: NewEvent[] = [];
  const add = (body: EventBody, at: number, window = 0): void => {
    const instant = floorToSecond(at);
    events.push({
      id: `e${String(events.length)}`,
      windowId: `window-${String(window)}`,
      at: instant,
      zone,
      day: localDate(instant, zone),
      body,
    });
  };
  for (const step of steps) {
    now += step.wait * 1_000;
    switch (step.kind) {
      case "work": {
        const [first, last] = [epochMs(now), epochMs(now + step.length * 1_000)];
        // A window writes a row over midnight as its two heartbeats.
        const halves =
          localDate(first, zone) === localDate(last, zone)
            ? [[first, last] as const]
            : [[first, first] as const, [last, last] as const];
        for (const [from, to] of halves) {
          const row = {
            kind: "heartbeats" as const,
            tree: tree(step.tree),
            first: from,
            last: to,
            counts: { edit: 1 },
          };
          add(step.agent ? { ...row, agent: true } : row, from, step.window);
        }
        break;
      }
      case "pick":
        add(
          { kind: "pick", tree: tree(step.tree), case: step.key < 0 ? null : aCase(`ACME-${String(step.key)}`) },
          now,
        );
        break;
      case "policy":
        now += 4_000; // no row is open when a setting is changed
        // Nobody travels there and back within a gap between two heartbeats.
        if (step.zone !== zone && now - movedAt > 7_200_000) {
          ({ zone } = step);
          movedAt = now;
        }
        add({ kind: "policy", idleTimeoutSeconds: step.idle, zone }, now);
        break;
      case "gap":
        add({ kind: "tickGap", from: epochMs(now - step.length * 1_000), to: epochMs(now) }, now);
        break;
      default:
        add({ kind: step.kind }, now);
    }
  }
  return events;
}

function rowsOf(events: readonly NewEvent[]): readonly HeartbeatRow[] {
  return events.flatMap(({ body, windowId }) => (body.kind === "heartbeats" ? [{ ...body, windowId }] : []));
}

function aWindow(): TestWindow {
  const window = new TestWindow(new ManualClock("2026-04-02 00:00"), undefined, "window-0", FIRST);
  window.clock.zone = VIENNA;
  return window;
}

describe("for any story of work", () => {
  it("the days add up to one fold of everything, piece by piece", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const events = eventsOf(steps);
        const window = aWindow();
        await window.log.append(events);
        const atOnce = replay(await window.log.read({}), FIRST);
        const pieces = foldPieces(rowsOf(events), atOnce.timeline);
        const agents = foldAgentPieces(rowsOf(events), atOnce.timeline, pieces);
        const days = await window.view.days();
        for (const day of days) {
          const sheet = await window.view.sheet(day);
          expect(sheet.pieces).toEqual(joinPieces(pieces.filter((piece) => piece.day === day)));
          expect(sheet.agentPieces).toEqual(joinPieces(agents.filter((piece) => piece.day === day)));
        }
        const found = new Set<string>(days);
        expect([...pieces, ...agents].filter((piece) => !found.has(piece.day))).toEqual([]);
        window.kill();
      }),
      RUNS,
    );
  });

  it("a window that follows along shows what one shows that opens at the end, in any order of arrival", async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.array(fc.nat(), { minLength: 90, maxLength: 90 }), async (steps, chance) => {
        const ordered = eventsOf(steps);
        // Rows may come late, as from a window that could not write for a while; facts come as they happen.
        const facts = ordered.filter(({ body }) => body.kind !== "heartbeats");
        const late = ordered.filter(
          ({ body }, index) => body.kind === "heartbeats" && must(chance[index % 90]) % 4 === 0,
        );
        const prompt = ordered.filter((event) => !late.includes(event));
        const window = aWindow();
        for (const [index, event] of [...prompt, ...late].entries()) {
          await window.log.append([event]);
          if (must(chance[(index * 7) % 90]) % 3 === 0) await window.view.sheet(event.day);
        }
        expect(facts.length + rowsOf(ordered).length).toBe(ordered.length);
        const fresh = window.beside("window-9");
        for (const day of await window.view.days()) {
          const rows = rowsOf(ordered);
          const ledger = replay(await window.log.read({}), FIRST);
          const expected = makeDaySheet(foldDay(day, rows, ledger.timeline), ledger);
          expect(await window.view.sheet(day)).toEqual(expected);
          expect(await fresh.view.sheet(day)).toEqual(expected); // from the projection, where one was kept
        }
        fresh.kill();
        window.kill();
      }),
      RUNS,
    );
  });

  it("nothing is counted twice and nothing lost", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const window = aWindow();
        await window.log.append(eventsOf(steps));
        const events = await window.log.read({});
        const report = await verifyLedger(window.log, FIRST);
        window.kill();
        expect(report).toMatchObject({ overlapSeconds: 0, lostSeconds: 0 });
        expect(report.assigned + report.unassigned).toBe(report.observed + report.bridged);
        const beats = mergeHeartbeats(rowsOf(events));
        const wall = beats.length === 0 ? 0 : (must(beats.at(-1)).at - must(beats[0]).at) / 1000;
        expect(report.observed + report.bridged).toBeLessThanOrEqual(wall);
        expect(report.agent).toBeGreaterThanOrEqual(0);
      }),
      RUNS,
    );
  });
});

describe("for any sequence of approvals by two windows", () => {
  const approvals = fc.array(
    fc.record({ after: fc.nat({ max: 40 }), window: fc.boolean(), which: fc.nat({ max: 255 }), stale: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );

  it("each second is claimed once, each worked second of a case in the end, and billed stays within a unit", async () => {
    await fc.assert(
      fc.asyncProperty(story, approvals, fc.constantFrom(1, 36, 60, 900), async (steps, someApprovals, unitSeconds) => {
        const clock = new ManualClock("2026-04-02 00:00");
        const one = new TestWindow(clock, undefined, "window-1", FIRST);
        const two = new TestWindow(clock, one.store, "window-2", FIRST);
        const approve = async (window: TestWindow, which: number): Promise<void> => {
          const billing = new FakeBilling();
          const directory = new CaseDirectory(window.log, window.view, new FakeProviders(billing), clock);
          const preview = await previewSync(window.view, directory, aConnection(), unitSeconds, {
            share: "none",
            descriptionTemplate: DEFAULT_TEMPLATE,
          });
          const drafts = preview.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
          const chosen = drafts.filter((_draft, index) => ((which >> (index % 8)) & 1) === 1);
          if (chosen.length > 0) await approveDrafts(window, preview, chosen);
        };
        for (const window of [one, two]) await window.view.load();
        for (const [index, event] of eventsOf(steps).entries()) {
          await one.log.append([event]);
          for (const { after, window, which, stale } of someApprovals) {
            if (after !== index) continue;
            if (!stale) clock.advance(1_000);
            await approve(window ? one : two, which);
          }
        }
        for (let again = 0; again < 2; again += 1) await approve(one, 255);

        const report = await verifyLedger(one.log, FIRST);
        const events = await one.log.read({});
        expect(report).toMatchObject({ overlapSeconds: 0, lostSeconds: 0 });
        expect(report.driftSeconds).toBeLessThan(unitSeconds);
        const entries = one.view.ledger.entries.all.map(({ entry }) => entry);
        for (const entry of entries) {
          expect(entry.billableSeconds).toBe(total(entry.intervals));
          expect(union(entry.intervals)).toEqual(entry.intervals);
          expect({ start: entry.start, end: entry.end }).toEqual({
            start: must(entry.intervals[0]).start,
            end: must(entry.intervals.at(-1)).end,
          });
          expect(entry.billedSeconds).toBeGreaterThanOrEqual(0);
          expect(entry.billedSeconds % unitSeconds).toBe(0);
          for (const { start, end } of entry.intervals) {
            const { timeline } = one.view.ledger;
            expect({ firstDay: timeline.dayAt(start).date, lastDay: timeline.dayAt(epochMs(end - 1)).date }).toEqual({
              firstDay: entry.day,
              lastDay: entry.day,
            });
          }
        }
        const claimed = union(entries.flatMap((entry) => entry.intervals));
        expect(total(claimed)).toBe(seconds(entries.reduce((sum, entry) => sum + entry.billableSeconds, 0)));
        const worked = foldPieces(rowsOf(events), one.view.ledger.timeline);
        const left = worked.filter((piece) => piece.case !== null).flatMap((piece) => subtract(piece, claimed));
        expect(left).toEqual([]);
        one.kill();
        two.kill();
      }),
      RUNS,
    );
  });
});
