import path from "node:path";
import * as esbuild from "esbuild";
import type { Door } from "../host/lib/door.ts";
import { ROOT } from "../host/lib/paths.ts";

interface KeystrokeFigures {
  readonly events: number;
  readonly median: number;
  readonly p99: number;
  readonly emptyMedian: number;
  readonly emptyP99: number;
  readonly heapEvents: number;
  readonly growth: number;
  readonly emptyGrowth: number;
}

/** Bundles the handlers with a `vscode` that hands them to the bench instead of to VS Code. */
export async function bundleKeystrokeBench(folder: string): Promise<string> {
  const outfile = path.join(folder, "keystroke.cjs");
  await esbuild.build({
    entryPoints: [path.join(ROOT, "test/bench/keystrokeInHost.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
    minify: true,
  });
  return outfile;
}

/** Prints what one keystroke costs in our handlers: a real change event and a real selection event of the editor. */
export async function measureKeystrokes(door: Door, bundle: string): Promise<void> {
  const figures = (await door.evaluate(
    async (vscode, file) => {
      const load = process.getBuiltinModule("module").createRequire(file);
      const bench = load(file) as { run(api: typeof vscode): Promise<unknown> };
      return bench.run(vscode);
    },
    bundle,
    120_000,
  )) as KeystrokeFigures;
  const us = (value: number): string => `${value.toFixed(2)} µs`;
  console.log(
    `\nOne keystroke (${figures.events} times a change and a selection event, budget: median ≤ 5 µs, p99 ≤ 50 µs)`,
  );
  console.log(`  Caseclock  median ${us(figures.median)}, p99 ${us(figures.p99)}`);
  console.log(
    `  empty      median ${us(figures.emptyMedian)}, p99 ${us(figures.emptyP99)}   (two calls that do nothing)`,
  );
  const kb = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`Heap held after ${figures.heapEvents} of them, collected before and after (budget: no growth)`);
  console.log(`  Caseclock  ${kb(figures.growth)}`);
  console.log(`  empty      ${kb(figures.emptyGrowth)}`);
}
