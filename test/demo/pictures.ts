/**
 * `npm run pictures`: takes the pictures of the README and the docs anew, in a real VS Code on a month of sample work.
 * Those of Redmine are not among them. Look at each picture before you commit it.
 */
import fs from "node:fs";
import path from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { parseZone, type ZoneId } from "../../src/base/time.ts";
import type { Door } from "../host/lib/door.ts";
import { ROOT } from "../host/lib/paths.ts";
import { until } from "../host/lib/processes.ts";
import { git } from "../host/lib/repository.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed, type SeededCommit, type Stretch } from "../host/lib/seedDay.ts";
import { buildVsix } from "../host/lib/vsix.ts";
import { THEMES, type Workbench } from "../host/lib/workbench.ts";
import { makeSampleRepository, SAMPLE_FILE } from "./sampleRepository.ts";

const IMAGES = path.join(ROOT, "docs/images");
const CASE_ITEM = "caseclock.caseclock.case";
/** Local hour of the day at which the pictures are taken, so that today has work already. */
const HOUR = 16;

const YESTERDAY: readonly Stretch[] = [
  { key: "ACME-1234", from: "08:02", to: "09:40" },
  { key: "#5127", from: "09:40", to: "10:05", every: 120 },
  { key: "FSB-77", from: "10:40", to: "11:55" },
  { key: "ACME-1234", from: "13:00", to: "13:40", every: 150 },
  { key: "#5127", from: "13:40", to: "14:15" },
  { key: "FSB-77", from: "14:15", to: "14:50" },
  { key: "ACME-1240", from: "15:30", to: "16:40" },
];
const YESTERDAYS_COMMITS: readonly SeededCommit[] = [
  { at: "09:15", subject: "fix: read large files in chunks" },
  { at: "11:50", subject: "fix: round interest after the last addition" },
  { at: "14:10", subject: "fix: appointments in the hour after the clock change" },
  { at: "16:30", subject: "feat: the label printer waits for its acknowledgement" },
];
const TODAY: readonly Stretch[] = [
  { key: "FSB-77", from: "08:30", to: "10:10" },
  { key: "#5127", from: "10:20", to: "11:05", every: 120 },
  { key: "ACME-1234", from: "13:05", to: "14:37" },
];
const TODAYS_COMMITS: readonly SeededCommit[] = [
  { at: "09:58", subject: "test: statements of three years, to the cent" },
  { at: "14:20", subject: "feat: import jobs resume where they stopped" },
];

/** What was worked on a weekday of the month; it differs from day to day. */
function weekday(index: number): readonly Stretch[] {
  const minutes = (of: number): string => String(of % 60).padStart(2, "0");
  return [
    ...(index % 2 === 0
      ? [{ key: "ACME-1234", from: "08:00", to: `08:${minutes(20 + (index % 8) * 4)}`, every: 55 }]
      : []),
    ...(index % 3 === 0 ? [] : [{ key: "#5127", from: "10:15", to: `11:${minutes(index * 11)}`, every: 55 }]),
    ...(index % 4 === 1 ? [] : [{ key: "FSB-77", from: "13:00", to: `14:${minutes(index * 13)}`, every: 55 }]),
    ...(index % 5 === 2 ? [{ key: "ACME-1240", from: "16:00", to: "17:20", every: 55 }] : []),
  ];
}

/** The zone in which it is `HOUR` o'clock now. */
function zoneOfHour(now: Date): ZoneId {
  const ahead = ((HOUR - now.getUTCHours() + 36) % 24) - 12;
  const zone = parseZone(ahead === 0 ? "UTC" : `Etc/GMT${ahead > 0 ? "-" : "+"}${String(Math.abs(ahead))}`);
  if (zone === undefined) throw new Error("no such zone");
  return zone;
}

/** A window in which the pictures are taken. */
class Photographer {
  readonly bench: Workbench;
  readonly door: Door;
  readonly panel: FrameLocator;

