/**
 * `npm run test:faults`: approved entries on their way through everything that can go wrong with a network and its ends.
 *
 *   node test/faults/main.ts [--entries 10000] [--seed N]
 *
 * Four campaigns. Against the reference endpoint, which knows a key that it has stored: one by one, then in batches. Against one that stores whatever
 * arrives, where the client alone prevents a second entry (a tenth of the entries; without the faults that repeat or delay a
 * request on its way, which no client can undo there). And against that one without the client's look-ups: then the audit
 * must find entries that are there twice, or it could not fail.
 */
import { parseArgs } from "node:util";
import { report } from "../host/lib/summary.ts";
import { audit, describe } from "./audit.ts";
import { runCampaign, type CampaignOptions } from "./campaign.ts";

const { values } = parseArgs({
  options: { entries: { type: "string", default: "10000" }, seed: { type: "string" } },
});
const entries = Number(values.entries);
const seed = Number(values.seed ?? Date.now() % 0x7fffffff);
/** Enough for some of them to meet a lost answer. */
const LEAST = 200;

const log = (message: string): void => {
  console.error(`[faults] ${message}`);
};

interface Part extends Pick<CampaignOptions, "endpoint" | "entries" | "batches" | "blind"> {
  readonly name: string;
}
const PARTS: readonly Part[] = [
  { name: "reference endpoint, one by one", endpoint: "reference", entries },
  { name: "reference endpoint, in batches", endpoint: "reference", entries, batches: true },
  { name: "endpoint that stores whatever arrives", endpoint: "plain", entries: Math.max(LEAST, entries / 10) },
  { name: "the same without look-ups", endpoint: "plain", entries: LEAST, blind: true },
];

let passed = 0;
console.log(`seed ${seed}`);
for (const { name, ...part } of PARTS) {
  console.log(`\n${part.entries} entries, ${name}`);
  const result = await runCampaign({ ...part, seed, log });
  for (const line of describe(result)) console.log(`  ${line}`);
  const faults = audit(result);
  for (const fault of faults) console.log(`  ${part.blind === true ? "found" : "FAULT"}: ${fault}`);
  const isGood = part.blind === true ? faults.some((fault) => fault.includes("more than once")) : faults.length === 0;
  if (isGood) passed += 1;
  console.log(`  ${isGood ? "passed" : `failed; again with --entries ${entries} --seed ${seed}`}`);
}
report({ passed, failed: PARTS.length - passed, skipped: 0 });
process.exit(passed === PARTS.length ? 0 : 1);
