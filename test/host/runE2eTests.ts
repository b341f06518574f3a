/**
 * Runs `test/e2e/*.test.ts`: suites that drive VS Code from outside, by its window and by the doors of the companion. Each
 * file is a process of its own with a VS Code of its own; what it printed comes in one piece when it ends.
 *
 *   node test/host/runE2eTests.ts [--vscode oldest] [--grep TEXT] [--jobs 2] [FILE]...     FILE: or its name, or a part of that
 *
 * Suites find the packaged extension through CASECLOCK_VSIX and the release through CASECLOCK_TEST_RELEASE, both set here.
 */
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import Mocha from "mocha";
import { checkBrowser } from "./lib/browser.ts";
import { bundleTestCompanion } from "./lib/bundle.ts";
import { install } from "./lib/install.ts";
import { ROOT } from "./lib/paths.ts";
import { atExit, temporaryFolder } from "./lib/processes.ts";
import { NEWEST, parseRelease } from "./lib/releases.ts";
import { add, NOTHING, readSummary, report, sentence, type Summary } from "./lib/summary.ts";
import { findVsix } from "./lib/vsix.ts";
import { whatWindowsSay } from "./lib/workbench.ts";

const TIMEOUT_MS = 120_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    grep: { type: "string" },
    jobs: { type: "string", default: "2" },
    vscode: { type: "string", default: NEWEST },
    vsix: { type: "string" },
  },
});
const log = (message: string): void => {
  console.error(`[e2e] ${message}`);
};
const release = parseRelease(values.vscode);
process.env["CASECLOCK_TEST_RELEASE"] = release;
process.env["CASECLOCK_VSIX"] = await findVsix(values.vsix, log);
const files = chosen(positionals);
const [only] = files;
if (only !== undefined && files.length === 1) await runHere(only);
else await runEach(files, Number(values.jobs));

/** Files that the arguments name, by path, by name or by a part of their names; all where there are none. */
function chosen(given: readonly string[]): readonly string[] {
  const folder = path.join(ROOT, "test/e2e");
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const all = names.sort().map((name) => path.join(folder, name));
  if (given.length === 0) return all;
  const named = given.flatMap((one) => {
    if (fs.existsSync(one)) return [path.resolve(one)];
    const whole = all.filter((file) => path.basename(file, ".test.ts") === one);
    const found = whole.length > 0 ? whole : all.filter((file) => path.basename(file).includes(one));
    if (found.length === 0) throw new Error(`no such file in test/e2e: ${one}`);
    return found;
  });
  return [...new Set(named)];
}

async function runHere(file: string): Promise<void> {
  const mocha = new Mocha({
    ui: "bdd",
    timeout: TIMEOUT_MS,
    forbidOnly: process.env["CI"] !== undefined,
    ...(values.grep === undefined ? {} : { grep: values.grep }),
  });
  mocha.rootHooks({
    async afterEach(this: Mocha.Context) {
      if (this.currentTest?.state === "failed") console.error(await whatWindowsSay());
    },
  });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  const runner = mocha.run((failures) => {
    const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
    report({ passed, failed: failures, skipped });
    process.exit(failures === 0 ? 0 : 1); // also when a suite left something open: at exit it is ended
  });
}

/** Runs files in processes of their own, so many at a time. */
async function runEach(all: readonly string[], jobs: number): Promise<void> {
  if (!(jobs >= 1)) throw new Error("--jobs: at least 1");
  // What all of them use is there before the first: two would fetch it at once.
  await install(release, log);
  await checkBrowser(log);
  await bundleTestCompanion();
  const work = temporaryFolder("e2e");
  const waiting = [...all];
  let total: Summary = NOTHING;
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const summary = await runThere(file, path.join(work.path, `${path.basename(file)}.json`));
      total = add(total, summary);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  work.remove();
  report(total);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

/** Runs one file in another process and prints what that said when it has ended. */
async function runThere(file: string, summaryFile: string): Promise<Summary> {
  const started = performance.now();
  const grep = values.grep === undefined ? [] : ["--grep", values.grep];
  const flags = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];
  const args = [...flags, import.meta.filename, "--vscode", release, ...grep, file];
  const env = { ...process.env, CASECLOCK_TEST_SUMMARY: summaryFile };
  const said: Buffer[] = [];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  const forget = atExit(() => void child.kill("SIGTERM"));
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => said.push(data));
  const how = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(code ?? signal ?? 1);
    });
  });
  forget();
  const found = readSummary(summaryFile) ?? NOTHING;
  // A file that ended badly without naming a failed test has failed all the same.
  const summary = how !== 0 && found.failed === 0 ? { ...found, failed: 1 } : found;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ending = typeof how === "string" ? `, ended by ${how}` : "";
  process.stdout.write(Buffer.concat(said));
  console.log(`── ${path.basename(file)}: ${sentence(summary)}${ending} (${seconds} s)\n`);
  return summary;
}
