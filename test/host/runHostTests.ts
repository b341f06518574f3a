/**
 * Runs the suites of `test/host/suite` inside a real VS Code with the packaged extension installed, from the npm
 * registry alone and without a desktop.
 *
 *   node test/host/runHostTests.ts [--vscode 4.139.1]... [--vsix FILE] [--grep TEXT] [--verbose]
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { bundleSuites, bundleTestCompanion } from "./lib/bundle.ts";
import { temporaryFolder } from "./lib/processes.ts";
import { NEWEST, parseRelease, vscodeVersion } from "./lib/releases.ts";
import { smallRepository } from "./lib/repository.ts";
import { runSuites } from "./lib/suites.ts";
import { add, NOTHING, report, type Summary } from "./lib/summary.ts";
import { findVsix } from "./lib/vsix.ts";

const log = (message: string): void => {
  console.error(`[host] ${message}`);
};

const { values } = parseArgs({
  options: {
    vscode: { type: "string", multiple: true, default: [NEWEST] },
    vsix: { type: "string" },
    grep: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const vsix = await findVsix(values.vsix, log);
const tests = await bundleSuites();
const companion = await bundleTestCompanion();

let total: Summary = NOTHING;
for (const release of values.vscode.map(parseRelease)) {
  log(`VS Code ${vscodeVersion(release)}, ${path.basename(vsix)}`);
  const work = temporaryFolder("suites");
  try {
    const folder = path.join(work.path, "sample");
    await smallRepository(folder);
    const env = {
      CASECLOCK_TEST_VSCODE: vscodeVersion(release),
      ...(values.grep === undefined ? {} : { CASECLOCK_TEST_GREP: values.grep }),
    };
    const options = { release, log, tests, extension: [companion], folder, vsix: [vsix], env, verbose: values.verbose };
    const { code, summary = { ...NOTHING, failed: 1 } } = await runSuites(options);
    // A suite that passed but could not be left properly has failed.
    total = add(total, code !== 0 && summary.failed === 0 ? { ...summary, failed: 1 } : summary);
  } finally {
    work.remove();
  }
}
report(total);
process.exitCode = total.failed === 0 ? 0 : 1;
