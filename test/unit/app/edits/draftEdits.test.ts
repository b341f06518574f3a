import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { declareTime } from "../../../../src/app/edits/declareTime.ts";
import {
  listDrafts,
  mergeDrafts,
  moveDraft,
  removeDeclared,
  setDraftActivity,
  splitDraft,
  strikeCaptured,
  writeDownDraft,
  writeDraftDescription,
  type DraftContext,
} from "../../../../src/app/edits/draftEdits.ts";
import { makeTimesheet, findRevision, type TimesheetContext } from "../../../../src/app/timesheet/timesheet.ts";
import { toDraftTarget } from "../../../../src/app/timesheet/timesheetRows.ts";
import { redoAct, undoAct, findUndoableAct } from "../../../../src/app/edits/undoEdits.ts";
import { DAY_MS, epochMs } from "../../../../src/base/time.ts";
import { PLAIN_DRAFTING, type DraftingOptions } from "../../../../src/domain/entries/description.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { DayModel, WeekModel } from "../../../../src/ports/timesheet.ts";
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
  TREE,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { DraftEntry } from "../../../../src/domain/entries/draftEntry.ts";
import { withdrawApproval } from "../../../../src/app/edits/withdrawApproval.ts";

const TODAY = day("2026-03-10");
const ACME = { ...aCase("ACME-1"), activities: [{ id: "9", name: "Support" }] };
const BETA = aCase("BETA-1");

let window: TestWindow;
let context: DraftContext;
let drafting: DraftingOptions;

/** ACME 9:00 to 9:20, a gap, 9:40 to 10:00; one heartbeat each 40 s. */
beforeEach(async () => {
  const clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  drafting = PLAIN_DRAFTING;
  const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock);
  const { log, view, journal } = window;
  context = { journal, directory, drafting: () => drafting };
  const rows = ["09:00", "09:40"].flatMap((from) =>
    Array.from({ length: 31 }, (_, index) => at(from) + index * 40_000),
  );
  await log.append([
    anEvent("pick-b", { kind: "pick", tree: TREE, case: BETA }, "07:00"),
    anEvent("pick-a", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
    ...rows.map((first, index) =>
      aRowEvent(`row-${String(index)}`, { ...aRow("09:00"), first: epochMs(first), last: epochMs(first) }),
    ),
  ]);
  await view.load();
});

const drafts = (): Promise<readonly DraftEntry[]> => listDrafts(context, TODAY);
const draftOf = async (key: string, index = 0): Promise<DraftEntry> =>
  must((await drafts()).filter((draft) => draft.case.key === key)[index]);
const target = async (key: string, index = 0): ReturnType<typeof Promise.resolve<ReturnType<typeof toDraftTarget>>> =>
  toDraftTarget(await draftOf(key, index));
const worked = async (): Promise<readonly (readonly [string, number])[]> =>
  (await drafts()).map((one) => [one.case.key, one.observedSeconds + one.bridgedSeconds + one.declaredSeconds]);
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => (CaseclockError.is(error) ? error.code : String(error)),
  );
const call = (from: string, to: string): Promise<unknown> =>
  declareTime(context, ACME, { interval: { start: at(from), end: at(to) } }, "Call");

describe("a split", () => {
  it("parts an entry, and what is described of one half is not of the other", async () => {
    await writeDraftDescription(context, await target("ACME-1"), "The whole morning");
    await splitDraft(context, await target("ACME-1"), at("09:10"));
    expect(await worked()).toEqual([
      ["ACME-1", 600],
      ["ACME-1", 1_800],
    ]);
    expect((await drafts()).map(({ description }) => description)).toEqual(["The whole morning", "Title of ACME-1"]);
  });

  it("makes two of declared time that it cuts, with the same reason", async () => {
    await call("09:20", "09:40");
    await splitDraft(context, await target("ACME-1"), at("09:30"));
    expect(await worked()).toEqual([
      ["ACME-1", 1_800],
      ["ACME-1", 1_800],
    ]);
    expect((await drafts()).flatMap(({ declarations }) => declarations.map(({ reason }) => reason))).toEqual([
      "Call",
      "Call",
    ]);
  });

  it.each(["08:00", "09:00", "10:00", "11:00"])("at %s is refused: it is not inside the entry", async (time) => {
    const before = await worked();
    expect(await codeOf(splitDraft(context, await target("ACME-1"), at(time)))).toBe("arguments.invalid");
    expect(await worked()).toEqual(before);
  });

  it("is refused once the entry is not there any more", async () => {
    const shown = await target("ACME-1");
    await moveDraft(context, shown, BETA);
    expect(await codeOf(splitDraft(context, shown, at("09:10")))).toBe("entries.stale");
  });
});