  constructor({ bench, door }: Scene) {
    this.bench = bench;
    this.door = door;
    this.panel = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  run(command: string, argument: object = {}): Promise<unknown> {
    return this.door.command(`caseclock.${command}`, [argument]);
  }

  set(key: string, value: unknown): Promise<void> {
    return this.door.evaluate(
      (vscode, [name, to]) => vscode.workspace.getConfiguration().update(name as string, to, true),
      [key, value],
    );
  }

  /** Waits until the status bar item says `text` to a screen reader. */
  says(text: RegExp, timeoutMs = 30_000): Promise<true> {
    const link = this.bench.statusBarItem(CASE_ITEM).locator("a").first();
    return until(
      `the status bar to say ${String(text)}`,
      async () => (text.test((await link.getAttribute("aria-label")) ?? "") ? (true as const) : undefined),
      timeoutMs,
    );
  }

  async take(name: string, of?: Locator): Promise<void> {
    const file = path.join(IMAGES, `${name}.png`);
    const options = { path: file, animations: "disabled", caret: "hide" } as const;
    await (of === undefined ? this.bench.page.screenshot(options) : of.screenshot(options));
    console.error(`[pictures] ${path.relative(ROOT, file)}`);
  }
}

async function seedMonth({ storage, endpoint }: Scene, zone: ZoneId, camera: Photographer): Promise<DaySeed> {
  for (let ago = 60; ago >= 2; ago -= 1) {
    const seed = await DaySeed.open(storage, endpoint, zone, ago);
    const isWeekend = [0, 6].includes(new Date(`${seed.day}T00:00Z`).getUTCDay());
    if (isWeekend) continue;
    await seed.append(weekday(ago));
    await camera.run("approve", { date: seed.day });
  }
  await camera.bench.runCommand("Caseclock: Sync Time Entries");
  await camera.bench.quickPickRows();
  await camera.bench.accept();
  await camera.bench.waitForToast(/arrived/);
  const yesterday = await DaySeed.open(storage, endpoint, zone, 1);
  await yesterday.append(YESTERDAY, YESTERDAYS_COMMITS);
  await (await DaySeed.open(storage, endpoint, zone, 0)).append(TODAY, TODAYS_COMMITS);
  return yesterday;
}

/** The case is picked, the question is asked, a commit from the terminal carries the case, and its entry is about to be sent. */
async function work(camera: Photographer): Promise<void> {
  const { bench, door } = camera;
  await bench.clearToasts();
  await camera.run("pickCase", { key: "ACME-1234" });
  await bench.waitForToast("Add the case to each commit message");
  await bench.openFile(SAMPLE_FILE);
  await camera.says(/case ACME-1234/);
  await camera.take("tagging-question");
  await bench.answerToast("Tag Here");
  await bench.openFile(SAMPLE_FILE);
  await bench.type("# The carrier needs up to two minutes for files of more than 50 MB.\n", 60);
  await bench.save();
  await bench.openTerminal();
  await bench.typeInTerminal("git commit -qam 'Say how long the carrier takes'");
  await bench.typeInTerminal("git log -1 --format=%B");
  await bench.page.locator(".xterm-rows").getByText("Case-Id: ACME-1234").first().waitFor();
  await bench.clearToasts();
  await bench.runCommand("Caseclock: Sync Time Entries");
  await bench.quickPickRow("Say how long the carrier takes");
  await camera.take("sync-preview");
  await bench.page.keyboard.press("Escape");
  await door.command("workbench.action.closePanel");
}

/** The branch points at another case than the one that is picked. */
async function contradict(camera: Photographer, repository: string): Promise<void> {
  const { bench, door } = camera;
  await git(repository, ["switch", "-qc", "fix/ACME-1240-skipped-labels"]);
  await camera.run("pinCase", { key: "FSB-77" });
  await camera.says(/points at ACME-1240/);
  await door.command("workbench.view.extension.caseclock");
  await bench.page
    .getByRole("treeitem", { name: /ACME-1234/ })
    .first()
    .waitFor();
  await bench.clearToasts();
  await bench.statusBarItem(CASE_ITEM).hover();
  await bench.page.getByText("Keep ACME-1234").waitFor();
  await camera.take("wrong-case");
  await bench.page.mouse.move(700, 300);
  await bench.page.getByText("Keep ACME-1234").waitFor({ state: "hidden" });
  await bench.clickStatusBarItem(CASE_ITEM);
  await bench.quickPickRow("ACME-1240");
  await camera.take("case-picker");
  await bench.page.keyboard.press("Escape");
  await bench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  await bench.useTheme(door, "dark");
  await camera.take("side-bar");
  await bench.useTheme(door, "light");
}

/** Every state of the status bar in every theme, as one picture. */
async function showStatusBar(camera: Photographer, repository: string): Promise<void> {
  const { bench, door } = camera;
  const rows: (readonly [string, readonly string[]])[] = [];
  const item = bench.statusBarItem(CASE_ITEM);
  const row = async (label: string): Promise<void> => {
    const shots: string[] = [];
    for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
      await bench.useTheme(door, theme);
      const box = await item.boundingBox();
      if (box === null) throw new Error("no item in the status bar");
      const clip = { x: box.x - 6, y: box.y, width: 240, height: box.height };
      shots.push((await bench.page.screenshot({ clip, animations: "disabled" })).toString("base64"));
    }
    rows.push([label, shots]);
  };
  await git(repository, ["switch", "-q", "main"]);
  await door.command("workbench.action.closeAllEditors");
  await door.command("workbench.action.focusActiveEditorGroup");
  await bench.page.mouse.move(700, 300);
  await camera.run("clearCase");
  await camera.says(/no case is picked/);
  await row("No case: time is kept, not billed");
  await camera.run("pickCase", { key: "ACME-1234" });
  await camera.says(/case ACME-1234/);
  await row("A case, and its time today");
  await camera.run("pause");
  await camera.says(/[Pp]aused/);
  await row("Paused");
  await camera.run("resume");
  await camera.run("startTimer", { key: "FSB-77", reason: "Call with the bank" });
  await camera.says(/timer/);
  await row("A timer runs");
  await camera.run("stopTimer", { discard: true });
  await git(repository, ["switch", "-q", "fix/ACME-1240-skipped-labels"]);
  await camera.says(/points at ACME-1240/);
  await row("The branch points at another case");
  await camera.set("caseclock.statusBar.show", "short");
  await until("the short form", async () => ((await item.innerText()).includes("ACME") ? undefined : true));
  await row("The same, short");
  await camera.set("caseclock.statusBar.show", undefined);
  await git(repository, ["switch", "-q", "main"]);
  await camera.set("caseclock.capture.idleTimeoutMinutes", 1);
  await camera.says(/idle/i, 120_000);
  await row("Idle");
  await camera.set("caseclock.capture.idleTimeoutMinutes", undefined);
  await bench.useTheme(door, "light");
  const cells = rows.map(
    ([label, shots]) =>
      `<tr><th>${label}</th>${shots.map((shot) => `<td><img src="data:image/png;base64,${shot}"></td>`).join("")}</tr>`,
  );
  const sheet = await bench.page.context().newPage();
  await sheet.setContent(
    `<style>body{margin:0;background:#fff}table{font:13px sans-serif;color:#3b3b3b;border-spacing:4px;padding:8px}` +
      `th{font-weight:normal;text-align:left;padding-right:12px}img{display:block;outline:1px solid #d0d0d0}</style>` +
      `<table>${cells.join("")}</table>`,
  );
  await camera.take("status-bar", sheet.locator("table"));
  await sheet.close();
}

