import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CaseFile } from "../../../src/adapters/node/cases/caseFile.ts";
import { SystemClock } from "../../../src/adapters/node/system/systemClock.ts";
import type { IDisposable } from "../../../src/base/disposable.ts";
import type { Case } from "../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";

/** Real time; a test waits for what is due. */
class WatchedClock extends SystemClock {
  asked = 0;

  override after(ms: number, run: () => void): IDisposable {
    this.asked += 1;
    return super.after(ms, run);
  }
}

let folder: string;
let file: string;
let clock: WatchedClock;
let open: CaseFile[];

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-cases-")));
  file = path.join(folder, "cases.json");
  clock = new WatchedClock();
  open = [];
});

afterEach(() => {
  for (const one of open) one.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});

function caseFile(of = file): CaseFile {
  const made = new CaseFile(of, clock);
  open.push(made);
  return made;
}

async function read(of = caseFile()): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for await (const page of of.listCases()) cases.push(...page);
  return cases;
}

const write = (content: unknown): void => {
  fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
};

async function problemWith(content: unknown): Promise<string | undefined> {
  write(content);
  const source = caseFile();
  await read(source);
  return source.problem;
}

async function refusal(): Promise<string> {
  return read().then(
    () => "none",
    (error: unknown) =>
      CaseclockError.is(error, "cases.sourceFailed") ? error.message : `not one of ours: ${String(error)}`,
  );
}

