import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { TestRepository } from "../support/repository.ts";

/** Who commits, in git's words. */
export const ANN = "Ann Own <ann@example.com>";
export const BOB = "Bob Other <bob@example.com>";

/** Text on the standard input of git, where the process that is measured does not run yet. */
function git(repository: TestRepository, args: readonly string[], input = ""): string {
  const { root, sandbox } = repository;
  return execFileSync("git", args, { cwd: root, env: sandbox.env, input, maxBuffer: 256 * 1024 * 1024 }).toString();
}

/**
 * Makes commits that change a file each, one on the other, and lets a ref name the last.
 * @param from the commit before the first one
 * @returns their names, the oldest first
 */
export function importCommits(
  repository: TestRepository,
  ref: string,
  from: string,
  count: number,
  by: string,
): readonly string[] {
  const seconds = Math.floor(Date.now() / 1_000);
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const text = `Fix number ${String(index)} of many\n\nIt was broken, and now it is not.\n`;
    lines.push(`commit ${ref}`, `committer ${by} ${String(seconds)} +0000`);
    lines.push(`data ${String(text.length)}`, text + (index === 0 ? `from ${from}` : ""));
    const content = `${String(index)}\n`;
    lines.push(`M 100644 inline src/file${String(index % 50)}.txt`, `data ${String(content.length)}`, content);
  }
  git(repository, ["fast-import", "--quiet"], `${lines.join("\n")}\n`);
  return git(repository, ["rev-list", "--reverse", `${from}..${ref}`])
    .split("\n")
    .filter(Boolean);
}

/**
 * A shell command that moves the branch that is checked out over commits as a program would that commits each of them: one
 * line of HEAD's reflog for each, all at once, and then the branch.
 */
export function movementOver(
  repository: TestRepository,
  branch: string,
  from: string,
  shas: readonly string[],
): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const lines = shas.map((sha, index) => {
    const old = shas[index - 1] ?? from;
    return `${old} ${sha} ${ANN} ${String(seconds)} +0000\tcommit: Fix number ${String(index)} of many\n`;
  });
  const prepared = path.join(repository.sandbox.folder, "movements");
  fs.writeFileSync(`${prepared}.ref`, `${shas.at(-1) ?? from}\n`);
  fs.writeFileSync(`${prepared}.log`, lines.join(""));
  return `mv '${prepared}.ref' .git/refs/heads/${branch}; cat '${prepared}.log' >>.git/logs/HEAD`;
}
