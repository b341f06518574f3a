import { seconds, secondsBetween, type LocalDate, type Seconds } from "../base/time.ts";
import { caseRefKey, type Case, type CaseRef } from "./caseRef.ts";
import type { HeartbeatRow } from "./heartbeat.ts";
import { subtract, total, union, type Interval } from "./interval.ts";
import type { Ledger } from "./ledger.ts";
import { foldAgentPieces, foldPieces, foldSpans, type Piece, type Span } from "./span.ts";
import { draftDescription, type DraftEntry, type Share } from "./timeEntry.ts";

/**
 * How far rows of the neighbouring days matter: an observed gap may cross midnight, and a bridged one, as long as the
 * longest idle timeout, may end exactly there.
 */
export const DAY_MARGIN_SECONDS = 1_800;

/** Figures of one case on one day. `case` null: time without a case. */
export interface CaseDay {
  readonly case: CaseRef | null;
  readonly observedSeconds: Seconds;
  readonly bridgedSeconds: Seconds;
  readonly declaredSeconds: Seconds;
  readonly agentSeconds: Seconds;
}

/** One local day as the heartbeats tell it. */
export interface DaySheet {
  readonly day: LocalDate;
  /** Ascending, disjoint. */
  readonly spans: readonly Span[];
  /** The person's pieces, ascending, disjoint. */
  readonly pieces: readonly Piece[];
  readonly agentPieces: readonly Piece[];
}

/**
 * Folds one day.
 * @param rows those of `day`, and of its neighbours within `DAY_MARGIN_SECONDS`, in any order
 */
export function foldDay(day: LocalDate, rows: readonly HeartbeatRow[], ledger: Ledger): DaySheet {
  const all = foldPieces(rows, ledger.timeline);
  const pieces = all.filter((piece) => piece.day === day);
  const agentPieces = foldAgentPieces(rows, ledger.timeline, all).filter((piece) => piece.day === day);
  return { day, pieces, agentPieces, spans: foldSpans(pieces) };
}

/** The figures of a day by case, in order of first work. */
export function caseDays(sheet: DaySheet): readonly CaseDay[] {
  const byCase = new Map<string, { ref: CaseRef | null; observed: number; bridged: number; agent: number }>();
  for (const piece of [...sheet.pieces, ...sheet.agentPieces]) {
    const key = caseRefKey(piece.case);
    let figures = byCase.get(key);
    if (figures === undefined) byCase.set(key, (figures = { ref: piece.case, observed: 0, bridged: 0, agent: 0 }));
    figures[piece.part] += secondsBetween(piece.start, piece.end);
  }
  return [...byCase.values()].map(({ ref, observed, bridged, agent }) => ({
    case: ref,
    observedSeconds: seconds(observed),
    bridgedSeconds: seconds(bridged),
    declaredSeconds: seconds(0),
    agentSeconds: seconds(agent),
  }));
}

/**
 * What could be approved of a day: per case its time that no entry has claimed. Cases without such time have no draft.
 * @param caseOf the snapshot to freeze: the source's latest, else the one picked
 */
export function draftsOf(
  sheet: DaySheet,
  ledger: Ledger,
  share: Share,
  caseOf: (ref: CaseRef) => Case | undefined,
): readonly DraftEntry[] {
  const [earliest] = sheet.pieces;
  const latest = sheet.pieces.at(-1);
  if (earliest === undefined || latest === undefined) return [];
  const claimed = ledger.claimedWithin({ start: earliest.start, end: latest.end });
  const drafts: DraftEntry[] = [];
  for (const { case: ref } of caseDays(sheet)) {
    if (ref === null) continue;
    const key = caseRefKey(ref);
    const known = caseOf(ref);
    if (known === undefined) continue;
    const free = (part: Piece["part"], pieces: readonly Piece[]): readonly Interval[] =>
      pieces.filter((p) => p.part === part && caseRefKey(p.case) === key).flatMap((p) => subtract(p, claimed));
    const observed = free("observed", sheet.pieces);
    const bridged = free("bridged", sheet.pieces);
    const intervals = union([...observed, ...bridged]);
    const first = intervals[0];
    const last = intervals.at(-1);
    if (first === undefined || last === undefined) continue;
    const commits = ledger.openCommits(ref, sheet.day);
    drafts.push({
      entryId: ledger.openEntryId(ref, sheet.day),
      case: known,
      day: sheet.day,
      zone: ledger.timeline.policyAt(first.start).zone,
      start: first.start,
      end: last.end,
      intervals,
      observedSeconds: total(observed),
      bridgedSeconds: total(bridged),
      agentSeconds: seconds(Math.max(0, agentTotal(sheet, key) - ledger.agentApproved(ref, sheet.day))),
      description: draftDescription(known, commits, share),
      commits: commits.map(({ sha, subject, repository, branch }) => ({
        sha,
        subject,
        repository,
        ...(branch === undefined ? {} : { branch }),
      })),
    });
  }
  return drafts;
}

function agentTotal(sheet: DaySheet, key: string): number {
  return total(sheet.agentPieces.filter((piece) => caseRefKey(piece.case) === key));
}
