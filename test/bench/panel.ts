/**
 * `npm run bench -- panel`: both panels beside an empty page of the same run: opening, heap, a frame of a drag. Run it
 * after `npm run build`. It prints and never fails because of a figure.
 */
import type { CDPSession, Page } from "playwright-core";
import { fullDay, fullWeek } from "../webview/fixtures.ts";
import { fullReport, reportModel } from "../webview/reportFixtures.ts";
import { type Harness, type Panel, startHarness } from "../webview/harness.ts";
import { median, quantile } from "./statistics.ts";

const OPENINGS = 15;
const FRAMES = 240;

interface Opening {
  readonly painted: number;
  readonly heapKb: number;
}

async function main(): Promise<void> {
  const harness = await startHarness();
  try {
    const models = { "40 cases in a day": fullDay(), "300 entries in a week": fullWeek() };
    console.log(
      `\nOpening (${OPENINGS} times, from navigation to the frame with everything in it, model sent by message; median, worst) and heap`,
    );
    tell("empty page", await openings(() => harness.openEmpty()));
    for (const [name, model] of Object.entries(models)) {
      tell(name, await openings(async () => (await harness.open({ model })).page));
    }
    for (const [name, model] of Object.entries({
      "report: a month": reportModel(),
      "report: 60 cases": fullReport(),
    })) {
      tell(name, await openings(async () => (await harness.openReport({ model })).page));
    }
    console.log(
      `\nFrames of a drag (${FRAMES} moves of the pointer; time between frames: median, p99, worst; script per frame)`,
    );
    tellFrames("empty page", await dragFrames(await harness.openEmpty()));
    for (const [name, model] of Object.entries(models)) {
      tellFrames(name, await dragFrames((await opened(harness, model)).page));
    }
  } finally {
    await harness.close();
  }
}

function opened(harness: Harness, model: ReturnType<typeof fullDay> | ReturnType<typeof fullWeek>): Promise<Panel> {
  return harness.open({ model });
}

async function openings(open: () => Promise<Page>): Promise<readonly Opening[]> {
  const found: Opening[] = [];
  for (let i = 0; i < OPENINGS; i++) {
    const page = await open();
    const painted = await page.evaluate<number>("window.drawnAt");
    found.push({ painted, heapKb: await heap(page) });
    await page.context().close();
  }
  return found;
}

/** After a forced collection, in kilobytes. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1000;
}

interface Frames {
  readonly between: readonly number[];
  readonly script: number;
}

async function dragFrames(page: Page): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await page.evaluate(
    `window.frames_ = []; (function next(at) { window.frames_.push(at); requestAnimationFrame(next); })(performance.now())`,
  );
  const track = page.locator(".ruler .track");
  const box = (await track.count()) > 0 ? await track.boundingBox() : { x: 300, y: 300, width: 700, height: 20 };
  if (box === null) throw new Error("no timeline");
  const before = await metric(session);
  await page.mouse.move(box.x + 20, box.y + 40);
  await page.mouse.down();
  for (let i = 0; i < FRAMES; i++) await page.mouse.move(box.x + 20 + ((box.width - 40) * i) / FRAMES, box.y + 40);
  await page.mouse.up();
  const after = await metric(session);
  const at = await page.evaluate<number[]>("window.frames_");
  const between = at.slice(1).map((each, i) => each - (at[i] ?? each));
  return { between, script: ((after - before) * 1000) / FRAMES };
}

async function metric(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`.padStart(10);

function tell(name: string, list: readonly Opening[]): void {
  const painted = list.map((each) => each.painted);
  const kb = median(list.map(({ heapKb }) => heapKb));
  console.log(
    `  ${name.padEnd(24)} ${ms(median(painted))} ${ms(Math.max(...painted))} ${`${kb.toFixed(0)} kB`.padStart(10)}`,
  );
}

function tellFrames(name: string, { between, script }: Frames): void {
  console.log(
    `  ${name.padEnd(24)} ${ms(median(between))} ${ms(quantile(between, 0.99))} ${ms(Math.max(...between))} ${ms(script)} of work a move`,
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
