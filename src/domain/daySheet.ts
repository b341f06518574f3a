import { epochMs, seconds, secondsBetween, type EpochMs, type LocalDate, type Seconds } from "../base/time.ts";
import { caseRefKey, type Case, type CaseRef } from "./caseRef.ts";
import { draftDescription, type Drafting } from "./description.ts";
import { conflictsOf, type Conflict, type Declaration } from "./declared.ts";
import { applyEdits, type Edit } from "./edits.ts";
import type { HeartbeatRow } from "./heartbeat.ts";
import { intersect, subtract, total, union, type Interval } from "./interval.ts";
import type { Ledger } from "./ledger.ts";
import { foldAgentPieces, foldPieces, foldSpans, joinPieces, type Piece, type Span } from "./span.ts";
import type { DraftEntry } from "./timeEntry.ts";
import type { Timeline } from "./timeline.ts";

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

/** One local day as the heartbeats tell it, before a person changed anything: what may be kept as a projection. */
export interface CapturedDay {
  readonly day: LocalDate;
  /** The person's pieces, ascending, disjoint. */
  readonly pieces: readonly Piece[];
  readonly agentPieces: readonly Piece[];
  /**
   * What was captured after the clock had been set back, where something had been captured before: the same instants were
   * lived twice and count once. Absent when there is none.
   */
  readonly relived?: readonly Piece[];
}

