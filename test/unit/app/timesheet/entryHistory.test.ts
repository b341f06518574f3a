import { beforeEach, describe, expect, it } from "vitest";
import { correctEntry } from "../../../../src/app/billing/correctEntry.ts";
import { declareTime } from "../../../../src/app/edits/declareTime.ts";
import {
  mergeDrafts,
  moveDraft,
  setDraftActivity,
  splitDraft,
  strikeCaptured,
  writeDownDraft,
  writeDraftDescription,
} from "../../../../src/app/edits/draftEdits.ts";
import { reassign } from "../../../../src/app/edits/reassign.ts";
import { entryHistory, type HistoryStep } from "../../../../src/app/timesheet/entryHistory.ts";
import { redoAct, undoAct } from "../../../../src/app/edits/undoEdits.ts";
import { aCase, anEvent, aRow, aRowEvent, at, must } from "../../../support/builders.ts";
import { ACME, aReviewedDay, BETA, TODAY, type ReviewedDay } from "../../../support/reviewedDay.ts";
import { withdrawApproval } from "../../../../src/app/edits/withdrawApproval.ts";

let desk: ReviewedDay;

beforeEach(async () => {
  desk = await aReviewedDay();
});

const range = (from: string, to: string) => ({ start: at(from), end: at(to) });
const historyOf = async (key: string, index = 0): Promise<readonly HistoryStep[]> =>
  entryHistory(desk.context, await desk.draftOf(key, index));
const historyOfEntry = async (id: string | undefined): Promise<readonly HistoryStep[]> =>
  entryHistory(desk.context, must(desk.window.view.ledger.entries.get(must(id))).entry);
const kinds = (steps: readonly HistoryStep[]): readonly string[] => steps.map(({ body }) => body.kind);
const changes = (steps: readonly HistoryStep[]): readonly unknown[] =>
  steps.map(({ body, before, after, state }) => [body.kind, before, after ?? "", state]);

describe("an entry's history names who it was", () => {
  it("then, whoever that is now", async () => {
    const { context, window, target } = desk;
    const { factory, log } = window;
    await writeDraftDescription(context, await target("ACME-1"), "Nobody was named yet");
    await log.append([factory.create({ kind: "person", name: "noor" })]);
    await writeDraftDescription(context, await target("ACME-1"), "Noor's");
    await log.append([
      { ...factory.create({ kind: "person", name: "sam" }), windowId: "other-ledger/window" },
      factory.create({ kind: "person", name: "ines" }),
    ]);
    await writeDraftDescription(context, await target("ACME-1"), "Ines's");
    const steps = await historyOf("ACME-1");
    expect(steps.map(({ body, name }) => [body.kind === "described" && body.description, name])).toEqual([
      ["Nobody was named yet", undefined],
      ["Noor's", "noor"],
      ["Ines's", "ines"],
    ]);
  });
});

describe("an entry's history tells what was before", () => {
  it("and after, also of what was taken back", async () => {
    const { context, target } = desk;
    await moveDraft(context, await target("ACME-1"), BETA);
    await writeDraftDescription(context, await target("BETA-1"), "One");
    await writeDraftDescription(context, await target("BETA-1"), "Two");
    await writeDownDraft(context, await target("BETA-1"), { seconds: 60 }, "Learning");
    await undoAct(context);
    expect(changes(await historyOf("BETA-1"))).toEqual([
      ["reassigned", "ACME-1", "", "holds"],
      ["described", undefined, "", "holds"],
      ["described", "One", "", "holds"],
      ["writtenDown", 0, 60, "undone"],
    ]);
  });

  it("as it was at that step: not what had been taken back by then", async () => {
    const { context, target } = desk;
    await reassign(context, range("09:00", "10:00"), BETA);
    await undoAct(context);
    await reassign(context, range("09:00", "10:00"), aCase("GAMMA-1"));
    await writeDownDraft(context, await target("GAMMA-1"), { seconds: 600 }, "Learning");
    await undoAct(context);
    await writeDownDraft(context, await target("GAMMA-1"), { seconds: 300 }, "Learning");
    await writeDraftDescription(context, await target("GAMMA-1"), "One");
    await undoAct(context);
    await writeDraftDescription(context, await target("GAMMA-1"), "Two");
    expect(changes(await historyOf("GAMMA-1"))).toEqual([
      ["reassigned", "ACME-1", "", "undone"],
      ["reassigned", "ACME-1", "", "holds"],
      ["writtenDown", 0, 600, "undone"],
      ["writtenDown", 0, 300, "holds"],
      ["described", undefined, "", "undone"],
      ["described", undefined, "", "holds"],
    ]);
  });

  it("with what was taken back and done again", async () => {
    const { context, target } = desk;
    await writeDownDraft(context, await target("ACME-1"), { seconds: 600 }, "Learning");
    await undoAct(context);
    await redoAct(context);
    await writeDownDraft(context, await target("ACME-1"), { seconds: 300 }, "Learning");
    await reassign(context, range("09:00", "09:10"), BETA);
    await undoAct(context);
    await redoAct(context);
    await reassign(context, range("09:00", "09:15"), ACME);
    expect(changes(await historyOf("ACME-1"))).toEqual([
      ["writtenDown", 0, 600, "holds"],
      ["writtenDown", 600, 300, "holds"],
      ["reassigned", "ACME-1", "", "holds"],
      ["reassigned", "BETA-1", "", "holds"],
    ]);
  });

  it("of a write-down: what was written down of that entry, and of no other", async () => {
    const { context, target, approve } = desk;
    await declareTime(context, ACME, { day: TODAY, seconds: 900 }, "Mail");
    await splitDraft(context, await target("ACME-1"), at("09:30"));
    await writeDownDraft(context, await target("ACME-1", 0), { seconds: 1_500 }, "All but ten minutes");
    await writeDownDraft(context, await target("ACME-1", 1), { seconds: 60 }, "A little");
    expect(changes(await historyOf("ACME-1", 0)).slice(2)).toEqual([["writtenDown", 0, 1_500, "holds"]]);
    expect(changes(await historyOf("ACME-1", 1)).slice(1)).toEqual([["writtenDown", 0, 60, "holds"]]);
    await approve(({ from }) => from !== undefined);
    await writeDownDraft(context, await target("ACME-1"), { seconds: 120 }, "Less");
    expect(changes(await historyOf("ACME-1")).slice(-1)).toEqual([["writtenDown", 1_500, 120, "holds"]]);
  });
});

