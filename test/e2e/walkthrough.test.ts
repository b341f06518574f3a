import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { THEMES, type Workbench } from "../host/lib/workbench.ts";

describe("the walkthrough, from outside", function () {
  this.timeout(240_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;

  const step = (title: string): Locator =>
    bench.page.locator(".getting-started-step").filter({ hasText: title }).first();
  const isDone = (title: string): Promise<true> =>
    until(`"${title}" to be done`, async () =>
      (await step(title).locator(".codicon-getting-started-step-checked").count()) > 0 ? true : undefined,
    );
  /** The picture beside a step, in the frames that VS Code shows it in. */
  const picture = (title: string): Locator =>
    bench.page
      .frameLocator("iframe.webview.ready")
      .frameLocator("#active-frame")
      .locator(`svg:has-text("${PICTURED[title] ?? ""}")`);
  const open = (): Promise<unknown> =>
    door.command("workbench.action.openWalkthrough", ["caseclock.caseclock#start", false]);

  before(async () => {
    scene = await openScene("e2e-walkthrough");
    ({ door, bench } = scene);
    // Where there is no room for it VS Code leaves the picture out.
    await bench.page.setViewportSize({ width: 1_600, height: 900 });
    await door.command("workbench.action.closeSidebar");
  });
  after(() => scene.close());

  it("is not there by itself", async () => {
    assert.equal(await bench.page.getByText("Get Started with Caseclock").count(), 0);
  });

  it("leads through five steps, each with a picture in the colors of the theme", async () => {
    await open();
    await step("Pick the case you work on").waitFor();
    for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
      await bench.useTheme(door, theme);
      for (const [index, title] of TITLES.entries()) {
        await step(title).click();
        await picture(title).waitFor();
        await bench.screenshot(`${theme}-${index + 1}`);
      }
    }
  });

  it("ticks a step once it is done", async () => {
    await door.command("caseclock.pickCase", [{ key: "ACME-1234" }]);
    await isDone("Pick the case you work on");
    await step("Tag your commits").click();
    await step("Tag your commits").getByRole("button", { name: "Show Commit Tagging" }).click();
    await open();
    await isDone("Tag your commits");
  });
});

/** A word of each step's picture. */
const PICTURED: Readonly<Record<string, string>> = {
  "Pick the case you work on": "Acme Logistics",
  "Work while the clock runs": "observed 58 min",
  "Tag your commits": "Case-Id",
  "Connect your billing system, or stay local": "Billing system",
  "Review and sync": "still running",
};
const TITLES = Object.keys(PICTURED);
