import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readChanges, type ReadChanges } from "../../../src/adapters/node/git/gitChanges.ts";
import { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import { GitProcess } from "../../../src/adapters/node/git/gitProcess.ts";
import { SystemClock } from "../../../src/adapters/node/system/systemClock.ts";
import type { WorkTree } from "../../../src/ports/git.ts";
import { openGitScene } from "../../support/gitScene.ts";
import { MemoryLogger } from "../../support/logger.ts";
import type { Sandbox, TestRepository } from "../../support/repository.ts";

let sandbox: Sandbox;
let work: TestRepository;
let tree: WorkTree;

beforeEach(async () => {
  ({ sandbox, work, tree } = await openGitScene());
});

afterEach(() => sandbox.dispose());

async function change(file: string, text: string, message: string, ...args: string[]): Promise<string> {
  await work.write(file, text);
  await work.git("add", ".");
  return work.commit(`${message}\n`, ...args);
}

function changesOf(root: string, ...shas: string[]): Promise<ReadChanges> {
  return readChanges(
    sandbox.within(() => new GitProcess("git")),
    root,
    shas,
  );
}

describe("what the person's configuration says", () => {
  test("changes nothing in what commits are told to have changed, and runs nothing", async () => {
    const root = await change("b.txt", "one\ntwo\nthree\n", "root");
    await work.git("mv", "b.txt", "a.txt");
    const second = await change("c.txt", "x\n", "rename");
    await work.git("switch", "-q", "-c", "side");
    const lost = await change("a.txt", "one\nTWO\nthree\nfour\n", "lost");
    await work.git("switch", "-q", "main");
    await change("c.txt", "y\n", "between");
    await work.git("cherry-pick", lost);
    await work.git("branch", "-q", "-D", "side");
    const git = sandbox.within(() => new GitCli(new SystemClock(), new MemoryLogger()));
    const look = async (): Promise<unknown> => [
      await changesOf(work.root, root, second, lost),
      await git.readFates(tree, [root, lost]),
    ];
    const before = await look();
    const { changes } = await changesOf(work.root, root, lost);
    expect({ filesOfRoot: changes.get(root)?.files, insertionsOfLost: changes.get(lost)?.insertions }).toEqual({
      filesOfRoot: ["b.txt"],
      insertionsOfLost: 2,
    });
    const pwned = path.join(sandbox.folder, "pwned");
    const program = path.join(sandbox.folder, "program");
    await fs.writeFile(program, `#!/bin/sh\necho "$@" >>'${pwned}'\nexec cat "$1"\n`, { mode: 0o755 });
    await fs.writeFile(path.join(sandbox.folder, "order"), "c.txt\na.txt\n");
    await fs.writeFile(path.join(sandbox.folder, "attributes"), "*.txt diff=evil\n");
    const settings = {
      "log.showRoot": "false",
      "log.showSignature": "true",
      "log.date": "human",
      "log.diffMerges": "on",
      "diff.orderFile": path.join(sandbox.folder, "order"),
      "diff.algorithm": "patience",
      "diff.renames": "copies",
      "diff.external": program,
      "diff.evil.textconv": program,
      "diff.evil.command": program,
      "core.attributesFile": path.join(sandbox.folder, "attributes"),
      "core.pager": program,
      "core.quotePath": "true",
      "diff.mnemonicPrefix": "true",
      "diff.noPrefix": "true",
      "diff.relative": "true",
      "diff.interHunkContext": "10",
      "diff.indentHeuristic": "false",
      "diff.submodule": "log",
      "diff.context": "9",
      "color.ui": "always",
      "format.pretty": "fuller",
      "i18n.logOutputEncoding": "latin1",
    };
    for (const [key, value] of Object.entries(settings)) await work.git("config", key, value);
    expect(await look()).toEqual(before);
    await expect(fs.readFile(pwned)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a partial clone", () => {
  test("is read without fetching what it lacks", async () => {
    const first = await change("a.txt", "one\n", "first");
    const second = await change("a.txt", "two\n", "second");
    await work.git("config", "uploadpack.allowFilter", "true");
    const clone = sandbox.at("partial");
    await work.git("clone", "-q", "--no-checkout", "--filter=blob:none", `file://${work.root}`, clone.root);
    const missing = async (): Promise<readonly string[]> => {
      const objects = await clone.git("rev-list", "--objects", "--all", "--missing=print");
      return objects.split("\n").filter((line) => line.startsWith("?"));
    };
    expect(await missing()).toHaveLength(2);
    expect(await changesOf(clone.root, first, second)).toEqual({
      changes: new Map(),
      unread: new Set([first, second]),
    });
    expect(await missing()).toHaveLength(2);
    expect((await changesOf(work.root, first, second)).changes.size).toBe(2);
  });
});

describe("one commit that cannot be read", () => {
  /** A git that does something else where its arguments have both texts. */
  async function gitBut(text: string, sha: string, command: string): Promise<GitCli> {
    const real = (await work.git("--exec-path")).trim();
    const file = path.join(sandbox.folder, "git-but");
    const script = `#!/bin/sh\ncase "$*" in *${text}*${sha}*) ${command};; esac\nexec '${real}/git' "$@"\n`;
    await fs.writeFile(file, script, { mode: 0o755 });
    return sandbox.within(() => new GitCli(new SystemClock(), new MemoryLogger(), { binary: file, silenceMs: 2_000 }));
  }

  test.each([
    ["is refused among others", "--numstat", "exit 128"],
    ["is not answered for in time", "' -p '", "exec sleep 600"],
  ])("that %s takes no others with it, and is not said to be gone", async (_how, text, command) => {
    await change("base.txt", "base\n", "base");
    await work.git("switch", "-q", "-c", "side");
    const one = await change("one.txt", "1\n", "one");
    const two = await change("two.txt", "1\n2\n", "two");
    const three = await change("three.txt", "1\n2\n3\n", "three");
    await work.git("switch", "-q", "main");
    await change("between.txt", "x\n", "between");
    await work.git("cherry-pick", one, two, three);
    await work.git("branch", "-q", "-D", "side");
    const found = await (await gitBut(text, three, command)).readFates(tree, [one, two, three]);
    expect(found.map(({ sha, now }) => [sha, now?.subject])).toEqual([
      [one, "one"],
      [two, "two"],
    ]);
  });
});
