import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import { withoutCredentials } from "../../../src/adapters/node/git/gitTreeSigns.ts";
import type { IDisposable } from "../../../src/base/disposable.ts";
import { epochMs } from "../../../src/base/time.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { TreeHints, WorkTree } from "../../../src/ports/git.ts";
import { CountingClock } from "../../support/countingClock.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { Sandbox, type TestRepository } from "../../support/repository.ts";
import { Told } from "../../support/told.ts";

/** The signs that a watch tells. */
class ToldSigns extends Told<TreeHints> {
  get last(): TreeHints | undefined {
    return this.items.at(-1);
  }

  /** Branches as they were told, without repetitions. */
  get branches(): readonly (string | undefined)[] {
    return this.items.map(({ branch }) => branch).filter((branch, n, all) => n === 0 || branch !== all[n - 1]);
  }

  branch(name: string | undefined): Promise<void> {
    return this.until(({ last }) => last !== undefined && last.branch === name);
  }
}

let sandbox: Sandbox;
let work: TestRepository;
let clock: CountingClock;
let git: GitCli;
let watches: IDisposable[];

beforeEach(async () => {
  sandbox = await Sandbox.create();
  work = await sandbox.repository();
  clock = new CountingClock();
  git = sandbox.within(() => new GitCli(clock, new MemoryLogger()));
  watches = [];
});

afterEach(async () => {
  for (const watch of watches) watch.dispose();
  expect(clock.running).toBe(0);
  await sandbox.dispose();
});

async function treeOf(repository: TestRepository): Promise<WorkTree> {
  const tree = await git.workTreeFor(repository.root);
  if (tree === undefined) throw new Error("not a work tree");
  return tree;
}

async function watch(repository = work, tree?: WorkTree): Promise<ToldSigns> {
  const told = new ToldSigns();
  const watcher = git.watchHints(tree ?? (await treeOf(repository)), told.take, told.fail);
  watches.push(watcher);
  await watcher.ready;
  return told;
}

/** Commits a file with these contents. */
async function commitFile(name: string, text: string, in_ = work): Promise<void> {
  await in_.write(name, text);
  await in_.git("add", ".");
  await in_.git("commit", "-q", "-m", `${name}: ${text}`);
}

/** Two branches that change the same line; `fix/ACME-1` is checked out. */
async function conflicting(): Promise<void> {
  await commitFile("a.txt", "base\n");
  await work.git("checkout", "-q", "-b", "fix/ACME-1");
  await commitFile("a.txt", "ours\n");
  await work.git("checkout", "-q", "main");
  await commitFile("a.txt", "theirs\n");
  await work.git("checkout", "-q", "fix/ACME-1");
}

