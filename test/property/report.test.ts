import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { ContractHours } from "../../src/app/cases/contractHours.ts";
import { declareTime } from "../../src/app/edits/declareTime.ts";
import { listDrafts, strikeCaptured, writeDownDraft, type DraftContext } from "../../src/app/edits/draftEdits.ts";
import { reassign } from "../../src/app/edits/reassign.ts";
import { makeReport } from "../../src/app/report/report.ts";
import { ReportDays } from "../../src/app/report/reportDays.ts";
import { NO_FIGURES } from "../../src/app/report/reportFigures.ts";
import { makeStatement } from "../../src/app/export/statement.ts";
import { previewSync } from "../../src/app/billing/syncPreview.ts";
import { redoAct, undoAct } from "../../src/app/edits/undoEdits.ts";
import { epochMs, type LocalDate } from "../../src/base/time.ts";
import { PLAIN_DRAFTING } from "../../src/domain/entries/description.ts";
import { CaseclockError } from "../../src/domain/errors.ts";
import type { Interval } from "../../src/domain/capture/interval.ts";
import { REPORT_GROUPINGS, type ReportFigures, type ReportModel } from "../../src/ports/report.ts";
import { aCase, aConnection, anEvent, aRow, aRowEvent, at, day, TREE } from "../support/builders.ts";
import { FakeBilling, FakeProviders } from "../support/fakeBilling.ts";
import { ManualClock } from "../support/manualClock.ts";
import { TestWindow } from "../support/memoryEventLog.ts";
import { withdrawApproval } from "../../src/app/edits/withdrawApproval.ts";

/** Monday to Wednesday; the last is today. */
const DAYS = ["2026-03-09", "2026-03-10", "2026-03-11"].map(day);
const CASES = [
  aCase("ACME-1", { incrementSeconds: 900, minimumSeconds: 600, budgetSeconds: 36_000 }),
  aCase("BETA-1"),
  aCase("GAMMA-1"),
] as const;
const CONNECTION = aConnection();

const second = fc.nat({ max: 3_600 });
const which = fc.nat({ max: 9 });
const dayIndex = fc.nat({ max: 2 });
const to = fc.nat({ max: 3 });
const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);
const stretch = fc.record({ on: dayIndex, a: second, b: second });
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: kind("moveRange"), stretch, to }),
    fc.record({ kind: kind("declare"), stretch, to, placed: fc.boolean() }),
    fc.record({ kind: kind("strike"), stretch }),
    fc.record({ kind: kind("writeDown"), on: dayIndex, which, percent: fc.nat({ max: 100 }) }),
    { weight: 3, arbitrary: fc.record({ kind: kind("approve"), which }) },
    fc.record({ kind: kind("withdraw"), which }),
    { weight: 2, arbitrary: fc.record({ kind: kind("undo") }) },
    fc.record({ kind: kind("redo") }),
  ),
  { maxLength: 12 },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

class Desk {
  readonly clock = new ManualClock("2026-03-11 18:00");
  readonly window = new TestWindow(this.clock);
  readonly directory: CaseDirectory;
  readonly days: ReportDays;
  private readonly context: DraftContext;
  private readonly budget: ContractHours;
  private readonly unitSeconds: number;

  constructor(unitSeconds: number) {
    this.unitSeconds = unitSeconds;
    const { log, view, journal } = this.window;
    const billing = new FakeBilling();
    billing.cases = [[...CASES]];
    this.directory = new CaseDirectory(log, view, new FakeProviders(billing), this.clock);
    this.days = new ReportDays(log, view, this.directory);
    this.budget = new ContractHours(log, view, this.directory);
    const drafting = (): typeof PLAIN_DRAFTING => PLAIN_DRAFTING;
    this.context = { journal, directory: this.directory, drafting };
  }

  async perform(step: Step): Promise<void> {
    const { context, window } = this;
    switch (step.kind) {
      case "moveRange":
        await reassign(context, rangeOf(step.stretch), CASES[step.to] ?? null);
        return;
      case "declare": {
        const range = rangeOf(step.stretch);
        const time = step.placed
          ? { interval: range }
          : { day: DAYS[step.stretch.on] ?? day("2026-03-11"), seconds: 700 };
        await declareTime(context, CASES[step.to] ?? CASES[0], time, "Call");
        return;
      }
      case "strike":
        await strikeCaptured(context, rangeOf(step.stretch));
        return;
      case "writeDown": {
        const drafts = await listDrafts(context, DAYS[step.on] ?? day("2026-03-11"));
        const draft = drafts[step.which % Math.max(1, drafts.length)];
        if (draft !== undefined)
          await writeDownDraft(
            context,
            { case: draft.case.ref, day: draft.day },
            { percent: step.percent },
            "Learning",
          );
        return;
      }
      case "approve": {
        const shown = await previewSync(window.view, this.directory, CONNECTION, this.unitSeconds, PLAIN_DRAFTING);
        const drafts = shown.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
        const draft = drafts[step.which % Math.max(1, drafts.length)];
        if (draft !== undefined) await approveDrafts(context, shown, [draft]);
        return;
      }
      case "withdraw": {
        const open = window.view.ledger.entries.listOpen.map(({ entry }) => entry.entryId);
        const one = open[step.which % Math.max(1, open.length)];
        if (one !== undefined) await withdrawApproval(context, [one]);
        return;
      }
      case "undo":
        await undoAct(context);
        return;
      case "redo":
        await redoAct(context);
    }
  }

