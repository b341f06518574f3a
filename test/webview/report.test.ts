import fs from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReportGrouping, ReportModel, ReportRequest } from "../../src/ports/report.ts";
import { type Harness, type Panel, type PanelOptions, startHarness, THEMES } from "./harness.ts";
import { CASES, emptyReport, figures, fullReport, reportModel } from "./reportFixtures.ts";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Report = Panel<"report">;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** The month by other rows. */
function by(grouping: Exclude<ReportGrouping, "case">): ReportModel {
  const model = reportModel();
  const subjects = {
    customer: CASES.map(({ customer }) => ({ kind: "customer" as const, name: customer })),
    day: ["2026-11-02", "2026-11-03"].map((day) => ({ kind: "day" as const, day })),
    week: [
      { kind: "week" as const, from: "2026-11-01", to: "2026-11-01" },
      { kind: "week" as const, from: "2026-11-02", to: "2026-11-08" },
    ],
  };
  return reportModel({
    place: { period: "month", day: "2026-11-24", by: grouping },
    rows: subjects[grouping].map((subject, index) => ({
      id: String(index),
      subject,
      figures: figures(3_600 * (index + 1)),
      ...(grouping === "customer" ? { previous: figures(1_800) } : {}),
    })),
    totals: model.totals,
  });
}

const unfold = ({ page }: Report): Promise<void> =>
  page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");

interface Screen {
  readonly name: string;
  readonly model?: ReportModel;
  readonly open?: (panel: Report) => Promise<unknown>;
}

const SCREENS: readonly Screen[] = [
  { name: "before the first model" },
  { name: "month by case, all unfolded", model: reportModel(), open: unfold },
  { name: "by customer", model: by("customer") },
  { name: "by day", model: by("day") },
  { name: "by week", model: by("week") },
  { name: "empty", model: emptyReport() },
  { name: "60 cases", model: fullReport() },
  {
    name: "a range with a fault",
    model: reportModel(),
    open: async ({ page }) => {
      await page.locator("#period-custom").click();
      await page.locator("#range-from").fill("2026-12-01");
      await page.getByRole("button", { name: "Show", exact: true }).click();
    },
  },
  {
    name: "failed",
    model: reportModel(),
    open: (panel) => panel.say({ type: "failed", message: "The report could not be created: the disk is full" }),
  },
];

describe.each(THEMES)("the report in the theme %s", (theme) => {
  it.each(SCREENS)("$name: axe-core finds nothing", async ({ model, open }) => {
    const panel = await harness.openReport({ theme, ...(model === undefined ? {} : { model }) });
    await open?.(panel);
    await panel.settled();
    await panel.page.evaluate(AXE);
    const results: AxeResults = await panel.page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
    const said = results.violations.map(({ id, nodes }) => [
      id,
      nodes.slice(0, 3).map(({ html, failureSummary }) => [html.slice(0, 200), failureSummary]),
    ]);
    expect(said).toEqual([]);
    expect(panel.faults).toEqual([]);
    await panel.close();
  });
});

async function run(test: (panel: Report) => Promise<void>, options: PanelOptions<"report"> = {}): Promise<void> {
  const panel = await harness.openReport({ model: reportModel(), ...options });
  await test(panel);
  expect(panel.faults).toEqual([]);
  await panel.close();
}

const names = ({ page }: Report): Promise<readonly string[]> => page.locator("tbody .key").allInnerTexts();

