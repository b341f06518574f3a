import assert from "node:assert/strict";
import type { Frame, FrameLocator, Locator } from "playwright-core";
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
import type { Workbench } from "../host/lib/workbench.ts";

const ZONE = parseZone("Europe/Berlin");
/** More stops than any day of the test has. */
const MAX_TABS = 120;

/** Run in the page, which has types of its own. */
const NAME_OF_FOCUS = `(() => {
  const one = document.activeElement;
  const of = one?.closest("label");
  const label = (of?.querySelector("span") ?? of)?.textContent ?? "";
  return [one?.getAttribute("aria-label") ?? "", label, one?.textContent ?? ""].join(" ").replaceAll(/\\s+/g, " ").trim();
})()`;

describe("the timesheet by keyboard alone, from outside", function () {
  this.timeout(300_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
  let seed: DaySeed;
  let sheet: FrameLocator;

  const press = (key: string): Promise<void> => bench.page.keyboard.press(key);
  const type = (text: string): Promise<void> => bench.page.keyboard.type(text);
  const row = (name: string | RegExp): Locator =>
    sheet.getByRole("group", { name }).filter({ has: sheet.locator(".when") });
  const dialog = (): Locator => sheet.getByRole("dialog");
  const frame = async (): Promise<Frame> => {
    const found = await sheet.locator("body").elementHandle();
    const owner = await found.ownerFrame();
    assert.ok(owner);
    return owner;
  };
  /** What has the focus in the panel, as it is named. */
  const focused = async (): Promise<string> => (await frame()).evaluate<string>(NAME_OF_FOCUS);
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let stops = 0; stops < MAX_TABS; stops += 1) {
      if (name.test(await focused())) return;
      await press("Tab");
    }
    assert.fail(`no stop named ${String(name)}`);
  };
  const choose = async (of: RegExp, action: string): Promise<void> => {
    await tabTo(of);
    await press("Enter");
    await sheet.getByRole("menuitem", { name: action }).waitFor();
    for (let items = 0; items < 12 && (await focused()) !== action; items += 1) await press("ArrowDown");
    await press("Enter");
    await dialog().waitFor();
  };
  const gone = (): Promise<void> => dialog().waitFor({ state: "hidden" });

  before(async () => {
    assert.ok(ZONE);
    scene = await openScene("e2e-timesheet-keyboard", undefined, { settings: { "caseclock.timeZone": ZONE } });
    ({ door, bench } = scene);
    seed = await DaySeed.open(scene.storage, scene.endpoint, ZONE);
    await seed.append(DAY, COMMITS);
    sheet = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await door.command("caseclock.openTimesheet", [{ date: seed.day }]);
    await sheet.getByRole("heading", { name: "Timeline" }).waitFor();
  });
  after(() => scene.close());

  it("an entry is split by the time cursor, chosen from those that lie around it", async () => {
    for (const [minute, parts] of [
      [9 * 60 + 30, 2],
      [11 * 60, 3],
    ] as const) {
      await tabTo(/^Time cursor/);
      await cursorTo(minute);
      await press("s");
      await dialog().waitFor();
      await tabTo(/^Entry/);
      await type("ACME-1234");
      await tabTo(/^Split$/);
      await press("Enter");
      await gone();
      await until(`${parts} entries`, async () => ((await row(/^ACME-1234/).count()) === parts ? true : undefined));
    }
  });

  it("the second part is merged with the third", async () => {
    for (const part of [/^Select ACME-1234, .*9:30 AM to/, /^Select ACME-1234, .*11:[01]0 AM to 11:55/]) {
      await tabTo(part);
      await press("Space");
    }
    await tabTo(/^Merge$/);
    await press("Enter");
    await until("two entries", async () => ((await row(/^ACME-1234/).count()) === 2 ? true : undefined));
  });

  it("an entry is moved, another written down, a gap claimed, a call declared", async () => {
    await choose(/^Actions of RT#880/, "Move to another case…");
    await tabTo(/^Case/);
    await type("FSB-77");
    await tabTo(/^Move$/);
    await press("Enter");
    await gone();
    await row(/^RT#880/).waitFor({ state: "detached" });

    await choose(/^Actions of FSB-77/, "Write down…");
    await tabTo(/^Duration/);
    await type("25m");
    await tabTo(/^Reason/);
    await type(WRITE_DOWN_REASON);
    await press("Enter");
    await gone();

    await tabTo(/^Claim the gap /);
    await press("Enter");
    await dialog().waitFor();
    await tabTo(/^Case/);
    await type("ACME-1234");
    await tabTo(/^Reason/);
    await type(CLAIM_REASON);
    await press("Enter");
    await gone();

    await tabTo(/^Log time…$/);
    await press("Enter");
    await dialog().waitFor();
    await tabTo(/^at set times$/);
    await press("ArrowDown");
    await tabTo(/^Duration/);
    await type("20m");
    await tabTo(/^Case/);
    await type("#5127");
    await tabTo(/^Reason/);
    await type(CALL_REASON);
    await press("Enter");
    await gone();
    await row(/^#5127, .*worked 1 hour 25 minutes/).waitFor();
    await bench.screenshot("keyboard");
  });

  it("the last step is taken back and done again", async () => {
    await press("Control+z");
    await row(/^#5127, .*worked 1 hour 5 minutes/).waitFor();
    await press("Control+y");
    await row(/^#5127, .*worked 1 hour 25 minutes/).waitFor();
  });

  it("a reload of the window gives the day back, with what can be undone", async () => {
    // As a person does it: VS Code writes down what it shows before it goes.
    const loaded = bench.page.waitForEvent("load");
    await bench.runCommand("Developer: Reload Window");
    await loaded;
    await sheet.getByRole("heading", { name: "Timeline" }).waitFor({ timeout: 60_000 });
    assert.equal(await row(/^ACME-1234/).count(), 2);
    assert.match((await sheet.locator("#undo").getAttribute("aria-label")) ?? "", /Log 20 min 00 s on #5127/);
    await sheet.locator("body").click({ position: { x: 5, y: 5 } });
  });

  it("the day is approved and sent: ledger, preview, endpoint and statement agree to the second", async () => {
    // The reload brought another extension host.
    const there = { ...scene, door: await scene.host.door(scene.folder) };
    const preview = await previewOf(there, seed.day);
    await tabTo(/^Approve day/);
    await press("Enter");
    await bench.quickPickRow("#5127");
    await press("Enter");
    await until("all approved", async () => ((await sheet.locator(".tag.approved").count()) === 4 ? true : undefined));
    assert.deepEqual(scene.endpoint.entries(), []);
    await tabTo(/^Sync/);
    await press("Enter");
    await bench.quickPickRow("#5127");
    await press("Enter");
    await until("four entries", () => (scene.endpoint.entries().length === 4 ? true : undefined));
    await until("all pushed", async () => ((await sheet.locator(".tag.pushed").count()) === 4 ? true : undefined));
    await assertAgreement(there, seed.day, preview);
  });

  /** Minutes since midnight. */
  const cursor = async (): Promise<number> => Number(await sheet.getByRole("slider").getAttribute("aria-valuenow"));
  const cursorTo = async (minute: number): Promise<void> => {
    for (let away = minute - (await cursor()); away !== 0; away = minute - (await cursor())) {
      const isFar = Math.abs(away) >= 15;
      await press(away > 0 ? (isFar ? "PageUp" : "ArrowRight") : isFar ? "PageDown" : "ArrowLeft");
    }
  };
});
