import { Refused } from "../../domain/refusal.ts";
import { floorToSecond } from "../../base/time.ts";
import type { ManualEdits } from "../../domain/edits/manualEdits.ts";
import type { BodyOf, NewEvent } from "../../domain/log/events.ts";
import { intersect, subtract, union, type Interval } from "../../domain/capture/interval.ts";
import { DECISION_KINDS } from "../ledger/decisionKinds.ts";
import type { EditContext } from "./reassign.ts";

/**
 * Carries the strikes in favour of a declaration over to the one that replaces it, as far as they overlap; the rest
 * counts again.
 * @param to the new declaration; undefined is returned when it is unplaced
 */
export function makeCarriedStrike(
  edits: ManualEdits,
  from: string,
  to: { readonly id: string; readonly interval?: Interval | undefined },
): BodyOf<"struck"> | undefined {
  const { id, interval } = to;
  if (interval === undefined) return undefined;
  const intervals = union(
    edits.strikesFor(from).flatMap((edit) => edit.intervals.flatMap((one) => intersect(one, interval) ?? [])),
  );
  if (intervals.length === 0) return undefined;
  return { kind: "struck", from: interval.start, to: interval.end, intervals, for: id };
}

/**
 * Makes struck time of a stretch count again on its old case, as an act of its own. Strikes in favour of declared time
 * stay.
 * @returns how much was restored. @format seconds
 * @throws CaseclockError `arguments.invalid` when nothing there was struck by hand
 */
export async function restoreStruck(context: EditContext, within: Interval): Promise<number> {
  const { journal } = context;
  const { clock } = journal;
  const range: Interval = { start: floorToSecond(within.start), end: floorToSecond(within.end) };
  return journal.decide(DECISION_KINDS, (ledger) => {
    const strikes = ledger.edits
      .editsWithin(range)
      .filter(({ change, for: favoured }) => change.kind === "strike" && favoured === undefined);
    const freed = union(strikes.flatMap(({ intervals }) => intervals.flatMap((one) => intersect(one, range) ?? [])));
    if (freed.length === 0) throw new Refused({ reason: "nothingStruckByHand" });
    const act = clock.newId();
    const events: NewEvent[] = [];
    const nextId = (): string => (events.length === 0 ? act : clock.newId());
    for (const { id, intervals } of strikes) {
      const from = intervals[0]?.start ?? range.start;
      events.push(journal.create({ kind: "undone", eventId: id, from, act, restores: true }, { id: nextId() }));
      const rest = intervals.flatMap((one) => subtract(one, [range]));
      const [first, last] = [rest[0], rest.at(-1)];
      if (first === undefined || last === undefined) continue;
      const body = { kind: "struck", from: first.start, to: last.end, intervals: rest, act } as const;
      events.push(journal.create(body, { id: nextId() }));
    }
    return { events, result: freed.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0) };
  });
}
