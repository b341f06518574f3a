import type { DaySheet } from "./daySheet.ts";
import type { ApprovedEntries } from "../entries/approvedEntries.ts";
import { subtract } from "../capture/interval.ts";
import type { Piece } from "../capture/span.ts";

/**
 * Time of a day without a case that no entry has claimed: what still waits for a case. Late evidence may overlap
 * claimed time; that part is left out.
 * ```text
 * without a case  [-----------)
 * claimed         [---)
 * result              [-------)
 * ```
 * @returns ascending, disjoint
 */
export function listUnassigned({ pieces }: Pick<DaySheet, "pieces">, entries: ApprovedEntries): readonly Piece[] {
  return pieces
    .filter((piece) => piece.case === null)
    .flatMap((piece) => subtract(piece, entries.claimedWithin(piece)).map((open) => ({ ...piece, ...open })));
}
