import { describe, expect, it, vi } from "vitest";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import { askFormat, askStatementFormat } from "../../../../src/ui/export/askFormat.ts";
import { exportFormats, readFormat } from "../../../../src/ui/export/exportFormats.ts";

interface Row {
  readonly label: string;
  readonly detail: string;
  readonly format: string;
}

/** What was offered last, and the format that is chosen; the question is put aside without one. */
const picker = vi.hoisted(() => ({ rows: [] as readonly Row[], chosen: undefined as string | undefined }));

vi.mock("vscode", () => ({
  window: {
    showQuickPick: (rows: readonly Row[]) => {
      picker.rows = rows;
      return Promise.resolve(rows.find(({ format }) => format === picker.chosen));
    },
  },
}));

const ids = exportFormats().map(([id]) => id);

describe("the formats of an export", () => {
  it("are offered in the order of their table, each in words of its own", async () => {
    picker.chosen = undefined;
    expect(await askFormat()).toBeUndefined();
    expect(picker.rows.map(({ format }) => format)).toEqual(ids);
    expect(new Set(picker.rows.map(({ label }) => label)).size).toBe(ids.length);
    for (const { label, detail } of picker.rows) expect([label, detail]).not.toContain("");
    picker.chosen = "ics";
    expect(await askFormat()).toBe("ics");
  });

  it("are named by an argument as they are in the table, and by nothing else", () => {
    expect(ids).toEqual(expect.arrayContaining(["json", "csv", "timeclock", "ics", "statement.md", "statement.html"]));
    for (const [id, format] of exportFormats()) expect(readFormat(id)).toBe(format);
    for (const wrong of ["", "CSV", "xml", "statement", "toString", "__proto__"]) {
      expect(() => readFormat(wrong)).toThrow(new CaseclockError("arguments.invalid", `format ${wrong} is not known`));
    }
  });

  it("of a statement are offered by themselves, where the case is known", async () => {
    picker.chosen = "statement.md";
    expect(await askStatementFormat("ACME-1")).toBe("statement.md");
    const statements = exportFormats().filter(([, { kind }]) => kind === "statement");
    expect(picker.rows.map(({ format }) => format)).toEqual(statements.map(([id]) => id));
  });

  it("make files that say by their endings what they are", () => {
    const endings = Object.fromEntries(exportFormats().map(([id, { ending, kind }]) => [id, `${kind}.${ending}`]));
    expect(endings).toMatchObject({
      csv: "worklog.csv",
      json: "worklog.json",
      "statement.html": "statement.html",
      "statement.md": "statement.md",
      timeclock: "worklog.timeclock",
      ics: "worklog.ics",
      everything: "worklog.json",
    });
  });
});
