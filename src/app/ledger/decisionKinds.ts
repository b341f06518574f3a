import type { EventKind } from "../../domain/log/events.ts";
import type { Ledger } from "../../domain/ledger.ts";

/** What decides by hand whose time is what: after one of these a preview is out of date, and a change has to be computed anew. */
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
 * Position of the last event of some kinds, 0 before the first. It has to be taken before anything is computed: events that
 * another window or another command adds meanwhile are later then.
 */
export function findLastSeq(ledger: Ledger, kinds: readonly EventKind[]): number {
  return Math.max(...kinds.map((kind) => ledger.lastSeqFor(kind)));
}
