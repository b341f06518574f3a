import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approveDrafts } from "../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { declareTime, resolveConflict } from "../../src/app/edits/declareTime.ts";
import {
  listDrafts,
  mergeDrafts,
  moveDraft,
  removeDeclared,
  splitDraft,
  strikeCaptured,
  writeDownDraft,
  writeDraftDescription,
  type DraftContext,
  type DraftTarget,
} from "../../src/app/edits/draftEdits.ts";
import { reassign } from "../../src/app/edits/reassign.ts";
import { restoreStruck } from "../../src/app/edits/strikes.ts";
import { previewSync } from "../../src/app/billing/syncPreview.ts";
import { redoAct, findRedoableAct, undoAct, findUndoableAct } from "../../src/app/edits/undoEdits.ts";
import { epochMs } from "../../src/base/time.ts";
import { PLAIN_DRAFTING, type DraftingOptions } from "../../src/domain/entries/description.ts";
import { makeDrafts } from "../../src/domain/day/drafts.ts";
import { CaseclockError } from "../../src/domain/errors.ts";
import { total, union, type Interval } from "../../src/domain/capture/interval.ts";
import { replay } from "../../src/domain/ledger.ts";
import { aCase, aConnection, anEvent, aRow, aRowEvent, at, day, must, TREE, UTC } from "../support/builders.ts";
import { FakeBilling, FakeProviders } from "../support/fakeBilling.ts";
import { ManualClock } from "../support/manualClock.ts";
import { TestWindow } from "../support/memoryEventLog.ts";
import type { DraftEntry } from "../../src/domain/entries/draftEntry.ts";
import { withdrawApproval } from "../../src/app/edits/withdrawApproval.ts";

const TODAY = day("2026-03-10");
const CASES = [aCase("ACME-1"), aCase("BETA-1"), aCase("GAMMA-1", { agentTimeBillable: true })] as const;
const START = at("09:00");

const second = fc.nat({ max: 3_600 });
const which = fc.nat({ max: 9 });
const to = fc.nat({ max: 3 });
const stretch: fc.Arbitrary<Interval> = fc.tuple(second, second).map(([a, b]) => ({
  start: epochMs(START + Math.min(a, b) * 1000),
  end: epochMs(START + Math.max(a, b) * 1000),
}));
const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);
const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: kind("split"), which, at: second }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("merge"), which, other: which }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("move"), which, to }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("writeDown"), which, percent: fc.nat({ max: 110 }) }) },
    fc.record({ kind: kind("describe"), which, text: fc.constantFrom("", "Call", "Fixed it") }),
    fc.record({ kind: kind("moveRange"), range: stretch, to }),
    fc.record({ kind: kind("declare"), range: stretch, to, placed: fc.boolean() }),
    fc.record({ kind: kind("remove"), which }),
    { weight: 2, arbitrary: fc.record({ kind: kind("change"), which, range: stretch, to, placed: fc.boolean() }) },
    fc.record({ kind: kind("resolve"), which, keep: fc.constantFrom("declared" as const, "captured" as const) }),
    fc.record({ kind: kind("strike"), range: stretch }),
    fc.record({ kind: kind("restore"), range: stretch }),
    { weight: 2, arbitrary: fc.record({ kind: kind("approve"), which }) },
    fc.record({ kind: kind("withdraw"), which }),
    { weight: 3, arbitrary: fc.record({ kind: kind("undo") }) },
    { weight: 3, arbitrary: fc.record({ kind: kind("redo") }) },
  ),
  { minLength: 1, maxLength: 14 },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

const targetOf = ({ entryId, case: of, day: ofDay, from }: DraftEntry): DraftTarget => ({
  ...(entryId === undefined ? {} : { entryId }),
  case: of.ref,
  day: ofDay,
  ...(from === undefined ? {} : { from }),
});

/** A day at a desk with one window, and what a person does to it. */
class Desk {
  readonly clock = new ManualClock("12:00");
  readonly window = new TestWindow(this.clock);
  readonly directory = new CaseDirectory(
    this.window.log,
    this.window.view,
    new FakeProviders(new FakeBilling()),
    this.clock,
  );
  readonly context: DraftContext;
  private readonly drafting: DraftingOptions;

