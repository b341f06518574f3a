import type { CaseRef } from "../cases/case.ts";
import { intersect, subtract, type Interval } from "../capture/interval.ts";
import type { Piece } from "../capture/span.ts";

/**
 * A person's change to instants of captured time. None of them was claimed when the edit was made, so it never changes
 * approved time.
 */
export interface Edit {
  /** Id of its event, by which it can be undone. */
  readonly id: string;
  /** Disjoint, ascending. */
  readonly intervals: readonly Interval[];
  readonly change:
    | { readonly kind: "assign"; readonly case: CaseRef | null }
    /** Not counted any more. */
    | { readonly kind: "strike" };
  /** The declaration in whose favour it was made: the edit holds as long as the declaration stands. */
  readonly for?: string;
}

/** Pieces after a person's edits, and those that were struck. */
export interface EditedPieces {
  readonly pieces: readonly Piece[];
  readonly struck: readonly Piece[];
}

/**
 * Applies edits in the order they were made; of two on the same instant the later one wins. An edit reassigns or
 * strikes instants and neither makes nor loses any: pieces and struck together add up to what came in.
 * ```text
 * pieces   [----A----)[--B--)
 * edit         [---C---)
 * result   [-A-)[--C---)[-B-)
 * ```
 * @param pieces ascending and disjoint, and so are the results
 */
export function applyEdits(pieces: readonly Piece[], edits: readonly Edit[]): EditedPieces {
  if (edits.length === 0) return { pieces, struck: [] };
  let kept = pieces;
  const struck: Piece[] = [];
  for (const { intervals, change } of edits) {
    const next: Piece[] = [];
    for (const piece of kept) {
      const inside = intervals.map((one) => intersect(one, piece)).filter((one) => one !== undefined);
      if (inside.length === 0) {
        next.push(piece);
        continue;
      }
      for (const outside of subtract(piece, inside)) next.push({ ...piece, ...outside });
      for (const part of inside) {
        if (change.kind === "strike") struck.push({ ...piece, ...part });
        else next.push({ ...piece, ...part, case: change.case });
      }
    }
    kept = next.sort((a, b) => a.start - b.start);
  }
  return { pieces: kept, struck: struck.sort((a, b) => a.start - b.start) };
}

/** Whether an edit reaches into a stretch. */
export function touches({ intervals }: Edit, within: Interval): boolean {
  return intervals.some((one) => intersect(one, within) !== undefined);
}
