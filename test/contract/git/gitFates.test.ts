import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import type { WorkTree } from "../../../src/ports/git.ts";
import { openGitScene } from "../../support/gitScene.ts";
import type { Sandbox } from "../../support/repository.ts";
import { type TestRepository } from "../../support/repository.ts";

let sandbox: Sandbox;
let work: TestRepository;
let git: GitCli;
let tree: WorkTree;
let lines = 0;

beforeEach(async () => {
  ({ sandbox, work, git, tree } = await openGitScene());
});

afterEach(() => sandbox.dispose());

/** Commits one file with lines that no other commit has. */
async function change(file: string, message: string, repository = work): Promise<string> {
  await repository.write(file, `line ${String(++lines)}\nline ${String(++lines)}\n`);
  await repository.git("add", ".");
  return repository.commit(`${message}\n`);
}

/** What became of commits, as the subject of what has the change now. */
async function fates(...shas: string[]): Promise<readonly (string | null)[]> {
  const found = await git.readFates(tree, shas);
  expect(found.map(({ sha }) => sha)).toEqual(shas);
  return found.map(({ sha, now }) => (now === null ? null : now.sha === sha ? "here" : now.subject));
}

describe("fatesOf", () => {
  test("says of a commit that any branch has, near or remote, that it is here", async () => {
    const base = await change("base", "base");
    await work.git("switch", "-q", "-c", "side");
    const side = await change("side", "side");
    await work.git("switch", "-q", "main");
    await work.git("clone", "-q", "--bare", ".", "../server.git");
    await work.git("remote", "add", "origin", "../server.git");
    await work.git("fetch", "-q", "origin");
    expect(await fates(base, side)).toEqual(["here", "here"]);
    await work.git("branch", "-q", "-D", "side");
    expect(await fates(base, side)).toEqual(["here", "here"]);
    await work.git("branch", "-q", "-r", "-D", "origin/side");
    expect(await fates(base, side)).toEqual(["here", null]);
  });

  test("finds a commit that was picked, rebased or amended without a change, by its patch", async () => {
    await change("base", "base");
    await work.git("switch", "-q", "-c", "side");
    const one = await change("one", "one");
    const two = await change("two", "two");
    await work.git("switch", "-q", "main");
    await change("base", "more");
    await work.git("cherry-pick", "side~1", "side");
    await work.git("commit", "-q", "--amend", "-m", "two, in other words");
    await work.git("branch", "-q", "-D", "side");
    expect(await fates(one, two)).toEqual(["one", "two, in other words"]);
    const [found] = await git.readFates(tree, [one]);
    expect(found?.now).toMatchObject({ files: ["one"], insertions: 2, deletions: 0, repository: "work" });
  });

  test("asks of many lost commits in few processes where nothing can be their squash", async () => {
    await change("base", "base");
    await work.git("switch", "-q", "-c", "side");
    const lost: string[] = [];
    for (let at = 0; at < 12; at++) lost.push(await change(`file${String(at)}`, `lost ${String(at)}`));
    await work.git("switch", "-q", "main");
    await work.git("branch", "-q", "-D", "side");
    for (let at = 0; at < 3; at++) await change(`other${String(at)}`, "other");
    const log = path.join(sandbox.folder, "trace");
    await work.git("config", "--global", "trace2.normalTarget", log);
    expect(await fates(...lost)).toEqual(lost.map(() => null));
    const processes = (await fs.readFile(log, "utf8")).match(/ start /g) ?? [];
    expect(processes.length).toBeGreaterThan(12);
    expect(processes.length).toBeLessThan(12 * 4);
  });

  test("finds all commits that a server squashed into one, also when others were merged before", async () => {
    await change("base", "base");
    await work.git("switch", "-q", "-c", "side");
    const shas = [await change("one", "one"), await change("two", "two"), await change("one", "one again")];
    await work.git("clone", "-q", ".", "../server", "-b", "main");
    const server = sandbox.at("server");
    await change("others", "of others", server);
    await server.git("merge", "-q", "--squash", "origin/side");
    await server.git("commit", "-q", "-m", "Squashed by the server (#7)");
    await work.git("switch", "-q", "main");
    await work.git("pull", "-q", "../server", "main");
    expect(await fates(...shas)).toEqual(["here", "here", "here"]);
    await work.git("branch", "-q", "-D", "side");
    expect(await fates(...shas)).toEqual(Array(3).fill("Squashed by the server (#7)"));
  });

  test("takes no commit of others, and none that only looks alike, for the same", async () => {
    await change("base", "base");
    await work.git("switch", "-q", "-c", "side");
    const lost = await change("one", "one");
    await work.git("switch", "-q", "main");
    await work.write("one", "other\nlines\n");
    await work.git("add", ".");
    await work.commit("one\n");
    await work.git("switch", "-q", "-c", "theirs", "HEAD~1");
    await work.git("cherry-pick", lost);
    await work.git("-c", "user.email=bob@example.com", "commit", "-q", "--amend", "--no-edit", "--reset-author");
    await work.git("branch", "-q", "-D", "side");
    expect(await fates(lost)).toEqual([null]);
  });

  test("says of what was pruned, dropped or is of no repository that it is gone", async () => {
    await change("base", "base");
    const dropped = await change("one", "one");
    await work.git("reset", "-q", "--hard", "HEAD~1");
    expect(await fates(dropped, "a".repeat(40))).toEqual([null, null]);
    await work.git("reflog", "expire", "--expire=all", "--all");
    await work.git("gc", "-q", "--prune=now");
    expect(await fates(dropped)).toEqual([null]);
    await expect(git.readFates(tree, ["--all"])).rejects.toMatchObject({ code: "git.failed" });
  });

  test("answers in a repository without a commit, and for nothing", async () => {
    expect(await git.readFates(tree, ["a".repeat(40)])).toEqual([]);
    await change("base", "base");
    expect(await git.readFates(tree, [])).toEqual([]);
  });
});
