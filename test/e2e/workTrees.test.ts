import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Door } from "../host/lib/door.ts";
import { until } from "../host/lib/processes.ts";
import { git, smallRepository } from "../host/lib/repository.ts";
import { openScene, type Scene } from "../host/lib/scene.ts";
import type { Workbench } from "../host/lib/workbench.ts";

interface State {
  readonly case?: { readonly key: string };
  readonly tree?: string;
}
interface TodayLine {
  readonly key?: string;
  readonly observedSeconds: number;
}

const ITEM = "caseclock.caseclock.case";

/** Folders of one window, each with the case that is picked in it. */
const PICKS: Readonly<Record<string, string>> = {
  alpha: "ACME-1234",
  beta: "FSB-77",
  gamma: "#5127",
  "alpha-linked": "ACME-1240",
  "beta/library": "FSB-81",
  plain: "#5131",
};

describe("the case of a work tree, from outside", function () {
  this.timeout(180_000);
  let scene: Scene;
  let door: Door;
  let bench: Workbench;
  let root: string;

  const run = async <T>(command: string, argument: object): Promise<T> =>
    (await door.command(`caseclock.${command}`, [argument])) as T;
  const show = (file: string): Promise<void> =>
    door.evaluate(async (vscode, name) => {
      await vscode.window.showTextDocument(vscode.Uri.file(name));
    }, file);
  const shown = (key: string): Promise<true> =>
    until(`the item to show ${key}`, async () => {
      const label = await bench.statusBarItem(ITEM).locator("a").first().getAttribute("aria-label");
      return label?.includes(`case ${key},`) === true ? true : undefined;
    });
  const seconds = async (key: string): Promise<number> =>
    (await run<TodayLine[]>("today", {})).find((line) => line.key === key)?.observedSeconds ?? 0;

  before(async () => {
    scene = await openScene("e2e-trees", async (work) => {
      root = work;
      for (const name of ["alpha", "beta", "gamma", "library"]) await smallRepository(path.join(work, name));
      await git(path.join(work, "alpha"), ["worktree", "add", "-q", "../alpha-linked", "-b", "linked"]);
      const add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", path.join(work, "library")];
      await git(path.join(work, "beta"), [...add, "library"]);
      fs.mkdirSync(path.join(work, "plain"));
      fs.writeFileSync(path.join(work, "plain", "README.md"), "# Plain\n");
      const folders = ["alpha", "beta", "gamma", "alpha-linked", "plain"].map((name) => ({ path: name }));
      const workspace = path.join(work, "all.code-workspace");
      fs.writeFileSync(workspace, JSON.stringify({ folders }));
      return { folder: path.join(work, "alpha"), workspace };
    });
    ({ door, bench } = scene);
  });
  after(() => scene.close());

  it("is that of no other: repositories, a linked work tree, a submodule and a folder without git", async () => {
    const trees = new Set<string>();
    for (const [folder, key] of Object.entries(PICKS)) {
      const before = await run<State>("clearCase", { folder: path.join(root, folder) });
      assert.equal(before.case, undefined, `${folder} began without a case`);
      trees.add(before.tree ?? "");
      await run("pickCase", { key, folder: path.join(root, folder) });
    }
    assert.equal(trees.size, Object.keys(PICKS).length, [...trees].join("\n"));
    for (const [folder, key] of Object.entries(PICKS)) {
      await show(path.join(root, folder, "README.md"));
      await shown(key);
    }
  });

  it("is the one of the active editor, and time goes to it", async () => {
    for (const [folder, key] of Object.entries(PICKS)) {
      const before = await seconds(key);
      await show(path.join(root, folder, "README.md"));
      await shown(key);
      // An editor that was only just shown may not take the keys yet: a person types again.
      await until(`more than ${String(before)} s on ${key}`, async () => {
        await bench.page.locator(".editor-group-container.active .editor-instance .view-lines").first().click();
        await bench.type("work here ", 250);
        return (await seconds(key)) > before ? true : undefined;
      });
    }
  });

  it("is shown in another window of the same repository within a second", async () => {
    const other = await scene.host.open({ folder: path.join(root, "gamma") });
    const label = async (): Promise<string> =>
      (await other.locator(`[id="${ITEM}"] a`).first().getAttribute("aria-label")) ?? "";
    await until("the other window", async () => ((await label()).includes("case #5127,") ? true : undefined));
    const started = Date.now();
    await run("pickCase", { key: "FSB-84", folder: path.join(root, "gamma") });
    await until("the pick in the other window", async () =>
      (await label()).includes("case FSB-84,") ? true : undefined,
    );
    console.log(`      shown after ${String(Date.now() - started)} ms, command and polling included`);
    await other.close();
  });

  it("is not left over when a folder becomes the only one: nothing is inherited", async () => {
    const fresh = path.join(root, "fresh");
    await smallRepository(fresh);
    const state = await run<State>("switchToPreviousCase", { folder: path.join(root, "plain") });
    assert.notEqual(state.case?.key, PICKS["plain"]);
    const picked = await run<State>("resume", {});
    assert.ok(picked.case !== undefined);
    const untouched = await door.evaluate(async (vscode, folder) => {
      await vscode.window.showTextDocument(vscode.Uri.file(`${folder}/README.md`));
      return vscode.window.activeTextEditor?.document.fileName;
    }, fresh);
    assert.equal(untouched, path.join(fresh, "README.md"));
    await until("no case in the fresh repository", async () => {
      const label = await bench.statusBarItem(ITEM).locator("a").first().getAttribute("aria-label");
      return label?.includes("no case is picked") === true ? true : undefined;
    });
  });
});
