import type { EpochMs } from "../../base/time.ts";

/** What a commit object says. */
export interface CommitFacts {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authorEmail: string;
  readonly authoredAt: EpochMs;
  readonly committerEmail: string;
  readonly committedAt: EpochMs;
  readonly subject: string;
  readonly message: string;
}
