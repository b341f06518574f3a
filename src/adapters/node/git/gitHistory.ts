import path from "node:path";
import type { EpochMs } from "../../../base/time.ts";
import type { HistoryCommit } from "../../../domain/git/historyEstimate.ts";
import { isSameAddress } from "../../../domain/git/reflog.ts";
import { parseCaseKeys } from "../../../domain/git/trailer.ts";
import type { WorkTree } from "../../../ports/git.ts";
import type { GitProcess } from "./gitProcess.ts";
import { readEmail, readHead, readBranchCommits } from "./gitReflog.ts";

const MAX_COMMITS = 10_000;

/** The person's own commits that were written within `[from, to)`. */
export async function readHistory(
  git: GitProcess,
  { root }: WorkTree,
  from: EpochMs,
  to: EpochMs,
  trailer: string,
): Promise<readonly HistoryCommit[]> {
  const email = await readEmail(git, root);
  if (email === undefined || (await readHead(git, root)) === undefined) return [];
  // A commit is never older than its author date.
  const commits = await readBranchCommits(git, root, from, MAX_COMMITS);
  return commits
    .filter((one) => isSameAddress(one.authorEmail, email) && one.authoredAt >= from && one.authoredAt < to)
    .map(({ sha, subject, authoredAt, message }) => {
      const [caseKey] = parseCaseKeys(message, trailer);
      return {
        sha,
        subject,
        repository: path.basename(root),
        authoredAt,
        ...(caseKey === undefined ? {} : { caseKey }),
      };
    });
}
