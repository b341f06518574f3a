import assert from "node:assert/strict";
import type { Frame, FrameLocator, Locator } from "playwright-core";
import { parseZone } from "../../src/base/time.ts";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed } from "../host/lib/seedDay.ts";
import type { Workbench } from "../host/lib/workbench.ts";

const ZONE = parseZone("Europe/Berlin");
/** More stops than any day of the test has. */
const MOST_TABS = 120;

/** Run in the page, which has types of its own. */
const NAME_OF_FOCUS = `(() => {
  const one = document.activeElement;
  const label = one?.closest("label")?.querySelector("span")?.textContent ?? "";
  return [one?.getAttribute("aria-label") ?? "", label, one?.textContent ?? ""].join(" ").replaceAll(/\\s+/g, " ").trim();
})()`;

interface Sent {
  readonly caseKey: string;
  readonly billableSeconds: number;
  readonly writtenDownSeconds: number;
}

describe("the timesheet by keyboard alone, from outside", function () {
  this.timeout(300_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
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
    for (let stops = 0; stops < MOST_TABS; stops += 1) {
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
    const seed = await DaySeed.open(scene.storage, scene.endpoint, ZONE);
    await seed.append([
      { key: "ACME-1234", from: "08:00", to: "09:00" },
      { key: "#5127", from: "09:00", to: "09:30" },
      { key: "ACME-1234", from: "10:00", to: "11:00" },
      { key: "RT#880", from: "11:00", to: "11:30" },
    ]);
    sheet = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await door.command("caseclock.openTimesheet", [{ date: seed.day }]);
    await sheet.getByRole("heading", { name: "Time line" }).waitFor();
  });
  after(() => scene.close());

  it("an entry is split by the time cursor", async () => {
    await tabTo(/^Time cursor/);
    await press("Home");
    for (let steps = 0; steps < 60 && !((await cursor()) ?? "").includes("8:30"); steps += 1) {
      await press(steps === 0 ? "Control+ArrowRight" : "PageUp");
    }
    assert.match((await cursor()) ?? "", /8:30/);
    await press("s");
    await until("two entries", async () => ((await row(/^ACME-1234/).count()) === 2 ? true : undefined));
  });

  it("a gap is claimed, an entry moved, another written down", async () => {
    await tabTo(/^Claim 9:30/);
    await press("Enter");
    await dialog().waitFor();
    await tabTo(/^Case/);
    await type("ACME");
    await tabTo(/^Reason/);
    await type("Call with the warehouse");
    await press("Enter");
    await gone();
    await choose(/^Actions of RT#880/, "Move to another case…");
    await tabTo(/^Case/);
    await type("#5127");
    await press("Tab");
    await tabTo(/^Move$/);
    await press("Enter");
    await gone();
    await row(/^RT#880/).waitFor({ state: "detached" });
    await choose(/^Actions of #5127/, "Write down…");
    await tabTo(/^Amount/);
    await type("15m");
    await tabTo(/^Reason/);
    await type("Learning");
    await press("Enter");
    await gone();
    await bench.screenshot("keyboard");
  });

  it("the last step is taken back and done again", async () => {
    await press("Control+z");
    await until("nothing written down", async () =>
      (await sheet.getByText("Written down").count()) === 0 ? true : undefined,
    );
    await press("Control+y");
    await sheet.getByText("Written down").first().waitFor();
  });

  it("a reload of the window gives the day back, with what can be undone", async () => {
    // As a person does it: VS Code writes down what it shows before it goes.
    const loaded = bench.page.waitForEvent("load");
    await bench.runCommand("Developer: Reload Window");
    await loaded;
    await sheet.getByRole("heading", { name: "Time line" }).waitFor({ timeout: 60_000 });
    assert.equal(await row(/^ACME-1234/).count(), 2);
    assert.match((await sheet.locator("#undo").getAttribute("aria-label")) ?? "", /Write down 15 min 00 s/);
    await sheet.locator("body").click({ position: { x: 5, y: 5 } });
  });

  it("the day is approved and sent", async () => {
    await tabTo(/^Approve day/);
    await press("Enter");
    await bench.quickPickRow("#5127");
    await press("Enter");
    await until("all approved", async () => ((await sheet.locator(".tag.approved").count()) === 3 ? true : undefined));
    await tabTo(/^Sync/);
    await press("Enter");
    await bench.quickPickRow("#5127");
    await press("Enter");
    const sent = await until("three entries", () => {
      const list = scene.endpoint.entries() as unknown as readonly Sent[];
      return list.length === 3 ? list : undefined;
    });
    const sums = sent.map(({ caseKey, billableSeconds, writtenDownSeconds }) => [
      caseKey,
      billableSeconds / 60,
      writtenDownSeconds / 60,
    ]);
    assert.deepEqual(sums.sort(), [
      ["#5127", 45, 15],
      ["ACME-1234", 120, 0],
      ["ACME-1234", 30, 0],
    ]);
  });

  const cursor = (): Promise<string | null> => sheet.getByRole("slider").getAttribute("aria-valuetext");
});