describe("the report by keyboard alone", () => {
  const press = async ({ page }: Report, ...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const nameOfFocus = `(() => {
    const one = document.activeElement;
    return one.id || one.getAttribute("aria-label") || one.textContent.trim();
  })()`;
  const tabTo = async (panel: Report, name: string): Promise<void> => {
    for (let tabs = 0; tabs < 80; tabs += 1) {
      if ((await panel.page.evaluate<string>(nameOfFocus)) === name) return;
      await press(panel, "Tab");
    }
    expect.fail(`no ${name} by Tab`);
  };
  const shows = (place: object): ReportRequest => ({ type: "show", place }) as ReportRequest;

  it("goes through periods", () =>
    run(async (panel) => {
      await tabTo(panel, "previous");
      await press(panel, "Enter");
      expect(panel.last).toEqual(shows({ period: "month", day: "2026-10-01", by: "case" }));
      await tabTo(panel, "next");
      await press(panel, "Enter");
      expect(panel.last).toMatchObject({ type: "show", place: { period: "month" } });
      await tabTo(panel, "today");
      await press(panel, "Enter");
      expect(panel.last).toEqual(shows({ period: "month", day: "2026-11-24", by: "case" }));
      await tabTo(panel, "period-quarter");
      await press(panel, " ");
      expect(panel.last).toEqual(shows({ period: "quarter", day: "2026-11-24", by: "case" }));
    }));

  it("asks for a range, and says what is wrong with one", () =>
    run(async (panel) => {
      await tabTo(panel, "period-custom");
      await press(panel, "Enter");
      expect(await panel.page.evaluate<string>(nameOfFocus)).toBe("range-from");
      const before = panel.sent.length;
      await panel.page.locator("#range-from").fill("2026-12-24");
      await press(panel, "Enter");
      expect(await panel.page.locator("#range-fault").innerText()).toBe("The range ends before it starts.");
      expect(panel.sent.length).toBe(before);
      await panel.page.locator("#range-from").fill("1990-01-01");
      await press(panel, "Enter");
      expect(await panel.page.locator("#range-fault").innerText()).toBe("A range covers at most ten years.");
      await panel.page.locator("#range-from").fill("2026-11-09");
      await press(panel, "Enter");
      expect(panel.last).toEqual(shows({ period: "custom", from: "2026-11-09", to: "2026-11-30", by: "case" }));
    }));

  it("groups, sorts up and down, and shows seconds", () =>
    run(async (panel) => {
      await panel.page.getByRole("radio", { name: "Case" }).focus();
      await press(panel, "ArrowRight");
      expect(panel.last).toEqual(shows({ period: "month", day: "2026-11-24", by: "customer" }));
      await tabTo(panel, "exact");
      await press(panel, "Enter");
      expect(await panel.page.locator("#figure-worked").innerText()).toContain("47:23:15");
      await tabTo(panel, "sort-worked");
      await press(panel, "Enter");
      expect(await panel.page.locator("th[aria-sort=descending] #sort-worked").count()).toBe(1);
      expect(await names(panel)).toEqual(["ACME-1234", "#5127", "RT#880", "FSB-77", "No case"]);
      await press(panel, "Enter");
      expect(await panel.page.locator("th[aria-sort=ascending] #sort-worked").count()).toBe(1);
      expect(await names(panel)).toEqual(["No case", "FSB-77", "RT#880", "#5127", "ACME-1234"]);
    }));

  it("states, exports, and goes to the timesheet", () =>
    run(async (panel) => {
      await tabTo(panel, "Statement of ACME-1234");
      await press(panel, "Enter");
      expect(panel.last).toEqual({ type: "statement", caseId: "a" });
      await tabTo(panel, "Statement of FSB-77");
      await press(panel, "Enter");
      expect(panel.last).toEqual({ type: "statement", caseId: "a" }); // nothing of it was approved
      await tabTo(panel, "Export the worklog of November 2026");
      await press(panel, "Enter");
      expect(panel.last).toEqual({ type: "export" });
      await tabTo(panel, "Timesheet");
      await press(panel, "Enter");
      expect(panel.last).toEqual({ type: "command", command: "timesheet" });
    }));

  it("opens a day, and tries again after a failure", () =>
    run(
      async (panel) => {
        await panel.page.locator("tbody .link").first().focus();
        await press(panel, "Enter");
        expect(panel.last).toEqual({ type: "openDay", day: "2026-11-02" });
        await panel.say({ type: "failed", message: "The report could not be created: the disk is full" });
        expect(await panel.page.getByRole("alert").first().innerText()).toContain("the disk is full");
        await tabTo(panel, "Try Again");
        await press(panel, "Enter");
        expect(panel.last).toEqual(shows({ period: "month", day: "2026-11-24", by: "day" }));
      },
      { model: by("day") },
    ));

  it("an empty month says how to get time into it", () =>
    run(
      async (panel) => {
        await tabTo(panel, "Log time…");
        await press(panel, "Enter");
        expect(panel.last).toEqual({ type: "command", command: "logTime" });
        await tabTo(panel, "Pick case…");
        await press(panel, "Enter");
        expect(panel.last).toEqual({ type: "command", command: "pickCase" });
      },
      { model: emptyReport() },
    ));
});

describe("charts", () => {
  it("have names that are sentences, and their figures as tables", () =>
    run(async (panel) => {
      const { page } = panel;
      const [bars = "", left = ""] = await page
        .locator("[role=img]")
        .evaluateAll<string[], unknown>("[...document.querySelectorAll('[role=img]')].map((one) => one.ariaLabel)");
      expect(bars).toMatch(/^Bar chart: \d+ hours.* worked on \d+ of 30 days, most on .* with .*\.$/);
      expect(left).toMatch(/^Line chart of ACME-1234: .* left at the end of .*, .* at the end of .*\.$/);
      await unfold(panel);
      await panel.settled();
      const { chart, burnDowns } = reportModel();
      const shown = await page.evaluate<number>(
        `[...document.querySelectorAll("details table")].map((one) => one.rows.length).reduce((a, b) => a + b)`,
      );
      const worked = chart.starts.filter((_, at) => chart.lines.some(({ seconds }) => (seconds[at] ?? 0) > 0)).length;
      expect(shown).toBeGreaterThanOrEqual(worked + burnDowns.reduce((sum, { days }) => sum + days.length, 0));
      expect(await page.locator("canvas").count()).toBe(3);
    }));

  it("are drawn anew in another theme, and in the system's own colours", () =>
    run(async (panel) => {
      const picture = (): Promise<string> =>
        panel.page.evaluate<string>(`document.querySelector("canvas").toDataURL()`);
      const before = await picture();
      await panel.page.evaluate(
        `document.documentElement.style.setProperty("--vscode-charts-blue", "rgb(1, 200, 3)"); document.body.classList.toggle("vscode-light")`,
      );
      await expect.poll(picture).not.toBe(before);
    }));

  it("stand in forced colours", () =>
    run(
      async ({ page }) => {
        expect(await page.locator("canvas").count()).toBe(3);
      },
      { context: { forcedColors: "active" } },
    ));
});

describe("a narrow report", () => {
  it.each([
    ["en", 640],
    ["en", 700],
    ["de", 900],
  ])("in %s, %i wide: has each statement's button whole, wherever its table is scrolled to", (locale, width) =>
    run(
      async ({ page }) => {
        const cut = `(() => {
          const wide = document.querySelector(".wide:has(.does)");
          return [0, 60, 9999].flatMap((left) => {
            wide.scrollLeft = left;
            const end = wide.getBoundingClientRect().right;
            return [...wide.querySelectorAll("td.does button")].filter((each) => each.getBoundingClientRect().right > end + 1);
          }).length;
        })()`;
        expect(await page.evaluate(cut)).toBe(0);
      },
      { locale, context: { viewport: { width, height: 800 } } },
    ),
  );

  it.each([500, 1100])("%i wide: does not break the labels of the range", (width) =>
    run(
      async ({ page }) => {
        await page.locator("#period-custom").click();
        const heights = await page.evaluate<number[]>(
          `[...document.querySelectorAll(".day-field > span")].map((each) => each.getBoundingClientRect().height)`,
        );
        expect(heights.length).toBe(2);
        expect(Math.max(...heights)).toBeLessThan(25);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      },
      { context: { viewport: { width, height: 800 } } },
    ),
  );
});

describe("the report with what others wrote", () => {
  const SCRIPT = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>[a](javascript:hit) **b**`;

  it("shows it as text, wherever it is shown", () => {
    const [first, ...others] = CASES.map((one) => ({ ...one, key: SCRIPT, title: SCRIPT, customer: SCRIPT }));
    const model = reportModel();
    const hostile = JSON.parse(
      JSON.stringify({ ...model, carried: [{ connection: SCRIPT, carriedSeconds: 1, standingSeconds: 2 }] }),
      (key, value: unknown) => (key === "case" && value !== null ? (first ?? others[0]) : value),
    ) as ReportModel;
    return run(
      async (panel) => {
        await unfold(panel);
        await panel.settled();
        expect(await panel.page.locator("#content").innerText()).toContain("onerror");
        expect(await panel.page.evaluate("window.hit")).toBeUndefined();
        expect(await panel.page.locator("#report img, #report script, #report a").count()).toBe(0);
      },
      { model: hostile },
    );
  });

  it("keeps long and right-to-left titles in their places", () => {
    const long = { ...reportModel() };
    const rows = long.rows.map((row, index) =>
      row.subject.kind === "case" && row.subject.case !== null
        ? {
            ...row,
            subject: {
              kind: "case" as const,
              case: { ...row.subject.case, title: index === 0 ? "x".repeat(4_000) : "תיקון שגיאה בייצוא" },
            },
          }
        : row,
    );
    return run(
      async ({ page }) => {
        const width = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        expect(width).toBeLessThanOrEqual(0);
        expect(await page.locator("tbody bdi").filter({ hasText: "תיקון" }).first().isVisible()).toBe(true);
      },
      { model: { ...long, rows } },
    );
  });
});

describe("the report as it is shown", () => {
  it("does not scroll sideways at 200 % zoom", () =>
    run(
      async ({ page }) => {
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(width).toBeLessThanOrEqual(500);
      },
      { context: { viewport: { width: 500, height: 400 }, deviceScaleFactor: 2 } },
    ));

  it("comes back after a reload where it was", () =>
    run(async (panel) => {
      const { page } = panel;
      await page.locator("#sort-billed").click();
      await page.locator("#exact").click();
      await page.locator("#meanings summary").click();
      await page.locator("#meanings").scrollIntoViewIfNeeded();
      const scroll = await page.evaluate<number>("scrollY");
      expect(scroll).toBeGreaterThan(0);
      await page.reload();
      await page.locator("#headline").waitFor();
      await panel.settled();
      expect(await page.locator("th[aria-sort=descending] #sort-billed").count()).toBe(1);
      expect(await page.locator("#exact").getAttribute("aria-pressed")).toBe("true");
      expect(await page.locator("#meanings").getAttribute("open")).not.toBeNull();
      expect(await page.evaluate<number>("scrollY")).toBeGreaterThan(0);
      expect(panel.sent.filter(({ type }) => type === "ready").length).toBe(2);
    }));

  it("has days and numbers of the language", () =>
    run(
      async ({ page }) => {
        expect(await page.locator("#title").innerText()).toBe("November 2026");
        expect(await page.locator(".burn-down").first().innerText()).toContain("Freitag, 4. Dezember 2026");
      },
      { locale: "de" },
    ));
});
