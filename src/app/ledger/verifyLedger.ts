import { appendTo } from "../../base/collections.ts";
import {
  DAY_MS,
  epochMs,
  nextDate,
  previousDate,
  secondsBetween,
  startOfDay,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../base/time.ts";
import { caseRefKey } from "../../domain/cases/case.ts";
import { makeDaySheet } from "../../domain/day/daySheet.ts";
import { mergeHeartbeats } from "../../domain/capture/heartbeat.ts";
import { subtract, total, union, type Interval } from "../../domain/capture/interval.ts";
import { sumEntries, type Ledger } from "../../domain/ledger.ts";
import { applyContractsOfDay } from "../../domain/entries/rounding.ts";
import { OBSERVED_BELOW_SECONDS } from "../../domain/capture/span.ts";
import type { Policy } from "../../domain/capture/timeline.ts";
import type { VerifyReport } from "../../ports/commands.ts";
import { foldEvidence, readEvidence, readLedger, toHeartbeatRow, type LogReader } from "./dayEvidence.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";

/**
 * Replays the whole log day by day and computes every figure again, some of them in a second, simpler way:
 * `overlapSeconds` compares the sum of all pieces of a day with the length of their union, and likewise all claims;
 * `lostSeconds` is the time in gaps below 60 s of the person's heartbeats, as one sequence without days, that is in no
 * observed piece; `driftSeconds` is the largest difference between billed and contract-billable time of any case and
 * connection, each day by `applyContractsOfDay`. Uses no projection or cache.
 */
export async function verifyLedger(log: LogReader, initial: Policy): Promise<VerifyReport> {
  const ledger = await readLedger(log, initial);
  const heartbeatDays = await log.heartbeatDays();
  const sums = { observed: 0, bridged: 0, agent: 0, declared: 0, assigned: 0, unassigned: 0 };
  const observed: Interval[] = [];
  let overlap = 0;
  for (const day of new Set([...heartbeatDays, ...ledger.edits.declaredDays])) {
    const sheet = makeDaySheet(foldEvidence(day, await readEvidence(log, day), ledger.timeline), ledger);
    const intervals: Interval[] = [];
    for (const piece of [...sheet.pieces, ...sheet.agentPieces]) {
      const length = secondsBetween(piece.start, piece.end);
      sums[piece.part] += length;
      if (piece.part === "agent") continue;
      sums[piece.case === null ? "unassigned" : "assigned"] += length;
      intervals.push(piece);
    }
    observed.push(...[...sheet.pieces, ...sheet.struck].filter((piece) => piece.part === "observed"));
    const inConflict = new Set(sheet.conflicts.map(({ declaration }) => declaration));
    for (const declaration of sheet.declarations.filter((one) => !inConflict.has(one))) {
      sums.declared += declaration.seconds;
      if (declaration.interval !== undefined) intervals.push(declaration.interval);
    }
    overlap += total(intervals) - total(union(intervals));
  }
  const delivered = ledger.entries.all.filter(({ delivery }) => delivery.state === "receipted");
  return {
    ...sums,
    approved: sumEntries(ledger.entries.all, (entry) => entry.billedSeconds),
    pushed: sumEntries(delivered, (entry) => entry.billedSeconds),
    receipted: delivered.reduce((sum, { entry, delivery }) => {
      const stored = delivery.state === "receipted" ? delivery.storedSeconds : undefined;
      return sum + (stored ?? entry.billedSeconds);
    }, 0),
    overlapSeconds: overlap + sumClaimOverlap(ledger),
    lostSeconds: await sumLost(log, heartbeatDays, ledger, union(observed)),
    driftSeconds: largestDrift(ledger),
  };
}

/** Seconds that more than one entry claims. */
function sumClaimOverlap(ledger: Ledger): number {
  const claims = ledger.entries.all.flatMap(({ entry }) => entry.intervals);
  return total(claims) - total(union(claims));
}

/**
 * Seconds in the gaps below 60 s of all heartbeats of the person, as one sequence, that are in no observed piece and not
 * paused. Heartbeats are read by UTC day, which orders them by instant whatever zones they were captured in.
 * @param observed ascending and disjoint
 */
async function sumLost(
  log: LogReader,
  days: readonly LocalDate[],
  ledger: Ledger,
  observed: readonly Interval[],
): Promise<number> {
  let lost = 0;
  let next = 0;
  let previous: EpochMs | undefined;
  for (const start of utcDays(days)) {
    const events = await log.read({ kinds: ["heartbeats"], from: start, to: epochMs(start + DAY_MS) });
    const rows = events.flatMap((event) => toHeartbeatRow(event) ?? []).filter((row) => !ledger.timeline.isAhead(row));
    for (const { at } of mergeHeartbeats(rows)) {
      if (ledger.timeline.isPaused(at)) continue;
      // A row that reaches into the next day may end a few seconds after that day's first row.
      if (previous !== undefined && at <= previous) continue;
      if (previous !== undefined && secondsBetween(previous, at) < OBSERVED_BELOW_SECONDS) {
        const from = previous;
        while ((observed[next]?.end ?? Number.POSITIVE_INFINITY) <= from) next += 1;
        // A gap is below a minute, so few pieces can lie in it.
        const near = observed.slice(next, next + OBSERVED_BELOW_SECONDS);
        for (const missing of subtract({ start: from, end: at }, near)) {
          lost += secondsBetween(missing.start, missing.end) - pausedWithin(missing.start, missing.end, ledger);
        }
      }
      previous = at;
    }
  }
  return lost;
}

/** The starts of the UTC days that the instants of local days can fall on, ascending. */
function utcDays(days: readonly LocalDate[]): readonly EpochMs[] {
  const starts = new Set(
    days.flatMap((day) => [previousDate(day), day, nextDate(day)]).map((day) => startOfDay(day, "UTC" as ZoneId)),
  );
  return [...starts].sort((a, b) => a - b);
}

/** Counts second by second, because gaps are below 60 s, and pauses inside them are rare. */
function pausedWithin(from: EpochMs, to: EpochMs, ledger: Ledger): number {
  let paused = 0;
  for (let at = from; at < to; at = (at + 1_000) as EpochMs) if (ledger.timeline.isPaused(at)) paused += 1;
  return paused;
}

function largestDrift(ledger: Ledger): number {
  const drifts = new Map<string, number>();
  const days = new Map<string, ApprovedEntry[]>();
  const add = (entry: ApprovedEntry, drift: number): void => {
    const key = `${entry.connectionId}\n${caseRefKey(entry.case.ref)}`;
    drifts.set(key, (drifts.get(key) ?? 0) + drift);
  };
  for (const { entry } of ledger.entries.all) {
    add(entry, entry.billedSeconds - entry.contractSeconds);
    appendTo(days, `${entry.day}\n${caseRefKey(entry.case.ref)}`, entry);
  }
  for (const entries of days.values()) {
    const last = entries.at(-1);
    if (last === undefined) continue;
    const had = entries.reduce((sum, { contractSeconds }) => sum + contractSeconds, 0);
    add(last, had - applyContractsOfDay(entries));
  }
  return Math.max(0, ...[...drifts.values()].map(Math.abs));
}
