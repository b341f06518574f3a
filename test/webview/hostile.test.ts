import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TimesheetRequest } from "../../src/ports/timesheet.ts";
import { at, CASES, dayModel, emptyDay, fullDay, fullWeek, item, row } from "./fixtures.ts";
import type { Stored } from "../../src/webview/timesheet/state.ts";
import { type Harness, type Panel, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const SCRIPT = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>[a](javascript:hit) **b** \${1}`;

/** Refuses every edit; says that the ledger moved on if `isStale`. */
const refusing =
  (isStale: boolean) =>
  (request: TimesheetRequest, panel: Panel): Promise<void> | undefined =>
    "request" in request
      ? panel.say({
          type: "refused",
          request: request.request,
          message: "Time was changed in another window.",
          ...(isStale ? { isStale: true as const } : {}),
        })
      : undefined;

describe("text of others", () => {
  it("is text, wherever it is shown", async () => {
    const [first, ...others] = CASES;
    const model = dayModel({
      cases: [{ ...(first ?? { id: "", activities: [] }), key: SCRIPT, title: SCRIPT, customer: SCRIPT }, ...others],
      undo: { id: "act", label: SCRIPT },
      connection: SCRIPT,
      commits: [{ at: at("9:40"), sha: "a1b2c3d4e5", subject: SCRIPT, repository: SCRIPT, caseId: "a" }],
      rows: [
        row("r1", "a", at("9:05"), at("16:00"), {
          description: SCRIPT,
          problem: SCRIPT,
          elsewhere: SCRIPT,
          writtenDownSeconds: 60,
          writeDownReason: SCRIPT,
          files: [SCRIPT],
          branches: [SCRIPT],
          commits: [{ at: at("9:40"), sha: "a1b2c3d4e5", subject: SCRIPT, repository: SCRIPT, caseId: "a" }],
          declarations: [{ id: "d", seconds: 60, reason: SCRIPT }],
        }),
      ],
    });
    const lines = [{ at: at("9:00"), who: SCRIPT, what: SCRIPT, before: SCRIPT, after: SCRIPT, why: SCRIPT }];
    const panel = await harness.open({
      model,
      answer: (request, opened) =>
        request.type === "history" ? opened.say({ type: "history", request: request.request, lines }) : undefined,
    });
    await panel.page.locator("#row-r1 .disclose").click();
    await panel.page.locator("#menu-r1").click();
    await panel.page.getByRole("menuitem", { name: "History" }).click();
    await panel.settled();
    expect(await panel.page.locator("#dialog .history").textContent()).toContain("onerror");
    expect(await panel.page.evaluate("window.hit")).toBeUndefined();
    expect(await panel.page.locator("#timesheet img, #timesheet script, #timesheet a").count()).toBe(0);
    expect(panel.faults).toEqual([]);
    await panel.close();
  });

  it("a description of 100,000 characters is cut where it is read and whole where it is edited", async () => {
    const long = "word ".repeat(20_000);
    const panel = await harness.open({
      model: dayModel({ rows: [row("r1", "a", at("9:00"), at("10:00"), { description: long })] }),
    });
    expect((await panel.page.locator("#describe-r1").textContent())?.trim().length).toBeLessThan(310);
    await panel.page.locator("#describe-r1").click();
    expect(await panel.page.locator("#text-r1").inputValue()).toBe(long);
    await panel.page.keyboard.press("Control+End");
    await panel.page.keyboard.type("end");
    await panel.page.keyboard.press("Enter");
    expect(panel.edits).toEqual([{ kind: "describe", row: "r1", description: `${long}end` }]);
    await panel.close();
  });
});

describe("a refusal", () => {
  it("keeps a description and offers it again, with the new model's revision", async () => {
    const panel = await harness.open({ model: dayModel(), answer: refusing(true) });
    await panel.page.locator("#describe-r1").click();
    await panel.page.locator("#text-r1").fill("What I did");
    await panel.page.keyboard.press("Enter");
    await panel.settled();
    expect(await panel.page.locator("#row-r1 .fault").textContent()).toContain("What you typed is kept");
    await panel.say({ type: "model", model: dayModel({ revision: 9 }) });
    expect(await panel.page.locator("#text-r1").inputValue()).toBe("What I did");
    await panel.page.locator("#row-r1").getByRole("button", { name: "Save" }).click();
    expect(panel.last).toMatchObject({ type: "edit", revision: 9, edit: { description: "What I did" } });
    await panel.close();
  });

  it("leaves a dialog open with its fields", async () => {
    const panel = await harness.open({ model: dayModel(), answer: refusing(true) });
    await panel.page.locator(`#gap-${at("10:15")}`).click();
    await panel.page.getByLabel("Reason").fill("Call");
    await panel.page.keyboard.press("Enter");
    await panel.settled();
    expect(await panel.page.locator("dialog .fault").textContent()).toContain("changed in another window");
    expect(await panel.page.getByLabel("Reason").inputValue()).toBe("Call");
    await panel.say({ type: "model", model: dayModel({ revision: 9 }) });
    await panel.page.getByRole("button", { name: "Log", exact: true }).click();
    expect(panel.last).toMatchObject({ revision: 9, edit: { kind: "declare", reason: "Call" } });
    await panel.close();
  });

  it("of something without text is told above", async () => {
    const panel = await harness.open({ model: dayModel(), answer: refusing(false) });
    await panel.page.keyboard.press("Control+z");
    await panel.settled();
    expect(await panel.page.locator(".banner").first().textContent()).toContain("changed in another window");
    await panel.close();
  });
});