describe("a merge", () => {
  it("joins neighbours and what was written of them", async () => {
    drafting = { ...PLAIN_DRAFTING, grouping: "span" };
    expect(await worked()).toEqual([
      ["ACME-1", 1_200],
      ["ACME-1", 1_200],
    ]);
    await writeDraftDescription(context, await target("ACME-1", 0), "First");
    await writeDraftDescription(context, await target("ACME-1", 1), "Second");
    await mergeDrafts(context, [await target("ACME-1", 1), await target("ACME-1", 0)]);
    expect(await worked()).toEqual([["ACME-1", 2_400]]);
    expect((await draftOf("ACME-1")).description).toBe("First; Second");
    await undoAct(context);
    expect((await drafts()).map(({ description }) => description)).toEqual(["First", "Second"]);
  });

  it("is of neighbours of one case only", async () => {
    await splitDraft(context, await target("ACME-1"), at("09:05"));
    await splitDraft(context, await target("ACME-1", 1), at("09:10"));
    const [first, second, third] = (await drafts()).map(toDraftTarget);
    expect(await codeOf(mergeDrafts(context, [must(first), must(third)]))).toBe("arguments.invalid");
    expect(await codeOf(mergeDrafts(context, [must(first)]))).toBe("arguments.invalid");
    await moveDraft(context, must(second), BETA);
    expect(await codeOf(mergeDrafts(context, [must(first), await target("BETA-1")]))).toBe("arguments.invalid");
  });
});

describe("a move", () => {
  it("takes declared time and the write-down along, so that no bill grows by it", async () => {
    await call("09:20", "09:40");
    await declareTime(context, ACME, { day: TODAY, seconds: 600 }, "Mail");
    await writeDownDraft(context, await target("ACME-1"), { percent: 50 }, "Learning");
    const before = await draftOf("ACME-1");
    await moveDraft(context, await target("ACME-1"), BETA);
    const after = await draftOf("BETA-1");
    expect({
      writtenDownSeconds: after.writtenDownSeconds,
      billableSeconds: after.billableSeconds,
      writeDownReason: after.writeDownReason,
    }).toEqual({
      writtenDownSeconds: before.writtenDownSeconds,
      billableSeconds: before.billableSeconds,
      writeDownReason: "Learning",
    });
    expect(before.writtenDownSeconds).toBe(2_100);
    expect(await worked()).toEqual([["BETA-1", 4_200]]);
    await undoAct(context);
    expect(await worked()).toEqual([["ACME-1", 4_200]]);
    await redoAct(context);
    expect(await worked()).toEqual([["BETA-1", 4_200]]);
  });

  it("to no case is for captured time only", async () => {
    await call("09:20", "09:40");
    expect(await codeOf(moveDraft(context, await target("ACME-1"), null))).toBe("arguments.invalid");
    const { id } = must((await draftOf("ACME-1")).declarations[0]);
    await removeDeclared(context, id);
    await moveDraft(context, await target("ACME-1"), null);
    expect(await worked()).toEqual([]);
  });
});

describe("a write-down", () => {
  it("is set and not added, needs a reason, and is no more than there is", async () => {
    await writeDownDraft(context, await target("ACME-1"), { seconds: 900 }, "Learning");
    await writeDownDraft(context, await target("ACME-1"), { seconds: 60 }, "A little");
    expect(await draftOf("ACME-1")).toMatchObject({
      writtenDownSeconds: 60,
      billableSeconds: 2_340,
      writeDownReason: "A little",
    });
    for (const [amount, reason] of [
      [{ seconds: 2_401 }, "Too much"],
      [{ seconds: -1 }, "Less than nothing"],
      [{ seconds: 1.5 }, "A part of a second"],
      [{ percent: 100.1 }, "More than all"],
      [{ seconds: 60 }, "  "],
    ] as const) {
      expect(await codeOf(writeDownDraft(context, await target("ACME-1"), amount, reason))).toBe("arguments.invalid");
    }
    await writeDownDraft(context, await target("ACME-1"), { seconds: 0 }, "Billed after all");
    expect((await draftOf("ACME-1")).writtenDownSeconds).toBe(0);
  });

  it("decides nothing about what is approved between: its courtesy is there when the approval is withdrawn", async () => {
    await splitDraft(context, await target("ACME-1"), at("09:10"));
    await splitDraft(context, await target("ACME-1", 1), at("09:50"));
    await writeDownDraft(context, await target("ACME-1", 1), { seconds: 300 }, "Learning");
    const { start, end, intervals } = await draftOf("ACME-1", 1);
    const entry = anEntry("entry-1", { start: must(start), end: must(end), intervals, case: ACME });
    await window.log.append([anEvent("approval", { kind: "approved", entry }, "11:00")]);
    await window.view.catchUp();
    await mergeDrafts(context, [await target("ACME-1", 0), await target("ACME-1", 1)]);
    await writeDownDraft(context, await target("ACME-1"), { seconds: 60 }, "Other");
    await withdrawApproval(context, ["entry-1"]);
    expect((await drafts()).map((one) => [one.writtenDownSeconds, one.writeDownReason])).toEqual([
      [360, "Learning; Other"],
    ]);
  });
});

