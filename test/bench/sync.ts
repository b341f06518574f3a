/**
 * `npm run bench:sync`: the sync of 10,000 entries to the reference endpoint, beside a bare axios loop with the same number of
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
/** Design 10. */
const TARGET = 0.8;

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

const results: Record<SyncMode, SyncMeasured[]> = { bare: [], push: [], idle: [] };
let turn = 0;
/** One process on a copy of the ledger, against an endpoint with an empty database. */
async function measure(mode: SyncMode): Promise<void> {
  const folder = path.join(work.path, String((turn += 1)));
  fs.mkdirSync(folder);
  const ledger = path.join(folder, "ledger.db");
  fs.copyFileSync(filled, ledger);
  const endpoint = await EndpointProcess.start("reference", path.join(folder, "endpoint.db"));
  try {
    const url = `http://127.0.0.1:${endpoint.port}/v1`;
    const { token } = endpoint;
    const options: SyncProcessOptions = { mode, ledger, worker, url, token, concurrency: CONCURRENCY, idleMs: IDLE_MS };
    const profile = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`];
    const output = await run(process.execPath, ["--expose-gc", ...profile, script, JSON.stringify(options)]);
    const measured = JSON.parse(output) as SyncMeasured;
    if (mode !== "idle" && endpoint.rows().length !== entries) throw new Error(`${mode}: not all entries are stored`);
    results[mode].push(measured);
    if (mode !== "idle") console.error(`[bench] ${mode} ${(entries / measured.seconds).toFixed(0)} entries/s`);
  } finally {
    await endpoint.kill();
    fs.rmSync(folder, { recursive: true });
  }
}
await measure("idle");
for (let round = 0; round < rounds; round += 1) {
  // In turn, so that a machine that grows slower is so for both.
  await measure(round % 2 === 0 ? "bare" : "push");
  await measure(round % 2 === 0 ? "push" : "bare");
}
work.remove();

const of = (mode: SyncMode, figure: (one: SyncMeasured) => number): number => median(results[mode].map(figure));
const rate = (mode: SyncMode): number => of(mode, (one) => one.entries / one.seconds);
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const share = rate("push") / rate("bare");
console.log(`\nSync of ${entries} entries (medians of ${rounds} runs, ${CONCURRENCY} requests in flight)`);
console.log(`  bare axios loop    ${rate("bare").toFixed(0).padStart(6)} entries/s`);
console.log(
  `  sync               ${rate("push").toFixed(0).padStart(6)} entries/s   ${(share * 100).toFixed(0)} % of it, target ${TARGET * 100} %`,
);
for (const mode of ["push", "bare"] as const) {
  const [before, after, peak] = [
    of(mode, (one) => one.heapBefore),
    of(mode, (one) => one.heapAfter),
    of(mode, (one) => one.heapPeak),
  ];
  console.log(
    `  heap ${mode.padEnd(13)} ${mb(before)} before, ${mb(after)} after (collected), peak ${mb(peak)} with garbage`,
  );
}
for (const mode of ["idle", "push", "bare"] as const) {
  const [half, p99, most] = [
    of(mode, (one) => one.delay.median),
    of(mode, (one) => one.delay.p99),
    of(mode, (one) => one.delay.most),
  ];
  const cpu = of(mode, (one) => (one.cpu / one.seconds / 1000) * 100);
  console.log(
    `  event loop ${mode.padEnd(7)} late by ${half.toFixed(2)} ms (median), ${p99.toFixed(1)} ms (99 %), ${most.toFixed(1)} ms at most; processor ${cpu.toFixed(0)} %`,
  );
}
