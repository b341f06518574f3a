import { seconds, secondsBetween, type LocalDate, type Seconds } from "../../base/time.ts";
import { isAgentBillable } from "../capture/agentTime.ts";
import { caseRefKey, type CaseRef } from "../cases/case.ts";
import { findConflicts, type Conflict, type Declaration } from "../edits/declaration.ts";
import { applyEdits, type Edit } from "../edits/capturedEdits.ts";
import type { HeartbeatRow } from "../capture/heartbeat.ts";
import { intersect, subtract, union, type Interval } from "../capture/interval.ts";
import type { Ledger } from "../ledger.ts";
import { foldAgentPieces, foldPieces, foldSpans, joinPieces, type Piece, type Span } from "../capture/span.ts";
import type { Timeline } from "../capture/timeline.ts";

/**
 * How far rows of the neighbouring days matter: an observed gap may cross midnight, and a bridged one, at most the
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

/** One local day folded from its heartbeats, before a person's edits; a projection stores this. */
export interface CapturedDay {
  readonly day: LocalDate;
  /** The person's pieces, ascending, disjoint. */
  readonly pieces: readonly Piece[];
  readonly agentPieces: readonly Piece[];
  /**
   * What was captured after the clock was set back, over instants that had captured time before: they passed twice and
   * count once. Absent when there is none.
   */
  readonly relived?: readonly Piece[];
}

/** One local day as it counts now. */
export interface DaySheet extends CapturedDay {
  /** Spans of the pieces; ascending, disjoint. */
  readonly spans: readonly Span[];
  /** Captured time that is in no figure: a person struck it, or it arrived late within approved declared time. */
  readonly struck: readonly Piece[];
  /** In the order they were entered, including those that entries have taken. */
  readonly declarations: readonly Declaration[];
  /** Placed declarations that cannot be approved because something else has their time. */
  readonly conflicts: readonly Conflict[];
}

/**
 * Folds one day.
 * @param rows those of `day`, and of its neighbours within `DAY_MARGIN_SECONDS`, in any order
 */
export function foldDay(day: LocalDate, rows: readonly HeartbeatRow[], timeline: Timeline): CapturedDay {
  const counted = rows.filter((row) => !timeline.isAhead(row));
  const all = foldPieces(counted, timeline);
  const pieces = joinPieces(all.filter((piece) => piece.day === day));
  const agentPieces = joinPieces(foldAgentPieces(counted, timeline, all).filter((piece) => piece.day === day));
  const relived = relivedPieces(day, counted, timeline);
  return { day, pieces, agentPieces, ...(relived.length === 0 ? {} : { relived }) };
}

function relivedPieces(day: LocalDate, rows: readonly HeartbeatRow[], timeline: Timeline): readonly Piece[] {
  const again = rows.filter((row) => timeline.isRelived(row));
  if (again.length === 0) return [];
  const before = union(
    foldPieces(
      rows.filter((row) => !again.includes(row)),
      timeline,
    ),
  );
  return foldPieces(again, timeline)
    .filter((piece) => piece.day === day)
    .flatMap((piece) =>
      before.map((one) => intersect(one, piece)).flatMap((one) => (one === undefined ? [] : [{ ...piece, ...one }])),
    );
}

/**
 * A compacted day with the evidence that remained or arrived since: evidence adds time only where there is none yet.
 * @param kept what compactions wrote, the latest last
 */
export function mergeCompacted(fresh: CapturedDay, kept: readonly CapturedDay[]): CapturedDay {
  if (kept.length === 0) return fresh;
  const pieces: Piece[] = [];
  const agentPieces: Piece[] = [];
  for (const { pieces: own, agentPieces: ofAgents } of [...kept, fresh]) {
    const worked = union(pieces);
    pieces.push(...own.flatMap((piece) => subtract(piece, worked).map((free) => ({ ...piece, ...free }))));
    const taken = union([...pieces, ...agentPieces]);
    agentPieces.push(...ofAgents.flatMap((piece) => subtract(piece, taken).map((free) => ({ ...piece, ...free }))));
  }
  const byStart = (a: Piece, b: Piece): number => a.start - b.start;
  const relived = [...kept, fresh].flatMap((one) => one.relived ?? []);
  return {
    day: fresh.day,
    pieces: pieces.sort(byStart),
    agentPieces: agentPieces.sort(byStart),
    ...(relived.length === 0 ? {} : { relived }),
  };
}