it("an entry's history tells that a write-down of more than it ended its own", async () => {
  const { context, target } = desk;
  await writeDownDraft(context, await target("ACME-1"), { seconds: 1_500 }, "All but the beginning");
  await writeDownDraft(context, await target("ACME-1"), { seconds: 60 }, "The end of it");
  await splitDraft(context, await target("ACME-1"), at("09:30"));
  expect(changes(await historyOf("ACME-1", 0)).slice(0, -1)).toEqual([
    ["writtenDown", 0, 300, "holds"],
    ["writtenDown", 300, 0, "holds"],
  ]);
  expect(changes(await historyOf("ACME-1", 1)).slice(0, -1)).toEqual([
    ["writtenDown", 0, 1_200, "holds"],
    ["writtenDown", 1_200, 60, "holds"],
  ]);
});

describe("an entry's history tells what it lost", () => {
  it("by a strike and a move, and not what happened to another part of the day", async () => {
    const { context, target } = desk;
    await strikeCaptured(context, range("09:05", "09:10"));
    await reassign(context, range("09:10", "09:15"), BETA);
    expect(kinds(await historyOf("ACME-1"))).toEqual(["struck", "reassigned"]);
    await splitDraft(context, await target("ACME-1"), at("09:30"));
    await strikeCaptured(context, range("09:40", "09:41"));
    expect(kinds(await historyOf("ACME-1", 0))).toEqual(["struck", "reassigned", "split"]);
    expect(kinds(await historyOf("ACME-1", 1))).toEqual(["split", "struck"]);
    expect(kinds(await historyOf("BETA-1"))).toEqual(["reassigned"]);
  });

  it("by no split of another stretch, where each is an entry of its own", async () => {
    const { context, target, drafting } = desk;
    drafting.value = { ...drafting.value, grouping: "span" };
    await splitDraft(context, await target("ACME-1", 1), at("09:50"));
    expect(kinds(await historyOf("ACME-1", 0))).toEqual([]);
    expect(kinds(await historyOf("ACME-1", 1))).toEqual(["split"]);
    await mergeDrafts(context, [await target("ACME-1", 0), await target("ACME-1", 1)]);
    expect(kinds(await historyOf("ACME-1", 0))).toEqual(["split", "merged"]);
    expect(kinds(await historyOf("ACME-1", 1))).toEqual(["split"]);
  });

  it("by each split that made it, and by no other of the day", async () => {
    const { context, target, approve } = desk;
    await splitDraft(context, await target("ACME-1"), at("09:30"));
    await splitDraft(context, await target("ACME-1", 1), at("09:50"));
    expect(kinds(await historyOf("ACME-1", 0))).toEqual(["split"]);
    expect(kinds(await historyOf("ACME-1", 1))).toEqual(["split", "split"]);
    expect(kinds(await historyOf("ACME-1", 2))).toEqual(["split", "split"]);
    await mergeDrafts(context, [await target("ACME-1", 1), await target("ACME-1", 2)]);
    expect(kinds(await historyOf("ACME-1", 0))).toEqual(["split"]);
    expect(kinds(await historyOf("ACME-1", 1))).toEqual(["split", "split", "merged"]);
    await undoAct(context);
    expect(changes(await historyOf("ACME-1", 1)).at(-1)).toEqual(["merged", undefined, "", "undone"]);
    await undoAct(context);
    await splitDraft(context, await target("ACME-1", 1), at("09:45"));
    expect(changes(await historyOf("ACME-1", 1)).map((change) => (change as readonly unknown[])[3])).toEqual([
      "holds",
      "undone",
      "undone",
      "holds",
    ]);
    const [id] = await approve(({ intervals }) => must(intervals[0]).start === at("09:00"));
    await splitDraft(context, await target("ACME-1", 0), at("09:42"));
    expect(kinds(await historyOfEntry(id))).toEqual(["split", "approved"]);
  });

  it("to its neighbours too, where each stretch is an entry", async () => {
    desk.drafting.value = { ...desk.drafting.value, grouping: "span" };
    const { context } = desk;
    await strikeCaptured(context, range("09:00", "09:05"));
    await strikeCaptured(context, range("09:40", "09:45"));
    await reassign(context, range("09:50", "09:52"), BETA);
    expect(kinds(await historyOf("ACME-1", 0))).toEqual(["struck"]);
    expect(kinds(await historyOf("ACME-1", 1))).toEqual(["struck", "reassigned"]);
    expect(kinds(await historyOf("ACME-1", 2))).toEqual(["struck", "reassigned"]);
  });

  it("when it was moved there and away again", async () => {
    const { context } = desk;
    await reassign(context, range("09:00", "09:15"), BETA);
    await reassign(context, range("09:00", "09:05"), aCase("GAMMA-1"));
    expect(changes(await historyOf("BETA-1"))).toEqual([
      ["reassigned", "ACME-1", "", "holds"],
      ["reassigned", "BETA-1", "", "holds"],
    ]);
    expect(changes(await historyOf("ACME-1"))).toEqual([["reassigned", "ACME-1", "", "holds"]]);
  });

  it("before its approval; what comes later in its place is of the next entry", async () => {
    const { context, window, target, approve } = desk;
    await strikeCaptured(context, range("09:05", "09:10"));
    await declareTime(context, ACME, { day: TODAY, seconds: 600 }, "Mail");
    await writeDraftDescription(context, await target("ACME-1"), "Morning");
    const [id] = await approve();
    await window.log.append([aRowEvent("late-1", aRow("11:00")), aRowEvent("late-2", aRow("11:00:40"))]);
    await strikeCaptured(context, range("11:00", "11:00:10"));
    await declareTime(context, ACME, { day: TODAY, seconds: 60 }, "More mail");
    expect(kinds(await historyOfEntry(id))).toEqual(["struck", "declared", "described", "approved"]);
    expect(kinds(await historyOf("ACME-1"))).toEqual(["struck", "declared"]);
    const [next] = await approve();
    expect(kinds(await historyOfEntry(id))).toEqual(["struck", "declared", "described", "approved"]);
    expect(kinds(await historyOfEntry(next))).toEqual(["struck", "declared", "approved"]);
    await withdrawApproval(context, [must(next), must(id)]);
    expect(kinds(await historyOf("ACME-1"))).toEqual([
      "struck",
      "declared",
      "described",
      "approved",
      "struck",
      "declared",
      "withdrawn",
    ]);
  });
});

