import type { CommitFacts } from "../../../domain/git/commitFacts.ts";
import type { ReflogEntry } from "../../../domain/git/reflog.ts";

import type { Changes } from "./gitChanges.ts";

/** What is read of a work tree to find the person's commits and the signs of a case, by whichever adapter. */
export interface WorkTreeReader {
  /** The commit that is checked out; undefined where the branch has none yet. */
  head(): Promise<string | undefined>;
  /** The branch that is checked out, also before its first commit; undefined when HEAD is detached. */
  branch(): Promise<string | undefined>;
  /** The branch that is being rebased; undefined when none is. */
  rebasedBranch(): Promise<string | undefined>;
  /** The person's e-mail address in this work tree; undefined when unknown. */
  email(): Promise<string | undefined>;
  /** The fetch URL of `origin`, else of the first remote, as configured. */
  remoteUrl(): Promise<string | undefined>;
  /**
   * The last movements of HEAD, newest first, whatever stores them; none where the repository keeps no reflog. Their
   * commits may hold no more than the reflog says: see `complete`.
   * @param count how many at most
   * @param ref full name of another ref than HEAD
   */
  reflog(count: number, ref?: string): Promise<readonly ReflogEntry[]>;
  /** Whether a rebase is under way. */
  isRebasing(): Promise<boolean>;
  /** What commits changed, by sha; unreadable ones are missing. */
  changes(shas: readonly string[]): Promise<ReadonlyMap<string, Changes>>;
  /** The same movements, completed from the commits themselves as far as these can be read. */
  complete(entries: readonly ReflogEntry[]): Promise<readonly ReflogEntry[]>;
  /**
   * Commits that can be reached from `from` and not from `until`, newest first, as far as they can be read.
   * @param until without it as far back as `count` goes
   */
  commits(from: string, until: string | undefined, count: number): Promise<readonly CommitFacts[]>;
}
