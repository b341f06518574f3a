import { beforeEach, describe, expect, it } from "vitest";
import { declareTime, resolveConflict } from "../../../../src/app/edits/declareTime.ts";
import {
  mergeDrafts,
  removeDeclared,
  splitDraft,
  strikeCaptured,
  writeDownDraft,
} from "../../../../src/app/edits/draftEdits.ts";
import { reassign } from "../../../../src/app/edits/reassign.ts";
import { restoreStruck } from "../../../../src/app/edits/strikes.ts";
import { findRedoableAct, redoAct, findUndoableAct, undoAct, undoActs } from "../../../../src/app/edits/undoEdits.ts";
import { anEvent, at, must } from "../../../support/builders.ts";
import { ACME, aReviewedDay, BETA, codeOf, TODAY, type ReviewedDay } from "../../../support/reviewedDay.ts";
import { withdrawApproval } from "../../../../src/app/edits/withdrawApproval.ts";

let desk: ReviewedDay;

beforeEach(async () => {
  desk = await aReviewedDay();
});

const kindsOf = (act: ReturnType<typeof findUndoableAct>): readonly string[] | undefined =>
  act?.parts.map(({ body }) => body.kind);
const undoable = (): readonly string[] | undefined => kindsOf(findUndoableAct(desk.window.view.ledger));
const redoable = (): readonly string[] | undefined => kindsOf(findRedoableAct(desk.window.view.ledger));

const send = async (ids: readonly string[]): Promise<void> => {
  const sent = ids.map((id, index) =>
    anEvent(`sent-${String(index)}`, { kind: "sending", entryId: id, revision: 1 }, "11:59"),
  );
  await desk.window.log.append(sent);
  await desk.window.view.catchUp();
};

describe("a write-down that something approved rests on", () => {
  it("cannot be taken back where it is about unplaced time", async () => {
    const { context, target, approve } = desk;
    await declareTime(context, BETA, { day: TODAY, seconds: 3_600 }, "Mail");
    await writeDownDraft(context, await target("BETA-1"), { seconds: 600 }, "Learning");
    await send(await approve());
    expect(undoable()).toBeUndefined();
  });

  it("cannot be taken back where it says that nothing is written down", async () => {
    const { context, target, approve } = desk;
    await writeDownDraft(context, await target("ACME-1"), { seconds: 600 }, "Learning");
    await writeDownDraft(context, await target("ACME-1"), { seconds: 0 }, "All of it counts");
    const ids = await approve();
    expect(undoable()).toEqual(["approved"]);
    await send(ids);
    expect(undoable()).toBeUndefined();
  });

  it("can be taken back when the approval was withdrawn", async () => {
    const { context, target, approve } = desk;
    await declareTime(context, BETA, { day: TODAY, seconds: 3_600 }, "Mail");
    await writeDownDraft(context, await target("BETA-1"), { seconds: 600 }, "Learning");
    await withdrawApproval(context, await approve());
    expect(undoable()).toEqual(["writtenDown"]);
  });
});

