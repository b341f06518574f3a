/** The report's figures against its model, and what is hard on its layout: hostile names, zoom, languages, forced colours. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReportModel, ReportRow, ReportSubject } from "../../src/ports/report.ts";
import { formatExact, formatHours } from "../../src/webview/shared/amounts.ts";
import { type Harness, type Panel, type PanelOptions, startHarness, type ThemeName, THEMES } from "./harness.ts";
import { CASES, figures, fullReport, reportModel } from "./reportFixtures.ts";

type Report = Panel<"report">;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

async function run(test: (panel: Report) => Promise<void>, options: PanelOptions<"report"> = {}): Promise<void> {
  const panel = await harness.openReport({ model: reportModel(), ...options });
  await test(panel);
  expect(panel.faults).toEqual([]);
  await panel.close();
}

async function unfold(panel: Report): Promise<void> {
  await panel.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
  await panel.settled();
}

/** The cells of a table's rows, the name left out. */
const cells = ({ page }: Report, rows: string): Promise<readonly (readonly string[])[]> =>
  page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(rows)})].map((row) => [...row.cells].slice(1).map((one) => one.innerText.trim()))`,
  );

const sum = (list: readonly number[]): number => list.reduce((all, each) => all + each, 0);
const exact = (seconds: number): string => (seconds === 0 ? "–" : formatExact(seconds));
const hours = (seconds: number): string => (seconds === 0 ? "–" : formatHours(seconds));

describe("tables beside the charts", () => {
  it.each([
    ["to the minute", false, hours],
    ["to the second", true, exact],
  ] as const)("have the figures of the bars %s, each line, each day and the sums", (_, isExact, amount) =>
    run(async (panel) => {
      await unfold(panel);
      if (isExact) await panel.page.locator("#exact").click();
      await panel.settled();
      const { starts, lines } = reportModel().chart;
      const day = (at: number): number[] => lines.map(({ seconds }) => seconds[at] ?? 0);
      const expected = starts.map((_start, at) => [...day(at), sum(day(at))].map(amount));
      expect(await cells(panel, "#worked-details tbody tr")).toEqual(expected);
      const totals = lines.map(({ seconds }) => sum(seconds));
      expect(await cells(panel, "#worked-details tfoot tr")).toEqual([[...totals, sum(totals)].map(amount)]);
    }),
  );

  it("have what was left of each contract, each day", () =>
    run(async (panel) => {
      await unfold(panel);
      const expected = reportModel().burnDowns.flatMap(({ days }) =>
        days.map(({ leftSeconds }) => [leftSeconds === 0 ? "–" : formatHours(leftSeconds)]),
      );
      expect(await cells(panel, ".burn-down tbody tr")).toEqual(expected);
    }));

  it("the names of the charts say the sum, the days and the largest", () =>
    run(async ({ page }) => {
      const { starts, lines } = reportModel().chart;
      const totals = starts.map((_, at) => sum(lines.map(({ seconds }) => seconds[at] ?? 0)));
      const name = await page.locator("#worked-plot").getAttribute("aria-label");
      expect(name).toContain(`${sum(totals) / 3_600} hours worked`);
      expect(name).toContain(`on ${totals.filter((each) => each > 0).length} of 30 days`);
      expect(name).toContain(`${Math.max(...totals) / 3_600} hours.`);
    }));

  it("the headline figures are the model's to the second", () =>
    run(async ({ page }) => {
      const { totals } = reportModel();
      await page.locator("#exact").click();
      const worked = page.locator("#figure-worked");
      expect(await worked.getAttribute("data-seconds")).toBe(String(totals.workedSeconds));
      expect(await worked.innerText()).toContain(formatExact(totals.workedSeconds));
      expect(await page.locator("#figure-billable").getAttribute("data-seconds")).toBe(String(totals.billableSeconds));
    }));
});

const SCRIPT = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>[a](javascript:hit) **b** \u202Eabc`;
const LONG = "x".repeat(4_000);

/** One row each of `name`, by customer, and a connection called so. */
function named(name: string): ReportModel {
  const subject: ReportSubject = { kind: "customer", name };
  const rows: readonly ReportRow[] = [{ id: "c", subject, figures: figures(3_600, 1_800), previous: figures(60) }];
  const model = reportModel();
  const one = { id: "a", key: name, title: name, customer: name };
  return {
    ...model,
    place: { period: "month", day: "2026-11-24", by: "customer" },
    rows,
    chart: { ...model.chart, by: "customer", lines: [{ subject, seconds: model.chart.starts.map(() => 60) }] },
    burnDowns: model.burnDowns.map((each) => ({ ...each, case: one })),
    carried: [{ connection: name, carriedSeconds: 1, standingSeconds: 2 }],
    connection: name,
  };
}

