import { describe, expect, it } from "vitest";
import { exportName } from "../../../../src/ui/export/exportNames.ts";

const page = { ending: "html", kind: "statement" } as const;
const worklog = (ending: string) => ({ ending, kind: "worklog" }) as const;
const month = { from: "2026-11-01", to: "2026-11-30" };

describe("the name of an exported file", () => {
  it.each([
    [page, { key: "ACME-1234", ...month }, "statement-ACME-1234-2026-11-01-2026-11-30.html"],
    [
      { ending: "md", kind: "statement" } as const,
      { key: "#5127", ...month },
      "statement-5127-2026-11-01-2026-11-30.md",
    ],
    [worklog("csv"), month, "worklog-2026-11-01-2026-11-30.csv"],
    [worklog("json"), {}, "worklog.json"],
    [worklog("json"), { key: "everything" }, "worklog-everything.json"],
    [
      worklog("timeclock"),
      { key: "RT#880", from: "2026-11-01", to: "2026-11-01" },
      "worklog-RT-880-2026-11-01.timeclock",
    ],
    [worklog("ics"), { to: "2026-11-30" }, "worklog-2026-11-30.ics"],
  ])("is made of case and days: %j", (format, name, expected) => {
    expect(exportName(format, name)).toBe(expected);
  });

  it.each([
    ["../../etc/passwd", "statement-etc-passwd.html"],
    ['a<b>:"c"\\d|e?f*', "statement-a-b-c-d-e-f.html"],
    ["CON", "statement-CON.html"],
    ["Fälle 7/8.", "statement-Fälle-7-8.html"],
    ["...", "statement.html"],
    ["\u0000\u202e", "statement.html"],
  ])("is one that every file system takes: %j", (key, expected) => {
    expect(exportName(page, { key })).toBe(expected);
  });

  it("is never longer than file systems have it", () => {
    const name = exportName(page, { key: "𝔸".repeat(64), ...month });
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
  });
});
