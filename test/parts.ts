import { readSummary, readVitest, type Summary } from "./host/lib/summary.ts";

/** One part of `npm test`. */
export interface Part {
  readonly name: string;
  /** What it looks at, in a line. */
  readonly what: string;
  /** About how long it takes on two cores that do little else. */
  readonly seconds: number;
  readonly program: string;
  /** @param summary where it is to leave its counts */
  readonly args: (summary: string) => readonly string[];
  /** Reads its counts; without it the part is one check. */
  readonly count?: (file: string) => Summary | undefined;
  /** It runs the .vsix that the part `package` makes. */
  readonly needsVsix?: boolean;
  readonly needsBrowser?: boolean;
  /** What is other in a quick run; without it the part is not in there. */
  readonly quick?: Partial<Pick<Part, "what" | "seconds" | "args">>;
}

/** Files of the part `unit` that take seconds each: properties, and whatever starts many processes. */
const SLOW_UNITS = [
  "property/{span,hookKeys,ledger,report,edits,move,timesheet,outbox}",
  "contract/git/git{Commits,Hook,HookLimits,Tagging,ReadsAlone,Fates}",
  "contract/{git/treeSigns,remote/remoteHostile,remote/remoteHook,log/eventLogFile,billing-endpoint/billingEndpointFile}",
  "contract/sqlite/sqlite{Trouble,Damage,ManyDamaged,Backup,Projections}",
  "contract/provider/campaign",
];

/** Files of the part `e2e`: time that is written by hand, and a day from the timesheet to the billing endpoint. */
const QUICK_E2E = ["time", "timesheet"];

const script = (npmScript: string): Pick<Part, "program" | "args"> => ({
  program: "npm",
  args: () => ["run", "-s", npmScript],
});
const node = (...args: readonly string[]): Pick<Part, "program" | "args" | "count"> => ({
  program: process.execPath,
  args: () => args,
  count: readSummary,
});
const IN_VSCODE = { needsVsix: true, needsBrowser: true };

const vitest = (summary: string, ...more: readonly string[]): readonly string[] => [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--maxWorkers=100%", // by itself it leaves one core alone
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${summary}`,
  ...more,
];

/** In the order in which they find faults soonest. */
export const PARTS: readonly Part[] = [
  { name: "format", what: "prettier", seconds: 10, ...script("format"), quick: {} },
  {
    name: "typecheck",
    what: "tsc, for the extension, the panels and their tests",
    seconds: 20,
    ...script("typecheck"),
    quick: {},
  },
  { name: "lint", what: "eslint", seconds: 40, ...script("lint"), quick: {} },
  { name: "layers", what: "what may import what", seconds: 5, ...script("deps"), quick: {} },
  {
    name: "unit",
    what: "units, properties, contracts of the ports, git and SQLite themselves",
    seconds: 180,
    program: process.execPath,
    args: (summary) => vitest(summary),
    count: readVitest,
    quick: {
      what: "without the files that take longest",
      seconds: 45,
      args: (summary) => vitest(summary, ...SLOW_UNITS.map((name) => `--exclude=test/${name}.test.ts`)),
    },
  },
  {
    name: "webview",
    what: "the panels in a browser: keyboard, pointer, axe-core, hostile texts",
    seconds: 125,
    ...node("test/webview/main.ts"),
    needsBrowser: true,
    quick: {
      what: "without axe-core and the report",
      seconds: 30,
      args: () => ["test/webview/main.ts", "--exclude=test/webview/{accessible,report}.test.ts"],
    },
  },
  { name: "git", what: "operations of git in many surroundings", seconds: 300, ...node("test/git/main.ts") },
  { name: "systems", what: "a real Redmine and Request Tracker", seconds: 120, ...node("test/systems/main.ts") },
  {
    name: "faults",
    what: "lost answers, broken connections, killed processes",
    seconds: 35,
    ...node("test/faults/main.ts", "--entries", "500"),
  },
  { name: "package", what: "the .vsix", seconds: 10, ...script("package"), quick: {} },
  {
    name: "host",
    what: "suites inside VS Code",
    seconds: 75,
    ...node("test/host/runHostTests.ts"),
    ...IN_VSCODE,
    quick: {
      what: "only whether VS Code runs the package",
      seconds: 15,
      args: () => ["test/host/runHostTests.ts", "--grep", "the host"],
    },
  },
  {
    name: "e2e",
    what: "VS Code by its window, mouse and keyboard",
    seconds: 720,
    ...node("test/host/runE2eTests.ts"),
    ...IN_VSCODE,
    quick: {
      what: "only time by hand, and the timesheet",
      seconds: 50,
      args: () => ["test/host/runE2eTests.ts", ...QUICK_E2E],
    },
  },
  {
    name: "crash",
    what: "an extension host that is killed five times while somebody works",
    seconds: 150,
    ...node("test/crash/main.ts", "--kills", "5"),
    ...IN_VSCODE,
  },
  {
    name: "demo",
    what: "npm start, by itself",
    seconds: 75,
    program: process.execPath,
    args: () => ["test/demo/main.ts", "--scripted"],
    ...IN_VSCODE,
  },
];
