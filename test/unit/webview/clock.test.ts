import { describe, expect, it } from "vitest";
import { addDays, getClock, findInstants, listTicks } from "../../../src/webview/shared/clock.ts";

const BERLIN = "Europe/Berlin";
const SPRING = { dayStart: Date.parse("2026-03-28T23:00Z"), dayEnd: Date.parse("2026-03-29T22:00Z"), zone: BERLIN };
const AUTUMN = { dayStart: Date.parse("2026-10-24T22:00Z"), dayEnd: Date.parse("2026-10-25T23:00Z"), zone: BERLIN };

describe("the clock of a zone", () => {
  const clock = getClock("en-GB", BERLIN);

  it.each([
    ["2026-11-24T08:05Z", "09:05", "09:05"],
    ["2026-11-24T08:05:07Z", "09:05:07", "09:05:07"],
    ["2026-10-25T00:30Z", "02:30 CEST", "02:30"],
    ["2026-10-25T01:30Z", "02:30 CET", "02:30"],
    ["2026-10-25T02:30Z", "03:30", "03:30"],
    ["2026-03-29T01:00Z", "03:00", "03:00"],
  ])("%s is %s", (instant, shown, field) => {
    expect(clock.time(Date.parse(instant)).replace("GMT+2", "CEST").replace("GMT+1", "CET")).toBe(shown);
    expect(clock.field(Date.parse(instant))).toBe(field);
  });

  it("a range is cut to minutes", () => {
    const [start, end] = [Date.parse("2026-11-24T08:05:50Z"), Date.parse("2026-11-24T08:50:10Z")];
    expect(clock.range(start, end, (from, to) => `${from} to ${to}`)).toBe("09:05 to 09:50");
    expect(clock.between(start, end)).toMatch(/^09:05\s?–\s?09:50$/u);
  });

  it("an unknown zone is shown as UTC", () => {
    expect(getClock("en-GB", "Nowhere/Land").time(Date.parse("2026-11-24T08:05Z"))).toBe("08:05");
  });
});

describe("the instants at which a clock shows a time", () => {
  const iso = (list: readonly number[]): string[] => list.map((each) => new Date(each).toISOString().slice(11, 16));

  it.each([
    [SPRING, "01:59", ["00:59"]],
    [SPRING, "02:30", []],
    [SPRING, "03:00", ["01:00"]],
    [SPRING, "23:59", ["21:59"]],
    [AUTUMN, "01:59", ["23:59"]],
    [AUTUMN, "02:30", ["00:30", "01:30"]],
    [AUTUMN, "23:59", ["22:59"]],
    [AUTUMN, "00:00", ["22:00"]],
    [AUTUMN, "", []],
    [AUTUMN, "25:00", []],
  ])("%# %s", (day, field, expected) => {
    expect(iso(findInstants(day, field))).toEqual(expected);
  });

  it("as an end, midnight is the end of the day", () => {
    expect(findInstants(AUTUMN, "00:00", true)).toEqual([AUTUMN.dayEnd]);
  });

  it("half an hour back, as on Lord Howe Island", () => {
    const day = {
      dayStart: Date.parse("2026-04-04T13:00Z"),
      dayEnd: Date.parse("2026-04-05T13:30Z"),
      zone: "Australia/Lord_Howe",
    };
    expect(iso(findInstants(day, "01:45"))).toEqual(["14:45", "15:15"]);
    expect(iso(findInstants(day, "12:00"))).toEqual(["01:30"]);
  });
});

describe("ticks", () => {
  const labels = (day: typeof SPRING): string[] =>
    listTicks("en-GB", { from: day.dayStart, to: day.dayEnd, zone: day.zone }, 30).map(({ label }) => label);

  it("have 23 hours in spring, without the one that is missing", () => {
    expect(labels(SPRING).length).toBe(23);
    expect(labels(SPRING).slice(0, 4)).toEqual(["00", "01", "03", "04"]);
  });

  it("have 25 hours in autumn, one of them twice", () => {
    expect(labels(AUTUMN).length).toBe(25);
    expect(labels(AUTUMN).slice(0, 5)).toEqual(["00", "01", "02", "02", "03"]);
  });

  it("are no more than asked for", () => {
    for (const most of [4, 6, 9, 13, 30]) {
      const found = listTicks("en", { from: AUTUMN.dayStart, to: AUTUMN.dayEnd, zone: BERLIN }, most);
      expect(found.length).toBeLessThanOrEqual(most + 1);
    }
  });
});

it("days are added over months and years", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});
