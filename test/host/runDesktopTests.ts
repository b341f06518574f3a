/**
 * Runs the same suites in a desktop VS Code: the one VSCODE_EXECUTABLE names, or one that is downloaded.
 *
 *   node test/host/runDesktopTests.ts [--vscode 1.139.1] [--vsix FILE]
 *
 * `VSCODE_EXECUTABLE=test/host/vscode-offline` runs them in the host that needs no download instead.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { runTests, TestRunFailedError } from "@vscode/test-electron";
import { bundleSuites, bundleTestCompanion } from "./lib/bundle.ts";
import { installFolder, unpackVsix } from "./lib/extensionFolder.ts";
import { temporaryFolder } from "./lib/processes.ts";
import { smallRepository } from "./lib/repository.ts";
import { NOTHING, readSummary, report } from "./lib/summary.ts";
import { findVsix } from "./lib/vsix.ts";

const log = (message: string): void => {
  console.error(`[desktop] ${message}`);
};

const { values } = parseArgs({ options: { vscode: { type: "string" }, vsix: { type: "string" } } });
const vsix = await findVsix(values.vsix, log);
const work = temporaryFolder("desktop");
const at = (name: string): string => path.join(work.path, name);
const executable = process.env["VSCODE_EXECUTABLE"];
try {
  unpackVsix(vsix, at("unpacked"));
  installFolder(at("extensions"), at("unpacked"));
  await smallRepository(at("sample"));
  const profile = [`--extensions-dir=${at("extensions")}`, `--user-data-dir=${at("user")}`];
  await runTests({
    ...(executable === undefined ? {} : { vscodeExecutablePath: path.resolve(executable) }),
    ...(values.vscode === undefined ? {} : { version: values.vscode }),
    extensionDevelopmentPath: await bundleTestCompanion(),
    extensionTestsPath: await bundleSuites(),
    extensionTestsEnv: { CASECLOCK_TEST_SUMMARY: at("summary.json") },
    launchArgs: [at("sample"), ...profile],
  });
} catch (error) {
  if (!(error instanceof TestRunFailedError)) log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  const found = readSummary(at("summary.json")) ?? { ...NOTHING, failed: 1 };
  report(process.exitCode === 1 && found.failed === 0 ? { ...found, failed: 1 } : found);
  work.remove();
}
