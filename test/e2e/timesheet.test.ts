import assert from "node:assert/strict";
import type { FrameLocator, Locator } from "playwright-core";
import { parseZone } from "../../src/base/time.ts";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import {
  assertAgreement,
  CALL_REASON,
  CLAIM_REASON,
  COMMITS,
  DAY,
  previewOf,
  WRITE_DOWN_REASON,
} from "../host/lib/reviewedDay.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed } from "../host/lib/seedDay.ts";
import { THEMES, type Workbench } from "../host/lib/workbench.ts";

const ZONE = parseZone("Europe/Berlin");

describe("the timesheet, from outside", function () {
  this.timeout(300_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
  let seed: DaySeed;
  let sheet: FrameLocator;

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const row = (name: string | RegExp): Locator =>
    sheet.getByRole("group", { name }).filter({ has: sheet.locator(".when") });
  const dialog = (): Locator => sheet.getByRole("dialog");
  const choose = async (of: Locator, action: string): Promise<void> => {
    await of.getByRole("button", { name: /^Actions of/ }).click();
    await sheet.getByRole("menuitem", { name: action }).click();
  };
  const takeCase = async (key: string): Promise<void> => {
    const select = dialog().locator("select[data-field=target]");
    const option = select.locator("option").filter({ hasText: new RegExp(`^${key}\\s`) });
    await option.waitFor({ state: "attached" });
    await select.selectOption((await option.getAttribute("value")) ?? "");
  };
  const must = <T>(value: T | undefined): T => {
    assert.ok(value !== undefined);
    return value;
  };

  before(async () => {
    assert.ok(ZONE);
    scene = await openScene("e2e-timesheet", undefined, {
      settings: { "caseclock.timeZone": ZONE },
    });
    ({ door, bench } = scene);
    seed = await DaySeed.open(scene.storage, scene.endpoint, ZONE);
    await seed.append(DAY, COMMITS);
    sheet = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  });
  after(() => scene.close());

  it("opens on the week, and shows a day in each theme", async () => {
    await bench.runCommand("Caseclock: Open Timesheet");
    await sheet.getByText("4 to approve").waitFor();
    await bench.screenshot("week");
    await run("openTimesheet", { date: seed.day });
    await sheet.getByRole("heading", { name: "Timeline" }).waitFor();
    assert.equal(await sheet.getByRole("button", { name: /^Claim the gap / }).count(), 3);
    await sheet.getByRole("button", { name: /^ACME-1234, observed, .*8:02.* to .*8:50/ }).waitFor();
    for (const name of Object.keys(THEMES).reverse() as (keyof typeof THEMES)[]) {
      await bench.useTheme(door, name);
      await bench.screenshot(`day-${name}`);
    }
  });

  it("splits one, merges two, moves one, writes one down, claims a gap and declares a call, by mouse", async () => {
    await choose(row(/^ACME-1234/), "Split…");
    await dialog().getByLabel("Split at").fill("09:30:00");
    await dialog().getByRole("button", { name: "Split" }).click();
    await until("two entries", async () => ((await row(/^ACME-1234/).count()) === 2 ? true : undefined));
    await choose(row(/^ACME-1234, .*9:30/).last(), "Split…");
    await dialog().getByLabel("Split at").fill("11:00:00");
    await dialog().getByRole("button", { name: "Split" }).click();
    await until("three entries", async () => ((await row(/^ACME-1234/).count()) === 3 ? true : undefined));

    for (const one of await row(/^ACME-1234/).all()) {
      if (!must((await one.getAttribute("aria-label")) ?? undefined).includes("8:02"))
        await one.getByRole("checkbox").check();
    }
    await sheet.getByRole("button", { name: /^Merge/ }).click();
    await until("two entries again", async () => ((await row(/^ACME-1234/).count()) === 2 ? true : undefined));

    await choose(row(/^RT#880/), "Move to another case…");
    await takeCase("FSB-77");
    await dialog().getByRole("button", { name: "Move" }).click();
    await row(/^RT#880/).waitFor({ state: "detached" });
    await row(/^FSB-77, .*worked 2 hours 25 minutes/).waitFor();

    await choose(row(/^FSB-77/), "Write down…");
    await dialog()
      .getByLabel(/^Duration/)
      .fill("25m");
    await dialog().getByText("2:00:00 of 2:25:00 will be billed").waitFor();
    await dialog()
      .getByLabel(/^Reason/)
      .fill(WRITE_DOWN_REASON);
    await bench.screenshot("write-down");
    await dialog().getByRole("button", { name: "Write down" }).click();
    await dialog().waitFor({ state: "hidden" });

    await sheet.getByRole("button", { name: /^Claim the gap 10:05.* to 10:40/ }).click();
    await takeCase("ACME-1234");
    await dialog()
      .getByLabel(/^Reason/)
      .fill(CLAIM_REASON);
    await dialog().getByRole("button", { name: "Log", exact: true }).click();
    await dialog().waitFor({ state: "hidden" });

    await sheet.getByRole("button", { name: "Log time…" }).first().click();
    await dialog().getByText("duration only").click();
    await dialog()
      .getByLabel(/^Duration/)
      .fill("20m");
    await takeCase("#5127");
    await dialog()
      .getByLabel(/^Reason/)
      .fill(CALL_REASON);
    await dialog().getByRole("button", { name: "Log", exact: true }).click();
    await dialog().waitFor({ state: "hidden" });
    await row(/^#5127, .*worked 1 hour 25 minutes/).waitFor();
    await bench.screenshot("reviewed");
  });

  it("takes everything back and does it again", async () => {
    const before = await sheet.locator(".line .worked").allTextContents();
    const undo = sheet.locator("#undo");
    const redo = sheet.locator("#redo");
    const shown = async (): Promise<string> =>
      `${(await undo.getAttribute("aria-label")) ?? ""} ${(await redo.getAttribute("aria-label")) ?? ""}`;
    const press = async (button: Locator): Promise<void> => {
      const last = await shown();
      await button.click();
      await until("the next step", async () => ((await shown()) === last ? undefined : true));
    };
    for (let left = 7; left > 0; left -= 1) await press(undo);
    await until("four entries", async () => ((await sheet.locator(".line").count()) === 4 ? true : undefined));
    for (let left = 7; left > 0; left -= 1) await press(redo);
    await until("the day as it was", async () =>
      JSON.stringify(await sheet.locator(".line .worked").allTextContents()) === JSON.stringify(before)
        ? true
        : undefined,
    );
  });

  it("refuses what was typed on figures that had changed, shows what is true now, and keeps the text", async () => {
    // Until it is told otherwise a model reaches the page as something that it does not know, as if it had been busy.
    await sheet.locator("body").evaluate(`void (() => {
      const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
      window.held = true;
      Object.defineProperty(MessageEvent.prototype, "data", {
        get() {
          const data = get.call(this);
          if (!window.held || data?.type !== "model") return data;
          window.heldRow = data.model.rows.find(({ description }) => description.includes("From another window"))?.id;
          return { type: "held" };
        },
      });
    })()`);
    const one = row(/^FSB-77/);
    await one.getByRole("button", { name: /^Description:/ }).click();
    const text = one.getByRole("textbox");
    await text.fill("Sat with the warehouse and looked at the scanners");
    await run("logTime", { key: "#5127", date: seed.day, seconds: 60, reason: "From another window" });
    await until("the model with what was logged", () =>
      sheet.locator("body").evaluate<string | undefined, unknown>("window.heldRow"),
    );
    await sheet.locator("body").evaluate(`void (window.held = false)`);
    await text.press("Enter");
    await sheet.getByText("This has changed in the meantime").first().waitFor();
    assert.equal(await text.inputValue(), "Sat with the warehouse and looked at the scanners");
    await bench.screenshot("stale");
    await row(/^#5127, .*worked 1 hour 26 minutes/).waitFor();
    await text.press("Escape");
    await text.waitFor({ state: "detached" });
    assert.equal(await one.getByText("Sat with the warehouse").count(), 0);
    await sheet.locator("#undo").click();
    await row(/^#5127, .*worked 1 hour 25 minutes/).waitFor();
  });

  it("approves the day and sends it: ledger, preview, endpoint and statement agree to the second", async () => {
    const preview = await previewOf(scene, seed.day);
    await sheet.getByRole("button", { name: "Approve day…" }).click();
    await bench.quickPickRow("ACME-1234");
    await bench.accept();
    await until("four approved", async () =>
      (await sheet.getByText("approved", { exact: true }).count()) >= 4 ? true : undefined,
    );
    assert.deepEqual(scene.endpoint.entries(), []);
    await sheet.getByRole("button", { name: /^Sync/ }).click();
    await bench.quickPickRow("ACME-1234");
    await bench.accept();
    await until("four entries at the endpoint", () => (scene.endpoint.entries().length === 4 ? true : undefined));
    await assertAgreement(scene, seed.day, preview);
    await sheet.getByText("sent", { exact: true }).nth(3).waitFor();
    await bench.screenshot("pushed");
  });

  it("tells an entry's history", async () => {
    await choose(row(/^FSB-77/), "History");
    await dialog().getByText(WRITE_DOWN_REASON).waitFor();
    await dialog().getByText("Approved").first().waitFor();
    await bench.screenshot("history");
    await bench.page.keyboard.press("Escape");
    await dialog().waitFor({ state: "hidden" });
  });

  it("leads to a conflict, ticks nothing of it, and gives back what gave way once that is removed", async () => {
    const other = await DaySeed.open(scene.storage, scene.endpoint, must(ZONE), 2);
    await other.append([{ key: "ACME-1234", from: "09:00", to: "10:00" }]);
    await run("openTimesheet", { date: other.day });
    await row(/^ACME-1234, .*worked 1 hour,/).waitFor();
    await sheet.getByRole("button", { name: "Log time…" }).first().click();
    await dialog().getByLabel("From", { exact: true }).fill("09:15");
    await dialog().getByLabel("To", { exact: true }).fill("10:00");
    await takeCase("#5127");
    await dialog()
      .getByLabel(/^Reason/)
      .fill(CALL_REASON);
    await dialog().getByRole("button", { name: "Log", exact: true }).click();
    await sheet.locator("#notice").getByText("choose which of the two counts").waitFor();
    await bench.screenshot("conflict");

    await sheet.getByRole("button", { name: "Approve day…" }).click();
    await bench.quickPickRow("In conflict: first choose what counts");
    await bench.quickPickRow("ACME-1234");
    assert.deepEqual(
      { ticked: await bench.rowsTicked(true), unticked: await bench.rowsTicked(false) },
      { ticked: 0, unticked: 1 },
    );
    await bench.screenshot("conflict-unticked");
    await bench.page.keyboard.press("Escape");

    await sheet.getByRole("button", { name: "1 conflict" }).click();
    await sheet.getByRole("button", { name: "Keep declared time" }).click();
    await row(/^ACME-1234, .*worked 15 minutes,/).waitFor();
    await row(/^#5127, .*worked 45 minutes,/).waitFor();
    await sheet.getByRole("button", { name: "Remove declared time" }).click();
    await row(/^ACME-1234, .*worked 1 hour,/).waitFor();
    assert.equal(await row(/^#5127/).count(), 0);
  });
});
