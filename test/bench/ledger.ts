/**
 * `npm run bench -- ledger`: what a year and ten years of history cost. Real files, the product's own worker and view.
 *
 *   node test/bench/ledger.ts [--seed N] [--writes]      --writes: only what appends, locks and compacts
 */
import { DEFAULT_TEMPLATE } from "../../src/domain/entries/description.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { compactEvidence } from "../../src/app/ledger/compactEvidence.ts";
import { EventFactory } from "../../src/app/ledger/eventFactory.ts";
import { HeartbeatWriter } from "../../src/app/capture/heartbeatWriter.ts";
import { previewSync } from "../../src/app/billing/syncPreview.ts";
import { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import { epochMs, type LocalDate } from "../../src/base/time.ts";
import type { BillingProviders } from "../../src/ports/billingProvider.ts";
import { foldDay } from "../../src/domain/day/daySheet.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { MemoryLogger } from "../support/logger.ts";
import { bundleWorker } from "../support/workerBundle.ts";
import { CONNECTION, planDay, SimulatedClock, UNIT_SECONDS, ZONE } from "./ledgerDay.ts";
import { buildHistory, DESCRIPTION, type History } from "./ledgerYear.ts";
import { median } from "./statistics.ts";
import { treeId } from "../../src/domain/cases/treeId.ts";
import { Journal } from "../../src/app/ledger/journal.ts";

const DAYS_A_YEAR = 250;
const REPEATS = 15;
/** No backup of the day begins in a measurement. @source Node: a longer timer would fire at once */
const NO_BACKUP = { firstBackupMs: 2_147_483_647, backupCheckMs: 2_147_483_647 };
const IDLE_MS = 3_000;
const LOCKED_MS = 30_000;

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, writes: { type: "boolean", default: false } },
});
const seed = Number(values.seed);

interface Timed {
  readonly median: number;
  readonly most: number;
}

async function timed(repeats: number, work: () => unknown): Promise<Timed> {
  const lengths: number[] = [];
  for (let turn = 0; turn < repeats; turn += 1) {
    const started = performance.now();
    await work();
    lengths.push(performance.now() - started);
  }
  return { median: median(lengths), most: Math.max(...lengths) };
}

const ms = ({ median: half, most }: Timed): string => `median ${half.toFixed(1)} ms, most ${most.toFixed(1)} ms`;
const mbOf = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const mb = (file: string): string => mbOf(fs.statSync(file).size);

/** The cases are in the history. */
const NO_PROVIDERS: BillingProviders = {
  open: () => Promise.reject(new Error("nothing is fetched")),
  probe: () => Promise.reject(new Error("nobody is asked")),
};

let worker = "";
let opened = 0;

interface Opened {
  readonly log: SqliteEventLog;
  readonly view: LedgerView;
  readonly clock: SimulatedClock;
}

function open({ file, now }: History): Opened {
  // Ids follow the seed: with the history's own they would be there already, and appends be passed over.
  const clock = new SimulatedClock(seed + 1_000_003 * ++opened);
  clock.set(now);
  const log = new SqliteEventLog(file, worker, new MemoryLogger(), NO_BACKUP);
  return { log, clock, view: new LedgerView(log, clock, new MemoryLogger(), { idleTimeoutSeconds: 300, zone: ZONE }) };
}

/** The longest pause of this thread's event loop while something goes on, and its p99. The watch itself has 1 ms. */
async function paused(work: () => Promise<unknown>): Promise<string> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return `longest pause of the event loop ${(delay.max / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`;
}

async function measureIdle(): Promise<void> {
  console.log(`  nothing going on for ${String(IDLE_MS / 1000)} s: ${await paused(() => sleep(IDLE_MS))}`);
}

async function measureLoad(name: string, history: History): Promise<void> {
  let lengths: Timed = { median: 0, most: 0 };
  const pauses = await paused(async () => {
    lengths = await timed(5, async () => {
      const { log, view } = open(history);
      await view.load();
      view.dispose();
      await log.close();
    });
  });
  console.log(`  cold load, ${name}: ${ms(lengths)} of 5; ${pauses}`);
}

/** The preview of a sync over everything, where all but the last week is settled. */
async function measurePreview(name: string, history: History): Promise<void> {
  const { log, view, clock } = open(history);
  const directory = new CaseDirectory(log, view, NO_PROVIDERS, clock);
  await view.load();
  const preview = (): Promise<unknown> =>
    previewSync(view, directory, CONNECTION, UNIT_SECONDS, { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE });
  let first: Timed = { median: 0, most: 0 };
  const pauses = await paused(async () => {
    first = await timed(1, preview);
  });
  await log.heartbeatDays(); // behind what the first has left to write
  const again = await timed(5, preview);
  console.log(`  preview of a sync, ${name}: first ${first.median.toFixed(0)} ms (${pauses}); then ${ms(again)} of 5`);
  view.dispose();
  await log.close();
}

