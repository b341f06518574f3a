import { seconds, type EpochMs, type LocalDate } from "../base/time.ts";
import { caseRefKey, type CaseRef } from "./caseRef.ts";
import type { Declaration } from "./declared.ts";
import { touches, type Edit } from "./edits.ts";
import type { BodyOf, LogEvent } from "./events.ts";
import type { GroupingStep } from "./grouping.ts";
import type { Interval } from "./interval.ts";
import { decidedBy, type WriteDown } from "./writeDown.ts";

/** An id that a draft was given, and where its part of the day begins, if it is parted. */
interface Minted {
  readonly entryId: string;
  readonly from: EpochMs | undefined;
}

/** What a person said of a draft, the latest last. */
interface Said {
  /** Id of its event. */
  readonly id: string;
  /** Empty: nothing any more. */
  readonly text: string;
}

/**
 * What a person changed by hand, in the order it was done. What is taken back keeps its place, so that it is there again
 * when it is redone.
 */
export class EditBook {
  private readonly edits: Edit[] = [];
  private readonly declarations = new Map<LocalDate, Declaration[]>();
  private readonly minted = new Map<string, Minted[]>();
  private readonly descriptions = new Map<string, Said[]>();
  private readonly activities = new Map<string, Said[]>();
  private readonly groupings = new Map<string, GroupingStep[]>();
  private readonly writeDowns = new Map<string, WriteDown[]>();
  /** Ids of the events that are taken back. */
  private readonly off = new Set<string>();

  /** Edits of captured time that reach into a stretch, in the order they were made. */
  editsWithin(within: Interval): readonly Edit[] {
    return this.edits.filter((edit) => this.holds(edit) && touches(edit, within));
  }

  /** Declared time of a day, also what an entry has taken, in the order it was entered. */
  declaredOn(day: LocalDate): readonly Declaration[] {
    return this.declarations.get(day)?.filter((one) => this.holds(one)) ?? [];
  }

  /** Days that have declared time, in no order. */
  get declaredDays(): readonly LocalDate[] {
    return [...this.declarations].filter(([, ofDay]) => ofDay.some((one) => this.holds(one))).map(([day]) => day);
  }

  /** The edit or declaration of an event, unless it was taken back. */
  editable(eventId: string): Edit | Declaration | undefined {
    if (this.off.has(eventId)) return undefined;
    const edit = this.edits.find(({ id }) => id === eventId);
    if (edit !== undefined) return edit;
    for (const ofDay of this.declarations.values()) {
      const found = ofDay.find(({ id }) => id === eventId);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The id of the draft of a case and day, or of a part of that day; undefined when it has none yet.
   * @param isTaken whether an id is that of an approved entry already
   */
  openEntryId(ref: CaseRef, day: LocalDate, part: Interval, isTaken: (entryId: string) => boolean): string | undefined {
    const open = (this.minted.get(caseDayKey(ref, day)) ?? []).filter(
      ({ entryId, from = 0 }) => !isTaken(entryId) && from >= part.start && from < part.end,
    );
    // Where parts became one, the one that began first goes on; of two that began alike the later was minted for what was left.
    return open.reduce<Minted | undefined>(
      (best, one) => (best === undefined || (one.from ?? 0) <= (best.from ?? 0) ? one : best),
      undefined,
    )?.entryId;
  }

  /** What a person wrote about a draft. */
  descriptionOf(entryId: string): string | undefined {
    return this.lastSaid(this.descriptions, entryId);
  }

  /** The activity that a person chose for a draft. */
  activityOf(entryId: string): string | undefined {
    return this.lastSaid(this.activities, entryId);
  }

  /** In the order they were made. */
  groupingOf(ref: CaseRef, day: LocalDate): readonly GroupingStep[] {
    return this.groupings.get(caseDayKey(ref, day))?.filter((step) => this.holds(step)) ?? [];
  }

  /** In the order they were made. */
  writeDownsOf(ref: CaseRef, day: LocalDate): readonly WriteDown[] {
    return this.writeDowns.get(caseDayKey(ref, day))?.filter((one) => this.holds(one)) ?? [];
  }

  mint({ entryId, case: ref, entryDay, from }: BodyOf<"entryMinted">): void {
    push(this.minted, caseDayKey(ref, entryDay), { entryId, from });
  }

  describe(id: string, { entryId, description }: BodyOf<"described">): void {
    push(this.descriptions, entryId, { id, text: description });
  }

  setActivity(id: string, { entryId, activityId }: BodyOf<"activitySet">): void {
    push(this.activities, entryId, { id, text: activityId ?? "" });
  }

  edit(edit: Edit): void {
    this.edits.push(edit);
  }

  group(id: string, body: BodyOf<"split" | "merged">): void {
    const step: GroupingStep =
      body.kind === "split"
        ? { id, kind: "split", cut: body.cut }
        : { id, kind: "merged", range: { start: body.from, end: body.to } };
    push(this.groupings, caseDayKey(body.case, body.entryDay), step);
  }

  writeDown(id: string, body: BodyOf<"writtenDown">): void {
    const { case: ref, entryDay, intervals, declared, reason } = body;
    push(this.writeDowns, caseDayKey(ref, entryDay), { id, ranges: decidedBy(body), intervals, declared, reason });
  }

  addDeclared(event: LogEvent, body: BodyOf<"declared">): void {
    const { from, to } = body;
    push(this.declarations, body.entryDay, {
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

  private holds({ id }: { readonly id: string }): boolean {
    return !this.off.has(id);
  }

  private lastSaid(said: ReadonlyMap<string, readonly Said[]>, entryId: string): string | undefined {
    const text = said.get(entryId)?.findLast((one) => this.holds(one))?.text;
    return text === "" ? undefined : text;
  }
}

function push<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function caseDayKey(ref: CaseRef, day: LocalDate): string {
  return `${caseRefKey(ref)}\n${day}`;
}
