import { DEFAULT_TEMPLATE } from "../../../../src/domain/entries/description.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { declareTime, findGaps, resolveConflict } from "../../../../src/app/edits/declareTime.ts";
import { reassign, type EditContext } from "../../../../src/app/edits/reassign.ts";
import { redoAct, undoAct, undoActs } from "../../../../src/app/edits/undoEdits.ts";
import { previewSync, type SyncPreview } from "../../../../src/app/billing/syncPreview.ts";
import { approveDrafts } from "../../../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { Interval } from "../../../../src/domain/capture/interval.ts";
import {
  aCase,
  aConnection,
  anEntry,
  anEvent,
  aRow,
  aRowEvent,
  at,
  day,
  must,
  OTHER_TREE,
  TREE,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";
import { withdrawApproval } from "../../../../src/app/edits/withdrawApproval.ts";

const TODAY = day("2026-03-10");
const ACME = aCase("ACME-1");
const BETA = aCase("BETA-1");
const GAMMA = aCase("GAMMA-1");

let clock: ManualClock;
let window: TestWindow;
let context: EditContext;

/** ACME 09:00:00 to 09:00:40, then 12 min nothing, BETA 09:13:00 to 09:13:30, and 20 s without a case at 10:00. */
beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  context = { journal: window.journal };
  await window.log.append([
    anEvent("pick-1", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
    anEvent("pick-2", { kind: "pick", tree: OTHER_TREE, case: BETA }, "08:00"),
    aRowEvent("row-1", aRow("09:00:00")),
    aRowEvent("row-2", aRow("09:00:40")),
    aRowEvent("row-3", aRow("09:13:00", "09:13:00", { tree: OTHER_TREE })),
    aRowEvent("row-4", aRow("09:13:30", "09:13:30", { tree: OTHER_TREE })),
    anEvent("pick-3", { kind: "pick", tree: TREE, case: null }, "09:30"),
    aRowEvent("row-5", aRow("10:00:00")),
    aRowEvent("row-6", aRow("10:00:20")),
  ]);
  await window.view.load();
});

const range = (from: string, to: string): Interval => ({ start: at(from), end: at(to) });
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => (CaseclockError.is(error) ? error.code : String(error)),
  );
async function today(): Promise<Record<string, number[]>> {
  const lines = caseDays(await window.view.sheet(TODAY));
  return Object.fromEntries(
    lines.map((l) => [l.case?.id ?? "", [l.observedSeconds, l.bridgedSeconds, l.declaredSeconds]]),
  );
}
const approve = (entry: Partial<ApprovedEntry> = {}): Promise<void> =>
  window.log.append([
    anEvent(
      "approval",
      { kind: "approved", entry: anEntry("entry-1", { start: at("09:00"), end: at("09:00:40"), ...entry }) },
      "11:00",
    ),
  ]);
const preview = async (): Promise<SyncPreview> => {
  const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  return previewSync(window.view, directory, aConnection(), 1, {
    share: "commits",
    descriptionTemplate: DEFAULT_TEMPLATE,
  });
};

describe("reassigning", () => {
  it("moves the captured seconds of the range, and those alone", async () => {
    const { movedSeconds, eventId } = await reassign(context, range("09:00:10", "09:13:20"), GAMMA);
    expect(movedSeconds).toBe(50);
    expect(await today()).toEqual({
      "ACME-1": [10, 0, 0],
      "GAMMA-1": [50, 0, 0],
      "BETA-1": [10, 0, 0],
      "": [20, 0, 0],
    });
    await undoActs(context, [must(eventId)]);
    expect(await today()).toEqual({ "ACME-1": [40, 0, 0], "BETA-1": [30, 0, 0], "": [20, 0, 0] });
  });

  it("gives time without a case one, and takes it away again", async () => {
    expect((await reassign(context, range("09:59", "10:01"), ACME)).movedSeconds).toBe(20);
    expect(await today()).toEqual({ "ACME-1": [60, 0, 0], "BETA-1": [30, 0, 0] });
    expect((await reassign(context, range("09:59", "10:01"), null)).movedSeconds).toBe(20);
    expect((await today())[""]).toEqual([20, 0, 0]);
  });

  it("lets the later of two win, and writes nothing when nothing would move", async () => {
    await reassign(context, range("09:00", "09:01"), BETA);
    await reassign(context, range("09:00", "09:00:20"), GAMMA);
    expect(await today()).toMatchObject({ "GAMMA-1": [20, 0, 0], "BETA-1": [50, 0, 0] });
    const before = window.store.events.length;
    expect(await reassign(context, range("09:00", "09:00:20"), GAMMA)).toEqual({ movedSeconds: 0, eventId: undefined });
    expect(await reassign(context, range("11:00", "11:20"), GAMMA)).toEqual({ movedSeconds: 0, eventId: undefined });
    expect(window.store.events).toHaveLength(before);
  });

  it("never touches what is captured later, nor what was approved", async () => {
    await reassign(context, range("09:00", "2026-03-12 00:00"), GAMMA);
    clock.advance(3_600_000);
    await window.log.append([aRowEvent("row-7", aRow("12:30:00")), aRowEvent("row-8", aRow("12:30:10"))]);
    expect((await today())[""]).toEqual([10, 0, 0]);
    await approve({ case: GAMMA });
    expect(await codeOf(reassign(context, range("09:00:30", "09:20"), BETA))).toBe("entries.claimed");
    expect((await today())["GAMMA-1"]).toEqual([90, 0, 0]);
    expect((await reassign(context, range("09:01", "09:20"), BETA)).movedSeconds).toBe(30);
  });

  it("refuses an empty range, one that has not come, and to undo what an approval rests on", async () => {
    expect(await codeOf(reassign(context, range("09:10", "09:10"), ACME))).toBe("arguments.invalid");
    expect(await codeOf(reassign(context, range("13:00", "14:00"), ACME))).toBe("arguments.invalid");
    const { eventId } = await reassign(context, range("09:00", "09:01"), BETA);
    await approve({ case: BETA });
    expect(await codeOf(undoActs(context, [must(eventId)]))).toBe("entries.claimed");
    expect(await codeOf(undoActs(context, ["nothing"]))).toBe("entries.stale");
  });
});

