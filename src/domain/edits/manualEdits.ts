import { appendTo } from "../../base/collections.ts";
import { seconds, type EpochMs, type LocalDate } from "../../base/time.ts";
import { caseRefKey, type CaseRef } from "../cases/case.ts";
import type { Declaration } from "./declaration.ts";
import { touches, type Edit } from "./capturedEdits.ts";
import type { BodyOf, LogEvent } from "../log/events.ts";
import { toGroupingStep, type GroupingStep } from "./grouping.ts";
import type { Interval } from "../capture/interval.ts";
import { listDecidedRanges, type WriteDown } from "./writeDown.ts";
import type { ApprovedEntry } from "../log/approvedEntry.ts";

/** An id that was given to a draft. */
interface Minted {
  readonly entryId: string;
  /** Where the draft began then; 0 if it had no time of day. */
  readonly from: number;
  /** Entries whose approval took over what was set under this id. */
  readonly settledBy: Set<string>;
}

/** The ids of what is one draft now; it may have been several before. */
export interface OpenIds {
  readonly entryId: string;
  /** All of them, in the order in which their drafts began. */
  readonly all: readonly string[];
}

/** A description or activity that a person set on a draft. */
interface Said {
  /** Id of its event. */
  readonly id: string;
  /** Empty when it was cleared. */
  readonly text: string;
}

/**
 * What a person changed by hand, in order. An undone change keeps its place, so that redoing it restores it there.
 */
export class ManualEdits {
  private readonly edits: Edit[] = [];
  private readonly declarations = new Map<LocalDate, Declaration[]>();
  private readonly minted = new Map<string, Minted[]>();
  private readonly descriptions = new Map<string, Said[]>();
  private readonly activities = new Map<string, Said[]>();
  private readonly groupings = new Map<string, GroupingStep[]>();
  private readonly writeDowns = new Map<string, WriteDown[]>();
  /** How many write-downs a case and day had when time was declared on it, by the declaration's id. */
  private readonly writeDownsAt = new Map<string, number>();
  /** Ids of the events that are undone. */
  private readonly off = new Set<string>();

  /** Edits of captured time that reach into a stretch, in the order they were made. */
  editsWithin(within: Interval): readonly Edit[] {
    return this.edits.filter((edit) => this.holds(edit) && touches(edit, within));
  }

  /** The strikes in favour of a declaration. */
  strikesFor(declarationId: string): readonly Edit[] {
    return this.edits.filter((edit) => edit.for === declarationId && this.holds(edit));
  }

  /** Declared time of a day, including what entries have taken, in the order it was entered. */
  declaredOn(day: LocalDate): readonly Declaration[] {
    return this.declarations.get(day)?.filter((one) => this.holds(one)) ?? [];
  }

  /** Days that have declared time, in no order. */
  get declaredDays(): readonly LocalDate[] {
    return [...this.declarations].filter(([, ofDay]) => ofDay.some((one) => this.holds(one))).map(([day]) => day);
  }

  /** The edit or declaration of an event, unless it was undone. */
  findEditable(eventId: string): Edit | Declaration | undefined {
    return this.off.has(eventId) ? undefined : this.find(eventId);
  }

  /** The instants of an edit or a placed declaration and of the strikes in its favour; also while it is undone. */
  findReach(eventId: string): readonly Interval[] {
    const found = this.find(eventId);
    if (found === undefined) return [];
    const own = "reason" in found ? (found.interval ?? []) : found.intervals;
    const struck = this.edits.filter((edit) => edit.for === eventId && !this.off.has(edit.id));
    return [own, ...struck.map(({ intervals }) => intervals)].flat();
  }