const isWithin = async ({ page }: Report): Promise<void> => {
  expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
};

describe("customers and billing systems with hostile names", () => {
  it("are text wherever they stand", () =>
    run(
      async (panel) => {
        await unfold(panel);
        expect(await panel.page.locator("tbody .key").first().innerText()).toContain("<script>window.hit=1</script>");
        expect(await panel.page.locator("[aria-labelledby=carried-title] tbody th").innerText()).toContain("onerror");
        expect(await panel.page.locator("#report img, #report script, #report a").count()).toBe(0);
        expect(await panel.page.evaluate("window.hit")).toBeUndefined();
      },
      { model: named(SCRIPT) },
    ));

  it.each([
    ["4,000 characters without a space", LONG],
    ["4,000 characters of words", "word ".repeat(800)],
    ["right to left", "תיקון שגיאה בייצוא"],
  ])("of %s leave the page its width and every figure in sight", (_, name) =>
    run(
      async (panel) => {
        await unfold(panel);
        await isWithin(panel);
        const height = await panel.page.evaluate<number>("document.documentElement.scrollHeight");
        expect(height).toBeLessThan(8_000);
        for (const id of ["worked", "billable"]) {
          expect(await panel.page.locator(`#figure-${id}`).isVisible()).toBe(true);
        }
      },
      { model: named(name) },
    ),
  );
});

describe("the page at its limits", () => {
  it.each(["case", "customer", "full"])("200 % zoom, all unfolded and the range's fields open: %s", (kind) =>
    run(
      async (panel) => {
        await panel.page.locator("#period-custom").click();
        await unfold(panel);
        await isWithin(panel);
      },
      {
        model: kind === "case" ? reportModel() : kind === "customer" ? named("Acme Industries") : fullReport(),
        context: { viewport: { width: 550, height: 450 }, deviceScaleFactor: 2 },
      },
    ),
  );

  it("a reload keeps place, order, what is unfolded, and the scroll position", () =>
    run(async (panel) => {
      const { page } = panel;
      await page.locator("#sort-worked").click();
      await page.locator("#sort-worked").click();
      await unfold(panel);
      await page.evaluate("window.scrollTo(0, 400)");
      await expect.poll(() => (panel.state as { scroll?: number } | undefined)?.scroll).toBe(400);
      expect(panel.state).toMatchObject({ place: { period: "month", day: "2026-11-24", by: "case" } });
      await page.reload();
      await page.locator("#headline").waitFor();
      await panel.settled();
      expect(await page.evaluate<number>("scrollY")).toBe(400);
      expect(await page.locator("th[aria-sort=ascending] #sort-worked").count()).toBe(1);
      expect(await page.locator("details:not([open])").count()).toBe(0);
    }));

  it("a state of another version does not stop it", () =>
    run(
      async ({ page }) => {
        expect(await page.locator("#headline").isVisible()).toBe(true);
        expect(await page.locator("th[aria-sort]").count()).toBe(0);
      },
      { state: { sort: { column: "__proto__" }, open: 7, scroll: "far", place: null } },
    ));

  it("the browser's language of a computer without a locale does not stop it", () =>
    run(async (panel) => {
      const { page } = panel;
      await page.addInitScript(
        `Object.defineProperty(Navigator.prototype, "language", { get: () => "en-US@posix", configurable: true })`,
      );
      await page.reload();
      await page.locator("#headline").waitFor();
      await panel.settled();
      expect(await page.locator("canvas").count()).toBe(3);
    }));

  it("German has its days and its numbers", () =>
    run(
      async (panel) => {
        await unfold(panel);
        const days = await panel.page.locator("#worked-details tbody th").allInnerTexts();
        expect(days[1]).toMatch(/^Mo/);
        expect(days[2]).toMatch(/^Di/);
        expect(await panel.page.locator("#worked-plot").getAttribute("aria-label")).toMatch(/\d+ Stunden/);
      },
      { locale: "de" },
    ));
});