describe("the branch", () => {
  test("is told at first, also before there is a commit, and at each checkout in a terminal", async () => {
    const told = await watch();
    expect(told.items).toEqual([{ branch: "main", trailers: [], remote: undefined }]);
    await work.commit("first\n");
    clock.minute(); // the folder of the reflog was made by that commit
    await work.git("checkout", "-q", "-b", "fix/ACME-1-lock");
    await told.branch("fix/ACME-1-lock");
    await work.git("switch", "-q", "main");
    await told.branch("main");
    expect(told.errors).toEqual([]);
  });

  test("follows its own renaming", async () => {
    await work.commit("first\n");
    const told = await watch();
    await work.git("branch", "-m", "users/ann/acme-12_x");
    await told.branch("users/ann/acme-12_x");
  });

  test("is none on a detached HEAD", async () => {
    await work.commit("first\n");
    const told = await watch();
    await work.git("checkout", "-q", "--detach");
    await told.branch(undefined);
    await work.git("checkout", "-q", "main");
    await told.branch("main");
  });

  test("that has no commit yet is found within a minute", async () => {
    await work.commit("first\n\nCase-Id: ACME-1\n");
    const told = await watch();
    await work.git("checkout", "-q", "--orphan", "fix/BETA-2");
    clock.minute();
    await told.branch("fix/BETA-2");
    expect(told.last?.trailers).toEqual([]);
  });

  test("is the one that is rebased, while that stands still and after it was given up", async () => {
    await conflicting();
    const told = await watch();
    const outcome = await work.tryGit(["rebase", "-q", "--merge", "main"]);
    expect(outcome.status).not.toBe(0);
    expect((await work.tryGit(["symbolic-ref", "-q", "HEAD"])).status).not.toBe(0);
    expect((await watch()).last?.branch).toBe("fix/ACME-1");
    clock.minute();
    await work.git("rebase", "--abort");
    await work.git("checkout", "-q", "main");
    await told.branch("main");
    expect(told.branches).toEqual(["fix/ACME-1", "main"]);
  });

  test("is the one that is rebased by patches, once that stands still: git says no sooner which it is", async () => {
    await conflicting();
    expect((await work.tryGit(["rebase", "-q", "--apply", "main"])).status).not.toBe(0);
    expect((await work.tryGit(["symbolic-ref", "-q", "HEAD"])).status).not.toBe(0);
    expect((await watch()).last?.branch).toBe("fix/ACME-1");
  });

  test("is the one that is rebased to the end without a stop in between", async () => {
    await commitFile("a.txt", "base\n");
    await work.git("checkout", "-q", "-b", "fix/ACME-1");
    for (const n of [1, 2, 3]) await commitFile(`b${String(n)}.txt`, "x\n");
    await work.git("checkout", "-q", "main");
    await commitFile("c.txt", "x\n");
    await work.git("checkout", "-q", "fix/ACME-1");
    const told = await watch();
    await work.git("rebase", "-q", "main");
    await work.git("checkout", "-q", "main");
    await told.branch("main");
    expect(told.branches).toEqual(["fix/ACME-1", "main"]);
  });

  test("is each work tree's and submodule's own", async () => {
    await work.commit("first\n");
    const library = await sandbox.repository("library");
    await library.commit("first\n");
    await work.git("submodule", "--quiet", "add", library.root, "sub");
    await work.git("worktree", "add", "-q", "-b", "fix/BETA-2", "../linked");
    const [main, linked, sub] = [await watch(), await watch(sandbox.at("linked")), await watch(sandbox.at("work/sub"))];
    expect([main, linked, sub].map(({ last }) => last?.branch)).toEqual(["main", "fix/BETA-2", "main"]);
    expect(sub.last?.remote).toBe(library.root);
    await sandbox.at("linked").git("checkout", "-q", "-b", "fix/GAMMA-3");
    await linked.branch("fix/GAMMA-3");
    await sandbox.at("work/sub").git("checkout", "-q", "-b", "fix/SUB-4");
    await sub.branch("fix/SUB-4");
    expect(main.branches).toEqual(["main"]);
  });

  test("may be long, right to left, and of other planes", async () => {
    await work.commit("first\n");
    const told = await watch();
    for (const name of [`fix/${"x".repeat(200)}`, "תיקון/תיק-12", "fix/🔥-ACME-1", "a;b$(c)&'d'"]) {
      await work.git("checkout", "-q", "-b", name);
      await told.branch(name);
    }
  });
});

describe("the trailers", () => {
  const commitAt = async (message: string, date: string, ...args: string[]): Promise<void> => {
    await work.commit(message, `--date=${date}`, ...args);
  };

  test("are those of one's own last commits, newest first, with the time at which they were written", async () => {
    await commitAt("one\n\nCase-Id: ACME-1\n", "2026-03-04T09:00:00Z");
    await commitAt("other\n\nCase-Id: FOREIGN-1\n", "2026-03-04T09:01:00Z", "--author=Bob <bob@example.com>");
    await commitAt("two\n\nCase-Id: BETA-2\nCase-Id: GAMMA-3\n", "2026-03-04T09:02:00Z");
    await commitAt("none\n", "2026-03-04T09:03:00Z");
    const told = await watch();
    const time = (text: string): number => epochMs(Date.parse(text));
    expect(told.last?.trailers).toEqual([
      { key: "BETA-2", at: time("2026-03-04T09:02:00Z") },
      { key: "GAMMA-3", at: time("2026-03-04T09:02:00Z") },
      { key: "ACME-1", at: time("2026-03-04T09:00:00Z") },
    ]);
  });

  test("are told when a commit is made, and are of the last ten commits", async () => {
    await work.commit("old\n\nCase-Id: OLD-1\n");
    const told = await watch();
    for (let n = 0; n < 9; n += 1) await work.commit(`${String(n)}\n`);
    await work.commit("new\n\ncase-id: NEW-1\n");
    await told.until(({ last }) => last?.trailers[0]?.key === "NEW-1");
    expect(told.last?.trailers.map(({ key }) => key)).toEqual(["NEW-1"]);
  });

  test("are none where nobody knows whose commits they are", async () => {
    await work.commit("one\n\nCase-Id: ACME-1\n");
    await work.git("config", "user.email", "");
    expect((await watch()).last?.trailers).toEqual([]);
  });

  test("are read by the name that is set", async () => {
    const named = sandbox.within(() => new GitCli(clock, new MemoryLogger(), { trailer: () => "Ticket" }));
    await work.commit("one\n\nCase-Id: ACME-1\nTicket: BETA-2\n");
    const told = new ToldSigns();
    const watcher = named.watchHints(await treeOf(work), told.take, told.fail);
    watches.push(watcher);
    await watcher.ready;
    expect(told.last?.trailers.map(({ key }) => key)).toEqual(["BETA-2"]);
  });
});

