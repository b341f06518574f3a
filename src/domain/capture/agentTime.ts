import { caseRefKey, type Case } from "../cases/case.ts";
import type { Piece } from "./span.ts";
import type { Timeline } from "./timeline.ts";

/**
 * Whether the contract bills a piece of agent time: the contract of the pick in force then or, if the piece was
 * reassigned to its case later, that case's own.
 */
export function isAgentBillable(piece: Piece, known: Case | undefined, timeline: Timeline): boolean {
  const picked = timeline.caseAt(piece.tree, piece.start);
  const then = picked !== undefined && picked !== null && caseRefKey(picked.ref) === caseRefKey(piece.case);
  return (then ? picked : known)?.contract?.agentTimeBillable ?? false;
}
