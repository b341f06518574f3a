/**
 * `npm run bench -- sync`: the sync of 10,000 entries to the reference endpoint, beside a bare axios loop with the same number of
 * requests in flight to the same endpoint in the same run. Endpoint and sender are processes of their own.
 *
 *   node test/bench/sync.ts [--entries 10000] [--rounds 3] [--profile FOLDER]      --profile: where V8 leaves what it sampled
 */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { EndpointProcess } from "../faults/endpoint.ts";
import { fillOutbox } from "../faults/outbox.ts";
import { run, temporaryFolder } from "../host/lib/processes.ts";
import { bundleWorker } from "../support/workerBundle.ts";
import { median } from "./statistics.ts";
import type { SyncMeasured, SyncMode, SyncProcessOptions } from "./syncProcess.ts";

const { values } = parseArgs({
  options: {
    entries: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
    profile: { type: "string" },
  },
});
const entries = Number(values.entries);
const rounds = Number(values.rounds);
/** As `pushOutbox` has. */
const CONCURRENCY = 4;
const IDLE_MS = 5_000;
/** Design 10: one by one, and in batches, as parts of the bare loop's rate. */
const TARGETS = { single: 0.8, batch: 5 } as const;
const COLLECT_EVERY = 500;

const work = temporaryFolder("bench-sync");
const worker = await bundleWorker(work.path);
const script = path.join(work.path, "sync.cjs");
await build({
  entryPoints: [path.join(import.meta.dirname, "syncProcess.ts")],
  outfile: script,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  external: ["node:sqlite"],
});
const filled = path.join(work.path, "filled.db");
await fillOutbox({ file: filled, worker, url: "http://127.0.0.1:9/v1", seed: 1 }, entries);

const results: Record<SyncMode, SyncMeasured[]> = { bare: [], single: [], bareBatch: [], batch: [], idle: [] };
let turn = 0;
/** One process on a copy of the ledger, against an endpoint with an empty database. */
async function measure(mode: SyncMode, collectEvery?: number): Promise<SyncMeasured> {
  const folder = path.join(work.path, String((turn += 1)));
  fs.mkdirSync(folder);
  const ledger = path.join(folder, "ledger.db");
  fs.copyFileSync(filled, ledger);
  const endpoint = await EndpointProcess.start("reference", path.join(folder, "endpoint.db"));
  try {
    const url = `http://127.0.0.1:${endpoint.port}/v1`;
    const { token } = endpoint;
    const options: SyncProcessOptions = {
      ...{ mode, ledger, worker, url, token, concurrency: CONCURRENCY, idleMs: IDLE_MS },
      ...(collectEvery === undefined ? {} : { collectEvery }),
    };
    const profile = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`];
    const output = await run(process.execPath, ["--expose-gc", ...profile, script, JSON.stringify(options)]);
    const measured = JSON.parse(output) as SyncMeasured;
    if (mode !== "idle" && endpoint.rows().length !== entries) throw new Error(`${mode}: not all entries are stored`);
    if (mode !== "idle") console.error(`[bench] ${mode} ${(entries / measured.seconds).toFixed(0)} entries/s`);
    return measured;
  } finally {
    await endpoint.kill();
    fs.rmSync(folder, { recursive: true });
  }
}
const SENDING = ["bare", "single", "batch", "bareBatch"] as const;
results.idle.push(await measure("idle"));
for (let round = 0; round < rounds; round += 1) {
  // Forwards and backwards, so that a machine that grows slower is so for all.
  for (const mode of round % 2 === 0 ? SENDING : [...SENDING].reverse()) results[mode].push(await measure(mode));
}
const held = { single: await measure("single", COLLECT_EVERY), batch: await measure("batch", COLLECT_EVERY) };
work.remove();

const of = (mode: SyncMode, figure: (one: SyncMeasured) => number): number => median(results[mode].map(figure));
const rate = (mode: SyncMode): number => of(mode, (one) => one.entries / one.seconds);
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const NAMES = {
  bare: "bare axios loop",
  single: "sync, one by one",
  batch: "sync, in batches",
  bareBatch: "bare loop of batches",
} as const;
/** Of the runs of a round, which had the same machine: the median over the rounds. */
const ratio = (mode: SyncMode, base: SyncMode): number =>
  median(results[mode].map(({ seconds }, round) => (results[base][round]?.seconds ?? NaN) / seconds));
console.log(`\nSync of ${entries} entries (medians of ${rounds} runs, ${CONCURRENCY} requests in flight)`);
for (const mode of SENDING) {
  const target = mode === "single" || mode === "batch" ? `, target ${times(TARGETS[mode])}` : "";
  const share = mode === "bare" ? "" : `   ${times(ratio(mode, "bare"))} of the bare loop${target}`;
  const cpu = of(mode, (one) => (one.cpu / one.entries) * 1000);
  console.log(
    `  ${NAMES[mode].padEnd(20)} ${rate(mode).toFixed(0).padStart(6)} entries/s, ${cpu.toFixed(0)} µs of processor each${share}`,
  );
}
for (const mode of ["single", "batch"] as const) {
  const { heapBefore, heapPeak, heapAfter } = held[mode];
  console.log(
    `  heap ${NAMES[mode].padEnd(18)} ${mb(heapBefore)} before, ${mb(heapPeak)} at most on the way, ${mb(heapAfter)} after (all collected)`,
  );
}
for (const mode of ["idle", ...SENDING] as const) {
  const [half, p99, most] = [
    of(mode, (one) => one.delay.median),
    of(mode, (one) => one.delay.p99),
    of(mode, (one) => one.delay.most),
  ];
  console.log(
    `  event loop ${mode.padEnd(9)} late by ${half.toFixed(2)} ms (median), ${p99.toFixed(1)} ms (99 %), ${most.toFixed(1)} ms at most`,
  );
}

function times(share: number): string {
  return share < 2 ? `${(share * 100).toFixed(0)} %` : `${share.toFixed(1)} times`;
}
