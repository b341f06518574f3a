import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import { SystemClock } from "../../../src/adapters/node/system/systemClock.ts";
import { HOUR_MS } from "../../../src/base/time.ts";
import type { WorkTree } from "../../../src/ports/git.ts";
import { codeOf, openGitScene } from "../../support/gitScene.ts";
import type { MemoryLogger } from "../../support/logger.ts";
import type { Sandbox } from "../../support/repository.ts";
import { type TestRepository } from "../../support/repository.ts";

let sandbox: Sandbox;
let work: TestRepository;
let logger: MemoryLogger;
let git: GitCli;
let tree: WorkTree;

beforeEach(async () => {
  ({ sandbox, work, logger, git, tree } = await openGitScene());
});

afterEach(() => sandbox.dispose());

describe("workTreeOf", () => {
  test("finds the main, a linked and a submodule's work tree, also from a folder below", async () => {
    await work.commit("base\n");
    await work.git("worktree", "add", "-q", "../linked", "-b", "linked");
    await work.git("submodule", "--quiet", "add", work.root, "sub module");
    await fs.mkdir(path.join(work.root, "a", "b"), { recursive: true });
    const gitDir = path.join(work.root, ".git");
    expect(await git.workTreeFor(path.join(work.root, "a", "b"))).toEqual({
      root: work.root,
      gitDir,
      commonDir: gitDir,
    });
    expect(await git.workTreeFor(sandbox.at("linked").root)).toEqual({
      root: sandbox.at("linked").root,
      gitDir: path.join(gitDir, "worktrees", "linked"),
      commonDir: gitDir,
    });
    const module = path.join(gitDir, "modules", "sub module");
    expect(await git.workTreeFor(path.join(work.root, "sub module"))).toEqual({
      root: path.join(work.root, "sub module"),
      gitDir: module,
      commonDir: module,
    });
  });

  test("is undefined outside of git, in a git directory, in a bare repository and where there is nothing", async () => {
    await work.git("init", "-q", "--bare", "../bare");
    expect(await git.workTreeFor(sandbox.home)).toBeUndefined();
    expect(await git.workTreeFor(path.join(work.root, ".git"))).toBeUndefined();
    expect(await git.workTreeFor(sandbox.at("bare").root)).toBeUndefined();
    expect(await git.workTreeFor(path.join(sandbox.folder, "nowhere"))).toBeUndefined();
  });

  test("notices a repository that is made later, and one that went away", async () => {
    const folder = path.join(sandbox.folder, "later");
    await fs.mkdir(folder);
    expect(await git.workTreeFor(folder)).toBeUndefined();
    await work.git("init", "-q", folder);
    expect(await git.workTreeFor(folder)).toMatchObject({ root: folder });
    await fs.rm(path.join(folder, ".git"), { recursive: true });
    expect(await git.workTreeFor(folder)).toBeUndefined();
  });

  test("asks git once for a folder", async () => {
    const [first, second] = await Promise.all([git.workTreeFor(work.root), git.workTreeFor(work.root)]);
    expect(first).toBe(tree);
    expect(second).toBe(tree);
  });

  // Only root can give a folder away.
  test.runIf(process.getuid?.() === 0)("fails with a code where git distrusts the owner", async () => {
    const folder = path.join(sandbox.folder, "theirs");
    await work.git("init", "-q", folder);
    await fs.chown(path.join(folder, ".git"), 12_345, 12_345);
    await fs.chown(folder, 12_345, 12_345);
    expect(await codeOf(git.workTreeFor(folder))).toBe("git.distrusted");
    await work.git("config", "--global", "--add", "safe.directory", folder);
    expect(await git.workTreeFor(folder)).toMatchObject({ root: folder });
  });

  test("is not led astray by the environment of the editor", async () => {
    process.env["GIT_DIR"] = "/nowhere";
    try {
      const led = sandbox.within(() => new GitCli(new SystemClock(), logger));
      expect(await led.workTreeFor(work.root)).toMatchObject({ root: work.root });
    } finally {
      delete process.env["GIT_DIR"];
    }
  });

  test("fails with a code where git is missing, or the repository is broken", async () => {
    const none = new GitCli(new SystemClock(), logger, { binary: path.join(sandbox.folder, "no git here") });
    expect(await codeOf(none.workTreeFor(work.root))).toBe("git.missing");
    await fs.writeFile(path.join(work.root, ".git", "config"), "[core\n");
    await fs.mkdir(path.join(work.root, "below"));
    expect(await codeOf(git.workTreeFor(path.join(work.root, "below")))).toBe("git.failed");
  });
});

