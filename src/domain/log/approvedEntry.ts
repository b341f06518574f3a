import type { EpochMs, LocalDate, Seconds, ZoneId } from "../../base/time.ts";
import type { Case } from "../cases/case.ts";
import type { Interval } from "../capture/interval.ts";

/** How much evidence leaves the machine: nothing, commits, or also repository names, files, branches and spans. */
export type Share = "none" | "commits" | "full";

/** A commit as evidence. */
export interface CommitEvidence {
  /** 40 or 64 hexadecimal digits. */
  readonly sha: string;
  readonly subject: string;
  /** Name of the repository's folder. */
  readonly repository: string;
  readonly branch?: string;
  /** Author time. Absent, like the fields below, when not known. */
  readonly authoredAt?: EpochMs;
  /** Paths in the repository, at most 100 of them. */
  readonly files?: readonly string[];
  /** Lines in text files. */
  readonly insertions?: number;
  readonly deletions?: number;
}

/** A time entry as approved: it never changes, and exactly this is sent. */
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
  /** What the entry claims: disjoint, ascending, no second shared with another entry. */
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

/** A rejection or failure in the billing system's own words. */
export interface Problem {
  /** A stable word: the last part of a problem type, or our own. */
  readonly kind: string;
  readonly detail: string;
}
