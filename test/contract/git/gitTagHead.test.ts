import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitCli } from "../../../src/adapters/node/git/gitCli.ts";
import type { WorkTree } from "../../../src/ports/git.ts";
import { openGitScene } from "../../support/gitScene.ts";
import type { Sandbox } from "../../support/repository.ts";
import { run, type TestRepository } from "../../support/repository.ts";
import { missing, OPTIONAL } from "../../host/lib/optional.ts";

const MARKER = { caseKey: "ACME-1", trailer: "Case-Id" };
let sandbox: Sandbox;
let work: TestRepository;
let git: GitCli;
let tree: WorkTree;

beforeEach(async () => {
  ({ sandbox, work, git, tree } = await openGitScene());
});

afterEach(() => sandbox.dispose());

/** Everything that tagging must not change. */
async function state(): Promise<readonly string[]> {
  return Promise.all([work.head(), work.git("status", "--porcelain"), work.git("diff", "--cached")]);
}

describe("tagHead", () => {
  test.each([
    ["one line\n", "one line\n\nCase-Id: ACME-1\n"],
    ["a body\n\nwith\n---\na line\n", "a body\n\nwith\n---\na line\n\nCase-Id: ACME-1\n"],
    ["trailers\n\nSigned-off-by: Ann <a@b>\n", "trailers\n\nSigned-off-by: Ann <a@b>\nCase-Id: ACME-1\n"],
    ["caf\u00e9 \u{1F680}\n\n# no comment\n", "caf\u00e9 \u{1F680}\n\n# no comment\n\nCase-Id: ACME-1\n"],
  ])("adds the trailer to %j and changes nothing else", async (message, expected) => {
    await work.write("a", "one\n");
    await work.git("add", ".");
    const before = await work.commit(message, "--cleanup=verbatim", "--date=2026-01-02T03:04:05+0100");
    await work.write("b", "staged\n");
    await work.git("add", ".");
    await work.write("a", "changed\n");
    const [, status, staged] = await state();
    const outcome = await git.tagHead(tree, MARKER);
    const head = await work.head();
    expect(outcome).toMatchObject({ kind: "tagged", sha: head, replaces: before });
    expect(await work.message()).toBe(expected);
    expect(await work.caseIds()).toEqual(["ACME-1"]);
    expect((await state()).slice(1)).toEqual([status, staged]);
    const facts = (revision: string): Promise<string> => work.git("log", "-1", "--format=%T %P %an %ae %aI", revision);
    expect(await facts(head)).toBe(await facts(before));
    expect((await fs.readdir(tree.gitDir)).filter((name) => name.startsWith("caseclock"))).toEqual([]);
    await work.git("fsck", "--strict");
  });

  test("takes no hook that may refuse, and no editor", async () => {
    await work.commit("one\n");
    for (const name of ["pre-commit", "commit-msg"]) {
      await fs.writeFile(path.join(tree.commonDir, "hooks", name), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    }
    await work.git("config", "core.editor", "false");
    expect(await git.tagHead(tree, { ...MARKER, caseKey: "RT#5127" })).toMatchObject({ kind: "tagged" });
    expect(await work.caseIds()).toEqual(["RT#5127"]);
  });

  test("signs again what was signed", async ({ skip }) => {
    const noKeys = missing(OPTIONAL.sshKeygen);
    skip(noKeys !== undefined, noKeys);
    const key = path.join(sandbox.folder, "key");
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], sandbox.folder, sandbox.env);
    await fs.writeFile(
      path.join(sandbox.folder, "signers"),
      `ann@example.com ${await fs.readFile(`${key}.pub`, "utf8")}`,
    );
    await work.git("config", "gpg.format", "ssh");
    await work.git("config", "user.signingKey", key);
    await work.git("config", "gpg.ssh.allowedSignersFile", path.join(sandbox.folder, "signers"));
    await work.commit("one\n", "-S");
    expect(await git.tagHead(tree, MARKER)).toMatchObject({ kind: "tagged" });
    expect(await work.tryGit(["verify-commit", "HEAD"])).toMatchObject({ status: 0 });
    expect(await work.caseIds()).toEqual(["ACME-1"]);
    await fs.rm(key);
    const before = await work.commit("two\n", "--no-gpg-sign");
    await work.git("config", "commit.gpgSign", "true");
    await expect(git.tagHead(tree, MARKER)).rejects.toMatchObject({ code: "git.failed" });
    expect(await work.head()).toBe(before);
  });

  test.each<readonly [string, string, () => Promise<unknown>]>([
    ["on a branch without a commit", "noCommit", () => Promise.resolve()],
    ["that names a case", "named", () => work.commit("one\n\nCase-Id: BETA-2\n")],
    ["of somebody else", "foreign", () => work.commit("one\n", "--author=Bob <bob@example.com>")],
    [
      "that was pushed",
      "pushed",
      async () => {
        await work.commit("one\n");
        await work.git("clone", "-q", "--bare", ".", "../server.git");
        await work.git("remote", "add", "origin", "../server.git");
        await work.git("fetch", "-q", "origin");
      },
    ],
    [
      "that a tag points at",
      "released",
      async () => {
        await work.commit("one\n");
        await work.git("tag", "v1");
      },
    ],
    [
      "in the middle of a merge",
      "busy",
      async () => {
        await work.commit("one\n");
        await work.git("switch", "-q", "-c", "side");
        await work.commit("two\n");
        await work.git("switch", "-q", "main");
        await work.git("merge", "-q", "--no-ff", "--no-commit", "side");
      },
    ],
  ])("leaves a commit %s alone and says why", async (_what, reason, prepare) => {
    await prepare();
    const before = reason === "noCommit" ? [] : await state();
    expect(await git.tagHead(tree, MARKER)).toMatchObject({ kind: "refused", reason });
    if (reason !== "noCommit") expect(await state()).toEqual(before);
  });

  test("changes nothing while another process holds the index", async () => {
    const before = await work.commit("one\n");
    await fs.writeFile(path.join(tree.gitDir, "index.lock"), "");
    expect(await git.tagHead(tree, MARKER)).toEqual({ kind: "refused", reason: "locked" });
    expect(await work.head()).toBe(before);
    expect(await work.message()).toBe("one\n");
  });
});

describe("writeNote", () => {
  test("puts the case on a commit that stays as it is, once", async () => {
    const sha = await work.commit("one\n");
    await git.writeNote(tree, sha, { ...MARKER, caseKey: "#5127" });
    await git.writeNote(tree, sha, MARKER);
    expect(await work.git("notes", "--ref=caseclock", "show", sha)).toBe("Case-Id: ACME-1\n");
    expect(await work.head()).toBe(sha);
    expect(await work.git("for-each-ref", "--format=%(refname)", "refs/notes")).toBe("refs/notes/caseclock\n");
    await expect(git.writeNote(tree, "HEAD", MARKER)).rejects.toMatchObject({ code: "git.failed" });
  });
});
