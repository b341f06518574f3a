import { expect, it } from "vitest";
import { previewSync } from "../../../../src/app/billing/syncPreview.ts";
import { makeTimesheet } from "../../../../src/app/timesheet/timesheet.ts";
import { PLAIN_DRAFTING } from "../../../../src/domain/entries/description.ts";
import type { DayModel } from "../../../../src/ports/timesheet.ts";
import { aConnection, anEntry, anEvent, at, TREE } from "../../../support/builders.ts";
import { aReviewedDay, aStretch, TODAY } from "../../../support/reviewedDay.ts";

it("time without a case waits for one as far as no entry has claimed it, in the preview and the timesheet alike", async () => {
  const { context, window } = await aReviewedDay([
    anEvent("none", { kind: "pick", tree: TREE, case: null }, "08:00"),
    ...aStretch("09:00", "09:05"),
    anEvent("entry", { kind: "approved", entry: anEntry("a", { start: at("09:00"), end: at("09:02") }) }, "11:00"),
  ]);
  const preview = await previewSync(window.view, context.directory, aConnection(), 60, PLAIN_DRAFTING);
  expect(preview.unassignedSeconds).toBe(180);
  const sheet = {
    ...context,
    billing: () => Promise.resolve(undefined),
    connectionName: () => "",
    describeAct: () => "",
  };
  const { totals } = (await makeTimesheet(sheet, "day", TODAY)) as DayModel;
  expect(totals).toMatchObject({ workedSeconds: 300, unassignedSeconds: 180 });
});
