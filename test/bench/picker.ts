/**
 * `npm run bench -- picker`: the case picker with 5,000 cases, seen from the screen: from the call to the first rows, and from
 * a key to the list that it leaves. Beside it a bare quick pick of as many rows with the same texts and nothing else.
 *
 *   node test/bench/picker.ts [--cases N]
 */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import type * as vscode from "vscode";
import type { Door } from "../host/lib/door.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { openScene } from "../host/lib/scene.ts";
import { findVsix } from "../host/lib/vsix.ts";
import { median } from "./statistics.ts";

const { values } = parseArgs({ options: { cases: { type: "string", default: "5000" } } });
const COUNT = Number(values.cases);
const REPEATS = 15;
/** Typed key by key; each key is one measurement. */
const TYPED = "customer 17 nightly";

interface CaseText {
  readonly key: string;
  readonly title: string;
  readonly customer: string;
}

const TITLES = ["Import job times out", "Label printer skips", "Nightly export fails", "Login loops on the phone"];
const CASES: readonly CaseText[] = Array.from({ length: COUNT }, (_, i) => ({
  key: `PROJ-${String(i + 1)}`,
  title: `${TITLES[i % TITLES.length] ?? ""} in release ${String(i % 37)}`,
  customer: `Customer ${String(i % 50)}`,
}));

/** In the page: milliseconds from now until rows are on the screen. */
const UNTIL_ROWS = `new Promise((resolve) => {
  const started = performance.now();
  const look = () => {
    const rows = document.querySelectorAll(".quick-input-widget .monaco-list-row");
    const widget = document.querySelector(".quick-input-widget");
    if (rows.length > 3 && widget.style.display !== "none") resolve(performance.now() - started);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;

/** In the page: listens for the next key; the list is filtered before the second frame after it. */
const LISTEN = `void (globalThis.filtered = new Promise((resolve) => {
  const measure = () => {
    const started = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - started)));
  };
  window.addEventListener("keydown", measure, { capture: true, once: true });
}))`;

async function untilRows(page: Page, begin: () => Promise<unknown>): Promise<number> {
  const seen = page.evaluate<number>(UNTIL_ROWS);
  await begin();
  return seen;
}

async function keyLatencies(page: Page): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (const character of TYPED) {
    await page.evaluate(LISTEN);
    await page.keyboard.press(character === " " ? "Space" : character);
    latencies.push(await page.evaluate<number>("globalThis.filtered"));
  }
  return latencies;
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

const ms = (lengths: readonly number[]): string =>
  `median ${median(lengths).toFixed(0)} ms, most ${Math.max(...lengths).toFixed(0)} ms of ${String(lengths.length)}`;

async function measure(page: Page, show: () => Promise<unknown>): Promise<{ open: number[]; keys: number[] }> {
  const open: number[] = [];
  const keys: number[] = [];
  for (let turn = 0; turn < REPEATS; turn += 1) {
    open.push(await untilRows(page, show));
    if (turn % 5 === 0) keys.push(...(await keyLatencies(page)));
    await close(page);
  }
  return { open, keys };
}

/** Bytes in use in the extension host after a collection. */
function heap(door: Door): Promise<number> {
  return door.evaluate(() => {
    const v8 = process.getBuiltinModule("v8");
    const vm = process.getBuiltinModule("vm");
    v8.setFlagsFromString("--expose-gc");
    (vm.runInNewContext("gc") as () => void)();
    return process.memoryUsage().heapUsed;
  }, undefined);
}

async function main(): Promise<void> {
  process.env["CASECLOCK_VSIX"] = await findVsix(undefined, (message) => {
    console.error(`[bench] ${message}`);
  });
  const work = temporaryFolder("bench-picker");
  const scene = await openScene("bench-picker-scene");
  try {
    const { door, bench } = scene;
    const { page } = bench;
    const before = await heap(door);
    const file = path.join(work.path, "caseclock.cases.json");
    fs.writeFileSync(file, JSON.stringify({ cases: CASES }));
    await door.evaluate(
      (vscode, name) => vscode.workspace.getConfiguration("caseclock").update("cases.file", name, true),
      file,
    );
    await until("the cases", async () => {
      const picked = await door.command("caseclock.pickCase", [{ key: "PROJ-1" }]).catch(() => undefined);
      return picked === undefined ? undefined : true;
    });
    const after = await heap(door);
    // Not awaited inside: the command ends with the picker.
    const ours = await measure(page, () =>
      door.evaluate((vscode) => {
        void vscode.commands.executeCommand("caseclock.pickCase");
        return true;
      }, undefined),
    );
    await door.evaluate((_vscode, cases) => {
      const items = cases.map((one) => ({ label: one.key, description: one.title, detail: one.customer }));
      (globalThis as unknown as { items: unknown }).items = items;
    }, CASES);
    const bare = await measure(page, () =>
      door.evaluate((vscode) => {
        const { items } = globalThis as unknown as { items: vscode.QuickPickItem[] };
        const pick = vscode.window.createQuickPick();
        pick.matchOnDescription = true;
        pick.matchOnDetail = true;
        pick.items = items;
        pick.onDidHide(() => {
          pick.dispose();
        });
        pick.show();
        return true;
      }, undefined),
    );
    console.log(
      `\nThe picker with ${String(COUNT)} cases (to be shown within 50 ms on a machine that does nothing else)`,
    );
    console.log(`  from the call to rows on the screen   ${ms(ours.open)}`);
    console.log(`  a bare quick pick of the same rows    ${ms(bare.open)}`);
    console.log(`  from a key to the filtered list       ${ms(ours.keys)}`);
    console.log(`  in the bare quick pick                ${ms(bare.keys)}`);
    console.log(`  heap for the cases                    ${((after - before) / 1e6).toFixed(1)} MB`);
  } finally {
    await scene.close();
    work.remove();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