it("a correction is told with the revision that it replaces, and as no withdrawal", async () => {
  const { context, window, approve } = desk;
  const [id] = await approve();
  await window.log.append([
    anEvent("sent", { kind: "sending", entryId: must(id), revision: 1 }, "11:58"),
    anEvent("there", { kind: "receipted", entryId: must(id), revision: 1, remoteId: "r" }, "11:59"),
  ]);
  await window.view.catchUp();
  await correctEntry(context, must(id), { description: "Better words", reason: "Typo" }, 1);
  const steps = await historyOfEntry(id);
  expect(kinds(steps)).toEqual(["approved", "receipted", "approved"]);
  expect(steps.map(({ corrected }) => corrected?.revision)).toEqual([undefined, undefined, 1]);
  // Receipts that came within the same tenth of a second are one event.
  const receipts = [
    { entryId: "other", revision: 1, remoteId: "x" },
    { entryId: must(id), revision: 2, remoteId: "r-2" },
  ];
  await window.log.append([anEvent("both", { kind: "receipted", receipts }, "11:59:30")]);
  expect((await historyOfEntry(id)).at(-1)).toMatchObject({ by: "billing", body: { revision: 2, remoteId: "r-2" } });
});

it("an activity is told with the one before it", async () => {
  const { context, target } = desk;
  await setDraftActivity(context, await target("ACME-1"), null);
  const entryId = must((await desk.draftOf("ACME-1")).entryId);
  const said = { kind: "activitySet", entryId, case: ACME.ref, entryDay: TODAY, activityId: "9" } as const;
  await desk.window.log.append([anEvent("set", said)]);
  await setDraftActivity(context, await target("ACME-1"), null);
  expect((await historyOf("ACME-1")).map(({ before }) => before)).toEqual([undefined, "", "9"]);
});