  private find(eventId: string): Edit | Declaration | undefined {
    const edit = this.edits.find(({ id }) => id === eventId);
    if (edit !== undefined) return edit;
    for (const ofDay of this.declarations.values()) {
      const found = ofDay.find(({ id }) => id === eventId);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The ids of the draft of a case and day, or of a part of that day; undefined when it has none yet. An id stays with
   * the time it was given for: while that time is gone, the next id takes over, without what was set under the first.
   * @param start of the draft's time; undefined when it has no time of day
   * @param isTaken whether an id already belongs to an approved entry
   */
  findOpenIds(
    ref: CaseRef,
    day: LocalDate,
    part: Interval,
    start: EpochMs | undefined,
    isTaken: (entryId: string) => boolean,
  ): OpenIds | undefined {
    const open = this.open(ref, day, isTaken)
      .filter(({ from }) => from >= part.start && from < part.end)
      .sort((a, b) => a.from - b.from);
    const [first] = open;
    if (first === undefined) return undefined;
    const last = open.findLast(({ from }) => start !== undefined && from <= start) ?? first;
    // Of two that began at the same instant, the later was given to what the first left over.
    const goesOn = open.findLast(({ from }) => from === last.from) ?? last;
    const all = open.filter(({ from }) => from >= goesOn.from).map(({ entryId }) => entryId);
    return { entryId: goesOn.entryId, all };
  }

  /** Hands an approved entry what was set under other ids of its time, as long as it stays approved. */
  settle({ entryId, case: of, day, start, end }: ApprovedEntry, isTaken: (entryId: string) => boolean): void {
    const from = this.minted.get(caseDayKey(of.ref, day))?.find((one) => one.entryId === entryId)?.from;
    for (const one of this.open(of.ref, day, isTaken)) {
      const isWithin = start !== undefined && end !== undefined && one.from > start && one.from < end;
      if (one.entryId !== entryId && (isWithin || one.from === from)) one.settledBy.add(entryId);
    }
  }

  private open(ref: CaseRef, day: LocalDate, isTaken: (entryId: string) => boolean): readonly Minted[] {
    return (this.minted.get(caseDayKey(ref, day)) ?? []).filter(
      ({ entryId, settledBy }) => !isTaken(entryId) && ![...settledBy].some(isTaken),
    );
  }

  /** What a person wrote about a draft. */
  findDescription(entryId: string): string | undefined {
    return this.lastSaid(this.descriptions, entryId);
  }

  /** The activity that a person chose for a draft. */
  findActivity(entryId: string): string | undefined {
    return this.lastSaid(this.activities, entryId);
  }

  /** In the order they were made. */
  listGroupingSteps(ref: CaseRef, day: LocalDate): readonly GroupingStep[] {
    return this.groupings.get(caseDayKey(ref, day))?.filter((step) => this.holds(step)) ?? [];
  }

  /** In the order they were made. */
  listWriteDowns(ref: CaseRef, day: LocalDate): readonly WriteDown[] {
    return this.writeDowns.get(caseDayKey(ref, day))?.filter((one) => this.holds(one)) ?? [];
  }

  /** The write-downs of a declaration's case and day that were made before it. */
  writeDownsBefore({ id, case: of, day }: Declaration): readonly WriteDown[] {
    const made = this.writeDowns.get(caseDayKey(of.ref, day)) ?? [];
    return made.slice(0, this.writeDownsAt.get(id)).filter((one) => this.holds(one));
  }

  mint({ entryId, case: ref, entryDay, from }: BodyOf<"entryMinted">): void {
    appendTo(this.minted, caseDayKey(ref, entryDay), { entryId, from: from ?? 0, settledBy: new Set() });
  }

  describe(id: string, { entryId, description }: BodyOf<"described">): void {
    appendTo(this.descriptions, entryId, { id, text: description });
  }

  setActivity(id: string, { entryId, activityId }: BodyOf<"activitySet">): void {
    appendTo(this.activities, entryId, { id, text: activityId ?? "" });
  }

  edit(edit: Edit): void {
    this.edits.push(edit);
  }

  group(id: string, body: BodyOf<"split" | "merged">): void {
    appendTo(this.groupings, caseDayKey(body.case, body.entryDay), toGroupingStep(id, body));
  }

  writeDown(id: string, body: BodyOf<"writtenDown">): void {
    const { case: ref, entryDay, intervals, declared, reason } = body;
    appendTo(this.writeDowns, caseDayKey(ref, entryDay), {
      id,
      ranges: listDecidedRanges(body),
      intervals,
      declared,
      reason,
    });
  }

  addDeclared(event: LogEvent, body: BodyOf<"declared">): void {
    const { from, to } = body;
    const key = caseDayKey(body.case.ref, body.entryDay);
    this.writeDownsAt.set(event.id, this.writeDowns.get(key)?.length ?? 0);
    appendTo(this.declarations, body.entryDay, {
      id: event.id,
      case: body.case,
      day: body.entryDay,
      zone: event.zone,
      interval: from === undefined || to === undefined ? undefined : { start: from, end: to },
      seconds: seconds(body.seconds),
      reason: body.reason,
      enteredAt: event.at,
    });
  }

  undo(eventId: string): void {
    this.off.add(eventId);
  }

  redo(eventId: string): void {
    this.off.delete(eventId);
  }

  private holds({ id, for: favoured }: { readonly id: string; readonly for?: string }): boolean {
    return !this.off.has(id) && (favoured === undefined || !this.off.has(favoured));
  }

  private lastSaid(said: ReadonlyMap<string, readonly Said[]>, entryId: string): string | undefined {
    const text = said.get(entryId)?.findLast((one) => this.holds(one))?.text;
    return text === "" ? undefined : text;
  }
}

function caseDayKey(ref: CaseRef, day: LocalDate): string {
  return `${caseRefKey(ref)}\n${day}`;
}
