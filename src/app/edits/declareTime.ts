import { Refused } from "../../domain/refusal.ts";
import {
  epochMs,
  floorToSecond,
  seconds,
  secondsBetween,
  startOfDay,
  nextDate,
  type EpochMs,
  type LocalDate,
  type Seconds,
  DAY_MS,
} from "../../base/time.ts";
import type { Case, CaseRef } from "../../domain/cases/case.ts";
import { findClaimableGaps, type Conflict, type Declaration } from "../../domain/edits/declaration.ts";
import type { DaySheet } from "../../domain/day/daySheet.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { EventBody, NewEvent } from "../../domain/log/events.ts";
import { intersect, subtract, total, union, type Interval } from "../../domain/capture/interval.ts";
import type { Timeline } from "../../domain/capture/timeline.ts";
import { makeCarriedWriteDown, makeWithdrawnWriteDown } from "./carryWriteDowns.ts";
import { DECISION_KINDS } from "../ledger/decisionKinds.ts";
import type { EditContext } from "./reassign.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import { makeCarriedStrike } from "./strikes.ts";

/** Time to declare: placed by its interval, else so many seconds of a day. */
export type DeclaredTime = { readonly interval: Interval } | { readonly day: LocalDate; readonly seconds: number };

export interface DeclareResult {
  /** One per local day that it touches. */
  readonly ids: readonly string[];
  readonly day: LocalDate;
  readonly seconds: Seconds;
  /** The part that overlaps other time and waits until one of the two is chosen. */
  readonly conflictSeconds: Seconds;
}

/** Later than any event: what is in force then is in force now. */
const EVER = epochMs(Number.MAX_SAFE_INTEGER);
/** Longest stretch that can be declared at once. */
const MAX_MS = 7 * DAY_MS;

/** What happens in the same append as a declaration, or not at all. */
export interface DeclareOptions {
  /** What the declaration ends. Its ids are made of `name`, so two windows that end the same make one declaration. */
  readonly end?: { readonly name: string; readonly body: EventBody };
  /** The declaration that it replaces, in one act. */
  readonly replaces?: string;
}

/**
 * Declares time on a case, with a reason. A stretch over midnight becomes one declaration per local day.
 * @throws CaseclockError `arguments.invalid` (no reason, no length, not over yet, too long) | `entries.claimed` when it
 * overlaps approved time or an entry includes what it replaces | `entries.dayFull` when worked and unplaced time would
 * exceed the length of the day | `entries.stale` when what it replaces is gone. Nothing is logged then.
 */
export async function declareTime(
  context: EditContext,
  chosenCase: Case,
  time: DeclaredTime,
  reason: string,
  { end, replaces }: DeclareOptions = {},
): Promise<DeclareResult> {
  const { journal } = context;
  const { view, clock } = journal;
  const because = reason.trim();
  if (because === "") throw new Refused({ reason: "declarationWithoutReason" });
  const { ids, parts } = await journal.decide(DECISION_KINDS, async () => {
    const parts =
      "interval" in time ? placed(time.interval, view.ledger.timeline, clock.now()) : unplaced(time, view.today());
    const replaced = replaces === undefined ? undefined : replaceable(view, replaces);
    for (const part of parts) await checkRoom(view, part, replaces);
    // Travelling west may repeat a day among the parts: then the index tells them apart.
    const isFirst = ({ day }: DeclaredShare, index: number): boolean =>
      parts.findIndex((part) => part.day === day) === index;
    const makeId = (part: DeclaredShare, index: number): string =>
      end === undefined ? clock.newId() : `${end.name}:${part.day}${isFirst(part, index) ? "" : `:${index}`}`;
    const named = parts.map((part, index) => ({ ...part, id: makeId(part, index) }));
    const { edits } = view.ledger;
    const withdrawn = replaced === undefined ? undefined : makeWithdrawnWriteDown(edits, replaced);
    const act =
      withdrawn !== undefined ? clock.newId() : named.length > 1 || replaced !== undefined ? named[0]?.id : undefined;
    const events = named.map(({ id, day, interval, seconds: length }): NewEvent =>
      journal.create(
        {
          kind: "declared",
          case: chosenCase,
          entryDay: day,
          ...(interval === undefined ? {} : { from: interval.start, to: interval.end }),
          seconds: length,
          reason: because,
          ...(act === undefined ? {} : { act }),
        },
        { id, case: chosenCase.ref },
      ),
    );
    const all = [...events];
    if (withdrawn !== undefined && act !== undefined) {
      all.unshift(journal.create({ ...withdrawn, act }, { id: act, case: withdrawn.case }));
    }
    if (end !== undefined) all.push(journal.create(end.body, { id: end.name }));
    if (replaced !== undefined && act !== undefined) {
      const from = replaced.interval === undefined ? {} : { from: replaced.interval.start };
      all.push(journal.create({ kind: "undone", eventId: replaced.id, act, ...from }));
      for (const part of named) {
        const struck = makeCarriedStrike(edits, replaced.id, part);
        if (struck !== undefined) all.push(journal.create({ ...struck, act }));
      }
      const [place] = named;
      const writeDown = place === undefined ? undefined : makeCarriedWriteDown(edits, replaced, chosenCase, place);
      if (writeDown !== undefined) all.push(journal.create({ ...writeDown, act }, { case: chosenCase.ref }));
    }
    return { events: all, result: { ids: events.map(({ id }) => id), parts } };
  });
  const conflicts: Conflict[] = [];
  for (const { day } of parts) conflicts.push(...(await conflictsAmong(view, day, ids)));
  const first = parts[0];
  if (first === undefined) throw new Error("a declaration has at least one part");
  return {
    ids,
    day: first.day,
    seconds: seconds(parts.reduce((sum, part) => sum + part.seconds, 0)),
    conflictSeconds: total(union(conflicts.flatMap((conflict) => conflict.with))),
  };
}

