import type { Ledger } from "../../domain/ledger.ts";
import type { ApprovedEntry, CommitEvidence } from "../../domain/log/approvedEntry.ts";

/** What became of the commits of approved entries. */
export interface EntryEvidence {
  /** Number of commits that are as they were approved. */
  readonly unchanged: number;
  readonly moved: readonly {
    readonly entry: ApprovedEntry;
    readonly commit: CommitEvidence;
    /** The commit that has its change now. */
    readonly now: CommitEvidence;
  }[];
  /** Commits that no branch has any more. */
  readonly gone: readonly { readonly entry: ApprovedEntry; readonly commit: CommitEvidence }[];
}

/** The commits of all approved entries by their current fate; the latest entries first. */
export function findEntryEvidence({ entries, commits }: Ledger): EntryEvidence {
  const evidence = {
    unchanged: 0,
    moved: [] as EntryEvidence["moved"][number][],
    gone: [] as EntryEvidence["gone"][number][],
  };
  for (const { entry } of [...entries.all].reverse()) {
    for (const commit of entry.commits) {
      const fate = commits.findFate(commit.sha);
      if (fate.kind === "gone") evidence.gone.push({ entry, commit });
      else if (fate.kind === "moved") evidence.moved.push({ entry, commit, now: fate.to });
      else evidence.unchanged += 1;
    }
  }
  return evidence;
}