describe("a case file", () => {
  it("gives its cases with what a person need not write", async () => {
    write({ cases: [{ key: "ACME-1" }, { key: "#5127", id: "7", title: "Lock", customer: "Acme", status: "closed" }] });
    const source = caseFile();
    expect(await read(source)).toEqual([
      {
        ref: { source: source.id, id: "ACME-1" },
        key: "ACME-1",
        title: "",
        status: "open",
        customer: { id: "", name: "" },
      },
      {
        ref: { source: source.id, id: "7" },
        key: "#5127",
        title: "Lock",
        status: "closed",
        customer: { id: "Acme", name: "Acme" },
      },
    ]);
    expect({ problem: source.problem, label: source.label }).toEqual({ problem: undefined, label: "cases.json" });
  });

  it("is the same source each time, and another file is another one", () => {
    const ids = [file, path.join(folder, ".", "cases.json"), path.join(folder, "other.json")].map(
      (one) => caseFile(one).id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(caseFile("~/none/cases.json").id).toBe(caseFile(path.join(os.homedir(), "none", "cases.json")).id);
    expect(caseFile("/~x/cases.json").id).not.toBe(caseFile(path.join(os.homedir(), "x", "cases.json")).id);
  });

  it("may begin with a byte order mark, be a list alone, or be empty of cases", async () => {
    write(`\uFEFF${JSON.stringify({ cases: [{ key: "ACME-1" }] })}`);
    expect(await read()).toHaveLength(1);
    write([{ key: "ACME-1" }, { key: "ACME-2" }]);
    expect(await read()).toHaveLength(2);
    write({ cases: [] });
    expect(await read()).toEqual([]);
  });

  it("takes hostile texts as they are", async () => {
    const title = "[x](command:evil) $(trash) \u202e<img src=x> 🔥";
    write({ cases: [{ key: "$(rm -rf);`x`", title }] });
    expect((await read()).map((one) => [one.key, one.title])).toEqual([["$(rm -rf);`x`", title]]);
  });

  it.each<[string, unknown, RegExp]>([
    ["a syntax error", '{ "cases": [', /not JSON/],
    ["nothing in it", "", /not JSON/],
    ["HTML", "<!doctype html><p>Sign in</p>", /not JSON/],
    ["UTF-16", "{\0}\0", /not JSON/],
    ["no list", {}, /no "cases" list/],
    ["something else as list", { cases: { "ACME-1": {} } }, /no "cases" list/],
    ["a number", 12, /no "cases" list/],
    ["null", null, /no "cases" list/],
  ])("with %s is refused as a whole", async (_name, content, reason) => {
    write(content);
    expect(await refusal()).toMatch(reason);
  });

  it("that is missing, a folder, a pipe or too large is refused", async () => {
    expect(await refusal()).toMatch(/cannot be read.*ENOENT/);
    fs.mkdirSync(file);
    expect(await refusal()).toMatch(/it is not a file/);
    fs.rmdirSync(file);
    if (process.platform !== "win32") {
      execFileSync("mkfifo", [file]);
      expect(await refusal()).toMatch(/it is not a file/);
      fs.rmSync(file);
    }
    fs.writeFileSync(file, "");
    fs.truncateSync(file, 21_000_000);
    expect(await refusal()).toMatch(/larger than 20 MB/);
  });

  it.each<[string, unknown, string]>([
    ["a key that is there already", { key: "ACME-1" }, "cases[1]: ACME-1 is a duplicate"],
    ["an id that is a key's", { key: "B", id: "ACME-1" }, "cases[1]: ACME-1 is a duplicate"],
    ["no key", { title: "x" }, "cases[1]: key:"],
    ["a key with a space at its end", { key: "B " }, "cases[1]: key: 1 to 64"],
    ["an empty key", { key: "" }, "cases[1]: key: 1 to 64"],
    ["a long key", { key: "x".repeat(65) }, "cases[1]: key: 1 to 64"],
    ["a key with a line end", { key: "B\nC" }, "cases[1]: key: 1 to 64"],
    ["a key of a wrong type", { key: 12 }, "cases[1]: key:"],
    ["a status that there is not", { key: "B", status: "done" }, "cases[1]: status:"],
    ["a rounding that there is not", { key: "B", contract: { rounding: "bankers" } }, "cases[1]: contract.rounding:"],
    ["a step of nothing", { key: "B", contract: { incrementSeconds: 0 } }, "cases[1]: contract.incrementSeconds:"],
    ["half a second", { key: "B", contract: { budgetSeconds: 0.5 } }, "cases[1]: contract.budgetSeconds:"],
    ["a null", { key: "B", title: null }, "cases[1]: title:"],
    ["a text", "ACME-2", "cases[1]: the case:"],
    ["a list", [], "cases[1]: "],
  ])("with %s costs that case alone, and is said", async (_name, item, problem) => {
    write({ cases: [{ key: "ACME-1" }, item, { key: "LAST-1" }] });
    const source = caseFile();
    expect((await read(source)).map(({ key }) => key)).toEqual(["ACME-1", "LAST-1"]);
    expect(source.problem).toContain(`left out ${problem}`);
  });

  it("says the first three problems and how many more, and none when they are gone", async () => {
    const source = caseFile();
    write({ cases: Array.from({ length: 9 }, () => ({ key: "" })) });
    await read(source);
    expect(source.problem).toMatch(/^left out cases\[0\].*cases\[1\].*cases\[2\].* and 6 more$/);
    write({ cases: [{ key: "ACME-1" }] });
    await read(source);
    expect(source.problem).toBeUndefined();
    expect(await problemWith({ cases: [{ key: "" }] })).not.toContain("more");
  });
});

describe("a case file that changes", () => {
  /** Resolves when it is told of the next change. */
  const told = (source: CaseFile): Promise<void> =>
    new Promise((resolve) => {
      const listening = source.onDidChange(() => {
        listening.dispose();
        resolve();
      });
    });

  it("is told once for a save in several steps", async () => {
    write({ cases: [] });
    const source = caseFile();
    let times = 0;
    const counting = source.onDidChange(() => (times += 1));
    const changed = told(source);
    write({ cases: [{ key: "A-1" }] });
    fs.appendFileSync(file, "\n");
    fs.appendFileSync(file, "\n");
    await changed;
    expect(times).toBe(1);
    expect((await read(source)).map(({ key }) => key)).toEqual(["A-1"]);
    counting.dispose();
  });

  it("is told when it is replaced, as many programs save, removed, and made anew", async () => {
    write({ cases: [] });
    const source = caseFile();
    let changed = told(source);
    fs.writeFileSync(path.join(folder, "cases.json.tmp"), JSON.stringify({ cases: [{ key: "A-2" }] }));
    fs.renameSync(path.join(folder, "cases.json.tmp"), file);
    await changed;
    expect((await read(source)).map(({ key }) => key)).toEqual(["A-2"]);
    changed = told(source);
    fs.rmSync(file);
    await changed;
    changed = told(source);
    write({ cases: [{ key: "A-3" }] });
    await changed;
    expect((await read(source)).map(({ key }) => key)).toEqual(["A-3"]);
  });

  it("is not told for its neighbours, nor once it is disposed of", async () => {
    write({ cases: [] });
    const source = caseFile();
    const gone = new CaseFile(file, clock);
    let late = 0;
    gone.onDidChange(() => (late += 1));
    gone.dispose();
    fs.writeFileSync(path.join(folder, "other.json"), "{}");
    const changed = told(source);
    const before = clock.asked;
    write({ cases: [{ key: "A-1" }] });
    await changed;
    expect({ late, before }).toEqual({ late: 0, before: 0 });
  });

  it("in a folder that is not there is no error", async () => {
    const source = caseFile(path.join(folder, "none", "cases.json"));
    await expect(read(source)).rejects.toMatchObject({ code: "cases.sourceFailed" });
  });
});