describe("reassigning one work tree's time on one case", () => {
  const only = { tree: TREE, case: ACME.ref };

  it("moves that alone, and can be taken back", async () => {
    const { movedSeconds, eventId } = await reassign(context, range("08:00", "12:00"), GAMMA, only);
    expect(movedSeconds).toBe(40);
    expect(await today()).toEqual({ "GAMMA-1": [40, 0, 0], "BETA-1": [30, 0, 0], "": [20, 0, 0] });
    await undoActs(context, [must(eventId)]);
    expect(await today()).toEqual({ "ACME-1": [40, 0, 0], "BETA-1": [30, 0, 0], "": [20, 0, 0] });
  });

  it("leaves approved time out instead of refusing, and what another tree has on the case", async () => {
    await reassign(context, range("09:13", "09:14"), ACME);
    await approve({ end: at("09:00:10") });
    expect((await reassign(context, range("08:00", "12:00"), GAMMA, only)).movedSeconds).toBe(30);
    expect(await today()).toEqual({ "ACME-1": [40, 0, 0], "GAMMA-1": [30, 0, 0], "": [20, 0, 0] });
    expect(await reassign(context, range("08:00", "12:00"), GAMMA, only)).toEqual({
      movedSeconds: 0,
      eventId: undefined,
    });
  });

  it("takes along what an agent did there, which is no time of the person's", async () => {
    await window.log.append([
      aRowEvent("agent-1", aRow("09:01:00", "09:01:00", { agent: true })),
      aRowEvent("agent-2", aRow("09:01:20", "09:01:20", { agent: true })),
    ]);
    const agentOn = async (): Promise<readonly (readonly [string | undefined, number])[]> =>
      caseDays(await window.view.sheet(TODAY))
        .filter((line) => line.agentSeconds > 0)
        .map((line) => [line.case?.id, line.agentSeconds]);
    expect(await agentOn()).toEqual([["ACME-1", 20]]);
    expect((await reassign(context, range("08:00", "12:00"), GAMMA, only)).movedSeconds).toBe(40);
    expect(await agentOn()).toEqual([["GAMMA-1", 20]]);
  });
});