/** What the status bar costs once a minute, at the end of a full day. */
async function measureToday(history: History): Promise<void> {
  const { log, view, clock } = open(history);
  const today = history.days.at(-1);
  if (today === undefined) throw new Error("a history has days");
  await view.sheet(today);
  const factory = new EventFactory("bench", clock, () => ZONE);
  const lengths: number[] = [];
  const tree = treeId("file:///home/ann/projects/orders");
  for (let turn = 0; turn < REPEATS; turn += 1) {
    const at = epochMs(history.now + turn * 2_000);
    await log.append([factory.create({ kind: "heartbeats", tree, first: at, last: at, counts: { edit: 1 } }, { at })]);
    const started = performance.now();
    await view.sheet(today);
    lengths.push(performance.now() - started);
  }
  console.log(
    `  today's sheet after an append, at its end: ${ms({ median: median(lengths), most: Math.max(...lengths) })}`,
  );
  view.dispose();
  await log.close();
}

/** A row each 100 ms through the product's writer, with the file free and with it locked by another process. */
async function measureLocked(history: History): Promise<void> {
  const { log, view, clock } = open(history);
  await view.load();
  const factory = new EventFactory("locked", clock, () => ZONE);
  const tree = treeId("file:///home/ann/projects/orders");
  const failures: unknown[] = [];
  const writer = new HeartbeatWriter(
    new Journal(log, view, factory, new SystemClock()),
    () => Promise.resolve(tree),
    (error) => failures.push(error),
  );
  let written = 0;
  const write = async (): Promise<void> => {
    const writes: Promise<void>[] = [];
    const end = performance.now() + LOCKED_MS;
    while (performance.now() < end) {
      const at = history.now + written * 2_000;
      written += 1;
      const context = { folder: "file:///home/ann/projects/orders" };
      writes.push(writer.write([{ context, class: "person", first: at, last: at, counts: { edit: 1 } }]));
      await sleep(100);
    }
    await Promise.race([Promise.all(writes), sleep(1)]);
  };
  const free = await paused(write);
  const child = spawn(process.execPath, ["--eval", LOCK, history.file], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const locked = await paused(write);
  child.stdin.end();
  await once(child, "close");
  await until("the held rows", async () => {
    await writer.write([]);
    const rows = await log.read({ kinds: ["heartbeats"], from: epochMs(history.now) });
    return rows.filter(({ windowId }) => windowId === "locked").length === written ? true : undefined;
  });
  console.log(`  a row each 100 ms for 30 s, file free:   ${free}`);
  console.log(`  the same, file locked by another:        ${locked}`);
  console.log(
    `    afterwards all ${String(written)} rows are in the ledger, each once; told of trouble ${String(failures.length)} times`,
  );
  view.dispose();
  writer.dispose();
  await log.close();
}

const LOCK = `
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(process.argv[1]);
  database.exec("BEGIN EXCLUSIVE");
  process.stdout.write("held");
  process.stdin.resume().on("end", () => { database.exec("ROLLBACK"); });`;

/** One run of the compaction over raw days, and how long another window's append waits meanwhile. */
async function measureCompaction(history: History): Promise<void> {
  const { log, view, clock } = open(history);
  const other = open(history);
  await view.load();
  await other.view.load();
  const factory = new EventFactory("compaction", clock, () => ZONE);
  const elsewhere = new EventFactory("elsewhere", other.clock, () => ZONE);
  const ended = new AbortController();
  let longest = 0;
  const refused: unknown[] = [];
  const appending = (async () => {
    while (!ended.signal.aborted) {
      const started = performance.now();
      await other.log.append([elsewhere.create({ kind: "focus", focused: true })]).catch((error: unknown) => {
        refused.push(error);
      });
      longest = Math.max(longest, performance.now() - started);
      await sleep(20);
    }
  })();
  const before = fs.statSync(history.file).size;
  const started = performance.now();
  let days = 0;
  let runs = 0;
  let longestRun = 0;
  const pauses = await paused(async () => {
    for (let more = 1; more > 0; days += more, runs += 1) {
      const began = performance.now();
      more = (await compactEvidence({ journal: new Journal(log, view, factory, clock) }, 1)).length;
      longestRun = Math.max(longestRun, performance.now() - began);
    }
  });
  const length = performance.now() - started;
  ended.abort();
  await appending;
  console.log(
    `  compaction of ${String(days)} raw days: ${String(runs - 1)} runs, ${length.toFixed(0)} ms in all, the longest ${longestRun.toFixed(0)} ms; ${pauses}`,
  );
  console.log(
    `    another window's append waited ${longest.toFixed(0)} ms at most (patience 3000 ms), ${String(refused.length)} refused; file ${mbOf(before)} before, ${mb(history.file)} after`,
  );
  view.dispose();
  other.view.dispose();
  await log.close();
  await other.log.close();
}

/** The rows that a week's view stands on, as bare SQLite reads them in the same process. */
function bareRead(file: string, sql: string, days: readonly LocalDate[]): Promise<Timed> {
  const database = new DatabaseSync(file, { readOnly: true });
  const statement = database.prepare(sql);
  return timed(REPEATS, () => statement.all(JSON.stringify(days))).finally(() => {
    database.close();
  });
}

async function measureWeek(name: string, history: History, days: readonly LocalDate[]): Promise<void> {
  const raw = open(history);
  await raw.view.load();
  const first = await timed(1, () => raw.view.sheets(days));
  raw.view.dispose();
  await raw.log.close();
  const lengths: number[] = [];
  for (let turn = 0; turn < REPEATS; turn += 1) {
    const { log, view } = open(history);
    await view.load();
    const started = performance.now();
    await view.sheets(days);
    lengths.push(performance.now() - started);
    view.dispose();
    await log.close();
  }
  const week = { median: median(lengths), most: Math.max(...lengths) };
  const projections = await bareRead(
    history.file,
    "SELECT day, text FROM projection WHERE day IN (SELECT value FROM json_each(?))",
    days,
  );
  const rows = await bareRead(
    history.file,
    "SELECT * FROM event WHERE kind IN ('heartbeats', 'compacted') AND day IN (SELECT value FROM json_each(?))",
    days,
  );
  console.log(`  week view, ${name}: ${ms(week)} (budget 50 ms); folded the first time ${first.median.toFixed(0)} ms`);
  console.log(
    `    bare SQLite: its projections ${ms(projections)} (ratio ${(week.median / projections.median).toFixed(1)}), its evidence ${ms(rows)} (ratio of the first time ${(first.median / rows.median).toFixed(1)})`,
  );
}

async function measureFold(history: History): Promise<void> {
  for (const index of [10, Math.floor(history.days.length / 2), history.days.length - 10]) {
    const day = history.days[index];
    if (day === undefined) continue;
    const { rows } = planDay(seed, index, day);
    const fold = await timed(REPEATS, () => foldDay(day, rows, history.ledger.timeline));
    const each = (fold.median * 1_000) / rows.length;
    console.log(
      `  fold of day ${String(index)}: ${ms(fold)} for ${String(rows.length)} rows, ${each.toFixed(1)} µs a row`,
    );
  }
}

async function measureReads(at: (name: string) => string, one: History): Promise<void> {
  const raw = await buildHistory(at("raw"), seed, DAYS_A_YEAR, { keepEvidenceDays: Number.POSITIVE_INFINITY });
  console.log(
    `  a year, all evidence: ${mb(raw.file)}, ${String(raw.events)} events, ${String(raw.rows)} rows of heartbeats`,
  );
  const ten = await buildHistory(at("ten"), seed, 10 * DAYS_A_YEAR, { keepEvidenceDays: 90 });
  console.log(`  ten years as kept: ${mb(ten.file)}, ${String(ten.events)} events`);
  await measureFold(ten);
  await measureLoad("one year", one);
  await measureLoad("ten years", ten);
  const lastWeek = (history: History): readonly LocalDate[] => history.days.slice(-12, -5);
  await measureWeek("one year behind", one, lastWeek(one));
  await measureWeek("ten years behind", ten, lastWeek(ten));
  await measureWeek("ten years behind, a week of year one", ten, ten.days.slice(20, 27));
  await measurePreview("one year behind", one);
  await measurePreview("ten years behind", ten);
}

async function main(): Promise<void> {
  console.log(`\nA simulated history, seed ${String(seed)}: ${DESCRIPTION}`);
  const work = temporaryFolder("bench-ledger");
  try {
    const at = (name: string): string => path.join(work.path, name, "ledger.db");
    worker = await bundleWorker(work.path);
    const one = await buildHistory(at("one"), seed, DAYS_A_YEAR, { keepEvidenceDays: 90 });
    console.log(`  a year as kept (90 days of evidence): ${mb(one.file)}, ${String(one.events)} events`);
    await measureIdle();
    if (!values.writes) await measureReads(at, one);
    await measureToday(one);
    await measureLocked(one);
    await measureCompaction(
      await buildHistory(at("compaction"), seed, 45, { keepEvidenceDays: Number.POSITIVE_INFINITY }),
    );
  } finally {
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
