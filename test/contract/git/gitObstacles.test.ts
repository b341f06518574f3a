import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import { SystemClock } from "../../../src/adapters/node/system/systemClock.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { presentObstacle } from "../../../src/ui/git/presentTagging.ts";
import type { TaggingState } from "../../../src/ports/commands.ts";
import { ChildProcess } from "../../support/childProcess.ts";
import { codeOf, openGitScene } from "../../support/gitScene.ts";
import { MemoryLogger } from "../../support/logger.ts";
import type { Sandbox, TestRepository } from "../../support/repository.ts";

/** `nobody`: for root, which may do everything, another user has to try. */
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;
const AS_PERSON = IS_ROOT ? { uid: NOBODY } : {};

let sandbox: Sandbox;
let work: TestRepository;
let opened: string[];

beforeEach(async () => {
  ({ sandbox, work } = await openGitScene());
  opened = [];
  await work.commit("seen\n");
  await fs.chmod(sandbox.folder, 0o755);
});

afterEach(async () => {
  for (const folder of opened) await fs.chmod(folder, 0o755);
  await sandbox.dispose();
});

/** What the child found: how git is there, and how tagging stands after a case was picked and tagging is wanted. */
interface Found {
  readonly code?: string;
  readonly message?: string;
  readonly state?: TaggingState;
}

/** Follows the repository as another user, with tagging switched on, and picks a case. */
async function followedByPerson(): Promise<Found> {
  const child = new ChildProcess(
    `import { GitCli } from "src:adapters/node/git/gitCli.ts";
    import { SystemClock } from "src:adapters/node/system/systemClock.ts";
    import { CommitTagger } from "src:app/git/commitTagger.ts";
    import { parseSettings } from "src:ports/settings.ts";
    import { aCase, TREE } from "src:../test/support/builders.ts";
    import { MemoryLogger } from "src:../test/support/logger.ts";
    import { ManualClock } from "src:../test/support/manualClock.ts";
    import { TestWindow } from "src:../test/support/memoryEventLog.ts";
    const clock = new ManualClock();
    const window = new TestWindow(clock);
    await window.view.load();
    const git = new GitCli(new SystemClock(), new MemoryLogger());
    try {
      const tree = await git.workTreeFor(${JSON.stringify(work.root)});
      if (tree === undefined) throw Object.assign(new Error("outside of git"), { code: "none" });
      const settings = { ...parseSettings(() => undefined).value, tagging: "on" };
      const { journal, logger } = window;
      const tags = new CommitTagger(git, journal, () => settings, async () => undefined, logger);
      tags.follow(TREE, tree);
      await journal.append([journal.create({ kind: "pick", tree: TREE, case: aCase("ACME-1") })]);
      await tags.settled();
      console.log(JSON.stringify({ state: await tags.state(TREE) }));
      tags.dispose();
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, message: error.message }));
    }
    window.kill();`,
    { ...AS_PERSON, env: sandbox.env },
  );
  return JSON.parse(await child.end()) as Found;
}

async function giveAway(folder: string): Promise<void> {
  if (!IS_ROOT) return;
  const names = await fs.readdir(folder, { recursive: true });
  for (const name of ["", ...names]) await fs.lchown(path.join(folder, name), NOBODY, NOBODY);
}

async function forbid(folder: string, mode: number): Promise<void> {
  opened.push(folder);
  await fs.chmod(folder, mode);
}

/** Names, texts and modes of all that lies in the git directory. */
async function listing(): Promise<readonly string[]> {
  const folder = path.join(work.root, ".git");
  const names = await fs.readdir(folder, { recursive: true });
  return Promise.all(
    names.sort().map(async (name) => {
      const stat = await fs.lstat(path.join(folder, name));
      const text = stat.isFile() ? await fs.readFile(path.join(folder, name), "base64") : "";
      return `${name} ${String(stat.mode)} ${text}`;
    }),
  );
}

