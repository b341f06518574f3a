/**
 * `npm run bench -- arrival`: 10,000 commits that arrive at once in a work tree that is followed. The process that hosts the
 * adapter, the following of commits and the ledger (its worker is a thread, as in the product) must not stop for more
 * than 20 ms, and what was pulled must not become evidence. It fails where the evidence is wrong, never because of a
 * figure.
 *
 *   node test/bench/arrival.ts [--only TEXT]
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { GitCli } from "../../src/adapters/node/git/gitCli.ts";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { EventFactory } from "../../src/app/ledger/eventFactory.ts";
import { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import { CommitTracker } from "../../src/app/git/commitTracker.ts";
import { until } from "../host/lib/processes.ts";
import { aCase, UTC } from "../support/builders.ts";
import { treeOf } from "../support/gitScene.ts";
import { MemoryLogger } from "../support/logger.ts";
import { Sandbox, type TestRepository } from "../support/repository.ts";
import { bundleWorker } from "../support/workerBundle.ts";
import { ANN, BOB, importCommits, movementOver } from "./manyCommits.ts";
import { median } from "./statistics.ts";
import { treeId } from "../../src/domain/cases/treeId.ts";
import { Journal } from "../../src/app/ledger/journal.ts";

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const BUDGET_MS = 20;
const REPEATS = 5;
const IDLE_MS = 3_000;
const MANY = 10_000;
/** As many as are read one by one; where there are more, the last ones are walked. */
const READ_ONE_BY_ONE = 3_000;

/** A followed work tree, with a log of its own. */
interface Followed {
  readonly work: TestRepository;
  readonly view: LedgerView;
  readonly errors: readonly unknown[];
  dispose(): Promise<void>;
}

/** The longest pause of the event loop, and its p99. The watch itself has 1 ms. @format ms */
interface Pauses {
  readonly most: number;
  readonly p99: number;
}

let count = 0;

async function follow(sandbox: Sandbox, work: TestRepository, worker: string): Promise<Followed> {
  const clock = new SystemClock();
  const logger = new MemoryLogger();
  const log = new SqliteEventLog(path.join(sandbox.folder, `ledger${String(count++)}`, "ledger.db"), worker, logger);
  const view = new LedgerView(log, clock, logger, { idleTimeoutSeconds: 300, zone: UTC });
  await view.load();
  const factory = new EventFactory("bench", clock, () => UTC);
  const tree = treeId(`file://${work.root}`);
  await log.append([factory.create({ kind: "pick", tree, case: aCase("ACME-1") })]);
  const git = sandbox.within(() => new GitCli(clock, logger));
  const errors: unknown[] = [];
  const report = (error: unknown): void => {
    errors.push(error);
  };
  const none = (): Promise<readonly []> => Promise.resolve([]);
  const settings = { notes: false, trailer: "Case-Id" };
  const track = new CommitTracker(git, new Journal(log, view, factory, clock), none, () => settings, report);
  const workTree = await treeOf(git, work.root);
  track.follow(tree, workTree);
  const signs = git.watchHints(workTree, () => undefined, report);
  await signs.ready;
  await work.commit("seen\n");
  await until("the first commit", () => (view.ledger.commits.all.length === 1 ? true : undefined));
  return {
    work,
    view,
    errors,
    dispose: async () => {
      signs.dispose();
      track.dispose();
      view.dispose();
      await log.close();
    },
  };
}

async function paused(work: () => Promise<unknown>): Promise<Pauses> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return { most: delay.max / 1e6, p99: delay.percentile(99) / 1e6 };
}

/** A shell that waits for a line before it runs a command: to start it is not measured. */
function prepared({ root, sandbox }: TestRepository, command: string): () => void {
  const shell = spawn("/bin/sh", ["-ec", `read line; ${command}`], {
    cwd: root,
    env: sandbox.env,
    stdio: ["pipe", "ignore", "inherit"],
  });
  return () => shell.stdin.end("\n");
}

/** What a ledger has as evidence, with the commit that was seen before; throws where it is something else. */
function check(followed: Followed, expected: number): void {
  const { commits } = followed.view.ledger;
  if (followed.errors.length > 0) throw followed.errors[0];
  if (commits.all.length !== expected) {
    throw new Error(`${String(commits.all.length)} commits are evidence, not ${String(expected)}`);
  }
}

