import { beforeEach, describe, expect, it } from "vitest";
import { declareTime, resolveConflict } from "../../../../src/app/edits/declareTime.ts";
import { moveDraft, removeDeclared, writeDownDraft } from "../../../../src/app/edits/draftEdits.ts";
import { reassign } from "../../../../src/app/edits/reassign.ts";
import { undoAct } from "../../../../src/app/edits/undoEdits.ts";
import { at, must } from "../../../support/builders.ts";
import { ACME, aReviewedDay, BETA, type ReviewedDay } from "../../../support/reviewedDay.ts";

let desk: ReviewedDay;

beforeEach(async () => {
  desk = await aReviewedDay();
});

const placed = (from: string, to: string): Parameters<typeof declareTime>[2] => ({
  interval: { start: at(from), end: at(to) },
});

/** Declares, and has that count where other time lies. */
const declared = async (of: typeof ACME, from: string, to: string): Promise<string> => {
  const { ids, conflictSeconds } = await declareTime(desk.context, of, placed(from, to), "Workshop");
  if (conflictSeconds > 0) await resolveConflict(desk.context, must(ids[0]), "declared");
  return must(ids[0]);
};

const changed = async (id: string, of: typeof ACME, from: string, to: string): Promise<string> => {
  const { ids } = await declareTime(desk.context, of, placed(from, to), "Workshop", { replaces: id });
  return must(ids[0]);
};

/** Worked, and written down of that. @format seconds */
const figures = async (key: string): Promise<readonly [number, number]> => {
  const draft = await desk.draftOf(key);
  return [draft.billableSeconds + draft.writtenDownSeconds, draft.writtenDownSeconds];
};

const writeDown = async (key: string, seconds: number): Promise<void> =>
  writeDownDraft(desk.context, await desk.target(key), { seconds }, "Learning");

describe("a courtesy on declared time", () => {
  it("is not doubled on captured time that counts again when that is made shorter", async () => {
    const id = await declared(ACME, "09:00", "10:00");
    await writeDown("ACME-1", 1_200);
    await changed(id, ACME, "09:00", "09:30");
    expect(await figures("ACME-1")).toEqual([3_000, 1_200]);
    await undoAct(desk.context);
    expect(await figures("ACME-1")).toEqual([3_600, 1_200]);
  });

  it("is not on what is declared later where that lay", async () => {
    const id = await declared(BETA, "10:30", "11:30");
    await writeDown("BETA-1", 1_200);
    await changed(id, BETA, "10:30", "11:00");
    await declared(BETA, "11:00", "11:30");
    expect(await figures("BETA-1")).toEqual([3_600, 1_200]);
  });

  it("goes with it when it is removed, also after a change, and comes back by undo", async () => {
    const first = await declared(BETA, "10:30", "11:30");
    await writeDown("BETA-1", 3_600);
    const id = await changed(first, BETA, "10:30", "11:20");
    await removeDeclared(desk.context, id);
    const other = await declared(BETA, "10:45", "11:15");
    expect(await figures("BETA-1")).toEqual([1_800, 0]);
    await removeDeclared(desk.context, other);
    await undoAct(desk.context);
    await undoAct(desk.context);
    await undoAct(desk.context);
    expect(await figures("BETA-1")).toEqual([3_000, 3_000]);
  });

  it("leaves the one that captured time had before as it was", async () => {
    await writeDown("ACME-1", 600);
    const id = await declared(ACME, "09:30", "10:00");
    await writeDown("ACME-1", 900);
    await removeDeclared(desk.context, id);
    expect(await figures("ACME-1")).toEqual([2_400, 600]);
  });

  it("goes along to another case, and stays on none", async () => {
    const id = await declared(BETA, "10:30", "11:30");
    await writeDown("BETA-1", 1_200);
    await changed(id, ACME, "10:30", "11:30");
    expect(await figures("ACME-1")).toEqual([6_000, 1_200]);
    await declared(BETA, "11:40", "11:50");
    expect(await figures("BETA-1")).toEqual([600, 0]);
  });
});

describe("a courtesy on captured time", () => {
  it("is there again when its case was taken away and given back", async () => {
    await writeDownDraft(desk.context, await desk.target("ACME-1"), { percent: 50 }, "Learning");
    await moveDraft(desk.context, await desk.target("ACME-1"), null);
    await reassign(desk.context, { start: at("09:00"), end: at("10:00") }, ACME);
    expect(await figures("ACME-1")).toEqual([2_400, 1_200]);
  });
});
