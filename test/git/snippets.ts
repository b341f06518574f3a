import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { GitCli } from "../../src/adapters/node/git/gitCli.ts";
import { CountingClock } from "../support/countingClock.ts";
import { MemoryLogger } from "../support/logger.ts";
import { run, type Sandbox, type TestRepository } from "../support/repository.ts";
import { isAtLeast, type GitProgram } from "./machine.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Does what a person does with the snippets that the product shows: appends each to its file, makes the file where there
 * is none, runs the command, and commits what belongs to the project. Nothing where the product needs none.
 */
export async function addSnippets(
  sandbox: Sandbox,
  repository: TestRepository,
  { binary, version }: GitProgram,
  { manager }: Surroundings,
): Promise<void> {
  const git = sandbox.within(() => new GitCli(new CountingClock(), new MemoryLogger(), { binary }));
  const tree = await git.workTreeFor(repository.root);
  assert.ok(tree, "not a work tree");
  const state = await git.hookState(tree);
  if (isAtLeast(version, "2.54")) {
    assert.equal(state.state, "absent");
    return;
  }
  assert.ok(state.state === "inTheWay", `hookState: ${state.state}`);
  assert.equal(state.manager, manager);
  for (const { file, text, then } of state.snippets) {
    const place = path.resolve(repository.root, file);
    const isHook = file.endsWith("-msg");
    const before = await fs.readFile(place, "utf8").catch(() => (isHook ? "#!/bin/sh\n" : ""));
    await fs.writeFile(place, before + text, isHook ? { mode: 0o755 } : {});
    if (then === undefined) continue;
    const outcome = await run("/bin/sh", ["-c", then], repository.root, sandbox.env);
    assert.equal(outcome.status, 0, `${then}: ${outcome.stdout}${outcome.stderr}`);
  }
  await repository.git("add", "-A");
  if ((await repository.git("status", "--porcelain")) !== "") await repository.git("commit", "-q", "-m", "hooks");
}
