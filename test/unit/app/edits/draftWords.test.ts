import { beforeEach, describe, expect, it } from "vitest";
import { correctEntry } from "../../../../src/app/billing/correctEntry.ts";
import {
  mergeDrafts,
  moveDraft,
  setDraftActivity,
  splitDraft,
  strikeCaptured,
  writeDraftDescription,
} from "../../../../src/app/edits/draftEdits.ts";
import { undoAct } from "../../../../src/app/edits/undoEdits.ts";
import { MAX_DESCRIPTION_CHARS, PLAIN_DRAFTING } from "../../../../src/domain/entries/description.ts";
import { aCase, anEvent, at, TREE } from "../../../support/builders.ts";
import { aReviewedDay, aStretch, type ReviewedDay } from "../../../support/reviewedDay.ts";
import { withdrawApproval } from "../../../../src/app/edits/withdrawApproval.ts";

const ACTIVITIES = [
  { id: "dev", name: "Development" },
  { id: "talk", name: "Call" },
];
const ACME = { ...aCase("ACME-1"), activities: ACTIVITIES };
const BETA = { ...aCase("BETA-1"), activities: ACTIVITIES };

let bench: ReviewedDay;
beforeEach(async () => {
  bench = await aReviewedDay([
    anEvent("pick", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
    ...aStretch("09:00", "09:20"),
    ...aStretch("09:40", "10:00"),
  ]);
});
const describeDraft = async (key: string, text: string, part = 0): Promise<void> =>
  writeDraftDescription(bench.context, await bench.target(key, part), text);
const workOn = (): Promise<void> => bench.window.log.append(aStretch("11:00", "11:10"));

describe("what was said of moved work", () => {
  it("goes with it, and is not said of what comes later on the case that it left", async () => {
    await describeDraft("ACME-1", "The secret migration");
    await setDraftActivity(bench.context, await bench.target("ACME-1"), "dev");
    await moveDraft(bench.context, await bench.target("ACME-1"), BETA);
    expect(await bench.words()).toEqual([["BETA-1", "The secret migration"]]);
    expect((await bench.draftOf("BETA-1")).activityId).toBe("dev");
    await workOn();
    const later = await bench.draftOf("ACME-1");
    expect({ description: later.description, isDescribed: later.isDescribed, activityId: later.activityId }).toEqual({
      description: "Title of ACME-1",
      isDescribed: undefined,
      activityId: undefined,
    });
    await undoAct(bench.context);
    expect(await bench.words()).toEqual([["ACME-1", "The secret migration"]]);
    expect((await bench.draftOf("ACME-1")).activityId).toBe("dev");
  });

  it("is joined to what was said there, whose activity stays", async () => {
    await splitDraft(bench.context, await bench.target("ACME-1"), at("09:30"));
    await moveDraft(bench.context, await bench.target("ACME-1"), BETA);
    await describeDraft("BETA-1", "Planning");
    await setDraftActivity(bench.context, await bench.target("BETA-1"), "talk");
    await describeDraft("ACME-1", "Doing");
    await setDraftActivity(bench.context, await bench.target("ACME-1"), "dev");
    await moveDraft(bench.context, await bench.target("ACME-1"), BETA);
    expect(await bench.words()).toEqual([["BETA-1", "Planning; Doing"]]);
    expect((await bench.draftOf("BETA-1")).activityId).toBe("talk");
  });

  it("without a case waits for nobody", async () => {
    await describeDraft("ACME-1", "Private");
    await moveDraft(bench.context, await bench.target("ACME-1"), null);
    await workOn();
    expect(await bench.words()).toEqual([["ACME-1", "Title of ACME-1"]]);
  });
});

describe("what was said of parts that became one", () => {
  it("is joined, and does not come back on later work", async () => {
    await splitDraft(bench.context, await bench.target("ACME-1"), at("09:30"));
    await describeDraft("ACME-1", "First", 0);
    await describeDraft("ACME-1", "Second", 1);
    await setDraftActivity(bench.context, await bench.target("ACME-1", 1), "dev");
    await mergeDrafts(bench.context, [await bench.target("ACME-1", 0), await bench.target("ACME-1", 1)]);
    expect(await bench.words()).toEqual([["ACME-1", "First; Second"]]);
    expect((await bench.draftOf("ACME-1")).activityId).toBe("dev");
    await bench.approve();
    await workOn();
    const later = await bench.draftOf("ACME-1");
    expect({ description: later.description, activityId: later.activityId }).toEqual({
      description: "Title of ACME-1",
      activityId: undefined,
    });
  });

  it("is all there when an approval is withdrawn beside later work, and said once", async () => {
    await describeDraft("ACME-1", "Morning");
    const morning = await bench.approve();
    await workOn();
    await describeDraft("ACME-1", "Noon");
    await setDraftActivity(bench.context, await bench.target("ACME-1"), "talk");
    await withdrawApproval(bench.context, morning);
    expect(await bench.words()).toEqual([["ACME-1", "Morning; Noon"]]);
    expect((await bench.draftOf("ACME-1")).activityId).toBe("talk");
    await describeDraft("ACME-1", "The whole day");
    await setDraftActivity(bench.context, await bench.target("ACME-1"), null);
    expect(await bench.words()).toEqual([["ACME-1", "The whole day"]]);
    expect((await bench.draftOf("ACME-1")).activityId).toBeUndefined();
    await undoAct(bench.context);
    await undoAct(bench.context);
    expect(await bench.words()).toEqual([["ACME-1", "Morning; Noon"]]);
  });

  it("is approved with them, and comes back when that is withdrawn", async () => {
    await describeDraft("ACME-1", "Morning");
    const morning = await bench.approve();
    await workOn();
    await describeDraft("ACME-1", "Noon");
    await withdrawApproval(bench.context, morning);
    const both = await bench.approve();
    await bench.window.log.append(aStretch("11:30", "11:40"));
    expect(await bench.words()).toEqual([["ACME-1", "Title of ACME-1"]]);
    await withdrawApproval(bench.context, both);
    expect(await bench.words()).toEqual([["ACME-1", "Morning; Noon"]]);
  });

  it("is not of an entry that is corrected, where it was said of time that came late in between", async () => {
    const [id = ""] = await bench.approve();
    await bench.window.log.append([
      anEvent("sent", { kind: "sending", entryId: id, revision: 1 }, "11:58"),
      anEvent("there", { kind: "receipted", entryId: id, revision: 1, remoteId: "r" }, "11:59"),
      ...aStretch("09:28", "09:32"),
    ]);
    await describeDraft("ACME-1", "Late");
    await correctEntry(bench.context, id, { description: "Better words", reason: "Typo" }, 1);
    expect(await bench.words()).toEqual([["ACME-1", "Late"]]);
  });

  it("is cut to what a description may have", async () => {
    await splitDraft(bench.context, await bench.target("ACME-1"), at("09:30"));
    await describeDraft("ACME-1", "a".repeat(MAX_DESCRIPTION_CHARS), 0);
    await describeDraft("ACME-1", "b".repeat(MAX_DESCRIPTION_CHARS), 1);
    await mergeDrafts(bench.context, [await bench.target("ACME-1", 0), await bench.target("ACME-1", 1)]);
    expect((await bench.draftOf("ACME-1")).description).toBe("a".repeat(MAX_DESCRIPTION_CHARS));
  });
});

describe("with an entry for each stretch", () => {
  beforeEach(async () => {
    bench.drafting.value = { ...PLAIN_DRAFTING, grouping: "span" };
    await describeDraft("ACME-1", "First stretch", 0);
    await describeDraft("ACME-1", "Second stretch", 1);
  });

  it("what was said of one stays when the one before it is moved", async () => {
    await moveDraft(bench.context, await bench.target("ACME-1", 0), BETA);
    expect(await bench.words()).toEqual([
      ["BETA-1", "First stretch"],
      ["ACME-1", "Second stretch"],
    ]);
  });

  it("what was said of one stays when the one before it is struck, and comes back with it", async () => {
    await strikeCaptured(bench.context, { start: at("09:00"), end: at("09:20") });
    expect(await bench.words()).toEqual([["ACME-1", "Second stretch"]]);
    await undoAct(bench.context);
    expect(await bench.words()).toEqual([
      ["ACME-1", "First stretch"],
      ["ACME-1", "Second stretch"],
    ]);
  });

  it("what was said of two is said of the one that late evidence makes of them", async () => {
    await bench.window.log.append(aStretch("09:20:20", "09:39:40"));
    expect(await bench.words()).toEqual([["ACME-1", "First stretch; Second stretch"]]);
  });
});
