import { epochMs, floorToSecond, SECOND_MS, type EpochMs, type Seconds } from "../../base/time.ts";
import type { BodyOf, NewEvent } from "../../domain/log/events.ts";
import { total } from "../../domain/capture/interval.ts";
import { AHEAD_MS } from "../../domain/capture/timeline.ts";
import { toHeartbeatRow } from "../ledger/dayEvidence.ts";
import { STEP_BACK_MS } from "./watchClock.ts";
import type { Journal } from "../ledger/journal.ts";

export interface ClockStepContext {
  readonly journal: Journal;
}

/** What a person should know about a step back of the clock. */
export interface StepBackReport {
  /** How far back the clock went. */
  readonly seconds: Seconds;
  /** Whether rows lie more than a day ahead and are set aside. */
  readonly setAside: boolean;
}

/**
 * Writes a tick gap. After a step back, what was said last (the pick of each work tree, the pause, the policy) is said
 * again at the new time, because its own instants have not come yet.
 * @returns what to report about a step back; undefined after a late tick
 */
export async function writeTickGap(
  context: ClockStepContext,
  gap: BodyOf<"tickGap">,
): Promise<StepBackReport | undefined> {
  const { journal } = context;
  const { view, clock } = journal;
  await view.load();
  const event = journal.create(gap);
  await journal.append([event]);
  if (event.at >= gap.to) return undefined;
  const again = restated(context, floorToSecond(clock.now()));
  if (again.length > 0) await journal.append(again);
  return { seconds: total([{ start: gap.from, end: gap.to }]), setAside: gap.to - gap.from >= AHEAD_MS };
}

/**
 * Checks whether the log was written by a clock that was ahead, and that stepped back while no window was open.
 * @returns what to report; undefined when all is well or it was reported before
 */
export async function findClockAhead(context: ClockStepContext): Promise<StepBackReport | undefined> {
  const { view, clock, log } = context.journal;
  await view.load();
  const now = floorToSecond(clock.now());
  const ahead = await log.read({ kinds: ["heartbeats"], from: epochMs(now + STEP_BACK_MS + SECOND_MS) });
  let last: EpochMs | undefined;
  for (const event of ahead) {
    const row = toHeartbeatRow(event);
    if (row === undefined || view.ledger.timeline.isAhead(row)) continue;
    if (last === undefined || row.last > last) ({ last } = row);
  }
  if (last === undefined) return undefined;
  return writeTickGap(context, { kind: "tickGap", from: now, to: epochMs(last + SECOND_MS) });
}

function restated({ journal }: ClockStepContext, now: EpochMs): readonly NewEvent[] {
  const { view } = journal;
  const { ledger } = view;
  const { timeline } = ledger;
  const events = timeline
    .picksAfter(now)
    .map(({ tree, case: picked }) =>
      journal.create({ kind: "pick", tree, case: picked }, picked === null ? {} : { case: picked.ref }),
    );
  if (ledger.isPaused !== timeline.isPaused(now)) {
    events.push(journal.create({ kind: ledger.isPaused ? "pause" : "resume" }));
  }
  const { idleTimeoutSeconds, zone } = timeline.policyAt(epochMs(Number.MAX_SAFE_INTEGER));
  const inForce = timeline.policyAt(now);
  if (inForce.idleTimeoutSeconds !== idleTimeoutSeconds || inForce.zone !== zone) {
    events.push(journal.create({ kind: "policy", idleTimeoutSeconds, zone }));
  }
  return events;
}
