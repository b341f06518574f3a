import type { EpochMs, LocalDate, Seconds, ZoneId } from "../base/time.ts";
import type { Case, CaseRef } from "./cases/case.ts";
import type { TreeId } from "./capture/heartbeat.ts";
import type { Interval } from "./capture/interval.ts";

/** What of the evidence leaves the machine: nothing, commits, or also repository names, files, branches and spans. */
export type Share = "none" | "commits" | "full";

/** A commit as evidence. */
export interface CommitEvidence {
  /** 40 or 64 hexadecimal digits. */
  readonly sha: string;
  readonly subject: string;
  /** Name of the repository's folder. */
  readonly repository: string;
  readonly branch?: string;
  /** The author's time. Absent, as what follows, where it is not known. */
  readonly authoredAt?: EpochMs;
  /** Paths in the repository, at most 100 of them. */
  readonly files?: readonly string[];
  /** Lines, of text files. */
  readonly insertions?: number;
  readonly deletions?: number;
}

/** A time entry as it was approved: nothing in it changes any more, and exactly this is sent. */
export interface ApprovedEntry {
  readonly entryId: string;
  /** 1 for the first approval; corrections count up. */
  readonly revision: number;
  /** Idempotency key, one for the entry's life. */
  readonly externalId: string;
  readonly connectionId: string;
  /** The case and its contract as they were at approval. */
  readonly case: Case;
  readonly day: LocalDate;
  readonly zone: ZoneId;
  /** First and last instant; absent when all of it is unplaced. */
  readonly start?: EpochMs;
  readonly end?: EpochMs;
  /** What the entry claims: disjoint, ascending, each second of it on no other entry. */
  readonly intervals: readonly Interval[];
  /** The declared time that is part of it. Absent in entries of earlier versions, which had none. */
  readonly declarations?: readonly DeclaredPart[];
  readonly observedSeconds: Seconds;
  readonly bridgedSeconds: Seconds;
  readonly declaredSeconds: Seconds;
  readonly agentSeconds: Seconds;
  readonly writtenDownSeconds: Seconds;
  /** Why it was written down, for the customer. */
  readonly writeDownReason?: string;
  /** Worked less written down, exact. */
  readonly billableSeconds: Seconds;
  readonly contractSeconds: Seconds;
  readonly billedSeconds: Seconds;
  readonly carriedSeconds: number;
  readonly description: string;
  readonly activityId?: string;
  readonly share: Share;
  readonly commits: readonly CommitEvidence[];
  readonly branches: readonly string[];
}

/** Declared time as an entry freezes it. */
export interface DeclaredPart {
  readonly id: string;
  readonly seconds: Seconds;
  readonly reason: string;
}

/** Time on a case and day that no entry has claimed yet, as it would be approved now. */
export interface DraftEntry {
  /** Set once a preview or an approval has minted it. */
  readonly entryId: string | undefined;
  /** Further ids under which something was said of its time: of what was one draft before, or an approval that was withdrawn. */
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
  /** Seconds of declared time that lie over other time: it cannot be approved before one of the two is chosen. */
  readonly conflictSeconds: Seconds;
  readonly description: string;
  /** A person wrote it. */
  readonly isDescribed?: true;
  /** One of the case's activities. */
  readonly activityId?: string;
  readonly commits: readonly CommitEvidence[];
  /** Commits of that time that no branch has any more: they are no evidence that somebody could look at. */
  readonly goneCommits: number;
}

/** A refusal or trouble in the billing system's own words. */
export interface Problem {
  /** A stable word: the last part of a problem type, or our own. */
  readonly kind: string;
  readonly detail: string;
}

/** What a billing system confirmed of a revision. */
export interface Receipt {
  /** Its id there; several, parted by commas, where it keeps a record for each span. */
  readonly remoteId: string;
  readonly revision: number;
  /** What was sent. */
  readonly billedSeconds: Seconds;
}

/** Where an approved entry stands on its way. */
export type Delivery =
  /** Settled without sending: 0 units, its seconds come with the case's next entry. */
  | { readonly state: "carried" }
  | { readonly state: "waiting"; readonly attempts: number; readonly notBefore?: EpochMs; readonly problem?: Problem }
  /** An attempt has no certain end: it is looked up by its key before anything is sent again. */
  | {
      readonly state: "unknown";
      readonly attempts: number;
      /** When that attempt was made, or was last known to be uncertain. */
      readonly since: EpochMs;
      readonly notBefore?: EpochMs;
      readonly problem?: Problem;
    }
  | { readonly state: "refused"; readonly attempts: number; readonly problem: Problem }
  | {
      readonly state: "receipted";
      readonly remoteId: string;
      readonly at: EpochMs;
      /** What the billing system said that it keeps; undefined when it did not say. @format seconds */
      readonly storedSeconds: number | undefined;
    };

/** An approved entry and what became of it. */
export interface OutboxEntry {
  readonly entry: ApprovedEntry;
  readonly delivery: Delivery;
  /** What an earlier revision became: this one changes it. */
  readonly before?: Receipt;
  /** Another computer has a copy and may have sent it: it is looked up by its key before anything is sent. */
  readonly lookUp?: true;
}

/** A commit that was noticed, with what it counts for. */
export interface SeenCommit extends CommitEvidence {
  readonly tree: TreeId;
  readonly case: CaseRef | null;
  readonly at: EpochMs;
  readonly day: LocalDate;
  /** The commit that this one replaces (amend, rebase). */
  readonly replaces?: string;
  /** Further ones that it replaces (squash). */
  readonly squashed?: readonly string[];
  /** It does so without new work: rebased, reworded, squashed. */
  readonly rewritten?: boolean;
  /** Its message names no case. */
  readonly unnamed?: boolean;
}
