/**
 * Runs `test/e2e/*.test.ts`: suites that drive VS Code from outside, by its window and by the doors of the companion. Each
 * file starts a VS Code of its own, one after the other.
 *
 *   node test/host/runE2eTests.ts [--vscode oldest] [--grep TEXT] [FILE]...
 *
 * Suites find the packaged extension through CASECLOCK_VSIX and the release through CASECLOCK_TEST_RELEASE, both set here.
 */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import Mocha from "mocha";
import { ROOT } from "./lib/paths.ts";
import { NEWEST, parseRelease } from "./lib/releases.ts";
import { report } from "./lib/summary.ts";
import { findVsix } from "./lib/vsix.ts";
import { whatWindowsSay } from "./lib/workbench.ts";

const TIMEOUT_MS = 120_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    grep: { type: "string" },
    vscode: { type: "string", default: NEWEST },
    vsix: { type: "string" },
  },
});
const folder = path.join(ROOT, "test/e2e");
const all = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".test.ts")) : [];
const files = positionals.length > 0 ? positionals : all.sort().map((name) => path.join(folder, name));
process.env["CASECLOCK_TEST_RELEASE"] = parseRelease(values.vscode);
process.env["CASECLOCK_VSIX"] = await findVsix(values.vsix, (message) => {
  console.error(`[e2e] ${message}`);
});

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
for (const file of files) mocha.addFile(path.resolve(file));
await mocha.loadFilesAsync();
const runner = mocha.run((failures) => {
  const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
  report({ passed, failed: failures, skipped });
  process.exit(failures === 0 ? 0 : 1); // also when a suite left something open: at exit it is ended
});
