import assert from "node:assert/strict";
import type { FrameLocator } from "playwright-core";
import { parseZone } from "../../src/base/time.ts";
import { ROOT } from "../host/lib/paths.ts";
import { until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed } from "../host/lib/seedDay.ts";
import type { Workbench } from "../host/lib/workbench.ts";
import { bundlePath, LANGUAGES, readBundle, type Bundle } from "../texts/bundles.ts";

const ZONE = parseZone("Europe/Berlin");

/** Texts of a page: what is seen, and what a screen reader says. */
const TEXTS = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!/^(SCRIPT|STYLE)$/.test(node.parentElement.tagName)) found.add(node.textContent.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
    for (const name of ["aria-label", "title", "placeholder"]) found.add((one.getAttribute(name) ?? "").trim());
  }
  return [...found].filter(Boolean);
})()`;

for (const language of LANGUAGES) {
  describe(`a window in ${language}`, function () {
    this.timeout(300_000);
    let scene: Scene;
    let bench: Workbench;
    let seed: DaySeed;
    let sheet: FrameLocator;
    const texts: Bundle = readBundle(bundlePath(ROOT, language));
    const say = (english: string): string => {
      const text = texts[english];
      assert.ok(text !== undefined && text !== "", english);
      return text;
    };
    const run = (command: string, argument: object = {}): Promise<unknown> =>
      scene.door.command(`caseclock.${command}`, [argument]);
    /** Texts that are shown as they are in English and are another text in the language. */
    const english = async (): Promise<readonly string[]> => {
      const shown = await sheet.locator("body").evaluate<string[], unknown>(TEXTS);
      assert.ok(shown.length > 20, "a page with texts");
      return shown.filter((text) => texts[text] !== undefined && texts[text] !== text);
    };

    before(async () => {
      assert.ok(ZONE);
      const settings = { "caseclock.timeZone": ZONE };
      scene = await openScene(`e2e-language-${language}`, undefined, { settings, language });
      ({ bench } = scene);
      seed = await DaySeed.open(scene.storage, scene.endpoint, ZONE);
      await seed.append(
        [
          { key: "ACME-1234", from: "08:02", to: "09:50" },
          { key: "#5127", from: "10:30", to: "11:20", every: 120 },
          { key: "FSB-77", from: "13:00", to: "13:40" },
        ],
        [{ at: "09:15", subject: "fix: appointments in the hour after the clock change" }],
      );
      sheet = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    });
    after(() => scene.close());

    it("has a status bar, lists and questions in it", async () => {
      const bar = bench.page.locator('[id="caseclock.caseclock.case"], [id^="caseclock.caseclock"]');
      await bar
        .filter({ hasText: say("No case") })
        .first()
        .waitFor();
      const picking = run("pickCase");
      const input = (await bench.quickInput()).locator("input:focus");
      assert.equal(await input.getAttribute("placeholder"), say("Type a key, a title or a customer"));
      const isLeft = new RegExp(say("{0} h left").replace("{0}", "[0-9:]+"));
      assert.ok((await bench.quickPickRows()).some((row) => isLeft.test(row)));
      await bench.screenshot("picker");
      await bench.page.keyboard.press("Escape");
      await picking;
    });

    it("has the timesheet and the report in it, with no English left", async () => {
      await run("openTimesheet", { date: seed.day });
      await sheet.getByRole("heading", { name: say("Timeline") }).waitFor();
      assert.deepEqual(await english(), []);
      await bench.screenshot("day");
      await sheet.getByRole("button", { name: say("Week"), exact: true }).click();
      await until("the week", async () => ((await sheet.locator("table").count()) > 0 ? true : undefined));
      assert.deepEqual(await english(), []);
      await bench.screenshot("week");
      await run("openReport", { date: seed.day });
      await sheet.locator("#headline").waitFor();
      assert.deepEqual(await english(), []);
      await bench.screenshot("report");
    });

    it("says what is wrong in it", async () => {
      await assert.rejects(run("openReport", { date: "7 May" }));
      await bench.page
        .locator(".notification-list-item-message")
        .filter({ hasText: say("The command was called with an argument it cannot use.") })
        .first()
        .waitFor();
    });

    it("states to the customer in it, and the figures are those of any language", async () => {
      await run("approve", { date: seed.day });
      const html = String(
        await run("export", { format: "statement.html", key: "ACME-1234", from: seed.day, to: seed.day }),
      );
      assert.match(html, new RegExp(`<html lang="${language}">`));
      assert.ok(html.includes(say("Billed")), html.slice(0, 2_000));
      assert.match(html, /"billedSeconds":\d+/);
    });
  });
}
