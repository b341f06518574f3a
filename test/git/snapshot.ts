import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import type { WorkTree } from "../../src/ports/git.ts";
import type { TestRepository } from "../support/repository.ts";

/** What the product promises to leave as it was. */
export interface Snapshot {
  /** `git config --list --show-origin`. */
  readonly config: string;
  /** The bytes and modes of configuration files and of hooks, by path. */
  readonly files: ReadonlyMap<string, string>;
}

/** Takes down the configuration and the hooks of a repository, and whatever else of ours lies in its git directories. */
export async function snapshot(repository: TestRepository, { gitDir, commonDir }: WorkTree): Promise<Snapshot> {
  const files = new Map<string, string>();
  await add(files, path.join(commonDir, "config"));
  await add(files, path.join(gitDir, "config.worktree"));
  await add(files, path.join(commonDir, "hooks"));
  const hooksPath = (await repository.tryGit(["config", "--get", "core.hooksPath"])).stdout.trim();
  if (hooksPath !== "") await add(files, path.resolve(repository.root, hooksPath, ".."));
  for (const folder of new Set([gitDir, commonDir])) {
    const ours = (await fs.readdir(folder)).filter((name) => name.includes("caseclock"));
    for (const name of ours) await add(files, path.join(folder, name));
  }
  return { config: await repository.git("config", "--list", "--show-origin"), files };
}

/** Asserts that two are the same byte for byte. */
export function isUnchanged(now: Snapshot, before: Snapshot): void {
  assert.equal(now.config, before.config, "git config --list --show-origin");
  assert.deepEqual([...now.files], [...before.files], "configuration and hooks, byte for byte");
}

async function add(files: Map<string, string>, file: string): Promise<void> {
  const stat = await fs.lstat(file).catch(() => undefined);
  if (stat === undefined) return;
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) files.set(file, `link ${await fs.readlink(file)}`);
  else if (stat.isDirectory()) {
    files.set(file, `folder ${mode}`);
    for (const name of (await fs.readdir(file)).sort()) await add(files, path.join(file, name));
  } else files.set(file, `file ${mode} ${(await fs.readFile(file)).toString("latin1")}`);
}
