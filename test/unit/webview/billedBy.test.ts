import { expect, it } from "vitest";
import type { RowTerms, TimesheetRow } from "../../../src/ports/timesheet.ts";
import { explainBilled } from "../../../src/webview/timesheet/billedBy.ts";

const row = (terms?: RowTerms): TimesheetRow => ({ ...(terms === undefined ? {} : { terms }) }) as TimesheetRow;

it.each<readonly [string, RowTerms | undefined, number]>([
  ["", undefined, 1],
  ["", { incrementSeconds: 900 }, 1],
  ["increments of 0:15:00, rounded up", { incrementSeconds: 900, rounding: "up" }, 1],
  ["increments of 0:15:00, rounded down", { incrementSeconds: 900, rounding: "down" }, 1],
  [
    "at least 0:30:00 on a day with work · increments of 0:06:00, rounded to the nearest · the billing system stores units of 0:01:00",
    { incrementSeconds: 360, rounding: "nearest", minimumSeconds: 1_800 },
    60,
  ],
  ["not billable under the contract", { billable: false }, 1],
])("says %j", (text, terms, unit) => {
  expect(explainBilled(row(terms), unit)).toBe(text);
});
