import { DEFAULT_TEMPLATE } from "../../src/domain/entries/description.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { declareTime, resolveConflict } from "../../src/app/edits/declareTime.ts";
import { reassign } from "../../src/app/edits/reassign.ts";
import { undoActs } from "../../src/app/edits/undoEdits.ts";
import { previewSync } from "../../src/app/billing/syncPreview.ts";
import { verifyLedger } from "../../src/app/ledger/verifyLedger.ts";
import { epochMs } from "../../src/base/time.ts";
import { caseDays } from "../../src/domain/day/daySheet.ts";
import { applyEdits, type Edit } from "../../src/domain/edits/capturedEdits.ts";
import { CaseclockError } from "../../src/domain/errors.ts";
import { total, union, type Interval } from "../../src/domain/capture/interval.ts";
import { replay } from "../../src/domain/ledger.ts";
import type { Piece } from "../../src/domain/capture/span.ts";
import { aCase, aConnection, anEvent, aRow, aRowEvent, at, day, TREE, UTC } from "../support/builders.ts";
import { FakeBilling, FakeProviders } from "../support/fakeBilling.ts";
import { ManualClock } from "../support/manualClock.ts";
import { TestWindow } from "../support/memoryEventLog.ts";
import { withdrawApproval } from "../../src/app/edits/withdrawApproval.ts";

const RUNS = { numRuns: 1_000 };
const TODAY = day("2026-03-10");
const CASES = [aCase("ACME-1"), aCase("BETA-1"), aCase("GAMMA-1")] as const;
const START = at("09:00");
const HOUR_SECONDS = 3_600;

const second = fc.nat({ max: HOUR_SECONDS });
const stretch: fc.Arbitrary<Interval> = fc.tuple(second, second).map(([a, b]) => ({
  start: epochMs(START + Math.min(a, b) * 1000),
  end: epochMs(START + Math.max(a, b) * 1000),
}));
const pieces: fc.Arbitrary<Piece[]> = fc.uniqueArray(second, { maxLength: 40 }).map((cuts) => {
  const sorted = cuts.sort((a, b) => a - b);
  return sorted.slice(1).flatMap((end, index) => {
    const start = sorted[index] ?? 0;
    if (index % 3 === 2) return [];
    const [one, two] = CASES;
    return [
      {
        start: epochMs(START + start * 1000),
        end: epochMs(START + end * 1000),
        part: index % 2 === 0 ? "observed" : "bridged",
        case: index % 4 === 0 ? null : index % 4 === 1 ? one.ref : two.ref,
        tree: TREE,
        day: TODAY,
      } satisfies Piece,
    ];
  });
});
const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc
    .record({ intervals: fc.array(stretch, { maxLength: 3 }), to: fc.option(fc.nat({ max: 2 })) })
    .map(({ intervals, to }): Edit => ({
      id: "edit",
      intervals: union(intervals),
      change: to === null ? { kind: "strike" } : { kind: "assign", case: CASES[to]?.ref ?? null },
    })),
  { maxLength: 6 },
);

function isOrderedAndDisjoint(list: readonly Interval[]): boolean {
  return list.every((one, index) => one.start < one.end && (list[index - 1]?.end ?? 0) <= one.start);
}

/** The last assignment that covers an instant, as a slow and obvious rule. */
function lastCaseAt(instant: number, piece: Piece, made: readonly Edit[]): Piece["case"] {
  const found = made.findLast(
    ({ change, intervals }) => change.kind === "assign" && intervals.some((i) => i.start <= instant && instant < i.end),
  );
  return found?.change.kind === "assign" ? found.change.case : piece.case;
}

describe("edits of captured time", () => {
  it("neither make nor lose a second, and the later one wins", () => {
    fc.assert(
      fc.property(pieces, edits, (some, made) => {
        const { pieces: kept, struck } = applyEdits(some, made);
        expect(total(kept) + total(struck)).toBe(total(some));
        expect(isOrderedAndDisjoint(kept)).toBe(true);
        expect(total(union([...kept, ...struck]))).toBe(total(some));
        for (const piece of kept) {
          const origin = some.find((one) => one.start <= piece.start && piece.end <= one.end);
          if (origin === undefined) throw new Error("a piece came from nowhere");
          expect(piece.case).toEqual(lastCaseAt(piece.start, origin, made));
          expect({ part: piece.part, day: piece.day }).toEqual({ part: origin.part, day: origin.day });
        }
      }),
      RUNS,
    );
  });
});

type Step =
  | { readonly kind: "reassign"; readonly range: Interval; readonly to: number }
  | { readonly kind: "declare"; readonly range: Interval; readonly to: number; readonly placed: boolean }
  | { readonly kind: "resolve"; readonly which: number; readonly keep: "declared" | "captured" }
  | { readonly kind: "undo"; readonly which: number }
  | { readonly kind: "approve"; readonly which: number }
  | { readonly kind: "withdraw"; readonly which: number };