  report(by: ReportModel["place"]["by"], fresh: boolean): Promise<ReportModel> {
    const { view, log } = this.window;
    const days = fresh ? new ReportDays(log, view, this.directory) : this.days;
    const context = { view, directory: this.directory, days, budget: this.budget, connectionName: () => "Desk" };
    return makeReport(context, { period: "week", day: "2026-03-11", by });
  }

  async check(): Promise<void> {
    const { ledger } = this.window.view;
    const kept = await this.report("case", false);
    for (const by of REPORT_GROUPINGS) {
      const { rows, totals } = await this.report(by, true);
      expect(totals, "what was kept is what is computed").toEqual(kept.totals);
      expect(sumOf(rows.map(({ figures }) => figures)), `the rows by ${by}`).toEqual(totals);
      rows.forEach(({ figures }) => {
        addUp(figures);
      });
    }
    const { totals, chart } = kept;
    addUp(totals);
    expect(chart.lines.flatMap(({ seconds }) => seconds).reduce((a, b) => a + b, 0)).toBe(totals.workedSeconds);
    const entries = ledger.entries.all.map(({ entry }) => entry);
    const sum = (figure: (one: (typeof entries)[number]) => number): number =>
      entries.reduce((all, one) => all + figure(one), 0);
    expect(totals.billedSeconds).toBe(sum((one) => one.billedSeconds));
    expect(totals.carriedSeconds).toBe(sum((one) => one.contractSeconds - one.billedSeconds));
    expect(totals.approvedSeconds).toBe(sum((one) => one.observedSeconds + one.bridgedSeconds + one.declaredSeconds));
    const drafts = (await Promise.all(DAYS.map((one) => listDrafts(this.context, one)))).flat();
    const open = drafts.reduce((all, one) => all + one.observedSeconds + one.bridgedSeconds + one.declaredSeconds, 0);
    expect(totals.openSeconds).toBe(open);
    for (const { key, ref } of CASES) {
      const range = { from: "2026-03-09" as LocalDate, to: "2026-03-15" as LocalDate };
      const statement = makeStatement(this.window.view, this.directory, ref, range, () => undefined);
      const row = kept.rows.find(({ subject }) => subject.kind === "case" && subject.case?.key === key);
      expect(row?.figures.billedSeconds ?? 0, key).toBe(statement?.totals.billedSeconds ?? 0);
      expect(row?.figures.approvedSeconds ?? 0, key).toBe(statement?.totals.workedSeconds ?? 0);
    }
  }
}

function rangeOf({ on, a, b }: { readonly on: number; readonly a: number; readonly b: number }): Interval {
  const start = at(`${DAYS[on] ?? "2026-03-11"} 09:00`);
  return { start: epochMs(start + Math.min(a, b) * 1000), end: epochMs(start + Math.max(a, b) * 1000) };
}

function addUp(of: ReportFigures): void {
  expect(of.workedSeconds).toBe(of.observedSeconds + of.bridgedSeconds + of.declaredSeconds);
  expect(of.workedSeconds).toBe(of.approvedSeconds + of.openSeconds + of.unassignedSeconds);
  expect(of.billableSeconds).toBe(of.workedSeconds - of.unassignedSeconds - of.writtenDownSeconds);
  expect(of.carriedSeconds).toBe(of.contractSeconds - of.billedSeconds);
}

/** Sums by name, computed apart from the product's. */
function sumOf(list: readonly ReportFigures[]): Record<string, number> {
  const sum: Record<string, number> = Object.fromEntries(Object.keys(NO_FIGURES).map((name) => [name, 0]));
  for (const figures of list) {
    for (const [name, value] of Object.entries(figures)) sum[name] = (sum[name] ?? 0) + Number(value);
  }
  return sum;
}

describe("the report of any days, edits and approvals", () => {
  it("adds up in each grouping, and says what ledger and statement say", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 3 * 3_600 }), { minLength: 3, maxLength: 40 }),
        fc.constantFrom(1, 60, 360, 900),
        steps,
        async (rows, unit, todo) => {
          const desk = new Desk(unit);
          await desk.directory.refresh(new AbortController().signal);
          await desk.window.log.append([
            anEvent("connected", { kind: "connected", connection: CONNECTION }, "2026-03-08 07:00"),
            anEvent("pick", { kind: "pick", tree: TREE, case: CASES[0] }, "2026-03-09 08:00"),
            anEvent("pick-2", { kind: "pick", tree: TREE, case: CASES[1] }, "2026-03-10 09:20"),
            anEvent("pick-3", { kind: "pick", tree: TREE, case: null }, "2026-03-11 09:40"),
            ...rows.map((offset, index) => {
              const date = DAYS[Math.floor(offset / 3_601)] ?? "2026-03-11";
              const first = epochMs(at(`${date} 09:00`) + (offset % 3_600) * 1000);
              const event = aRowEvent(`row-${String(index)}`, { ...aRow("09:00"), first, last: first });
              return { ...event, at: first, day: day(date) };
            }),
          ]);
          await desk.window.view.load();
          await desk.check();
          for (const step of todo) {
            try {
              await desk.perform(step);
            } catch (error) {
              if (!CaseclockError.is(error)) throw error; // a refusal is an answer; anything else is a fault
            }
            await desk.check();
          }
          desk.days.dispose();
          desk.window.kill();
        },
      ),
      { numRuns: 120 },
    );
  });
});
