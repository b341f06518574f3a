import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import type { Statement } from "../../src/app/export/statement.ts";
import { statementHtml } from "../../src/ui/export/presentStatement.ts";
import { startBrowser } from "../host/lib/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const days = Array.from({ length: 30 }, (_, index) => `2026-11-${String(index + 1).padStart(2, "0")}`);
const statement: Statement = {
  version: 1,
  key: "ACME-1234",
  title: "Export of invoices is slow",
  customer: "ACME Industries",
  from: "2026-11-01",
  to: "2026-11-30",
  entries: days.map((date, index) => ({
    externalId: `entry-${date}`,
    revision: 1,
    date,
    start: `${date}T09:05:00+01:00`,
    end: `${date}T11:40:10+01:00`,
    description:
      index === 0 ? "Stream the lines of the export\nRead it in pages" : "Fix the rounding <b>of refunds</b>",
    workedSeconds: 5_400,
    writtenDownSeconds: 0,
    exactSeconds: 5_400,
    billedSeconds: 5_400,
    declared: [{ seconds: 1_800, reason: "Call with Ms Ortega" }],
    commits: [{ sha: "3f2c9a1be0d4475c8f6a21b7e5d90c3384a1f6e2", subject: "Read in chunks", repository: "import" }],
  })),
  totals: { workedSeconds: 162_000, writtenDownSeconds: 0, exactSeconds: 162_000, billedSeconds: 162_000 },
  leftSeconds: 7_200,
  issued: { on: "2026-12-01", by: "Noor Haddad" },
};

it("a statement prints to pages with a head each, the total once, and nothing cut", async () => {
  const page = await browser.newPage();
  await page.setContent(statementHtml(statement, () => "ab".repeat(32)));
  await page.emulateMedia({ media: "print" });
  // A4 less margins of 15 mm, in CSS pixels.
  await page.setViewportSize({ width: 680, height: 1_009 });
  const seen = await page.evaluate<{
    display: string;
    head: string;
    overflow: number;
    day: number;
    second: { under: boolean; indent: number };
    bold: number;
  }>(`(() => {
    const style = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
    const box = (text, from, to) => {
      const range = document.createRange();
      range.setStart(text, from);
      range.setEnd(text, to);
      return range.getBoundingClientRect();
    };
    const text = document.querySelector("tbody tr div").firstChild;
    const end = text.data.indexOf("\\n");
    const [first, second] = [box(text, 0, end), box(text, end + 1, text.length)];
    const lines = (cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length;
    };
    return {
      display: style("tfoot", "display"),
      head: style("thead", "display"),
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      day: lines(document.querySelector("tbody td")),
      second: { under: second.top >= first.bottom, indent: second.left - first.left },
      bold: document.querySelectorAll("tbody b").length,
    };
  })()`);
  // A footer group is printed on each page, where the total of all would be read as that of the page.
  expect(seen).toEqual({
    display: "table-row-group",
    head: "table-header-group",
    overflow: 0,
    day: 1,
    // A description's second line is one on paper too, whatever room the font leaves for the first.
    second: { under: true, indent: 0 },
    bold: 0,
  });
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(2);
  await page.close();
});

it.each([320, 400])(
  "a statement is read at %d px without a line of one letter, or scrolling sideways",
  async (width) => {
    const page = await browser.newPage();
    await page.setViewportSize({ width, height: 800 });
    const long = { ...statement, title: `Export of ${"invoices".repeat(12)}` };
    await page.setContent(statementHtml(long, () => "ab".repeat(32)));
    const seen = await page.evaluate<{ overflow: number; narrow: number; labels: string[]; seen: string[] }>(`(() => {
    const widths = [...document.querySelectorAll("dd, td > div")].map((one) => one.getBoundingClientRect().width);
    const figures = [...document.querySelectorAll("tbody tr:first-child .n, tfoot .n")];
    return {
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      narrow: Math.min(...widths),
      labels: figures.map((one) => getComputedStyle(one, "::before").content),
      seen: figures.map((one) => one.textContent),
    };
  })()`);
    expect(seen.overflow).toBe(0);
    expect(seen.narrow).toBeGreaterThan(width / 2);
    expect(seen.labels).toEqual(['"Exact"', '"Billed"', '"Exact"', '"Billed"']);
    expect(seen.seen).toEqual(["1 h 30 min 00 s", "1 h 30 min 00 s", "45 h 00 min 00 s", "45 h 00 min 00 s"]);
    await page.close();
  },
);
