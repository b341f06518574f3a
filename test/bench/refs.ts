/**
 * `npm run bench -- refs`: what following a repository with 100,000 refs costs beside one with 10. Both take turns, call by
 * call. It prints and never fails because of a figure.
 *
 *   node test/bench/refs.ts [repeats]
 */
import fs from "node:fs";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { GitCli } from "../../src/adapters/node/git/gitCli.ts";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import type { NewCommit, WorkTree } from "../../src/ports/git.ts";
import { treeOf } from "../support/gitScene.ts";
import { MemoryLogger } from "../support/logger.ts";
import { Sandbox, type TestRepository } from "../support/repository.ts";
import { Told } from "../support/told.ts";
import { ANN, importCommits } from "./manyCommits.ts";
import { median, quantile } from "./statistics.ts";

const REPEATS = Math.max(5, Number(process.argv[2] ?? 20));
const FEW = 10;
const MANY = 100_000;
const COMMITS = 1_000;
/** As many as are asked about after a day of work. */
const ASKED = 50;

interface Subject {
  readonly work: TestRepository;
  readonly git: GitCli;
  readonly tree: WorkTree;
  readonly shas: readonly string[];
}

/** Half of them branches, three tenths of a remote, the rest tags, on 1,000 commits; all in `packed-refs`. */
async function subjectOf(sandbox: Sandbox, refs: number): Promise<Subject> {
  const work = await sandbox.repository(`refs${String(refs)}`);
  const shas = importCommits(work, "refs/heads/old", await work.commit("base\n"), COMMITS, ANN);
  const lines = Array.from({ length: refs }, (_, index) => {
    const tenth = index % 10;
    const below = tenth < 5 ? "heads/team" : tenth < 8 ? "remotes/origin" : "tags";
    return `${shas[index % COMMITS] ?? ""} refs/${below}/topic-${String(index).padStart(6, "0")}\n`;
  });
  await work.git("pack-refs", "--all");
  const file = path.join(await work.gitDir(), "packed-refs");
  const [header = "", ...own] = fs.readFileSync(file, "utf8").split("\n").filter(Boolean);
  const nameIn = (line: string): string => line.slice(line.indexOf(" "));
  const all = [...own.map((line) => `${line}\n`), ...lines].sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
  fs.writeFileSync(file, `${header}\n${all.join("")}`);
  const found = (await work.git("for-each-ref", "--format=x")).length / 2;
  if (found !== refs + own.length) throw new Error(`git finds ${String(found)} refs`);
  const git = sandbox.within(() => new GitCli(new SystemClock(), new MemoryLogger()));
  return { work, git, tree: await treeOf(git, work.root), shas };
}

/** Each call has its length in milliseconds. */
const CALLS: readonly (readonly [name: string, run: (subject: Subject) => Promise<number>])[] = [
  [
    "which work tree it is",
    ({ work }) => {
      const fresh = work.sandbox.within(() => new GitCli(new SystemClock(), new MemoryLogger()));
      return lengthOf(() => fresh.workTreeFor(work.root));
    },
  ],
  ["how commits are tagged", ({ git, tree }) => lengthOf(() => git.hookState(tree))],
  ["the first look for signs", ({ git, tree }) => lengthOfWatch(() => git.watchHints(tree, ignore, fail))],
  [
    "the first look for commits",
    ({ git, tree }) => lengthOfWatch(() => git.watchCommits(tree, undefined, ignore, fail)),
  ],
  ["from a commit to its evidence", noticed],
  [
    `what became of ${String(ASKED)} commits`,
    ({ git, tree, shas }) => lengthOf(() => git.readFates(tree, shas.slice(-ASKED))),
  ],
  [
    "Tag Last Commit",
    async ({ work, git, tree }) => {
      await work.commit("Mine\n");
      return lengthOf(() => git.tagHead(tree, { caseKey: "ACME-1", trailer: "Case-Id" }));
    },
  ],
];

function ignore(): void {
  // What is told is not measured here.
}

function fail(error: unknown): void {
  throw error;
}

async function lengthOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

async function lengthOfWatch(begin: () => { readonly ready: Promise<unknown>; dispose(): void }): Promise<number> {
  const started = performance.now();
  const watch = begin();
  await watch.ready;
  const length = performance.now() - started;
  watch.dispose();
  return length;
}

/** From the end of `git commit`; 300 ms of it are waited for things to settle. */
async function noticed({ work, git, tree }: Subject): Promise<number> {
  const told = new Told<NewCommit>();
  const watch = git.watchCommits(tree, undefined, told.take, told.fail);
  await watch.ready;
  await work.commit("Mine\n");
  const length = await lengthOf(() => told.until(({ items, errors }) => items.length + errors.length > 0));
  watch.dispose();
  if (told.errors.length > 0) throw told.errors[0];
  return length;
}

const sandbox = await Sandbox.create();
try {
  const subjects = [await subjectOf(sandbox, FEW), await subjectOf(sandbox, MANY)] as const;
  console.log(
    `\nA repository with ${String(MANY)} refs beside one with ${String(FEW)} (${String(REPEATS)} turns each)`,
  );
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (const [name, run] of CALLS) {
    const lengths: readonly [number[], number[]] = [[], []];
    for (let turn = -1; turn < REPEATS; turn += 1) {
      for (const index of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        delay.enable();
        const length = await run(subjects[index]);
        delay.disable();
        if (turn >= 0) lengths[index].push(length); // the first one finds cold caches
      }
    }
    const [few, many] = lengths;
    const ms = (value: number): string => `${value.toFixed(1).padStart(7)} ms`;
    const of = (values: readonly number[]): string => `${ms(median(values))} (p99 ${ms(quantile(values, 0.99))})`;
    console.log(
      `  ${name.padEnd(32)} ${of(many)}   beside ${of(few)}   ratio ${(median(many) / median(few)).toFixed(2)}`,
    );
  }
  console.log(`  longest pause of the event loop in all of it: ${(delay.max / 1e6).toFixed(1)} ms`);
} finally {
  await sandbox.dispose();
}
