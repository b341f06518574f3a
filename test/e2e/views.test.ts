import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import type { Workbench } from "../host/lib/workbench.ts";

interface TodayLine {
  readonly key?: string;
  readonly observedSeconds: number;
}

const ITEM = "caseclock.caseclock.case";

describe("the side bar, from outside", function () {
  this.timeout(180_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const view = (name: string): Locator =>
    bench.page.locator(".pane").filter({ has: bench.page.locator(`[aria-label^="${name} Section"]`) });
  const row = (name: string, says: string | RegExp): Locator =>
    view(name).locator(".monaco-list-row").filter({ hasText: says }).first();
  const spoken = async (of: Locator): Promise<string> => (await of.getAttribute("aria-label")) ?? "";
  const picked = (key: string): Promise<true> =>
    until(`${key} to be picked`, async () =>
      (await spoken(bench.statusBarItem(ITEM).locator("a").first())).includes(`case ${key},`) ? true : undefined,
    );
  const badge = (): Locator => bench.page.locator('.activitybar [aria-label^="Caseclock"]').first();
  const seconds = async (key: string | undefined): Promise<number> =>
    (await run<TodayLine[]>("today")).find((line) => line.key === key)?.observedSeconds ?? 0;

  before(async () => {
    scene = await openScene("e2e-views");
    ({ door, bench } = scene);
    await door.command("workbench.view.extension.caseclock");
  });
  after(() => scene.close());

  it("says what to do while there is nothing yet", async () => {
    // A window that comes slowly gets the focus more than once, and so some seconds.
    const today = new Date().toISOString().slice(0, 10);
    await run("deleteData", { from: today, to: today });
    await bench.page.getByText("Nothing captured yet today").waitFor();
    await bench.page.getByText("Nothing is waiting for you").waitFor();
    await row("Cases", "Acme Logistics").waitFor();
  });

  it("shows today by case, and time without one waits with a number on the icon", async () => {
    await bench.openFile("README.md");
    await bench.type("work without a case ", 200);
    await run("pickCase", { key: "ACME-1234" });
    await bench.type("work on the import job ", 200);
    await run("today");
    await row("Today", "ACME-1234").waitFor({ timeout: 90_000 });
    assert.match(await spoken(row("Today", "ACME-1234")), /^ACME-1234, \d+ minutes?: \d+ s observed, 0 s bridged/);
    await row("Waiting", /\d\d:\d\d to \d\d:\d\d/).waitFor();
    await until("a badge", async () => (/needs? your attention/.test(await spoken(badge())) ? true : undefined));
  });

  it("pins, picks and opens cases by keyboard and inline actions", async () => {
    await row("Cases", "Fernhill Savings Bank").click();
    const own = row("Cases", "FSB-77");
    await own.hover();
    await own.locator('[aria-label="Pin Case"]').click();
    await row("Cases", "Pinned").waitFor();
    await own.click(); // in the section of pinned ones now, where there is room to see it
    await picked("FSB-77");
    await bench.page.keyboard.press("ArrowUp");
    await bench.page.keyboard.press("ArrowUp");
    await bench.page.keyboard.press("Enter");
    await picked("ACME-1234");
    assert.equal(await own.locator('[aria-label="Unpin Case"]').count(), 1);
    await run("unpinCase", { key: "FSB-77" });
    await row("Cases", "Pinned").waitFor({ state: "detached" });
  });

  it("moves a stretch that is dragged onto a case", async () => {
    const before = await seconds("ACME-1234");
    const without = await seconds(undefined);
    assert.ok(without > 0);
    await row("Today", "No case").locator(".monaco-tl-twistie").click();
    const stretch = row("Today", /\d\d:\d\d to \d\d:\d\d/);
    await stretch.dragTo(row("Today", "ACME-1234"));
    await until("the time on the case", async () =>
      (await seconds("ACME-1234")) >= before + without ? true : undefined,
    );
    await until("nothing waiting", async () =>
      (await view("Waiting").locator(".monaco-list-row").count()) === 0 ? true : undefined,
    );
  });

  it("asks before a link picks a case, and does nothing when the answer is no", async () => {
    await run("pickCase", { key: "ACME-1234" });
    // As the browser does it: VS Code makes an address whose page hands the link over to the window.
    const open = async (query: string): Promise<void> => {
      const address = await door.evaluate(async (vscode, text) => {
        const link = vscode.Uri.parse(`${vscode.env.uriScheme}://caseclock.caseclock/${text}`);
        return (await vscode.env.asExternalUri(link)).toString(true);
      }, query);
      const page = await scene.host.context.newPage();
      await page.goto(address);
      await page.close();
      // VS Code may have a question of its own first.
      const asks = bench.page.getByText("A link asks you to work on ACME-1251");
      const itsOwn = bench.page.locator(".monaco-dialog-box").getByRole("button", { name: "Open", exact: true });
      await asks.or(itsOwn).first().waitFor();
      if (await itsOwn.isVisible()) await itsOwn.click();
      await asks.waitFor();
    };
    await open("pick?case=ACME-1251");
    await bench.page.keyboard.press("Escape");
    await picked("ACME-1234");
    await open("pick?case=ACME-1251");
    assert.ok(await bench.answerModal("Pick Case"));
    await picked("ACME-1251");
  });
});
