import fs from "node:fs";
import path from "node:path";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import type { Door } from "../host/lib/door.ts";
import { type Host, startHost } from "../host/lib/host.ts";
import type { Log } from "../host/lib/install.ts";
import { OUT } from "../host/lib/paths.ts";
import { until } from "../host/lib/processes.ts";
import { git } from "../host/lib/repository.ts";
import { Workbench } from "../host/lib/workbench.ts";
import type { StoredEntry } from "./endpoint.ts";
import { SAMPLE_FILE } from "./sampleRepository.ts";
import type { Stage } from "./stage.ts";
import { DAY_MS } from "../../src/base/time.ts";

/** The case the script works on; the endpoint knows it. */
const CASE_KEY = "ACME-1234";

const STATUS_BAR_ITEM = "caseclock.caseclock.case";

/** Key by key, about six seconds each. */
const FIRST_EDIT = "# The carrier needs up to two minutes for files of more than 50 MB.\n";
const SECOND_EDIT = "# A second attempt is cheaper than a call from the depot.\n";

const FIRST_MESSAGE = "Say how long the carrier takes";
const SECOND_MESSAGE = "Say why a second attempt is worth it";

const SCREENSHOTS = path.join(OUT, "demo");

/** What `caseclock.verify` answers, as far as the script compares it; whole seconds. */
interface Verified {
  readonly assigned: number;
  readonly pushed: number;
  readonly receipted: number;
  readonly overlapSeconds: number;
  readonly lostSeconds: number;
  readonly driftSeconds: number;
}

export interface ScriptOptions {
  readonly stage: Stage;
  readonly vsix: string;
  readonly release: string;
  readonly log: Log;
}

/**
 * Works on a case the way an engineer does, through mouse and keyboard: pick, edit, commit in the terminal, edit, commit
 * in Source Control, sync. Then compares what the endpoint stored with what the ledger says.
 * @returns 0 if both agree to the second and both commits carry the case
 */
export async function playScript({ stage, vsix, release, log }: ScriptOptions): Promise<number> {
  fs.rmSync(SCREENSHOTS, { recursive: true, force: true });
  const companions = [stage.companion, await bundleTestCompanion()];
  const { env, userData } = stage;
  const host = await startHost({ release, log, vsix: [vsix], companions, env, userData });
  try {
    const page = await host.open({ folder: stage.repository });
    const bench = new Workbench(page, SCREENSHOTS);
    try {
      const door = await host.door(stage.repository);
      await work(bench, door, stage, log);
      return await compare(door, stage);
    } catch (error) {
      await bench.screenshot("failed");
      throw error;
    }
  } finally {
    await close(host, log);
  }
}

/** The engineer's part. */
async function work(bench: Workbench, door: Door, { repository }: Stage, log: Log): Promise<void> {
  log("confirm the connection, if asked");
  await bench.answerModal("Connect", 15_000);

  log(`pick ${CASE_KEY} from the status bar`);
  await bench.statusBarItem(STATUS_BAR_ITEM).waitFor();
  await bench.screenshot("no-case");
  await bench.clickStatusBarItem(STATUS_BAR_ITEM);
  await bench.quickPickRow(CASE_KEY); // the list arrives when the connection stands
  await bench.screenshot("case-picker");
  await bench.pick(CASE_KEY);
  await bench.statusBarItem(STATUS_BAR_ITEM).filter({ hasText: CASE_KEY }).waitFor();
  if (await bench.answerToast("Tag Here", 10_000)) log("commits of this repository are to be tagged");
  await bench.screenshot("case-picked");

  log("edit, and commit in the terminal");
  await bench.openFile(SAMPLE_FILE);
  await bench.type(FIRST_EDIT, 90);
  await bench.save();
  await bench.screenshot("first-edit");
  await bench.openTerminal(door);
  await bench.typeInTerminal(`git commit -am '${FIRST_MESSAGE}'`);
  await committed(repository, FIRST_MESSAGE);
  await bench.screenshot("commit-in-terminal");

  log("edit, and commit in Source Control");
  await bench.openFile(SAMPLE_FILE);
  await bench.type(SECOND_EDIT, 90);
  await bench.save();
  await bench.commitFromSourceControl(SECOND_MESSAGE);
  await committed(repository, SECOND_MESSAGE);
  await bench.screenshot("commit-in-source-control");

  log("sync");
  await bench.runCommand("Caseclock: Sync Time Entries");
  const rows = await bench.quickPickRows();
  for (const row of rows) log(`  ${row}`);
  await bench.tickAllRows(); // what is of today is offered as “still running”, not ticked
  await bench.screenshot("sync-preview");
  await bench.accept();
  log(`VS Code says: ${await bench.waitForToast(/time entr/i)}`);
  await bench.screenshot("synced");
}

/** Waits for the commit whose subject is `message`. */
async function committed(repository: string, message: string): Promise<void> {
  await until(`the commit “${message}”`, async () =>
    (await git(repository, ["log", "-1", "--format=%s"])) === message ? true : undefined,
  );
}

/** The bookkeeper's part. */
async function compare(door: Door, { endpoint, repository }: Stage): Promise<number> {
  const verified = (await door.command("caseclock.verify")) as Verified;
  const today = await door.command("caseclock.today");
  const entries = await endpoint.timeEntries(dayFromNow(-1), dayFromNow(1));
  const commits = await git(repository, [
    "log",
    "-2",
    "--reverse",
    "--format=%h %s%n  Case-Id: %(trailers:key=Case-Id,valueonly,separator=%x2C)",
  ]);
  console.log("\nThe endpoint stored:");
  for (const entry of entries) console.log(`  ${describe(entry)}`);
  console.log(`\nThe ledger says:\n  today  ${JSON.stringify(today)}\n  verify ${JSON.stringify(verified)}`);
  console.log(`\nThe commits:\n${commits.replaceAll(/^/gm, "  ")}\n`);

  const stored = sum(entries, "billedSeconds");
  const trailers = commits.split("\n").filter((line) => line === `  Case-Id: ${CASE_KEY}`);
  const checks: readonly [string, boolean][] = [
    ["the endpoint stored at least a second", stored > 0],
    [`the endpoint's ${stored} s are the ledger's ${verified.pushed} s pushed`, stored === verified.pushed],
    [`and its ${verified.receipted} s receipted`, stored === verified.receipted],
    ["nothing overlaps, is lost or drifts", isSound(verified)],
    [`every entry is on ${CASE_KEY}`, entries.every((entry) => entry.caseKey === CASE_KEY)],
    ["both commits carry the case", trailers.length === 2],
  ];
  for (const [what, holds] of checks) console.log(`${holds ? "✔" : "✘"} ${what}`);
  return checks.every(([, holds]) => holds) ? 0 : 1;
}

function isSound({ overlapSeconds, lostSeconds, driftSeconds }: Verified): boolean {
  return overlapSeconds === 0 && lostSeconds === 0 && driftSeconds === 0;
}

function sum(entries: readonly StoredEntry[], key: "billedSeconds" | "billableSeconds"): number {
  return entries.reduce((total, entry) => total + entry[key], 0);
}

function describe({ date, caseKey, observedSeconds, bridgedSeconds, billedSeconds, description }: StoredEntry): string {
  return `${date} ${caseKey} observed ${observedSeconds} s, bridged ${bridgedSeconds} s, billed ${billedSeconds} s: ${description}`;
}

/** A local day as the API writes it; one day of margin covers every time zone. */
function dayFromNow(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

async function close(host: Host, log: Log): Promise<void> {
  log(`screenshots are in ${SCREENSHOTS}`);
  await host.close();
}
