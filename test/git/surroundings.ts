import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import type { HookState } from "../../src/ports/git.ts";
import type { Sandbox, TestRepository } from "../support/repository.ts";
import { isAtLeast } from "./machine.ts";

/** One column of the matrix: a repository of some kind, with whatever is there before the product comes. */
export interface Surroundings {
  readonly name: string;
  /** Why it cannot be had here; undefined where it can. */
  missing?(version: string): Promise<string | undefined>;
  /** Makes the work tree, with at least one commit. */
  make(sandbox: Sandbox): Promise<TestRepository>;
  /** What `hookState` says before the product installs anything. */
  readonly before: HookState["state"];
  /** Whether commits are tagged, once the product did what it can. */
  isTagged(version: string): boolean;
  /** Looks at the end at what is the surroundings' own. */
  check?(repository: TestRepository): Promise<void>;
}

const RAN = "own-hook-ran";

/** A hook of the person's own that leaves a line each time. */
export function ownHook(what: string): string {
  return `#!/bin/sh\necho ${what} >>"$(git rev-parse --git-dir)/${RAN}"\n`;
}

/** Asserts that the person's own hook ran. */
export async function ownHookRan(repository: TestRepository): Promise<void> {
  const log = await fs.readFile(path.join(await repository.gitDir(), RAN), "utf8").catch(() => "");
  assert.ok(log.split("\n").length > 10, "the person's own hook did not run");
}

/** A repository with a first commit, and these files in it. */
export async function begun(
  sandbox: Sandbox,
  files: Readonly<Record<string, string>> = {},
  ...options: readonly string[]
): Promise<TestRepository> {
  const repository = await sandbox.repository("work", ...options);
  await repository.write("read.me", "A project\n");
  for (const [name, text] of Object.entries(files)) await repository.write(name, text);
  await repository.git("add", ".");
  await repository.git("commit", "-q", "-m", "base");
  return repository;
}

const always = (): boolean => true;
/** Hooks of the configuration run beside whatever is there. @source git 2.54, `Documentation/config/hook.adoc` */
const besideOthers = (version: string): boolean => isAtLeast(version, "2.54");

/** The columns that git alone makes. */
export const PLAIN: readonly Surroundings[] = [
  { name: "plain", make: (sandbox) => begun(sandbox), before: "absent", isTagged: always },
  {
    name: "linked worktree",
    make: async (sandbox) => {
      const main = await begun(sandbox);
      await main.git("worktree", "add", "-q", "--detach", "../linked");
      return sandbox.at("linked");
    },
    before: "absent",
    isTagged: always,
  },
  {
    name: "submodule",
    make: async (sandbox) => {
      const library = await sandbox.repository("library");
      await library.commit("base\n");
      const outer = await begun(sandbox);
      await outer.git("submodule", "--quiet", "add", library.root, "below");
      return outer.at(path.join(outer.root, "below"));
    },
    before: "absent",
    isTagged: always,
  },
  {
    name: "SHA-256",
    make: (sandbox) => begun(sandbox, {}, "--object-format=sha256"),
    before: "absent",
    isTagged: always,
  },
  {
    name: "reftable",
    missing: (version) => Promise.resolve(isAtLeast(version, "2.45") ? undefined : "needs git 2.45"),
    make: (sandbox) => begun(sandbox, {}, "--ref-format=reftable"),
    before: "absent",
    isTagged: always,
  },
  {
    name: "core.hooksPath",
    make: async (sandbox) => {
      const hooks = path.join(sandbox.home, "hooks");
      await fs.mkdir(hooks);
      await fs.writeFile(path.join(hooks, "commit-msg"), ownHook("commit-msg"), { mode: 0o755 });
      const repository = await begun(sandbox);
      await repository.git("config", "core.hooksPath", hooks);
      return repository;
    },
    before: "inTheWay",
    isTagged: besideOthers,
    check: ownHookRan,
  },
  {
    name: "existing hook",
    make: async (sandbox) => {
      const repository = await begun(sandbox);
      const hooks = path.join(await repository.commonDir(), "hooks");
      await fs.mkdir(hooks, { recursive: true });
      await fs.writeFile(path.join(hooks, "prepare-commit-msg"), ownHook("prepare"), { mode: 0o755 });
      return repository;
    },
    before: "inTheWay",
    isTagged: besideOthers,
    check: ownHookRan,
  },
];
