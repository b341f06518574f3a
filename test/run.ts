/**
 * `npm test`: everything that can be checked, in order, with its output as it comes; the last line is the sum. It changes
 * nothing on the system: what some tests need and is not installed is named at the start, with the line that installs it.
 *
 *   node test/run.ts [--quick] [--reverse] [--only PART]...
 *
 *   --quick      what finds most faults, in under four minutes; what it leaves out is said at the start
 *   --reverse    the parts in the other order: none may live on what another left behind
 *   parts: format typecheck lint layers unit webview git systems faults package host e2e crash demo
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { checkBrowser } from "./host/lib/browser.ts";
import { missing, OPTIONAL, type Optional } from "./host/lib/optional.ts";
import { ROOT } from "./host/lib/paths.ts";
import { atExit, temporaryFolder } from "./host/lib/processes.ts";
import { add, NOTHING, sentence, type Summary } from "./host/lib/summary.ts";
import { newestVsix } from "./host/lib/vsix.ts";
import { PARTS, type Part } from "./parts.ts";

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

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    reverse: { type: "boolean", default: false },
  },
});
const work = temporaryFolder("test");
const parts = inOrder(chosen());
announce(parts);
const results = parts.some(({ needsBrowser }) => needsBrowser === true) ? await browserTrouble() : [];
let packaged = true;
for (const part of results.length > 0 ? [] : parts) {
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

/** The parts that the arguments name, as they are run in a quick run if that is wanted. */
function chosen(): readonly Part[] {
  const only = values.only.flatMap((names) => names.split(","));
  const unknown = only.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(", ")}`);
  const wanted = PARTS.filter(({ name }) => only.length === 0 || only.includes(name));
  if (!values.quick) return wanted;
  return wanted.flatMap((part) => (part.quick === undefined ? [] : [{ ...part, ...part.quick }]));
}

/** As they are listed, or the other way round; those that run the package come after it in both. */
function inOrder(wanted: readonly Part[]): readonly Part[] {
  if (!values.reverse) return wanted;
  const isPackage = ({ name }: Part): boolean => name === "package";
  const others = wanted.filter((part) => !isPackage(part)).reverse();
  const first = others.findIndex(({ needsVsix }) => needsVsix === true);
  return others.toSpliced(Math.max(first, 0), 0, ...wanted.filter(isPackage));
}

/** What is going to be run, about how long it takes, and what will be skipped. */
function announce(wanted: readonly Part[]): void {
  const time = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const minutes = (of: readonly Part[]): number => Math.max(1, Math.round(sum(of.map(({ seconds }) => seconds)) / 60));
  console.log(`${wanted.length} parts, about ${minutes(wanted)} min on two cores:`);
  for (const { name, seconds, what } of wanted)
    console.log(`  ${name.padEnd(10)}${time(seconds).padStart(6)}   ${what}`);
  if (values.quick) {
    const rest = PARTS.filter(({ quick }) => quick === undefined).map(({ name }) => name);
    console.log(`Left out, as this is a quick run: ${rest.join(", ")}; and of the others what is not said there.`);
  } else if (wanted.length === PARTS.length) {
    console.log("npm test -- --quick finds most faults in under 4 min.");
  }
  const names = new Set(wanted.map(({ name }) => name));
  const all: readonly Optional[] = Object.values(OPTIONAL);
  const lacking = all.filter((one) => one.parts.some((name) => names.has(name)) && missing(one) !== undefined);
  if (lacking.length > 0) console.log("Not installed here, so that these tests are skipped:");
  for (const { name, tests, install } of lacking) console.log(`  ${name.padEnd(18)}${tests.padEnd(60)}${install}`);
}

function sum(figures: readonly number[]): number {
  return figures.reduce((all, one) => all + one, 0);
}

/** Whether a browser runs here: what is missing is said now, and not after some minutes. */
async function browserTrouble(): Promise<Result[]> {
  const started = performance.now();
  try {
    await checkBrowser(console.log);
    return [];
  } catch (error) {
    const tail = error instanceof Error ? error.message : String(error);
    return [{ ...NOTHING, failed: 1, name: "browser", seconds: (performance.now() - started) / 1000, tail }];
  }
}

async function runPart({ name, program, args, count, needsVsix }: Part): Promise<Result> {
  const started = performance.now();
  const file = path.join(work.path, `${name}.json`);
  const vsix = needsVsix === true ? newestVsix() : undefined;
  const env = {
    ...process.env,
    CASECLOCK_TEST_SUMMARY: file,
    NODE_DISABLE_COMPILE_CACHE: "1", // some tools would leave one in the temporary folder
    ...(vsix === undefined || process.env["CASECLOCK_VSIX"] !== undefined ? {} : { CASECLOCK_VSIX: vsix }),
  };
  const { code, tail } = await live(program, args(file), env);
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