describe("as a user who may not do everything", () => {
  test("is told why where neither hooks nor marker can be written, and nothing is", async () => {
    await giveAway(work.root);
    const hooks = path.join(work.root, ".git/hooks");
    await fs.mkdir(hooks, { recursive: true });
    await forbid(hooks, 0o555);
    await forbid(path.join(work.root, ".git"), 0o555);
    const before = await listing();
    const { state } = await followedByPerson();
    expect(state).toMatchObject({ repository: work.root, tagging: "unavailable" });
    expect(state?.reason).toMatch(
      /^Commits are not tagged: could not .*(?:permission denied|EACCES).*They are still detected/i,
    );
    expect(await listing()).toEqual(before);
  });

  test("tags nothing by halves where only the hooks cannot be written", async () => {
    await giveAway(work.root);
    const hooks = path.join(work.root, ".git/hooks");
    await fs.mkdir(hooks, { recursive: true });
    await forbid(hooks, 0o555);
    await fs.writeFile(path.join(work.root, ".git/config.lock"), ""); // for a git that has hooks in its configuration
    const { state } = await followedByPerson();
    expect(state?.tagging).toBe("unavailable");
    expect(state?.reason).toMatch(/^Commits are not tagged: .*(?:hooks|config)/);
    expect((await fs.readdir(hooks)).filter((name) => !name.endsWith(".sample"))).toEqual([]);
    expect(await fs.readFile(path.join(work.root, ".git/config"), "utf8")).not.toContain("caseclock");
  });

  test("is told that the git directory cannot be read, where git itself would go past it", async () => {
    await giveAway(work.root);
    await forbid(path.join(work.root, ".git"), 0o000);
    const { code, message } = await followedByPerson();
    expect({ code, message }).toEqual({ code: "git.failed", message: `${work.root}/.git cannot be read` });
  });

  test("is told that git may not read HEAD", async () => {
    await giveAway(work.root);
    await forbid(path.join(work.root, ".git/HEAD"), 0o000);
    const found = await followedByPerson();
    expect(found.code).toBe("git.failed");
  });

  // Only root can own what somebody else works in.
  test.runIf(IS_ROOT)("is told that git distrusts the owner, in words that name the setting", async () => {
    const before = await listing();
    const { code, message } = await followedByPerson();
    expect(code).toBe("git.distrusted");
    expect(message).toContain("dubious ownership");
    expect(await listing()).toEqual(before);
  });
});

describe("a git that does not answer", () => {
  test("is ended after its time, and told of with a code", async () => {
    const slow = path.join(sandbox.folder, "slow-git");
    await fs.writeFile(slow, '#!/bin/sh\necho $$ >"$0.pid"\nexec sleep 600\n', { mode: 0o755 });
    const git = sandbox.within(
      () => new GitCli(new SystemClock(), new MemoryLogger(), { binary: slow, silenceMs: 300 }),
    );
    const tree = { root: work.root, gitDir: path.join(work.root, ".git"), commonDir: path.join(work.root, ".git") };
    expect(await codeOf(git.readBranch(tree))).toBe("git.failed");
    expect(await codeOf(git.hookState(tree))).toBe("git.failed");
    expect(await codeOf(git.workTreeFor(work.root))).toBe("git.failed");
    const pid = Number(await fs.readFile(`${slow}.pid`, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

describe("an index that another process holds", () => {
  test("keeps nothing from being read, and is left alone", async () => {
    const { git, tree } = await sceneOf(work);
    const lock = path.join(tree.gitDir, "index.lock");
    await fs.writeFile(lock, "theirs");
    const before = await listing();
    expect(await git.readBranch(tree)).toBe("main");
    expect(await git.readFates(tree, [await work.head()])).toHaveLength(1);
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    const watch = git.watchHints(
      tree,
      () => undefined,
      (error) => {
        throw error;
      },
    );
    await watch.ready;
    watch.dispose();
    expect(await listing()).toEqual(before);
  });
});

async function sceneOf(repository: TestRepository): Promise<{
  readonly git: GitCli;
  readonly tree: NonNullable<Awaited<ReturnType<GitCli["workTreeFor"]>>>;
}> {
  const git = sandbox.within(() => new GitCli(new SystemClock(), new MemoryLogger()));
  const tree = await git.workTreeFor(repository.root);
  if (tree === undefined) throw new Error("outside of git");
  return { git, tree };
}

test("why git cannot be used is said in words", () => {
  const reasonOf = (error: unknown): string => presentObstacle("/repo", error).reason;
  expect(reasonOf(new CaseclockError("git.failed", "/repo/.git cannot be read"))).toBe(
    "git could not be used here: /repo/.git cannot be read. Commits are neither tagged nor detected. Time is still recorded.",
  );
  expect(reasonOf(new CaseclockError("git.distrusted", "git rev-parse: fatal"))).toContain("(safe.directory)");
  expect(reasonOf(new CaseclockError("git.missing", "x"))).toContain("git was not found");
});
