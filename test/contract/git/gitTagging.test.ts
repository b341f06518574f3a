import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOOK_EVENTS, hookScript } from "../../../src/adapters/node/git/gitHookScript.ts";
import type { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import type { WorkTree } from "../../../src/ports/git.ts";
import { codeOf, openGitScene, treeOf } from "../../support/gitScene.ts";
import type { Sandbox } from "../../support/repository.ts";
import { isGitSince, type TestRepository } from "../../support/repository.ts";

let sandbox: Sandbox;
let work: TestRepository;
let git: GitCli;
let tree: WorkTree;

beforeEach(async () => {
  ({ sandbox, work, git, tree } = await openGitScene());
});

afterEach(() => sandbox.dispose());

/** Every file of a folder with its text, mode and time. */
async function listing(folder: string): Promise<readonly string[]> {
  const names = await fs.readdir(folder, { recursive: true }).catch(() => undefined);
  if (names === undefined) return ["none"];
  return Promise.all(
    names.sort().map(async (name) => {
      const file = path.join(folder, name);
      const stat = await fs.lstat(file);
      const text = stat.isFile() ? await fs.readFile(file, "base64") : "";
      return `${name} ${String(stat.mode)} ${String(stat.mtimeMs)} ${text}`;
    }),
  );
}

function withoutTime(line: string): string {
  return line.replace(/^(\S+ \d+) \S+/, "$1");
}

/** The same without our script and the time of the folder that it is in. */
async function withoutScript(folder: string): Promise<readonly string[]> {
  return (await listing(folder)).filter((line) => !line.startsWith("caseclock-hook "));
}

/** What a person sees of a repository's configuration, and its file to the last byte. */
async function configuration(): Promise<string> {
  const file = path.join(tree.commonDir, "config");
  return `${await work.git("config", "--list", "--show-origin")}\n${await fs.readFile(file, "base64")}`;
}

const MARKER = { caseKey: "ACME-1", trailer: "Case-Id" };

describe.runIf(!isGitSince(2, 54))("hook files", () => {
  test.each(["samples", "an empty folder", "no folder"])("come and go without a trace beside %s", async (beside) => {
    const hooks = path.join(tree.commonDir, "hooks");
    if (beside !== "samples") await fs.rm(hooks, { recursive: true });
    if (beside === "an empty folder") await fs.mkdir(hooks);
    const before = await listing(tree.commonDir);
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toMatchObject({ state: "installed" });
    const installed = await listing(tree.commonDir);
    await git.installHooks(tree);
    expect((await listing(tree.commonDir)).map(withoutTime)).toEqual(installed.map(withoutTime));
    await git.removeHooks(tree);
    expect((await listing(tree.commonDir)).filter((line) => !line.startsWith("hooks 1"))).toEqual(
      before.filter((line) => !line.startsWith("hooks 1")),
    );
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    await git.removeHooks(tree);
  });

  test("tag commits once they and a marker are there", async () => {
    await git.installHooks(tree);
    await work.commit("before\n");
    await git.writeMarker(tree, { caseKey: "#5127", trailer: "Case-Id" });
    await work.commit("tagged\n");
    expect(await work.message()).toBe("tagged\n\nCase-Id: #5127\n");
    await git.writeMarker(tree, undefined);
    await git.writeMarker(tree, undefined);
    await work.commit("after\n");
    expect(await work.message()).toBe("after\n");
    expect(await work.message("HEAD~2")).toBe("before\n");
  });

  test("go with every marker also where a file lies among the linked work trees", async () => {
    await work.commit("base\n");
    await work.git("worktree", "add", "-q", "../linked", "-b", "linked");
    const linked = await treeOf(git, sandbox.at("linked").root);
    await fs.writeFile(path.join(tree.commonDir, "worktrees", ".DS_Store"), "");
    await git.installHooks(tree);
    await git.writeMarker(linked, { caseKey: "ACME-1", trailer: "Case-Id" });
    await git.removeHooks(tree);
    expect(await git.hasMarker(linked)).toBe(false);
  });

  test("installed from a linked work tree work in all, from a submodule in it alone", async () => {
    await work.commit("base\n");
    await work.git("worktree", "add", "-q", "../linked", "-b", "linked");
    await work.git("submodule", "--quiet", "add", work.root, "below");
    const linked = sandbox.at("linked");
    const below = work.at(path.join(work.root, "below"));
    await git.installHooks(await treeOf(git, linked.root));
    expect(await git.hookState(tree)).toMatchObject({ state: "installed" });
    expect(await git.hookState(await treeOf(git, below.root))).toEqual({ state: "absent" });
    await git.installHooks(await treeOf(git, below.root));
    for (const repository of [work, linked, below]) {
      await git.writeMarker(await treeOf(git, repository.root), {
        caseKey: repository.root.slice(-4),
        trailer: "Case-Id",
      });
      await repository.commit("tagged\n");
      expect(await repository.caseIds()).toEqual([repository.root.slice(-4)]);
    }
  });

  test.each(["global", "local", "worktree"])("stay out where core.hooksPath is set, %s", async (scope) => {
    if (scope === "worktree") await work.git("config", "extensions.worktreeConfig", "true");
    await work.git("config", `--${scope}`, "core.hooksPath", ".husky/_");
    const before = await listing(tree.commonDir);
    expect(await git.hookState(tree)).toMatchObject({ state: "inTheWay", reason: "hooksPath", path: ".husky/_" });
    await git.installHooks(tree);
    expect(await withoutScript(tree.commonDir)).toEqual(before);
  });

  test("are found in a core.hooksPath below the home folder, where the snippet was put", async () => {
    await work.git("config", "core.hooksPath", "~/githooks");
    const folder = path.join(sandbox.home, "githooks");
    const hook = await git.hookState(tree);
    if (hook.state !== "inTheWay") throw new Error(hook.state);
    expect(hook.snippets.map(({ file }) => path.dirname(file))).toEqual([folder, folder]);
    await fs.mkdir(folder);
    for (const { file, text } of hook.snippets) await fs.writeFile(file, `#!/bin/sh\n${text}`, { mode: 0o755 });
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toMatchObject({ state: "installed", by: "manager", manager: "own" });
  });

  test.each(["prepare-commit-msg", "commit-msg"])("stay out where the repository has its own %s", async (name) => {
    const file = path.join(tree.commonDir, "hooks", name);
    const edited = async (): Promise<void> => {
      await git.installHooks(tree);
      await fs.appendFile(file, "echo more\n");
    };
    const stands = [
      () => fs.writeFile(file, "#!/bin/sh\n"),
      () => fs.writeFile(file, ""),
      () => fs.symlink("nowhere", file),
      () => fs.mkdir(file),
      edited,
    ];
    for (const make of stands) {
      await make();
      const before = await listing(tree.commonDir);
      expect(await git.hookState(tree)).toMatchObject({ state: "inTheWay", reason: "foreignHook", path: file });
      await git.installHooks(tree);
      expect(await withoutScript(tree.commonDir)).toEqual(before);
      await git.removeHooks(tree);
      expect((await listing(tree.commonDir)).filter((line) => line.includes(`hooks/${name} `))).toEqual(
        before.filter((line) => line.includes(`hooks/${name} `)),
      );
      await fs.rm(file, { recursive: true });
    }
  });

  test("stay out of a folder that is a link, for that may be a tracked one", async () => {
    const hooks = path.join(tree.commonDir, "hooks");
    await fs.rm(hooks, { recursive: true });
    await fs.mkdir(path.join(work.root, "githooks"));
    await fs.symlink("../githooks", hooks);
    expect(await git.hookState(tree)).toMatchObject({ state: "inTheWay", reason: "hooksPath", path: hooks });
    await git.installHooks(tree);
    await git.removeHooks(tree);
    expect(await fs.readdir(path.join(work.root, "githooks"))).toEqual([]);
  });

  test("are completed where one is missing, and taken away where core.hooksPath was set since", async () => {
    await git.installHooks(tree);
    const file = path.join(tree.commonDir, "hooks", "commit-msg");
    await fs.rm(file);
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    await git.installHooks(tree);
    expect((await fs.stat(file)).mode & 0o777).toBe(0o755);
    await work.git("config", "core.hooksPath", "/dev/null");
    await git.removeHooks(tree);
    await expect(fs.stat(file)).rejects.toThrow();
  });

  test("fail with a code where they cannot be written", async () => {
    await fs.rm(path.join(tree.commonDir, "hooks"), { recursive: true });
    expect(await codeOf(git.installHooks({ ...tree, commonDir: path.join(tree.commonDir, "nowhere") }))).toBe(
      "git.failed",
    );
  });
});

describe.runIf(!isGitSince(2, 54))("hook files that a tool moved", () => {
  const hook = (name: string): string => path.join(tree.commonDir, "hooks", name);

  test("run on below those of pre-commit, and go with the rest", async () => {
    await git.installHooks(tree);
    await fs.rename(hook("commit-msg"), hook("commit-msg.legacy"));
    await fs.writeFile(hook("commit-msg"), "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n");
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "files" });
    await fs.chmod(hook("commit-msg.legacy"), 0o644);
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "files" });
    await git.removeHooks(tree);
    const left = await fs.readdir(path.dirname(hook("x")));
    expect(left.filter((name) => !name.endsWith(".sample"))).toEqual(["commit-msg"]);
  });

  test("leave nothing behind where lefthook moved them away", async () => {
    await git.installHooks(tree);
    await fs.rename(hook("commit-msg"), hook("commit-msg.old"));
    await fs.writeFile(hook("commit-msg"), "#!/bin/sh\ncall_lefthook run commit-msg\nlefthook\n");
    expect(await git.hookState(tree)).toMatchObject({ state: "inTheWay", manager: "lefthook" });
    await git.removeHooks(tree);
    const left = await fs.readdir(path.dirname(hook("x")));
    expect(left.filter((name) => !name.endsWith(".sample"))).toEqual(["commit-msg"]);
  });
});

