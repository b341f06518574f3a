import type { EpochMs, LocalDate, Seconds, ZoneId } from "../../base/time.ts";
import type { Case } from "../cases/case.ts";
import { intersect, subtract, total, union, type Interval } from "../capture/interval.ts";

/** Time that a person entered by hand, with a reason: a call, a meeting, a claimed gap (docs/timesheet.md). */
export interface Declaration {
  /** Id of its event. */
  readonly id: string;
  readonly case: Case;
  readonly day: LocalDate;
  readonly zone: ZoneId;
  /** Where it lies on the day; undefined when it is unplaced. */
  readonly interval: Interval | undefined;
  readonly seconds: Seconds;
  readonly reason: string;
  /** When it was entered. */
  readonly enteredAt: EpochMs;
}

/** Placed time that something else already has; it cannot be approved until one of the two is chosen. */
export interface Conflict {
  readonly declaration: Declaration;
  /** The instants that both have, ascending, disjoint. */
  readonly with: readonly Interval[];
}

/**
 * The placed declarations that overlap captured time, claimed time or each other. Of two declarations that overlap,
 * both are in conflict.
 * @param declarations of one day that no entry has taken
 * @param taken captured time that still counts, agent time that is billed, and claimed time
 */
export function findConflicts(declarations: readonly Declaration[], taken: readonly Interval[]): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  for (const declaration of declarations) {
    const { interval } = declaration;
    if (interval === undefined) continue;
    const others = declarations.filter((other) => other !== declaration).map((other) => other.interval);
    const overlaps = [...taken, ...others.filter((other) => other !== undefined)]
      .map((other) => intersect(other, interval))
      .filter((other) => other !== undefined);
    if (overlaps.length > 0) conflicts.push({ declaration, with: union(overlaps) });
  }
  return conflicts;
}

/**
 * Gaps of a day that a person may claim: between two stretches of work, longer than the idle timeout.
 * ```text
 * worked   [----)   [--)            [----)
 * gaps              (5 min: bridged or not claimable)
 *                       [-----------)   claimable
 * ```
 * @param worked everything that counts already, in any order
 * @param longerThan exclusive; the idle timeout in force. @format seconds
 */
export function findClaimableGaps(worked: readonly Interval[], longerThan: number): readonly Interval[] {
  const busy = union(worked);
  const first = busy[0];
  const last = busy.at(-1);
  if (first === undefined || last === undefined) return [];
  return subtract({ start: first.start, end: last.end }, busy).filter((gap) => total([gap]) > longerThan);
}
