import { epochMs, seconds, type EpochMs } from "../../base/time.ts";
import { isAgentBillable } from "../capture/agentTime.ts";
import { caseRefKey, type Case, type CaseRef } from "../cases/case.ts";
import { caseDays, findHull, type DaySheet } from "./daySheet.ts";
import type { Declaration } from "../edits/declaration.ts";
import { draftDescription, joinDescriptions, type DraftingOptions } from "../entries/description.ts";
import type { OpenIds } from "../edits/manualEdits.ts";
import { beginsByCut, findCuts, splitAtCuts } from "../edits/grouping.ts";
import { intersect, subtract, total, union, type Interval } from "../capture/interval.ts";
import type { Ledger } from "../ledger.ts";
import type { Piece } from "../capture/span.ts";
import type { Timeline } from "../capture/timeline.ts";
import { applyWriteDowns, sumWrittenDown, type WrittenDown } from "../edits/writeDown.ts";
import type { DraftEntry } from "../entries/draftEntry.ts";
import type { CommitEvidence } from "../log/approvedEntry.ts";

/**
 * What could be approved of a day: per case, the time that no entry has claimed, as one draft, or as several where a
 * person or `grouping` splits the day. Cases without such time have no draft.
 * @param findCase the snapshot to freeze: the source's latest, else the one picked
 */
export function makeDrafts(
  sheet: DaySheet,
  ledger: Ledger,
  drafting: DraftingOptions,
  findCase: (ref: CaseRef) => Case | undefined,
): readonly DraftEntry[] {
  const around = findHull([...sheet.pieces, ...sheet.agentPieces]);
  const claimed = around === undefined ? [] : ledger.entries.claimedWithin(around);
  return caseDays(sheet).flatMap(({ case: ref }) => {
    const known = ref === null ? undefined : findCase(ref);
    return known === undefined ? [] : draftsOfCase(known, sheet, ledger, claimed, drafting);
  });
}

/** All unclaimed time of one case on one day. */
interface OpenTime {
  readonly observed: readonly Interval[];
  readonly bridged: readonly Interval[];
  readonly billableAgent: readonly Interval[];
  /** Agent time, claimed or not: only billed agent time is ever claimed. */
  readonly agent: readonly Interval[];
  readonly declarations: readonly Declaration[];
  /** Declarations in conflict, which are in no draft. */
  readonly blocked: readonly Declaration[];
  readonly commits: readonly CommitEvidence[];
  readonly goneCommits: number;
  readonly commitAt: ReadonlyMap<string, EpochMs>;
  readonly writtenDown: WrittenDown;
}

function draftsOfCase(
  known: Case,
  sheet: DaySheet,
  ledger: Ledger,
  claimed: readonly Interval[],
  drafting: DraftingOptions,
): readonly DraftEntry[] {
  const open = collectOpenTime(known, sheet, ledger, claimed);
  const captured = union([...open.observed, ...open.bridged, ...open.billableAgent]);
  const placed = listPlaced(open.declarations);
  if (captured.length === 0 && open.declarations.length === 0) return [];
  const starts = union([...captured, ...placed]).map(({ start }) => start);
  const automatic = drafting.grouping === "span" ? starts.slice(1) : [];
  const all = splitAtCuts(findCuts(automatic, ledger.edits.listGroupingSteps(known.ref, sheet.day)));
  const filled = all.filter(
    (part) => within(captured, part).length > 0 || placed.some(({ start }) => start >= part.start && start < part.end),
  );
  const parts = filled.length > 0 ? filled : all.slice(0, 1);
  let agentShown = Number(ledger.entries.agentApproved(known.ref, sheet.day));
  return parts.map((part, index) => {
    const agent = total(within(open.agent, part));
    const already = Math.min(agentShown, agent);
    agentShown -= already;
    const isFirst = index === 0;
    return makeDraft(
      known,
      sheet,
      ledger,
      drafting,
      { open, part, isFirst, isLast: index === parts.length - 1 },
      agent - already,
    );
  });
}

function collectOpenTime(known: Case, sheet: DaySheet, ledger: Ledger, claimed: readonly Interval[]): OpenTime {
  const key = caseRefKey(known.ref);
  const isOfCase = (piece: Piece): boolean => caseRefKey(piece.case) === key;
  const free = (pieces: readonly Piece[]): readonly Interval[] =>
    pieces.filter(isOfCase).flatMap((piece) => subtract(piece, claimed));
  const ofCase = sheet.declarations.filter(
    (one) => caseRefKey(one.case.ref) === key && !ledger.entries.hasDeclaration(one.id),
  );
  const inConflict = new Set(sheet.conflicts.map(({ declaration }) => declaration));
  const declared = union(listPlaced(sheet.declarations.filter((one) => !inConflict.has(one))));
  const { commits, gone } = ledger.findOpenCommits(known.ref, sheet.day, (at) => pieceAt(sheet, at)?.case);
  return {
    observed: free(sheet.pieces.filter(({ part }) => part === "observed")),
    bridged: free(sheet.pieces.filter(({ part }) => part === "bridged")),
    // A second is billed once: declared time stands for whatever an agent did meanwhile.
    billableAgent: free(sheet.agentPieces.filter((piece) => isAgentBillable(piece, known, ledger.timeline))).flatMap(
      (one) => subtract(one, declared),
    ),
    agent: sheet.agentPieces.filter(isOfCase),
    declarations: ofCase.filter((one) => !inConflict.has(one)),
    blocked: ofCase.filter((one) => inConflict.has(one)),
    commits,
    goneCommits: gone.length,
    commitAt: new Map(
      commits.map(({ sha, authoredAt }) => [sha, ledger.commits.get(sha)?.at ?? authoredAt ?? epochMs(0)] as const),
    ),
    writtenDown: applyWriteDowns(ledger.edits.listWriteDowns(known.ref, sheet.day)),
  };
}