describe.runIf(!isGitSince(2, 54))("a snippet in hooks of the repository's own", () => {
  test("tags once it is in place, in each work tree that has the script, and is inert without", async () => {
    const hooks = path.join(work.root, "githooks");
    await fs.mkdir(hooks);
    await work.git("config", "core.hooksPath", "githooks");
    await git.installHooks(tree);
    const state = await git.hookState(tree);
    if (state.state !== "inTheWay") throw new Error(state.state);
    for (const { file, text } of state.snippets) {
      await fs.writeFile(path.resolve(work.root, file), `#!/bin/sh\necho ours >>ran\n${text}`, { mode: 0o755 });
    }
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "manager", manager: "own" });
    await git.writeMarker(tree, MARKER);
    await work.commit("tagged\n");
    await work.edit(`sed -i '1s/^/edited/' "$1"`);
    expect({ before: await work.message("HEAD^"), last: await work.message() }).toEqual({
      before: "tagged\n\nCase-Id: ACME-1\n",
      last: "edited\n\nCase-Id: ACME-1\n",
    });
    await git.removeHooks(tree);
    expect((await fs.readdir(tree.gitDir)).filter((name) => name.startsWith("caseclock"))).toEqual([]);
    await work.commit("after\n");
    expect(await work.message()).toBe("after\n");
    expect((await fs.readFile(path.join(work.root, "ran"), "utf8")).length).toBeGreaterThan(20);
  });
});