describe("declaring", () => {
  it("adds unplaced time to the day, and to what can be approved", async () => {
    const logged = await declareTime(context, ACME, { day: TODAY, seconds: 900 }, " Call about the outage ");
    expect(logged).toMatchObject({ day: TODAY, seconds: 900, conflictSeconds: 0 });
    expect((await today())["ACME-1"]).toEqual([40, 0, 900]);
    const [item] = (await preview()).items;
    expect(item).toMatchObject({
      exactSeconds: 940,
      draft: { declaredSeconds: 900, billableSeconds: 940, description: "Call about the outage" },
    });
  });

  it("claims a gap, which is no gap any more", async () => {
    const sheet = await window.view.sheet(TODAY);
    expect(findGaps(sheet, window.view)).toEqual([range("09:00:40", "09:13:00"), range("09:13:30", "10:00:00")]);
    const logged = await declareTime(context, BETA, { interval: range("09:00:40", "09:13:00") }, "Thinking it over");
    expect(logged).toMatchObject({ seconds: 740, conflictSeconds: 0 });
    expect(findGaps(await window.view.sheet(TODAY), window.view)).toEqual([range("09:13:30", "10:00:00")]);
  });

  it("over captured time is in conflict and in no figure until one of the two is chosen", async () => {
    const logged = await declareTime(context, BETA, { interval: range("09:00:20", "09:05") }, "Call");
    expect(logged.conflictSeconds).toBe(20);
    expect(await today()).toMatchObject({ "ACME-1": [40, 0, 0], "BETA-1": [30, 0, 0] });
    const drafts = (await preview()).items.map(
      (item) => item.kind === "draft" && [item.draft.case.key, item.exactSeconds, item.draft.conflictSeconds],
    );
    expect(drafts).toEqual([
      ["ACME-1", 40, 0],
      ["BETA-1", 30, 280],
    ]);
    await resolveConflict(context, must(logged.ids[0]), "declared");
    expect(await today()).toMatchObject({ "ACME-1": [20, 0, 0], "BETA-1": [30, 0, 280] });
  });

  it("is taken back when what was captured is chosen", async () => {
    const { ids } = await declareTime(context, BETA, { interval: range("09:00:20", "09:05") }, "Call");
    await resolveConflict(context, must(ids[0]), "captured");
    expect(await today()).toMatchObject({ "ACME-1": [40, 0, 0], "BETA-1": [30, 0, 0] });
    expect(window.view.ledger.edits.declaredOn(TODAY)).toEqual([]);
    // A second window may still show the question.
    await expect(resolveConflict(context, must(ids[0]), "declared")).rejects.toMatchObject({
      refusal: { reason: "declarationNotFound", id: ids[0] },
    });
  });

  it("of two calls at the same time, one counts, and what of the other lies beside it", async () => {
    await declareTime(context, ACME, { interval: range("10:10", "10:30") }, "One");
    const second = await declareTime(context, BETA, { interval: range("10:20", "10:40") }, "Other");
    expect(second.conflictSeconds).toBe(600);
    expect((await today())["ACME-1"]?.[2]).toBe(0);
    await resolveConflict(context, must(second.ids[0]), "declared");
    expect(await today()).toMatchObject({ "ACME-1": [40, 0, 600], "BETA-1": [30, 0, 1200] });
  });

  it("over midnight belongs to both days, and over approved time is refused", async () => {
    const logged = await declareTime(context, ACME, { interval: range("2026-03-09 23:30", "00:15") }, "Night call");
    expect({ parts: logged.ids.length, day: logged.day, seconds: logged.seconds }).toEqual({
      parts: 2,
      day: "2026-03-09",
      seconds: 2700,
    });
    expect((await today())["ACME-1"]?.[2]).toBe(900);
    await approve();
    expect(await codeOf(declareTime(context, BETA, { interval: range("09:00:30", "09:05") }, "Call"))).toBe(
      "entries.claimed",
    );
  });

  it("has room for no more than the day is long", async () => {
    await declareTime(context, ACME, { day: TODAY, seconds: 86_400 - 90 }, "A long one");
    expect(await codeOf(declareTime(context, ACME, { day: TODAY, seconds: 1 }, "More"))).toBe("entries.dayFull");
  });

  it.each<[string, Parameters<typeof declareTime>[2], string]>([
    ["no reason", { day: TODAY, seconds: 60 }, "  "],
    ["no length", { day: TODAY, seconds: 0 }, "Call"],
    ["half a second", { day: TODAY, seconds: 0.5 }, "Call"],
    ["a day to come", { day: day("2026-03-11"), seconds: 60 }, "Call"],
    ["a stretch that is not over", { interval: range("11:00", "13:00") }, "Call"],
    ["an empty stretch", { interval: range("11:00", "11:00") }, "Call"],
    ["more than a week", { interval: range("2026-03-01 00:00", "11:00") }, "Call"],
  ])("with %s is refused", async (_name, time, reason) => {
    expect(await codeOf(declareTime(context, ACME, time, reason))).toBe("arguments.invalid");
    expect(window.view.ledger.edits.declaredDays).toEqual([]);
  });

  it("is changed in place, as one act that can be taken back", async () => {
    const { ids } = await declareTime(context, ACME, { interval: range("10:10", "10:30") }, "Call");
    const replaces = must(ids[0]);
    await declareTime(context, BETA, { interval: range("10:20", "10:50") }, "Longer call", { replaces });
    expect(window.view.ledger.edits.declaredOn(TODAY).map((one) => [one.case.key, one.seconds, one.reason])).toEqual([
      ["BETA-1", 1_800, "Longer call"],
    ]);
    await undoAct(context);
    expect(window.view.ledger.edits.declaredOn(TODAY).map(({ id, seconds }) => [id, seconds])).toEqual([
      [replaces, 1_200],
    ]);
    await redoAct(context);
    expect((await today())["BETA-1"]).toEqual([30, 0, 1_800]);
    expect(await codeOf(declareTime(context, ACME, { day: TODAY, seconds: 60 }, "Call", { replaces }))).toBe(
      "entries.stale",
    );
  });

  it("that is changed keeps what was written down of it, and nothing of an approved entry is changed", async () => {
    const { ids } = await declareTime(context, GAMMA, { day: TODAY, seconds: 1_200 }, "Mail");
    const body = { case: GAMMA.ref, entryDay: TODAY, intervals: [], reason: "Learning" } as const;
    const declared = [{ id: must(ids[0]), seconds: 900 }];
    await window.log.append([window.factory.create({ kind: "writtenDown", ...body, declared })]);
    const shorter = await declareTime(context, GAMMA, { day: TODAY, seconds: 600 }, "Mail", { replaces: must(ids[0]) });
    const shown = await preview();
    const drafts = shown.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
    await approveDrafts(context, shown, drafts);
    const { entry } = must(window.view.ledger.entries.all.find((one) => one.entry.case.key === "GAMMA-1"));
    expect(entry).toMatchObject({ declaredSeconds: 600, writtenDownSeconds: 600, billableSeconds: 0 });
    const again = declareTime(context, GAMMA, { day: TODAY, seconds: 60 }, "Mail", { replaces: must(shorter.ids[0]) });
    expect(await codeOf(again)).toBe("entries.claimed");
  });

  it("is part of one entry only, claims its place, and is open again when that is withdrawn", async () => {
    await declareTime(context, ACME, { interval: range("10:10", "10:30") }, "Call");
    await declareTime(context, ACME, { day: TODAY, seconds: 60 }, "Mail");
    const shown = await preview();
    const drafts = shown.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
    const ids = must(await approveDrafts(context, shown, drafts.slice(0, 1)));
    const { entry } = must(window.view.ledger.entries.get(must(ids[0])));
    expect(entry).toMatchObject({
      observedSeconds: 40,
      declaredSeconds: 1260,
      billableSeconds: 1300,
      billedSeconds: 1300,
    });
    expect(entry.declarations?.map((one) => one.reason)).toEqual(["Call", "Mail"]);
    expect(window.view.ledger.entries.claimedWithin(range("10:00", "11:00"))).toEqual([range("10:10", "10:30")]);
    expect((await preview()).items.filter((i) => i.kind === "draft").map((i) => i.draft.case.key)).toEqual(["BETA-1"]);
    expect(await codeOf(undoActs(context, [must(entry.declarations?.[0]).id]))).toBe("entries.claimed");
    expect(await withdrawApproval(context, ids)).toEqual(ids);
    expect((await preview()).items[0]).toMatchObject({ exactSeconds: 1300 });
  });
});