function replaceable({ ledger }: LedgerView, id: string): Declaration {
  const found = ledger.edits.findEditable(id);
  if (found === undefined || !("reason" in found)) {
    throw new CaseclockError("entries.stale", "the declared time is not there any more");
  }
  if (ledger.entries.hasDeclaration(id)) throw new CaseclockError("entries.claimed", "an approved entry rests on it");
  return found;
}

/**
 * Ends the conflict of a placed declaration. Keeping the declared time strikes what was captured there and cuts other
 * declared time; keeping the captured time undoes the declaration.
 * @throws CaseclockError `arguments.invalid` when it is in no conflict | `entries.claimed` when some is approved
 */
export async function resolveConflict(
  { journal }: EditContext,
  declarationId: string,
  keep: "declared" | "captured",
): Promise<void> {
  const { view, clock } = journal;
  await journal.decide(DECISION_KINDS, async (ledger) => {
    const found = ledger.edits.findEditable(declarationId);
    if (found === undefined || !("reason" in found) || found.interval === undefined) {
      throw new Refused({ reason: "declarationNotFound", id: declarationId });
    }
    const { interval } = found;
    const events: NewEvent[] = [];
    const act = clock.newId();
    const add = (body: EventBody, ref?: CaseRef): string => {
      const id = events.length === 0 ? act : clock.newId();
      events.push(journal.create(body, { id, ...(ref === undefined ? {} : { case: ref }) }));
      return id;
    };
    if (keep === "captured") {
      const withdrawn = makeWithdrawnWriteDown(ledger.edits, found);
      if (withdrawn !== undefined) add({ ...withdrawn, act }, withdrawn.case);
      add({ kind: "undone", eventId: declarationId, from: interval.start, act });
    } else {
      if (ledger.entries.claimedWithin(interval).length > 0) {
        throw new CaseclockError("entries.claimed", "approved time lies there");
      }
      const sheet = await view.sheet(found.day);
      const captured: Interval[] = [...sheet.pieces, ...sheet.agentPieces];
      for (const other of ledger.edits.declaredOn(found.day)) {
        if (other.id === declarationId || other.interval === undefined) continue;
        if (intersect(other.interval, interval) === undefined) continue;
        // The parts outside stay declared, with the same reason.
        const { case: of, day, reason } = other;
        for (const left of subtract(other.interval, [interval])) {
          const part = { from: left.start, to: left.end, seconds: secondsBetween(left.start, left.end) };
          const id = add({ kind: "declared", case: of, entryDay: day, ...part, reason, act }, of.ref);
          const struck = makeCarriedStrike(ledger.edits, other.id, { id, interval: left });
          if (struck !== undefined) add({ ...struck, act });
        }
        add({ kind: "undone", eventId: other.id, from: other.interval.start, act });
        captured.push(...ledger.edits.strikesFor(other.id).flatMap(({ intervals }) => intervals));
      }
      const intervals = union(captured.flatMap((one) => intersect(one, interval) ?? []));
      if (intervals.length > 0) {
        add({ kind: "struck", from: interval.start, to: interval.end, intervals, for: declarationId, act });
      }
    }
    if (events.length === 0) throw new Refused({ reason: "notInConflict" });
    return { events, result: undefined };
  });
}

