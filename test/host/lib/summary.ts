import fs from "node:fs";

/** What a run of tests came to. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The sum of nothing. */
export const NOTHING: Summary = { passed: 0, failed: 0, skipped: 0 };

/** Both together. */
export function add(a: Summary, b: Summary): Summary {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** `3 passed, 0 failed`, and `, 1 skipped` if there are skipped ones. */
export function sentence({ passed, failed, skipped }: Summary): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Reads a summary a child process wrote; undefined if it wrote none. */
export function readSummary(file: string): Summary | undefined {
  if (!fs.existsSync(file)) return undefined;
  return JSON.parse(fs.readFileSync(file, "utf8")) as Summary;
}

/** Prints the summary as one line of JSON, and writes it to the file the caller named in CASECLOCK_TEST_SUMMARY. */
export function report(summary: Summary): void {
  console.log(JSON.stringify(summary));
  const file = process.env["CASECLOCK_TEST_SUMMARY"];
  if (file !== undefined) fs.writeFileSync(file, JSON.stringify(summary));
}

/** Reads what Vitest wrote; undefined if it wrote nothing. @source Vitest, JSON reporter: as Jest's */
export function readVitest(file: string): Summary | undefined {
  if (!fs.existsSync(file)) return undefined;
  const found = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, number | undefined>;
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = found;
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}
