import { createHash } from "node:crypto";
import { CaseclockError } from "../../domain/errors.ts";
import type { GitProcess } from "./gitProcess.ts";

/** What a commit changed, merges aside. */
export interface Changes {
  /** Paths in the repository, as many as are kept of a commit. */
  readonly files: readonly string[];
  /** Lines, of text files. */
  readonly insertions: number;
  readonly deletions: number;
}

/** How many paths are kept as evidence. */
export const MAX_FILES = 100;
/** Commits that one git is asked for. */
const CHUNK = 100;
/** Longest patch that is compared; longer ones are not found to be the same. @format lines */
const MAX_PATCH_LINES = 50_000;

const BEGIN = "\u0001\u0002";
/** Nothing of the person's configuration may run a program here or change what is said. */
const PLAIN = ["--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"];

/** What commits changed, by sha; merges, and those that are not there, are missing. */
export async function readChanges(
  git: GitProcess,
  root: string,
  shas: readonly string[],
): Promise<ReadonlyMap<string, Changes>> {
  const found = new Map<string, Changes>();
  for (let at = 0; at < shas.length; at += CHUNK) {
    const args = ["log", "--no-walk=unsorted", "--ignore-missing", "--numstat", "-z", ...PLAIN, "--no-show-signature"];
    const some = shas.slice(at, at + CHUNK);
    const output = await git.output(root, [...args, "--format=%x01%x02%H", "--end-of-options", ...some, "--"]);
    for (const record of output.split(BEGIN).slice(1)) {
      const [sha = "", ...entries] = record.split("\0");
      const changes = changesOf(entries);
      if (changes !== undefined) found.set(sha, changes);
    }
  }
  return found;
}

/** What changed between two commits. @param from undefined for what the second one made from nothing */
export async function changesBetween(git: GitProcess, root: string, from: string, to: string): Promise<Changes> {
  const args = ["diff-tree", "-r", "--numstat", "-z", ...PLAIN, "--end-of-options", from, to, "--"];
  return changesOf((await git.output(root, args)).split("\0")) ?? { files: [], insertions: 0, deletions: 0 };
}

/**
 * What tells one patch from another whatever it is applied to: the lines it takes and brings, by file, white space aside,
 * as `git patch-id` does it. Undefined where that cannot tell: binary files, no changes, or too many.
 * @source git-patch-id(1)
 */
export async function patchKey(git: GitProcess, root: string, from: string, to: string): Promise<string | undefined> {
  const { insertions, deletions } = await changesBetween(git, root, from, to);
  if (insertions + deletions === 0 || insertions + deletions > MAX_PATCH_LINES) return undefined;
  const args = ["diff-tree", "-r", "-p", "-U0", "--src-prefix=a/", "--dst-prefix=b/", ...PLAIN];
  const patch = await git.output(root, [...args, "--end-of-options", from, to, "--"]);
  const hash = createHash("sha256");
  for (const line of patch.split("\n")) {
    if (line.startsWith("Binary files ")) return undefined;
    if (/^[-+]/.test(line) || line.startsWith("diff ")) hash.update(`${line.replaceAll(/\s+/g, "")}\n`);
  }
  return hash.digest("hex");
}

/** Whether two commits change as much in the same files: without that their patches need not be compared. */
export function isAlike(a: Changes, b: Changes): boolean {
  return a.insertions === b.insertions && a.deletions === b.deletions && String(a.files) === String(b.files);
}

function changesOf(entries: readonly string[]): Changes | undefined {
  const files: string[] = [];
  let insertions = 0;
  let deletions = 0;
  for (const entry of entries) {
    const [, added, removed, file] = /^\n?(-|\d+)\t(-|\d+)\t([^]+)$/.exec(entry) ?? [];
    if (file === undefined) continue;
    if (files.length < MAX_FILES) files.push(file);
    insertions += Number(added === "-" ? 0 : added);
    deletions += Number(removed === "-" ? 0 : removed);
  }
  return files.length === 0 ? undefined : { files, insertions, deletions };
}

/** Changes as evidence, nothing where they cannot be had in time: a commit counts without them too. */
export async function changesIfReadable(
  git: GitProcess,
  root: string,
  shas: readonly string[],
): Promise<ReadonlyMap<string, Changes>> {
  try {
    return await readChanges(git, root, shas);
  } catch (error) {
    if (CaseclockError.is(error, "git.failed")) return new Map();
    throw error;
  }
}
