import { describe, expect, it } from "vitest";
import { parseRequest } from "../../../../src/ui/timesheet/requests.ts";
import type { TimesheetRequest } from "../../../../src/ports/timesheet.ts";

const based = { request: 1, revision: 7 } as const;
const edit = (one: object): unknown => ({ type: "edit", ...based, edit: one });

describe("a message of the panel", () => {
  const good: readonly TimesheetRequest[] = [
    { type: "ready" },
    { type: "show", view: "week", day: "2026-03-29" },
    { type: "undo", ...based },
    { type: "redo", ...based, step: "act" },
    { type: "approve", ...based, rows: ["a", "b"] },
    { type: "withdraw", ...based, rows: ["a"] },
    { type: "history", request: 2, row: "a" },
    { type: "command", command: "sync" },
    { type: "edit", ...based, edit: { kind: "describe", row: "a", description: "" } },
    { type: "edit", ...based, edit: { kind: "activity", row: "a", activityId: null } },
    { type: "edit", ...based, edit: { kind: "split", row: "a", at: 1_000 } },
    { type: "edit", ...based, edit: { kind: "merge", rows: ["a", "b"] } },
    { type: "edit", ...based, edit: { kind: "move", row: "a", to: "ask" } },
    { type: "edit", ...based, edit: { kind: "moveRange", start: 0, end: 1_000, to: { caseId: null } } },
    { type: "edit", ...based, edit: { kind: "writeDown", row: "a", amount: { percent: 12.5 }, reason: "x" } },
    { type: "edit", ...based, edit: { kind: "declare", time: { start: 0, end: 1 }, to: { caseId: "c" }, reason: "x" } },
    {
      type: "edit",
      ...based,
      edit: { kind: "declare", time: { day: "2026-03-29", seconds: 60 }, to: "ask", reason: "x" },
    },
    { type: "edit", ...based, edit: { kind: "removeDeclared", id: "a" } },
    {
      type: "edit",
      ...based,
      edit: { kind: "changeDeclared", id: "a", time: { start: 1, end: 2 }, to: { caseId: "a" }, reason: "Call" },
    },
    { type: "edit", ...based, edit: { kind: "resolve", id: "a", keep: "captured" } },
    { type: "edit", ...based, edit: { kind: "strike", start: 0, end: 1_000 } },
    { type: "edit", ...based, edit: { kind: "restore", start: 0, end: 1_000 } },
    { type: "edit", ...based, edit: { kind: "correct", row: "a", writtenDownSeconds: 60, reason: "x" } },
  ];

  it.each(good.map((message) => [JSON.stringify(message), message] as const))("%s is taken as it is", (_, message) => {
    expect(parseRequest(message)).toEqual(message);
    expect(parseRequest({ ...message, more: "than asked for" })).toEqual(message);
  });

  it.each(
    [
      undefined,
      null,
      7,
      "ready",
      [],
      {},
      { type: "constructor" },
      { type: "show", view: "year", day: "2026-03-29" },
      { type: "show", view: "day", day: "2026-02-30" },
      { type: "undo", request: 1 },
      { type: "undo", request: 1.5, revision: 7 },
      { type: "undo", ...based, step: 7 },
      { type: "approve", ...based, rows: [] },
      { type: "approve", ...based, rows: "a" },
      { type: "approve", ...based, rows: [7] },
      { type: "history", request: -1, row: "a" },
      { type: "command", command: "workbench.action.closeWindow" },
      { type: "command", command: "toString" },
      edit({ kind: "describe", row: "a" }),
      edit({ kind: "describe", row: "a", description: "x".repeat(200_001) }),
      edit({ kind: "split", row: "a", at: Number.NaN }),
      edit({ kind: "split", row: "a", at: "9:30" }),
      edit({ kind: "move", row: "a", to: {} }),
      edit({ kind: "move", row: "a", to: "none" }),
      edit({ kind: "writeDown", row: "a", amount: { percent: 101 }, reason: "x" }),
      edit({ kind: "writeDown", row: "a", amount: { seconds: -60 }, reason: "x" }),
      edit({ kind: "writeDown", row: "a", amount: { seconds: 60 } }),
      edit({ kind: "declare", time: { day: "2026-13-01", seconds: 60 }, to: "ask", reason: "x" }),
      edit({ kind: "resolve", id: "a", keep: "both" }),
      edit({ kind: "correct", row: "a", writtenDownSeconds: -1, reason: "x" }),
      edit({ kind: "erase" }),
      { type: "edit", ...based },
      { type: "edit", request: 1, edit: { kind: "removeDeclared", id: "a" } },
    ].map((message, index) => [`number ${index + 1}`, message] as const),
  )("%s is none", (_, message) => {
    expect(parseRequest(message)).toBeUndefined();
  });
});
