import type { EpochMs, LocalDate } from "../../base/time.ts";
import type { CaseRef } from "../cases/case.ts";
import type { TreeId } from "../cases/treeId.ts";
import type { CommitEvidence } from "../log/approvedEntry.ts";

/** A commit that Caseclock has seen, with the case it counts for. */
export interface SeenCommit extends CommitEvidence {
  readonly tree: TreeId;
  readonly case: CaseRef | null;
  readonly at: EpochMs;
  readonly day: LocalDate;
  /** The commit that this one replaces (amend, rebase). */
  readonly replaces?: string;
  /** Further commits that it replaces (squash). */
  readonly squashed?: readonly string[];
  /** It replaces them without new work: rebased, reworded, squashed. */
  readonly rewritten?: boolean;
  /** Its message names no case. */
  readonly unnamed?: boolean;
}