const which = fc.nat({ max: 9 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("reassign" as const), range: stretch, to: fc.nat({ max: 3 }) }),
    fc.record({ kind: fc.constant("declare" as const), range: stretch, to: fc.nat({ max: 2 }), placed: fc.boolean() }),
    fc.record({
      kind: fc.constant("resolve" as const),
      which,
      keep: fc.constantFrom("declared" as const, "captured" as const),
    }),
    fc.record({ kind: fc.constant("undo" as const), which }),
    fc.record({ kind: fc.constant("approve" as const), which }),
    fc.record({ kind: fc.constant("withdraw" as const), which }),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("any sequence of changes by hand", () => {
  it("keeps the sums, claims each second once, and leaves what is approved as it was", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 3_500 }), { minLength: 2, maxLength: 40 }),
        steps,
        async (rows, todo) => {
          const clock = new ManualClock("12:00");
          const window = new TestWindow(clock);
          const context = { journal: window.journal };
          await window.log.append([
            anEvent("pick", { kind: "pick", tree: TREE, case: CASES[0] }, "08:00"),
            ...rows.map((offset, index) =>
              aRowEvent(`row-${String(index)}`, {
                ...aRow("09:00"),
                first: epochMs(START + offset * 1000),
                last: epochMs(START + offset * 1000),
              }),
            ),
          ]);
          const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
          const made: string[] = [];
          const frozen = new Map<string, string>();
          for (const step of todo) {
            try {
              await perform(step);
            } catch (error) {
              if (!CaseclockError.is(error)) throw error; // a refusal is an answer; anything else is a fault
            }
            await check();
          }
          window.kill();

          async function perform(step: Step): Promise<void> {
            switch (step.kind) {
              case "reassign": {
                const { eventId } = await reassign(context, step.range, CASES[step.to] ?? null);
                if (eventId !== undefined) made.push(eventId);
                return;
              }
              case "declare": {
                const time = step.placed ? { interval: step.range } : { day: TODAY, seconds: 600 };
                made.push(...(await declareTime(context, CASES[step.to] ?? CASES[0], time, "Call")).ids);
                return;
              }
              case "resolve":
                await resolveConflict(context, made[step.which] ?? "none", step.keep);
                return;
              case "undo":
                await undoActs(context, [made[step.which] ?? "none"]);
                return;
              case "approve": {
                const shown = await previewSync(window.view, directory, aConnection(), 1, {
                  share: "commits",
                  descriptionTemplate: DEFAULT_TEMPLATE,
                });
                const drafts = shown.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
                const draft = drafts[step.which % Math.max(1, drafts.length)];
                if (draft === undefined) return;
                for (const id of (await approveDrafts(context, shown, [draft])) ?? []) {
                  frozen.set(id, JSON.stringify(window.view.ledger.entries.get(id)?.entry));
                }
                return;
              }
              case "withdraw": {
                const id = [...frozen.keys()][step.which];
                if (id === undefined) return;
                await withdrawApproval(context, [id]);
                frozen.delete(id);
                return;
              }
            }
          }

          async function check(): Promise<void> {
            const { entries } = window.view.ledger;
            for (const [id, text] of frozen) expect(JSON.stringify(entries.get(id)?.entry)).toBe(text);
            const claims = entries.all.flatMap(({ entry }) => entry.intervals);
            expect(total(claims)).toBe(total(union(claims)));
            for (const { entry } of entries.all) {
              expect(entry.billableSeconds).toBe(entry.observedSeconds + entry.bridgedSeconds + entry.declaredSeconds);
              expect(entry.billableSeconds).toBeGreaterThan(0);
            }
            const sheet = await window.view.sheet(TODAY);
            const shown = await previewSync(window.view, directory, aConnection(), 1, {
              share: "commits",
              descriptionTemplate: DEFAULT_TEMPLATE,
            });
            const open = shown.items.flatMap((item) => (item.kind === "draft" ? item.draft.intervals : []));
            expect(total([...claims, ...open])).toBe(total(union([...claims, ...open])));
            const worked = caseDays(sheet).reduce((sum, one) => sum + one.observedSeconds + one.bridgedSeconds, 0);
            const wall = Math.max(...rows) - Math.min(...rows);
            expect(worked + total(sheet.struck)).toBeLessThanOrEqual(wall);
            const replayed = replay(await window.log.read({}), { idleTimeoutSeconds: 300, zone: UTC });
            expect(replayed.entries.all).toEqual(entries.all);
            expect(replayed.edits.declaredOn(TODAY)).toEqual(window.view.ledger.edits.declaredOn(TODAY));
            const report = await verifyLedger(window.log, { idleTimeoutSeconds: 300, zone: UTC });
            expect(report).toMatchObject({ overlapSeconds: 0, lostSeconds: 0 });
          }
        },
      ),
      RUNS,
    );
  });
});
