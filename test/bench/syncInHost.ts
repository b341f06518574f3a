/**
 * `npm run bench -- syncInHost`: how late the event loop of a real extension host is while Caseclock sends some thousand entries,
 * beside the same time without a push, in the same host, in turns. All other extensions of that host notice nothing else of a sync.
 *
 *   node test/bench/syncInHost.ts [--entries 3000] [--rounds 3]
 */
import path from "node:path";
import type { IntervalHistogram } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { readLedger } from "../../src/app/ledger/dayEvidence.ts";
import { fillOutbox, POLICY } from "../faults/outbox.ts";
import type { Door } from "../host/lib/door.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import { buildVsix } from "../host/lib/vsix.ts";
import { MemoryLogger } from "../support/logger.ts";
import { bundleWorker } from "../support/workerBundle.ts";
import { median } from "./statistics.ts";

const { values } = parseArgs({
  options: { entries: { type: "string", default: "3000" }, rounds: { type: "string", default: "3" } },
});
const ENTRIES = Number(values.entries);
const ROUNDS = Number(values.rounds);
/** A push of this many takes its time on a busy machine. */
const PUSH_MS = 300_000;
/** More than a push has batches. */
const EVERY_BATCH = 1_000_000;

/** Milliseconds over what a timer of one millisecond asked for, and the processor time of the host meanwhile. */
interface Delay {
  readonly median: number;
  readonly p99: number;
  readonly most: number;
  readonly seconds: number;
  readonly cpuMs: number;
}

/** What is kept in the extension host meanwhile. */
interface Running {
  readonly histogram: IntervalHistogram;
  readonly started: number;
  readonly cpu: NodeJS.CpuUsage;
}

const WAYS = ["in batches", "one by one"] as const;

async function main(): Promise<void> {
  const work = temporaryFolder("bench-sync-host");
  // Always as it is now: what lies there may be older.
  process.env["CASECLOCK_VSIX"] = await buildVsix((message) => {
    console.error(`[bench] ${message}`);
  });
  const worker = await bundleWorker(work.path);
  const scene = await openScene("bench-sync-host-scene");
  const rows: Record<string, Delay[]> = {};
  const connections: Record<string, number> = {};
  try {
    const connectionId = await connectionOf(scene, worker);
    let seed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const way of round % 2 === 0 ? WAYS : [...WAYS].reverse()) {
        const entryIds = await fill(scene, { worker, connectionId, seed: (seed += 1) });
        const isSingle = way === "one by one";
        const path404 = { method: "POST", path: "/time-entries/batch" };
        scene.endpoint.misbehave(isSingle ? [{ kind: "status404", match: path404, times: EVERY_BATCH }] : []);
        const before = scene.endpoint.connections();
        const push = await delayDuring(scene.door, async () => {
          const result = (await scene.door.command("caseclock.sync", [{ entryIds }], PUSH_MS)) as {
            readonly pushed: number;
          };
          if (result.pushed !== ENTRIES) throw new Error(`${result.pushed} of ${ENTRIES} were delivered`);
        });
        connections[way] = scene.endpoint.connections() - before;
        const idle = await delayDuring(scene.door, () => pause(push.seconds));
        console.error(`[bench] ${way}: ${show(push)}; without: ${show(idle)}`);
        (rows[way] ??= []).push(push);
        (rows[`${way}, without`] ??= []).push(idle);
      }
    }
    if (scene.endpoint.entries().length !== seed * ENTRIES) throw new Error("not all entries are stored once");
  } finally {
    await scene.close();
    work.remove();
  }
  console.log(`\nThe extension host while ${ENTRIES} entries are sent (medians of ${ROUNDS} pushes; most: of all)`);
  for (const way of WAYS) {
    console.log(`  ${way}: ${connections[way] ?? 0} connections opened for the last push`);
    for (const name of [way, `${way}, without`])
      console.log(`  ${name.padEnd(22)} ${show(combined(rows[name] ?? []))}`);
  }
}

async function connectionOf({ storage }: Scene, worker: string): Promise<string> {
  const log = new SqliteEventLog(path.join(storage, "ledger.db"), worker, new MemoryLogger());
  const { connection } = await readLedger(log, POLICY);
  await log.close();
  if (connection === undefined) throw new Error("the window is not connected");
  return connection.id;
}

/** Approves entries as another window would, and waits until the extension host has heard of all of them. Their ids. */
async function fill(
  { storage, endpoint, door }: Scene,
  options: { readonly worker: string; readonly connectionId: string; readonly seed: number },
): Promise<readonly string[]> {
  await fillOutbox({ ...options, file: path.join(storage, "ledger.db"), url: endpoint.url }, ENTRIES);
  await until("the entries in the window", async () => {
    const seen = (await door.command("caseclock.sync", [{ dryRun: true }])) as { readonly waiting: number };
    return seen.waiting === ENTRIES ? true : undefined;
  });
  return Array.from({ length: ENTRIES }, (_, index) => `e-${options.seed}-${index}`);
}

/** Measures inside the extension host from before `work` to after it. */
async function delayDuring(door: Door, work: () => Promise<void>): Promise<Delay> {
  await door.evaluate(() => {
    const { monitorEventLoopDelay, performance } = process.getBuiltinModule("perf_hooks");
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    const bench: Running = { histogram, started: performance.now(), cpu: process.cpuUsage() };
    (globalThis as unknown as { bench: unknown }).bench = bench;
  }, undefined);
  await work();
  return door.evaluate(() => {
    const { histogram, started, cpu } = (globalThis as unknown as { bench: Running }).bench;
    histogram.disable();
    const { user, system } = process.cpuUsage(cpu);
    const late = (nanoseconds: number): number => nanoseconds / 1e6 - 1;
    return {
      median: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      most: late(histogram.max),
      seconds: (performance.now() - started) / 1000,
      cpuMs: (user + system) / 1000,
    };
  }, undefined);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function combined(rows: readonly Delay[]): Delay {
  const of = (figure: (row: Delay) => number): number => median(rows.map(figure));
  return {
    median: of((row) => row.median),
    p99: of((row) => row.p99),
    most: Math.max(...rows.map(({ most }) => most)),
    seconds: of(({ seconds }) => seconds),
    cpuMs: of(({ cpuMs }) => cpuMs),
  };
}

function show({ median: half, p99, most, seconds, cpuMs }: Delay): string {
  const late = `late by ${half.toFixed(2)} ms (median), ${p99.toFixed(1)} ms (99 %), ${most.toFixed(1)} ms at most`;
  return `${late}, in ${seconds.toFixed(1)} s with ${cpuMs.toFixed(0)} ms of processor`;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
