import assert from "node:assert/strict";
import type { FrameLocator, Locator } from "playwright-core";
import { parseZone } from "../../src/base/time.ts";
import { readSealed } from "../../src/ui/export/presentStatement.ts";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed } from "../host/lib/seedDay.ts";
import { THEMES, type Workbench } from "../host/lib/workbench.ts";

const ZONE = parseZone("Europe/Berlin");

interface Worklog {
  readonly entries: readonly {
    readonly state: string;
    readonly date: string;
    readonly caseKey: string;
    readonly observedSeconds: number;
    readonly bridgedSeconds: number;
    readonly declaredSeconds: number;
    readonly writtenDownSeconds: number;
    readonly billableSeconds: number;
    readonly billedSeconds: number;
  }[];
  readonly days: readonly {
    readonly date: string;
    readonly cases: readonly {
      readonly caseKey: string | null;
      readonly observedSeconds: number;
      readonly bridgedSeconds: number;
      readonly declaredSeconds: number;
    }[];
  }[];
}

describe("the report, from outside", function () {
  this.timeout(300_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
  let days: readonly DaySeed[];
  let sheet: FrameLocator;

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const must = <T>(value: T | null | undefined): T => {
    assert.ok(value !== undefined && value !== null);
    return value;
  };
  const sum = <T>(list: readonly T[], figure: (one: T) => number): number =>
    list.reduce((total, one) => total + figure(one), 0);
  const workedOf = (one: { observedSeconds: number; bridgedSeconds: number; declaredSeconds: number }): number =>
    one.observedSeconds + one.bridgedSeconds + one.declaredSeconds;
  const range = () => ({ from: must(days.at(-1)).day, to: must(days[0]).day });
  const secondsOf = async (of: Locator): Promise<number> => Number(must(await of.getAttribute("data-seconds")));
  const figure = (id: string): Promise<number> => secondsOf(sheet.locator(`#figure-${id}`));
  const rows = (): Locator => sheet.locator(".totals-table tbody tr");
  const row = (text: string): Locator => rows().filter({ hasText: text });
  const cell = (of: Locator, column: string): Promise<number> => secondsOf(of.locator(`[data-column="${column}"]`));
  const settled = (): Promise<void> => sheet.locator("#content[aria-busy=false]").waitFor();
  const columnSum = async (column: string): Promise<number> => {
    const cells = await sheet.locator(`.totals-table tbody [data-column="${column}"]`).all();
    return sum(await Promise.all(cells.map(secondsOf)), (one) => one);
  };

  before(async () => {
    assert.ok(ZONE);
    const zone = ZONE;
    scene = await openScene("e2e-report", undefined, { settings: { "caseclock.timeZone": zone } });
    ({ door, bench } = scene);
    const made: DaySeed[] = [];
    for (const ago of [1, 2, 3, 8, 9, 16]) made.push(await DaySeed.open(scene.storage, scene.endpoint, zone, ago));
    days = made;
    for (const [index, seed] of days.entries()) {
      await seed.append([
        { key: "ACME-1234", from: "08:02", to: index % 2 === 0 ? "09:47" : "10:20" },
        { key: "#5127", from: "10:30", to: "11:11" },
        ...(index === 2 ? [] : [{ key: "RT#880", from: "13:00:10", to: `14:1${index}:05` }]),
        { key: "FSB-77", from: "15:00", to: `16:0${index}:33`, every: 120 },
      ]);
    }
    sheet = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  });
  after(() => scene.close());

  it("opens on today's month from the palette, and where a day asks for it", async () => {
    await bench.runCommand("Caseclock: Open Report");
    await sheet.locator("#headline, .empty").first().waitFor();
    await run("openReport", { date: "2019-05-07" });
    await sheet.getByRole("heading", { name: "May 2019" }).waitFor();
    await sheet.getByText("No time in this period").waitFor();
    await assert.rejects(run("openReport", { date: "7 May" }), /date must be YYYY-MM-DD/);
    await bench.clearToasts();
    await run("openReport", { date: must(days[0]).day });
    await sheet.locator("#headline").waitFor();
  });

  it("has the figures of the ledger and of the statement, to the second, in each grouping", async () => {
    const [last, before] = [must(days[0]).day, must(days[1]).day];
    await run("approve", { date: last });
    await run("approve", { date: before });
    await sheet.locator("#period-custom").click();
    await sheet.getByLabel("From", { exact: true }).fill(range().from);
    await sheet.getByLabel("To", { exact: true }).fill(range().to);
    await sheet.getByRole("button", { name: "Show", exact: true }).click();
    await sheet.getByText("#5127").first().waitFor();
    const { entries, days: captured } = JSON.parse(
      await run<string>("export", { format: "json", ...range() }),
    ) as Worklog;
    const approved = entries.filter(({ state }) => state !== "draft");
    assert.equal(approved.length, 8);
    await until("approved figures", async () =>
      (await figure("approved")) === sum(approved, workedOf) ? true : undefined,
    );
    assert.equal(
      await figure("worked"),
      sum(
        captured.flatMap(({ cases }) => cases),
        workedOf,
      ),
    );
    assert.equal(await figure("worked"), sum(entries, workedOf));
    assert.equal(
      await figure("billable"),
      sum(entries, (one) => one.billableSeconds),
    );
    assert.equal(
      await figure("billed"),
      sum(approved, (one) => one.billedSeconds),
    );
    assert.equal(await figure("open"), sum(entries, workedOf) - sum(approved, workedOf));
    for (const key of ["ACME-1234", "#5127", "RT#880", "FSB-77"]) {
      const of = row(key);
      const html = await run<string>("export", { format: "statement.html", key, ...range() });
      const { totals } = must(readSealed(html)).statement;
      assert.equal(await cell(of, "billed"), totals.billedSeconds, key);
      assert.equal(await cell(of, "approved"), totals.workedSeconds, key);
      const ofCase = entries.filter(({ caseKey }) => caseKey === key);
      assert.equal(await cell(of, "worked"), sum(ofCase, workedOf), key);
    }
    for (const by of ["Customer", "Day", "Week", "Case"]) {
      await sheet.getByRole("radio", { name: by, exact: true }).click();
      await sheet.locator("#sort-name").getByText(by).waitFor();
      assert.equal(await columnSum("worked"), sum(entries, workedOf), by);
      assert.equal(
        await columnSum("billed"),
        sum(approved, (one) => one.billedSeconds),
        by,
      );
    }
  });

  it("says how the hours of contracts stand", async () => {
    await sheet.getByRole("heading", { name: "Contract hours" }).waitFor();
    const acme = sheet.locator(".burn-down").filter({ hasText: "ACME-1234" });
    assert.match(await acme.innerText(), /of 40:00 left\./);
    assert.match((await acme.locator("[role=img]").getAttribute("aria-label")) ?? "", /^Line chart of ACME-1234: /);
    const spent = sheet.locator(".burn-down").filter({ hasText: "RT#880" });
    assert.match(await spent.innerText(), /used beyond the 20:00 bought/);
  });

  it("can be read in each theme", async () => {
    for (const name of Object.keys(THEMES).reverse() as (keyof typeof THEMES)[]) {
      await bench.useTheme(door, name);
      await bench.screenshot(`range-${name}`);
      await sheet.locator("#hours-title").scrollIntoViewIfNeeded();
      await bench.screenshot(`range-${name}-below`);
      await sheet.locator("#title").scrollIntoViewIfNeeded();
    }
  });

  it("opens a day in the timesheet, and a statement from its row", async () => {
    await row("ACME-1234").getByRole("button", { name: "Statement of ACME-1234" }).click();
    await bench.quickPickRow("Web page");
    await bench.page.keyboard.press("Escape");
    await sheet.getByRole("radio", { name: "Day", exact: true }).click();
    await sheet.locator("#sort-name").getByText("Day").waitFor();
    await rows().first().getByRole("button").click();
    await sheet.getByRole("heading", { name: "Timeline" }).waitFor();
    await run("openReport");
    await sheet.locator("#headline").waitFor();
    assert.equal(await rows().count(), days.length);
    // The timesheet stands behind on another day, which its page remembers.
    await rows().nth(1).getByRole("button").click();
    await sheet.getByRole("heading", { name: "Timeline" }).waitFor();
    await bench.page.getByRole("tab", { name: `Timesheet ${must(days.at(-2)).day}` }).waitFor();
    await run("openReport");
    await sheet.locator("#headline").waitFor();
  });

  it("goes by keyboard alone, and a reload of the window gives it back", async () => {
    await settled();
    await sheet.locator("#previous").focus();
    const press = (key: string): Promise<void> => bench.page.keyboard.press(key);
    const focused = (): Promise<string> =>
      sheet
        .locator("body")
        .evaluate<string, unknown>("document.activeElement.id || document.activeElement.textContent");
    const tabTo = async (id: string): Promise<void> => {
      for (let tabs = 0; tabs < 60; tabs += 1) {
        if ((await focused()) === id) return;
        await press("Tab");
      }
      assert.fail(`no ${id} by Tab`);
    };
    await tabTo("period-week");
    await press("Enter");
    await sheet.locator("#period-week[aria-pressed=true]").waitFor();
    await settled();
    await tabTo("sort-worked");
    await press("Enter");
    await sheet.locator("th[aria-sort=descending] #sort-worked").waitFor();
    const title = await sheet.locator("#title").innerText();
    const loaded = bench.page.waitForEvent("load");
    await bench.runCommand("Developer: Reload Window");
    await loaded;
    await sheet.getByRole("heading", { name: title }).waitFor({ timeout: 60_000 });
    await sheet.locator("th[aria-sort=descending] #sort-worked").waitFor();
    assert.equal(await sheet.locator("#period-week").getAttribute("aria-pressed"), "true");
  });
});