  constructor(drafting: DraftingOptions) {
    this.drafting = drafting;
    const { journal } = this.window;
    this.context = { journal, directory: this.directory, drafting: () => drafting };
  }

  drafts(): Promise<readonly DraftEntry[]> {
    return listDrafts(this.context, TODAY);
  }

  async draft(index: number): Promise<DraftTarget> {
    const drafts = await this.drafts();
    const draft = drafts[index % Math.max(1, drafts.length)];
    if (draft === undefined) throw new CaseclockError("entries.stale", "no draft");
    return targetOf(draft);
  }

  async perform(step: Step): Promise<void> {
    const { context } = this;
    switch (step.kind) {
      case "split":
        return splitDraft(context, await this.draft(step.which), epochMs(START + step.at * 1000));
      case "merge":
        return mergeDrafts(context, [await this.draft(step.which), await this.draft(step.other)]);
      case "move":
        return moveDraft(context, await this.draft(step.which), CASES[step.to] ?? null);
      case "writeDown":
        return writeDownDraft(context, await this.draft(step.which), { percent: step.percent }, "Learning");
      case "describe":
        return writeDraftDescription(context, await this.draft(step.which), step.text);
      case "moveRange":
        await reassign(context, step.range, CASES[step.to] ?? null);
        return;
      case "declare":
      case "change": {
        const time = step.placed ? { interval: step.range } : { day: TODAY, seconds: 600 };
        const replaces = step.kind === "change" ? { replaces: this.declared(step.which) } : {};
        await declareTime(context, CASES[step.to] ?? CASES[0], time, "Call", replaces);
        return;
      }
      case "remove":
        return removeDeclared(context, this.declared(step.which));
      case "resolve":
        return resolveConflict(context, this.declared(step.which), step.keep);
      case "strike":
        await strikeCaptured(context, step.range);
        return;
      case "restore":
        await restoreStruck(context, step.range);
        return;
      case "approve": {
        const shown = await previewSync(this.window.view, this.directory, aConnection(), 1, this.drafting);
        const drafts = shown.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
        const draft = drafts[step.which % Math.max(1, drafts.length)];
        if (draft !== undefined) await approveDrafts(context, shown, [draft]);
        return;
      }
      case "withdraw": {
        const { all } = this.window.view.ledger.entries;
        await withdrawApproval(context, [all[step.which % Math.max(1, all.length)]?.entry.entryId ?? "none"]);
        return;
      }
      case "undo":
        await undoAct(context);
        return;
      case "redo":
        await redoAct(context);
        return;
    }
  }

  private declared(index: number): string {
    const ofDay = this.window.view.ledger.edits.declaredOn(TODAY);
    return ofDay[index % Math.max(1, ofDay.length)]?.id ?? "none";
  }

  /** All that a person sees of the day, but the ids that drafts were given. */
  async shown(): Promise<unknown> {
    const sheet = await this.window.view.sheet(TODAY);
    const drafts = (await this.drafts()).map((draft) => ({ ...draft, entryId: undefined }));
    return { sheet, drafts, entries: this.window.view.ledger.entries.all };
  }

  private isPlaced(declarationId: string): boolean {
    const declared = this.window.view.ledger.edits.declaredOn(TODAY);
    return declared.some(({ id, interval }) => id === declarationId && interval !== undefined);
  }

  async writtenDown(): Promise<number> {
    return (await this.drafts()).reduce((sum, one) => sum + one.writtenDownSeconds, 0);
  }

