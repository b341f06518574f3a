import fs from "node:fs";
import path from "node:path";
import { format } from "node:util";
import { type HostOptions, startHost } from "./host.ts";
import { sleep, temporaryFolder } from "./processes.ts";
import { readSummary, type Summary } from "./summary.ts";
import type { WindowOptions } from "./window.ts";

/** What to run inside a VS Code. */
export interface SuiteOptions extends HostOptions {
  /** A file that exports `run()`. */
  readonly tests: string;
  /** At least one extension under development: without it VS Code runs no tests. */
  readonly extension: readonly string[];
  readonly folder: string;
  /** @default 10 minutes */
  readonly timeoutMs?: number;
  /** Also print the window's console, some hundred lines. */
  readonly verbose?: boolean;
}

/**
 * Runs suites in the extension host of a window and prints their report as it comes. What the suites log to the console
 * reaches the window mixed with VS Code's own log, so it is printed only if `verbose`, or if they never got to report.
 * @returns the summary they wrote, and the exit code VS Code gave: 124 if they were late
 */
export async function runSuites(options: SuiteOptions): Promise<{ readonly code: number; readonly summary?: Summary }> {
  const { tests, extension, folder, timeoutMs = 600_000, verbose = false, ...hostOptions } = options;
  const reports = temporaryFolder("report");
  const output = path.join(reports.path, "output.txt");
  const summaryFile = path.join(reports.path, "summary.json");
  const env = { ...options.env, CASECLOCK_TEST_OUTPUT: output, CASECLOCK_TEST_SUMMARY: summaryFile };
  const host = await startHost({ ...hostOptions, env });
  const logged: string[] = [];
  let finish: (code: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => (finish = resolve));
  const window: WindowOptions = {
    folder,
    tests,
    extension,
    onExit: (code) => {
      finish(code);
    },
    onLog: (_type, args) => {
      const line = format(...[args].flat());
      if (verbose) console.log(line);
      else logged.push(line);
    },
  };
  const report = follow(output);
  try {
    await host.open(window);
    const late = sleep(timeoutMs).then(() => 124);
    // The report keeps this process alive while it waits.
    const code = await Promise.race([finished, late]);
    if (code === 124) console.log(`no result within ${timeoutMs / 1000} s`);
    report.stop();
    if (code !== 0 && !report.hasLines() && !verbose) for (const line of logged) console.log(line);
    const summary = readSummary(summaryFile);
    return summary ? { code, summary } : { code };
  } finally {
    report.stop();
    await host.close();
    reports.remove();
  }
}

/** Prints the whole lines a file gains. */
function follow(file: string): { hasLines(): boolean; stop(): void } {
  let read = 0;
  const more = (): void => {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    const end = text.lastIndexOf("\n") + 1;
    if (end <= read) return;
    console.log(text.slice(read, end - 1));
    read = end;
  };
  const timer = setInterval(more, 200);
  return {
    hasLines: () => read > 0,
    stop: () => {
      clearInterval(timer);
      more();
    },
  };
}
