import { beforeEach, describe, expect, it } from "vitest";
import { declareTime } from "../../../src/app/declareTime.ts";
import { writeDownDraft } from "../../../src/app/draftEdits.ts";
import { withdrawApproval } from "../../../src/app/editTime.ts";
import { undoableAct } from "../../../src/app/undoEdits.ts";
import { anEvent } from "../../support/builders.ts";
import { aReviewedDay, BETA, TODAY, type ReviewedDay } from "../../support/reviewedDay.ts";

let desk: ReviewedDay;

beforeEach(async () => {
  desk = await aReviewedDay();
});

const kindsOf = (act: ReturnType<typeof undoableAct>): readonly string[] | undefined =>
  act?.parts.map(({ body }) => body.kind);
const undoable = (): readonly string[] | undefined => kindsOf(undoableAct(desk.window.view.ledger));

describe("a write-down that something approved rests on", () => {
  const send = async (ids: readonly string[]): Promise<void> => {
    const sent = ids.map((id, index) =>
      anEvent(`sent-${String(index)}`, { kind: "sending", entryId: id, revision: 1 }, "11:59"),
    );
    await desk.window.log.append(sent);
    await desk.window.view.catchUp();
  };

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
