import { beforeEach, describe, expect, it } from "vitest";
import { declareTime, resolveConflict } from "../../../../src/app/edits/declareTime.ts";
import { moveDraft, removeDeclared, splitDraft, strikeCaptured } from "../../../../src/app/edits/draftEdits.ts";
import { restoreStruck } from "../../../../src/app/edits/strikes.ts";
import { previewSync } from "../../../../src/app/billing/syncPreview.ts";
import { makeTimesheet } from "../../../../src/app/timesheet/timesheet.ts";
import { redoAct, undoAct } from "../../../../src/app/edits/undoEdits.ts";
import { PLAIN_DRAFTING } from "../../../../src/domain/entries/description.ts";
import { presentAct } from "../../../../src/ui/timesheet/presentActs.ts";
import { aCase, aConnection, anEvent, at, must, TREE } from "../../../support/builders.ts";
import { ACME, aReviewedDay, aStretch, BETA, TODAY, codeOf, type ReviewedDay } from "../../../support/reviewedDay.ts";

let desk: ReviewedDay;
const range = (from: string, to: string) => ({ start: at(from), end: at(to) });
/** Case and worked minutes of the drafts. */
const worked = async (): Promise<readonly (readonly [string, number])[]> =>
  (await desk.drafts()).map((one) => [
    one.case.key,
    (one.observedSeconds + one.bridgedSeconds + one.declaredSeconds) / 60,
  ]);

describe("captured time that gave way to declared time", () => {
  let call: string;
  beforeEach(async () => {
    desk = await aReviewedDay(); // ACME-1: 9:00 to 9:20, 9:40 to 10:00
    const { ids } = await declareTime(desk.context, BETA, { interval: range("09:05", "09:20") }, "Call");
    call = must(ids[0]);
    await resolveConflict(desk.context, call, "declared");
    expect(await worked()).toEqual([
      ["ACME-1", 25],
      ["BETA-1", 15],
    ]);
  });

  it("counts again once that is removed", async () => {
    await removeDeclared(desk.context, call);
    expect(await worked()).toEqual([["ACME-1", 40]]);
    await undoAct(desk.context);
    expect(await worked()).toEqual([
      ["ACME-1", 25],
      ["BETA-1", 15],
    ]);
  });

  it("counts again as far as that was made shorter", async () => {
    await declareTime(desk.context, BETA, { interval: range("09:10", "09:20") }, "Call", { replaces: call });
    expect(await worked()).toEqual([
      ["ACME-1", 30],
      ["BETA-1", 10],
    ]);
    await undoAct(desk.context);
    await redoAct(desk.context);
    expect(await worked()).toEqual([
      ["ACME-1", 30],
      ["BETA-1", 10],
    ]);
  });

  it("does not count beside that where it is split or moved", async () => {
    await splitDraft(desk.context, await desk.target("BETA-1"), at("09:10"));
    expect(await worked()).toEqual([
      ["ACME-1", 25],
      ["BETA-1", 5],
      ["BETA-1", 10],
    ]);
    await moveDraft(desk.context, await desk.target("BETA-1", 1), aCase("GAMMA-1"));
    expect(await worked()).toEqual([
      ["ACME-1", 25],
      ["BETA-1", 5],
      ["GAMMA-1", 10],
    ]);
    expect((await desk.window.view.sheet(TODAY)).conflicts).toEqual([]);
  });

  it("cannot be had back beside that", async () => {
    expect(await codeOf(restoreStruck(desk.context, range("09:00", "10:00")))).toBe("arguments.invalid");
  });
});

describe("time that was struck by hand", () => {
  beforeEach(async () => {
    desk = await aReviewedDay();
    await strikeCaptured(desk.context, range("09:00", "09:20"));
  });

  it("counts again, all of it or a part, as one step", async () => {
    expect(await restoreStruck(desk.context, range("09:05", "09:10"))).toBe(300);
    expect(await worked()).toEqual([["ACME-1", 25]]);
    const undone = await undoAct(desk.context);
    expect(presentAct(undone)).toBe("Count struck time again");
    expect(await worked()).toEqual([["ACME-1", 20]]);
    await redoAct(desk.context);
    expect(await restoreStruck(desk.context, range("08:00", "12:00"))).toBe(900);
    expect(await worked()).toEqual([["ACME-1", 40]]);
    expect(await codeOf(restoreStruck(desk.context, range("08:00", "12:00")))).toBe("arguments.invalid");
  });
});

describe("a gap that is bridged after somebody has said what they did in it", () => {
  const lived = async (declaredAt: string, interval: ReturnType<typeof range>): Promise<number> => {
    desk = await aReviewedDay([anEvent("pick", { kind: "pick", tree: TREE, case: ACME }, "08:00")]);
    const { clock, window, context } = desk;
    await window.log.append(aStretch("09:00", "09:10"));
    clock.set(`2026-03-10 ${declaredAt}`);
    await declareTime(context, BETA, { interval }, "Call");
    await window.log.append(aStretch("09:14", "09:20"));
    clock.set("2026-03-10 12:00");
    return (await window.view.sheet(TODAY)).conflicts.length;
  };

  it("is theirs as they said", async () => {
    expect(await lived("09:13", range("09:11", "09:13"))).toBe(0);
    expect(await worked()).toEqual([
      ["ACME-1", 18],
      ["BETA-1", 2],
    ]);
  });

  it("is in conflict when it had been bridged before", async () => {
    desk = await aReviewedDay([
      anEvent("pick", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
      ...aStretch("09:00", "09:10"),
      ...aStretch("09:14", "09:20"),
    ]);
    await declareTime(desk.context, BETA, { interval: range("09:11", "09:13") }, "Call");
    expect((await desk.window.view.sheet(TODAY)).conflicts).toHaveLength(1);
  });
});

describe("a conflict that nobody has ended", () => {
  beforeEach(async () => {
    desk = await aReviewedDay();
    await declareTime(desk.context, aCase("GAMMA-1"), { interval: range("09:05", "09:20") }, "Call");
  });

  it("is told of the entry that has the time", async () => {
    const { journal, directory } = desk.context;
    const { view } = journal;
    const { items } = await previewSync(view, directory, aConnection(), 1, PLAIN_DRAFTING);
    expect(items.map((item) => item.kind === "draft" && [item.draft.case.key, item.disputedSeconds])).toEqual([
      ["ACME-1", 900],
    ]);
  });

  it("has its case named in the timesheet", async () => {
    const sheet = {
      ...desk.context,
      billing: () => Promise.resolve(undefined),
      connectionName: () => "",
      describeAct: () => "",
    };
    const { cases } = await makeTimesheet(sheet, "day", TODAY);
    expect(cases.map(({ key, title }) => [key, title])).toContainEqual(["GAMMA-1", "Title of GAMMA-1"]);
  });
});
