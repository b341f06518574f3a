import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCsv, WORKLOG_COLUMNS } from "../../../../src/adapters/node/export/worklogCsv.ts";
import type { WorklogRow } from "../../../../src/app/export/exportWorklog.ts";

const ROW: WorklogRow = {
  entryId: "e-1",
  state: "receipted",
  date: "2026-03-10",
  timeZone: "Europe/Madrid",
  start: "2026-03-10T09:00:00+01:00",
  end: "2026-03-10T10:00:00+01:00",
  caseKey: "ACME-1",
  caseTitle: "Import",
  customer: "Acme",
  observedSeconds: 3000,
  bridgedSeconds: 600,
  declaredSeconds: 0,
  agentSeconds: 0,
  writtenDownSeconds: 0,
  billableSeconds: 3600,
  billedSeconds: 3600,
  description: "Read in chunks",
  commits: "",
  goneCommits: "",
  remoteId: "te-1",
};

/** The one field of a row, as it stands in the file. */
const field = (value: unknown): string => toCsv([{ a: value }]).slice("a\r\n".length, -"\r\n".length);

describe("toCsv", () => {
  it("writes a header and a line for each row, each ended by CR LF", () => {
    expect(
      toCsv([
        { a: 1, b: "x" },
        { a: 2, b: "" },
      ]),
    ).toBe("a,b\r\n1,x\r\n2,\r\n");
  });

  it("has all members of all rows, or the columns that are asked for", () => {
    expect(toCsv([{ a: 1 }, { b: 2 }])).toBe("a,b\r\n1,\r\n,2\r\n");
    expect(toCsv([{ a: 1, b: 2 }], ["b", "c"])).toBe("b,c\r\n2,\r\n");
  });

  it("without rows has the worklog's header", () => {
    expect(toCsv([])).toBe(`${WORKLOG_COLUMNS.join(",")}\r\n`);
    expect(toCsv([], ["a"])).toBe("a\r\n");
  });

  it("knows the worklog's columns, in their order", () => {
    expect(WORKLOG_COLUMNS).toEqual(Object.keys(ROW));
    expect(toCsv([ROW]).split("\r\n")[0]).toBe(WORKLOG_COLUMNS.join(","));
  });

  it.each([
    ["a,b", '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ["one\ntwo", '"one\ntwo"'],
    ["one\rtwo", '"one\rtwo"'],
    ["one\r\ntwo", '"one\r\ntwo"'],
    ["Zoë 東京 🙂", "Zoë 東京 🙂"],
    [undefined, ""],
    [null, ""],
  ])("quotes %j", (value, expected) => {
    expect(field(value)).toBe(expected);
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@sum", "'@sum"],
    ["\t=1", "'\t=1"],
    ["  =1", "'  =1"],
    ["\n=1", '"\'\n=1"'],
    ["＝1", "'＝1"],
    ['=cmd|"/c calc"!A1', '"\'=cmd|""/c calc""!A1"'],
    ["a=1", "a=1"],
    [-1, "-1"],
  ])("defuses the formula %j", (value, expected) => {
    expect(field(value)).toBe(expected);
  });
});

describe("a strict parser", () => {
  /** No leniency at all: RFC 4180 alone. */
  const strict = (text: string): string[][] =>
    parse(text, { record_delimiter: "\r\n", relax_column_count: false, relax_quotes: false, trim: false });
  const nasty = fc.array(
    fc.constantFrom('"', ",", "\r", "\n", "\r\n", "=", "+", "-", "@", "\t", " ", "a", "é", "\u2028", "🙂", ";"),
    {
      maxLength: 8,
    },
  );

  it("reads every text back, but for the apostrophe in front of what a spreadsheet would run", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(nasty, nasty), { minLength: 1, maxLength: 5 }), (rows) => {
        const written = rows.map(([a, b]) => ({ a: a.join(""), b: b.join(""), n: -1 }));
        const [header, ...read] = strict(toCsv(written));
        expect(header).toEqual(["a", "b", "n"]);
        expect(read.map(([a = "", b = "", n]) => [a.replace(/^'/, ""), b.replace(/^'/, ""), n])).toEqual(
          written.map(({ a, b }) => [a, b, "-1"]),
        );
        for (const cell of read.flatMap((cells) => cells.slice(0, 2))) expect(cell).not.toMatch(/^\s*[=+\-@]/);
        for (const cell of read.flatMap((cells) => cells.slice(0, 2))) expect(cell).not.toMatch(/^[\t\r]/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("finds the worklog's columns in each row", () => {
    const [header, row] = strict(toCsv([ROW]));
    expect(header).toEqual([...WORKLOG_COLUMNS]);
    expect(row).toEqual(Object.values(ROW).map(String));
  });
});
