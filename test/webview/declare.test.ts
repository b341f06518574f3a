/** Declaring time: the form's own day, and what is told when the time lies over other time. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, CASES, DAY_START, dayModel, weekModel } from "./fixtures.ts";
import { type Harness, type Panel, startHarness } from "./harness.ts";
import { DAY_MS } from "../../src/base/time.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

describe("a form that declares time", () => {
  const OTHER = dayModel({
    day: "2026-11-25",
    dayStart: DAY_START + DAY_MS,
    dayEnd: DAY_START + 2 * DAY_MS,
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
    await panel.page.getByRole("button", { name: "Log", exact: true }).click();
    const time = { start: at("10:20"), end: at("10:50") };
    expect(panel.edits).toEqual([{ kind: "declare", time, to: { caseId: "a" }, reason: "Call" }]);
    expect(panel.faults).toEqual([]);
    await panel.close();
  });

  it("says its day when it was opened in another week", async () => {
    const panel = await harness.open({ model: weekModel() });
    await panel.page.getByRole("button", { name: "Log time" }).click();
    await panel.say({ type: "model", model: OTHER });
    expect(await panel.page.locator("dialog .about").textContent()).toBe("Tuesday, November 24, 2026");
    await panel.page.getByLabel("Duration, such as").fill("45m");
    await panel.page.getByLabel("Reason").fill("Call");
    await panel.page.getByRole("button", { name: "Log", exact: true }).click();
    expect(panel.edits).toMatchObject([{ time: { day: "2026-11-24", seconds: 2_700 }, to: { caseId: "a" } }]);
    await panel.close();
  });
});

describe("time over other time", () => {
  const SAID = "Logged 45 min on ACME-1234. 0:45:00 overlap other time: choose which of the two counts.";

  async function declared(notice?: true): Promise<Panel> {
    const panel = await harness.open({
      model: dayModel(),
      answer: async (request, opened) => {
        if (request.type !== "edit") return;
        const answer = { type: "done", request: request.request, said: SAID } as const;
        await opened.say(notice === undefined ? answer : { ...answer, notice });
      },
    });
    await panel.page.locator(`#gap-${at("10:15")}`).click();
    await panel.page.getByLabel("Reason").fill("Call");
    await panel.page.getByRole("button", { name: "Log", exact: true }).click();
    await panel.settled();
    return panel;
  }

  it("is told where it is seen, once aloud, until it is dismissed", async () => {
    const panel = await declared(true);
    const notice = panel.page.locator("#notice");
    expect(await notice.isVisible()).toBe(true);
    expect(await notice.locator("p").textContent()).toBe(SAID);
    expect(await panel.page.locator("[role=status].spoken").first().textContent()).toBe(SAID);
    expect(await panel.page.locator("[role=alert]:visible").count()).toBe(0);
    await notice.getByRole("button", { name: "Dismiss" }).click();
    expect(await notice.count()).toBe(0);
    await panel.close();
  });

  it("is told until something else is done, or another day is shown", async () => {
    for (const name of ["Next day", "Undo: Move 12 min to ACME-1234"]) {
      const panel = await declared(true);
      await panel.page.getByRole("button", { name }).click();
      expect(await panel.page.locator("#notice").count()).toBe(0);
      await panel.close();
    }
  });

  it("only: what else is done is not shown", async () => {
    const panel = await declared();
    expect(await panel.page.locator("#notice").count()).toBe(0);
    await panel.close();
  });

  it("is gone to from the day's figures, also where it is not seen", async () => {
    const panel = await harness.open({ model: dayModel() });
    const { page } = panel;
    await page.locator("#cursor").focus();
    await page.keyboard.press("Home");
    for (let i = 0; i < 4; i++) await page.getByRole("button", { name: "Zoom in" }).click();
    expect(await page.locator("#b5").getAttribute("class")).toContain("unseen");
    await page.getByRole("button", { name: "1 conflict" }).click();
    await panel.settled();
    expect(await page.evaluate("document.activeElement.id")).toBe("b5");
    expect(await page.locator("#b5").getAttribute("aria-pressed")).toBe("true");
    expect(await page.locator("#b5").getAttribute("class")).not.toContain("unseen");
    await page.getByRole("button", { name: "Keep declared time" }).click();
    expect(panel.edits).toEqual([{ kind: "resolve", id: "d2", keep: "declared" }]);
    expect(panel.faults).toEqual([]);
    await panel.close();
  });

  it("is no button where no item is in conflict, nor in the week", async () => {
    for (const model of [dayModel({ lanes: [] }), weekModel()]) {
      const panel = await harness.open({ model });
      expect(await panel.page.locator(".tag.bad", { hasText: "1 conflict" }).count()).toBe(1);
      expect(await panel.page.locator("button.tag").count()).toBe(0);
      await panel.close();
    }
  });
});