/** The day before is reviewed, then looked at with its week, and its month. */
async function review(camera: Photographer, seed: DaySeed): Promise<void> {
  const { day } = seed;
  const at = (clock: string): string => new Date(seed.at(clock)).toISOString();
  const { bench, door, panel } = camera;
  await door.command("workbench.action.closeSidebar");
  await camera.run("logTime", {
    key: "ACME-1234",
    start: at("10:05"),
    end: at("10:40"),
    reason: "Call with the depot",
  });
  await camera.run("logTime", { key: "#5127", date: day, seconds: 1_200, reason: "Call about the insurer" });
  await camera.run("openTimesheet", { date: day });
  await panel.getByRole("heading", { name: "Timeline" }).waitFor();
  await bench.clearToasts();
  await camera.take("timesheet-day");
  await panel.getByRole("button", { name: "Week", exact: true }).click();
  await panel
    .getByText(/to approve/)
    .first()
    .waitFor();
  await camera.take("timesheet-week");
  await bench.page.setViewportSize({ width: 1160, height: 1240 });
  await door.command("workbench.action.closeAllEditors");
  await camera.run("openReport", { date: day });
  await panel.locator("#content[aria-busy=false]").waitFor();
  await panel.locator("#headline").waitFor();
  await bench.clearToasts();
  await camera.take("report-month", bench.page.locator(".editor-group-container .editor-container").first());
}

async function main(): Promise<void> {
  const zone = zoneOfHour(new Date());
  process.env["CASECLOCK_VSIX"] = await buildVsix((message) => {
    console.error(`[pictures] ${message}`);
  });
  let repository = "";
  const scene = await openScene(
    "pictures",
    async (folder) => {
      repository = path.join(folder, "parcel-importer");
      fs.mkdirSync(repository);
      await makeSampleRepository(repository, new Date());
      return { folder: repository };
    },
    {
      settings: {
        "caseclock.timeZone": zone,
        "caseclock.commits.tagging": "ask",
        "window.title": "${activeEditorShort}${separator}${rootName}",
        "editor.minimap.enabled": false,
        "terminal.integrated.defaultProfile.linux": "plain",
        "terminal.integrated.profiles.linux": { plain: { path: "bash", args: ["--norc"], env: { PS1: "\\W $ " } } },
      },
    },
  );
  try {
    const camera = new Photographer(scene);
    const yesterday = await seedMonth(scene, zone, camera);
    await work(camera);
    await contradict(camera, repository);
    await showStatusBar(camera, repository);
    await review(camera, yesterday);
  } catch (error) {
    console.error(await scene.bench.screenshot("failed"), await scene.bench.says());
    throw error;
  } finally {
    await scene.close();
  }
}

await main();
