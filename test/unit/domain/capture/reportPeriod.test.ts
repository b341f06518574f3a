import { describe, expect, it } from "vitest";
import {
  comparedPart,
  listDays,
  splitIntoMonths,
  rangeAround,
  rangeBefore,
  splitIntoWeeks,
} from "../../../../src/domain/capture/reportPeriod.ts";
import { day } from "../../../support/builders.ts";

const range = (from: string, to: string) => ({ from: day(from), to: day(to) });

describe("the period around a day", () => {
  it.each([
    ["week", "2026-11-25", "2026-11-23", "2026-11-29"],
    ["week", "2027-01-01", "2026-12-28", "2027-01-03"],
    ["week", "2026-11-23", "2026-11-23", "2026-11-29"],
    ["week", "2026-11-29", "2026-11-23", "2026-11-29"],
    ["month", "2028-02-10", "2028-02-01", "2028-02-29"],
    ["month", "2026-12-31", "2026-12-01", "2026-12-31"],
    ["quarter", "2026-11-25", "2026-10-01", "2026-12-31"],
    ["quarter", "2026-03-31", "2026-01-01", "2026-03-31"],
  ] as const)("%s of %s", (period, of, from, to) => {
    expect(rangeAround(period, day(of))).toEqual(range(from, to));
  });
});

describe("what a range is compared with", () => {
  it.each([
    ["week", "2026-11-23", "2026-11-29", "2026-11-16", "2026-11-22"],
    ["month", "2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"],
    ["month", "2027-01-01", "2027-01-31", "2026-12-01", "2026-12-31"],
    ["quarter", "2027-01-01", "2027-03-31", "2026-10-01", "2026-12-31"],
    ["custom", "2026-11-09", "2026-11-24", "2026-10-24", "2026-11-08"],
    ["custom", "2026-11-09", "2026-11-09", "2026-11-08", "2026-11-08"],
  ] as const)("%s %s to %s", (period, from, to, before, last) => {
    expect(rangeBefore(range(from, to), period)).toEqual(range(before, last));
  });

  it("is as many days of it as a period that lasts has had", () => {
    const [month, before] = [range("2026-03-01", "2026-03-31"), range("2026-02-01", "2026-02-28")];
    expect(comparedPart(month, before, day("2026-03-10"))).toEqual(range("2026-02-01", "2026-02-10"));
    expect(comparedPart(month, before, day("2026-03-01"))).toEqual(range("2026-02-01", "2026-02-01"));
    expect(comparedPart(month, before, day("2026-03-30"))).toEqual(before);
    expect(comparedPart(month, before, day("2026-03-31"))).toEqual(before);
    expect(comparedPart(month, before, day("2026-05-01"))).toEqual(before);
    expect(comparedPart(month, before, day("2026-02-20"))).toEqual(before);
  });
});

describe("the parts of a range", () => {
  it("are its days, across a clock change, and none when it ends before it begins", () => {
    expect(listDays(range("2026-03-28", "2026-03-30"))).toEqual(["2026-03-28", "2026-03-29", "2026-03-30"]);
    expect(listDays(range("2026-03-30", "2026-03-28"))).toEqual([]);
  });

  it("are its weeks and months, as far as they are in it", () => {
    expect(splitIntoWeeks(range("2026-11-05", "2026-11-17"))).toEqual([
      range("2026-11-05", "2026-11-08"),
      range("2026-11-09", "2026-11-15"),
      range("2026-11-16", "2026-11-17"),
    ]);
    expect(splitIntoMonths(range("2026-12-30", "2027-02-01"))).toEqual([
      range("2026-12-30", "2026-12-31"),
      range("2027-01-01", "2027-01-31"),
      range("2027-02-01", "2027-02-01"),
    ]);
  });
});
