import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import { RemoteGit } from "../../../src/adapters/remote/remoteGit.ts";
import { FIRST_POLL_MS, LONGEST_POLL_MS } from "../../../src/adapters/remote/remoteWatcher.ts";
import { DEFAULT_TRAILER } from "../../../src/domain/git/trailer.ts";
import type { NewCommit, TreeHints, WorkTree } from "../../../src/ports/git.ts";
import { DiskFiles } from "../../support/diskFiles.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { Sandbox, type TestRepository } from "../../support/repository.ts";
import { Told } from "../../support/told.ts";

let sandbox: Sandbox;
let work: TestRepository;
let files: DiskFiles;
let clock: ManualClock;
let logger: MemoryLogger;
let git: RemoteGit;
let focus: { isFocused: boolean; tell: () => void };

beforeEach(async () => {
  sandbox = await Sandbox.create();
  work = await sandbox.repository("wörk #1");
  files = new DiskFiles();
  clock = new ManualClock();
  logger = new MemoryLogger();
  const listeners = new Set<() => void>();
  focus = {
    isFocused: true,
    tell: () => {
      for (const listener of listeners) listener();
    },
  };
  const attention = {
    get isFocused() {
      return focus.isFocused;
    },
    onDidChange: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  git = new RemoteGit({ files, clock, logger, attention, trailer: () => DEFAULT_TRAILER });
});
afterEach(() => sandbox.dispose());

const treeAt = async (folder: string): Promise<WorkTree> => {
  const tree = await git.workTreeFor(DiskFiles.uri(folder));
  if (tree === undefined) throw new Error(`no work tree at ${folder}`);
  return tree;
};
/** As the clock of tests takes it. */
const wall = (now: Date): string => now.toISOString().slice(0, 19).replace("T", " ");
/** What git itself says of the folder, as URIs. */
const byGit = async (folder: string): Promise<WorkTree | undefined> => {
  const local = sandbox.within(() => new GitCli(clock, logger));
  const tree = await local.workTreeFor(folder);
  if (tree === undefined) return undefined;
  const [root, gitDir, commonDir] = [tree.root, tree.gitDir, tree.commonDir].map((file) => DiskFiles.uri(file));
  return { root: root ?? "", gitDir: gitDir ?? "", commonDir: commonDir ?? "" };
};

describe("finding a work tree by files alone", () => {
  it("finds what git finds: at the root, below it, in linked work trees and submodules", async () => {
    await work.commit("One");
    await work.write("deep/er/file.txt", "x");
    await work.git("worktree", "add", "-q", "../linked");
    const part = await sandbox.repository("part");
    await part.commit("Part");
    await work.git("submodule", "add", "-q", part.root, "sub");
    for (const folder of [work.root, `${work.root}/deep/er`, path.join(sandbox.folder, "linked"), `${work.root}/sub`]) {
      const found = await git.workTreeFor(DiskFiles.uri(folder));
      expect(found, folder).toEqual(await byGit(folder));
      expect(found).toBeDefined();
    }
  });

  it("is outside of git above, inside a git directory, and on a path that is gone", async () => {
    for (const folder of [sandbox.folder, `${work.root}/.git`, `${work.root}/.git/refs`]) {
      expect(await git.workTreeFor(DiskFiles.uri(folder)), folder).toBeUndefined();
    }
    await treeAt(work.root);
    await fs.rm(`${work.root}/.git`, { recursive: true });
    expect(await git.workTreeFor(DiskFiles.uri(work.root))).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["no path", "gitdir: \n"],
    ["two paths", "gitdir: /a\n/b\n"],
    ["a place that is not there", "gitdir: ../nowhere\n"],
    ["itself", "gitdir: .git\n"],
    ["a folder that is no git directory", "gitdir: /usr\n"],
    ["a NUL", "gitdir: /a\0b\n"],
    ["more than a path can be", `gitdir: ${"a/".repeat(10_000)}\n`],
  ])("says once that a .git with %s is odd", async (_what, text) => {
    const folder = path.join(sandbox.folder, "odd");
    await fs.mkdir(folder);
    await fs.writeFile(path.join(folder, ".git"), text);
    for (let time = 0; time < 2; time++) expect(await git.workTreeFor(DiskFiles.uri(folder))).toBeUndefined();
    expect(logger.lines.filter((line) => line.includes("cannot be understood"))).toHaveLength(1);
  });

  it("rejects with a code while the machine cannot be reached, and finds it afterwards", async () => {
    files.failing = true;
    await expect(git.workTreeFor(DiskFiles.uri(work.root))).rejects.toMatchObject({ code: "git.unreachable" });
    files.failing = false;
    expect(await treeAt(work.root)).toEqual(await byGit(work.root));
  });
});

describe("commits of a folder on another machine", () => {
  let told: Told<NewCommit>;
  let watcher: { dispose(): void };

  const watch = async (since?: string, folder = work.root): Promise<void> => {
    told = new Told();
    watcher = git.watchCommits(await treeAt(folder), since, told.take, told.fail);
  };
  /** The file system says that something changed. */
  const event = (): void => {
    files.tell();
    clock.advance(300);
  };
  const subjects = (): readonly string[] => told.items.map(({ subject }) => subject);
  /** Lets what was begun come to its end: real files are read. */
  const idle = async (): Promise<void> => {
    // On a busy machine one call may take longer than all of these turns.
    for (let quiet = 0, before = -1; quiet < 5; quiet = before === count() && files.underWay === 0 ? quiet + 1 : 0) {
      before = count();
      for (let turn = 0; turn < 5; turn++) await fs.stat(sandbox.folder);
    }
  };
  const count = (): number => [...files.calls.values()].reduce((sum, calls) => sum + calls, 0);
  afterEach(() => {
    watcher.dispose();
    expect(files.watched).toBe(0);
  });

  it("are told with case, branch and what they replace", async () => {
    const first = await work.commit("First");
    await watch();
    await idle();
    await work.git("checkout", "-q", "-b", "fix/ACME-1");
    const second = await work.commit("Second\n\nCase-Id: ACME-1\n");
    event();
    await told.until(({ items }) => items.length === 1);
    expect(told.items[0]).toMatchObject({
      sha: second,
      subject: "Second",
      branch: "fix/ACME-1",
      caseKey: "ACME-1",
      repository: "wörk #1",
    });
    await work.git("commit", "-q", "--amend", "--allow-empty", "-m", "Second, better");
    event();
    await told.until(({ items }) => items.length === 2);
    expect(told.items[1]).toMatchObject({ subject: "Second, better", replaces: second });
    expect(first).not.toBe(second);
  });

  it("are caught up with since the one that was seen last, also packed ones by their reflog", async () => {
    const first = await work.commit("First");
    await work.commit("Second\n\nCase-Id: ACME-2\n");
    await work.git("gc", "-q");
    await work.commit("Third\n\nCase-Id: ACME-3\n");
    await watch(first);
    await told.until(({ items }) => items.length === 2);
    // Of a packed commit the message cannot be read: no case is known.
    expect(told.items.map(({ subject, caseKey }) => [subject, caseKey])).toEqual([
      ["Second", undefined],
      ["Third", "ACME-3"],
    ]);
  });

  it("of others do not count: pulled, cherry-picked from them, made by them in the same folder", async () => {
    await work.commit("Mine");
    await watch();
    await idle();
    const bo = ["-c", "user.name=Bo", "-c", "user.email=bo@example.com"];
    await work.git("config", "user.email", "ann@example.com");
    await work.git(...bo, "commit", "-q", "--allow-empty", "-m", "By Bo");
    await work.commit("Mine again");
    event();
    await told.until(({ items }) => items.length === 1);
    expect(subjects()).toEqual(["Mine again"]);
  });

  it("do not count where it is not known whose they are, and that is said once", async () => {
    await work.commit("One");
    const bo = ["-c", "user.name=Bo", "-c", "user.email=bo@example.com"];
    await work.git(...bo, "commit", "-q", "--allow-empty", "-m", "By Bo");
    await watch();
    await idle();
    for (const message of ["Two", "Three"]) {
      await work.commit(message);
      event();
      await idle();
    }
    expect(subjects()).toEqual([]);
    expect(logger.lines.filter((line) => line.includes("whose") || line.includes("user.email"))).toHaveLength(1);
  });

  it("map old to new in a rebase, in a linked work tree too", async () => {
    await work.commit("Base");
    await work.git("worktree", "add", "-q", "-b", "side", "../linked");
    const linked = sandbox.at("linked");
    const old = await linked.commit("Side");
    await work.commit("Main goes on");
    await watch(undefined, linked.root);
    await idle();
    await linked.git("rebase", "-q", "--keep-empty", "main");
    event();
    await told.until(({ items }) => items.length === 1);
    expect(told.items[0]).toMatchObject({ subject: "Side", replaces: old });
  });

  it("are found without any event: after 5 seconds, later after a minute at most, and only with the focus", async () => {
    await work.commit("First");
    await watch();
    await idle();
    await work.commit("Second");
    clock.advance(2 * FIRST_POLL_MS);
    await told.until(({ items }) => items.length === 1);
    await idle();
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(LONGEST_POLL_MS);
      await idle();
    }
    await work.commit("Third");
    clock.advance(LONGEST_POLL_MS);
    await told.until(({ items }) => items.length === 2);
    await idle();
    focus.isFocused = false;
    await work.commit("Fourth");
    const before = count();
    clock.advance(60 * LONGEST_POLL_MS);
    await idle();
    expect(count()).toBe(before);
    focus.isFocused = true;
    focus.tell();
    await told.until(({ items }) => items.length === 3);
    expect(subjects()).toEqual(["Second", "Third", "Fourth"]);
  });

  it("are caught up with when the machine can be reached again; the trouble is told once", async () => {
    await work.commit("First");
    await watch();
    await idle();
    files.failing = true;
    for (const message of ["Second", "Third"]) {
      await work.commit(message);
      event();
      await idle();
      clock.advance(LONGEST_POLL_MS);
      await idle();
    }
    expect(told.errors).toHaveLength(1);
    files.failing = false;
    clock.advance(LONGEST_POLL_MS);
    await idle();
    expect(subjects()).toEqual(["Second", "Third"]);
  });

  it("are found from HEAD where the reflog is too large to be fetched, which is never read then", async () => {
    await work.commit("First");
    clock.set(wall(new Date()));
    const log = path.join(work.root, ".git/logs/HEAD");
    const line = (await fs.readFile(log, "utf8")).trimEnd();
    await fs.appendFile(log, `${line}\n`.repeat(Math.ceil((50 * 1024 * 1024) / line.length)));
    await work.git("config", "user.email", "ann@example.com");
    await watch();
    await idle();
    await work.commit("Second\n\nCase-Id: ACME-2\n");
    event();
    await told.until(({ items }) => items.length === 1);
    expect(told.items[0]).toMatchObject({ subject: "Second", caseKey: "ACME-2" });
    expect(files.bytesRead.filter((place) => place.endsWith("logs/HEAD"))).toEqual([]);
  });

  it("are not seen in a reftable, which is said once", async () => {
    await fs.writeFile(path.join(work.root, ".git/HEAD"), "ref: refs/heads/.invalid\n");
    await watch();
    await idle();
    event();
    await idle();
    expect(told.errors).toEqual([]);
    expect(logger.lines.filter((line) => line.includes("reftable"))).toHaveLength(1);
  });
});

