import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, dayModel, weekModel } from "./fixtures.ts";
import { type Harness, type Panel, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where an instant lies in a lane (0: the first case's), with the worked hours shown: 8:30 to 18:00. */
async function point({ page }: Panel, clock: string, lane: number): Promise<Point> {
  const box = await page.locator(`[data-lane="${lane}"] .track`).boundingBox();
  if (box === null) throw new Error("no lane");
  const [from, to] = [at("8:30"), at("18:00")];
  return { x: box.x + (box.width * (at(clock) - from)) / (to - from), y: box.y + box.height / 2 };
}

async function drag({ page }: Panel, from: Point, ...to: readonly Point[]): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (const each of to) await page.mouse.move(each.x, each.y, { steps: 5 });
  await page.mouse.up();
}

const what = ({ page }: Panel): Promise<string> =>
  page.locator(".selection-bar .what").evaluate((each) => each.textContent.replaceAll(/\s+/g, " ").trim());

async function run(test: (panel: Panel) => Promise<void>): Promise<void> {
  const panel = await harness.open({ model: dayModel() });
  await test(panel);
  expect(panel.faults).toEqual([]);
  await panel.close();
}

describe("with the mouse", () => {
  it("a stretch is selected by dragging, caught by edges, and struck", () =>
    run(async (panel) => {
      await drag(panel, await point(panel, "9:51", 3), await point(panel, "10:14", 3));
      expect(await what(panel)).toBe("9:50 AM to 10:15 AM, 25 minutes 0:25:00");
      await panel.page.getByRole("button", { name: "Strike" }).click();
      expect(panel.edits).toEqual([{ kind: "strike", start: at("9:50"), end: at("10:15") }]);
    }));

  it("struck time is chosen, cannot be moved, and counts again", () =>
    run(async (panel) => {
      const again = panel.page.getByRole("button", { name: "Count again" });
      expect(await again.count()).toBe(0);
      await panel.page.locator("#b4").click();
      expect(await panel.page.getByRole("button", { name: "Move…" }).first().getAttribute("aria-disabled")).toBe(
        "true",
      );
      await again.click();
      expect(panel.edits).toEqual([{ kind: "restore", start: at("12:30"), end: at("12:40") }]);
    }));

  it("an end of the selection is dragged on, the other stays", () =>
    run(async (panel) => {
      await drag(panel, await point(panel, "17:30", 0), await point(panel, "17:40", 0));
      expect(await what(panel)).toMatch(/^5:30 PM to 5:40 PM/);
      await drag(panel, await point(panel, "17:40", 0), await point(panel, "17:50", 0));
      expect(await what(panel)).toMatch(/^5:30 PM to 5:50 PM/);
    }));

  it("the selection is dragged into another case's lane", () =>
    run(async (panel) => {
      await panel.page.locator("#a1").click();
      expect(await what(panel)).toMatch(/^9:05 AM to 9:50 AM/);
      await drag(panel, await point(panel, "9:20", 0), await point(panel, "9:25", 1));
      expect(panel.edits).toEqual([{ kind: "moveRange", start: at("9:05"), end: at("9:50"), to: { caseId: "b" } }]);
    }));

  it("let go in its own lane it moves nothing", () =>
    run(async (panel) => {
      await panel.page.locator("#a1").click();
      await drag(panel, await point(panel, "9:20", 0), await point(panel, "9:25", 1), await point(panel, "9:25", 0));
      expect(panel.edits).toEqual([]);
    }));

  it("an entry's edge is pulled over another case's time, which it offers to move", () =>
    run(async (panel) => {
      await drag(panel, await point(panel, "16:50", 2), await point(panel, "17:10", 2));
      await panel.page.getByRole("button", { name: "Move 20 minutes to NORD-7" }).click();
      expect(panel.edits).toEqual([{ kind: "moveRange", start: at("16:50"), end: at("17:10"), to: { caseId: "c" } }]);
    }));

  it("declared time is pulled longer or shorter by its edge", () =>
    run(async (panel) => {
      const make = async (name: string): Promise<void> => panel.page.getByRole("button", { name }).click();
      await drag(panel, await point(panel, "16:00", 0), await point(panel, "15:50", 0));
      await make("Set the declared time to 3:30 PM to 3:50 PM, 20 minutes");
      const [edit] = panel.edits;
      expect(edit).toMatchObject({
        kind: "changeDeclared",
        id: "d1",
        to: { caseId: "a" },
        reason: "Call with Ms Ortega",
      });
      expect(edit).toMatchObject({ time: { start: at("15:30"), end: at("15:50") } });
    }));

  it("a click puts the cursor, where an entry is then split", () =>
    run(async (panel) => {
      const { x, y } = await point(panel, "11:00", 3);
      await panel.page.mouse.click(x, y);
      expect(await what(panel)).toBe("Cursor at 11:00 AM");
      expect(await panel.page.evaluate("document.activeElement.id")).toBe("cursor");
      await panel.page.getByRole("button", { name: "Split here" }).click();
      expect(panel.edits).toEqual([{ kind: "split", row: "r1", at: at("11:00") }]);
    }));

  it("a gap is claimed", () =>
    run(async (panel) => {
      await panel.page.locator(`#gap-${at("12:40")}`).click();
      await panel.page.getByLabel("Reason").fill("Lunch with the customer");
      await panel.page.locator("[data-field=target]").selectOption({ label: "No case (not billed)" });
      await panel.page.getByRole("button", { name: "Log", exact: true }).click();
      expect(panel.edits).toEqual([
        {
          kind: "declare",
          time: { start: at("12:40"), end: at("13:30") },
          to: { caseId: null },
          reason: "Lunch with the customer",
        },
      ]);
    }));

  it("the view is zoomed, and back", () =>
    run(async (panel) => {
      const ticks = (): Promise<string[]> => panel.page.locator(".ruler text").allTextContents();
      expect((await ticks())[0]).toBe("9 AM");
      await panel.page.getByRole("button", { name: "Whole day" }).click();
      expect((await ticks())[0]).toBe("12 AM");
      await panel.page.getByRole("button", { name: "Worked hours" }).click();
      for (let i = 0; i < 3; i++) await panel.page.getByRole("button", { name: "Zoom in" }).click();
      expect(await ticks()).toContain("5:15 PM");
    }));

  it("in the week a day is opened and time declared on it", async () => {
    const panel = await harness.open({ model: weekModel() });
    await panel.page.getByRole("button", { name: "Log time" }).click();
    await panel.page.locator("[data-field=day]").selectOption({ label: "Monday, November 23, 2026" });
    await panel.page.getByLabel("Duration, such as").fill("1h 20m");
    await panel.page.getByLabel("Reason").fill("Travel");
    await panel.page.getByRole("button", { name: "Log", exact: true }).click();
    expect(panel.edits).toEqual([
      { kind: "declare", time: { day: "2026-11-23", seconds: 4_800 }, to: { caseId: "a" }, reason: "Travel" },
    ]);
    await panel.page.getByRole("button", { name: "Tue, Nov 24" }).click();
    expect(panel.last).toEqual({ type: "show", view: "day", day: "2026-11-24" });
    await panel.close();
  });
});
