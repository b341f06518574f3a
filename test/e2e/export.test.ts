import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { parseZone } from "../../src/base/time.ts";
import { readSealed } from "../../src/ui/export/presentStatement.ts";
import type { Door } from "../host/lib/door.ts";
import { temporaryFolder } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed } from "../host/lib/seedDay.ts";
import type { Workbench } from "../host/lib/workbench.ts";

const ZONE = parseZone("Europe/Berlin");

describe("exports by dialog, from outside", function () {
  this.timeout(240_000);
  const work = temporaryFolder("e2e-export-files");
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
  let day: string;

  const run = async <T>(command: string, argument: object = {}): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  /** Exports from the palette, and gives what was proposed and written. */
  const exported = async (
    format: string,
    name: string,
    between?: () => Promise<void>,
  ): Promise<{ readonly proposed: string; readonly text: string }> => {
    const file = path.join(work.path, name);
    await bench.clearToasts();
    await bench.runCommand("Caseclock: Export Worklog");
    await bench.pick(format);
    await between?.();
    const proposed = await bench.saveAs(file);
    assert.equal(await bench.waitForToast("The export was saved"), `The export was saved as ${file}.`);
    return { proposed, text: fs.readFileSync(file, "utf8") };
  };
  const pickAcme = (): Promise<void> => bench.pick("ACME-1234");

  before(async () => {
    assert.ok(ZONE);
    fs.mkdirSync(path.join(work.path, "earlier"));
    scene = await openScene("e2e-export", undefined, { settings: { "caseclock.timeZone": ZONE } });
    ({ door, bench } = scene);
    const seed = await DaySeed.open(scene.storage, scene.endpoint, ZONE);
    await seed.append([
      { key: "ACME-1234", from: "09:00", to: "10:40" },
      { key: "#5127", from: "11:00", to: "11:30" },
    ]);
    ({ day } = seed);
    await run("approve", { date: day });
  });
  after(async () => {
    await scene.close();
    work.remove();
  });

  it("gives the customer a statement, as a page and as Markdown, which is verified from the dialog", async () => {
    const page = await exported("Statement as a web page", "statement.html", pickAcme);
    assert.equal(path.basename(page.proposed), `statement-ACME-1234-${day}.html`);
    assert.equal(readSealed(page.text)?.statement.totals.billedSeconds, 6000);
    assert.match(page.text, /Issued on \d{4}-\d\d-\d\d by [^<]/);
    const markdown = await exported("Statement as Markdown", "statement.md", pickAcme);
    assert.equal(path.dirname(markdown.proposed), work.path, "the last folder is proposed again");
    assert.equal(readSealed(markdown.text)?.statement.totals.billedSeconds, 6000);
    assert.ok(await bench.answerToast("Open"));
    await bench.page.getByRole("tab", { name: "statement.md" }).first().waitFor();
    await bench.screenshot("opened");
    await bench.clearToasts();
    await bench.runCommand("Caseclock: Verify Statement");
    await bench.chooseFile(path.join(work.path, "statement.html"));
    await bench.waitForToast("The statement is unchanged, and the ledger agrees with it.");
  });

  it("writes the worklog in each form", async () => {
    const csv = await exported("CSV", "worklog.csv");
    assert.equal(csv.text.trim().split("\r\n").length, 3, "a head and two entries");
    const json = await exported("JSON", "worklog.json");
    assert.equal((JSON.parse(json.text) as { readonly entries: readonly unknown[] }).entries.length, 2);
    assert.match((await exported("Timeclock", "worklog.timeclock")).text, /^i .*09:00:00/m);
    assert.match((await exported("iCalendar", "worklog.ics")).text, /^BEGIN:VCALENDAR\r\n/);
    const everything = JSON.parse((await exported("Everything", "all.json")).text) as { readonly events: unknown[] };
    assert.ok(everything.events.length > 100);
  });

  it("asks before it writes over a file, and writes nothing where the dialog is put aside", async () => {
    const file = path.join(work.path, "worklog.csv");
    fs.writeFileSync(file, "mine");
    const over = async (): Promise<void> => {
      await bench.clearToasts();
      await bench.runCommand("Caseclock: Export Worklog");
      await bench.pick("CSV");
      await bench.saveAs(file, "exists");
      await bench.screenshot("over");
    };
    await over();
    await bench.page.keyboard.press("Escape"); // the question: the dialog is there again
    await bench.page.keyboard.press("Escape");
    await bench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    assert.equal(fs.readFileSync(file, "utf8"), "mine");
    await over();
    await bench.page.keyboard.press("Enter");
    await bench.waitForToast("The export was saved");
    assert.notEqual(fs.readFileSync(file, "utf8"), "mine");
  });
});