/** The day with a person's edits and declared time. */
export function makeDaySheet(captured: CapturedDay, ledger: Ledger): DaySheet {
  const { day } = captured;
  const around = findHull([...captured.pieces, ...captured.agentPieces]);
  const declarations = ledger.edits.declaredOn(day);
  const edits =
    around === undefined
      ? []
      : [
          ...ledger.edits.editsWithin(around),
          ...approvedDeclarations(declarations, ledger),
          ...bridgedLater(captured.pieces, declarations, ledger.timeline),
        ];
  const { pieces, struck } = applyEdits(captured.pieces, edits);
  const agent = applyEdits(captured.agentPieces, edits);
  const open = declarations.filter(({ id }) => !ledger.entries.hasDeclaration(id));
  const claimed = open.flatMap(({ interval }) =>
    interval === undefined ? [] : ledger.entries.claimedWithin(interval),
  );
  const billed = agent.pieces.filter((piece) =>
    isAgentBillable(piece, ledger.cases.get(caseRefKey(piece.case)), ledger.timeline),
  );
  return {
    day,
    pieces,
    agentPieces: agent.pieces,
    spans: foldSpans(pieces),
    struck: [...struck, ...agent.struck],
    declarations,
    ...(captured.relived === undefined ? {} : { relived: captured.relived }),
    conflicts: findConflicts(open, [...pieces, ...billed, ...claimed]),
  };
}

/** Strikes evidence that arrives late within approved declared time: it would count a second time. */
function approvedDeclarations(declarations: readonly Declaration[], { entries }: Ledger): readonly Edit[] {
  return declarations.flatMap(({ id, interval }): readonly Edit[] =>
    interval !== undefined && entries.hasDeclaration(id)
      ? [{ id, intervals: [interval], change: { kind: "strike" } }]
      : [],
  );
}

/**
 * Strikes bridged time in favour of time declared in it before the gap was bridged: bridging assumes, the person knows.
 * ```text
 * heartbeats   |                 |
 * declared        [---)  entered
 * bridged      [--)   [---------)
 * ```
 */
function bridgedLater(
  pieces: readonly Piece[],
  declarations: readonly Declaration[],
  timeline: Timeline,
): readonly Edit[] {
  return declarations.flatMap(({ id, interval, enteredAt }): readonly Edit[] => {
    if (interval === undefined) return [];
    // A gap that reaches from the declared time to its entry is bridged only up to the idle timeout.
    const { idleTimeoutSeconds } = timeline.policyAt(interval.start);
    if (enteredAt < interval.end || secondsBetween(interval.start, enteredAt) > idleTimeoutSeconds) return [];
    const intervals = pieces
      .filter(({ part, start, end }) => part === "bridged" && start <= enteredAt && end > enteredAt)
      .flatMap((piece) => intersect(piece, interval) ?? []);
    return intervals.length === 0 ? [] : [{ id, intervals, change: { kind: "strike" } }];
  });
}

/** The figures of a day by case, in order of first work. */
export function caseDays(sheet: DaySheet): readonly CaseDay[] {
  const byCase = new Map<string, Record<Piece["part"] | "declared", number> & { ref: CaseRef | null }>();
  const figuresFor = (ref: CaseRef | null): Record<Piece["part"] | "declared", number> => {
    const key = caseRefKey(ref);
    let figures = byCase.get(key);
    if (figures === undefined) byCase.set(key, (figures = { ref, observed: 0, bridged: 0, declared: 0, agent: 0 }));
    return figures;
  };
  for (const piece of [...sheet.pieces, ...sheet.agentPieces]) {
    figuresFor(piece.case)[piece.part] += secondsBetween(piece.start, piece.end);
  }
  // Declarations in conflict are in no figure: the same time would count twice.
  const inConflict = new Set(sheet.conflicts.map(({ declaration }) => declaration));
  for (const declaration of sheet.declarations) {
    if (!inConflict.has(declaration)) figuresFor(declaration.case.ref).declared += declaration.seconds;
  }
  return [...byCase.values()].map(({ ref, observed, bridged, declared, agent }) => ({
    case: ref,
    observedSeconds: seconds(observed),
    bridgedSeconds: seconds(bridged),
    declaredSeconds: seconds(declared),
    agentSeconds: seconds(agent),
  }));
}

/** The interval from the first to the last instant of pieces; undefined without any. */
export function findHull(pieces: readonly Interval[]): Interval | undefined {
  const [first] = pieces;
  if (first === undefined) return undefined;
  let { start, end } = first;
  for (const piece of pieces) {
    if (piece.start < start) start = piece.start;
    if (piece.end > end) end = piece.end;
  }
  return { start, end };
}
