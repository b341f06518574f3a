import { expect, it } from "vitest";
import { declareTime } from "../../../src/app/declareTime.ts";
import { timesheet, type TimesheetContext } from "../../../src/app/timesheet.ts";
import type { DayModel } from "../../../src/ports/timesheet.ts";
import { at } from "../../support/builders.ts";
import { ACME, aReviewedDay, BETA, TODAY } from "../../support/reviewedDay.ts";

it("items that begin together have ids of their own, on one case and on two", async () => {
  const { context } = await aReviewedDay();
  for (const [of, to] of [
    [ACME, "10:45"],
    [ACME, "10:50"],
    [BETA, "11:00"],
  ] as const) {
    await declareTime(context, of, { interval: { start: at("10:30"), end: at(to) } }, "Call");
  }
  const sheet: TimesheetContext = {
    ...context,
    billing: () => Promise.resolve(undefined),
    nameOf: () => "",
    labelOf: () => "",
  };
  const { lanes } = (await timesheet(sheet, "day", TODAY)) as DayModel;
  const ids = lanes.flatMap(({ items }) => items).map(({ id }) => id);
  expect(ids).toHaveLength(5);
  expect(new Set(ids).size).toBe(5);
});
