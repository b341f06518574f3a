import { epochMs, SECOND_MS, type LocalDate } from "../../base/time.ts";
import { DAY_MARGIN_SECONDS, foldDay, mergeCompacted, type CapturedDay } from "../../domain/day/daySheet.ts";
import { EVIDENCE_KINDS, type LogEvent } from "../../domain/log/events.ts";
import type { HeartbeatRow } from "../../domain/capture/heartbeat.ts";
import { Ledger } from "../../domain/ledger.ts";
import { decodeDay } from "../../domain/day/projection.ts";
import type { Policy, Timeline } from "../../domain/capture/timeline.ts";
import type { EventLog } from "../../ports/eventLog.ts";

/** The reading side of the log. */
export type LogReader = Pick<EventLog, "read" | "readInPages" | "heartbeatDays">;

/** Everything that the fold of one day needs from the log. */
export interface DayEvidence {
  /** The day's rows, and those of its neighbours that may belong to the same gaps. */
  readonly rows: HeartbeatRow[];
  /** The folds that compactions put in place of rows, in order. */
  readonly kept: readonly CapturedDay[];
}

/** Rows of a neighbouring day within this may belong to the same gap; includes the few seconds that a row spans. */
export const MARGIN_MS = (DAY_MARGIN_SECONDS + 10) * SECOND_MS;

/** Folds everything but the evidence page by page, so that years of it do not block others. */
export async function readLedger(log: LogReader, initial: Policy): Promise<Ledger> {
  let ledger = new Ledger(initial);
  await log.readInPages({ exceptKinds: EVIDENCE_KINDS }, (events, isFirst) => {
    if (isFirst) ledger = new Ledger(initial);
    for (const event of events) ledger.apply(event);
  });
  return ledger;
}

/** Reads the evidence of a day. */
export async function readEvidence(log: LogReader, day: LocalDate): Promise<DayEvidence> {
  const own = await log.read({ kinds: ["heartbeats", "compacted"], days: [day] });
  const rows: HeartbeatRow[] = [];
  const kept: CapturedDay[] = [];
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const event of own) {
    const row = toHeartbeatRow(event);
    const captured = event.body.kind === "compacted" ? decodeDay(day, event.body.text) : undefined;
    if (captured !== undefined) kept.push(captured);
    if (row === undefined) continue;
    rows.push(row);
    first = Math.min(first, row.first);
    last = Math.max(last, row.last);
  }
  if (rows.length === 0) return { rows, kept };
  const near = await log.read({
    kinds: ["heartbeats"],
    from: epochMs(first - MARGIN_MS),
    to: epochMs(last + MARGIN_MS),
  });
  for (const event of near) {
    const row = toHeartbeatRow(event);
    if (row !== undefined && event.day !== day) rows.push(row);
  }
  return { rows, kept };
}

/** Folds the evidence of a day. */
export function foldEvidence(day: LocalDate, { rows, kept }: DayEvidence, timeline: Timeline): CapturedDay {
  return mergeCompacted(foldDay(day, rows, timeline), kept);
}

/** The row of a `heartbeats` event; undefined for any other. */
export function toHeartbeatRow(event: LogEvent): HeartbeatRow | undefined {
  if (event.body.kind !== "heartbeats") return undefined;
  return { ...event.body, windowId: event.windowId, seq: event.seq };
}
