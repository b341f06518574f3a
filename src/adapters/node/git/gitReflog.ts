import fs from "node:fs/promises";
import path from "node:path";
import { t } from "../../../base/text.ts";
import { epochMs, SECOND_MS, type EpochMs } from "../../../base/time.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import type { CommitFacts } from "../../../domain/git/commitFacts.ts";
import type { ReflogEntry } from "../../../domain/git/reflog.ts";
import type { WorkTree } from "../../../ports/git.ts";
import { exists } from "../system/exists.ts";
import { yieldToEventLoop } from "../system/yieldToEventLoop.ts";
import { readChanges } from "./gitChanges.ts";
import type { GitProcess } from "./gitProcess.ts";
import type { WorkTreeReader } from "./gitReads.ts";

/** Every field ends with NUL, which no field can contain; git ends each record with a line end. */
const COMMIT_FIELDS = ["%H", "%P", "%ae", "%at", "%ce", "%ct", "%s", "%B"];
const REFLOG_FIELDS = [...COMMIT_FIELDS, "%gd", "%gs"];

/** Overrides the person's `log.*` settings that would change or slow down the output. */
const PLAIN = ["--no-show-signature", "--no-color", "--no-patch", "--no-notes", "--encoding=UTF-8"];

/** Where git keeps the branch that it rebases, in a work tree's git directory. @source git's `wt-status.c`, wt_status_check_rebase */
export const REBASED = ["rebase-merge/head-name", "rebase-apply/head-name"];

/** How many records are parsed before the event loop gets a turn. */
const READ_AT_ONCE = 250;

/** Reads a work tree with git itself. */
export function makeGitReader(git: GitProcess, { root, gitDir }: WorkTree): WorkTreeReader {
  return {
    head: () => readHead(git, root),
    branch: () => readBranch(git, root),
    rebasedBranch: () => readRebasedBranch(gitDir),
    email: () => readEmail(git, root),
    remoteUrl: () => readRemoteUrl(git, root),
    reflog: (count, ref) => readReflog(git, root, count, ref),
    isRebasing: async () => {
      const states = ["rebase-merge", "rebase-apply"].map((name) => path.join(gitDir, name));
      return (await Promise.all(states.map(exists))).includes(true);
    },
    changes: async (shas) => (await readChanges(git, root, shas)).changes,
    complete: (entries) => Promise.resolve(entries),
    commits: (from, until, count) => readCommits(git, root, from, until, count),
  };
}

/** The branch that a file of REBASED names. */
export function parseRebasedBranch(text: string | undefined): string | undefined {
  return /^refs\/heads\/(.+)$/.exec(text?.trim() ?? "")?.[1];
}

