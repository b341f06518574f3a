import { expect, it } from "vitest";
import type { EditBody } from "../../../../src/domain/edits/undoStack.ts";
import { presentAct } from "../../../../src/ui/timesheet/presentActs.ts";
import { aCase, anEntry, at, day } from "../../../support/builders.ts";

const ACME = aCase("ACME-1");
const of = { case: ACME.ref, entryDay: day("2026-03-10") };
const stretch = { from: at("09:00"), to: at("09:12"), intervals: [{ start: at("09:00"), end: at("09:12") }] };
const declared = { kind: "declared", case: ACME, entryDay: of.entryDay, seconds: 1_200, reason: "Call" } as const;

it.each<readonly [string, readonly EditBody[]]>([
  ["Move to ACME-1", [{ kind: "reassigned", ...stretch, case: ACME }]],
  ["Move to no case", [{ kind: "reassigned", ...stretch, case: null }]],
  ["Move to ACME-1", [{ kind: "reassigned", ...stretch, case: ACME }, { kind: "undone", eventId: "a" }, declared]],
  ["Move 20 min 00 s to ACME-1", [{ kind: "undone", eventId: "a" }, declared]],
  ["Strike 12 min 00 s", [{ kind: "struck", ...stretch }]],
  ["Log 20 min 00 s on ACME-1", [declared]],
  ["Change declared time", [declared, { kind: "undone", eventId: "a" }]],
  ["Remove declared time", [{ kind: "undone", eventId: "a" }]],
  ["Description", [{ kind: "described", entryId: "e", ...of, description: "x" }]],
  ["Activity", [{ kind: "activitySet", entryId: "e", ...of, activityId: "9" }]],
  ["Split", [{ kind: "split", ...of, cut: at("09:00") }]],
  ["Split", [{ kind: "split", ...of, cut: at("09:00") }, { kind: "undone", eventId: "a" }, declared, declared]],
  ["Merge", [{ kind: "merged", ...of, from: at("09:00"), to: at("10:00") }]],
  [
    "Write down 13 min 00 s",
    [{ kind: "writtenDown", ...of, ...stretch, declared: [{ id: "d", seconds: 60 }], reason: "x" }],
  ],
  ["Remove the write-down", [{ kind: "writtenDown", ...of, intervals: [], declared: [], reason: "x" }]],
  ["Approve 1 entry", [{ kind: "approved", entry: anEntry("e") }]],
  [
    "Approve 2 entries",
    [
      { kind: "approved", entry: anEntry("e") },
      { kind: "approved", entry: anEntry("f") },
    ],
  ],
])("an act is told as %s", (text, bodies) => {
  expect(presentAct({ id: "a", at: at("09:00"), parts: bodies.map((body) => ({ eventId: "e", body })) })).toBe(text);
});
