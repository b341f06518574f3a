import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { declareTime } from "../../../../src/app/edits/declareTime.ts";
import { makeTimesheet, type TimesheetContext } from "../../../../src/app/timesheet/timesheet.ts";
import { LANE_COLORS } from "../../../../src/app/timesheet/timesheetLanes.ts";
import type { DayModel } from "../../../../src/ports/timesheet.ts";
import { aCase, anEvent, at, must, TREE } from "../../../support/builders.ts";
import { ACME, aReviewedDay, aStretch, BETA, TODAY, type ReviewedDay } from "../../../support/reviewedDay.ts";

async function lanesOf({ context }: Pick<ReviewedDay, "context">): Promise<DayModel["lanes"]> {
  const sheet: TimesheetContext = {
    ...context,
    billing: () => Promise.resolve(undefined),
    connectionName: () => "",
    describeAct: () => "",
  };
  return ((await makeTimesheet(sheet, "day", TODAY)) as DayModel).lanes;
}

it("items that begin together have ids of their own, on one case and on two", async () => {
  const { context } = await aReviewedDay();
  for (const [of, to] of [
    [ACME, "10:45"],
    [ACME, "10:50"],
    [BETA, "11:00"],
  ] as const) {
    await declareTime(context, of, { interval: { start: at("10:30"), end: at(to) } }, "Call");
  }
  const ids = (await lanesOf({ context })).flatMap(({ items }) => items).map(({ id }) => id);
  expect(ids).toHaveLength(5);
  expect(new Set(ids).size).toBe(5);
});

describe("the colour of a case", () => {
  const cases = Array.from({ length: 8 }, (_, index) => aCase(`CASE-${index}`));
  /** The cases become known in their order, and these are worked on, in this order. */
  const colorsOf = async (worked: readonly number[]): Promise<readonly number[]> => {
    const known = cases.map((one, index) =>
      anEvent(`known-${index}`, { kind: "pick", tree: TREE, case: one }, `07:0${index}`),
    );
    const work = worked.flatMap((place, index) => [
      anEvent(`pick-${index}`, { kind: "pick", tree: TREE, case: must(cases[place]) }, `08:${index}0`),
      ...aStretch(`08:${index}1`, `08:${index}5`),
    ]);
    return (await lanesOf(await aReviewedDay([...known, ...work]))).map(({ color }) => color);
  };

  it("is its own whatever else there is on a day, and in whatever order", async () => {
    expect(await colorsOf([3])).toEqual([3]);
    expect(await colorsOf([5, 3, 1])).toEqual([5, 3, 1]);
  });

  it("is one that the panel's style sheets have, and there are no more", () => {
    const sheets = ["shared/base.css", "timesheet/timesheet.css"].map((name) =>
      readFileSync(`src/webview/${name}`, "utf8"),
    );
    const numbersOf = (sheet: string, pattern: RegExp): string =>
      [...new Set([...sheet.matchAll(pattern)].map(([, number]) => number))].join();
    const all = Array.from({ length: LANE_COLORS }, (_, index) => index).join();
    expect(numbersOf(must(sheets[0]), /^\.c(\d+) \{/gm)).toBe(all);
    expect(numbersOf(must(sheets[1]), /url\(#hatch(\d+)\)/g)).toBe(all);
    expect(numbersOf(must(sheets[1]), /url\(#dots(\d+)\)/g)).toBe(all);
  });

  it("is another one only where two of a day would have the same", async () => {
    expect(await colorsOf([6, 0])).toEqual([1, 0]);
    expect(await colorsOf([0, 6, 1, 7])).toEqual([0, 2, 1, 3]);
  });
});