describe("what was typed", () => {
  it("stays when a new model comes, also under a new id of its entry", async () => {
    const panel = await harness.open({ model: dayModel() });
    await panel.page.locator("#describe-r1").click();
    await panel.page.locator("#text-r1").fill("Half a sen");
    await panel.say({ type: "model", model: dayModel({ revision: 8 }) });
    expect(await panel.page.evaluate("document.activeElement.id")).toBe("text-r1");
    await panel.page.keyboard.type("tence");
    const rows = dayModel().rows.map((each) => (each.id === "r1" ? { ...each, id: "minted" } : each));
    await panel.say({ type: "model", model: dayModel({ revision: 9, rows }) });
    expect(await panel.page.locator("#text-minted").inputValue()).toBe("Half a sentence");
    expect(await panel.page.evaluate("document.activeElement.id")).toBe("text-minted");
    await panel.say({
      type: "model",
      model: dayModel({ revision: 10, rows: rows.filter(({ caseId }) => caseId !== "a") }),
    });
    expect(await panel.page.locator(".banner textarea").inputValue()).toBe("Half a sentence");
    await panel.close();
  });

  it("is there after a reload, with place, open rows, scroll and dialog", async () => {
    const panel = await harness.open({ model: fullDay(30, 4) });
    await panel.page.locator("#row-row-k3 .disclose").click();
    await panel.page.locator("#describe-row-k5").click();
    await panel.page.locator("#text-row-k5").fill("Not sent");
    await panel.page.evaluate("window.scrollTo(0, 700)");
    await panel.page.locator("#menu-row-k9").evaluate((each) => {
      (each as HTMLElement).click();
    });
    await panel.page.getByRole("menuitem", { name: "Write down" }).click();
    await panel.page.getByLabel("Reason").fill("Typed reason");
    await expect.poll(() => JSON.stringify(panel.state)).toContain("Typed reason");
    await expect
      .poll(async () => (panel.state as Stored).scroll === (await panel.page.evaluate("window.scrollY")))
      .toBe(true);
    const scroll: number = await panel.page.evaluate("window.scrollY");
    panel.sent.length = 0;
    await panel.page.reload();
    await panel.page.locator("#text-row-k5").waitFor();
    await panel.settled();
    expect(panel.sent).toEqual([{ type: "ready" }]);
    expect(await panel.page.locator("#details-row-k3").count()).toBe(1);
    expect(await panel.page.locator("#text-row-k5").inputValue()).toBe("Not sent");
    expect(await panel.page.getByLabel("Reason").inputValue()).toBe("Typed reason");
    expect(scroll).toBeGreaterThan(300);
    expect(Math.abs((await panel.page.evaluate<number>("window.scrollY")) - scroll)).toBeLessThan(100);
    await panel.close();
  });

  it("gives way to a day that was asked for while the page was hidden", async () => {
    const state = { place: { view: "day", day: "2026-11-20" }, scroll: 0, open: [], unsent: [] };
    const panel = await harness.open({ model: dayModel(), state });
    expect(panel.sent).toEqual([{ type: "ready" }]);
    expect(await panel.page.locator("#title").textContent()).toContain("Tuesday, November 24");
    expect(await panel.page.locator("[aria-busy=true]").count()).toBe(0);
    await panel.close();
  });

  it("is kept without any data of the ledger", async () => {
    const panel = await harness.open({ model: dayModel() });
    await panel.page.locator("#row-r1 .disclose").click();
    await expect.poll(() => JSON.stringify(panel.state)).toContain("r1");
    for (const each of ["ACME", "Stream", "Ortega"]) expect(JSON.stringify(panel.state)).not.toContain(each);
    await panel.close();
  });

  it.each([[null], [3], [{ place: { view: "year", day: 4 }, open: {}, unsent: [[1]], dialog: { kind: "split" } }]])(
    "state of another version (%j) is passed over",
    async (state) => {
      const panel = await harness.open({ model: dayModel(), state });
      expect(await panel.page.locator("#title").textContent()).toContain("Tuesday, November 24");
      expect(panel.faults).toEqual([]);
      await panel.close();
    },
  );
});

