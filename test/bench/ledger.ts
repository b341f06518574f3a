/**
 * `npm run bench:ledger`: what a year and ten years of history cost. Real files, the product's own worker and view.
 *
 *   node test/bench/ledger.ts [--seed N]
 */
import fs from "node:fs";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { SqliteEventLog } from "../../src/adapters/node/sqliteEventLog.ts";
import { LedgerView } from "../../src/app/ledgerView.ts";
import type { LocalDate } from "../../src/base/time.ts";
import { foldDay } from "../../src/domain/daySheet.ts";
import { temporaryFolder } from "../host/lib/processes.ts";
import { MemoryLogger } from "../support/logger.ts";
import { planDay, SimulatedClock, ZONE } from "./ledgerDay.ts";
import { buildHistory, DESCRIPTION, type History } from "./ledgerYear.ts";
import { median } from "./statistics.ts";

const DAYS_A_YEAR = 250;
const REPEATS = 15;
const WORKER = new URL("../../src/adapters/node/sqliteWorker.ts", import.meta.url);

const { values } = parseArgs({ options: { seed: { type: "string", default: "1" } } });
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
const mb = (file: string): string => `${(fs.statSync(file).size / 1e6).toFixed(1)} MB`;

function open({ file, now }: History): { readonly log: SqliteEventLog; readonly view: LedgerView } {
  const clock = new SimulatedClock(seed);
  clock.set(now);
  const log = new SqliteEventLog(file, WORKER, new MemoryLogger());
  return { log, view: new LedgerView(log, clock, new MemoryLogger(), { idleTimeoutSeconds: 300, zone: ZONE }) };
}

async function measureLoad(name: string, history: History): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const lengths = await timed(3, async () => {
    const { log, view } = open(history);
    delay.enable();
    await view.load();
    delay.disable();
    view.dispose();
    await log.close();
  });
  console.log(
    `  cold load, ${name}: ${ms(lengths)}; longest pause of the event loop ${(delay.max / 1e6).toFixed(0)} ms`,
  );
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

async function main(): Promise<void> {
  console.log(`\nA simulated history, seed ${String(seed)}: ${DESCRIPTION}`);
  const work = temporaryFolder("bench-ledger");
  try {
    const at = (name: string): string => path.join(work.path, name, "ledger.db");
    const raw = await buildHistory(at("raw"), seed, DAYS_A_YEAR, { keepEvidenceDays: Number.POSITIVE_INFINITY });
    console.log(
      `  a year, all evidence: ${mb(raw.file)}, ${String(raw.events)} events, ${String(raw.rows)} rows of heartbeats`,
    );
    const one = await buildHistory(at("one"), seed, DAYS_A_YEAR, { keepEvidenceDays: 90 });
    console.log(`  a year as kept (90 days of evidence): ${mb(one.file)}, ${String(one.events)} events`);
    const ten = await buildHistory(at("ten"), seed, 10 * DAYS_A_YEAR, { keepEvidenceDays: 90 });
    console.log(`  ten years as kept: ${mb(ten.file)}, ${String(ten.events)} events`);
    await measureFold(ten);
    await measureLoad("one year", one);
    await measureLoad("ten years", ten);
    const lastWeek = (history: History): readonly LocalDate[] => history.days.slice(-12, -5);
    await measureWeek("one year behind", one, lastWeek(one));
    await measureWeek("ten years behind", ten, lastWeek(ten));
    await measureWeek("ten years behind, a week of year one", ten, ten.days.slice(20, 27));
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