/** Gaps of a day that can be claimed: between two stretches of work, longer than the idle timeout. */
export function findGaps(sheet: DaySheet, view: LedgerView): readonly Interval[] {
  const worked = [...sheet.pieces, ...sheet.struck, ...sheet.declarations.flatMap(({ interval }) => interval ?? [])];
  const [first] = sheet.pieces;
  if (first === undefined) return [];
  return findClaimableGaps(worked, view.ledger.timeline.policyAt(first.start).idleTimeoutSeconds);
}

interface DeclaredShare {
  readonly day: LocalDate;
  readonly interval: Interval | undefined;
  readonly seconds: Seconds;
}

/** Splits a stretch by local day, like captured time: in the zone in force then. */
function placed(given: Interval, timeline: Timeline, now: EpochMs): readonly DeclaredShare[] {
  const start = floorToSecond(given.start);
  const end = floorToSecond(given.end);
  if (start >= end) throw new Refused({ reason: "startNotBeforeEnd" });
  if (end > now) throw new Refused({ reason: "timeNotOver" });
  if (end - start > MAX_MS) throw new Refused({ reason: "declarationTooLong", maxDays: MAX_MS / DAY_MS });
  const parts: (DeclaredShare & { readonly interval: Interval })[] = [];
  for (let from = start; from < end;) {
    const { date: day, end: midnight } = timeline.dayAt(from);
    const to = epochMs(Math.min(midnight, timeline.policyEndsAfter(from), end));
    const last = parts.at(-1);
    const start = last?.day === day ? last.interval.start : from;
    if (last?.day === day) parts.pop(); // the zone changed on that day
    parts.push({ day, interval: { start, end: to }, seconds: secondsBetween(start, to) });
    from = to;
  }
  return parts;
}

function unplaced(
  { day, seconds: length }: { readonly day: LocalDate; readonly seconds: number },
  today: LocalDate,
): readonly DeclaredShare[] {
  if (!Number.isInteger(length) || length <= 0) throw new Refused({ reason: "secondsNotWholeOrPositive" });
  if (day > today) throw new Refused({ reason: "dayInTheFuture" });
  return [{ day, interval: undefined, seconds: seconds(length) }];
}

/** Checks that time fits into the 23 to 25 hours of a day and overlaps no approved time (docs/timesheet.md). */
async function checkRoom(
  view: LedgerView,
  { day, interval, seconds: length }: DeclaredShare,
  except?: string,
): Promise<void> {
  const sheet = await view.sheet(day);
  const others = sheet.declarations.filter(({ id }) => id !== except);
  if (interval !== undefined && view.ledger.entries.claimedWithin(interval).length > 0) {
    throw new CaseclockError("entries.claimed", `approved time of ${day} lies in it`);
  }
  const { timeline } = view.ledger;
  const { zone } = timeline.policyAt(startOfDay(day, timeline.policyAt(EVER).zone));
  const whole = secondsBetween(startOfDay(day, zone), startOfDay(nextDate(day), zone));
  const placedTime = others.flatMap((one) => one.interval ?? []);
  const worked = total(union([...sheet.pieces, ...placedTime, ...(interval === undefined ? [] : [interval])]));
  const already = others.filter((one) => one.interval === undefined).reduce((sum, one) => sum + one.seconds, 0);
  const more = interval === undefined ? length : 0;
  if (worked + already + more > whole) throw new CaseclockError("entries.dayFull", `${day} has ${whole} s`);
}

async function conflictsAmong(view: LedgerView, day: LocalDate, ids: readonly string[]): Promise<readonly Conflict[]> {
  const sheet = await view.sheet(day);
  return sheet.conflicts.filter(({ declaration }) => ids.includes(declaration.id));
}
