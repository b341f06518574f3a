import assert from "node:assert/strict";
import { missing, OPTIONAL } from "../host/lib/optional.ts";
import { run, Sandbox } from "../support/repository.ts";
import type { Evidence } from "./evidence.ts";
import { isAtLeast, type GitProgram } from "./machine.ts";
import type { Operation } from "./operation.ts";
import path from "node:path";
import fs from "node:fs/promises";
import { Place } from "./place.ts";
import { addSnippets } from "./snippets.ts";
import { isUnchanged, snapshot } from "./snapshot.ts";
import type { Surroundings } from "./surroundings.ts";

/** How a cell of the matrix ended. */
export interface Cell {
  readonly git: string;
  readonly surroundings: string;
  readonly operation: string;
  readonly outcome: "ok" | "FAILED" | "skipped";
  /** Why it was skipped, or how it failed. */
  readonly reason?: string;
  readonly seconds: number;
}

/** What is looked at once per column, before and after its operations. */
export const INSTALL = "install and remove again";
export const SOUND = "fsck, catching up, nothing left";

/** Runs all operations in one work tree of some surroundings; tells each cell as it ends. */
export async function runColumn(
  program: GitProgram,
  surroundings: Surroundings,
  operations: readonly Operation[],
  tell: (cell: Cell) => void,
): Promise<void> {
  const rows = [INSTALL, ...operations.map(({ name }) => name), SOUND];
  const ended = (operation: string, outcome: Cell["outcome"], seconds: number, reason?: string): void => {
    const cell = { git: program.version, surroundings: surroundings.name, operation, outcome, seconds };
    tell(reason === undefined ? cell : { ...cell, reason });
  };
  const reason = await surroundings.missing?.(program.version);
  if (reason !== undefined) {
    for (const row of rows) ended(row, "skipped", 0, reason);
    return;
  }
  const own = path.isAbsolute(program.binary) ? [path.dirname(program.binary)] : [];
  const sandbox = await Sandbox.create([...own, ...((await surroundings.programs?.()) ?? [])]);
  const attempt = async (row: string, work: () => Promise<void>): Promise<boolean> => {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      await work();
      ended(row, "ok", seconds());
      return true;
    } catch (error) {
      ended(row, "FAILED", seconds(), error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  try {
    await signingKey(sandbox);
    let place: Place | undefined;
    let restored = async (): Promise<void> => Promise.resolve();
    const isInstalled = await attempt(INSTALL, async () => {
      const repository = await surroundings.make(sandbox);
      if (surroundings.addsSnippets === true) await addSnippets(sandbox, repository, program, surroundings);
      place = await Place.at(sandbox, repository, program.binary);
      restored = await install(place, surroundings, program.version);
      await place.watch();
    });
    if (place === undefined || !isInstalled) {
      for (const row of rows.slice(1)) ended(row, "skipped", 0, "not installed");
      return;
    }
    const { repository } = place;
    let before: Evidence | undefined;
    for (const operation of operations) {
      const lacking = operation.missing?.();
      if (lacking !== undefined) {
        ended(operation.name, "skipped", 0, lacking);
        continue;
      }
      const isGood = await attempt(operation.name, async () => {
        const here = must(place);
        before = await runCell(here, operation, before ?? (await here.evidence()));
      });
      if (isGood) continue;
      before = undefined;
      const isUsable = await place.recover().then(always, never);
      if (isUsable) continue;
      const rest = operations.slice(operations.indexOf(operation) + 1).map(({ name }) => name);
      for (const row of [...rest, SOUND])
        ended(row, "FAILED", 0, `not run: "${operation.name}" left the work tree unusable`);
      return;
    }
    await attempt(SOUND, async () => {
      const here = must(place);
      const live = await here.evidence();
      const later = await here.evidenceOfCatchingUp(sandbox, program.binary);
      assert.deepEqual(
        [...later.standing.keys()].sort(),
        [...live.standing.keys()].sort(),
        "a window that comes later",
      );
      const fsck = await repository.tryGit(["fsck", "--full", "--strict", "--no-dangling", "--no-progress"]);
      assert.deepEqual(fsck, { status: 0, stdout: "", stderr: "" }, "git fsck");
      await surroundings.check?.(repository);
      await restored();
      here.dispose();
    });
  } finally {
    await sandbox.dispose();
  }
}

/**
 * Installs as the product does, takes all away again, and installs anew.
 * @returns what takes it away at the end, and looks whether all is as it was
 */
async function install(place: Place, surroundings: Surroundings, version: string): Promise<() => Promise<void>> {
  const { git, tree, repository } = place;
  const before = await snapshot(repository, tree);
  const { manager, addsSnippets = false } = surroundings;
  // Hooks of the configuration run beside whatever is there.
  const isFree = manager === undefined || isAtLeast(version, "2.54");
  place.isTagged = isFree || addsSnippets;
  const put = async (): Promise<void> => {
    assert.equal((await git.hookState(tree)).state, place.isTagged ? "absent" : "inTheWay");
    await git.installHooks(tree);
    const by = isAtLeast(version, "2.54") ? { by: "config" } : isFree ? { by: "files" } : { by: "manager", manager };
    const state = await git.hookState(tree);
    if (place.isTagged) assert.deepEqual(state, { state: "installed", ...by });
    else assert.equal(state.state, "inTheWay");
    await place.pick("ACME-1");
  };
  const restored = async (): Promise<void> => {
    await git.removeHooks(tree);
    await place.pick(undefined);
    isUnchanged(await snapshot(repository, tree), before);
  };
  await put();
  await restored();
  await put();
  return restored;
}

/** Runs an operation and looks at what came of it; gives the evidence afterwards. */
async function runCell(place: Place, operation: Operation, before: Evidence): Promise<Evidence> {
  await place.begin();
  const { counted, replaced = [], status = "" } = await operation.run(place);
  await place.isAtRest(status);
  const after = await place.evidence();
  const news = [...after.standing].filter(([sha]) => !before.standing.has(sha));
  assert.deepEqual(await named(place, news), await named(place, counted), "what counts as evidence");
  for (const sha of before.standing.keys()) {
    if (after.standing.has(sha)) continue;
    // What an operation leaves on no branch is no evidence that anybody could look at: nothing else may go.
    const at = await place.repository.git("for-each-ref", "--contains", sha, "refs/heads");
    const onHead = await place.repository.tryGit(["merge-base", "--is-ancestor", sha, "HEAD"]);
    assert.deepEqual(
      { branches: at, status: onHead.status },
      { branches: "", status: 1 },
      `evidence from before that does not count any more: ${sha}`,
    );
  }
  for (const [old, by] of replaced) assert.equal(after.successorOf(old), by, `what stands for ${old}`);
  return after;
}

/** With subjects, so that a difference can be read; sorted. */
async function named(place: Place, counted: Iterable<readonly [string, string | null]>): Promise<readonly string[]> {
  const all: string[] = [];
  for (const [sha, key] of counted) {
    const subject = (await place.repository.git("log", "-1", "--format=%s", sha)).trim();
    all.push(`${sha.slice(0, 10)} ${subject} [${key ?? "no case"}]`);
  }
  return all.sort();
}

/** A key to sign with, and who may, where there is a program that makes one. */
async function signingKey(sandbox: Sandbox): Promise<void> {
  if (missing(OPTIONAL.sshKeygen) !== undefined) return;
  const key = path.join(sandbox.folder, "key");
  const made = await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], "/", process.env);
  assert.equal(made.status, 0, made.stderr);
  const signers = `ann@example.com ${await fs.readFile(`${key}.pub`, "utf8")}`;
  await fs.writeFile(path.join(sandbox.folder, "signers"), signers);
}

const always = (): boolean => true;
const never = (): boolean => false;

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("missing");
  return value;
}
