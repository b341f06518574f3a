/** Declaring time: the form's own day, and what is told when the time lies over other time. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, CASES, DAY_START, dayModel, weekModel } from "./fixtures.ts";
import { type Harness, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

describe("a form that declares time", () => {
  const OTHER = dayModel({
    day: "2026-11-25",
    dayStart: DAY_START + 86_400_000,
    dayEnd: DAY_START + 2 * 86_400_000,
    cases: CASES.filter(({ id }) => id === "b"),
    lanes: [],
    gaps: [],
    rows: [],
  });

  it.each([
    ["another day", OTHER],
    ["a week", weekModel({ cases: OTHER.cases })],
  ])("keeps its day, its times and its case when %s is shown", async (_, model) => {
    const panel = await harness.open({ model: dayModel() });
    await panel.page.locator(`#gap-${at("10:15")}`).click();
    await panel.page.getByLabel("Reason").fill("Call");
    await panel.say({ type: "model", model });
    expect(await panel.page.locator("dialog .about").textContent()).toBe("Tuesday, November 24, 2026");
    expect(await panel.page.locator("[data-field=target] option:checked").textContent()).toContain("ACME-1234");
    await panel.page.getByLabel("From").fill("10:20");
    await panel.page.getByRole("button", { name: "Declare", exact: true }).click();
    const time = { start: at("10:20"), end: at("10:50") };
    expect(panel.edits).toEqual([{ kind: "declare", time, to: { caseId: "a" }, reason: "Call" }]);
    expect(panel.faults).toEqual([]);
    await panel.close();
  });

  it("says its day when it was opened in another week", async () => {
    const panel = await harness.open({ model: weekModel() });
    await panel.page.getByRole("button", { name: "Declare time" }).click();
    await panel.say({ type: "model", model: OTHER });
    expect(await panel.page.locator("dialog .about").textContent()).toBe("Tuesday, November 24, 2026");
    await panel.page.getByLabel("Amount").fill("45m");
    await panel.page.getByLabel("Reason").fill("Call");
    await panel.page.getByRole("button", { name: "Declare", exact: true }).click();
    expect(panel.edits).toMatchObject([{ time: { day: "2026-11-24", seconds: 2_700 }, to: { caseId: "a" } }]);
    await panel.close();
  });
});