describe("withdrawing an approval", () => {
  it("opens its time again; the next approval bills it once", async () => {
    await approve();
    expect(await withdrawApproval(context, ["entry-1"])).toEqual(["entry-1"]);
    const { entries } = window.view.ledger;
    expect(entries.all).toEqual([]);
    expect(entries.claimedWithin(range("00:00", "23:59"))).toEqual([]);
    expect(entries.approvedSoFar(ACME.ref, TODAY, "connection-1")).toEqual({
      dayBillable: 0,
      dayContract: 0,
      contractTotal: 0,
      billedTotal: 0,
    });
    expect((await preview()).items[0]).toMatchObject({ kind: "draft", exactSeconds: 40 });
  });

  it("opens with it what was approved later of the day and has the rest of its minimum", async () => {
    const pay = { ...GAMMA, contract: { minimumSeconds: 1_800 } };
    const ids: string[] = [];
    for (const reason of ["One", "Two", "Three"]) {
      await declareTime(context, pay, { day: TODAY, seconds: 600 }, reason);
      const shown = await preview();
      const drafts = shown.items.flatMap((item) => (item.kind === "draft" ? [item.draft] : []));
      ids.push(
        ...must(
          await approveDrafts(
            context,
            shown,
            drafts.filter(({ case: of }) => of.key === GAMMA.key),
          ),
        ),
      );
    }
    const billed = window.view.ledger.entries.all.map(({ entry }) => entry.billedSeconds);
    expect(billed).toEqual([1_800, 0, 0]);
    expect(await withdrawApproval(context, [must(ids[1])])).toEqual(ids.slice(1));
    expect(window.view.ledger.entries.all.map(({ entry }) => entry.entryId)).toEqual(ids.slice(0, 1));
  });

  it("is refused once an attempt was made, also for one of several", async () => {
    await approve();
    await window.log.append([anEvent("sending", { kind: "sending", entryId: "entry-1", revision: 1 }, "11:01")]);
    expect(await codeOf(withdrawApproval(context, ["entry-1"]))).toBe("entries.sent");
    expect(await codeOf(withdrawApproval(context, ["unknown"]))).toBe("entries.sent");
    expect(window.view.ledger.entries.all).toHaveLength(1);
  });
});
