/**
 * `npm run test:systems`: the tests in this folder against real billing systems, each started on loopback with a fresh
 * database, and ended. What is not installed is skipped by name, with the line that installs it.
 *
 *   node test/systems/main.ts [--require] [FILTER]...      --require: what is skipped has failed
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../host/lib/paths.ts";
import { missing } from "../host/lib/optional.ts";
import { atExit, temporaryFolder } from "../host/lib/processes.ts";
import { NOTHING, readVitest, report } from "../host/lib/summary.ts";
import { REDMINE, REQUEST_TRACKER, start, type SeedFile } from "./systems.ts";

const { values, positionals } = parseArgs({
  options: { require: { type: "boolean", default: false } },
  allowPositionals: true,
});

async function main(): Promise<number> {
  const reasons: string[] = [];
  const running: SeedFile[] = [];
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const system of [REDMINE, REQUEST_TRACKER]) {
    const reason = missing(system.installed);
    if (reason !== undefined) {
      reasons.push(reason);
      continue;
    }
    const started = performance.now();
    const found = await start(system);
    running.push(found);
    env[system.variable] = found.seedFile;
    console.log(`${system.installed.name} on ${found.baseUrl}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  const work = temporaryFolder("systems");
  const file = path.join(work.path, "summary.json");
  const code = running.length === 0 ? 0 : await runVitest(env, file);
  const counted = fs.existsSync(file) ? readVitest(file) : undefined;
  for (const system of running) await system.stop();
  work.remove();
  for (const reason of reasons) console.log(`skipped: ${reason}`);
  const { passed, failed, skipped } = counted ?? { ...NOTHING, failed: code === 0 ? 0 : 1, skipped: reasons.length };
  const isMissing = values.require && reasons.length > 0;
  report({ passed, failed: failed + (isMissing ? 1 : 0), skipped });
  return code !== 0 || failed > 0 || isMissing ? 1 : 0;
}

async function runVitest(env: NodeJS.ProcessEnv, file: string): Promise<number> {
  const args = ["node_modules/vitest/vitest.mjs", "run", "--config", "test/systems/vitest.config.ts", ...positionals];
  const output = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const child = spawn(process.execPath, [...args, ...output], { cwd: ROOT, env, stdio: "inherit" });
  const forget = atExit(() => void child.kill("SIGTERM"));
  const [code] = (await once(child, "exit")) as [number | null];
  forget();
  return code ?? 1;
}

process.exit(await main());
