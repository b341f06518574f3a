import { expect, it } from "vitest";
import { seconds } from "../../../../src/base/time.ts";
import { ApprovedEntries } from "../../../../src/domain/entries/approvedEntries.ts";
import { aCase, anEntry, day } from "../../../support/builders.ts";

it("counts to its day what the contract makes of the entries that are left", () => {
  const of = aCase("ACME-1", { minimumSeconds: 1_800 });
  const whole = { case: of, contractSeconds: seconds(1_800), billedSeconds: seconds(1_800) };
  const book = new ApprovedEntries();
  book.approve(anEntry("a", whole));
  book.approve(anEntry("b", { case: of, contractSeconds: seconds(0), billedSeconds: seconds(0) }));
  book.approve(anEntry("c", { ...whole, day: day("2026-03-11") }));
  const soFar = (without?: string): unknown => book.approvedSoFar(of.ref, day("2026-03-10"), "connection-1", without);
  expect(soFar()).toEqual({ dayBillable: 1200, dayContract: 1800, contractTotal: 3600, billedTotal: 3600 });
  expect(soFar("a")).toEqual({ dayBillable: 600, dayContract: 1800, contractTotal: 3600, billedTotal: 1800 });
  book.withdraw("a");
  expect(soFar()).toEqual({ dayBillable: 600, dayContract: 1800, contractTotal: 3600, billedTotal: 1800 });
  book.withdraw("b");
  expect(soFar()).toEqual({ dayBillable: 0, dayContract: 0, contractTotal: 1800, billedTotal: 1800 });
});