/** The commit that is checked out; undefined where the branch has none yet. */
export async function readHead(git: GitProcess, root: string): Promise<string | undefined> {
  return (await git.answer(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}"]))?.trim();
}

/** The branch that is checked out, also before its first commit; undefined when HEAD is detached. */
export async function readBranch(git: GitProcess, root: string): Promise<string | undefined> {
  return (await git.answer(root, ["symbolic-ref", "--quiet", "--short", "HEAD"]))?.trim();
}

/** The person's e-mail address in this work tree; undefined when none is set. */
export async function readEmail(git: GitProcess, root: string): Promise<string | undefined> {
  const email = (await git.answer(root, ["config", "--get", "user.email"]))?.trim();
  return email === "" ? undefined : email;
}

/**
 * The last movements of HEAD in this work tree, newest first, whatever stores them; none where the repository keeps no
 * reflog.
 * @param count how many at most
 * @param ref another ref than HEAD
 */
export async function readReflog(
  git: GitProcess,
  root: string,
  count: number,
  ref = "HEAD",
): Promise<readonly ReflogEntry[]> {
  const args = ["log", "-g", `-n${String(count)}`, "--date=unix", ...PLAIN, makeFormat(REFLOG_FIELDS)];
  const output = await git.output(root, [...args, "--end-of-options", ref, "--"]);
  return readRecords(output, REFLOG_FIELDS.length, (fields) => {
    const commit = parseCommit(fields);
    const [selector = "", subject = ""] = fields.slice(COMMIT_FIELDS.length);
    // HEAD@{1795494546}
    return { sha: commit.sha, subject, movedAt: secondsIn(/\{(\d+)\}$/.exec(selector)?.[1]), commit };
  });
}

/**
 * Commits that can be reached from `from` and not from `until`, newest first.
 * @param from, until shas; without `until` as far back as `count` goes
 */
export async function readCommits(
  git: GitProcess,
  root: string,
  from: string,
  until: string | undefined,
  count: number,
): Promise<readonly CommitFacts[]> {
  const revisions = [from, ...(until === undefined ? [] : [`^${until}`])];
  const args = [
    "log",
    `-n${String(count)}`,
    ...PLAIN,
    makeFormat(COMMIT_FIELDS),
    "--end-of-options",
    ...revisions,
    "--",
  ];
  return readRecords(await git.output(root, args), COMMIT_FIELDS.length, parseCommit);
}

/** Those of the named commits that exist, in the same order. */
export async function readCommitsByName(
  git: GitProcess,
  root: string,
  shas: readonly string[],
): Promise<readonly CommitFacts[]> {
  const args = ["log", "--no-walk=unsorted", "--ignore-missing", ...PLAIN, makeFormat(COMMIT_FIELDS)];
  const output = await git.output(root, [...args, "--end-of-options", ...shas, "--"]);
  return readRecords(output, COMMIT_FIELDS.length, parseCommit);
}

/** Commits of all local branches and HEAD without merges, committed since an instant, newest first. */
export async function readBranchCommits(
  git: GitProcess,
  root: string,
  since: EpochMs,
  count: number,
): Promise<readonly CommitFacts[]> {
  const when = `--since=@${String(Math.floor(since / SECOND_MS))}`;
  const args = ["log", `-n${String(count)}`, "--no-merges", when, ...PLAIN, makeFormat(COMMIT_FIELDS), "--branches"];
  return readRecords(await git.output(root, [...args, "HEAD", "--"]), COMMIT_FIELDS.length, parseCommit);
}

async function readRebasedBranch(gitDir: string): Promise<string | undefined> {
  for (const name of REBASED) {
    const text = await fs.readFile(path.join(gitDir, name), "utf8").catch(() => undefined);
    const branch = parseRebasedBranch(text);
    if (branch !== undefined) return branch;
  }
  return undefined;
}

async function readRemoteUrl(git: GitProcess, root: string): Promise<string | undefined> {
  const output = await git.answer(root, ["config", "-z", "--get-regexp", "^remote\\..*\\.url$"]);
  const remotes = (output ?? "").split("\0").filter(Boolean);
  const chosen = remotes.find((record) => record.startsWith("remote.origin.url\n")) ?? remotes[0];
  return chosen?.slice(chosen.indexOf("\n") + 1);
}

function makeFormat(fields: readonly string[]): string {
  return `--format=${fields.map((field) => `${field}%x00`).join("")}`;
}

/** Splits output into records of so many fields, in turns: thousands of them must not block the event loop. */
async function readRecords<T>(
  output: string,
  length: number,
  read: (fields: readonly string[]) => T,
): Promise<readonly T[]> {
  const records: T[] = [];
  let fields: string[] = [];
  for (let from = 0, end = output.indexOf("\0"); end >= 0; from = end + 1, end = output.indexOf("\0", from)) {
    const field = output.slice(from, end);
    fields.push(fields.length === 0 ? field.trimStart() : field); // the line end of the record before
    if (fields.length < length) continue;
    records.push(read(fields));
    fields = [];
    if (records.length % READ_AT_ONCE === 0) await yieldToEventLoop();
  }
  return records;
}

function parseCommit(fields: readonly string[]): CommitFacts {
  const [
    sha = "",
    parents = "",
    authorEmail = "",
    authored,
    committerEmail = "",
    committed,
    subject = "",
    message = "",
  ] = fields;
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(sha)) {
    throw new CaseclockError("git.failed", t("git log returned something that is not a commit"));
  }
  return {
    sha,
    parents: parents.split(" ").filter(Boolean),
    authorEmail,
    authoredAt: secondsIn(authored),
    committerEmail,
    committedAt: secondsIn(committed),
    subject,
    message,
  };
}

function secondsIn(text: string | undefined): CommitFacts["committedAt"] {
  return epochMs(Number(text ?? 0) * SECOND_MS);
}
