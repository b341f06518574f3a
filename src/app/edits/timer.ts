import { Refused } from "../../domain/refusal.ts";
import { floorToSecond, type EpochMs } from "../../base/time.ts";
import type { Case } from "../../domain/cases/case.ts";
import type { RunningTimer } from "../../domain/ledger.ts";
import { declareTime, type DeclareResult } from "./declareTime.ts";
import type { EditContext } from "./reassign.ts";

/** A timer that runs longer was probably forgotten: the person is asked before it counts. */
export const FORGOTTEN_AFTER_MS = 4 * 3_600_000;

/** Whether a timer has run so long that it was probably forgotten. */
export function isForgotten(timer: RunningTimer, now: EpochMs): boolean {
  return now - timer.startedAt > FORGOTTEN_AFTER_MS;
}

/** Whether the clock was set back to before a timer's start: then nobody knows how long it ran. */
export function isBeforeStart(timer: RunningTimer, now: EpochMs): boolean {
  return now < timer.startedAt;
}

/**
 * Starts a timer for what the editor does not see. The log keeps it: it outlives windows and crashes, and idling does
 * not stop it.
 * @throws CaseclockError `arguments.invalid` when one runs already
 */
export async function startTimer({ journal }: EditContext, chosenCase: Case, reason: string): Promise<RunningTimer> {
  return journal.decide("timerStarted", (ledger) => {
    if (ledger.timer !== undefined) throw new Refused({ reason: "timerAlreadyRunning" });
    const event = journal.create(
      { kind: "timerStarted", case: chosenCase, reason: reason.trim() },
      { case: chosenCase.ref },
    );
    const result = { id: event.id, case: chosenCase, reason: reason.trim(), startedAt: event.at };
    return { events: [event], result };
  });
}

/**
 * Stops the timer and declares its time on its case. If that cannot be logged, because some of it is approved already
 * or the clock was set back to before its start, the timer runs on.
 * @param reason replaces the one that it was started with
 * @param until when the work ended, if that was earlier
 * @returns undefined when no timer runs, or it ran for less than a second
 * @throws CaseclockError as `declareTime`; `arguments.invalid` also when it would end before its start
 */
export async function stopTimer(
  context: EditContext,
  reason: string | undefined,
  until?: EpochMs,
): Promise<DeclareResult | undefined> {
  const { view, clock } = context.journal;
  await view.catchUp();
  const { timer } = view.ledger;
  if (timer === undefined) return undefined;
  const interval = { start: timer.startedAt, end: floorToSecond(until ?? clock.now()) };
  const end = { name: `timer:${timer.id}`, body: { kind: "timerStopped", timerId: timer.id } } as const;
  if (interval.start > interval.end) {
    throw new Refused({ reason: "timerStartsAhead" });
  }
  if (interval.start === interval.end) {
    await dropTimer(context);
    return undefined;
  }
  return declareTime(context, timer.case, { interval }, reason ?? timer.reason, { end });
}

/** Stops the timer and logs nothing. */
export async function dropTimer({ journal }: EditContext): Promise<void> {
  const { view } = journal;
  await view.catchUp();
  const { timer } = view.ledger;
  if (timer === undefined) return;
  await journal.append([journal.create({ kind: "timerStopped", timerId: timer.id })]);
}
