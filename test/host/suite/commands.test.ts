import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";

interface VerifyReport {
  readonly overlapSeconds: number;
  readonly lostSeconds: number;
}
interface State {
  readonly case?: { readonly key: string };
  readonly paused: boolean;
  readonly tree?: string;
}
interface TaggingState {
  readonly tagging: string;
  readonly repository: string;
  readonly reason: string;
  readonly snippets?: readonly { readonly file: string }[];
}

const run = async <T>(command: string, argument: object = {}): Promise<T> =>
  vscode.commands.executeCommand<T>(command, argument);

/** The code of what a command failed with; commands called by argument throw it to the caller. */
async function failureOf(command: string, argument: object): Promise<string> {
  try {
    await run(command, argument);
  } catch (error) {
    return error instanceof Error ? error.message : JSON.stringify(error);
  }
  assert.fail(`${command} did not fail`);
}

const folder = (): string => {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first);
  return first.uri.fsPath;
};

describe("the commands, in a window without a connection", () => {
  it("report figures in whole seconds that agree", async () => {
    const report = await run<VerifyReport>("caseclock.verify");
    assert.equal(report.overlapSeconds, 0);
    assert.equal(report.lostSeconds, 0);
    for (const [name, value] of Object.entries(report)) assert.ok(Number.isInteger(value), name);
    assert.ok(Array.isArray(await run("caseclock.today")));
  });

  it("pause and resume, as often as they are asked to", async () => {
    assert.equal((await run<State>("caseclock.pause")).paused, true);
    assert.equal((await run<State>("caseclock.pause")).paused, true);
    assert.equal((await run<State>("caseclock.resume")).paused, false);
    const state = await run<State>("caseclock.clearCase", { folder: folder() });
    assert.equal(state.case, undefined);
    assert.equal(state.tree, vscode.Uri.file(fs.realpathSync(folder())).toString());
  });

  it("refuse an argument that cannot be used, and say which", async () => {
    assert.match(await failureOf("caseclock.pickCase", { key: "NO-SUCH-CASE" }), /NO-SUCH-CASE/);
    assert.match(await failureOf("caseclock.export", { format: "xml" }), /xml/);
    assert.match(await failureOf("caseclock.export", { from: "2026-02-30" }), /from/);
    assert.match(await failureOf("caseclock.sync", { dryRun: true }), /not connected/);
    assert.match(await failureOf("caseclock.connectBilling", { provider: "carrier pigeon" }), /pigeon/);
  });

  it("export into the workspace without a question", async () => {
    const file = path.join(folder(), "worklog.json");
    assert.equal(await run("caseclock.export", { format: "json", path: file }), file);
    const { version, entries } = JSON.parse(fs.readFileSync(file, "utf8")) as { version: number; entries: unknown[] };
    assert.equal(version, 1);
    assert.ok(Array.isArray(entries));
    fs.rmSync(file);
  });

  it("install the hooks, and take them away byte for byte", async () => {
    const hooks = path.join(folder(), ".git", "hooks");
    const list = (): Record<string, string> =>
      Object.fromEntries(
        fs.existsSync(hooks)
          ? fs.readdirSync(hooks).map((name) => [name, fs.readFileSync(path.join(hooks, name), "utf8")])
          : [],
      );
    const before = list();
    const [state] = await run<readonly TaggingState[]>("caseclock.enableCommitTagging", { folder: folder() });
    assert.equal(state?.tagging, "here");
    assert.ok(list()["commit-msg"]?.startsWith("#!/bin/sh"));
    const [after] = await run<readonly TaggingState[]>("caseclock.disableCommitTagging", { folder: folder() });
    assert.equal(after?.tagging, "notHere");
    assert.deepEqual(list(), before);
  });

  it("leave a repository alone whose hook is its own, and say why", async () => {
    const hook = path.join(folder(), ".git", "hooks", "commit-msg");
    fs.mkdirSync(path.dirname(hook), { recursive: true });
    fs.writeFileSync(hook, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    const [state] = await run<readonly TaggingState[]>("caseclock.enableCommitTagging", { folder: folder() });
    assert.equal(state?.tagging, "unavailable");
    assert.match(state.reason, /commit-msg.*not touched/);
    assert.deepEqual(
      state.snippets?.map(({ file }) => path.basename(file)),
      ["prepare-commit-msg", "commit-msg"],
    );
    assert.equal(fs.readFileSync(hook, "utf8"), "#!/bin/sh\nexit 0\n");
    await run("caseclock.disableCommitTagging", { folder: folder() });
    assert.equal(fs.readFileSync(hook, "utf8"), "#!/bin/sh\nexit 0\n");
    fs.rmSync(hook);
  });
});

describe("settings of the wrong type", () => {
  it("leave their defaults in force", async () => {
    const section = vscode.workspace.getConfiguration("caseclock");
    await section.update("capture.idleTimeoutMinutes", "soon", vscode.ConfigurationTarget.Global);
    try {
      const report = await run<VerifyReport>("caseclock.verify");
      assert.equal(report.lostSeconds, 0);
    } finally {
      await section.update("capture.idleTimeoutMinutes", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
