/**
 * `npm run bench -- panelInHost`: from the command to the drawn page in a real VS Code: the timesheet's day and week and the report's
 * month, beside an empty webview panel of the same window, in turns. It prints and never fails because of a figure.
 *
 *   node test/bench/panelInHost.ts [--rounds 9]
 */
import { parseArgs } from "node:util";
import type { FrameLocator } from "playwright-core";
import { parseZone } from "../../src/base/time.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { DaySeed, type Stretch } from "../host/lib/seedDay.ts";
import { buildVsix } from "../host/lib/vsix.ts";
import { median } from "./statistics.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" } } });
const ROUNDS = Number(values.rounds);
const KEYS = ["ACME-1234", "#5127", "RT#880", "FSB-77"];
const DAYS = 28;

/** Eight hours on four cases in turns of half an hour. */
const DAY: readonly Stretch[] = Array.from({ length: 16 }, (_, index) => {
  const clock = (half: number): string =>
    `${String(9 + Math.floor(half / 2)).padStart(2, "0")}:${half % 2 === 0 ? "00" : "30"}`;
  return { key: KEYS[index % KEYS.length] ?? "", from: clock(index), to: clock(index + 1) };
});

interface Way {
  readonly name: string;
  readonly open: () => Promise<unknown>;
  /** A selector that is there when the page is drawn. */
  readonly drawn: string;
}

async function main(): Promise<void> {
  process.env["CASECLOCK_VSIX"] = await buildVsix((message) => {
    console.error(`[bench] ${message}`);
  });
  const zone = parseZone("Europe/Berlin");
  if (zone === undefined) throw new Error("no such zone");
  const scene = await openScene("bench-panel-host", undefined, { settings: { "caseclock.timeZone": zone } });
  try {
    const day = await fill(scene, zone);
    const ways = waysOf(scene, day);
    const took = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const way of round % 2 === 0 ? ways : [...ways].reverse()) {
        const ms = await measure(scene, way);
        // The first of each loads code and folds days: it is told apart.
        if (round === 0) console.error(`[bench] ${way.name}, first time: ${ms.toFixed(0)} ms`);
        else took.get(way.name)?.push(ms);
      }
    }
    const base = median(took.get(ways[0]?.name ?? "") ?? []);
    console.log(`\nFrom the command to the drawn page (${ROUNDS} times each, ${DAYS} days of 8 hours in the ledger)`);
    for (const [name, list] of took) {
      const most = Math.max(...list).toFixed(0);
      console.log(
        `  ${name.padEnd(22)} median ${median(list).toFixed(0)} ms, most ${most} ms, ${(median(list) / base).toFixed(2)} × empty`,
      );
    }
  } finally {
    await scene.close();
  }
}

async function fill({ storage, endpoint }: Scene, zone: NonNullable<ReturnType<typeof parseZone>>): Promise<string> {
  let last = "";
  for (let ago = DAYS; ago >= 1; ago -= 1) {
    const seed = await DaySeed.open(storage, endpoint, zone, ago);
    await seed.append(DAY);
    last = seed.day;
  }
  return last;
}

function waysOf({ door }: Scene, date: string): readonly Way[] {
  return [
    {
      name: "an empty panel",
      open: () =>
        door.evaluate((api) => {
          const panel = api.window.createWebviewPanel("bench.empty", "Empty", api.ViewColumn.Active);
          panel.webview.html = `<!doctype html><h1 id="empty">Empty</h1>`;
        }, null),
      drawn: "#empty",
    },
    {
      name: "the timesheet's day",
      open: () => door.command("caseclock.openTimesheet", [{ date }]),
      drawn: ".lanes .item",
    },
    { name: "the report's month", open: () => door.command("caseclock.openReport", [{ date }]), drawn: "#headline" },
  ];
}

async function measure({ bench, door }: Scene, { open, drawn }: Way): Promise<number> {
  const frame: FrameLocator = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  const before = performance.now();
  await open();
  await frame.locator(drawn).first().waitFor();
  const ms = performance.now() - before;
  await door.command("workbench.action.closeActiveEditor");
  await bench.page.locator("iframe.webview.ready").waitFor({ state: "detached" });
  return ms;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
