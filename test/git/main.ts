/**
 * `npm run test:git`: what people do with git, in the surroundings that they do it in, with the product's own hook and
 * watch at work. After each operation: what git stored, byte for byte, what git reads in it, and what the ledger counts.
 *
 *   node test/git/main.ts [--only TEXT]... [--jobs 3] [--markdown FILE]     TEXT: part of the name of operations or surroundings
 *
 * The git of PATH; and again with the one that CASECLOCK_GIT names, if that is another version.
 */
import fs from "node:fs";
import { parseArgs } from "node:util";
import { report } from "../host/lib/summary.ts";
import { runColumn, type Cell } from "./column.ts";
import { gits } from "./machine.ts";
import { MANAGERS } from "./managers.ts";
import { HISTORY } from "./operations/history.ts";
import { REBASING } from "./operations/rebasing.ts";
import { WRITING } from "./operations/writing.ts";
import { PLAIN } from "./surroundings.ts";
import { markdown, table } from "./table.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    jobs: { type: "string", default: "3" },
    markdown: { type: "string" },
  },
});
const isChosen = ({ name }: { readonly name: string }): boolean => values.only.some((part) => name.includes(part));
const allOperations = [...WRITING, ...HISTORY, ...REBASING];
const allSurroundings = [...PLAIN, ...MANAGERS];
const names = [...allOperations, ...allSurroundings].map(({ name }) => name);
const unknown = values.only.filter((part) => !names.some((name) => name.includes(part)));
if (unknown.length > 0) throw new Error(`no such operation or surroundings: ${unknown.join(", ")}`);

/** Those that were chosen; all where none of their kind was. */
function chosen<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  const some = all.filter(isChosen);
  return some.length > 0 ? some : all;
}

const cells: Cell[] = [];
const tell = (cell: Cell): void => {
  cells.push(cell);
  const { outcome, git, surroundings, operation, seconds, reason } = cell;
  const why = reason === undefined ? "" : outcome === "skipped" ? `: ${reason}` : `\n${indented(reason)}`;
  console.log(`${outcome.padEnd(7)} git ${git} · ${surroundings} · ${operation} (${seconds.toFixed(1)} s)${why}`);
};
const programs = await gits();
const waiting = programs.flatMap((program) =>
  chosen(allSurroundings).map((surroundings) => ({ program, surroundings })),
);
const worker = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    await runColumn(next.program, next.surroundings, chosen(allOperations), tell);
  }
};
await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
// Columns end in any order.
const order = allSurroundings.map(({ name }) => name);
cells.sort((a, b) => order.indexOf(a.surroundings) - order.indexOf(b.surroundings));
for (const { version } of programs) console.log(`\n${table(cells.filter((cell) => cell.git === version))}`);
if (values.markdown !== undefined) fs.writeFileSync(values.markdown, markdown(cells));
const count = (outcome: Cell["outcome"]): number => cells.filter((cell) => cell.outcome === outcome).length;
report({ passed: count("ok"), failed: count("FAILED"), skipped: count("skipped") });
process.exitCode = count("FAILED") === 0 ? 0 : 1;

function indented(text: string): string {
  return text.replace(/^/gm, "          ");
}
