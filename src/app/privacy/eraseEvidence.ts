import { epochMs, SECOND_MS, type EpochMs } from "../../base/time.ts";
import { isSameCase, type CaseRef } from "../../domain/cases/case.ts";
import { foldDay, type CapturedDay, type DaySheet } from "../../domain/day/daySheet.ts";
import { applyEdits } from "../../domain/edits/capturedEdits.ts";
import { EVIDENCE_KINDS, type LogEvent, type NewEvent } from "../../domain/log/events.ts";
import type { HeartbeatRow } from "../../domain/capture/heartbeat.ts";
import { intersect, subtract, union, type Interval } from "../../domain/capture/interval.ts";
import type { Ledger } from "../../domain/ledger.ts";
import { encodeDay } from "../../domain/day/projection.ts";
import { joinPieces, type Piece } from "../../domain/capture/span.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import { foldEvidence, MARGIN_MS, readEvidence, toHeartbeatRow } from "../ledger/dayEvidence.ts";
import type { Journal } from "../ledger/journal.ts";

/** The change of a day's evidence. */
export interface EvidenceChange {
  readonly removeSeqs: readonly number[];
  readonly append: readonly NewEvent[];
}

/**
 * Removes a case from the evidence of a day without changing any figure of another case. Without its signs, the gaps
 * between other signs would change: signs from which such a gap could be bridged are replaced by their fold, as in a
 * compaction. Signs after the case stay, for the next gap.
 * ```text
 * signs     o  o               o    c   o c      o   o      c: of the case, o: of others
 * stays     o  o                                 o   o      far before it, and after it
 * pieces                       [----)   [-)                 less those of the case
 * ```
 * @param sheet the day's
 * @returns undefined when nothing of the case is there
 */
export async function planEvidenceWithout(
  journal: Journal,
  sheet: DaySheet,
  ref: CaseRef,
): Promise<EvidenceChange | undefined> {
  const { log } = journal;
  const { ledger } = journal.view;
  const { day } = sheet;
  const { timeline } = ledger;
  const own = await log.read({ kinds: EVIDENCE_KINDS, days: [day] });
  const evidence = await readEvidence(log, day);
  const around = stretchAround(own);
  const near = (await rowsIn(log, around)).filter((row) => !timeline.isAhead(row));
  const signs = new Set(near.filter((row) => isSignOf(row, ref, ledger)));
  const gone = new Set(own.filter((event) => isRowOf(event, ref, ledger)));
  const known: readonly Interval[] = [
    ...[sheet, ...evidence.kept].flatMap(listPieces).filter(({ case: of }) => isSameCase(of, ref)),
    ...givenIn(around, ref, ledger),
  ];
  if (gone.size + signs.size + known.length === 0) return undefined;

  const captured = foldEvidence(day, evidence, timeline);
  const reach = findExtent([
    ...Array.from(signs, ({ first, last }) => ({ start: first, end: last })),
    ...listPieces(captured).filter(({ case: of }) => isSameCase(of, ref)),
    ...known,
  ]);
  const stays = reach === undefined ? () => true : staying(near, signs, reach);
  const left: HeartbeatRow[] = [];
  const removed = own.filter((event) => {
    const row = toHeartbeatRow(event);
    if (row === undefined) return event.body.kind === "compacted";
    if (gone.has(event)) return true;
    if (timeline.isAhead(row)) return false; // it is in no figure and stays for inspection
    if (!stays(row)) return true;
    left.push(row);
    return false;
  });
  const kept = whatIsLeft(captured, foldDay(day, left, timeline), ref, ledger);
  const removeSeqs = removed.map(({ seq }) => seq);
  const pieces = listPieces(kept);
  if (pieces.length === 0) return { removeSeqs, append: [] };
  const at = [...removed.map((event) => event.at), ...pieces.map(({ start }) => start)].reduce(earlier);
  return { removeSeqs, append: [journal.create({ kind: "compacted", text: encodeDay(kept) }, { at, day })] };
}

/**
 * The stretch in which signs of the case matter to a day's rows; undefined without rows. A gap over midnight ends at a
 * row of the next day, which is removed when a sign of the case is near it.
 */
function stretchAround(own: readonly LogEvent[]): Interval | undefined {
  const rows = own.flatMap((event) => toHeartbeatRow(event) ?? []);
  const reach = findExtent(rows.map(({ first, last }) => ({ start: first, end: last })));
  if (reach === undefined) return undefined;
  return { start: epochMs(reach.start - 2 * MARGIN_MS), end: epochMs(reach.end + 2 * MARGIN_MS) };
}

async function rowsIn(log: EventLog, around: Interval | undefined): Promise<readonly HeartbeatRow[]> {
  if (around === undefined) return [];
  const events = await log.read({ kinds: ["heartbeats"], from: around.start, to: around.end });
  return events.flatMap((event) => toHeartbeatRow(event) ?? []);
}

