import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import * as vscode from "vscode";
import type { CompanionApi } from "../companion/extension.ts";
import { FAR_SCHEME, FarFiles } from "../lib/farFiles.ts";
import { ledgerFile } from "../lib/heartbeats.ts";
import { run as runProgram, temporaryFolder, until } from "../lib/processes.ts";
import { commitFiles, git, smallRepository } from "../lib/repository.ts";

interface CommitBody {
  readonly tree: string;
  readonly commit: { readonly sha: string; readonly subject: string; readonly branch?: string };
  readonly case: { readonly id: string } | null;
}
interface TaggingState {
  readonly tagging: string;
  readonly reason: string;
}

const run = async <T>(command: string, argument: object): Promise<T> =>
  vscode.commands.executeCommand<T>(command, argument);
const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("caseclock");

describe("a folder of another machine, served under a scheme of its own", function () {
  this.timeout(180_000);
  const place = temporaryFolder("far");
  const root = path.join(place.path, "work");
  const far = new FarFiles();
  const folder = vscode.Uri.from({ scheme: FAR_SCHEME, authority: "machine", path: root }).toString();
  let served: vscode.Disposable;
  let ledger: string;

  before(async () => {
    const companion = vscode.extensions.getExtension<CompanionApi>("caseclock.caseclock-test-companion");
    assert.ok(companion);
    ledger = ledgerFile((await companion.activate()).globalStorage);
    await smallRepository(root);
    served = vscode.workspace.registerFileSystemProvider(FAR_SCHEME, far);
    const cases = path.join(place.path, "far.caseclock.cases.json");
    const made = { key: "FAR-1", title: "Far away", customer: "Acme" };
    fs.writeFileSync(cases, JSON.stringify({ version: 1, cases: [made] }));
    await settings().update("cases.file", cases, vscode.ConfigurationTarget.Global);
    await until("the case is known", async () => {
      try {
        return await run<object | undefined>("caseclock.pickCase", { key: "FAR-1", folder });
      } catch {
        return undefined; // the file is not read yet
      }
    });
  });
  after(async () => {
    await settings().update("cases.file", undefined, vscode.ConfigurationTarget.Global);
    served.dispose();
    place.remove();
  });

  const commits = (): readonly CommitBody[] => {
    const database = new DatabaseSync(ledger, { readOnly: true });
    try {
      const rows = database.prepare("SELECT body FROM event WHERE kind = 'commit' ORDER BY seq").all();
      return rows.map((row) => JSON.parse(String(row["body"])) as CommitBody);
    } finally {
      database.close();
    }
  };
  const evidenceOf = (subject: string): Promise<CommitBody> =>
    until(`evidence of ${subject}`, () => commits().find(({ commit }) => commit.subject === subject), 65_000);
  const message = (): Promise<string> => git(root, ["log", "-1", "--format=%B"]);

  it("has the commits that git makes there as evidence, with case and branch", async () => {
    // What is committed after the first look is told: it is over when nothing is asked of the files for a while.
    let quiet = 0;
    await until("the first look", () => {
      const isOver = far.pending === 0 && far.reads.some((name) => name.endsWith("logs/HEAD"));
      quiet = isOver ? quiet + 1 : 0;
      return quiet > 10 ? true : undefined;
    });
    await git(root, ["checkout", "-q", "-b", "fix/FAR-1"]);
    await commitFiles(root, "Mend it", { "a.txt": "1" });
    const found = await evidenceOf("Mend it");
    assert.equal(found.tree, folder);
    assert.equal(found.commit.branch, "fix/FAR-1");
    assert.notEqual(found.case, null);
  });

  it("tags commits of git there, as the state says, and takes everything away again", async () => {
    const config = path.join(root, ".git/config");
    const before = fs.readFileSync(config);
    const [state] = await run<readonly TaggingState[]>("caseclock.enableCommitTagging", { folder });
    assert.equal(state?.tagging, "here", state?.reason);
    const command = /run this once in its terminal: (.*)$/.exec(state.reason)?.[1];
    assert.ok(command, state.reason);
    assert.ok(fs.readFileSync(config, "utf8").includes("caseclock-msg"));
    assert.ok(fs.existsSync(path.join(root, ".git/caseclock-case")));
    await runProgram("/bin/sh", ["-c", command], { cwd: root });
    await commitFiles(root, "Tag it", { "a.txt": "2" });
    assert.match(await message(), /^Tag it\n\nCase-Id: FAR-1/);
    await evidenceOf("Tag it");
    const [after] = await run<readonly TaggingState[]>("caseclock.disableCommitTagging", { folder });
    assert.equal(after?.tagging, "notHere");
    assert.deepEqual(fs.readFileSync(config), before);
    const left = fs.readdirSync(path.join(root, ".git"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(left.filter((name) => /caseclock|hooks\/(?:prepare-)?commit-msg$/.test(name)), []); // prettier-ignore
    await commitFiles(root, "Leave it", { "a.txt": "3" });
    assert.match(await message(), /^Leave it\s*$/);
  });

  it("is caught up with after a time without a connection", async () => {
    far.failing = true;
    await commitFiles(root, "Meanwhile", { "a.txt": "4" });
    const report = await run<{ readonly lostSeconds: number }>("caseclock.verify", {});
    assert.equal(report.lostSeconds, 0);
    assert.equal(commits().some(({ commit }) => commit.subject === "Meanwhile"), false); // prettier-ignore
    far.failing = false;
    await evidenceOf("Meanwhile");
  });

  it("with a reflog of 50 MB does not hold the window up", async () => {
    const log = path.join(root, ".git/logs/HEAD");
    const line = fs.readFileSync(log, "utf8").split("\n")[0] ?? "";
    fs.appendFileSync(log, `${line}\n`.repeat(Math.ceil((50 * 1024 * 1024) / line.length)));
    far.reads.length = 0;
    await new Promise((resolve) => setImmediate(resolve)); // what this test itself blocked is not measured
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await commitFiles(root, "After much", { "a.txt": "5" });
    await evidenceOf("After much");
    delay.disable();
    const longestMs = Math.round(delay.max / 1e6);
    console.log(`longest pause of the event loop: ${longestMs} ms`);
    assert.ok(longestMs < 250, `${longestMs} ms`);
    assert.deepEqual(far.reads.filter((name) => name === log), []); // prettier-ignore
  });
});
