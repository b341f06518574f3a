import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SCRIPT_FILE } from "../../../src/adapters/node/git/gitHookScript.ts";
import { RemoteGit } from "../../../src/adapters/remote/remoteGit.ts";
import { DEFAULT_TRAILER } from "../../../src/domain/git/trailer.ts";
import type { WorkTree } from "../../../src/ports/git.ts";
import { DiskFiles } from "../../support/diskFiles.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { Sandbox, type TestRepository } from "../../support/repository.ts";

let sandbox: Sandbox;
let work: TestRepository;
let files: DiskFiles;
let clock: ManualClock;
let logger: MemoryLogger;
let git: RemoteGit;

beforeEach(async () => {
  sandbox = await Sandbox.create();
  work = await sandbox.repository("wörk #1");
  files = new DiskFiles();
  clock = new ManualClock();
  logger = new MemoryLogger();
  const attention = { isFocused: true, onDidChange: () => ({ dispose: () => undefined }) };
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
describe("hooks of a folder on another machine", () => {
  const config = (): Promise<Buffer> => fs.readFile(path.join(work.root, ".git/config"));
  const here = { caseKey: "ACME-1", trailer: "Case-Id" };

  it.each([
    ["as git left it", ""],
    ["without a line end", "[x]\n\ty = z"],
    ["with line ends of Windows and bytes that are no UTF-8", "[x]\r\n\ty = \xff\xfe\r\n"],
    ["with hooks of its own", '[hook "own"]\n\tcommand = true\n\tevent = commit-msg\n# end\n'],
  ])("leave a configuration %s byte for byte, and git reads what is added", async (_what, added) => {
    const tree = await treeAt(work.root);
    await fs.appendFile(path.join(work.root, ".git/config"), Buffer.from(added, "latin1"));
    await fs.chmod(path.join(work.root, ".git/config"), 0o600);
    const before = await config();
    expect(await git.hookState(tree)).toEqual({ state: "absent" });
    await git.installHooks(tree);
    const once = await config();
    await git.installHooks(tree);
    expect(await config()).toEqual(once);
    expect(await git.hookState(tree)).toMatchObject({ state: "installed", by: "remote" });
    const values = await work.git("config", "--local", "--get-regexp", "^hook\\.caseclock");
    expect(values).toContain(`hook.caseclock-msg.event commit-msg`);
    expect(values).toContain(`hook.caseclock-prepare.command h=\${1%/*}/${SCRIPT_FILE}; `);
    await git.writeMarker(tree, here);
    expect(await git.hasMarker(tree)).toBe(true);
    await git.removeHooks(tree);
    expect(await config()).toEqual(before);
    expect((await fs.stat(path.join(work.root, ".git/config"))).mode & 0o777).toBe(0o600);
    const left = await fs.readdir(path.join(work.root, ".git"), { recursive: true });
    expect(left.filter((name) => name.includes("caseclock"))).toEqual([]);
  });

  it("tag, after the command that is told for an older git, what git itself commits there", async () => {
    clock.set(wall(new Date()));
    const tree = await treeAt(work.root);
    await git.installHooks(tree);
    await git.writeMarker(tree, here);
    const state = await git.hookState(tree);
    if (state.state !== "installed" || state.by !== "remote" || state.otherwise === undefined) throw new Error("none");
    await work.git("-c", `alias.told=!${state.otherwise}`, "told");
    await work.commit("Tagged");
    expect(await work.caseIds()).toEqual(["ACME-1"]);
    await git.writeMarker(tree, undefined);
    await work.commit("Not tagged");
    expect(await work.caseIds()).toEqual([]);
    await git.removeHooks(tree);
    expect(await fs.readdir(path.join(work.root, ".git/hooks"))).not.toContain("commit-msg");
  });

  it("tag nothing by a marker whose window died 12 hours ago, nor by a clock of ours that is ahead", async () => {
    const tree = await treeAt(work.root);
    await work.hook();
    for (const [now, tagged] of [
      [new Date(), true],
      [new Date(Date.now() - 11 * 3_600_000), true],
      [new Date(Date.now() - 12 * 3_600_000 - 60_000), false],
    ] as const) {
      clock.set(wall(now));
      await git.writeMarker(tree, here);
      await work.commit(now.toISOString());
      expect(await work.caseIds(), now.toISOString()).toEqual(tagged ? ["ACME-1"] : []);
    }
    clock.set("2099-01-01 00:00");
    await git.writeMarker(tree, here);
    const [, , , , , , last] = (await fs.readFile(path.join(work.root, ".git/caseclock-case"), "utf8")).split("\n");
    expect(Number(last?.slice(0, 4))).toBeLessThan(2099);
  });

  it("change nothing in a configuration that cannot be understood, or is being changed", async () => {
    const tree = await treeAt(work.root);
    const file = path.join(work.root, ".git/config");
    const before = await config();
    await fs.writeFile(`${file}.lock`, "");
    await expect(git.installHooks(tree)).rejects.toMatchObject({ code: "git.failed" });
    expect(await config()).toEqual(before);
    await fs.rm(`${file}.lock`);
    await fs.appendFile(file, "[broken\n");
    await expect(git.installHooks(tree)).rejects.toMatchObject({ code: "git.failed" });
    expect((await config()).toString()).toBe(`${before.toString()}[broken\n`);
  });

  it("name no command where hooks of the repository's own stand in its way", async () => {
    const tree = await treeAt(work.root);
    await work.git("config", "core.hooksPath", ".husky/_");
    await git.installHooks(tree);
    expect(await git.hookState(tree)).toEqual({ state: "installed", by: "remote", otherwise: undefined });
    await work.git("config", "hook.caseclock-msg.enabled", "false");
    expect(await git.hookState(tree)).toEqual({ state: "switchedOff", key: "hook.caseclock-msg.enabled" });
  });
});