it("an activity is one of the case's own", async () => {
  expect(await codeOf(setDraftActivity(context, await target("ACME-1"), "8"))).toBe("arguments.invalid");
  await setDraftActivity(context, await target("ACME-1"), "9");
  expect((await draftOf("ACME-1")).activityId).toBe("9");
  await setDraftActivity(context, await target("ACME-1"), null);
  expect((await draftOf("ACME-1")).activityId).toBeUndefined();
});

it("a description of 2,001 characters is refused", async () => {
  const text = "x".repeat(2_001);
  expect(await codeOf(writeDraftDescription(context, await target("ACME-1"), text))).toBe("arguments.invalid");
  expect((await draftOf("ACME-1")).isDescribed).toBeUndefined();
});

it("struck time is in no figure, and approved time cannot be struck", async () => {
  expect(await strikeCaptured(context, { start: at("09:00"), end: at("09:05") })).toBe(300);
  expect(await worked()).toEqual([["ACME-1", 2_100]]);
  const nothing = strikeCaptured(context, { start: at("11:00"), end: at("11:05") });
  expect(await codeOf(nothing)).toBe("arguments.invalid");
  const entry = anEntry("entry-1", { start: at("09:40"), end: at("10:00") });
  await window.log.append([anEvent("approval", { kind: "approved", entry }, "11:00")]);
  expect(await codeOf(strikeCaptured(context, { start: at("09:00"), end: at("10:00") }))).toBe("entries.claimed");
});

it("an undo that was shown is not another one", async () => {
  await writeDownDraft(context, await target("ACME-1"), { seconds: 60 }, "Learning");
  const shown = must(findUndoableAct(window.view.ledger)).id;
  await splitDraft(context, await target("ACME-1"), at("09:10"));
  expect(await codeOf(undoAct(context, shown))).toBe("entries.stale");
  expect(await codeOf(redoAct(context))).toBe("entries.stale");
  expect(await drafts()).toHaveLength(2);
});

describe("the timesheet", () => {
  const sheet = (connected = true): TimesheetContext => ({
    ...context,
    billing: () => Promise.resolve(connected ? { connection: aConnection(), unitSeconds: 60 } : undefined),
    connectionName: ({ url }) => url,
    describeAct: ({ id }) => `step ${id}`,
  });

  it("of a day has lanes, gaps, rows and sums that agree", async () => {
    await call("09:20", "09:30");
    await splitDraft(context, await target("ACME-1"), at("09:50"));
    await writeDownDraft(context, await target("ACME-1"), { seconds: 60 }, "Learning");
    const model = (await makeTimesheet(sheet(), "day", TODAY)) as DayModel;
    expect(model.rows.map(({ workedSeconds, actions }) => [workedSeconds, actions.includes("merge")])).toEqual([
      [2_400, true],
      [600, true],
    ]);
    expect(model.totals).toMatchObject({
      workedSeconds: 3_000,
      writtenDownSeconds: 60,
      billableSeconds: 2_940,
      drafts: 2,
    });
    expect(model.gaps).toEqual([{ start: at("09:30"), end: at("09:40") }]);
    const items = must(model.lanes[0]).items;
    expect(items.map(({ kind, end, start }) => [kind, (end - start) / 1000])).toEqual([
      ["observed", 1_200],
      ["declared", 600],
      ["observed", 540],
      ["observed", 60],
      ["observed", 600],
    ]);
    expect(items.map(({ isWrittenDown = false }) => isWrittenDown)).toEqual([false, false, false, true, false]);
    expect(new Set(items.map(({ rowId }) => rowId)).size).toBe(2);
    expect(items[1]).toHaveProperty("declarationId");
    expect({ dayLength: model.dayEnd - model.dayStart, unitSeconds: model.unitSeconds }).toEqual({
      dayLength: DAY_MS,
      unitSeconds: 60,
    });
  });

  it("of a week has its seven days, and goes on counting where the unit rounds", async () => {
    const model = (await makeTimesheet(sheet(), "week", TODAY)) as WeekModel;
    expect({ from: model.from, to: model.to, dayCount: model.days.length }).toEqual({
      from: "2026-03-09",
      to: "2026-03-15",
      dayCount: 7,
    });
    expect(model.byCase.map(({ seconds }) => seconds)).toEqual([[0, 2_400, 0, 0, 0, 0, 0]]);
  });

  it("without a connection nothing can be approved, and everything edited", async () => {
    const { rows, connection } = await makeTimesheet(sheet(false), "day", TODAY);
    expect(connection).toBeUndefined();
    expect(must(rows[0]).actions).toEqual(["describe", "activity", "split", "move", "writeDown", "history"]);
  });

  it("has a revision that changes by hand and not by more captured time", async () => {
    const before = findRevision(window.view);
    await window.log.append([aRowEvent("late", aRow("11:00"))]);
    expect(findRevision(window.view)).toBe(before);
    await writeDraftDescription(context, await target("ACME-1"), "Call");
    expect(findRevision(window.view)).toBeGreaterThan(before);
  });
});
