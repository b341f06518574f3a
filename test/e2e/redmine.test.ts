import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import type { Door } from "../host/lib/door.ts";
import { startHost, type Host } from "../host/lib/host.ts";
import { missing, OPTIONAL } from "../host/lib/optional.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { git, smallRepository } from "../host/lib/repository.ts";
import { Workbench } from "../host/lib/workbench.ts";
import { startRedmine, type RunningSystem } from "../systems/systems.ts";
import type { RedmineSeed } from "../systems/seed.ts";

const STATUS_BAR_ITEM = "caseclock.caseclock.case";
const CALL_SECONDS = 25 * 60;

interface Verified {
  readonly pushed: number;
  readonly receipted: number;
  readonly lostSeconds: number;
  readonly overlapSeconds: number;
  readonly driftSeconds: number;
}
interface TimeEntries {
  readonly total_count: number;
  readonly time_entries: readonly {
    readonly id: number;
    readonly hours: number;
    readonly comments: string;
    readonly issue: { readonly id: number };
    readonly activity: { readonly name: string };
    readonly user: { readonly name: string };
    readonly custom_fields: readonly { readonly id: number; readonly value: string | null }[];
  }[];
}

/** The whole job as an engineer does it, by mouse and keyboard, against a Redmine as it comes from Debian. */
describe("the main job with a real Redmine", function () {
  this.timeout(240_000);
  /** What was opened, to be closed in the other order. */
  const ends: (() => unknown)[] = [];
  let redmine: RunningSystem<RedmineSeed>;
  let host: Host;
  let bench: Workbench;
  let door: Door;
  let folder: string;

  before(async function () {
    const reason = missing(OPTIONAL.redmine);
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    const work = temporaryFolder("e2e-redmine");
    ends.push(() => {
      work.remove();
    });
    redmine = await startRedmine();
    ends.push(() => redmine.stop());
    folder = path.join(work.path, "sample");
    await smallRepository(folder);
    host = await startHost({
      vsix: [process.env["CASECLOCK_VSIX"] ?? "caseclock.vsix"],
      companions: [await bundleTestCompanion()],
    });
    ends.push(() => host.close());
    const page = await host.open({ folder });
    door = await host.door(folder);
    bench = new Workbench(page, path.join(process.env["CASECLOCK_TEST_SHOTS"] ?? work.path, "shots", "e2e-redmine"));
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await bench.screenshot("failed");
  });

  const ask = async <T>(address: string): Promise<T> => {
    const answer = await fetch(`${redmine.baseUrl}${address}`, { headers: { "X-Redmine-API-Key": redmine.token } });
    assert.equal(answer.status, 200, address);
    return (await answer.json()) as T;
  };
  /** Waits for the box with this title: the one before it may still be there. */
  const titled = async (title: string): Promise<void> => {
    await bench.page.locator(".quick-input-widget:visible").filter({ hasText: title }).waitFor();
    await bench.quickInput();
  };
  const entriesOf = (issue: number): Promise<TimeEntries> =>
    ask(`/time_entries.json?user_id=me&issue_id=${String(issue)}&limit=100`);
  const anIssue = (): RedmineSeed["cases"][number] => {
    const found = redmine.seed.cases.find((one) => one.access === "log" && !one.closed && one.subject.includes("VPN"));
    assert.ok(found);
    return found;
  };

  it("connects by the form: address, key, activity", async () => {
    await bench.runCommand("Caseclock: Connect Billing");
    await bench.quickPickRow("Redmine");
    await bench.screenshot("which-system");
    await bench.pick("Redmine", "Time entries on issues");
    for (const [step, answer] of [redmine.baseUrl, redmine.token].entries()) {
      await titled(`Connect Redmine (${String(step + 1)}/2)`);
      await bench.page.keyboard.type(answer);
      await bench.page.keyboard.press("Enter");
    }
    await bench.quickPickRow("Remote support");
    await bench.screenshot("which-activity");
    await bench.pick("Remote support");
    const said = await bench.waitForToast(/Connected to/);
    assert.match(said, /whole minutes/);
    assert.match(said, /External ID/);
    await bench.screenshot("connected");
    await bench.clearToasts();
  });

  it("takes an issue from the status bar, works, commits and logs a call", async () => {
    const { id, subject } = anIssue();
    await bench.clickStatusBarItem(STATUS_BAR_ITEM);
    await bench.quickPickRow(subject);
    await bench.screenshot("issues");
    await bench.pick(subject);
    await bench
      .statusBarItem(STATUS_BAR_ITEM)
      .filter({ hasText: `#${String(id)}` })
      .waitFor();
    assert.ok(await bench.answerToast("Tag Here"));
    await bench.openFile("README.md");
    await bench.type("The tunnel is renewed every night at three. ", 90);
    await bench.save();
    await bench.openTerminal(door);
    await bench.typeInTerminal("git commit -am 'Renew the tunnel before it drops'");
    await until("the commit", async () =>
      (await git(folder, ["log", "-1", "--format=%s"])) === "Renew the tunnel before it drops" ? true : undefined,
    );
    const trailer = await git(folder, ["log", "-1", "--format=%(trailers:key=Case-Id,valueonly)"]);
    assert.equal(trailer.trim(), `#${String(id)}`);
    await door.command("caseclock.logTime", [
      { key: `#${String(id)}`, seconds: CALL_SECONDS, reason: "Call with the site" },
    ]);
  });

  it("syncs what was looked at: whole minutes there, the rest carried", async () => {
    const { id } = anIssue();
    await bench.runCommand("Caseclock: Sync Time Entries");
    const rows = await bench.quickPickRows();
    assert.ok(
      rows.some((row) => row.includes(`#${String(id)}`)),
      rows.join("\n"),
    );
    await bench.tickAllRows();
    await bench.screenshot("preview");
    await bench.accept();
    assert.match(await bench.waitForToast(/time entr/i), /1 time entry arrived/);
    await bench.screenshot("synced");
    const there = await entriesOf(id);
    assert.equal(there.total_count, 1);
    const [entry] = there.time_entries;
    assert.ok(entry);
    const verified = (await door.command("caseclock.verify", [{}])) as Verified;
    assert.equal(Math.round(entry.hours * 60) * 60, verified.pushed);
    assert.equal(verified.receipted, verified.pushed);
    assert.ok(verified.pushed >= CALL_SECONDS && verified.pushed % 60 === 0);
    assert.ok(verified.driftSeconds < 60);
    assert.deepEqual(
      { lostSeconds: verified.lostSeconds, overlapSeconds: verified.overlapSeconds },
      { lostSeconds: 0, overlapSeconds: 0 },
    );
    assert.equal(entry.activity.name, "Remote support");
    assert.match(entry.comments, /Renew the tunnel before it drops/);
    assert.doesNotMatch(entry.comments, /\bcck[a-z2-7]{20}/); // the key has a field of its own
    const key = entry.custom_fields.find(({ id: field }) => field === redmine.seed.customFields.externalId)?.value;
    assert.match(key ?? "", /^[0-9a-f-]{36}$/);
  });

  it("sends nothing a second time, and both sides are alike", async () => {
    const { id } = anIssue();
    await bench.clearToasts();
    await bench.runCommand("Caseclock: Sync Time Entries");
    await bench.waitForToast(/nothing to sync/);
    assert.equal((await entriesOf(id)).total_count, 1);
    await bench.clearToasts();
    await bench.runCommand("Caseclock: Reconcile with Billing System");
    const page = bench.page.frameLocator("iframe.webview").frameLocator("iframe");
    await page.getByText("1 matching entry").waitFor();
    await bench.screenshot("reconciled");
  });

  it("corrects the entry: the record there changes, and stays one", async () => {
    const { id } = anIssue();
    await bench.runCommand("Caseclock: Correct Entry");
    await bench.pick(`#${String(id)}`);
    await bench.pick("Description");
    await bench.page.locator(".quick-input-widget:visible").filter({ hasText: "What the customer reads" }).waitFor();
    await bench.quickInput();
    await bench.page.keyboard.press("Control+A");
    await bench.page.keyboard.type("Tunnel renewed before it drops; call with the site");
    await bench.page.keyboard.press("Enter");
    await bench.page.locator(".quick-input-widget:visible").filter({ hasText: "Reason:" }).waitFor();
    await bench.quickInput();
    await bench.page.keyboard.type("Customer asked for plainer words");
    await bench.screenshot("correction-reason");
    await bench.page.keyboard.press("Enter");
    await bench.page.locator(".monaco-dialog-box").waitFor();
    await bench.screenshot("correction-approval");
    assert.ok(await bench.answerModal("Approve Correction"));
    await bench.waitForToast(/goes out with the next sync/);
    await bench.runCommand("Caseclock: Sync Time Entries");
    await bench.quickPickRows();
    await bench.accept();
    await bench.waitForToast(/1 time entry arrived/);
    const there = await entriesOf(id);
    assert.equal(there.total_count, 1);
    assert.equal(there.time_entries[0]?.comments, "Tunnel renewed before it drops; call with the site");
  });

  it("states to the customer what is billed, and the statement is verified", async () => {
    const key = `#${String(anIssue().id)}`;
    const file = path.join(folder, "statement.html");
    await door.command("caseclock.export", [{ format: "statement.html", key, path: file }]);
    assert.match(fs.readFileSync(file, "utf8"), /Tunnel renewed before it drops/);
    const verify = (): Promise<unknown> => door.command("caseclock.verifyStatement", [{ path: file }]);
    assert.deepEqual(await verify(), {
      intact: true,
      figures: "intact",
      text: "intact",
      current: true,
      differences: [],
    });
    const page = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, page.replace('"billedSeconds":1', '"billedSeconds":9'));
    assert.equal(((await verify()) as { readonly figures: string }).figures, "changed");
    fs.writeFileSync(file, page.replace("25 min 00 s", "55 min 00 s"));
    assert.equal(((await verify()) as { readonly text: string }).text, "changed");
    const text = (format: string): Promise<unknown> => door.command("caseclock.export", [{ format, key }]);
    assert.match(String(await text("timeclock")), /^i \d{4}-\d\d-\d\d .*#\d+/m);
    assert.match(String(await text("ics")), /BEGIN:VEVENT[\s\S]*END:VCALENDAR/);
    assert.match(String(await text("statement.md")), /\*\*Billed 25 min 00 s\*\*/);
  });

  it("finds an issue of somebody else by its number, which the list has not", async () => {
    const { assignedTo } = anIssue();
    const other = redmine.seed.cases.find(
      (one) => !one.closed && one.access !== "none" && one.assignedTo !== assignedTo,
    );
    assert.ok(other);
    await bench.clickStatusBarItem(STATUS_BAR_ITEM);
    await bench.quickPickRow("#");
    await bench.page.keyboard.type(String(other.id), { delay: 40 });
    await bench.page
      .locator(".quick-input-widget .monaco-list-row")
      .filter({ hasText: "Search the billing system" })
      .click();
    await bench.quickPickRow(`found for “${String(other.id)}”`);
    await bench.quickPickRow(other.subject.slice(0, 20));
    await bench.screenshot("found");
    await bench.page.keyboard.press("Escape");
  });

  it("is seen in Redmine's own page", async () => {
    const browser = bench.page.context().browser();
    assert.ok(browser);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    try {
      await page.goto(`${redmine.baseUrl}/login`);
      await page.fill("#username", redmine.seed.user);
      await page.fill("#password", redmine.seed.password);
      await Promise.all([page.waitForURL(/\/my\/page|\/$/), page.click("#login-submit")]);
      await page.goto(`${redmine.baseUrl}/time_entries?set_filter=1&f[]=user_id&op[user_id]==&v[user_id][]=me`);
      const row = page.locator("tr.time-entry").first();
      await row.waitFor();
      assert.match(await row.innerText(), /Tunnel renewed before it drops/);
      const file = await bench.screenshot("editor-beside");
      await page.screenshot({ path: path.join(path.dirname(file), "redmine-page.png") });
    } finally {
      await page.close();
    }
  });
});