describe("signs of a folder on another machine", () => {
  it("tell the branch, also while it is rebased, the person's trailers, and the remote without a password", async () => {
    await work.git("remote", "add", "origin", "https://ann:secret@example.com/acme.git");
    await work.git("checkout", "-q", "-b", "fix/ACME-7");
    await work.write("a.txt", "1");
    await work.git("add", ".");
    await work.commit("One\n\nCase-Id: ACME-7\n");
    const told = new Told<TreeHints>();
    const watcher = git.watchHints(await treeAt(work.root), told.take, told.fail);
    await told.until(({ items }) => items.length === 1);
    expect(told.items[0]).toMatchObject({
      branch: "fix/ACME-7",
      trailers: [{ key: "ACME-7" }],
      remote: "https://example.com/acme.git",
    });
    await work.git("checkout", "-q", "-b", "other");
    files.tell();
    clock.advance(300);
    await told.until(({ items }) => items.length === 2);
    expect(told.items[1]?.branch).toBe("other");
    await work.git("checkout", "-q", "--detach");
    await fs.mkdir(path.join(work.root, ".git/rebase-merge"));
    await fs.writeFile(path.join(work.root, ".git/rebase-merge/head-name"), "refs/heads/fix/ACME-8\n");
    files.tell();
    clock.advance(300);
    await told.until(({ items }) => items.length === 3);
    expect(told.items[2]?.branch).toBe("fix/ACME-8");
    watcher.dispose();
    expect(told.errors).toEqual([]);
  });
});
