import { Refused } from "../../domain/refusal.ts";
import { DAY_MS, epochMs, floorToSecond, localDate, nextDate, type LocalDate, type Seconds } from "../../base/time.ts";
import { isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { ActId, BodyOf } from "../../domain/log/events.ts";
import { intersect, subtract, total, union, type Interval } from "../../domain/capture/interval.ts";
import type { Piece } from "../../domain/capture/span.ts";
import { findCarriedWriteDowns, applyWriteDowns } from "../../domain/edits/writeDown.ts";
import { DECISION_KINDS } from "../ledger/decisionKinds.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import type { Journal } from "../ledger/journal.ts";

/** What changing time by hand needs. */
export interface EditContext {
  readonly journal: Journal;
}

export interface ReassignResult {
  /** Captured time that changed its case. */
  readonly movedSeconds: Seconds;
  /** Id of its act, by which it can be undone; undefined when nothing moved. */
  readonly eventId: string | undefined;
}

/**
 * Reassigns captured time of a range to a case, whatever work tree saw it; null takes its case away. The range is cut
 * at the present: what is captured later is not touched.
 * @param only reassigns only one work tree's time on one case, and leaves out approved time instead of refusing
 * @throws CaseclockError `arguments.invalid` for an empty range | `entries.claimed` when approved time lies in it:
 * nothing is changed then
 */
export async function reassign(
  { journal }: EditContext,
  range: Interval,
  to: Case | null,
  only?: { readonly tree: TreeId; readonly case: CaseRef },
): Promise<ReassignResult> {
  const { view, clock } = journal;
  return journal.decide<ReassignResult>(DECISION_KINDS, async () => {
    const now = floorToSecond(clock.now());
    const start = floorToSecond(range.start);
    const within: Interval = { start, end: floorToSecond(range.end < now ? range.end : now) };
    if (within.start >= within.end) throw new Refused({ reason: "rangeEmptyOrAhead" });
    const claimed = view.ledger.entries.claimedWithin(within);
    let moving: readonly Piece[] = (await piecesWithin(view, within)).filter(
      (piece) =>
        !isSameCase(piece.case, to?.ref ?? null) &&
        (only === undefined || (piece.tree === only.tree && isSameCase(piece.case, only.case))),
    );
    if (only === undefined) refuseClaimed(view, moving);
    else moving = moving.flatMap((piece) => subtract(piece, claimed).map((one) => ({ ...piece, ...one })));
    const movedSeconds = total(moving.filter((piece) => piece.part !== "agent"));
    if (moving.length === 0) return { events: [], result: { movedSeconds, eventId: undefined } };
    const act = clock.newId();
    const body = {
      act,
      kind: "reassigned",
      from: within.start,
      to: within.end,
      intervals: only === undefined ? subtract(within, claimed) : union(moving),
      case: to,
    } as const;
    const event = journal.create(body, { id: act, ...(to === null ? {} : { case: to.ref }) });
    const along = to === null ? [] : writeDownsAlong(view, moving, to.ref, act);
    const events = [event, ...along.map((one) => journal.create(one, { case: one.case }))];
    return { events, result: { movedSeconds, eventId: act } };
  });
}

/** Write-downs go along with their time: reassigning must not make the bill larger by itself. */
function writeDownsAlong(
  { ledger }: LedgerView,
  moving: readonly Piece[],
  to: CaseRef,
  act: ActId,
): readonly BodyOf<"writtenDown">[] {
  return moving.flatMap(({ case: from, day, start, end }) => {
    if (from === null) return []; // a write-down from before its case was taken away takes effect again
    const written = applyWriteDowns(ledger.edits.listWriteDowns(from, day));
    const there = applyWriteDowns(ledger.edits.listWriteDowns(to, day));
    return findCarriedWriteDowns(written, there, [{ start, end }]).map(({ range, intervals, reason }) => {
      const stretch = { from: range.start, to: range.end, intervals };
      return { kind: "writtenDown", case: to, entryDay: day, ...stretch, declared: [], reason, act } as const;
    });
  });
}

/** The sheets of all days with captured or declared time that a stretch may touch. */
async function sheetsWithin(view: LedgerView, { start, end }: Interval): Promise<readonly DaySheet[]> {
  const { timeline } = view.ledger;
  // One day more on either side, because the zone may have been another one then.
  const first = localDate(epochMs(start - DAY_MS), timeline.policyAt(start).zone);
  const last = nextDate(localDate(end, timeline.policyAt(end).zone));
  const days = (await view.days()).filter((day: LocalDate) => day >= first && day <= last);
  const sheets: DaySheet[] = [];
  for (const day of days) sheets.push(await view.sheet(day));
  return sheets;
}

/** Captured pieces, cut to a stretch. */
async function piecesWithin(view: LedgerView, within: Interval): Promise<readonly Piece[]> {
  return (await sheetsWithin(view, within))
    .flatMap((sheet) => [...sheet.pieces, ...sheet.agentPieces])
    .flatMap((piece) => {
      const common = intersect(piece, within);
      return common === undefined ? [] : [{ ...piece, ...common }];
    });
}

function refuseClaimed({ ledger }: LedgerView, intervals: readonly Interval[]): void {
  const keys = new Set<string>();
  for (const interval of union(intervals)) {
    for (const { entry } of ledger.entries.claimsIn(interval)) keys.add(`${entry.case.key} of ${entry.day}`);
  }
  if (keys.size > 0) throw new CaseclockError("entries.claimed", `approved time: ${[...keys].join(", ")}`);
}
