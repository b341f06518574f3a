import type { EventKind } from "../../domain/log/events.ts";
import type { Ledger } from "../../domain/ledger.ts";

/** Kinds by which a person decides which case time belongs to: each makes a preview or a computed change stale. */
export const DECISION_KINDS = [
  "approved",
  "withdrawn",
  "reassigned",
  "struck",
  "declared",
  "split",
  "merged",
  "writtenDown",
  "activitySet",
  "undone",
  "redone",
] as const satisfies readonly EventKind[];

/**
 * Position of the last event of some kinds, 0 before the first. Take it before anything is computed, so that events
 * that another window or command adds meanwhile come after it.
 */
export function findLastSeq(ledger: Ledger, kinds: readonly EventKind[]): number {
  return Math.max(...kinds.map((kind) => ledger.lastSeqFor(kind)));
}
