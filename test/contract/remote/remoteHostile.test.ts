import fs from "node:fs/promises";
import path from "node:path";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { CommitReader } from "../../../src/adapters/node/git/gitCommitReader.ts";
import { TreeHintsReader } from "../../../src/adapters/node/git/gitTreeSigns.ts";
import { MAX_COMMIT_BYTES, readCommitObject } from "../../../src/adapters/remote/commitObject.ts";
import { parseConfig } from "../../../src/adapters/remote/configText.ts";
import { findWorkTree } from "../../../src/adapters/remote/findWorkTree.ts";
import { parseGitFile, packedRef, parseRef, parseReflog } from "../../../src/adapters/remote/gitFiles.ts";
import { addHookSections, removeHookSections } from "../../../src/adapters/node/git/hookSections.ts";
import { MAX_REFLOG_BYTES, RemoteWorkTreeReader } from "../../../src/adapters/remote/remoteWorkTreeReader.ts";
import { epochMs } from "../../../src/base/time.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import { DiskFiles } from "../../support/diskFiles.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { Sandbox, type TestRepository } from "../../support/repository.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const MB = 1024 * 1024;

let sandbox: Sandbox;
let work: TestRepository;
let files: DiskFiles;

beforeEach(async () => {
  sandbox = await Sandbox.create();
  work = await sandbox.repository();
  files = new DiskFiles();
});
afterEach(() => sandbox.dispose());

function readsOf(folder = work.root): RemoteWorkTreeReader {
  const gitDir = DiskFiles.uri(path.join(folder, ".git"));
  return new RemoteWorkTreeReader(
    files,
    { root: DiskFiles.uri(folder), gitDir, commonDir: gitDir },
    new MemoryLogger(),
  );
}

const gitFile = (name: string): string => path.join(work.root, ".git", name);
const put = async (name: string, content: string | Uint8Array): Promise<void> => {
  await fs.mkdir(path.dirname(gitFile(name)), { recursive: true });
  await fs.writeFile(gitFile(name), content);
};

