import fs from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TimesheetModel } from "../../src/ports/timesheet.ts";
import { at, dayModel, emptyDay, emptyWeek, fullDay, weekModel } from "./fixtures.ts";
import { type Harness, type Panel, startHarness, type ThemeName } from "./harness.ts";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES: readonly ThemeName[] = [
  "light",
  "dark",
  "high-contrast",
  "high-contrast-light",
  "light-modern",
  "dark-modern",
];

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

interface Screen {
  readonly name: string;
  readonly model?: TimesheetModel;
  readonly open?: (panel: Panel) => Promise<unknown>;
}

const menu = async ({ page }: Panel, row: string, label: string): Promise<void> => {
  await page.locator(`#menu-${row}`).click();
  await page.getByRole("menuitem", { name: label }).click();
};

const SCREENS: readonly Screen[] = [
  { name: "before the first model" },
  { name: "week", model: weekModel() },
  { name: "day", model: dayModel() },
  {
    name: "day, unfolded, edited, selected, refused",
    model: dayModel(),
    open: async (panel) => {
      const { page } = panel;
      for (const row of ["r1", "r2", "r3", "r4"]) await page.locator(`#row-${row} .disclose`).click();
      await page.locator("#describe-r6").click();
      await page.locator("#row-r6 input[type=checkbox]").check();
      await page.locator("#a1").click();
      await page.getByRole("button", { name: "Strike" }).click();
      await panel.say({ type: "refused", request: 1, message: "Somebody changed this day" });
    },
  },
  {
    name: "day, with a notice",
    model: dayModel(),
    open: async (panel) => {
      await panel.page.keyboard.press("Control+z");
      await panel.say({ type: "done", request: 1, said: "0:15:00 overlap other time.", notice: true });
    },
  },
  { name: "empty day", model: emptyDay() },
  { name: "empty week", model: emptyWeek() },
  { name: "a day of 12 cases", model: fullDay(12, 6) },
  { name: "menu", model: dayModel(), open: ({ page }) => page.locator("#menu-r1").click() },
  { name: "declare", model: dayModel(), open: ({ page }) => page.locator(`#gap-${at("10:15")}`).click() },
  {
    name: "declare in the week, refused",
    model: weekModel(),
    open: async ({ page }) => {
      await page.getByRole("button", { name: "Log time" }).click();
      await page.getByRole("button", { name: "Log", exact: true }).click();
    },
  },
  { name: "write down", model: dayModel(), open: (panel) => menu(panel, "r1", "Write down") },
  { name: "move", model: dayModel(), open: (panel) => menu(panel, "r1", "Move") },
  { name: "split", model: dayModel(), open: (panel) => menu(panel, "r1", "Split") },
  { name: "correct", model: dayModel(), open: (panel) => menu(panel, "r5", "Correct") },
  {
    name: "history",
    model: dayModel(),
    open: (panel) => menu(panel, "r5", "History"),
  },
  { name: "help", model: dayModel(), open: ({ page }) => page.keyboard.press("?") },
];

describe.each(THEMES)("in the theme %s", (theme) => {
  it.each(SCREENS)("$name: axe-core finds nothing", async ({ model, open }) => {
    const panel = await harness.open({
      theme,
      ...(model === undefined ? {} : { model }),
      answer: async (request, opened) => {
        if (request.type !== "history") return;
        const line = { at: at("17:00"), who: "Mo", what: "Description", before: "a", after: "b", why: "clearer" };
        await opened.say({ type: "history", request: request.request, lines: [line] });
      },
    });
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

/** Whether a control of the panel lies outside of what can be seen by scrolling down. */
const CUT_OFF = `[...document.querySelectorAll("button, input, select, textarea, .label, dd, .description, h1, h2")].filter((each) => {
  const { left, right, width } = each.getBoundingClientRect();
  return width > 0 && !each.closest(".spoken, .wide") && (left < -1 || right > innerWidth + 1);
}).map((each) => each.outerHTML.slice(0, 120))`;

describe("at 200 % zoom", () => {
  it.each([
    ["day", dayModel()],
    ["week", weekModel()],
    ["empty day", emptyDay()],
  ])("the %s is not cut off and does not scroll sideways", async (_name, model) => {
    const panel = await harness.open({
      model,
      context: { viewport: { width: 500, height: 400 }, deviceScaleFactor: 2 },
    });
    const width: number = await panel.page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(500);
    expect(await panel.page.evaluate(CUT_OFF)).toEqual([]);
    await panel.close();
  });

  it("a dialog fits and scrolls", async () => {
    const panel = await harness.open({
      model: dayModel(),
      context: { viewport: { width: 400, height: 320 }, deviceScaleFactor: 2 },
    });
    await menu(panel, "r1", "Write down");
    const box = await panel.page.locator("#dialog").boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(320);
    await panel.page.getByRole("button", { name: "Cancel" }).click();
    expect(await panel.page.locator("#dialog").isVisible()).toBe(false);
    await panel.close();
  });
});

describe("text that runs right to left", () => {
  it("is kept to itself where it is shown and where it is said", async () => {
    const panel = await harness.open({ model: dayModel() });
    const title = panel.page.locator("#row-r4 .case bdi").nth(1);
    expect(await title.evaluate((each) => getComputedStyle(each).unicodeBidi)).toBe("isolate");
    expect(await title.evaluate((each) => getComputedStyle(each).direction)).toBe("rtl");
    await panel.close();
  });
});

describe("less motion", () => {
  it("leaves no transition", async () => {
    const panel = await harness.open({ model: dayModel(), context: { reducedMotion: "reduce" } });
    const moving = await panel.page.evaluate(`[...document.querySelectorAll("*")].filter((each) => {
      const { transitionDuration, animationName } = getComputedStyle(each);
      return transitionDuration !== "0s" || animationName !== "none";
    }).length`);
    expect(moving).toBe(0);
    await panel.close();
  });
});

describe("forced colours", () => {
  it("keep the kinds of time apart by pattern", async () => {
    const panel = await harness.open({ model: dayModel(), context: { forcedColors: "active" } });
    const fill = (id: string): Promise<string> =>
      panel.page.locator(`#${id}`).evaluate((each) => getComputedStyle(each).fill);
    expect(new Set(await Promise.all(["a1", "a2", "a4", "a7"].map(fill))).size).toBe(4);
    await panel.close();
  });
});
