/**
 * Takes the arguments @vscode/test-electron gives to a desktop VS Code and runs the suites in the host that needs no
 * download. VSCODE_OFFLINE_RELEASE picks the release.
 */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { installedFolders } from "./lib/extensionFolder.ts";
import { NEWEST, parseRelease } from "./lib/releases.ts";
import { runSuites } from "./lib/suites.ts";

const { values, positionals } = parseArgs({
  strict: false, // the rest of a desktop's flags mean nothing here
  allowPositionals: true,
  options: {
    extensionTestsPath: { type: "string" },
    extensionDevelopmentPath: { type: "string", multiple: true },
    "extensions-dir": { type: "string" },
  },
});
const tests = values.extensionTestsPath;
const extension = values.extensionDevelopmentPath;
const folder = positionals[0];
if (typeof tests !== "string" || !Array.isArray(extension) || folder === undefined) {
  throw new Error("--extensionTestsPath, --extensionDevelopmentPath and a folder are needed");
}
const extensions = values["extensions-dir"];
const { code, summary } = await runSuites({
  release: parseRelease(process.env["VSCODE_OFFLINE_RELEASE"] ?? NEWEST),
  tests,
  extension: extension.map(String),
  companions: typeof extensions === "string" ? installedFolders(path.resolve(extensions)) : [],
  folder,
});
// The suites wrote their summary to a file of this run; the one who started us looks where it said.
const wanted = process.env["CASECLOCK_TEST_SUMMARY"];
if (wanted !== undefined && summary) fs.writeFileSync(wanted, JSON.stringify(summary));
process.exitCode = code;