describe("the remote", () => {
  test("is origin, else the first, and holds no credentials", async () => {
    await work.git("remote", "add", "upstream", "git@git.example:acme/UP-1.git");
    await work.git("config", "remote.upstream.pushurl", "https://ann:secret@push.example/x");
    expect((await watch()).last?.remote).toBe("git.example:acme/UP-1.git");
    await work.git("remote", "add", "origin", "https://ann:se@cret@git.example:8443/acme/ACME-1.git");
    const told = await watch();
    expect(told.last?.remote).toBe("https://git.example:8443/acme/ACME-1.git");
    expect(JSON.stringify(told.items)).not.toMatch(/ann|cret/);
  });

  it.each([
    ["https://ann:token@git.example/acme/x@y.git", "https://git.example/acme/x@y.git"],
    ["https://token@git.example", "https://git.example"],
    ["https://token@git.example?x=a@b", "https://git.example?x=a@b"],
    ["HTTPS://ann:p@ss@git.example/x", "HTTPS://git.example/x"],
    ["ssh://git@git.example:22/x", "ssh://git.example:22/x"],
    ["git@git.example:acme/x.git", "git.example:acme/x.git"],
    ["git.example:acme/x@y.git", "git.example:acme/x@y.git"],
    ["/srv/ann@home/x.git", "/srv/ann@home/x.git"],
    ["../ann@home:x.git", "../ann@home:x.git"],
    ["file:///srv/ann@home/x.git", "file:///srv/ann@home/x.git"],
    ["C:\\git\\ann@home", "C:\\git\\ann@home"],
    ["", ""],
  ])("%s is shown as %s", (url, shown) => {
    expect(withoutCredentials(url)).toBe(shown);
  });
});

describe("watching", () => {
  test("tells nothing twice", async () => {
    await work.commit("first\n");
    const told = await watch();
    await work.git("checkout", "-q", "-b", "other");
    await told.branch("other");
    await work.git("reset", "-q", "--hard", "HEAD");
    clock.minute();
    await work.commit("second\n"); // moves HEAD and names no case
    await work.git("checkout", "-q", "main");
    await told.branch("main");
    expect(told.items.map(({ branch }) => branch)).toEqual(["main", "other", "main"]);
  });

  test("finds at the next minute what no file event told", async () => {
    await work.commit("first\n");
    const tree = await treeOf(work);
    // Folders that nothing writes to stand for a file system without events.
    const told = await watch(work, { ...tree, gitDir: sandbox.home, commonDir: sandbox.home });
    await work.git("checkout", "-q", "-b", "fix/ACME-1");
    clock.minute();
    await told.branch("fix/ACME-1");
  });

  test("tells of an error once until it is over, and then goes on", async () => {
    await work.commit("before\n\nCase-Id: ACME-1\n");
    const told = await watch();
    const gitDir = await work.gitDir();
    await fs.rename(path.join(gitDir, "objects"), path.join(gitDir, "gone"));
    clock.minute();
    await told.until(({ errors }) => errors.length > 0);
    await fs.rename(path.join(gitDir, "gone"), path.join(gitDir, "objects"));
    await work.git("checkout", "-q", "-b", "after");
    await told.branch("after");
    expect(told.errors.map((error) => CaseclockError.is(error, "git.failed"))).toEqual([true]);
  });

  test("is silent once it was disposed of", async () => {
    await work.commit("before\n");
    const told = await watch();
    const other = await watch();
    watches[0]?.dispose();
    await work.git("checkout", "-q", "-b", "after");
    await other.branch("after");
    expect(told.branches).toEqual(["main"]);
  });
});