/** Somebody pushed 10,000 commits; then one of one's own, which is the only one that counts. */
async function pull(sandbox: Sandbox, worker: string, command: string): Promise<Pauses> {
  const upstream = await sandbox.repository(`upstream${String(count)}`);
  const base = await upstream.commit("base\n");
  const clone = sandbox.at(`clone${String(count)}`);
  await upstream.git("clone", "-q", upstream.root, clone.root);
  const followed = await follow(sandbox, clone, worker);
  // What was pulled stands on what was seen: it moves forward only.
  await clone.git("push", "-q", "origin", "HEAD:refs/heads/seen");
  const shas = importCommits(upstream, "refs/heads/topic", await clone.head(), MANY, BOB);
  const begin = prepared(clone, `${command}; git commit -q --allow-empty -m Mine`);
  const pauses = await paused(async () => {
    begin();
    await until("the own commit", () => (followed.view.ledger.commits.all.length > 1 ? true : undefined));
  });
  const { commits } = followed.view.ledger;
  check(followed, 2);
  const foreign = [base, ...shas].filter((sha) => commits.has(sha));
  if (foreign.length > 0) throw new Error(`${String(foreign.length)} pulled commits are evidence`);
  await followed.dispose();
  return pauses;
}

/** A program committed many times within a moment, each told in the reflog. */
async function own(sandbox: Sandbox, worker: string, many: number, evidence: number): Promise<Pauses> {
  const work = await sandbox.repository(`own${String(count)}`);
  await work.commit("base\n");
  const followed = await follow(sandbox, work, worker);
  const from = await work.head();
  const shas = importCommits(work, "refs/import/many", from, many, ANN);
  const begin = prepared(work, movementOver(work, "main", from, shas));
  const last = shas.at(-1) ?? "";
  const pauses = await paused(async () => {
    begin();
    await until("the last commit", () => (followed.view.ledger.commits.has(last) ? true : undefined));
  });
  check(followed, evidence + 1);
  await followed.dispose();
  return pauses;
}

function print(name: string, pauses: readonly Pauses[], budget = false): void {
  const ms = (value: number): string => `${value.toFixed(1).padStart(6)} ms`;
  const most = pauses.map((one) => one.most);
  const p99 = pauses.map((one) => one.p99);
  console.log(
    `  ${name.padEnd(58)} median ${ms(median(most))}  most ${ms(Math.max(...most))}  p99 ${ms(median(p99))}${budget ? `   budget ${String(BUDGET_MS)} ms` : ""}`,
  );
}

async function repeated(name: string, run: () => Promise<Pauses>, budget = true): Promise<void> {
  if (!name.includes(values.only)) return;
  const all: Pauses[] = [];
  for (let turn = -1; turn < REPEATS; turn += 1) {
    const pauses = await run();
    if (turn >= 0) all.push(pauses); // the first one finds cold code
  }
  print(name, all, budget);
}

const sandbox = await Sandbox.create();
try {
  const worker = await bundleWorker(sandbox.folder);
  console.log(`\nThe longest pause of the event loop while commits arrive (${String(REPEATS)} runs each)`);
  const idle = await follow(sandbox, await sandbox.repository("idle"), worker);
  await repeated("nothing going on for 3 s, one work tree followed", () => paused(() => sleep(IDLE_MS)), false);
  await idle.dispose();
  await repeated("one commit of one's own", () => own(sandbox, worker, 1, 1), false);
  await repeated("10,000 of somebody else by git pull", () =>
    pull(sandbox, worker, "git pull -q --ff-only origin topic"),
  );
  await repeated("10,000 of somebody else by fetch and merge", () =>
    pull(sandbox, worker, "git fetch -q origin topic; git merge -q --ff-only FETCH_HEAD"),
  );
  await repeated("3,000 of one's own, all read one by one", () =>
    own(sandbox, worker, READ_ONE_BY_ONE, READ_ONE_BY_ONE),
  );
  await repeated("10,000 of one's own, of which the last 200 count", () => own(sandbox, worker, MANY, 200));
} finally {
  await sandbox.dispose();
}
