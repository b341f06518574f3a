/**
 * `npm run bench`: every bench, one after the other; `npm run bench -- sync panel` runs those two. Each is a file of this folder,
 * and takes arguments of its own when it is started by itself (`node test/bench/ledger.ts …`). `docs/figures.md` has what they
 * printed, beside the budgets.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";

const BENCHES = [
  "main",
  "hook",
  "picker",
  "ledger",
  "report",
  "sync",
  "syncInHost",
  "arrival",
  "refs",
  "panel",
  "panelInHost",
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(", ")}; there are ${BENCHES.join(", ")}`);
  process.exit(2);
}
for (const name of asked.length === 0 ? BENCHES : asked) {
  const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, `${name}.ts`)], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
