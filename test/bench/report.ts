/**
 * `npm run bench -- report`: what opening the report costs, with a year in the ledger: a week, a month, a quarter and the year, for the
 * first time in a window and again, beside the timesheet's reading of one day in the same run. It prints and never fails because
 * of a figure.
 *
 *   node test/bench/report.ts [--seed N] [--years 1]
 */
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { ContractHours } from "../../src/app/cases/contractHours.ts";
import { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import { makeReport, type ReportContext } from "../../src/app/report/report.ts";
import { ReportDays } from "../../src/app/report/reportDays.ts";
import type { BillingProviders } from "../../src/ports/billingProvider.ts";
import type { ReportPlace } from "../../src/ports/report.ts";
import { temporaryFolder } from "../host/lib/processes.ts";
import { MemoryLogger } from "../support/logger.ts";
import { bundleWorker } from "../support/workerBundle.ts";
import { SimulatedClock, ZONE } from "./ledgerDay.ts";
import { buildHistory } from "./ledgerYear.ts";
import { median } from "./statistics.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, years: { type: "string", default: "1" } },
});
const seed = Number(values.seed);
const REPEATS = 9;
const DAYS_A_YEAR = 250;
const EVIDENCE_DAYS = 90;

const NO_PROVIDERS: BillingProviders = {
  open: () => Promise.reject(new Error("nothing is fetched")),
  probe: () => Promise.reject(new Error("nobody is asked")),
};

const PLACES: Readonly<Record<string, ReportPlace>> = {
  week: { period: "week", day: "2026-10-30", by: "case" },
  month: { period: "month", day: "2026-10-30", by: "case" },
  quarter: { period: "quarter", day: "2026-10-30", by: "week" },
  year: { period: "custom", from: "2025-11-01", to: "2026-10-31", by: "customer" },
};

async function main(): Promise<void> {
  const work = temporaryFolder("bench-report");
  const worker = await bundleWorker(work.path);
  const history = await buildHistory(path.join(work.path, "ledger.db"), seed, DAYS_A_YEAR * Number(values.years), {
    keepEvidenceDays: EVIDENCE_DAYS,
  });
  console.log(`\n${history.days.length} working days, ${history.events} events (seed ${seed})`);
  const open = async (): Promise<ReportContext & { readonly close: () => Promise<void> }> => {
    const clock = new SimulatedClock(seed);
    clock.set(history.now);
    const log = new SqliteEventLog(history.file, worker, new MemoryLogger());
    const view = new LedgerView(log, clock, new MemoryLogger(), { idleTimeoutSeconds: 300, zone: ZONE });
    await view.load();
    const directory = new CaseDirectory(log, view, NO_PROVIDERS, clock);
    const days = new ReportDays(log, view, directory);
    const budget = new ContractHours(log, view, directory);
    return { view, directory, days, budget, connectionName: ({ id }) => id, close: () => log.close() };
  };
  const [last] = history.days.slice(-2);
  if (last === undefined) throw new Error("a history has days");
  for (const [name, place] of Object.entries(PLACES)) {
    const [first, again, day]: number[][] = [[], [], []];
    let longest = 0;
    for (let turn = 0; turn <= REPEATS; turn += 1) {
      const context = await open();
      const ofDay = await took(() => context.view.sheet(last));
      // A new one each time: one that is enabled again counts what was between as a pause.
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const ofReport = await took(() => makeReport(context, place));
      delay.disable();
      if (turn === 0) {
        // Days that nobody has looked at since they were captured are folded now, and kept.
        console.log(`  ${name.padEnd(8)} folding: ${ofReport.toFixed(0)} ms, longest pause ${pause(delay.max)}`);
      } else {
        longest = Math.max(longest, delay.max);
        day?.push(ofDay);
        first?.push(ofReport);
        again?.push(await took(() => makeReport(context, place)));
      }
      await context.close();
    }
    const ratio = median(first ?? []) / median(day ?? []);
    console.log(
      `  ${name.padEnd(8)} first ${show(first)}, again ${show(again)}; a day's sheet ${show(day)} (${ratio.toFixed(1)} ×); longest pause ${pause(longest)}`,
    );
  }
  work.remove();
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const pause = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(1)} ms`;
const show = (list: readonly number[] = []): string => `${median(list).toFixed(1)} ms`;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
