import { daysBefore, epochMs, dayAround, type LocalDate } from "../../base/time.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import type { LogEvent, NewEvent } from "../../domain/log/events.ts";
import { subtract } from "../../domain/capture/interval.ts";
import type { Ledger } from "../../domain/ledger.ts";
import { encodeDay } from "../../domain/day/projection.ts";
import type { EventLog } from "../../ports/eventLog.ts";
import { foldEvidence, MARGIN_MS, readEvidence, toHeartbeatRow } from "./dayEvidence.ts";
import type { Journal } from "./journal.ts";

export interface CompactionContext {
  readonly journal: Journal;
}

/** Days compacted in one run at most: the rest can wait for the next. */
const MAX_DAYS = 31;
/**
 * No further day is begun after so many rows, about six full days. They go in one transaction, for which other windows
 * wait: 220,000 rows took 2.4 s of the 3 s that they wait (`npm run bench -- ledger`, 2 cores under load).
 */
const MAX_ROWS = 40_000;
const LEASE = "compaction";
const LEASE_MS = 5 * 60_000;
const CACHE = "compacted";

/**
 * Replaces the heartbeats of settled days by their fold (ADR 0004): days older than `keepDays` on which all time on
 * cases is approved. Every figure stays; only the second-by-second evidence goes. Rows near midnight stay, because gaps
 * of a neighbouring day may begin or end there. One window does it, some days at a time: as long as it returns days,
 * there may be more.
 * @param keepDays `caseclock.privacy.keepEvidenceDays`
 * @returns the days that were compacted
 */
export async function compactEvidence(context: CompactionContext, keepDays: number): Promise<readonly LocalDate[]> {
  const { journal } = context;
  const { view, log } = journal;
  await view.load();
  if (!(await log.acquireLease(LEASE, journal.windowId, LEASE_MS))) return [];
  try {
    const limit = daysBefore(view.today(), keepDays);
    const done = await readDone(log);
    const removeSeqs: number[] = [];
    const append: NewEvent[] = [];
    const compacted: LocalDate[] = [];
    for (const day of (await view.days()).filter((one) => one < limit && !done.has(one))) {
      if (compacted.length >= MAX_DAYS || removeSeqs.length >= MAX_ROWS) break;
      if (!isSettled(await view.sheet(day), view.ledger)) continue;
      done.add(day);
      const change = await makeChange(context, day);
      if (change === undefined) continue;
      for (const seq of change.removeSeqs) removeSeqs.push(seq);
      append.push(change.append);
      compacted.push(day);
    }
    if (compacted.length > 0) await log.replace({ removeSeqs, append });
    await log.writeCache(CACHE, JSON.stringify([...done]));
    return compacted;
  } finally {
    await log.releaseLease(LEASE, journal.windowId);
  }
}

/** Whether a day has nothing open: all captured and declared time on cases is approved, and nothing is in conflict. */
function isSettled(sheet: DaySheet, ledger: Ledger): boolean {
  const isOpen = (start: number, end: number): boolean => {
    const whole = { start: epochMs(start), end: epochMs(end) };
    return subtract(whole, ledger.entries.claimedWithin(whole)).length > 0;
  };
  return (
    sheet.conflicts.length === 0 &&
    sheet.declarations.every(({ id }) => ledger.entries.hasDeclaration(id)) &&
    sheet.pieces.every((piece) => piece.case === null || !isOpen(piece.start, piece.end))
  );
}

/** The change that compacts a day's evidence; undefined when there is nothing to replace. */
async function makeChange(
  { journal }: CompactionContext,
  day: LocalDate,
): Promise<{ readonly removeSeqs: readonly number[]; readonly append: NewEvent } | undefined> {
  const { view, log } = journal;
  const { timeline } = view.ledger;
  const own = await log.read({ kinds: ["heartbeats", "focus", "compacted"], days: [day] });
  // Rows written by a clock that was ahead are set aside and stay for inspection.
  const gone = own.filter((event) => {
    const row = toHeartbeatRow(event);
    return isInside(event) && (row === undefined || !timeline.isAhead(row));
  });
  const instants = gone.flatMap((event) => toHeartbeatRow(event)?.first ?? []);
  if (instants.length === 0) return undefined;
  const captured = foldEvidence(day, await readEvidence(log, day), timeline);
  const at = instants.reduce((first, instant) => (instant < first ? instant : first));
  return {
    removeSeqs: gone.map((event) => event.seq),
    append: journal.create({ kind: "compacted", text: encodeDay(captured) }, { at, day }),
  };
}

/** Whether a row is so far from the midnights of its day that no gap of another day can begin or end there. */
function isInside({ at, body, zone }: LogEvent): boolean {
  if (body.kind !== "heartbeats") return true;
  const { start, end } = dayAround(at, zone);
  return body.first - start > MARGIN_MS && end - body.last > MARGIN_MS;
}

async function readDone(log: EventLog): Promise<Set<LocalDate>> {
  const kept = await log.readCache(CACHE);
  try {
    const days: unknown = JSON.parse(kept?.text ?? "[]");
    return new Set(Array.isArray(days) ? (days as LocalDate[]) : []);
  } catch {
    return new Set(); // a damaged cache costs one more check of each day
  }
}