describe("taking certain acts back", () => {
  const night = { interval: { start: at("2026-03-08 23:30"), end: at("2026-03-09 00:30") } };

  it("takes back both halves of what was logged over midnight, and redo brings both again", async () => {
    const { context, window } = desk;
    const { ids } = await declareTime(context, ACME, night, "Night");
    await undoActs(context, [must(ids[0])]);
    expect(window.view.ledger.edits.declaredDays).toEqual([]);
    expect({ undoable: undoable(), redoable: redoable() }).toEqual({
      undoable: undefined,
      redoable: ["declared", "declared"],
    });
    await redoAct(context);
    expect(window.view.ledger.edits.declaredDays).toEqual(["2026-03-08", "2026-03-09"]);
    expect({ undoable: undoable(), redoable: redoable() }).toEqual({
      undoable: ["declared", "declared"],
      redoable: undefined,
    });
  });

  it("leaves no courtesy behind on the case that time was moved to", async () => {
    const { context, window, target } = desk;
    await writeDownDraft(context, await target("ACME-1"), { seconds: 300 }, "Learning");
    const { eventId } = await reassign(context, { start: at("09:00"), end: at("10:00") }, BETA);
    const { edits } = window.view.ledger;
    expect(edits.listWriteDowns(BETA.ref, TODAY)).toHaveLength(1);
    await undoActs(context, [must(eventId)]);
    expect(edits.listWriteDowns(BETA.ref, TODAY)).toEqual([]);
    expect(undoable()).toEqual(["writtenDown"]);
  });

  it("leaves later ones as they are, and takes several back in one step of the log", async () => {
    const { context, drafts, window } = desk;
    const [first, second] = [
      await reassign(context, { start: at("09:00"), end: at("09:10") }, BETA),
      await reassign(context, { start: at("09:40"), end: at("09:50") }, BETA),
    ];
    await declareTime(context, BETA, { day: TODAY, seconds: 60 }, "Mail");
    await undoActs(context, [must(first.eventId), must(second.eventId)]);
    expect((await drafts()).map((one) => [one.case.key, one.observedSeconds + one.declaredSeconds])).toEqual([
      ["ACME-1", 2_400],
      ["BETA-1", 60],
    ]);
    expect(window.view.ledger.acts.redoable.map(({ id }) => id)).toEqual([second.eventId, first.eventId]);
  });

  it("is refused whole when one does not hold any more, or something approved rests on one", async () => {
    const { context, window, approve } = desk;
    const kept = must((await reassign(context, { start: at("09:00"), end: at("09:10") }, BETA)).eventId);
    const mail = must((await declareTime(context, ACME, { day: TODAY, seconds: 60 }, "Mail")).ids[0]);
    await removeDeclared(context, mail);
    expect(await codeOf(undoActs(context, [kept, mail]))).toBe("entries.stale");
    expect(await codeOf(undoActs(context, [kept, "nothing"]))).toBe("entries.stale");
    await undoAct(context);
    await approve(({ case: of }) => of.key === "ACME-1");
    const length = window.store.events.length;
    expect(await codeOf(undoActs(context, [kept, mail]))).toBe("entries.claimed");
    expect(window.store.events).toHaveLength(length);
    await undoActs(context, [kept]);
    expect(await codeOf(undoActs(context, [kept]))).toBe("entries.stale");
  });

  it("takes back a merge that joined what was said, with the joined words", async () => {
    const { context, drafts, target } = desk;
    await splitDraft(context, await target("ACME-1"), at("09:30"));
    await mergeDrafts(context, [await target("ACME-1", 0), await target("ACME-1", 1)]);
    await undoActs(context, [must(findUndoableAct(desk.window.view.ledger)).id]);
    expect(await drafts()).toHaveLength(2);
  });
});

describe("what an entry that was sent rests on", () => {
  const half = { start: at("09:40"), end: at("10:00") };

  it("is not struck again by taking back that it counts again", async () => {
    const { context, approve } = desk;
    await strikeCaptured(context, half);
    await restoreStruck(context, half);
    await send(await approve());
    expect(undoable()).toBeUndefined();
  });

  it("does not give way again by taking back that declared time was removed", async () => {
    const { context, approve } = desk;
    const { ids } = await declareTime(context, BETA, { interval: half }, "Call");
    await resolveConflict(context, must(ids[0]), "declared");
    await removeDeclared(context, must(ids[0]));
    expect(undoable()).toEqual(["undone"]);
    await send(await approve());
    expect(undoable()).toBeUndefined();
  });
});

describe("what parts or joins entries around an approved one", () => {
  it("is the next to be taken back where that was approved before", async () => {
    const { context, drafts, target, approve } = desk;
    await splitDraft(context, await target("ACME-1"), at("09:10"));
    await splitDraft(context, await target("ACME-1", 1), at("09:45"));
    await send(await approve((draft) => draft.from === at("09:10")));
    expect(undoable()).toBeUndefined();
    await mergeDrafts(context, [await target("ACME-1", 0), await target("ACME-1", 1)]);
    expect(undoable()).toEqual(["merged"]);
    await undoAct(context);
    expect(await drafts()).toHaveLength(2);
  });

  it("is the next to be taken back where that is another case's", async () => {
    const { context, target, approve } = desk;
    await declareTime(context, BETA, { interval: { start: at("09:20"), end: at("09:40") } }, "Call");
    await approve(({ case: of }) => of.key === "BETA-1");
    await splitDraft(context, await target("ACME-1"), at("09:40"));
    expect(undoable()).toEqual(["split"]);
    await approve();
    expect(undoable()).toEqual(["approved", "approved"]);
    await undoAct(context);
    expect(undoable()).toEqual(["split"]);
  });
});
