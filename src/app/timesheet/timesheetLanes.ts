import { secondsBetween } from "../../base/time.ts";
import { caseRefKey, type CaseRef } from "../../domain/cases/case.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import { intersect, union, type Interval } from "../../domain/capture/interval.ts";
import type { Ledger } from "../../domain/ledger.ts";
import { applyWriteDowns } from "../../domain/edits/writeDown.ts";
import { toCaseId } from "./timesheetRows.ts";
import type { TimelineItem, TimelineKind, TimelineLane, TimesheetRow } from "../../ports/timesheet.ts";

/** How many colours the panel's style sheet has for lanes. */
export const LANE_COLORS = 6;

/** A stretch of one kind on one case, before it is cut at the borders of entries. */
interface LaneStretch extends Interval {
  readonly kind: TimelineKind;
  readonly case: CaseRef | null;
  readonly isConflict: boolean;
  readonly declarationId?: string;
}

/**
 * The lanes of a day, one per case in order of first work, time without a case last.
 * @param outside bridged time without a focused window
 */
export function makeLanes(
  sheet: DaySheet,
  ledger: Ledger,
  rows: readonly TimesheetRow[],
  outside: readonly Interval[],
): readonly TimelineLane[] {
  const byCase = new Map<string, { readonly ref: CaseRef | null; readonly stretches: LaneStretch[] }>();
  for (const stretch of joined(listStretches(sheet))) {
    const key = caseRefKey(stretch.case);
    const lane = byCase.get(key);
    if (lane === undefined) byCase.set(key, { ref: stretch.case, stretches: [stretch] });
    else lane.stretches.push(stretch);
  }
  const colors = laneColors(new Set(byCase.keys()), ledger);
  const lanes = [...byCase].map(([key, { ref, stretches }]): TimelineLane => {
    const ofCase = ref === null ? [] : rows.filter(({ caseId }) => caseId === toCaseId(ref));
    const written = ref === null ? [] : union(applyWriteDowns(ledger.edits.listWriteDowns(ref, sheet.day)).intervals);
    const caseId = ref === null ? null : toCaseId(ref);
    return {
      caseId,
      color: colors.get(key) ?? 0,
      workedSeconds: stretches
        .filter(({ kind, isConflict }) => kind !== "agent" && kind !== "struck" && !isConflict)
        .reduce((sum, { start, end }) => sum + secondsBetween(start, end), 0),
      items: stretches.flatMap((stretch) =>
        cutIntoItems(stretch, caseId, ofCase, { written, outside: stretch.kind === "bridged" ? outside : [] }),
      ),
    };
  });
  return [...lanes.filter(({ caseId }) => caseId !== null), ...lanes.filter(({ caseId }) => caseId === null)];
}

/**
 * The colour of each case by its place among all cases ever worked on, or the next that no other case of the day has.
 * @param keys `caseRefKey` of the day's lanes
 */
function laneColors(keys: ReadonlySet<string>, { cases }: Ledger): ReadonlyMap<string, number> {
  const colors = new Map<string, number>();
  const all = [...cases.keys()];
  const rest = [...keys].filter((key) => !cases.has(key)).sort();
  for (const [place, key] of [...all, ...rest].entries()) {
    if (!keys.has(key)) continue;
    const taken = new Set(colors.values());
    let color = place % LANE_COLORS;
    while (taken.size < LANE_COLORS && taken.has(color)) color = (color + 1) % LANE_COLORS;
    colors.set(key, color);
  }
  return colors;
}

function listStretches(sheet: DaySheet): readonly LaneStretch[] {
  const inConflict = new Set(sheet.conflicts.map(({ declaration }) => declaration));
  const all: LaneStretch[] = [
    ...[...sheet.pieces, ...sheet.agentPieces].map(({ start, end, part, case: of }) => ({
      start,
      end,
      kind: part,
      case: of,
      isConflict: false,
    })),
    ...sheet.struck.map(({ start, end, case: of }) => ({
      start,
      end,
      kind: "struck" as const,
      case: of,
      isConflict: false,
    })),
    ...sheet.declarations.flatMap((one): readonly LaneStretch[] =>
      one.interval === undefined
        ? []
        : [
            {
              ...one.interval,
              kind: "declared",
              case: one.case.ref,
              isConflict: inConflict.has(one),
              declarationId: one.id,
            },
          ],
    ),
  ];
  return all.sort((a, b) => a.start - b.start);
}

/** Joins neighbours of one kind and case, whatever work tree saw them. */
function joined(stretches: readonly LaneStretch[]): readonly LaneStretch[] {
  const result: LaneStretch[] = [];
  const lastIndexes = new Map<string, number>();
  for (const one of stretches) {
    const key = `${one.kind}\n${caseRefKey(one.case)}`;
    const place = lastIndexes.get(key);
    const last = place === undefined ? undefined : result[place];
    if (place !== undefined && last?.end === one.start && one.kind !== "declared") {
      result[place] = { ...last, end: one.end };
    } else lastIndexes.set(key, result.push(one) - 1);
  }
  return result;
}

interface Marks {
  readonly written: readonly Interval[];
  readonly outside: readonly Interval[];
}

/** Cuts a stretch where another entry begins, and where a marked range begins or ends. */
function cutIntoItems(
  stretch: LaneStretch,
  caseId: string | null,
  rows: readonly TimesheetRow[],
  { written, outside }: Marks,
): readonly TimelineItem[] {
  const counts = stretch.kind !== "struck" && !stretch.isConflict;
  const holders = counts
    ? rows.flatMap(({ id, state, intervals }) => intervals.map((one) => ({ id, state, one })))
    : [];
  const edges = new Set<number>([stretch.start, stretch.end]);
  for (const { start, end } of [...holders.map(({ one }) => one), ...(counts ? written : []), ...outside]) {
    for (const edge of [start, end]) if (edge > stretch.start && edge < stretch.end) edges.add(edge);
  }
  // Several items may begin at one instant, even of one kind and case: two declarations are two items.
  const { kind, declarationId = "" } = stretch;
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index): TimelineItem => {
    const start = sorted[index] ?? stretch.start;
    const part = { start, end } as Interval;
    const holder = holders.find(({ one }) => one.start <= start && end <= one.end);
    const isClaimed = holder !== undefined && holder.state !== "draft" && holder.state !== "running";
    const isIn = (marked: readonly Interval[]): boolean => marked.some((one) => intersect(one, part) !== undefined);
    const isWritten = counts && !isClaimed && isIn(written);
    return {
      id: [kind, start, caseId ?? "", declarationId].join(":"),
      start,
      end,
      kind,
      ...(holder === undefined ? {} : { rowId: holder.id }),
      ...(declarationId === "" ? {} : { declarationId }),
      ...(isClaimed ? { isClaimed: true as const } : {}),
      ...(stretch.isConflict ? { isConflict: true as const } : {}),
      ...(isWritten ? { isWrittenDown: true as const } : {}),
      ...(isIn(outside) ? { isOutsideEditor: true as const } : {}),
    };
  });
}
