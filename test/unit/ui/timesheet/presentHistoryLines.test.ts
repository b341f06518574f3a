import { expect, it } from "vitest";
import type { HistoryStep } from "../../../../src/app/timesheet/entryHistory.ts";
import { seconds } from "../../../../src/base/time.ts";
import { presentHistory } from "../../../../src/ui/timesheet/presentHistoryLines.ts";
import { aCase, anEntry, at, day } from "../../../support/builders.ts";

const NAMES = { person: "noor", billing: "Billing", activities: [{ id: "9", name: "Development" }] };
const of = { case: aCase("ACME-1").ref, entryDay: day("2026-03-10"), entryId: "e" };
const entry = anEntry("e");
const line = (step: Pick<HistoryStep, "body"> & Partial<HistoryStep>): unknown =>
  presentHistory([{ at: at("10:00"), by: "person", state: "holds", ...step }], NAMES)[0];

it("leaves instants to the panel, which knows how its clocks show them", () => {
  const body = { kind: "reassigned", from: at("09:00"), to: at("09:10"), intervals: [], case: null } as const;
  expect(line({ body, before: "ACME-1" })).toMatchObject({
    what: "Moved the time from {0} to {1}",
    instants: [at("09:00"), at("09:10")],
    before: "ACME-1",
    after: "no case",
  });
  expect(line({ body: { kind: "split", ...of, cut: at("09:05") }, state: "undone" })).toMatchObject({
    what: "Split at {0} (undone)",
    instants: [at("09:05")],
  });
});

it("names the person as it was then, else as now", () => {
  const body = { kind: "withdrawn", entryId: "e", revision: 1 } as const;
  expect(line({ body })).toMatchObject({ who: "noor", what: "Approval withdrawn" });
  expect(line({ body, name: "ines" })).toMatchObject({ who: "ines" });
  expect(line({ body, by: "billing", name: "ines" })).toMatchObject({ who: "Billing" });
});

it("names activities and says what was drafted", () => {
  expect(line({ body: { kind: "activitySet", ...of, activityId: "9" }, before: "" })).toMatchObject({
    before: "none",
    after: "Development",
  });
  expect(line({ body: { kind: "activitySet", ...of, activityId: null }, before: "9" })).toMatchObject({
    before: "Development",
    after: "none",
  });
  expect(line({ body: { kind: "activitySet", ...of, activityId: "gone" } })).not.toHaveProperty("before");
  expect(line({ body: { kind: "described", ...of, description: "" }, before: "Call" })).toMatchObject({
    before: "Call",
    after: "drafted automatically",
  });
});

it("says of a correction what it changed: the amount, and the words or the activity where they differ", () => {
  const next = { ...entry, revision: 2, billedSeconds: seconds(300), description: "Better words" };
  expect(line({ body: { kind: "approved", entry: next, reason: "Typo" }, corrected: entry })).toMatchObject({
    what: "Corrected, revision 2",
    before: `billed 10 min 00 s; ${entry.description}`,
    after: "billed 5 min 00 s; Better words",
    why: "Typo",
  });
  const other = { ...entry, revision: 2, activityId: "9" };
  expect(line({ body: { kind: "approved", entry: other }, corrected: entry })).toMatchObject({
    before: "billed 10 min 00 s; none",
    after: "billed 10 min 00 s; Development",
  });
});
