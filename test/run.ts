/**
 * `npm test`: everything that can be checked, in order, with its output as it comes; the last line is the sum.
 *
 *   node test/run.ts [--only PART]...      parts: format typecheck lint layers unit webview git systems faults package host e2e crash demo
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./host/lib/paths.ts";
import { atExit, temporaryFolder } from "./host/lib/processes.ts";
import { add, NOTHING, readSummary, readVitest, sentence, type Summary } from "./host/lib/summary.ts";
import { newestVsix } from "./host/lib/vsix.ts";

/** One line of the table. */
interface Part {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Where it leaves its counts; without it the part is one check. */
  readonly count?: (file: string) => Summary | undefined;
  /** It runs the .vsix that the part `package` makes. */
  readonly needsVsix?: boolean;
}

interface Result extends Summary {
  readonly name: string;
  readonly seconds: number;
  /** The end of what a part printed that failed. */
  readonly tail?: string;
}

const LIMIT_MS = 30 * 60_000;
/** How long the output of an ended program may take to arrive. */
const LINGER_MS = 5_000;
/** How much of a failed part's output is said again below the table, in characters. */
const TAIL_CHARS = 6_000;

const work = temporaryFolder("test");
const summaryOf = (name: string): string => path.join(work.path, `${name}.json`);
const script = (name: string, npmScript: string): Part => ({ name, program: "npm", args: ["run", "-s", npmScript] });
const node = (name: string, ...args: string[]): Part => ({
  name,
  program: process.execPath,
  args,
  needsVsix: true,
  count: readSummary,
});

const PARTS: readonly Part[] = [
  script("format", "format"),
  script("typecheck", "typecheck"),
  script("lint", "lint"),
  script("layers", "deps"),
  {
    name: "unit",
    program: process.execPath,
    args: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${summaryOf("unit")}`,
    ],
    count: readVitest,
  },
  { name: "webview", program: process.execPath, args: ["test/webview/main.ts"], count: readSummary },
  { name: "git", program: process.execPath, args: ["test/git/main.ts"], count: readSummary },
  { name: "systems", program: process.execPath, args: ["test/systems/main.ts"], count: readSummary },
  {
    name: "faults",
    program: process.execPath,
    args: ["test/faults/main.ts", "--entries", "500"],
    count: readSummary,
  },
  script("package", "package"),
  node("host", "test/host/runHostTests.ts"),
  node("e2e", "test/host/runE2eTests.ts"),
  node("crash", "test/crash/main.ts", "--kills", "5"),
  { ...node("demo", "test/demo/main.ts", "--scripted"), count: () => undefined },
];

const { values } = parseArgs({ options: { only: { type: "string", multiple: true, default: [] } } });
const only = values.only.flatMap((names) => names.split(","));
const unknown = only.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(", ")}`);

const results: Result[] = [];
let packaged = true;
for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
  console.log(`\n━━ ${part.name} ${"━".repeat(100 - part.name.length)}`);
  const result: Result = part.needsVsix === true && !packaged ? notRun(part) : await runPart(part);
  if (part.name === "package") packaged = result.failed === 0;
  results.push(result);
}
work.remove();
const total = results.reduce<Summary>(add, NOTHING);
// Said again where it is seen: whoever has only the end of a long log finds what failed in it.
for (const { name, tail } of results)
  if (tail !== undefined) console.log(`\n━━ ${name} failed; its last words:\n${tail}`);
console.log(`\n${table(results)}\n`);
console.log(sentence(total));
process.exitCode = total.failed === 0 ? 0 : 1;

async function runPart({ name, program, args, count, needsVsix }: Part): Promise<Result> {
  const started = performance.now();
  const file = summaryOf(name);
  const vsix = needsVsix === true ? newestVsix() : undefined;
  const env = {
    ...process.env,
    CASECLOCK_TEST_SUMMARY: file,
    ...(vsix === undefined || process.env["CASECLOCK_VSIX"] !== undefined ? {} : { CASECLOCK_VSIX: vsix }),
  };
  const { code, tail } = await live(program, args, env);
  const seconds = (performance.now() - started) / 1000;
  const isGood = code === 0;
  const counted = count?.(file) ?? { ...NOTHING, passed: isGood ? 1 : 0 };
  // A part that ended badly without naming a failed test has failed all the same.
  const failed = counted.failed === 0 && !isGood ? 1 : counted.failed;
  return { ...counted, failed, name, seconds, ...(failed === 0 ? {} : { tail }) };
}

function notRun({ name }: Part): Result {
  console.log("not run: there is no package to run");
  return { ...NOTHING, failed: 1, name, seconds: 0 };
}

/** Runs a program whose output goes on to ours; its exit code, or 1 if it was ended by a signal or took too long. */
function live(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly tail: string }> {
  return new Promise((resolve, reject) => {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
    const child = spawn(program, args, { cwd: ROOT, env: { ...colour, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let tail = "";
    const pass = (to: NodeJS.WritableStream) => (text: string) => {
      to.write(text);
      tail = (tail + text).slice(-TAIL_CHARS);
    };
    child.stdout.setEncoding("utf8").on("data", pass(process.stdout));
    child.stderr.setEncoding("utf8").on("data", pass(process.stderr));
    const end = (): void => void child.kill("SIGTERM");
    const forget = atExit(end);
    const limit = setTimeout(() => {
      console.log(`ended: longer than ${LIMIT_MS / 60_000} minutes`);
      end();
    }, LIMIT_MS);
    child.once("error", reject);
    // Something it left behind may hold its output open: that is not waited for.
    child.once("exit", () => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LINGER_MS).unref();
    });
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      forget();
      if (signal !== null) tail += `\nended by ${signal}`;
      resolve({ code: code ?? 1, tail });
    });
  });
}

function table(rows: readonly Result[]): string {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(10) : cell.padStart(9))).join("");
  const body = rows.map(({ name, passed, failed, skipped, seconds }) =>
    line([name, String(passed), String(failed), String(skipped), `${seconds.toFixed(1)} s`]),
  );
  return [line(["part", "passed", "failed", "skipped", "time"]), ...body].join("\n");
}
