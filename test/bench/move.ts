// Moves ten years of work from one ledger to another through the product's own log, and measures time, memory and how long
// the event loop was held up at most: `node test/bench/move.ts [working days]`.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { ledgerFiles } from "../../src/adapters/node/export/ledgerFile.ts";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { CaseDirectory } from "../../src/app/cases/caseDirectory.ts";
import { EventFactory } from "../../src/app/ledger/eventFactory.ts";
import { writeWorklog } from "../../src/app/export/exportLedger.ts";
import { importLedger, planImport } from "../../src/app/export/importLedger.ts";
import { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import { DEFAULT_TEMPLATE } from "../../src/domain/entries/description.ts";
import { FakeBilling, FakeProviders } from "../support/fakeBilling.ts";
import { MemoryLogger } from "../support/logger.ts";
import { bundleWorker } from "../support/workerBundle.ts";
import { ZONE } from "./ledgerDay.ts";
import { buildHistory } from "./ledgerYear.ts";
import { Journal } from "../../src/app/ledger/journal.ts";

const DAYS = Number(process.argv[2] ?? 2_600);
const POLICY = { idleTimeoutSeconds: 300, zone: ZONE };
const NEVER = new AbortController().signal;

/** Runs a task; prints its seconds, the longest hold-up of the event loop, and the memory in use at most. */
async function measured<T>(name: string, task: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  delay.enable();
  const start = performance.now();
  const result = await task();
  const seconds = (performance.now() - start) / 1000;
  delay.disable();
  clearInterval(watch);
  const held = `held up ${(delay.percentile(99) / 1e6).toFixed(0)} ms p99, ${(delay.max / 1e6).toFixed(0)} ms at most`;
  process.stdout.write(`${name}: ${seconds.toFixed(1)} s, ${held}, ${(most / 1e6).toFixed(0)} MB resident at most\n`);
  return result;
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-bench-move-"));
  try {
    const worker = await bundleWorker(folder);
    const history = await buildHistory(path.join(folder, "there.db"), 1, DAYS, { keepEvidenceDays: 90 });
    process.stdout.write(
      `${DAYS} working days, ${history.events} events, ${history.rows} of them rows of heartbeats\n`,
    );
    const clock = new SystemClock();
    const open = (file: string) => {
      const logger = new MemoryLogger();
      const log = new SqliteEventLog(file, worker, logger);
      const view = new LedgerView(log, clock, logger, POLICY);
      const factory = new EventFactory(clock.newId(), clock, () => ZONE);
      const directory = new CaseDirectory(log, view, new FakeProviders(new FakeBilling()), clock);
      return { journal: new Journal(log, view, factory, clock), logger, directory, initialPolicy: POLICY };
    };
    const there = open(history.file);
    const here = open(path.join(folder, "here.db"));
    await Promise.all([there.journal.view.load(), here.journal.view.load()]);
    const file = path.join(folder, "worklog.json");
    const drafting = { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE } as const;
    await measured("export", () =>
      ledgerFiles.write(file, (sink) => writeWorklog(there, drafting, {}, sink, () => ledgerFiles.checksum())),
    );
    process.stdout.write(`the file has ${(fs.statSync(file).size / 1e6).toFixed(1)} MB\n`);
    const plan = await measured("read and check", () => planImport(here, ledgerFiles, file, NEVER));
    const { added } = await measured("import", () => importLedger(here, ledgerFiles, plan, NEVER, () => undefined));
    process.stdout.write(`${added} events brought over\n`);
    const again = await measured("read and check again", () => planImport(here, ledgerFiles, file, NEVER));
    const second = await measured("import again", () => importLedger(here, ledgerFiles, again, NEVER, () => undefined));
    process.stdout.write(`${second.added} events brought over\n`);
    for (const { log, view } of [there.journal, here.journal]) {
      view.dispose();
      await log.close();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

await main();