/** The colours on the canvas of the bars. */
const COLORS = `(() => {
  const canvas = document.querySelector("#worked-plot canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) found.add(data[at] + "," + data[at + 1] + "," + data[at + 2]);
  return [...found];
})()`;

/** The theme's colours of the cases that have time in the model's bars: the third has none. */
const THEME = `(() => {
  const style = getComputedStyle(document.body);
  const draw = document.createElement("canvas").getContext("2d");
  return ["blue", "green", "purple"].map((name) => {
    draw.fillStyle = style.getPropertyValue("--vscode-charts-" + name).trim();
    draw.fillRect(0, 0, 1, 1);
    return [...draw.getImageData(0, 0, 1, 1).data].slice(0, 3).join(",");
  });
})()`;

/** What a canvas draws with the style sheet's colour of each line on the ground: the ground first. */
const LINES = `(() => {
  const ground = getComputedStyle(document.body).backgroundColor;
  const draw = document.createElement("canvas").getContext("2d");
  const drawn = (color) => {
    for (const each of [ground, color]) {
      draw.fillStyle = each;
      draw.fillRect(0, 0, 1, 1);
    }
    return [...draw.getImageData(0, 0, 1, 1).data].slice(0, 3).join(",");
  };
  return [ground, ...["c0", "c1", "c2", "c3", "c4", "c5"].map((name) => {
    const probe = document.body.appendChild(document.createElement("span"));
    probe.className = name;
    return getComputedStyle(probe).color;
  })].map(drawn);
})()`;

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = color.split(",").map((each) => {
    const share = Number(each) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** As WCAG 2 has it. */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** With time on the third case, whose colour is mixed. */
function withThird(): ReportModel {
  const model = reportModel();
  const lines = model.chart.lines.map((line, at) =>
    at === 2 ? { ...line, seconds: line.seconds.map(() => 7_200) } : line,
  );
  return reportModel({ chart: { ...model.chart, lines } });
}

/** Of two colours. Edges of a pattern are blended with what is under them. */
function distance(one: string, other: string): number {
  const [a, b] = [one.split(",").map(Number), other.split(",").map(Number)];
  return sum(a.map((each, at) => Math.abs(each - (b[at] ?? 0))));
}

describe("forced colours", () => {
  it("show which period and which rows were chosen", () =>
    run(
      async ({ page }) => {
        const ground = (selector: string): Promise<string> =>
          page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).backgroundColor`);
        expect(await ground("#period-month")).not.toBe(await ground("#period-week"));
        expect(await ground(".switch input:checked + span")).toBe(await ground("#period-month"));
        expect(await ground(".switch input:not(:checked) + span")).not.toBe(await ground("#period-month"));
      },
      { context: { forcedColors: "active" } },
    ));
});

describe("colours of the charts", () => {
  it.each(THEMES)("%s: each case has the theme's own", (theme) =>
    run(
      async ({ page }) => {
        const theirs = await page.evaluate<string[]>(THEME);
        const found = await page.evaluate<string[]>(COLORS);
        expect(theirs.filter((one) => !found.some((other) => distance(one, other) < 40))).toEqual([]);
      },
      { theme },
    ),
  );

  it.each<ThemeName>([...THEMES, "light-modern", "dark-modern"])("%s: no line is lost in the ground", (theme) =>
    run(
      async ({ page }) => {
        const [ground = "", ...lines] = await page.evaluate<string[]>(LINES);
        expect(lines.filter((line) => contrast(line, ground) < 3)).toEqual([]);
        const found = await page.evaluate<string[]>(COLORS);
        expect(found.some((other) => distance(lines[2] ?? "", other) < 40)).toBe(true);
      },
      { theme, model: withThird() },
    ),
  );

  it("are the system's in forced colours, with the patterns left to tell cases apart", () =>
    run(
      async ({ page }) => {
        expect(await page.evaluate<boolean>(`matchMedia("(forced-colors: active)").matches`)).toBe(true);
        const found = await page.evaluate<string[]>(COLORS);
        const theirs = await page.evaluate<string[]>(THEME);
        expect(found.length).toBeGreaterThan(0);
        expect(theirs.filter((one) => found.includes(one))).toEqual([]);
        const patterns = await page.evaluate<string[]>(
          `[...document.querySelectorAll(".legend .swatch path:not(.before)")].map((one) => one.getAttribute("d"))`,
        );
        expect(new Set(patterns).size).toBe(CASES.length);
      },
      { context: { forcedColors: "active" } },
    ));
});
