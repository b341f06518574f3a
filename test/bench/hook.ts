/**
 * `node test/bench/hook.ts [pairs]`: what the message hook adds to `git commit`. Commits without a hook, with
 * it, and bare runs of `git interpret-trailers` take turns, so that the machine's moods meet all alike. It prints and
 * never fails because of a figure.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { Sandbox, type TestRepository } from "../support/repository.ts";
import { median, quantile } from "./statistics.ts";

const BUDGET_MS = 10;
const PAIRS = Math.max(20, Number(process.argv[2] ?? 40));
const LONG_LINES = 5_000;

interface Figures {
  readonly without: number[];
  readonly with: number[];
  readonly bare: number[];
}

function timed(repository: TestRepository, args: readonly string[], input: string): number {
  const start = process.hrtime.bigint();
  const { status } = spawnSync("git", args, { cwd: repository.root, env: repository.sandbox.env, input });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`git ${args.join(" ")} ended with ${String(status)}`);
  return ms;
}

async function measure(sandbox: Sandbox, message: string, pairs: number): Promise<Figures> {
  const name = `bench${String(message.length)}`;
  const plain = await sandbox.repository(`${name}-plain`);
  const tagged = await sandbox.repository(`${name}-tagged`);
  await tagged.hook();
  await tagged.mark("ACME-1234");
  const commit = ["commit", "-q", "--allow-empty", "-F", "-"];
  const figures: Figures = { without: [], with: [], bare: [] };
  for (let pair = -2; pair < pairs; pair++) {
    const runs = [
      () => figures.without.push(timed(plain, commit, message)),
      () => figures.with.push(timed(tagged, commit, message)),
      () => figures.bare.push(timed(plain, ["interpret-trailers", "--trailer", "Case-Id: ACME-1234"], message)),
    ];
    // Each goes first as often as the others.
    const turn = (pair + 3) % runs.length;
    for (const run of [...runs.slice(turn), ...runs.slice(0, turn)]) run();
    if (pair < 0) for (const values of Object.values(figures) as number[][]) values.length = 0; // cold caches
  }
  if ((await tagged.caseIds()).join() !== "ACME-1234") throw new Error("the hook did not tag");
  return figures;
}

function print(title: string, figures: Figures): void {
  const ms = (value: number): string => `${value.toFixed(1).padStart(7)} ms`;
  const line = (label: string, values: readonly number[]): void => {
    console.log(`  ${label.padEnd(32)} median ${ms(median(values))}   p99 ${ms(quantile(values, 0.99))}`);
  };
  console.log(`\n${title}`);
  line("git commit", figures.without);
  line("git commit with the hook", figures.with);
  line("git interpret-trailers alone", figures.bare);
  const above = figures.with.map((value, i) => value - (figures.without[i] ?? 0) - (figures.bare[i] ?? 0));
  console.log(`  above both (median of pairs)     ${ms(median(above)).padStart(17)}   budget ${String(BUDGET_MS)} ms`);
}

const sandbox = await Sandbox.create();
try {
  const short = "Fix the rounding of the last line\n\nIt was cut, not rounded.\n\nReviewed-by: Bob <bob@example.com>\n";
  print(`The message hook: ${String(PAIRS)} pairs, a message of 5 lines`, await measure(sandbox, short, PAIRS));
  const lines = Array.from({ length: LONG_LINES }, (_, i) => `line ${String(i)} of a message that goes on and on`);
  const long = `Long\n\n${lines.join("\n")}\n`;
  print(`A message of ${String(LONG_LINES)} lines (no budget)`, await measure(sandbox, long, 20));
  console.log(`\n(${path.basename(process.execPath)} ${process.version} on ${process.platform})`);
} finally {
  await sandbox.dispose();
}