describe("selected entries", () => {
  it("are no longer selected once they are approved, and the day can be approved again", async () => {
    const panel = await harness.open({ model: dayModel() });
    await panel.page.locator("#row-r1 input[type=checkbox]").check();
    expect(await panel.page.locator("#approve").textContent()).toContain("Approve 1 selected…");
    const rows = dayModel().rows.map((each) =>
      each.id === "r1" ? { ...each, state: "approved" as const, actions: ["withdraw" as const] } : each,
    );
    await panel.say({ type: "model", model: dayModel({ revision: 8, rows }) });
    expect(await panel.page.locator("#approve").textContent()).toContain("Approve day…");
    await panel.page.locator("#approve").click();
    expect(panel.last).toMatchObject({ type: "approve", revision: 8, rows: ["r4", "r6"] });
    await panel.close();
  });
});

describe("places", () => {
  it("a slow answer for a day that was left does not bring it back", async () => {
    const panel = await harness.open({ model: dayModel(), answer: () => undefined });
    await panel.page.locator("#next").click();
    await panel.page.locator("#next").click();
    const later = { day: "2026-11-25", today: "2026-11-24" };
    await panel.say({ type: "model", model: { ...emptyDay(), ...later } });
    expect(await panel.page.locator("#title").textContent()).toContain("November 26");
    expect(await panel.page.locator("#content").getAttribute("aria-busy")).toBe("true");
    await panel.say({ type: "model", model: { ...emptyDay(), ...later, day: "2026-11-26" } });
    expect(await panel.page.locator("#content").getAttribute("aria-busy")).toBe("false");
    await panel.close();
  });

  it("nothing connected: billing is offered; nothing to approve: it says so", async () => {
    const panel = await harness.open({ model: emptyDay() });
    await panel.page.getByRole("button", { name: "Connect billing" }).click();
    expect(panel.last).toEqual({ type: "command", command: "connect" });
    expect(await panel.page.locator("#approve").getAttribute("title")).toBe("Nothing to approve");
    await panel.page.getByRole("button", { name: "Pick case" }).click();
    expect(panel.last).toEqual({ type: "command", command: "pickCase" });
    await panel.close();
  });

  it("speaks the editor's language where it has the words", async () => {
    const panel = await harness.open({
      model: dayModel(),
      locale: "de",
      texts: { Timeline: "Zeitachse", "{0} to approve": "{0} freizugeben", observed: "beobachtet" },
    });
    expect(await panel.page.locator("#timeline-title").textContent()).toBe("Zeitachse");
    expect(await panel.page.locator("#title").textContent()).toBe("Dienstag, 24. November 2026");
    expect(await panel.page.locator("#a1").getAttribute("aria-label")).toBe(
      "ACME-1234, beobachtet, 09:05 to 09:50, 45 Minuten, draft",
    );
    await panel.close();
  });
});

