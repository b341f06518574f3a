import { secondsBetween, type EpochMs } from "../base/time.ts";
import { caseRefKey } from "../domain/caseRef.ts";
import { foldDay, sheetOf } from "../domain/daySheet.ts";
import type { LogEvent } from "../domain/events.ts";
import { mergeHeartbeats, type HeartbeatRow } from "../domain/heartbeat.ts";
import { total, union, type Interval } from "../domain/interval.ts";
import { replay, sumOf, type Ledger } from "../domain/ledger.ts";
import { OBSERVED_BELOW_SECONDS } from "../domain/span.ts";
import type { Policy } from "../domain/timeline.ts";
import type { VerifyReport } from "../ports/manifest.ts";

/**
 * Replays the whole log from nothing and counts every figure anew, some of them by a second, simpler way:
 * `overlapSeconds` compares the sum of all pieces with the length of their union; `lostSeconds` compares observed time
 * with the gaps below 60 s of one list of all heartbeats, folded without days; `driftSeconds` is the largest difference
 * between billed and contract-billable time of any case and connection.
 * @param events everything, ascending
 */
export function verifyLedger(events: readonly LogEvent[], initial: Policy): VerifyReport {
  const ledger = replay(events, initial);
  const rows = new Map<LogEvent["day"], HeartbeatRow[]>();
  const all: HeartbeatRow[] = [];
  for (const { body, day, windowId } of events) {
    if (body.kind !== "heartbeats") continue;
    const row: HeartbeatRow = { ...body, windowId };
    all.push(row);
    const ofDay = rows.get(day);
    if (ofDay === undefined) rows.set(day, [row]);
    else ofDay.push(row);
  }
  const sums = { observed: 0, bridged: 0, agent: 0, declared: 0, assigned: 0, unassigned: 0 };
  let struckObserved = 0;
  const intervals: Interval[] = [];
  const days = [...new Set([...rows.keys(), ...ledger.declaredDays])].sort();
  for (const [index, day] of days.entries()) {
    // Rows of the days beside it may belong to the same gaps; `foldDay` takes what matters.
    const near = days.slice(Math.max(0, index - 1), index + 2).flatMap((beside) => rows.get(beside) ?? []);
    const sheet = sheetOf(foldDay(day, near, ledger.timeline), ledger);
    for (const piece of [...sheet.pieces, ...sheet.agentPieces]) {
      const length = secondsBetween(piece.start, piece.end);
      sums[piece.part] += length;
      if (piece.part === "agent") continue;
      sums[piece.case === null ? "unassigned" : "assigned"] += length;
      intervals.push(piece);
    }
    struckObserved += total(sheet.struck.filter((piece) => piece.part === "observed"));
    const inConflict = new Set(sheet.conflicts.map(({ declaration }) => declaration));
    for (const declaration of sheet.declarations.filter((one) => !inConflict.has(one))) {
      sums.declared += declaration.seconds;
      if (declaration.interval !== undefined) intervals.push(declaration.interval);
    }
  }
  const delivered = ledger.entries.all.filter(({ delivery }) => delivery.state === "receipted");
  return {
    ...sums,
    approved: sumOf(ledger.entries.all, (entry) => entry.billedSeconds),
    pushed: sumOf(delivered, (entry) => entry.billedSeconds),
    receipted: delivered.reduce((sum, { entry, delivery }) => {
      const stored = delivery.state === "receipted" ? delivery.storedSeconds : undefined;
      return sum + (stored ?? entry.billedSeconds);
    }, 0),
    overlapSeconds: total(intervals) - total(union(intervals)) + overlapOfClaims(ledger),
    lostSeconds: Math.max(0, observedAtOnce(all, ledger) - sums.observed - struckObserved),
    driftSeconds: largestDrift(ledger),
  };
}

/** Seconds that two entries claim both. */
function overlapOfClaims(ledger: Ledger): number {
  const claims = ledger.entries.all.flatMap(({ entry }) => entry.intervals);
  return total(claims) - total(union(claims));
}

function observedAtOnce(rows: readonly HeartbeatRow[], ledger: Ledger): number {
  let sum = 0;
  let previous: EpochMs | undefined;
  for (const { at } of mergeHeartbeats(rows)) {
    if (ledger.timeline.isPaused(at)) continue;
    if (previous !== undefined && secondsBetween(previous, at) < OBSERVED_BELOW_SECONDS) {
      sum += secondsBetween(previous, at) - pausedWithin(previous, at, ledger);
    }
    previous = at;
  }
  return sum;
}

/** Counted second by second: gaps are below 60 s, and pauses inside them are rare. */
function pausedWithin(from: EpochMs, to: EpochMs, ledger: Ledger): number {
  let paused = 0;
  for (let at = from; at < to; at = (at + 1_000) as EpochMs) if (ledger.timeline.isPaused(at)) paused += 1;
  return paused;
}

function largestDrift(ledger: Ledger): number {
  const drifts = new Map<string, number>();
  for (const { entry } of ledger.entries.all) {
    const key = `${entry.connectionId}\n${caseRefKey(entry.case.ref)}`;
    drifts.set(key, (drifts.get(key) ?? 0) + entry.billedSeconds - entry.contractSeconds);
  }
  return Math.max(0, ...[...drifts.values()].map(Math.abs));
}
