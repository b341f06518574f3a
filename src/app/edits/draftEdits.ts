import { Refused } from "../../domain/refusal.ts";
import { floorToSecond, type EpochMs, type LocalDate } from "../../base/time.ts";
import { caseRefKey, isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { Declaration } from "../../domain/edits/declaration.ts";
import { joinDescriptions, MAX_DESCRIPTION_CHARS, type DraftingOptions } from "../../domain/entries/description.ts";
import { makeDrafts } from "../../domain/day/drafts.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { EventBody, NewEvent } from "../../domain/log/events.ts";
import { intersect, subtract, union, type Interval } from "../../domain/capture/interval.ts";
import { findCarriedWriteDowns, takeFromEnd, applyWriteDowns } from "../../domain/edits/writeDown.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import type { EditContext } from "./reassign.ts";
import { makeWithdrawnWriteDown } from "./carryWriteDowns.ts";
import { DECISION_KINDS } from "../ledger/decisionKinds.ts";
import { makeCarriedStrike } from "./strikes.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import { makeMintEvent } from "./makeMintEvent.ts";

/** What changing drafts needs. */
export interface DraftContext extends EditContext {
  readonly directory: CaseDirectory;
  readonly drafting: () => DraftingOptions;
}

/** Names a draft by its id, else by its case, day and, if the day is split, where its part begins. */
export interface DraftTarget {
  readonly entryId?: string;
  readonly case: CaseRef;
  readonly day: LocalDate;
  readonly from?: EpochMs;
}

/** The amount of a write-down; `percent` of the draft's billable time before write-downs. */
export type WriteDownAmount = { readonly seconds: number } | { readonly percent: number };

/** The current drafts of a day, of all cases. */
export async function listDrafts(
  { journal: { view }, directory, drafting }: DraftContext,
  day: LocalDate,
): Promise<readonly DraftEntry[]> {
  return makeDrafts(await view.sheet(day), view.ledger, drafting(), (ref) => directory.find(ref));
}

/**
 * Splits a draft at `at`. A declaration around `at` becomes two, with the same reason.
 * @throws CaseclockError `entries.stale` when there is no such draft any more | `arguments.invalid` when `at` is not
 * inside it
 */
export async function splitDraft(context: DraftContext, target: DraftTarget, at: EpochMs): Promise<void> {
  const cut = floorToSecond(at);
  const { edits } = context.journal.view.ledger;
  await change(context, target, ({ draft, add, declarations }) => {
    const { start, end, day } = draft;
    if (start === undefined || end === undefined || cut <= start || cut >= end) {
      throw new Refused({ reason: "splitOutsideEntry" });
    }
    add({ kind: "split", case: draft.case.ref, entryDay: day, cut });
    for (const { id, interval, case: of, reason } of declarations) {
      if (interval === undefined || cut <= interval.start || cut >= interval.end) continue;
      add({ kind: "undone", eventId: id, from: interval.start });
      for (const [from, to] of [
        [interval.start, cut],
        [cut, interval.end],
      ] as const) {
        const seconds = (to - from) / 1000;
        const part = add({ kind: "declared", case: of, entryDay: day, from, to, seconds, reason });
        addIfAny(add, makeCarriedStrike(edits, id, { id: part, interval: { start: from, end: to } }));
      }
    }
  });
}

/**
 * Merges neighbouring drafts of a case and day, and joins the descriptions that a person wrote.
 * @throws CaseclockError `entries.stale` | `arguments.invalid` when cases or days differ, or they are not neighbours
 */
export async function mergeDrafts(context: DraftContext, targets: readonly DraftTarget[]): Promise<void> {
  const [first] = targets;
  if (first === undefined || targets.length < 2) {
    throw new Refused({ reason: "mergeOfFewerThanTwo" });
  }
  if (targets.some(({ case: ref, day }) => day !== first.day || !isSameCase(ref, first.case))) {
    throw new Refused({ reason: "mergeAcrossCasesOrDays" });
  }
  await change(context, first, ({ drafts, add, mint, forget }) => {
    const ofCase = drafts.filter((draft) => isSameCase(draft.case.ref, first.case));
    const places = targets.map((target) => ofCase.findIndex((draft) => isTarget(draft, target))).sort((a, b) => a - b);
    if (places.includes(-1)) throw makeStaleError();
    const chosen = places.flatMap((place) => ofCase[place] ?? []);
    const [one] = chosen;
    const from = one?.start;
    const to = chosen.at(-1)?.end;
    const isInRow = places.every((place, index) => place === (places[0] ?? 0) + index);
    if (one === undefined || from === undefined || to === undefined || !isInRow) {
      throw new Refused({ reason: "mergeOfNoNeighbours" });
    }
    add({ kind: "merged", case: first.case, entryDay: first.day, from, to });
    const written = chosen.flatMap(({ isDescribed, description }) => (isDescribed ? [description] : []));
    const isSaidElsewhere = written.length > 1 || (written.length === 1 && one.isDescribed === undefined);
    const activityId = chosen.find((each) => each.activityId !== undefined)?.activityId;
    if (isSaidElsewhere) {
      describe(add, mint(one), one, joinDescriptions(written));
      forget(one, "others", "description");
    }
    if (activityId !== undefined && one.activityId === undefined) setActivity(add, mint(one), one, activityId);
    for (const each of chosen.slice(1)) forget(each);
  });
}

/**
 * Moves a draft to another case: captured and declared time, write-downs, description and activity. Null takes its case
 * away, which declared time does not allow.
 * @throws CaseclockError `entries.stale` | `arguments.invalid` for declared time without a case
 */
export async function moveDraft(context: DraftContext, target: DraftTarget, to: Case | null): Promise<void> {
  await change(context, target, ({ draft, drafts, add, mint, forget, declarations }) => {
    if (to !== null && isSameCase(to.ref, draft.case.ref)) throw new Refused({ reason: "alreadyOnThatCase" });
    if (to === null && declarations.length > 0) {
      throw new Refused({ reason: "declarationWithoutCase" });
    }
    const { day, start, end } = draft;
    const placed = union(declarations.flatMap(({ interval }) => interval ?? []));
    const captured = draft.intervals.flatMap((one) => subtract(one, placed));
    if (start !== undefined && end !== undefined && captured.length > 0) {
      add({ kind: "reassigned", from: start, to: end, intervals: captured, case: to });
    }
    if (to === null) {
      forget(draft);
      return;
    }
    const renamed = new Map<string, string>();
    for (const { id, interval, seconds, reason } of declarations) {
      add({ kind: "undone", eventId: id, ...(interval === undefined ? {} : { from: interval.start }) });
      const where = interval === undefined ? {} : { from: interval.start, to: interval.end };
      const moved = add({ kind: "declared", case: to, entryDay: day, ...where, seconds, reason });
      addIfAny(add, makeCarriedStrike(context.journal.view.ledger.edits, id, { id: moved, interval }));
      renamed.set(id, moved);
    }
    carryWriteDowns(context, draft, to, renamed, add);
    const known = partAround(drafts, to.ref, start);
    const there = known ?? { ...draft, entryId: undefined, otherIds: [], case: to };
    const { activityId } = draft;
    if (draft.isDescribed) {
      const before = known?.isDescribed === true ? [known.description] : [];
      describe(add, mint(there), there, joinDescriptions([...before, draft.description]));
      forget(there, "others", "description");
    }
    const isActivity = activityId !== undefined && (to.activities ?? []).some(({ id }) => id === activityId);
    if (isActivity && known?.activityId === undefined) setActivity(add, mint(there), there, activityId);
    forget(draft);
  });
}

/** The draft of a case that time from `start` on becomes part of; undefined when the case has none. */
function partAround(drafts: readonly DraftEntry[], ref: CaseRef, start: EpochMs | undefined): DraftEntry | undefined {
  const ofCase = drafts.filter((draft) => isSameCase(draft.case.ref, ref));
  return ofCase.findLast(({ from }) => from === undefined || (start !== undefined && from <= start)) ?? ofCase[0];
}

type Add = (body: EventBody) => string;

function addIfAny(add: Add, body: EventBody | undefined): void {
  if (body !== undefined) add(body);
}

function describe(add: Add, entryId: string, { case: of, day }: DraftEntry, description: string): void {
  add({ kind: "described", entryId, case: of.ref, entryDay: day, description });
}

function setActivity(add: Add, entryId: string, { case: of, day }: DraftEntry, activityId: string | null): void {
  add({ kind: "activitySet", entryId, case: of.ref, entryDay: day, activityId });
}

/** Moves the write-downs along: moving work must not make the bill larger by itself. */
function carryWriteDowns(
  { journal: { view } }: DraftContext,
  { case: from, day, intervals }: DraftEntry,
  to: Case,
  renamed: ReadonlyMap<string, string>,
  add: (body: EventBody) => string,
): void {
  const written = applyWriteDowns(view.ledger.edits.listWriteDowns(from.ref, day));
  const there = applyWriteDowns(view.ledger.edits.listWriteDowns(to.ref, day));
  for (const { range, intervals: some, reason } of findCarriedWriteDowns(written, there, intervals)) {
    const stretch = { from: range.start, to: range.end, intervals: some };
    add({ kind: "writtenDown", case: to.ref, entryDay: day, ...stretch, declared: [], reason });
  }
  for (const [id, { seconds, reason }] of written.declared) {
    const now = renamed.get(id);
    if (now === undefined || seconds === 0) continue;
    const declared = [{ id: now, seconds }];
    add({ kind: "writtenDown", case: to.ref, entryDay: day, intervals: [], declared, reason });
  }
}

/**
 * Sets the write-down of a draft. It is taken from the end of the worked time and does not grow with it.
 * @param amount the total, not an increase. @minimum 0
 * @throws CaseclockError `entries.stale` | `arguments.invalid` without a reason, or for more than there is
 */
export async function writeDownDraft(
  context: DraftContext,
  target: DraftTarget,
  amount: WriteDownAmount,
  reason: string,
): Promise<void> {
  const because = reason.trim();
  if (because === "") throw new Refused({ reason: "writeDownWithoutReason" });
  await change(context, target, ({ draft, add, declarations }) => {
    const whole = draft.billableSeconds + draft.writtenDownSeconds;
    const asked = "seconds" in amount ? amount.seconds : Math.round((whole * amount.percent) / 100);
    if (!Number.isInteger(asked) || asked < 0 || asked > whole) {
      throw new Refused({ reason: "writeDownOutOfRange", maxSeconds: whole });
    }
    const unplaced = declarations.filter(({ interval }) => interval === undefined);
    const { start: from, end: to, intervals } = draft;
    // Time between the intervals may be approved, or another case's: the write-down does not decide about it.
    const within = intervals.length > 1 ? { within: intervals } : {};
    const stretch = from === undefined || to === undefined ? {} : { from, to, ...within };
    const taken = takeFromEnd(intervals, unplaced, asked);
    add({ kind: "writtenDown", case: draft.case.ref, entryDay: draft.day, ...stretch, ...taken, reason: because });
  });
}

/**
 * Sets the activity of a draft; null: none.
 * @throws CaseclockError `entries.stale` | `arguments.invalid` for an activity that the case does not have
 */
export async function setDraftActivity(
  context: DraftContext,
  target: DraftTarget,
  activityId: string | null,
): Promise<void> {
  await change(context, target, ({ draft, add, mint, forget }) => {
    if (activityId !== null && !(draft.case.activities ?? []).some(({ id }) => id === activityId)) {
      throw new Refused({ reason: "activityUnknown", caseKey: draft.case.key });
    }
    setActivity(add, mint(draft), draft, activityId);
    forget(draft, "others", "activity");
  });
}

/**
 * Replaces the drafted description by what a person wrote.
 * @param text up to 2,000 characters; empty: it is drafted again
 * @throws CaseclockError `entries.stale` | `arguments.invalid` when it is too long
 */
export async function writeDraftDescription(context: DraftContext, target: DraftTarget, text: string): Promise<void> {
  const description = text.trim();
  if (Array.from(description).length > MAX_DESCRIPTION_CHARS) {
    throw new Refused({ reason: "descriptionTooLong", maxCharacters: MAX_DESCRIPTION_CHARS });
  }
  await change(context, target, ({ draft, add, mint, forget }) => {
    if (description === draft.description) return; // so that later work is still drafted
    describe(add, mint(draft), draft, description);
    forget(draft, "others", "description");
  });
}

/** What a change can use. */
interface Changing {
  readonly draft: DraftEntry;
  /** All drafts of the day. */
  readonly drafts: readonly DraftEntry[];
  /** The declared time of the draft. */
  readonly declarations: readonly Declaration[];
  /** Adds an event to the act. @returns its id */
  readonly add: (body: EventBody) => string;
  /** The draft's id, minted if it has none. */
  readonly mint: (draft: DraftEntry) => string;
  /** Clears description and activity under a draft's ids, or its further ids: later drafts must not inherit them. */
  readonly forget: (draft: DraftEntry, which?: "all" | "others", what?: "description" | "activity") => void;
}

/** Writes one act, all or nothing, only on the state that it was computed from. */
async function change(context: DraftContext, target: DraftTarget, make: (changing: Changing) => void): Promise<void> {
  const { journal } = context;
  const { clock } = journal;
  await journal.decide(DECISION_KINDS, async (ledger) => {
    const drafts = await listDrafts(context, target.day);
    const draft = drafts.find((one) => isTarget(one, target));
    if (draft === undefined) throw makeStaleError();
    const ids = new Set(draft.declarations.map(({ id }) => id));
    const minted = new Map<DraftEntry, NewEvent>();
    const events: NewEvent[] = [];
    const add = (body: EventBody): string => {
      const id = clock.newId();
      events.push(journal.create({ ...body, act: events[0]?.id ?? id } as EventBody, { id, ...toColumns(body) }));
      return id;
    };
    make({
      draft,
      drafts,
      declarations: ledger.edits.declaredOn(target.day).filter(({ id }) => ids.has(id)),
      add,
      mint: (one) => {
        const known = one.entryId ?? minted.get(one)?.entryId;
        if (known !== undefined) return known;
        const entryId = clock.newId();
        minted.set(one, makeMintEvent(journal, one, entryId));
        return entryId;
      },
      forget: (one, which = "all", what) => {
        const { entryId, otherIds = [] } = one;
        for (const id of which === "all" && entryId !== undefined ? [entryId, ...otherIds] : otherIds) {
          const isSaid = ledger.edits.findDescription(id) !== undefined;
          if (what !== "activity" && isSaid) describe(add, id, one, "");
          if (what !== "description" && ledger.edits.findActivity(id) !== undefined) setActivity(add, id, one, null);
        }
      },
    });
    return { events: events.length === 0 ? [] : [...minted.values(), ...events], result: undefined };
  });
}

function toColumns(body: EventBody): { readonly case?: CaseRef; readonly entryId?: string } {
  const subject = "case" in body ? body.case : null;
  return {
    ...(subject === null ? {} : { case: "ref" in subject ? subject.ref : subject }),
    ...("entryId" in body ? { entryId: body.entryId } : {}),
  };
}

function isTarget({ entryId, case: of, day, from }: DraftEntry, target: DraftTarget): boolean {
  if (target.entryId !== undefined) return entryId === target.entryId;
  return day === target.day && caseRefKey(of.ref) === caseRefKey(target.case) && from === target.from;
}

function makeStaleError(): CaseclockError {
  return new CaseclockError("entries.stale", "the entry is not there any more as it was shown");
}

/**
 * Strikes captured time of a stretch within one local day.
 * @returns how much was struck. @format seconds
 * @throws CaseclockError `arguments.invalid` when nothing was captured there | `entries.claimed` when some is approved
 */
export async function strikeCaptured(context: EditContext, within: Interval): Promise<number> {
  const { journal } = context;
  const { view } = journal;
  const range: Interval = { start: floorToSecond(within.start), end: floorToSecond(within.end) };
  return journal.decide(DECISION_KINDS, async () => {
    const day = view.ledger.timeline.dayAt(range.start).date;
    const sheet = await view.sheet(day);
    const pieces = [...sheet.pieces, ...sheet.agentPieces].flatMap((piece) => intersect(piece, range) ?? []);
    const intervals = union(pieces);
    if (intervals.length === 0) throw new Refused({ reason: "nothingCaptured" });
    if (intervals.some((one) => view.ledger.entries.claimedWithin(one).length > 0)) {
      throw new CaseclockError("entries.claimed", "approved time lies there");
    }
    const event = journal.create({ kind: "struck", from: range.start, to: range.end, intervals });
    return { events: [event], result: intervals.reduce((sum, one) => sum + (one.end - one.start) / 1000, 0) };
  });
}

/** Removes declared time, as an act that can be undone. @throws CaseclockError `entries.claimed` | `entries.stale` */
export async function removeDeclared({ journal }: EditContext, id: string): Promise<void> {
  const { clock } = journal;
  await journal.decide(DECISION_KINDS, (ledger) => {
    const found = ledger.edits.findEditable(id);
    if (found === undefined || !("reason" in found)) throw makeStaleError();
    if (ledger.entries.hasDeclaration(id)) throw new CaseclockError("entries.claimed", "an approved entry rests on it");
    const act = clock.newId();
    const from = found.interval?.start;
    const withdrawn = makeWithdrawnWriteDown(ledger.edits, found);
    const events = [
      journal.create({ kind: "undone", eventId: id, act, ...(from === undefined ? {} : { from }) }, { id: act }),
    ];
    if (withdrawn !== undefined) events.push(journal.create({ ...withdrawn, act }, { case: withdrawn.case }));
    return { events, result: undefined };
  });
}
