import { createHash } from "node:crypto";
import { CaseclockError } from "../../../domain/errors.ts";
import type { GitProcess } from "./gitProcess.ts";

/** What a commit changed; merges are left out. */
export interface Changes {
  /** Paths relative to the repository, at most `MAX_FILES` of them. */
  readonly files: readonly string[];
  /** Changed lines, of text files only. */
  readonly insertions: number;
  readonly deletions: number;
}

/** How many paths are kept as evidence. */
export const MAX_FILES = 100;
/** How many commits one git process is asked about. */
const CHUNK = 100;
/** Longest patch that is compared; longer ones never count as the same. @format lines */
const MAX_PATCH_LINES = 50_000;

/** How many times a batch that cannot be read as a whole is split in half. */
const MAX_SPLITS = 20;

const BEGIN = "\u0001\u0002";
/**
 * Keeps the person's configuration from running a program or changing the output.
 * @source git-config(1), diff.* and log.showRoot; git-diff(1), -O: `/dev/null` cancels diff.orderFile
 */
const PLAIN = [
  ...["--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--diff-algorithm=myers", "--indent-heuristic"],
  ...[
    "--no-relative",
    "--submodule=short",
    "--ignore-submodules=none",
    "--inter-hunk-context=0",
    "-O/dev/null",
    "--root",
  ],
];

/** What each commit changed, by sha; merges and unknown commits are missing. */
export interface ReadChanges {
  readonly changes: ReadonlyMap<string, Changes>;
  /** Commits that could not be read this time. */
  readonly unread: ReadonlySet<string>;
}

/**
 * Reads what commits changed. One that cannot be read does not spoil the others, up to `MAX_SPLITS` splits. Objects that
 * a partial clone lacks are not fetched.
 * @throws CaseclockError `git.missing`
 */
export async function readChanges(git: GitProcess, root: string, shas: readonly string[]): Promise<ReadChanges> {
  const changes = new Map<string, Changes>();
  const unread = new Set<string>();
  if (shas.length > 0 && (await mayFetch(git, root))) return { changes, unread: new Set(shas) };
  const waiting: (readonly string[])[] = [];
  for (let at = 0; at < shas.length; at += CHUNK) waiting.push(shas.slice(at, at + CHUNK));
  let splits = MAX_SPLITS;
  for (let some = waiting.shift(); some !== undefined; some = waiting.shift()) {
    const answer = await askChanges(git, root, some);
    if (typeof answer === "string") addChanges(answer, changes);
    else if (answer.isSilent || some.length === 1 || splits === 0) for (const sha of some) unread.add(sha);
    else {
      splits -= 1;
      const half = Math.ceil(some.length / 2);
      waiting.unshift(some.slice(0, half), some.slice(half));
    }
  }
  return { changes, unread };
}

async function askChanges(
  git: GitProcess,
  root: string,
  shas: readonly string[],
): Promise<string | { readonly isSilent: boolean }> {
  const args = ["log", "--no-walk=unsorted", "--ignore-missing", "--numstat", "-z", ...PLAIN, "--no-show-signature"];
  try {
    const outcome = await git.attempt(root, [...args, "--format=%x01%x02%H", "--end-of-options", ...shas, "--"]);
    return outcome.ok ? outcome.output : { isSilent: false };
  } catch (error) {
    if (CaseclockError.is(error, "git.failed")) return { isSilent: true };
    throw error;
  }
}

function addChanges(output: string, changes: Map<string, Changes>): void {
  for (const record of output.split(BEGIN).slice(1)) {
    const [sha = "", ...entries] = record.split("\0");
    const of = parseChanges(entries);
    if (of !== undefined) changes.set(sha, of);
  }
}

/**
 * Whether reading files of old commits may fetch them from a server: in a partial clone with a git before 2.44, which
 * does not heed GIT_NO_LAZY_FETCH.
 */
async function mayFetch(git: GitProcess, root: string): Promise<boolean> {
  if (await git.isSince(2, 44)) return false;
  const names = "^(extensions\\.partialclone|remote\\..*\\.promisor)$";
  return (await git.answer(root, ["config", "--get-regexp", names])) !== undefined;
}

/** What changed between two commits. @param from undefined: everything in the second one is new */
export async function changesBetween(git: GitProcess, root: string, from: string, to: string): Promise<Changes> {
  const args = ["diff-tree", "-r", "--numstat", "-z", ...PLAIN, "--end-of-options", from, to, "--"];
  return parseChanges((await git.output(root, args)).split("\0")) ?? { files: [], insertions: 0, deletions: 0 };
}

/**
 * Identifies a patch independently of what it is applied to: its removed and added lines by file, white space ignored, as
 * `git patch-id` does it. Undefined where that is impossible: binary files, no changes, or too many.
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

/** Whether two commits change the same files by the same number of lines; otherwise their patches need not be compared. */
export function isAlike(a: Changes, b: Changes): boolean {
  return a.insertions === b.insertions && a.deletions === b.deletions && String(a.files) === String(b.files);
}

function parseChanges(entries: readonly string[]): Changes | undefined {
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
