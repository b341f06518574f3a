import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import type { IDisposable } from "../../../src/base/disposable.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { NewCommit, WorkTree } from "../../../src/ports/git.ts";
import { CountingClock } from "../../support/countingClock.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { Sandbox, type TestRepository } from "../../support/repository.ts";
import { Told } from "../../support/told.ts";

/** The commits that a watch tells. */
class ToldCommits extends Told<NewCommit> {
  get subjects(): readonly string[] {
    return this.items.map(({ subject }) => subject);
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

async function watch(repository = work, since?: string, using = git): Promise<ToldCommits> {
  const told = new ToldCommits();
  const watcher = using.watchCommits(await treeOf(repository), since, told.take, told.fail);
  watches.push(watcher);
  await watcher.ready;
  return told;
}

describe("watchCommits", () => {
  test("tells of a commit made in a terminal, with its evidence", async () => {
    await work.commit("before\n");
    const told = await watch();
    await work.write("src/read.ts", "one\ntwo\n");
    await work.git("add", ".");
    const sha = await work.commit("Fix it\n\nCase-Id: ACME-1\n\nCase-Id: ACME-2\n");
    await told.until(({ items }) => items.length > 0);
    const committed = Number((await work.git("log", "-1", "--format=%ct")).trim()) * 1_000;
    expect(told.items).toEqual([
      {
        sha,
        subject: "Fix it",
        repository: "work",
        branch: "main",
        caseKey: "ACME-1",
        committedAt: committed,
        authoredAt: committed,
        files: ["src/read.ts"],
        insertions: 2,
        deletions: 0,
      },
    ]);
  });

  test("tells of the first commit of a new repository, and of those after it", async () => {
    const told = await watch();
    await work.commit("first\n");
    await told.until(({ items }) => items.length === 1);
    await work.commit("second\n");
    await told.until(({ items }) => items.length === 2);
    expect(told.subjects).toEqual(["first", "second"]);
  });

  test("tells of several commits at once, the oldest first, each once", async () => {
    await work.commit("before\n");
    const told = await watch();
    const shas = [await work.commit("one\n"), await work.commit("two\n"), await work.commit("three\n")];
    await told.until(({ items }) => items.length >= 3);
    expect(told.items.map(({ sha }) => sha)).toEqual(shas);
  });

  test("tells what an amended commit replaces", async () => {
    await work.commit("before\n");
    const told = await watch();
    const first = await work.commit("Fxi it\n");
    await told.until(({ items }) => items.length === 1);
    const second = await work.commit("Fix it\n", "--amend");
    await told.until(({ items }) => items.length === 2);
    expect(told.items[1]).toMatchObject({ sha: second, replaces: first });
  });

  test("maps what a rebase rewrites, reworded ones too, and tells of nothing new", async () => {
    await commitFile("base");
    await work.git("switch", "-q", "-c", "side");
    const old = [await commitFile("one", 1), await commitFile("two", 2), await commitFile("three", 3)];
    await work.git("switch", "-q", "main");
    await commitFile("main");
    await work.git("switch", "-q", "side");
    const told = await watch();
    await work.tryGit(["rebase", "-q", "-i", "main"], {
      GIT_SEQUENCE_EDITOR: "sed -i '2s/^pick/reword/'",
      GIT_EDITOR: "sed -i '1s/$/ reworded/'",
    });
    await work.commit("after\n");
    await told.until(({ subjects }) => subjects.includes("after"));
    const mapped = new Map(told.items.map(({ sha, replaces }) => [sha, replaces]));
    const shas = (await work.git("rev-list", "--reverse", "main..HEAD")).trim().split("\n");
    expect(shas.map((sha) => mapped.get(sha))).toEqual([...lookUp(old, told), undefined].slice(-4));
    expect(told.items.filter(({ replaces }) => replaces === undefined).map(({ subject }) => subject)).toEqual([
      "after",
    ]);
    expect(told.items.every(({ branch }) => branch === "side" || branch === undefined)).toBe(true);
  });

  test("is silent about checkouts, resets, fast-forwards and the commits of others", async () => {
    const first = await work.commit("before\n");
    await work.git("branch", "other");
    const upstream = sandbox.at("upstream");
    await work.git("clone", "-q", ".", upstream.root);
    await upstream.git("config", "user.email", "bob@example.com");
    await upstream.commit("theirs\n");
    const told = await watch();
    await work.git("pull", "-q", "--ff-only", upstream.root, "main");
    await work.git("switch", "-q", "other");
    await work.git("reset", "-q", "--hard", "main");
    await work.git("switch", "-q", "--detach", first);
    await work.git("switch", "-q", "main");
    await upstream.git("format-patch", "-q", "-1", "-o", sandbox.folder, "--start-number=7", "--root");
    await upstream.commit("theirs too\n");
    await work.commit("mine\n");
    await work.git("pull", "-q", "--no-rebase", "--no-edit", upstream.root, "main");
    await told.until(({ items }) => items.length === 2);
    expect(told.subjects[0]).toBe("mine");
    expect(told.subjects[1]).toMatch(/^Merge branch 'main' of /);
    expect(told.errors).toEqual([]);
  });

  test("maps what pull --rebase rewrites", async () => {
    await commitFile("before");
    const upstream = sandbox.at("upstream");
    await work.git("clone", "-q", ".", upstream.root);
    await upstream.git("config", "user.email", "bob@example.com");
    await upstream.commit("theirs\n");
    const told = await watch();
    const mine = await commitFile("mine");
    await told.until(({ items }) => items.length === 1);
    await work.git("pull", "-q", "--rebase", upstream.root, "main");
    await told.until(({ items }) => items.length === 2);
    expect(told.items[1]).toMatchObject({ sha: await work.head(), replaces: mine });
  });

  test("tells of merges, cherry-picks and reverts, for they were made here", async () => {
    await commitFile("base");
    await work.git("switch", "-q", "-c", "side");
    await commitFile("side");
    await work.git("switch", "-q", "main");
    await commitFile("main");
    const told = await watch();
    await work.git("merge", "-q", "--no-edit", "side");
    await work.git("revert", "--no-edit", "-m1", "HEAD");
    await work.git("switch", "-q", "-c", "picked", "main~2");
    await work.git("cherry-pick", "side");
    await told.until(({ items }) => items.length === 3);
    expect(told.subjects).toEqual(["Merge branch 'side'", `Revert "Merge branch 'side'"`, "side"]);
    expect(told.items.map(({ branch }) => branch)).toEqual(["main", "main", "picked"]);
  });

  test("catches up from the commit seen last, also across a checkout", async () => {
    const seen = await work.commit("seen\n");
    await work.git("switch", "-q", "-c", "side");
    await work.commit("on the side\n");
    await work.git("switch", "-q", "main");
    await work.commit("on main\n");
    const told = await watch(work, seen);
    await told.until(({ items }) => items.length > 0);
    expect(told.items.map(({ subject, branch }) => [subject, branch])).toEqual([
      ["on the side", "side"],
      ["on main", "main"],
    ]);
  });

  test.each(["0".repeat(40), "--output=x", "HEAD"])("begins now where the commit seen last is %s", async (since) => {
    await work.commit("before\n");
    const told = await watch(work, since);
    await work.commit("after\n");
    await told.until(({ items }) => items.length > 0);
    expect(told.subjects).toEqual(["after"]);
  });

  test("catches up across more movements than are read at first", async () => {
    const seen = await work.commit("seen\n");
    for (let i = 0; i < 60; i++) await work.git("update-ref", "-m", "reset: moving", "HEAD", seen);
    const [only] = [await work.commit("after\n")];
    const told = await watch(work, seen);
    await told.until(({ items }) => items.length > 0);
    expect(told.items.map(({ sha }) => sha)).toEqual([only]);
  });

  test("works without a reflog", async () => {
    await work.git("config", "core.logAllRefUpdates", "false");
    const first = await work.commit("before\n");
    const old = await work.tryGit(["commit-tree", "-m", "long ago", "HEAD^{tree}", "-p", first], {
      GIT_COMMITTER_DATE: "2020-01-01T00:00:00Z",
    });
    await work.git("branch", "old", old.stdout.trim());
    const told = await watch();
    const sha = await work.commit("without\n");
    await told.until(({ items }) => items.length === 1);
    const amended = await work.commit("amended\n", "--amend");
    await told.until(({ items }) => items.length === 2);
    await work.git("checkout", "-q", "old");
    await work.commit("after\n");
    await told.until(({ subjects }) => subjects.includes("after"));
    expect(told.items).toMatchObject([{ sha }, { sha: amended, replaces: sha }, { subject: "after" }]);
    const late = await watch(work, first);
    expect(late.subjects).toEqual(["after"]);
  });

  test("tells of the first commit of an orphan branch, and of nothing before it", async () => {
    const old = { GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z", GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z" };
    await work.tryGit(["commit", "-q", "--allow-empty", "-m", "before"], old);
    const during = await watch();
    await work.git("switch", "-q", "--orphan", "new");
    clock.minute();
    const after = await watch();
    await work.commit("first of new\n");
    for (const told of [during, after]) {
      await told.until(({ items }) => items.length > 0);
      expect(told.items).toMatchObject([{ subject: "first of new", branch: "new" }]);
    }
  });

  test("goes on after the reflog was cut", async () => {
    await work.commit("before\n");
    const told = await watch();
    await work.commit("one\n");
    await told.until(({ items }) => items.length === 1);
    await work.git("reflog", "expire", "--expire=all", "HEAD");
    await work.commit("two\n");
    await told.until(({ items }) => items.length === 2);
    expect(told.subjects).toEqual(["one", "two"]);
  });

  test("knows nobody's commits apart where no address is set", async () => {
    await fs.writeFile(path.join(sandbox.home, ".gitconfig"), "[user]\n\tname = Ann\n\tuseConfigOnly = false\n");
    const env = { GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_EMAIL: "a@b" };
    await work.tryGit(["commit", "-q", "--allow-empty", "-m", "before"], env);
    const told = await watch();
    await work.tryGit(["commit", "-q", "--allow-empty", "-m", "after"], env);
    await told.until(({ items }) => items.length > 0);
    expect(told.subjects).toEqual(["after"]);
  });

  test("follows a detached HEAD, a linked work tree and a submodule, each for itself", async () => {
    await work.commit("before\n");
    await work.git("worktree", "add", "-q", "../linked", "--detach");
    await work.git("submodule", "--quiet", "add", work.root, "below");
    const linked = sandbox.at("linked");
    const below = work.at(path.join(work.root, "below"));
    const [inLinked, inBelow, inWork] = [await watch(linked), await watch(below), await watch()];
    await linked.commit("linked\n");
    await below.commit("below\n");
    await work.commit("work\n");
    await Promise.all([inLinked, inBelow, inWork].map((told) => told.until(({ items }) => items.length > 0)));
    expect(inLinked.items).toMatchObject([{ subject: "linked", repository: "linked" }]);
    expect(inLinked.items[0]).not.toHaveProperty("branch");
    expect(inBelow.items).toMatchObject([{ subject: "below", repository: "below", branch: "main" }]);
    expect(inWork.subjects).toEqual(["work"]);
  });

  test("works with hashes of 64 digits", async () => {
    const wide = await sandbox.repository("wide", "--object-format=sha256");
    const first = await wide.commit("before\n");
    const told = await watch(wide, first);
    const sha = await wide.commit("wide\n");
    await told.until(({ items }) => items.length > 0);
    expect(sha).toMatch(/^[0-9a-f]{64}$/);
    expect(told.items).toMatchObject([{ sha, subject: "wide" }]);
  });

  test("finds at the next minute what no file event told", async () => {
    await work.git("config", "core.logAllRefUpdates", "false");
    await work.commit("before\n");
    const tree = await treeOf(work);
    const told = new ToldCommits();
    // Folders that nothing writes to stand for a file system without events.
    const deaf = { ...tree, gitDir: sandbox.home, commonDir: sandbox.home };
    const watcher = git.watchCommits(deaf, undefined, told.take, told.fail);
    watches.push(watcher);
    await watcher.ready;
    await work.commit("after\n");
    clock.minute();
    await told.until(({ items }) => items.length > 0);
    expect(told.subjects).toEqual(["after"]);
  });

  test("tells of an error once until it is over, and then goes on", async () => {
    await work.commit("before\n");
    const told = await watch();
    const gitDir = await work.gitDir();
    await fs.rename(path.join(gitDir, "objects"), path.join(gitDir, "gone"));
    clock.minute();
    await told.until(({ errors }) => errors.length > 0);
    await fs.rename(path.join(gitDir, "gone"), path.join(gitDir, "objects"));
    expect(told.errors.map((error) => CaseclockError.is(error, "git.failed"))).toEqual([true]);
    await work.commit("after\n");
    await told.until(({ items }) => items.length > 0);
    expect(told.subjects).toEqual(["after"]);
    expect(told.errors).toHaveLength(1);
  });

  test("looks again where git fails in passing", async () => {
    await work.commit("before\n");
    const failing = path.join(sandbox.folder, "failing");
    const fails = path.join(sandbox.folder, "fails");
    const once = `case "$*" in *" log -g "*) [ ! -e '${fails}' ] || { rm '${fails}'; exit 128; } ;; esac`;
    await fs.writeFile(failing, `#!/bin/sh\n${once}\nexec git "$@"\n`, { mode: 0o755 });
    const told = await watch(
      work,
      undefined,
      sandbox.within(() => new GitCli(clock, new MemoryLogger(), { binary: failing })),
    );
    await fs.writeFile(fails, "");
    await work.commit("after\n");
    await told.until(({ items, errors }) => items.length + errors.length > 0);
    expect({ subjects: told.subjects, errors: told.errors }).toEqual({ subjects: ["after"], errors: [] });
  });

  test("tells of a missing git", async () => {
    const none = new GitCli(clock, new MemoryLogger(), { binary: "/nowhere/git" });
    const told = await watch(work, undefined, none);
    expect(told.errors.map((error) => CaseclockError.is(error, "git.missing"))).toEqual([true]);
  });

  test("is silent once it was disposed of", async () => {
    await work.commit("before\n");
    const told = await watch();
    const other = await watch();
    watches[0]?.dispose();
    await work.commit("after\n");
    await other.until(({ items }) => items.length > 0);
    expect(told.items).toEqual([]);
  });
});

/** Commits a file of that name; a minute apart when numbered, as work is. */
async function commitFile(name: string, minute?: number): Promise<string> {
  await work.write(`${name}.txt`, `${name}\n`);
  await work.git("add", ".");
  const date = minute === undefined ? [] : [`--date=2026-03-04T09:0${String(minute)}:00Z`];
  await work.git("commit", "-q", "-m", name, ...date);
  return work.head();
}

/** The former selves in order. */
function lookUp(old: readonly string[], told: ToldCommits): readonly string[] {
  return old.filter((sha) => told.items.some(({ replaces }) => replaces === sha));
}
