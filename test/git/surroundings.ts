import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import type { HookManager } from "../../src/ports/git.ts";
import type { Sandbox, TestRepository } from "../support/repository.ts";
import { isAtLeast } from "./machine.ts";

/** One column of the matrix: a repository of some kind, with whatever is there before the product comes. */
export interface Surroundings {
  readonly name: string;
  /** Why it cannot be had here; undefined where it can. */
  missing?(version: string): Promise<string | undefined>;
  /** Folders with programs that it needs. */
  programs?(): Promise<readonly string[]>;
  /** Makes the work tree, with at least one commit. */
  make(sandbox: Sandbox): Promise<TestRepository>;
  /** Hooks of others are there: without hooks of git's configuration the product touches nothing. */
  readonly manager?: HookManager;
  /** The person adds the snippets that the product offers. */
  readonly addsSnippets?: boolean;
  /** Looks at the end at what is the surroundings' own. */
  check?(repository: TestRepository): Promise<void>;
}

const RAN = "own-hook-ran";

/** A shell command of the person's own that leaves a line each time a hook runs it. */
export const OWN_COMMAND = `echo ran >>"$(git rev-parse --git-dir)/${RAN}"`;

function ownHook(what: string): string {
  return `#!/bin/sh\n# ${what}\n${OWN_COMMAND}\n`;
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

/** The columns that git alone makes. */
export const PLAIN: readonly Surroundings[] = [
  { name: "plain", make: (sandbox) => begun(sandbox) },
  {
    name: "linked worktree",
    make: async (sandbox) => {
      const main = await begun(sandbox);
      await main.git("worktree", "add", "-q", "--detach", "../linked");
      return sandbox.at("linked");
    },
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
  },
  {
    name: "SHA-256",
    make: (sandbox) => begun(sandbox, {}, "--object-format=sha256"),
  },
  {
    name: "reftable",
    missing: (version) => Promise.resolve(isAtLeast(version, "2.45") ? undefined : "needs git 2.45"),
    make: (sandbox) => begun(sandbox, {}, "--ref-format=reftable"),
  },
  { name: "core.hooksPath", make: withHooksPath, manager: "own", check: ownHookRan },
  { name: "core.hooksPath, snippet", make: withHooksPath, manager: "own", addsSnippets: true, check: ownHookRan },
  { name: "existing hook", make: withHook, manager: "own", check: ownHookRan },
  { name: "existing hook, snippet", make: withHook, manager: "own", addsSnippets: true, check: ownHookRan },
];

async function withHooksPath(sandbox: Sandbox): Promise<TestRepository> {
  const hooks = path.join(sandbox.home, "hooks");
  await fs.mkdir(hooks);
  await fs.writeFile(path.join(hooks, "commit-msg"), ownHook("commit-msg"), { mode: 0o755 });
  const repository = await begun(sandbox);
  await repository.git("config", "core.hooksPath", hooks);
  return repository;
}

async function withHook(sandbox: Sandbox): Promise<TestRepository> {
  const repository = await begun(sandbox);
  const hooks = path.join(await repository.commonDir(), "hooks");
  await fs.mkdir(hooks, { recursive: true });
  await fs.writeFile(path.join(hooks, "prepare-commit-msg"), ownHook("prepare"), { mode: 0o755 });
  return repository;
}
