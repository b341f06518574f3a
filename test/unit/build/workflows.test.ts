import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import type * as workflowParser from "@actions/workflow-parser";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly "timeout-minutes"?: number; readonly steps: readonly Step[] }>>;
}

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const FOLDER = ".github/workflows";
const files = fs.readdirSync(FOLDER).map((name) => ({ name, text: fs.readFileSync(`${FOLDER}/${name}`, "utf8") }));
const manifest = JSON.parse(fs.readFileSync("package.json", "utf8")) as Manifest;

let work: string;
let parser: typeof workflowParser;

beforeAll(async () => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-workflows-"));
  const outfile = path.join(work, "parser.cjs");
  // It imports its schema as JSON without saying so, which a bundler takes and Node does not.
  const contents = 'export * from "@actions/workflow-parser";';
  await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile,
  });
  parser = createRequire(import.meta.url)(outfile) as typeof workflowParser;
});

afterAll(() => {
  fs.rmSync(work, { recursive: true, force: true });
});

/** What GitHub's own parser and schema have to say against a workflow. */
async function faults(name: string, content: string): Promise<string[]> {
  const { context, value } = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter());
  if (value !== undefined) await parser.convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

describe.each(files)("the workflow $name", ({ name, text }) => {
  const { permissions, jobs } = parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it("is one by GitHub's schema", async () => {
    expect(await faults(name, text)).toEqual([]);
  });

  it("says what it may do, and how long each job may take", () => {
    expect(permissions).toBeDefined();
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  it("takes each action by its commit, with the version beside it", () => {
    const uses = text.split("\n").filter((line) => /^\s*-? ?uses:/.test(line));
    expect(uses.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
  });

  it("runs scripts that there are", () => {
    const run = steps.flatMap((step) => [...(step.run ?? "").matchAll(/\bnpm run (?:-s )?([\w:]+)/g)]);
    expect(run.map(([, script]) => script).filter((script) => !(String(script) in manifest.scripts))).toEqual([]);
  });

  it("has the Node that the other tests run on", () => {
    const versions = [...text.matchAll(/node-version: (.*)/g)].map(([, version]) => version);
    expect(new Set(versions)).toEqual(new Set(Object.values(manifest.optionalDependencies)));
  });
});

describe("the workflows", () => {
  it("run the host tests in the oldest VS Code that the manifest promises, and in the newest", () => {
    const asked = [...(files.find(({ name }) => name === "check.yml")?.text ?? "").matchAll(/--vscode (\S+)/g)];
    expect(asked.map(([, version]) => version)).toEqual([manifest.engines.vscode.replace("^", ""), "stable"]);
  });

  it("are held to the schema: a wrong event, permission, key, job and value are told", async () => {
    const wrong = [
      ["on: push", "on: pusch", "pusch"],
      ["contents: read", "contents: reed", "reed"],
      ["runs-on", "run-on", "run-on"],
      ["steps:", "needs: missing\n    steps:", "no dependencies"],
      ["github.ref", "gihtub.ref", "gihtub"],
    ] as const;
    const right =
      "on: push\npermissions:\n  contents: read\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n" +
      "      - run: echo ${{ github.ref }}\n";
    expect(await faults("right.yml", right)).toEqual([]);
    for (const [before, after, told] of wrong)
      expect((await faults("wrong.yml", right.replace(before, after))).join("\n")).toContain(told);
  });
});