describe("branchOf", () => {
  test("names the branch, also before its first commit; undefined when HEAD is detached", async () => {
    expect(await git.readBranch(tree)).toBe("main");
    await work.commit("base\n");
    await work.git("switch", "-q", "-c", "feature/ACME-1");
    expect(await git.readBranch(tree)).toBe("feature/ACME-1");
    await work.git("switch", "-q", "--detach");
    expect(await git.readBranch(tree)).toBeUndefined();
  });
});

describe("writeMarker", () => {
  const marker = (): string => path.join(tree.gitDir, "caseclock-case");

  test("is readable by its owner only, whole, and ends in twelve hours", async () => {
    const before = Date.now();
    await git.writeMarker(tree, { caseKey: "ACME-1", trailer: "Case-Id" });
    const stat = await fs.stat(marker());
    expect(stat.mode & 0o777).toBe(0o600);
    expect(stat.mtimeMs).toBeGreaterThanOrEqual(before + 12 * HOUR_MS - 1_000);
    expect(stat.mtimeMs).toBeLessThanOrEqual(Date.now() + 12 * HOUR_MS);
    expect(await fs.readFile(marker(), "utf8")).toBe("ACME-1\n#\nCase-Id\n[Cc][Aa][Ss][Ee]-[Ii][Dd]\ndefault\n\n");
    expect((await fs.readdir(tree.gitDir)).filter((name) => name.startsWith("caseclock"))).toEqual(["caseclock-case"]);
  });

  test("carries what git does to messages here", async () => {
    await work.git("config", "--global", "core.commentChar", ";");
    await work.git("config", "commit.cleanup", "scissors");
    await work.git("config", "commit.template", "~/my template.txt");
    await git.writeMarker(tree, { caseKey: "ACME-1", trailer: "X-2" });
    expect(await fs.readFile(marker(), "utf8")).toBe(
      `ACME-1\n;\nX-2\n[Xx]-2\nscissors\n${sandbox.home}/my template.txt\n`,
    );
    await work.git("config", "core.commentChar", "auto");
    await work.git("config", "commit.template", "docs/template.txt");
    await git.writeMarker(tree, { caseKey: "ACME-1", trailer: "X-2" });
    expect((await fs.readFile(marker(), "utf8")).split("\n")).toEqual([
      "ACME-1",
      "auto",
      "X-2",
      "[Xx]-2",
      "scissors",
      path.join(work.root, "docs/template.txt"),
      "",
    ]);
  });

  test("refuses what would shape the message, and keeps what was", async () => {
    await git.writeMarker(tree, { caseKey: "ACME-1", trailer: "Case-Id" });
    const before = await fs.readFile(marker(), "utf8");
    for (const caseKey of ["", " A", "A\nB", "A\u2028B", "x".repeat(65)]) {
      expect(await codeOf(git.writeMarker(tree, { caseKey, trailer: "Case-Id" }))).toBe("cases.invalidKey");
    }
    for (const trailer of ["", "Case Id", "-x", "Case-Id:", "*", "x".repeat(65)]) {
      expect(await codeOf(git.writeMarker(tree, { caseKey: "ACME-1", trailer }))).toBe("arguments.invalid");
    }
    expect(await fs.readFile(marker(), "utf8")).toBe(before);
    const gone = { ...tree, gitDir: path.join(tree.gitDir, "nowhere") };
    expect(await codeOf(git.writeMarker(gone, { caseKey: "ACME-1", trailer: "Case-Id" }))).toBe("git.failed");
    await git.writeMarker(gone, undefined);
  });
});
