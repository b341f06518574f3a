import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { isSameAddress } from "../../../domain/git/reflog.ts";
import { parseCaseKeys, formatTrailer } from "../../../domain/git/trailer.ts";
import type { Marker, TagOutcome, WorkTree } from "../../../ports/git.ts";
import { exists } from "../system/exists.ts";
import type { GitProcess } from "./gitProcess.ts";
import { readCommits, readEmail, readHead } from "./gitReflog.ts";

/** Files in a git directory that exist while an operation (merge, rebase, …) is under way. */
const IN_PROGRESS = ["rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer"];

/**
 * Amends the last commit with a trailer, unless somebody else may have it already. Staged changes stay staged: the new
 * commit has the same tree, author and author date, and is signed if the old one was.
 * @source git-commit(1): `--amend --only` without paths commits nothing of the index
 */
export async function tagHead(git: GitProcess, tree: WorkTree, { caseKey, trailer }: Marker): Promise<TagOutcome> {
  const { root, gitDir } = tree;
  const head = await readHead(git, root);
  const [commit] = head === undefined ? [] : await readCommits(git, root, head, undefined, 1);
  if (head === undefined || commit === undefined) return { kind: "refused", reason: "noCommit" };
  const [named] = parseCaseKeys(commit.message, trailer);
  if (named !== undefined) return { kind: "refused", reason: "named", by: named };
  if (!isSameAddress(commit.authorEmail, await readEmail(git, root))) {
    return { kind: "refused", reason: "foreign", by: commit.authorEmail };
  }
  const present = await Promise.all(IN_PROGRESS.map((name) => exists(path.join(gitDir, name))));
  if (present.includes(true)) return { kind: "refused", reason: "busy" };
  if (await exists(path.join(gitDir, "index.lock"))) return { kind: "refused", reason: "locked" };
  const pushed = await firstRef(git, root, `--contains=${head}`, "refs/remotes");
  if (pushed !== undefined) return { kind: "refused", reason: "pushed", by: pushed };
  const released = await firstRef(git, root, `--points-at=${head}`, "refs/tags");
  if (released !== undefined) return { kind: "refused", reason: "released", by: released };
  const file = path.join(gitDir, `caseclock-message.${randomUUID()}`);
  try {
    const line = formatTrailer(trailer, caseKey);
    await fs.writeFile(file, commit.message, { mode: 0o600, flag: "wx" });
    const block = await git.output(root, ["interpret-trailers", "--parse", "--no-divider", "--", file]);
    const message = commit.message.replace(/\n*$/, "\n");
    await fs.writeFile(file, `${message}${block.trim() === "" ? "\n" : ""}${line}\n`);
    const isSigned = /^gpgsig/m.test((await git.output(root, ["cat-file", "commit", head])).split("\n\n")[0] ?? "");
    const options = ["--amend", "--only", "--allow-empty", "--no-verify", "--quiet", "--cleanup=verbatim"];
    // The file is UTF-8, whatever encoding the repository's commits have.
    const args = ["-c", "i18n.commitEncoding=UTF-8", "commit", ...options, ...(isSigned ? ["-S"] : []), "-F", file];
    await git.output(root, args);
  } finally {
    await fs.rm(file, { force: true });
  }
  return { kind: "tagged", sha: (await readHead(git, root)) ?? head, replaces: head, subject: commit.subject };
}

/** The ref for notes with cases: our own namespace, apart from everyone else's notes. */
const NOTES_REF = "refs/notes/caseclock";

/** Attaches a note with the case to a commit, replacing an earlier one. */
export async function writeNote(git: GitProcess, { root }: WorkTree, sha: string, marker: Marker): Promise<void> {
  const text = formatTrailer(marker.trailer, marker.caseKey);
  await git.output(root, ["notes", `--ref=${NOTES_REF}`, "add", "-f", "-m", text, "--end-of-options", sha]);
}

async function firstRef(git: GitProcess, root: string, filter: string, below: string): Promise<string | undefined> {
  const output = await git.output(root, ["for-each-ref", "--count=1", "--format=%(refname:short)", filter, below]);
  return output.trim() === "" ? undefined : output.trim();
}
