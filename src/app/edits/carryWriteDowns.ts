import { isSameCase, type Case } from "../../domain/cases/case.ts";
import type { Declaration } from "../../domain/edits/declaration.ts";
import type { ManualEdits } from "../../domain/edits/manualEdits.ts";
import type { BodyOf } from "../../domain/log/events.ts";
import { intersect, subtract, total, union, type Interval } from "../../domain/capture/interval.ts";
import { takeFromEnd, applyWriteDowns, sumWrittenDown, type WriteDown } from "../../domain/edits/writeDown.ts";
import type { LocalDate, Seconds } from "../../base/time.ts";

/** Where declared time is after its change, and how long. */
export interface DeclaredPlace {
  readonly id: string;
  readonly day: LocalDate;
  readonly interval: Interval | undefined;
  readonly seconds: Seconds;
}

/**
 * The write-down to make before placed declared time is removed or changed, so that its instants are as they were
 * before it was declared: its own write-down must not reappear on time that is declared, or counts again, there later.
 */
export function makeWithdrawnWriteDown(
  edits: ManualEdits,
  declaration: Declaration,
): BodyOf<"writtenDown"> | undefined {
  const { case: of, day, interval } = declaration;
  if (interval === undefined) return undefined;
  const within = (made: readonly WriteDown[]): readonly Interval[] =>
    union(applyWriteDowns(made).intervals.flatMap((one) => intersect(one, interval) ?? []));
  const earlier = edits.writeDownsBefore(declaration);
  const before = within(earlier);
  if (isSame(before, within(edits.listWriteDowns(of.ref, day)))) return undefined;
  const { reason } = sumWrittenDown(applyWriteDowns(earlier), [interval], []);
  const stretch = { from: interval.start, to: interval.end, intervals: before };
  return { kind: "writtenDown", case: of.ref, entryDay: day, ...stretch, declared: [], reason };
}

/**
 * Keeps a declaration's own write-down when it is changed, as far as it still has that much time: no bill grows by a
 * change. The write-down goes to the end of the new place, on top of what was written down there before.
 */
export function makeCarriedWriteDown(
  edits: ManualEdits,
  declaration: Declaration,
  to: Case,
  place: DeclaredPlace,
): BodyOf<"writtenDown"> | undefined {
  const { case: from, day, interval, id, seconds: length } = declaration;
  const own = interval === undefined ? [] : [interval];
  const ownUnplaced = interval === undefined ? [{ id, seconds: length }] : [];
  const now = applyWriteDowns(edits.listWriteDowns(from.ref, day));
  const was = sumWrittenDown(now, own, ownUnplaced);
  const earlier = own.flatMap((one) =>
    applyWriteDowns(edits.writeDownsBefore(declaration)).intervals.flatMap((other) => intersect(one, other) ?? []),
  );
  const left = [...earlier, ...now.intervals.flatMap((one) => subtract(one, own))];
  const since = was.seconds - total(earlier);
  if (since <= 0) return undefined;
  const placed = place.interval === undefined ? [] : [place.interval];
  const unplaced = place.interval === undefined ? [{ id: place.id, seconds: place.seconds }] : [];
  const isThere = isSameCase(from.ref, to.ref) && day === place.day;
  const there = isThere ? total(left.flatMap((one) => placed.flatMap((other) => intersect(one, other) ?? []))) : 0;
  const taken = takeFromEnd(placed, unplaced, Math.min(there + since, place.seconds));
  const stretch = place.interval === undefined ? {} : { from: place.interval.start, to: place.interval.end };
  return { kind: "writtenDown", case: to.ref, entryDay: place.day, ...stretch, ...taken, reason: was.reason };
}

function isSame(a: readonly Interval[], b: readonly Interval[]): boolean {
  return a.length === b.length && a.every((one, index) => one.start === b[index]?.start && one.end === b[index].end);
}
