import type { EpochMs, LocalDate, Seconds, ZoneId } from "../../base/time.ts";
import type { Case } from "../cases/case.ts";
import type { Interval } from "../capture/interval.ts";
import type { CommitEvidence, DeclaredPart } from "../log/approvedEntry.ts";

/** Time on a case and day that no entry has claimed yet, as it would be approved now. */
export interface DraftEntry {
  /** Set once a preview or an approval has minted it. */
  readonly entryId: string | undefined;
  /** Further ids under which a person set something: of drafts that are part of it now, or of a withdrawn approval. */
  readonly otherIds?: readonly string[];
  readonly case: Case;
  readonly day: LocalDate;
  /** Where its part of the day begins, if that is not the first one. */
  readonly from?: EpochMs;
  readonly zone: ZoneId;
  /** First and last instant; absent when all of it is unplaced. */
  readonly start?: EpochMs;
  readonly end?: EpochMs;
  readonly intervals: readonly Interval[];
  readonly observedSeconds: Seconds;
  readonly bridgedSeconds: Seconds;
  readonly declaredSeconds: Seconds;
  readonly agentSeconds: Seconds;
  readonly writtenDownSeconds: Seconds;
  /** Why, each reason once. */
  readonly writeDownReason?: string;
  /** Worked time, and agent time if the contract bills it, less what is written down. */
  readonly billableSeconds: Seconds;
  readonly declarations: readonly DeclaredPart[];
  /** Declared time that overlaps other time: it cannot be approved before one of the two is chosen. */
  readonly conflictSeconds: Seconds;
  readonly description: string;
  /** A person wrote it. */
  readonly isDescribed?: true;
  /** One of the case's activities. */
  readonly activityId?: string;
  readonly commits: readonly CommitEvidence[];
  /** Commits of that time that no branch has any more: nobody could look at them as evidence. */
  readonly goneCommits: number;
}