describe.runIf(isGitSince(2, 54))("hooks of git's configuration", () => {
  test.each([
    ["as git makes it", (text: string) => text],
    ["without a line end", (text: string) => text.trimEnd()],
    ["with comments and an empty section at its end", (text: string) => `${text}# ours\n[alias]\n\n; end\n\n`],
    ["with line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    ["with a section called hook", (text: string) => `${text}[hook "mine"]\n\tcommand = true\n\tevent = commit-msg\n`],
  ])("come and go without a trace from a file %s", async (_what, change) => {
    const file = path.join(tree.commonDir, "config");
    await fs.writeFile(file, change(await fs.readFile(file, "utf8")));
    const before = [await configuration(), ...(await listing(path.join(tree.commonDir, "hooks")))];
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    await git.installHooks(tree);
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "config" });
    await git.writeMarker(tree, MARKER);
    await work.commit("tagged\n");
    expect(await work.message()).toBe("tagged\n\nCase-Id: ACME-1\n");
    await git.removeHooks(tree);
    expect([await configuration(), ...(await listing(path.join(tree.commonDir, "hooks")))]).toEqual(before);
    expect((await fs.readdir(tree.gitDir)).filter((name) => name.startsWith("caseclock"))).toEqual([]);
    await git.removeHooks(tree);
    await work.commit("after\n");
    expect(await work.message()).toBe("after\n");
  });

  test("go without the comments that somebody wrote below them", async () => {
    const file = path.join(tree.commonDir, "config");
    const before = await fs.readFile(file, "utf8");
    await git.installHooks(tree);
    await fs.appendFile(file, "# mine\n\n; too\n");
    await git.removeHooks(tree);
    expect(await fs.readFile(file, "utf8")).toBe(`${before}# mine\n\n; too\n`);
    await fs.writeFile(`${file}.lock`, "theirs");
    await git.removeHooks(tree); // nothing of ours is there: nothing is locked
    expect(await fs.readFile(`${file}.lock`, "utf8")).toBe("theirs");
  });

  test("run beside hooks of the repository's own and beside core.hooksPath, also through an editor", async () => {
    const hooks = path.join(work.root, "githooks");
    await fs.mkdir(hooks);
    await fs.writeFile(path.join(hooks, "commit-msg"), `#!/bin/sh\necho own >>"$1"\n`, { mode: 0o755 });
    await work.git("config", "core.hooksPath", "githooks");
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "config" });
    await git.writeMarker(tree, MARKER);
    await work.edit(`sed -i '1s/^/edited/' "$1"`);
    expect(await work.message()).toBe("edited\n\nCase-Id: ACME-1\nown\n");
  });

  test("do nothing once the script is gone, and nothing of them fails a commit", async () => {
    await git.installHooks(tree);
    await git.writeMarker(tree, MARKER);
    const script = path.join(tree.gitDir, "caseclock-hook");
    for (const spoil of [
      () => fs.chmod(script, 0o000).then(() => fs.writeFile(script, "")),
      () => fs.writeFile(script, "#!/nowhere/sh\n", { mode: 0o755 }),
      () => fs.rm(script),
      async () => {
        await fs.rm(script);
        await fs.mkdir(script);
      },
    ]) {
      await spoil();
      expect(await git.hookState(tree)).toEqual({ state: "absent" });
      await work.commit("after\n");
      expect(await work.message()).toBe("after\n");
      await fs.rm(script, { recursive: true, force: true });
      await git.installHooks(tree);
    }
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "config" });
  });

  test("take the place of our hook files when they are installed, and are mended when a tool removed one", async () => {
    const files = path.join(tree.commonDir, "hooks");
    for (const event of HOOK_EVENTS) {
      await fs.writeFile(path.join(files, event), hookScript(event, false), { mode: 0o755 });
    }
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "files" });
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "config" });
    expect((await fs.readdir(files)).filter((name) => !name.endsWith(".sample"))).toEqual([]);
    await work.git("config", "--remove-section", "hook.caseclock-msg");
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "config" });
  });

  test.each(["hook.caseclock-msg.enabled", "hook.prepare-commit-msg.enabled"])(
    "say who switched them off: %s",
    async (key) => {
      await git.installHooks(tree);
      await work.git("config", "--global", key, "false");
      expect(await git.hookState(tree)).toEqual({ state: "switchedOff", key });
    },
  );

  test("are one for all work trees, each with a script of its own, and all go at once", async () => {
    await work.commit("base\n");
    await work.git("worktree", "add", "-q", "../linked", "-b", "linked");
    const linked = await treeOf(git, sandbox.at("linked").root);
    await git.installHooks(tree);
    expect(await git.hookState(linked)).toEqual({ state: "absent" });
    await git.installHooks(linked);
    await git.writeMarker(linked, MARKER);
    await sandbox.at("linked").commit("tagged\n");
    expect(await sandbox.at("linked").caseIds()).toEqual(["ACME-1"]);
    await git.removeHooks(tree);
    expect((await fs.readdir(linked.gitDir)).filter((name) => name.startsWith("caseclock"))).toEqual([]);
  });

  test("fail with a code where the configuration is locked, and leave it as it was", async () => {
    const before = await configuration();
    const lock = path.join(tree.commonDir, "config.lock");
    await fs.writeFile(lock, "");
    expect(await codeOf(git.installHooks(tree))).toBe("git.failed");
    await fs.rm(lock);
    expect(await configuration()).toBe(before);
  });
});