/** Time that a person reassigned to the case, where it may have no sign of its own. */
function givenIn(around: Interval | undefined, ref: CaseRef, { edits }: Ledger): readonly Interval[] {
  if (around === undefined) return [];
  return edits
    .editsWithin(around)
    .flatMap(({ change, intervals }) =>
      change.kind === "assign" && isSameCase(change.case, ref)
        ? intervals.flatMap((one) => intersect(one, around) ?? [])
        : [],
    );
}

/**
 * Which rows of others stay: all after the case, so that the next gap begins where it did; and those so long before it
 * that no gap from them can be bridged to what comes after, or may still come.
 */
function staying(
  near: readonly HeartbeatRow[],
  signs: ReadonlySet<HeartbeatRow>,
  { start, end }: Interval,
): (row: HeartbeatRow) => boolean {
  const isAfter = ({ first }: HeartbeatRow): boolean => first >= end;
  const after = near.filter((row) => isAfter(row) && !signs.has(row)).map(({ first }) => first);
  const next = after.length === 0 ? end : after.reduce(earlier);
  return (row) => isAfter(row) || (row.last <= start && row.last < next - MARGIN_MS);
}

/** The part of a captured day that is neither the case's nor folded from the remaining rows. */
function whatIsLeft(captured: CapturedDay, told: CapturedDay, ref: CaseRef, ledger: Ledger): CapturedDay {
  const rest = (list: readonly Piece[], from: readonly Piece[]): readonly Piece[] =>
    joinPieces(
      list
        .flatMap((piece) => {
          const same = from.filter(
            ({ part, tree, case: of }) => part === piece.part && tree === piece.tree && isSameCase(of, piece.case),
          );
          return subtract(piece, union(same)).map((free) => ({ ...piece, ...free }));
        })
        .flatMap((piece) => withoutCase(piece, ref, ledger)),
    );
  const relived = rest(captured.relived ?? [], told.relived ?? []);
  return {
    day: captured.day,
    pieces: rest(captured.pieces, told.pieces),
    agentPieces: rest(captured.agentPieces, told.agentPieces),
    ...(relived.length === 0 ? {} : { relived }),
  };
}

/**
 * The parts of a captured piece that are not the case's after a person's edits. The edits stay on top of them, so they
 * keep the case they were captured on, or none if that is the one to remove.
 */
function withoutCase(piece: Piece, ref: CaseRef, ledger: Ledger): readonly Piece[] {
  const captured = isSameCase(piece.case, ref) ? null : piece.case;
  return assigned(piece, ledger)
    .filter((one) => !isSameCase(one.case, ref))
    .map((one) => ({ ...one, case: captured }));
}

/** A captured piece after a person's reassignments; strikes do not matter here. */
function assigned(piece: Piece, { edits }: Ledger): readonly Piece[] {
  const changes = edits.editsWithin(piece).filter(({ change }) => change.kind === "assign");
  return applyEdits([piece], changes).pieces;
}

/** Whether an event is a row that names a case in its column, or has signs of it. */
function isRowOf(event: LogEvent, ref: CaseRef, ledger: Ledger): boolean {
  const row = toHeartbeatRow(event);
  return row !== undefined && (isSameCase(event.case ?? null, ref) || isSignOf(row, ref, ledger));
}

/** Whether a row belongs to a case, by the pick in force or a person's edits. */
function isSignOf(row: HeartbeatRow, ref: CaseRef, ledger: Ledger): boolean {
  const { tree, first, last } = row;
  const { timeline } = ledger;
  const picked = timeline.caseAt(tree, first)?.ref ?? null;
  if (isSameCase(picked, ref) || isSameCase(timeline.caseAt(tree, last)?.ref ?? null, ref)) return true;
  const end = epochMs(first + SECOND_MS);
  const day = timeline.dayAt(first).date;
  const [given] = assigned({ start: first, end, part: "observed", case: picked, tree, day }, ledger);
  return isSameCase(given?.case ?? null, ref);
}

function listPieces({ pieces, agentPieces, relived = [], ...more }: CapturedDay & Partial<DaySheet>): readonly Piece[] {
  return [...pieces, ...agentPieces, ...relived, ...(more.struck ?? [])];
}

/** The interval from the first instant to the last; undefined without intervals. */
function findExtent(intervals: readonly Interval[]): Interval | undefined {
  const [first] = intervals;
  if (first === undefined) return undefined;
  const start = intervals.map((one) => one.start).reduce(earlier);
  return { start, end: intervals.map((one) => one.end).reduce((a, b) => (a > b ? a : b)) };
}

function earlier(a: EpochMs, b: EpochMs): EpochMs {
  return a < b ? a : b;
}
