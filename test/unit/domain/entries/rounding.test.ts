import { describe, expect, it } from "vitest";
import { seconds } from "../../../../src/base/time.ts";
import type { Contract } from "../../../../src/domain/cases/case.ts";
import {
  billEntry,
  applyContract,
  applyContractsOfDay,
  roundToUnit,
  type ApprovedSoFar,
} from "../../../../src/domain/entries/rounding.ts";

const NOTHING: ApprovedSoFar = {
  dayBillable: seconds(0),
  dayContract: seconds(0),
  contractTotal: seconds(0),
  billedTotal: seconds(0),
};

describe("what a contract makes of a day", () => {
  const quarters = (rounding: Contract["rounding"]): Contract => ({
    incrementSeconds: 900,
    ...(rounding === undefined ? {} : { rounding }),
  });
  it.each<[string, number, Contract | undefined, number]>([
    ["no contract", 61, undefined, 61],
    ["an empty contract", 61, {}, 61],
    ["not billable", 61, { billable: false, minimumSeconds: 900 }, 0],
    ["billable", 61, { billable: true }, 61],
    ["no time: no minimum either", 0, { minimumSeconds: 900 }, 0],
    ["below the minimum", 1, { minimumSeconds: 900 }, 900],
    ["at the minimum", 900, { minimumSeconds: 900 }, 900],
    ["above the minimum", 901, { minimumSeconds: 900 }, 901],
    ["up, a second over", 901, quarters("up"), 1800],
    ["up, exact", 900, quarters("up"), 900],
    ["down, a second under", 899, quarters("down"), 0],
    ["down, exact", 1800, quarters("down"), 1800],
    ["nearest, below half", 449, quarters("nearest"), 0],
    ["nearest, half", 450, quarters("nearest"), 900],
    ["none", 901, quarters("none"), 901],
    ["no rounding said", 901, quarters(undefined), 901],
    ["the minimum first, then the increment", 1, { minimumSeconds: 1000, incrementSeconds: 900, rounding: "up" }, 1800],
    ["an increment of a second", 61, { incrementSeconds: 1, rounding: "up" }, 61],
  ])("%s", (_name, billable, contract, expected) => {
    expect(applyContract(seconds(billable), contract)).toBe(expected);
  });
});

describe("the unit of a billing system", () => {
  it.each([
    [0, 60, 0],
    [29, 60, 0],
    [30, 60, 60],
    [89, 60, 60],
    [90, 60, 120],
    [17, 36, 0],
    [18, 36, 36],
    [61, 1, 61],
  ])("%d s in units of %d s are %d s", (total, unit, expected) => {
    expect(roundToUnit(seconds(total), unit)).toBe(expected);
  });
});

describe("an entry", () => {
  it("carries what is not billed to the next of its case", () => {
    const first = billEntry(seconds(29), undefined, 60, NOTHING);
    expect(first).toEqual({ contractSeconds: 29, billedSeconds: 0, carriedSeconds: 29 });
    const second = billEntry(seconds(1), undefined, 60, {
      ...NOTHING,
      contractTotal: first.contractSeconds,
      billedTotal: first.billedSeconds,
    });
    expect(second).toEqual({ contractSeconds: 1, billedSeconds: 60, carriedSeconds: -30 });
  });

  it("is its share of the day: the minimum and the increment are counted once a day", () => {
    const contract: Contract = { minimumSeconds: 3600, incrementSeconds: 900, rounding: "up" };
    const morning = billEntry(seconds(600), contract, 1, NOTHING);
    expect(morning.contractSeconds).toBe(3600);
    const noon = billEntry(seconds(3000), contract, 1, {
      dayBillable: seconds(600),
      dayContract: seconds(3600),
      contractTotal: seconds(3600),
      billedTotal: seconds(3600),
    });
    expect(noon).toEqual({ contractSeconds: 0, billedSeconds: 0, carriedSeconds: 0 });
    const evening = billEntry(seconds(1), contract, 1, {
      dayBillable: seconds(3600),
      dayContract: seconds(3600),
      contractTotal: seconds(3600),
      billedTotal: seconds(3600),
    });
    expect(evening.contractSeconds).toBe(900);
  });

  it("adds to its day what its contract makes of the day, and takes nothing back where that was changed", () => {
    const part = (billable: number, contract: Contract) => ({ billableSeconds: seconds(billable), case: { contract } });
    const quarters: Contract = { incrementSeconds: 900, rounding: "up" };
    expect(applyContractsOfDay([])).toBe(0);
    expect(applyContractsOfDay([part(600, quarters), part(600, quarters)])).toBe(1_800);
    expect(applyContractsOfDay([part(600, quarters), part(600, { billable: false })])).toBe(900);
    expect(applyContractsOfDay([part(600, quarters), part(1_000, {})])).toBe(1_600);
  });

  it("is never negative when the contract was changed to count less", () => {
    const lowered = billEntry(seconds(60), { billable: false }, 60, {
      dayBillable: seconds(600),
      dayContract: seconds(600),
      contractTotal: seconds(600),
      billedTotal: seconds(600),
    });
    expect(lowered).toEqual({ contractSeconds: 0, billedSeconds: 0, carriedSeconds: 0 });
    const ahead = billEntry(seconds(10), undefined, 60, {
      ...NOTHING,
      contractTotal: seconds(30),
      billedTotal: seconds(60),
    });
    expect(ahead).toEqual({ contractSeconds: 10, billedSeconds: 0, carriedSeconds: -20 });
  });
});
