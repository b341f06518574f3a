import type { CommitFacts } from "../../../domain/git/commitFacts.ts";
import type { ReflogEntry } from "../../../domain/git/reflog.ts";

import type { Changes } from "./gitChanges.ts";

/** What is read of a work tree to find the person's commits and the signs of a case, whatever it is read with. */
export interface WorkTreeReader {
  /** The commit that is checked out; undefined where the branch has none yet. */
  head(): Promise<string | undefined>;
  /** The branch that is checked out, also before its first commit; undefined when HEAD is detached. */
  branch(): Promise<string | undefined>;
  /** The branch that is being rebased; undefined when none is. */
  rebasedBranch(): Promise<string | undefined>;
  /** The person's address in this work tree; undefined when it is not known. */
  email(): Promise<string | undefined>;
  /** Where `origin`, else the first remote, is fetched from, as it is configured. */
  remoteUrl(): Promise<string | undefined>;
  /**
   * The last movements of HEAD, newest first, whatever stores them; none where the repository keeps no reflog. What
   * they say of their commits may be no more than the reflog does: see `complete`.
   * @param count how many at most
   * @param ref the movements of another one than HEAD, a full name
   */
  reflog(count: number, ref?: string): Promise<readonly ReflogEntry[]>;
  /** Whether a rebase has begun and not ended. */
  isRebasing(): Promise<boolean>;
  /** What commits changed, by sha; those of which it cannot be told are missing. */
  changes(shas: readonly string[]): Promise<ReadonlyMap<string, Changes>>;
  /** The same movements with what the commits themselves say, as far as these can be read. */
  complete(entries: readonly ReflogEntry[]): Promise<readonly ReflogEntry[]>;
  /**
   * Commits that can be reached from `from` and not from `until`, newest first, as far as they can be read.
   * @param until without it as far back as `count` goes
   */
  commits(from: string, until: string | undefined, count: number): Promise<readonly CommitFacts[]>;
}