/** A day of Europe/Berlin on which the clocks change, worked over that hour. */
function changing(day: string, dayStart: number, hours: number): ReturnType<typeof dayModel> {
  const hour = 3_600_000;
  const [start, end] = [dayStart + hour, dayStart + 4 * hour];
  return dayModel({
    day,
    today: day,
    dayStart,
    dayEnd: dayStart + hours * hour,
    now: end,
    commits: [],
    lanes: [
      { caseId: "a", color: 0, workedSeconds: 10_800, items: [item("a1", "observed", start, end, { rowId: "r1" })] },
    ],
    gaps: [{ start: dayStart + 23 * hour - hour, end: dayStart + hours * hour }],
    rows: [row("r1", "a", start, end, { day })],
  });
}

describe("days on which the clocks change", () => {
  it("of 23 hours: an hour is missing on the ruler, and cannot be declared", async () => {
    const panel = await harness.open({ model: changing("2026-03-29", Date.UTC(2026, 2, 28, 23), 23) });
    expect(await panel.page.locator(".ruler text").allTextContents()).toEqual([
      "12:30 AM",
      "1:00 AM",
      "1:30 AM",
      "3:00 AM",
      "3:30 AM",
      "4:00 AM",
      "4:30 AM",
      "5:00 AM",
    ]);
    await panel.page.locator("#cursor").focus();
    await panel.page.keyboard.press("End");
    expect(await panel.page.locator("#cursor").getAttribute("aria-valuenow")).toBe(String(23 * 60));
    await panel.page.keyboard.press("d");
    await panel.page.locator("[data-field=from]").fill("02:30");
    await panel.page.locator("[data-field=to]").fill("04:00");
    await panel.page.getByLabel("Reason").fill("Call");
    await panel.page.getByRole("button", { name: "Log", exact: true }).click();
    expect(await panel.page.locator("dialog .fault").textContent()).toContain("no 02:30 on this day");
    await panel.close();
  });

  it("of 25 hours: an hour is there twice, and each has its name", async () => {
    const dayStart = Date.UTC(2026, 9, 24, 22);
    const panel = await harness.open({ model: changing("2026-10-25", dayStart, 25) });
    expect(await panel.page.locator(".ruler text").allTextContents()).toEqual([
      "12:30 AM",
      "1:00 AM",
      "1:30 AM",
      "2:00 AM",
      "2:30 AM",
      "2:00 AM",
      "2:30 AM",
      "3:00 AM",
    ]);
    await panel.page.locator("#cursor").focus();
    await panel.page.keyboard.press("Home");
    for (let i = 0; i < 10; i++) await panel.page.keyboard.press("PageUp");
    const first = await panel.page.locator("#cursor").getAttribute("aria-valuetext");
    for (let i = 0; i < 4; i++) await panel.page.keyboard.press("PageUp");
    const second = await panel.page.locator("#cursor").getAttribute("aria-valuetext");
    expect({ first, second }).toEqual({
      first: "2:30 AM GMT+2, ACME-1234, observed",
      second: "2:30 AM GMT+1, ACME-1234, observed",
    });
    await panel.page.keyboard.press("s");
    expect(panel.edits).toEqual([{ kind: "split", row: "r1", at: dayStart + 3.5 * 3_600_000 }]);
    await panel.close();
  });

  it("a gap up to midnight is claimed to the end of the day", async () => {
    const dayStart = Date.UTC(2026, 9, 24, 22);
    const panel = await harness.open({ model: changing("2026-10-25", dayStart, 25) });
    const start = dayStart + 22 * 3_600_000;
    await panel.page.locator(`#gap-${start}`).focus();
    await panel.page.keyboard.press("Enter");
    await panel.page.getByLabel("Reason").fill("Deployment");
    await panel.page.keyboard.press("Enter");
    expect(panel.edits).toMatchObject([{ time: { start, end: dayStart + 25 * 3_600_000 } }]);
    await panel.close();
  });
});

describe("much", () => {
  it("40 cases in a day and 300 entries in a week are all there", async () => {
    const day = await harness.open({ model: fullDay() });
    expect(await day.page.locator("[data-lane]").count()).toBe(40);
    expect(await day.page.locator("rect.item[data-item]").count()).toBe(480);
    await day.close();
    const week = await harness.open({ model: fullWeek() });
    expect(await week.page.locator("li.row").count()).toBe(300);
    await week.close();
  });
});
