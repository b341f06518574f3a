import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, dayModel, weekModel } from "./fixtures.ts";
import { type Harness, type Panel, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** Without the panel's own help: Tab until the named control has the focus. */
async function tabTo({ page }: Panel, name: RegExp, role?: string): Promise<void> {
  for (let i = 0; i < 150; i++) {
    await page.keyboard.press("Tab");
    const found: string = await page.evaluate(FOCUSED);
    const [foundRole, foundName = ""] = found.split("\n");
    if (name.test(foundName) && (role === undefined || role === foundRole)) return;
  }
  throw new Error(`no ${String(name)} is reached by Tab`);
}

const FOCUSED = `(() => {
  const it = document.activeElement;
  const label = it.getAttribute("aria-label") ?? it.closest("label")?.textContent ?? it.textContent;
  return (it.getAttribute("role") ?? it.tagName.toLowerCase()) + "\\n" + label.replaceAll(/\\s+/g, " ").trim();
})()`;

const focusName = async ({ page }: Panel): Promise<string> => {
  const found: string = await page.evaluate(FOCUSED);
  return found.split("\n")[1] ?? "";
};

const valueText = ({ page }: Panel): Promise<string | null> => page.locator("#cursor").getAttribute("aria-valuetext");

async function keys({ page }: Panel, ...list: readonly string[]): Promise<void> {
  for (const key of list) await page.keyboard.press(key);
}

async function run(test: (panel: Panel) => Promise<void>, model = dayModel()): Promise<void> {
  const panel = await harness.open({ model });
  await test(panel);
  expect(panel.faults).toEqual([]);
  await panel.close();
}

describe("with the keyboard alone", () => {
  it("the days and weeks are walked", () =>
    run(async (panel) => {
      await tabTo(panel, /^Previous day$/);
      await keys(panel, "Enter");
      expect(panel.last).toEqual({ type: "show", view: "day", day: "2026-11-23" });
      await keys(panel, "Enter");
      expect(panel.last).toEqual({ type: "show", view: "day", day: "2026-11-22" });
      await tabTo(panel, /^Week$/);
      await keys(panel, "Space");
      expect(panel.last).toEqual({ type: "show", view: "week", day: "2026-11-22" });
    }));

  it("a day of the week is opened, and the week is approved", async () => {
    const panel = await harness.open({ model: weekModel() });
    await tabTo(panel, /^Approve week…$/);
    await keys(panel, "Enter");
    expect(panel.last).toMatchObject({ type: "approve", revision: 7, rows: ["r1", "r4", "r6"] });
    await tabTo(panel, /^Mon, Nov 23$/);
    await keys(panel, "Enter");
    expect(panel.last).toEqual({ type: "show", view: "day", day: "2026-11-23" });
    await panel.close();
  });

  it("the cursor walks by minute, quarter, interval, and to the ends", () =>
    run(async (panel) => {
      await tabTo(panel, /^Time cursor$/, "slider");
      expect(await valueText(panel)).toBe("5:12 PM, nothing captured");
      await keys(panel, "ArrowLeft");
      expect(await valueText(panel)).toBe("5:11 PM, nothing captured");
      await keys(panel, "PageDown", "ArrowDown");
      expect(await valueText(panel)).toBe("4:55 PM, nothing captured");
      await keys(panel, "Control+ArrowLeft");
      expect(await valueText(panel)).toBe("4:50 PM, nothing captured");
      await keys(panel, "Control+ArrowLeft");
      expect(await valueText(panel)).toBe("4:20 PM, NORD-7, observed");
      await keys(panel, "Home");
      expect(await valueText(panel)).toBe("12:00 AM, nothing captured");
      await keys(panel, "End", "PageUp");
      expect(await panel.page.locator("#cursor").getAttribute("aria-valuenow")).toBe(String(24 * 60));
    }));

  it("a stretch is selected, moved, declared, struck", () =>
    run(async (panel) => {
      await tabTo(panel, /^Time cursor$/, "slider");
      await keys(panel, "Home", ...Array<string>(2).fill("Control+ArrowRight"));
      await keys(panel, "Shift+ArrowRight", "Shift+PageUp", "Control+Shift+ArrowRight");
      expect(await valueText(panel)).toBe("10:15 AM, gap, selected 9:50 AM to 10:15 AM, 25 minutes");
      await keys(panel, "x");
      expect(panel.edits.at(-1)).toEqual({ kind: "strike", start: at("9:50"), end: at("10:15") });
      await panel.settled();
      await keys(panel, "Shift+ArrowLeft", "m");
      expect(await focusName(panel)).toMatch(/^Case/);
      await panel.page.keyboard.type("#5127");
      await keys(panel, "Tab", "Tab", "Enter");
      await panel.settled();
      expect(panel.edits.at(-1)).toEqual({
        kind: "moveRange",
        start: at("10:14"),
        end: at("10:15"),
        to: { caseId: "b" },
      });
      expect(await focusName(panel)).toBe("Time cursor");
      await keys(panel, "Shift+PageDown", "d");
      await panel.page.keyboard.type("Call about the export");
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toEqual({
        kind: "declare",
        time: { start: at("9:59"), end: at("10:14") },
        to: { caseId: "a" },
        reason: "Call about the export",
      });
    }));

  it("an entry is split at the cursor, and not at its edge", () =>
    run(
      async (panel) => {
        await tabTo(panel, /^Time cursor$/, "slider");
        await keys(panel, "Home", ...Array<string>(1).fill("Control+ArrowRight"));
        expect(await valueText(panel)).toMatch(/^9:05/);
        await keys(panel, "s");
        expect(panel.edits).toEqual([]);
        expect(await panel.page.getByRole("button", { name: "Split here" }).getAttribute("aria-disabled")).toBe("true");
        await keys(panel, "ArrowRight", "s");
        expect(panel.edits).toEqual([{ kind: "split", row: "r1", at: at("9:06") }]);
      },
      dayModel({ gaps: [], lanes: dayModel().lanes.slice(0, 1) }),
    ));

  it("the intervals are walked, by one stop of the Tab key, and a gap is claimed", () =>
    run(async (panel) => {
      await tabTo(panel, /^Claim the gap/);
      expect(await focusName(panel)).toBe("Claim the gap 10:15 AM to 10:50 AM, 35 minutes");
      await keys(panel, "ArrowDown");
      expect(await focusName(panel)).toBe("ACME-1234, agent, 10:20 AM to 10:41 AM, 21 minutes");
      await keys(panel, "Home");
      expect(await focusName(panel)).toBe("ACME-1234, observed, 9:05 AM to 9:50 AM, 45 minutes, draft");
      await keys(panel, "ArrowRight");
      expect(await focusName(panel)).toBe("Commit a1b2c3d4e5, Stream the lines instead of loading them, 9:40 AM");
      await keys(panel, "ArrowRight");
      expect(await focusName(panel)).toBe(
        "ACME-1234, bridged, outside the editor, 9:50 AM to 9:54 AM, 4 minutes, draft",
      );
      await keys(panel, "ArrowDown", "End");
      expect(await focusName(panel)).toBe("#5127, declared, 4:05 PM to 4:20 PM, 15 minutes, in conflict");
      await keys(panel, "Enter");
      await tabTo(panel, /^Keep declared time$/);
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toEqual({ kind: "resolve", id: "d2", keep: "declared" });
      const stops: number = await panel.page.evaluate(`document.querySelectorAll(".lanes [tabindex='0']").length`);
      expect(stops).toBe(1);
      await panel.page.locator("#gap-" + String(at("10:15"))).focus();
      await keys(panel, "Enter");
      await panel.page.keyboard.type("Meeting");
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toEqual({
        kind: "declare",
        time: { start: at("10:15"), end: at("10:50") },
        to: { caseId: "a" },
        reason: "Meeting",
      });
    }));

  it("an interval that has the focus is struck with one key", () =>
    run(async (panel) => {
      await panel.page.locator("#a2").focus();
      expect(await focusName(panel)).toMatch(/^ACME-1234, bridged, outside the editor/);
      await keys(panel, "x");
      expect(panel.edits).toEqual([{ kind: "strike", start: at("9:50"), end: at("9:54:30") }]);
    }));

  it("declared time is changed in the dialog it was declared in", () =>
    run(async (panel) => {
      await tabTo(panel, /^Details of ACME-1234/);
      await keys(panel, "Enter");
      await tabTo(panel, /^Change declared time/);
      await keys(panel, "Enter");
      await panel.page.locator("[data-field=from]").fill("15:40");
      await panel.page.locator("[data-field=reason]").fill("Call with Mr Ortega");
      await keys(panel, "Enter");
      expect(panel.edits).toEqual([
        {
          kind: "changeDeclared",
          id: "d1",
          time: { start: at("15:40"), end: at("16:00") },
          to: { caseId: "a" },
          reason: "Call with Mr Ortega",
        },
      ]);
    }));

  it("a description is edited, saved and dropped, and the focus stays", () =>
    run(async (panel) => {
      await tabTo(panel, /^Description: Stream the lines/);
      await keys(panel, "Enter", "Control+A");
      await panel.page.keyboard.type("One");
      await keys(panel, "Shift+Enter");
      await panel.page.keyboard.type("Two");
      await keys(panel, "Enter");
      await panel.settled();
      expect(panel.edits).toEqual([{ kind: "describe", row: "r1", description: "One\nTwo" }]);
      await expect.poll(() => focusName(panel)).toMatch(/^Description: Stream/); // once the answer has come
      await keys(panel, "Enter");
      await panel.page.keyboard.type("gone");
      await keys(panel, "Escape");
      expect(panel.edits.length).toBe(1);
      expect(await focusName(panel)).toMatch(/^Description: Stream/);
    }));

  it("the activity is chosen, details are unfolded, the menu is walked", () =>
    run(async (panel) => {
      await tabTo(panel, /^Details of ACME-1234/);
      await keys(panel, "Enter");
      expect(await panel.page.locator("#details-r1").isVisible()).toBe(true);
      await tabTo(panel, /^Actions of ACME-1234, 9:05/);
      await keys(panel, "Enter", "ArrowDown", "ArrowDown", "ArrowUp", "End", "Home", "ArrowDown");
      expect(await focusName(panel)).toBe("Edit description");
      await keys(panel, "Escape");
      expect(await focusName(panel)).toMatch(/^Actions of ACME-1234/);
      await panel.page.locator("#row-r1 select").focus();
      await panel.page.keyboard.type("Support");
      expect(panel.edits.at(-1)).toEqual({ kind: "activity", row: "r1", activityId: "sup" });
    }));

  it("time is written down by amount and by percentage, with a reason", () =>
    run(async (panel) => {
      await panel.page.locator("#menu-r1").focus();
      await keys(panel, "Enter");
      await panel.page.getByRole("menuitem", { name: "Write down" }).focus();
      await keys(panel, "Enter");
      await panel.page.keyboard.type("2h");
      await keys(panel, "Enter");
      expect(await panel.page.locator("dialog .fault").textContent()).toContain("more than was worked");
      await keys(panel, "Control+A");
      await panel.page.keyboard.type("15m");
      expect(await panel.page.locator(".remains").textContent()).toContain("1:25:00 of 1:40:00");
      await keys(panel, "Enter");
      expect(await panel.page.locator("dialog .fault").textContent()).toContain("Enter a reason");
      await keys(panel, "Tab");
      await panel.page.keyboard.type("Learning");
      await keys(panel, "Enter");
      await panel.settled();
      expect(panel.edits.at(-1)).toEqual({
        kind: "writeDown",
        row: "r1",
        amount: { seconds: 900 },
        reason: "Learning",
      });
      expect(await focusName(panel)).toMatch(/^Actions of ACME-1234/);
      await keys(panel, "Enter");
      await panel.page.getByRole("menuitem", { name: "Write down" }).focus();
      await keys(panel, "Enter", "Shift+Tab", "ArrowRight", "Tab");
      await panel.page.keyboard.type("12.5");
      await keys(panel, "Tab");
      await panel.page.keyboard.type("Courtesy");
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toMatchObject({ amount: { percent: 12.5 }, reason: "Courtesy" });
    }));

  it("what is typed with % is written down as a percentage, though an amount is asked for", () =>
    run(async (panel) => {
      await panel.page.locator("#menu-r1").click();
      await panel.page.getByRole("menuitem", { name: "Write down" }).click();
      await panel.page.keyboard.type("120%");
      await keys(panel, "Enter");
      expect(await panel.page.locator("dialog .fault").textContent()).toContain("Enter how much");
      await keys(panel, "Control+A");
      await panel.page.keyboard.type("20%");
      expect(await panel.page.locator(".remains").textContent()).toContain("1:20:00 of 1:40:00");
      await keys(panel, "Tab");
      await panel.page.keyboard.type("Courtesy");
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toMatchObject({ amount: { percent: 20 }, reason: "Courtesy" });
    }));

  it("an entry is split, moved, corrected, withdrawn; its history is read", () =>
    run(async (panel) => {
      const choose = async (row: string, item: string): Promise<void> => {
        await panel.page.locator(`#menu-${row}`).focus();
        await keys(panel, "Enter");
        await panel.page.getByRole("menuitem", { name: item }).focus();
        await keys(panel, "Enter");
      };
      await choose("r1", "Split");
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toEqual({ kind: "split", row: "r1", at: at("12:53") });
      await panel.settled();
      await choose("r1", "Move");
      await panel.page.keyboard.type("Other");
      await keys(panel, "Tab", "Tab", "Enter");
      expect(panel.edits.at(-1)).toEqual({ kind: "move", row: "r1", to: "ask" });
      await panel.settled();
      await choose("r5", "Correct");
      await keys(panel, "Tab");
      await panel.page.locator("[data-field=reason]").focus();
      await panel.page.keyboard.type("Wrong amount");
      await panel.page.locator("[data-field=writtenDown]").focus();
      await panel.page.keyboard.type("5m");
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toEqual({
        kind: "correct",
        row: "r5",
        reason: "Wrong amount",
        writtenDownSeconds: 300,
      });
      await panel.settled();
      await choose("r2", "Withdraw");
      expect(panel.last).toMatchObject({ type: "withdraw", rows: ["r2"] });
      await choose("r2", "History");
      await panel.settled();
      expect(await panel.page.locator("#dialog").textContent()).toContain("This entry has not been changed.");
      await keys(panel, "Escape");
      expect(await panel.page.locator("#dialog").isVisible()).toBe(false);
    }));

  it("entries are selected, merged and approved together", () =>
    run(async (panel) => {
      await panel.page.locator("#row-r1 input").focus();
      await keys(panel, "Space");
      await panel.page.locator("#row-r4 input").focus();
      await keys(panel, "Space");
      expect(await panel.page.getByRole("button", { name: "Merge" }).getAttribute("aria-disabled")).toBe("true");
      await keys(panel, "Space");
      await panel.page.locator("#row-r6 input").focus();
      await keys(panel, "Space");
      await panel.page.getByRole("button", { name: "Merge" }).focus();
      await keys(panel, "Enter");
      expect(panel.edits.at(-1)).toEqual({ kind: "merge", rows: ["r1", "r6"] });
      await panel.settled();
      expect(await panel.page.locator("[id^=row-] input:checked").count()).toBe(0);
      await panel.page.locator("#row-r1 input").focus();
      await keys(panel, "Space");
      await panel.page.locator("#approve").focus();
      await keys(panel, "Enter");
      expect(panel.last).toMatchObject({ type: "approve", rows: ["r1"] });
    }));

  it("undo and redo are the panel's, but a text's own while one is edited; VS Code sees neither", () =>
    run(async (panel) => {
      const forwarded = (): Promise<string[]> => panel.page.evaluate("window.forwarded");
      await keys(panel, "Control+z");
      expect(panel.last).toMatchObject({ type: "undo", revision: 7, step: "act-1" });
      const before = panel.sent.length;
      await keys(panel, "Control+y");
      expect(panel.sent.length).toBe(before);
      await panel.say({ type: "model", model: dayModel({ revision: 8, redo: { id: "act-2", label: "Split" } }) });
      await keys(panel, "Control+Shift+z");
      expect(panel.last).toMatchObject({ type: "redo", revision: 8 });
      await keys(panel, "Control+y");
      expect(panel.last).toMatchObject({ type: "redo" });
      expect((await forwarded()).filter((key) => /^[zy]$/i.test(key))).toEqual([]);
      await panel.page.locator("#describe-r6").click();
      const count = panel.sent.length;
      await panel.page.keyboard.type("more");
      await keys(panel, "Control+z");
      expect(panel.sent.length).toBe(count);
    }));

  it("what VS Code binds is left to VS Code", () =>
    run(async (panel) => {
      await panel.page.locator("#cursor").focus();
      const left = ["Control+Shift+P", "F1", "Control+S", "Alt+ArrowLeft", "Control+PageDown", "Control+B"];
      await keys(panel, ...left);
      const forwarded: string[] = await panel.page.evaluate("window.forwarded");
      expect(forwarded).toEqual(expect.arrayContaining(["P", "F1", "S", "ArrowLeft", "PageDown", "B"]));
      await panel.page.evaluate("window.forwarded.length = 0");
      await keys(panel, "ArrowLeft", "s", "Home");
      expect(await panel.page.evaluate("window.forwarded")).toEqual([]);
    }));

  it("what was done is told", () =>
    run(async (panel) => {
      await keys(panel, "Control+z");
      await panel.settled();
      expect(await panel.page.locator("[role=status].spoken").first().textContent()).toBe("done undo");
    }));
});
