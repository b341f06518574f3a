/**
 * `npm run test:webview`: the panels in a headless Chromium, as VS Code shows them: themes, policy, keyboard, pointer.
 *
 *   node test/webview/main.ts [FILTER]...
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { ROOT } from "../host/lib/paths.ts";
import { atExit, temporaryFolder } from "../host/lib/processes.ts";
import { NOTHING, readVitest, report } from "../host/lib/summary.ts";

const work = temporaryFolder("webview");
const file = path.join(work.path, "summary.json");
const child = spawn(
  process.execPath,
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "test/webview/vitest.config.ts",
    ...process.argv.slice(2),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ],
  { cwd: ROOT, stdio: "inherit" },
);
const forget = atExit(() => void child.kill("SIGTERM"));
const [code] = (await once(child, "exit")) as [number | null];
forget();
report(readVitest(file) ?? { ...NOTHING, failed: 1 });
work.remove();
process.exit(code ?? 1);
