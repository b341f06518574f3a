import { Refused } from "../../domain/refusal.ts";
import { floorToSecond } from "../../base/time.ts";
import type { ManualEdits } from "../../domain/edits/manualEdits.ts";
import type { BodyOf, NewEvent } from "../../domain/log/events.ts";
import { intersect, subtract, union, type Interval } from "../../domain/capture/interval.ts";
import { DECISION_KINDS } from "../ledger/decisionKinds.ts";
import type { EditContext } from "./reassign.ts";

/**
 * What was struck in favour of declared time stays so where another declaration takes its place, as far as that lies there;
 * the rest counts again.
 * @param to the declaration that it is now; unplaced time lies nowhere
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
 * Has struck time of a stretch count again, as an act of its own: it is on the case it was on.
 * @returns how much it is. @format seconds
 * @throws CaseclockError `arguments.invalid` when nothing of it was struck by hand, or declared time that counts lies there
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
    const idOfNext = (): string => (events.length === 0 ? act : clock.newId());
    for (const { id, intervals } of strikes) {
      const from = intervals[0]?.start ?? range.start;
      events.push(journal.create({ kind: "undone", eventId: id, from, act, restores: true }, { id: idOfNext() }));
      const rest = intervals.flatMap((one) => subtract(one, [range]));
      const [first, last] = [rest[0], rest.at(-1)];
      if (first === undefined || last === undefined) continue;
      const body = { kind: "struck", from: first.start, to: last.end, intervals: rest, act } as const;
      events.push(journal.create(body, { id: idOfNext() }));
    }
    return { events, result: freed.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0) };
  });
}
