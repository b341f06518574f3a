import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { CaptureWindow } from "../host/lib/captureWindow.ts";
import { startHost, type Host } from "../host/lib/host.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { smallRepository } from "../host/lib/repository.ts";
import { Workbench } from "../host/lib/workbench.ts";

/** The parts of the built-in git extension that tests reach for. @source vscode extensions/git/src/api/extension.ts */
interface GitExtension {
  readonly enabled: boolean;
  /** Its own field: `enabled` is whether there is one, and setting it fires `onDidChangeEnablement`. */
  model: unknown;
  getAPI(version: 1): { readonly repositories: readonly unknown[] };
}

describe("git that is switched on and off in a running window", function () {
  this.timeout(120_000);
  const work = temporaryFolder("e2e-git");
  const folder = path.join(work.path, "sample");
  let host: Host;
  let page: Page;
  let bench: Workbench;
  let window: CaptureWindow;

  before(async () => {
    await smallRepository(folder);
    host = await startHost({
      vsix: [process.env["CASECLOCK_VSIX"] ?? "caseclock.vsix"],
      companions: [await bundleTestCompanion()],
      settings: {
        "caseclock.commits.tagging": "off",
        "git.enabled": false,
        "git.promptToSaveFilesBeforeCommit": "never",
      },
    });
    page = await host.open({ folder });
    bench = new Workbench(page, path.join(work.path, "shots"));
    window = new CaptureWindow(host, await host.door(folder), fs.realpathSync(folder));
    await page.keyboard.press("Shift");
    await window.untilState({ focused: true, active: true });
    await bench.openFile("README.md");
  });
  after(async () => {
    await host.close();
    work.remove();
  });

  async function keysAreHeard(): Promise<void> {
    const expected = "person edit select";
    const typed = (): Promise<string> =>
      window.added(async () => {
        await page.keyboard.press("ArrowLeft");
        await bench.type("abc");
      }, expected);
    // On a busy machine an edit can be told so late after its key that it counts as an agent's, in doubt: then it is typed again.
    let heard = await typed();
    for (let again = 0; heard !== expected && heard.startsWith(expected) && again < 2; again += 1)
      heard = await typed();
    assert.equal(heard, expected);
  }
  async function commitIsHeardOnce(name: string): Promise<void> {
    await page.keyboard.press("Control+Shift+G");
    fs.writeFileSync(path.join(folder, name), "to commit\n");
    const before = await window.mark();
    await bench.commitFromSourceControl(`Add ${name}`);
    await until("the commit", async () => {
      await window.settle();
      return window.rowsAfter(before).some(({ counts }) => counts["scm"] !== undefined) ? true : undefined;
    });
    const rows = window.rowsAfter(before);
    assert.deepEqual([...new Set(rows.map(({ of }) => of))], ["person"]);
    assert.equal(
      rows.reduce((sum, { counts }) => sum + (counts["scm"] ?? 0), 0),
      1,
    );
    await bench.openFile("README.md");
  }
  const enabled = (): Promise<boolean | undefined> =>
    window.door.evaluate(
      ({ extensions }) => extensions.getExtension<GitExtension>("vscode.git")?.exports.enabled,
      undefined,
    );
  const untilEnabled = (wanted: boolean): Promise<unknown> =>
    until(`git that is ${wanted ? "on" : "off"}`, async () => ((await enabled()) === wanted ? true : undefined));
  const untilRepository = (): Promise<unknown> =>
    until("the repository", async () =>
      (await window.door.evaluate(
        ({ extensions }) => extensions.getExtension<GitExtension>("vscode.git")?.exports.getAPI(1).repositories.length,
        undefined,
      )) === 1
        ? true
        : undefined,
    );
  const setting = (value: boolean): Promise<void> =>
    window.door.evaluate(async ({ workspace, ConfigurationTarget }, on) => {
      await workspace.getConfiguration("git").update("enabled", on, ConfigurationTarget.Global);
    }, value);

  it("off from the start: keys are heard", async () => {
    await untilEnabled(false);
    await keysAreHeard();
  });

  it("switched on by its setting: keys and commits are heard", async () => {
    await setting(true);
    await untilEnabled(true);
    await untilRepository();
    await keysAreHeard();
    await commitIsHeardOnce("first.txt");
  });

  it("gone and back, as VS Code tells of it by onDidChangeEnablement: keys are heard, and then commits, once each", async () => {
    await window.door.evaluate(({ extensions }) => {
      const git = extensions.getExtension<GitExtension>("vscode.git")?.exports;
      if (git === undefined) throw new Error("there is no git extension");
      Object.assign(globalThis, { keptModel: git.model });
      git.model = undefined;
    }, undefined);
    await untilEnabled(false);
    await keysAreHeard();
    await window.door.evaluate(({ extensions }) => {
      const git = extensions.getExtension<GitExtension>("vscode.git")?.exports;
      if (git !== undefined) git.model = (globalThis as { keptModel?: unknown }).keptModel;
    }, undefined);
    await untilEnabled(true);
    await untilRepository();
    await keysAreHeard();
    await commitIsHeardOnce("second.txt");
  });

  it("its setting off and on again while it runs: keys and commits are heard", async () => {
    await setting(false);
    await keysAreHeard();
    await setting(true);
    await untilRepository();
    await commitIsHeardOnce("third.txt");
  });

  it("nothing of that was a warning or an error of ours", () => {
    const logs = path.join(host.server.dirs.user, "logs");
    const files = fs.readdirSync(logs, { recursive: true, encoding: "utf8" });
    const own = files.filter((name) => path.basename(path.dirname(name)) === "caseclock.caseclock");
    const ours = own.filter((name) => name.endsWith(".log"));
    assert.ok(ours.length > 0, "no log of ours");
    const hosts = files.filter((name) => path.basename(name) === "remoteexthost.log");
    assert.ok(hosts.length > 0, "no log of the extension host");
    const lines = (name: string): readonly string[] => fs.readFileSync(path.join(logs, name), "utf8").split("\n");
    const bad = /\[(warning|error)\]/;
    assert.deepEqual(
      ours.flatMap(lines).filter((line) => bad.test(line)),
      [],
    );
    assert.deepEqual(
      hosts.flatMap(lines).filter((line) => bad.test(line) && line.includes("caseclock")),
      [],
    );
  });
});
