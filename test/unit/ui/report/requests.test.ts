import { describe, expect, it } from "vitest";
import type { ReportRequest } from "../../../../src/ports/report.ts";
import { parsePlace, parseRequest } from "../../../../src/ui/report/requests.ts";

describe("messages of the report", () => {
  const good: readonly ReportRequest[] = [
    { type: "ready" },
    { type: "export" },
    { type: "show", place: { period: "week", day: "2026-11-25", by: "case" } },
    { type: "show", place: { period: "custom", from: "2026-11-01", to: "2026-11-01", by: "week" } },
    { type: "openDay", day: "2026-11-25" },
    { type: "statement", caseId: "redmine%0A5127" },
    { type: "command", command: "timesheet" },
  ];

  it.each(good.map((message) => [JSON.stringify(message), message] as const))("%s is taken as it is", (_, message) => {
    expect(parseRequest(message)).toEqual(message);
    expect(parseRequest({ ...message, more: "than asked for" })).toEqual(message);
  });

  it.each([
    undefined,
    null,
    "ready",
    { type: "approve" },
    { type: "show" },
    { type: "show", place: { period: "year", day: "2026-11-25", by: "case" } },
    { type: "show", place: { period: "week", day: "2026-02-30", by: "case" } },
    { type: "show", place: { period: "week", day: "2026-11-25", by: "folder" } },
    { type: "show", place: { period: "custom", from: "2026-11-02", to: "2026-11-01", by: "case" } },
    { type: "openDay", day: "today" },
    { type: "openDay", day: 20_261_125 },
    { type: "statement", caseId: "x".repeat(4_001) },
    { type: "statement", caseId: 7 },
    { type: "command", command: "caseclock.deleteCapturedData" },
  ])("%j is none", (message) => {
    expect(parseRequest(message)).toBeUndefined();
  });

  it("a range is ten years at most, and all days there are is not counted through", () => {
    const range = (from: string, to: string) => ({ period: "custom", from, to, by: "day" });
    expect(parsePlace(range("2016-11-26", "2026-11-25"))).toBeDefined();
    expect(parsePlace(range("2015-12-31", "2026-01-01"))).toBeDefined();
    expect(parsePlace(range("2016-01-01", "2026-12-31"))).toBeUndefined();
    expect(parsePlace(range("0001-01-01", "9999-12-31"))).toBeUndefined();
  });
});