/** One local day as it counts now. */
export interface DaySheet extends CapturedDay {
  /** Of the pieces; ascending, disjoint. */
  readonly spans: readonly Span[];
  /** Captured time that is in no figure: a person struck it, or it came late into approved declared time. */
  readonly struck: readonly Piece[];
  /** In the order they were entered, also what entries have taken. */
  readonly declarations: readonly Declaration[];
  /** Placed declarations that cannot be approved: something else has their time. */
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
 * A day whose heartbeats were replaced by what they came to, with what was captured or left since: evidence adds only where
 * nothing is yet.
 * @param kept what a compaction wrote, the latest last
 */
export function withCompacted(fresh: CapturedDay, kept: readonly CapturedDay[]): CapturedDay {
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
export function sheetOf(captured: CapturedDay, ledger: Ledger): DaySheet {
  const { day } = captured;
  const around = hullOf([...captured.pieces, ...captured.agentPieces]);
  const declarations = ledger.declaredOn(day);
  const edits =
    around === undefined ? [] : [...ledger.editsWithin(around), ...approvedDeclarations(declarations, ledger)];
  const { pieces, struck } = applyEdits(captured.pieces, edits);
  const agent = applyEdits(captured.agentPieces, edits);
  const open = declarations.filter(({ id }) => !ledger.entries.hasDeclaration(id));
  const claimed = open.flatMap(({ interval }) =>
    interval === undefined ? [] : ledger.entries.claimedWithin(interval),
  );
  return {
    day,
    pieces,
    agentPieces: agent.pieces,
    spans: foldSpans(pieces),
    struck: [...struck, ...agent.struck],
    declarations,
    ...(captured.relived === undefined ? {} : { relived: captured.relived }),
    conflicts: conflictsOf(open, [...pieces, ...claimed]),
  };
}

/** Evidence that comes late, inside declared time that is approved, is a difference and not counted a second time. */
function approvedDeclarations(declarations: readonly Declaration[], { entries }: Ledger): readonly Edit[] {
  return declarations.flatMap(({ id, interval }): readonly Edit[] =>
    interval !== undefined && entries.hasDeclaration(id)
      ? [{ id, intervals: [interval], change: { kind: "strike" } }]
      : [],
  );
}

/** The figures of a day by case, in order of first work. */
export function caseDays(sheet: DaySheet): readonly CaseDay[] {
  const byCase = new Map<string, Record<Piece["part"] | "declared", number> & { ref: CaseRef | null }>();
  const figuresOf = (ref: CaseRef | null): Record<Piece["part"] | "declared", number> => {
    const key = caseRefKey(ref);
    let figures = byCase.get(key);
    if (figures === undefined) byCase.set(key, (figures = { ref, observed: 0, bridged: 0, declared: 0, agent: 0 }));
    return figures;
  };
  for (const piece of [...sheet.pieces, ...sheet.agentPieces]) {
    figuresOf(piece.case)[piece.part] += secondsBetween(piece.start, piece.end);
  }
  // What is in conflict is in no figure: the same time would be counted twice.
  const inConflict = new Set(sheet.conflicts.map(({ declaration }) => declaration));
  for (const declaration of sheet.declarations) {
    if (!inConflict.has(declaration)) figuresOf(declaration.case.ref).declared += declaration.seconds;
  }
  return [...byCase.values()].map(({ ref, observed, bridged, declared, agent }) => ({
    case: ref,
    observedSeconds: seconds(observed),
    bridgedSeconds: seconds(bridged),
    declaredSeconds: seconds(declared),
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
  drafting: Drafting,
  caseOf: (ref: CaseRef) => Case | undefined,
): readonly DraftEntry[] {
  const around = hullOf([...sheet.pieces, ...sheet.agentPieces]);
  const claimed = around === undefined ? [] : ledger.entries.claimedWithin(around);
  const drafts: DraftEntry[] = [];
  for (const { case: ref } of caseDays(sheet)) {
    const known = ref === null ? undefined : caseOf(ref);
    const draft = known === undefined ? undefined : draftOf(known, sheet, ledger, claimed, drafting);
    if (draft !== undefined) drafts.push(draft);
  }
  return drafts;
}

/** The unclaimed time of one case; undefined when there is none. */
function draftOf(
  known: Case,
  sheet: DaySheet,
  ledger: Ledger,
  claimed: readonly Interval[],
  drafting: Drafting,
): DraftEntry | undefined {
  const { ref } = known;
  const key = caseRefKey(ref);
  const free = (pieces: readonly Piece[]): readonly Interval[] =>
    pieces.filter((piece) => caseRefKey(piece.case) === key).flatMap((piece) => subtract(piece, claimed));
  const observed = free(sheet.pieces.filter((piece) => piece.part === "observed"));
  const bridged = free(sheet.pieces.filter((piece) => piece.part === "bridged"));
  const billableAgent = free(sheet.agentPieces.filter((piece) => isAgentBillable(piece, known, ledger.timeline)));
  const ofCase = sheet.declarations.filter(
    (one) => caseRefKey(one.case.ref) === key && !ledger.entries.hasDeclaration(one.id),
  );
  const blocked = new Set(sheet.conflicts.map(({ declaration }) => declaration));
  const declared = ofCase.filter((one) => !blocked.has(one));
  const placed = declared.map((one) => one.interval).filter((interval) => interval !== undefined);
  const intervals = union([...observed, ...bridged, ...billableAgent, ...placed]);
  const declaredSeconds = declared.reduce((sum, one) => sum + one.seconds, 0);
  const start = intervals[0]?.start;
  const end = intervals.at(-1)?.end;
  if (start === undefined && declaredSeconds === 0) return undefined;
  const commits = ledger.openCommits(ref, sheet.day, (at) => pieceAt(sheet, at)?.case);
  const reasons = declared.map((one) => one.reason);
  const entryId = ledger.openEntryId(ref, sheet.day);
  const written = entryId === undefined ? undefined : ledger.descriptionOf(entryId);
  return {
    entryId,
    case: known,
    day: sheet.day,
    zone: start === undefined ? (declared[0]?.zone ?? zoneNow(ledger)) : ledger.timeline.policyAt(start).zone,
    ...(start === undefined || end === undefined ? {} : { start, end }),
    intervals,
    observedSeconds: total(observed),
    bridgedSeconds: total(bridged),
    declaredSeconds: seconds(declaredSeconds),
    agentSeconds: seconds(Math.max(0, agentTotal(sheet, key) - ledger.entries.agentApproved(ref, sheet.day))),
    billableSeconds: seconds(total(observed) + total(bridged) + declaredSeconds + total(billableAgent)),
    declarations: declared.map(({ id, seconds: length, reason }) => ({ id, seconds: length, reason })),
    conflictSeconds: seconds(ofCase.filter((one) => blocked.has(one)).reduce((sum, one) => sum + one.seconds, 0)),
    description: written ?? draftDescription({ case: known, day: sheet.day, commits, reasons }, drafting),
    commits,
  };
}

/** What was captured in the second of an instant; commits carry whole seconds. */
function pieceAt({ pieces, agentPieces }: DaySheet, at: EpochMs): Piece | undefined {
  const isAround = ({ start, end }: Piece): boolean => start < at + 1_000 && at < end;
  return pieces.find(isAround) ?? agentPieces.find(isAround);
}

/** Agent time is billed only where the contract that was in force then says so; a later contract changes nothing. */
function isAgentBillable(piece: Piece, known: Case, timeline: Timeline): boolean {
  const picked = timeline.caseAt(piece.tree, piece.start);
  const then = picked !== undefined && picked !== null && caseRefKey(picked.ref) === caseRefKey(piece.case);
  return (then ? picked : known).contract?.agentTimeBillable ?? false;
}

function zoneNow({ timeline }: Ledger): ReturnType<Timeline["policyAt"]>["zone"] {
  return timeline.policyAt(epochMs(Number.MAX_SAFE_INTEGER)).zone;
}

/** From the first to the last instant of pieces; undefined without any. */
function hullOf(pieces: readonly Interval[]): Interval | undefined {
  const [first] = pieces;
  if (first === undefined) return undefined;
  let { start, end } = first;
  for (const piece of pieces) {
    if (piece.start < start) start = piece.start;
    if (piece.end > end) end = piece.end;
  }
  return { start, end };
}

function agentTotal(sheet: DaySheet, key: string): number {
  return total(sheet.agentPieces.filter((piece) => caseRefKey(piece.case) === key));
}