/** A part of a day. The first also takes unplaced time and earlier commits, the last also later commits. */
interface PartOfDay {
  readonly open: OpenTime;
  readonly part: Interval;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function makeDraft(
  known: Case,
  sheet: DaySheet,
  ledger: Ledger,
  drafting: DraftingOptions,
  { open, part, isFirst, isLast }: PartOfDay,
  agentSeconds: number,
): DraftEntry {
  const { ref } = known;
  // A declaration is never split: it goes with the part that it begins in.
  const isHere = ({ interval }: Declaration): boolean =>
    interval === undefined ? isFirst : interval.start >= part.start && interval.start < part.end;
  const declared = open.declarations.filter(isHere);
  const observed = within(open.observed, part);
  const bridged = within(open.bridged, part);
  const billableAgent = within(open.billableAgent, part);
  const intervals = union([...observed, ...bridged, ...billableAgent, ...listPlaced(declared)]);
  const declaredSeconds = declared.reduce((sum, one) => sum + one.seconds, 0);
  const whole = total(observed) + total(bridged) + declaredSeconds + total(billableAgent);
  const unplaced = declared.filter(({ interval }) => interval === undefined);
  const less = sumWrittenDown(open.writtenDown, intervals, unplaced);
  const start = intervals[0]?.start;
  const end = intervals.at(-1)?.end;
  const commits = open.commits.filter(({ sha }) => {
    const at = open.commitAt.get(sha) ?? epochMs(0);
    return (isFirst || at >= part.start) && (isLast || at < part.end);
  });
  const reasons = declared.map((one) => one.reason);
  const ids = ledger.findOpenIds(ref, sheet.day, part, start);
  const { written, activityId, others } = collectSaid(ids, ledger);
  const isKnownActivity = activityId !== undefined && (known.activities ?? []).some(({ id }) => id === activityId);
  return {
    entryId: ids?.entryId,
    ...(others.length === 0 ? {} : { otherIds: others }),
    case: known,
    day: sheet.day,
    ...(beginsByCut(part) ? { from: part.start } : {}),
    zone: start === undefined ? (declared[0]?.zone ?? zoneNow(ledger)) : ledger.timeline.policyAt(start).zone,
    ...(start === undefined || end === undefined ? {} : { start, end }),
    intervals,
    observedSeconds: total(observed),
    bridgedSeconds: total(bridged),
    declaredSeconds: seconds(declaredSeconds),
    agentSeconds: seconds(agentSeconds),
    writtenDownSeconds: less.seconds,
    ...(less.reason === "" ? {} : { writeDownReason: less.reason }),
    billableSeconds: seconds(whole - less.seconds),
    declarations: declared.map(({ id, seconds: length, reason }) => ({ id, seconds: length, reason })),
    conflictSeconds: seconds(open.blocked.filter(isHere).reduce((sum, one) => sum + one.seconds, 0)),
    description: written ?? draftDescription({ case: known, day: sheet.day, commits, reasons }, drafting),
    ...(written === undefined ? {} : { isDescribed: true as const }),
    ...(isKnownActivity ? { activityId } : {}),
    commits,
    goneCommits: isFirst ? open.goneCommits : 0,
  };
}

/** What a person set on a draft under any of its ids. `others`: the further ids under which something was set. */
function collectSaid(
  ids: OpenIds | undefined,
  { edits }: Ledger,
): {
  readonly written: string | undefined;
  readonly activityId: string | undefined;
  readonly others: readonly string[];
} {
  const said = (ids?.all ?? []).map((id) => ({
    id,
    text: edits.findDescription(id),
    activity: edits.findActivity(id),
  }));
  const texts = said.flatMap(({ text }) => text ?? []);
  return {
    written: texts.length === 0 ? undefined : joinDescriptions(texts),
    activityId: (
      said.find(({ id, activity }) => id === ids?.entryId && activity !== undefined) ??
      said.find(({ activity }) => activity !== undefined)
    )?.activity,
    others: said.flatMap(({ id, text, activity }) =>
      id === ids?.entryId || (text === undefined && activity === undefined) ? [] : [id],
    ),
  };
}

function within(intervals: readonly Interval[], part: Interval): readonly Interval[] {
  return intervals.flatMap((one) => intersect(one, part) ?? []);
}

function listPlaced(declarations: readonly Declaration[]): readonly Interval[] {
  return declarations.flatMap(({ interval }) => interval ?? []);
}

/** The piece captured in the second of an instant; commits carry whole seconds. */
function pieceAt({ pieces, agentPieces }: DaySheet, at: EpochMs): Piece | undefined {
  const isAround = ({ start, end }: Piece): boolean => start < at + 1_000 && at < end;
  return pieces.find(isAround) ?? agentPieces.find(isAround);
}

/** The zone in force now, for a draft without a time of day or a declaration. */
function zoneNow({ timeline }: Ledger): ReturnType<Timeline["policyAt"]>["zone"] {
  return timeline.policyAt(epochMs(Number.MAX_SAFE_INTEGER)).zone;
}
