import fs from "node:fs";
import path from "node:path";
import { format } from "node:util";
import type MochaClass from "mocha";

/**
 * What VS Code loads as `extensionTestsPath`, in a browser's VS Code as on a desktop. A rejection is exit code 1.
 *
 * CASECLOCK_TEST_OUTPUT names a file for the report where the console is mixed with VS Code's own log;
 * CASECLOCK_TEST_SUMMARY one for `{passed, failed, skipped}`; CASECLOCK_TEST_GREP picks tests.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const {
    CASECLOCK_TEST_OUTPUT: output,
    CASECLOCK_TEST_SUMMARY: summary,
    CASECLOCK_TEST_GREP: grep,
  } = process.env as Record<string, string | undefined>;
  const Mocha = await loadMocha();
  if (output !== undefined) {
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
      fs.appendFileSync(output, `${format(...args)}\n`);
    };
  }
  const mocha = new Mocha({
    ui: "bdd",
    color: false,
    timeout: 30_000,
    forbidOnly: process.env["CI"] !== undefined,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of fs.readdirSync(__dirname, { recursive: true, encoding: "utf8" }).sort()) {
    if (file.endsWith(".test.js")) mocha.addFile(path.join(__dirname, file));
  }
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
      if (summary !== undefined) fs.writeFileSync(summary, JSON.stringify({ passed, failed: failures, skipped }));
      if (failures === 0) resolve();
      else reject(new Error(`${failures} failed`));
    });
  });
}

async function loadMocha(): Promise<typeof MochaClass> {
  const loaded = (await import("mocha")) as unknown as { default?: typeof MochaClass; Mocha?: typeof MochaClass };
  const found = loaded.Mocha ?? loaded.default;
  if (!found) throw new Error("mocha exports nothing to run tests with");
  return found;
}