describe("loose objects", () => {
  const body = "tree 0\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nFix\n";
  const whole = deflateSync(`commit ${String(body.length)}\0${body}`);

  it("are read where they are whole", async () => {
    expect(await readCommitObject(whole, SHA)).toMatchObject({ subject: "Fix", committerEmail: "a@b" });
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["one that is cut", whole.subarray(0, whole.length - 5)],
    ["one that is cut in its header", whole.subarray(0, 1)],
    ["text", Buffer.from(body)],
    ["gzip instead of zlib", gzipSync(`commit ${String(body.length)}\0${body}`)],
    ["zlib with a wrong sum", Buffer.concat([whole.subarray(0, -4), Buffer.from([crc32("x") & 1, 2, 3, 4])])],
    ["a blob", deflateSync(`blob ${String(body.length)}\0${body}`)],
    ["a tree", deflateSync("tree 0\0")],
    ["a length that is not its own", deflateSync(`commit 7\0${body}`)],
    ["a length that is none", deflateSync(`commit -1\0${body}`)],
    ["no end of the header", deflateSync("commit 12")],
    ["no committer", deflateSync("commit 6\0tree 0")],
    ["a committer without a time", deflateSync("commit 41\0author A <a@b> 1 +0\ncommitter A <a@b> now\n\n")],
    ["one that is too large inflated", deflateSync(`commit ${String(64 * MB)}\0${"\n".repeat(64 * MB)}`)],
  ])("tell nothing of %s", async (_what, bytes) => {
    expect(await readCommitObject(bytes, SHA)).toBeUndefined();
  });

  it("of any bytes never throw, and never hold more than was given to them", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((content) => deflateSync(content)),
      fc.string({ unit: "binary", maxLength: 300 }).map((text) => {
        const content = Buffer.from(text);
        return deflateSync(Buffer.concat([Buffer.from(`commit ${String(content.length)}\0`), content]));
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const commit = await readCommitObject(content, SHA);
        expect(commit === undefined || commit.message.length <= MAX_COMMIT_BYTES).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("that are huge as files are not fetched", async () => {
    await put(`objects/${SHA.slice(0, 2)}/${SHA.slice(2)}`, new Uint8Array(MAX_COMMIT_BYTES + 1));
    expect(await readsOf().commits(SHA, undefined, 10)).toEqual([]);
    expect(files.bytesRead).toEqual([]);
  });
});

describe("refs", () => {
  const OTHER = "fedcba9876543210fedcba9876543210fedcba98";

  it("are found among packed ones with peeled lines, garbage and names that hold them", () => {
    const text = `# pack-refs with: peeled fully-peeled sorted \nnonsense\n${OTHER} refs/heads/main2\n${OTHER} refs/tags/v1\n^${OTHER}\n${SHA} refs/heads/main\n`;
    expect(packedRef(text, "refs/heads/main")).toBe(SHA);
    expect(packedRef(text, "refs/heads/mai")).toBeUndefined();
    expect(packedRef(text, "heads/main")).toBeUndefined();
    expect(packedRef(text.replaceAll("\n", "\r\n"), "refs/heads/main")).toBeUndefined();
    expect(packedRef(`${SHA.slice(1)} refs/heads/main\n`, "refs/heads/main")).toBeUndefined();
    expect(packedRef(`${SHA} refs/heads/main`, "refs/heads/main")).toBeUndefined(); // still being written
  });

  it.each([
    "ref: refs/heads/../../../etc/passwd",
    "ref: ../HEAD",
    "ref: /etc/passwd",
    "ref: refs/heads/.hidden",
    "ref: refs/heads/a b",
    `ref: refs/heads/${"x".repeat(2_000)}`,
    "ref: ",
    SHA.toUpperCase(),
    `${SHA}0`,
    "\0",
    "",
  ])("that are none lead nowhere: %j", (text) => {
    expect(parseRef(text)).toEqual({ kind: "unreadable" });
  });

  it("that name each other in a circle, or themselves, end", async () => {
    await put("HEAD", "ref: refs/heads/a\n");
    await put("refs/heads/a", "ref: refs/heads/b\n");
    await put("refs/heads/b", "ref: refs/heads/a\n");
    expect(await readsOf().head()).toBeUndefined();
    await put("refs/heads/a", "ref: refs/heads/a\n");
    expect(await readsOf().head()).toBeUndefined();
    expect(files.bytesRead.length).toBeLessThan(20);
  });

  it("are given up where the file is a folder, and where packed ones are too many to be fetched", async () => {
    await put("HEAD", "ref: refs/heads/main\n");
    await fs.mkdir(gitFile("refs/heads/main"), { recursive: true });
    await put("packed-refs", new Uint8Array(9 * MB));
    expect(await readsOf().head()).toBeUndefined();
    expect(files.bytesRead).toEqual([DiskFiles.uri(gitFile("HEAD"))]);
  });
});

describe("a `.git` that is a file", () => {
  const at = (): ReturnType<typeof findWorkTree> => findWorkTree(files, DiskFiles.uri(work.root));

  it.each([
    ["nowhere", "gitdir: /nowhere/at/all\n"],
    ["itself", "gitdir: .git\n"],
    ["its own folder", "gitdir: .\n"],
    ["above everything", `gitdir: ${"../../".repeat(1_000)}\n`],
    ["nothing", "gitdir: \n"],
    ["two places", "gitdir: a\ngitdir: b\n"],
    ["a path with NUL", "gitdir: a\0b\n"],
    ["text", "hello\n"],
  ])("and names %s is odd, and no work tree", async (_what, text) => {
    await fs.rm(path.join(work.root, ".git"), { recursive: true });
    await fs.writeFile(path.join(work.root, ".git"), text);
    expect(await at()).toEqual({ kind: "odd", place: DiskFiles.uri(path.join(work.root, ".git")) });
  });

  it("is not fetched when it is large", async () => {
    await fs.rm(path.join(work.root, ".git"), { recursive: true });
    await fs.writeFile(path.join(work.root, ".git"), `gitdir: ${"x".repeat(MB)}`);
    expect((await at()).kind).toBe("odd");
    expect(files.bytesRead).toEqual([]);
  });

  it("or a link to itself has a code", async () => {
    await fs.rm(path.join(work.root, ".git"), { recursive: true });
    await fs.symlink(".git", path.join(work.root, ".git"));
    await expect(at()).rejects.toMatchObject({ code: "git.unreachable" });
  });

  it("whose commondir names itself, or nothing, is no work tree", async () => {
    for (const text of ["commondir\n", "\n", "/nowhere\n"]) {
      await put("commondir", text);
      expect((await at()).kind, text).toBe(text === "\n" ? "found" : "odd");
    }
  });
});

describe("configurations", () => {
  /** What git reads in a text; undefined where it refuses it. */
  const byGit = async (text: string): Promise<readonly string[] | undefined> => {
    const file = path.join(sandbox.folder, "config");
    await fs.writeFile(file, text);
    const { status, stdout } = await work.tryGit(["config", "-z", "--list", "--no-includes", "-f", file]);
    return status === 0 ? stdout.split("\0").filter(Boolean) : undefined;
  };
  const byUs = (text: string): readonly string[] | undefined => {
    const { values, damaged } = parseConfig(text);
    return damaged ? undefined : values.map(({ key, value }) => `${key}\n${value}`);
  };

  it.each([
    '[a "b \\"c\\" \\\\ d"]\n\tkey = "x ; y" # z\n',
    '[a "b"]key=1\n[a.B]Key = 2\n',
    "[a]\n\tkey = one \\\n   two\\\n\n\tother = 3\n",
    '[a]\r\n\tkey = "x\\ty\\nz"\r\n',
    '[include]\n\tpath = /etc/passwd\n[includeIf "gitdir:~/"]\n\tpath = ~/x\n',
    '[a]\n\tkey = x y  z   \n\tempty =\n\tquoted = ""\n',
    '[a]\n\tkey = "open\n',
    "[a\n\tkey = 1\n",
    "[a]\n\tkey # comment\n",
    "[a]\n\tkey = \\q\n",
    "[a]\n\t1key = 1\n",
    "[a] # comment\n; another\n\tkey = 1 ; [b]\n",
    '[a "b\nc"]\n\tkey = 1\n',
    "\ufeff[a]\n\tkey = 1\n",
    "",
  ])("are read as git reads them: %j", async (text) => {
    expect(byUs(text)).toEqual(await byGit(text));
  });

  it("of any text are read as git reads them, or refused", async () => {
    const piece = fc.constantFrom(
      ...["[", "]", "[a]", "[hook", "[x.y]", "key", "=", "1", '"', "\\", '\\"', "\\\\", "#", ";", "\r\n", "\t", "é"],
      ...["\\n", "\\q", "a-b", "key = v", '[a "b"]', '[hook "caseclock-msg"]\n', "\n", " "],
    );
    const texts = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const git = await byGit(text);
        const ours = byUs(text);
        // Stricter than git is safe: nothing is written then.
        const plain = (lines: readonly string[]): readonly string[] =>
          // A key without "=" has no value in what git tells; a git before 2.46 makes blanks of tabs.
          lines.map((line) => line.replace(/\ntrue$/, "").replaceAll("\t", " "));
        if (ours !== undefined && git !== undefined) expect(plain(ours)).toEqual(plain(git));
        if (git === undefined) expect(ours).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it.each([
    ["a line", `[a]\n\tkey = ${"x".repeat(MB)}\n`],
    ["a name of a section", `[a "${"x".repeat(MB)}"]\n`],
    ["a name that does not end", `[a "${"\\\\".repeat(MB / 2)}`],
    ["blanks", `[a]\n\tkey =${" ".repeat(MB)}x\n`],
    ["quotes", `[a]\n\tkey = ${'""'.repeat(MB / 2)}\n`],
    ["brackets", "[".repeat(MB)],
    ["lines that go on", `[a]\n\tkey = ${"\\\n".repeat(MB / 2)}`],
    ["line ends", "\r\n".repeat(MB / 2)],
  ])("with a megabyte of %s end soon", (_what, text) => {
    const started = performance.now();
    parseConfig(text);
    removeHookSections(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("lose and win nothing but our sections, whatever else stands there", () => {
    const line = fc.constantFrom(
      "[a]\n",
      "\tkey = 1\n",
      "# [hook]\n",
      "\r\n",
      "\n",
      '[hook "x"]\n',
      "\tb = \\\n",
      "é\xff\n",
      "x",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join("");
        // A line that goes on at the very end would take our first one in: git reads no such file as it is.
        fc.pre(!/\\\r?\n?$/.test(text));
        expect(removeHookSections(addHookSections(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("keep what somebody wrote below our lines", () => {
    const ours = addHookSections("[a]\n\tkey = 1");
    expect(removeHookSections(`${ours}# mine\n\n; too\n[b]\n`)).toBe("[a]\n\tkey = 1\n# mine\n\n; too\n[b]\n");
    expect(removeHookSections(ours)).toBe("[a]\n\tkey = 1");
  });

  it("that are too large are not fetched", async () => {
    await put("config", `[a]\n\tkey = ${"x".repeat(MB)}\n`);
    expect(await readsOf().config()).toEqual([]);
    expect(files.bytesRead).toEqual([]);
  });
});

test("a reflog with any lines tells only whole ones", () => {
  const line = `${SHA} ${SHA} Ann <a@b> 1 +0000\tcommit: x\n`;
  const piece = fc.oneof(
    fc.constant(line),
    fc.constant(line.slice(3)),
    fc.constant("\n"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (pieces, count) => {
      const found = parseReflog(Buffer.from(pieces.join("")), count);
      expect(found.length).toBeLessThanOrEqual(count);
      for (const { sha, movedAt } of found)
        expect({ shaLength: sha.length, isWholeInstant: Number.isSafeInteger(movedAt) }).toEqual({
          shaLength: 40,
          isWholeInstant: true,
        });
    }),
    { numRuns: 500 },
  );
});

test("texts of refs and `.git` files never throw", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...Array.from("gitdir: ref/s\0\r\n.")) }),
  );
  fc.assert(
    fc.property(text, (one) => {
      const ref = parseRef(one);
      if (ref.kind === "symbolic") expect(ref.ref).toMatch(/^refs\/(?!.*\.\.\/)/);
      expect(parseGitFile(one) ?? "x").not.toMatch(/[\0\r\n]/);
    }),
    { numRuns: 1_000 },
  );
});

test("a git directory of any content is read to its end, within bounds, with coded errors only", async () => {
  const commit = await work.commit("One\n\nCase-Id: ACME-1\n");
  const object = `objects/${commit.slice(0, 2)}/${commit.slice(2)}`;
  const names = ["HEAD", "config", "packed-refs", "logs/HEAD", "refs/heads/main", "rebase-merge/head-name", object];
  await Promise.all(names.slice(0, -1).map((name) => fs.rm(gitFile(name), { force: true })));
  await fs.rm(gitFile(object), { force: true });
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(
        fc.constantFrom(
          "ref: refs/heads/main\n",
          `${commit}\n`,
          ` refs/heads/main\n`,
          `${commit} ${commit} A <a@b> 1 +0000\tcommit: x\n`,
        ),
        { maxLength: 5 },
      )
      .map((lines) => Buffer.from(lines.join(""))),
    fc.constant(Buffer.alloc(MAX_REFLOG_BYTES + 1)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(content, { minLength: names.length, maxLength: names.length }), async (contents) => {
      for (const [index, name] of names.entries()) await put(name, contents[index] ?? "");
      files = new DiskFiles();
      const reads = readsOf();
      const coded = (error: unknown): void => {
        expect(CaseclockError.is(error)).toBe(true);
      };
      const reader = new CommitReader(reads, "work", commit, () => "Case-Id");
      await reader.look(epochMs(0), false).catch(coded);
      await reader.look(epochMs(1_000), false).catch(coded);
      await new TreeHintsReader(reads, () => "Case-Id").look(false).catch(coded);
      expect(files.bytesRead.length).toBeLessThan(100);
    }),
    { numRuns: 60 },
  );
}, 60_000);