  async check(): Promise<void> {
    const { ledger } = this.window.view;
    const claims = ledger.entries.all.flatMap(({ entry }) => entry.intervals);
    const drafts = await this.drafts();
    const taken = [...claims, ...drafts.flatMap(({ intervals }) => intervals)];
    expect(total(taken), "no instant is on two entries").toBe(total(union(taken)));
    for (const one of [...drafts, ...ledger.entries.all.map(({ entry }) => entry)]) {
      const worked = one.observedSeconds + one.bridgedSeconds + one.declaredSeconds;
      const placed = total(one.intervals);
      const unplaced = (one.declarations ?? []).reduce(
        (sum, { id, seconds }) => sum + (this.isPlaced(id) ? 0 : seconds),
        0,
      );
      expect(one.billableSeconds, "each second of it counts once").toBe(placed + unplaced - one.writtenDownSeconds);
      const agent = one.billableSeconds + one.writtenDownSeconds - worked;
      expect(agent).toBeGreaterThanOrEqual(0);
      if (agent > 0) expect(one.case.contract?.agentTimeBillable).toBe(true);
      expect(one.billableSeconds).toBeGreaterThanOrEqual(0);
      expect(one.writtenDownSeconds > 0).toBe(one.writeDownReason !== undefined);
    }
    const declared = drafts.flatMap(({ declarations }) => declarations.map(({ id }) => id));
    expect(new Set(declared).size).toBe(declared.length);
    // However the day is parted, its drafts are all of its time that nobody has claimed.
    const sheet = await this.window.view.sheet(TODAY);
    const whole = makeDrafts(sheet, ledger, PLAIN_DRAFTING, (ref) => this.directory.find(ref));
    const sum = (list: readonly DraftEntry[], of: "observedSeconds" | "bridgedSeconds" | "declaredSeconds"): number =>
      list.reduce((all, one) => all + one[of], 0);
    for (const part of ["observedSeconds", "bridgedSeconds", "declaredSeconds"] as const) {
      expect(sum(drafts, part)).toBe(sum(whole, part));
    }
    const replayed = replay(await this.window.log.read({}), { idleTimeoutSeconds: 300, zone: UTC });
    expect(makeDrafts(sheet, replayed, this.drafting, (ref) => this.directory.find(ref))).toEqual(drafts);
    expect(replayed.entries.all).toEqual(ledger.entries.all);
    expect(replayed.acts).toEqual(ledger.acts);
  }
}

describe("any sequence of edits, undo and redo", () => {
  it("keeps the sums, leaves what is claimed alone, and goes back and forth without a trace", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 3_500 }), { minLength: 2, maxLength: 30 }),
        fc.constantFrom("day" as const, "span" as const),
        fc.uniqueArray(fc.nat({ max: 900 }), { maxLength: 20 }),
        fc.constantFrom(0 as const, 2 as const),
        steps,
        async (rows, grouping, agentRows, picked, todo) => {
          const desk = new Desk({ ...PLAIN_DRAFTING, grouping });
          await desk.window.log.append([
            anEvent("pick", { kind: "pick", tree: TREE, case: CASES[picked] }, "08:00"),
            ...[rows, agentRows].flatMap((list, agent) =>
              list.map((offset, index) => {
                const first = epochMs(START + offset * 1000);
                const row = { ...aRow("09:00"), first, last: first, ...(agent === 0 ? {} : { agent: true as const }) };
                return aRowEvent(`row-${String(agent)}-${String(index)}`, row);
              }),
            ),
          ]);
          await desk.window.view.load();
          for (const step of todo) {
            const before = await desk.shown();
            const latest = findUndoableAct(desk.window.view.ledger)?.id;
            const written = await desk.writtenDown();
            const approved = JSON.stringify(desk.window.view.ledger.entries.all);
            try {
              await desk.perform(step);
            } catch (error) {
              if (!CaseclockError.is(error)) throw error; // a refusal is an answer; anything else is a fault
              expect(await desk.shown(), "a refusal changes nothing").toEqual(before);
              continue;
            }
            await desk.check();
            // An agent's time is billed by one contract and not by another: then there is another amount to write down.
            const isMove =
              (step.kind === "move" || step.kind === "moveRange") && step.to < CASES.length && agentRows.length === 0;
            if (isMove) expect(await desk.writtenDown(), "a courtesy goes along").toBe(written);
            if (step.kind === "undo" || step.kind === "redo") continue;
            if (step.kind === "approve" || step.kind === "withdraw") continue;
            expect(JSON.stringify(desk.window.view.ledger.entries.all), "approved stays").toBe(approved);
            const act = findUndoableAct(desk.window.view.ledger);
            if (act === undefined || act.id === latest) continue; // nothing was to be changed
            const after = await desk.shown();
            await undoAct(desk.context, act.id);
            expect(await desk.shown(), "undone").toEqual(before);
            expect(must(findRedoableAct(desk.window.view.ledger)).id).toBe(act.id);
            await redoAct(desk.context, act.id);
            expect(await desk.shown(), "redone").toEqual(after);
          }
          desk.window.kill();
        },
      ),
      { numRuns: 600 },
    );
  });
});
