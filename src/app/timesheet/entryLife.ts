import { t } from "../../base/text.ts";
import { epochMs, type EpochMs } from "../../base/time.ts";
import { caseRefKey, isSameCase, type CaseRef } from "../../domain/cases/case.ts";
import { findHull, type DaySheet } from "../../domain/day/daySheet.ts";
import { applyEdits, touches, type Edit } from "../../domain/edits/capturedEdits.ts";
import type { BodyOf, EventBody, LogEvent } from "../../domain/log/events.ts";
import {
  beginsByCut,
  findCuts,
  toGroupingStep,
  splitAtCuts,
  type Grouping,
  type GroupingStep,
} from "../../domain/edits/grouping.ts";
import { intersect, subtract, union, type Interval } from "../../domain/capture/interval.ts";
import type { Ledger } from "../../domain/ledger.ts";
import type { Piece } from "../../domain/capture/span.ts";
import { listDecidedRanges, applyWriteDowns, sumWrittenDown, type WriteDown } from "../../domain/edits/writeDown.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";

/** What an event replaced, and the new value, where they are known. */
export interface BeforeAfter {
  readonly before?: string | number | undefined;
  readonly after?: number;
}

/**
 * How an event relates to an entry: not at all; about its own time; about what was in its place then, such as struck
 * time; or the approval of another entry, which takes over what was in that place until then.
 */
export type EventRelation =
  { readonly is: "nothing" } | { readonly is: "another" } | ({ readonly is: "own" | "place" } & BeforeAfter);

/** A description or activity that a person set on the entry; empty when cleared. */
interface Said {
  /** Id of its event. */
  readonly id: string;
  readonly text: string;
}

/** No limit: the compared amounts of declared time are within it already. */
const WHOLE = Number.MAX_SAFE_INTEGER;
const NOTHING: EventRelation = { is: "nothing" };

/**
 * An entry, or a draft, as it was at each event of the ledger; the events are taken one after the other. An edit is
 * tested against the time that the entry had before it: what it strikes or moves away is in no entry afterwards.
 */
export class EntryLife {
  private readonly subject: ApprovedEntry | DraftEntry;
  private readonly ledger: Ledger;
  private readonly grouping: Grouping;
  /** As captured by the work trees' picks; edits are applied to it step by step. */
  private readonly captured: readonly Piece[];
  private readonly around: Interval | undefined;
  private readonly own: ReadonlySet<string>;
  /** Time of other entries of the case and day. */
  private readonly othersTime: readonly Interval[];
  private readonly othersDeclarations: ReadonlySet<string>;
  private readonly off = new Set<string>();
  private readonly edits: Edit[] = [];
  private readonly placed: { readonly id: string; readonly interval: Interval }[] = [];
  private readonly writeDowns: WriteDown[] = [];
  private readonly grouped: GroupingStep[] = [];
  private readonly descriptions: Said[] = [];
  private readonly activities: Said[] = [];
  /** Position of the approval in force: what happens in its place afterwards is about the next entry. */
  private readonly approvedSeq: number;
  private isOpen = true;

  /** @param events all events that `take` will get */
  constructor(
    subject: ApprovedEntry | DraftEntry,
    events: readonly LogEvent[],
    sheet: DaySheet,
    ledger: Ledger,
    grouping: Grouping,
  ) {
    this.subject = subject;
    this.ledger = ledger;
    this.grouping = grouping;
    this.captured = [...sheet.pieces, ...sheet.agentPieces, ...sheet.struck]
      .map((piece) => ({ ...piece, case: ledger.timeline.caseAt(piece.tree, piece.start)?.ref ?? null }))
      .sort((a, b) => a.start - b.start);
    this.around = findHull([...this.captured, ...subject.intervals]);
    const { entryId = "" } = subject;
    const approval = events.findLast(({ body }) => isFirstApproval(body, entryId));
    this.approvedSeq = approval !== undefined && ledger.entries.has(entryId) ? approval.seq : Infinity;
    this.own = new Set((subject.declarations ?? []).map(({ id }) => id));
    const others = ledger.entries.onDays(new Set([subject.day])).filter(({ entry }) => this.isAnothers(entry));
    this.othersTime = union(others.flatMap(({ entry }) => entry.intervals));
    this.othersDeclarations = new Set(others.flatMap(({ entry }) => (entry.declarations ?? []).map(({ id }) => id)));
  }

  /** Takes the next event. */
  take({ id, seq, body }: LogEvent): EventRelation {
    this.isOpen = seq < this.approvedSeq;
    const isMine = "entryId" in body && body.entryId === this.subject.entryId;
    switch (body.kind) {
      case "undone":
        // A declaration in an approved entry stays: the ledger does not undo it either.
        if (!this.ledger.entries.hasDeclaration(body.eventId)) this.off.add(body.eventId);
        return NOTHING;
      case "redone":
        this.off.delete(body.eventId);
        return NOTHING;
      case "reassigned":
        return this.edit({ id, intervals: body.intervals, change: { kind: "assign", case: body.case?.ref ?? null } });
      case "struck":
        return this.edit({
          id,
          intervals: body.intervals,
          change: { kind: "strike" },
          ...(body.for === undefined ? {} : { for: body.for }),
        });
      case "declared":
        return this.declare(id, body);
      case "writtenDown":
        return this.writeDown(id, body);
      case "split":
      case "merged":
        return this.isOfCaseDay(body.case, body.entryDay) ? this.group(toGroupingStep(id, body)) : NOTHING;
      case "described":
        return isMine ? this.say(this.descriptions, id, body.description) : NOTHING;
      case "activitySet":
        return isMine ? this.say(this.activities, id, body.activityId ?? "") : NOTHING;
      case "approved":
        return this.approve(body.entry);
      case "withdrawn":
      case "refused":
        return isMine ? { is: "own" } : NOTHING;
      default:
        return NOTHING;
    }
  }

  private edit(edit: Edit): EventRelation {
    const { intervals, change } = edit;
    if (this.around === undefined || !touches(edit, this.around)) return NOTHING;
    const was = this.place();
    const before = change.kind === "strike" ? undefined : this.casesIn(intervals, change.case);
    this.edits.push(edit);
    return this.at(intervals, [...was, ...this.place()], { before });
  }

  /** The keys of the cases that time is moved from. */
  private casesIn(intervals: readonly Interval[], to: CaseRef | null): string | undefined {
    const moved = this.pieces().filter((piece) => !isSameCase(piece.case, to) && isIn([piece], intervals));
    const keys = new Set(moved.map(({ case: of }) => findCaseKey(this.ledger, of)));
    return keys.size === 0 ? undefined : [...keys].join(", ");
  }

  private declare(id: string, { case: of, entryDay, from, to }: BodyOf<"declared">): EventRelation {
    if (!this.isOfCaseDay(of.ref, entryDay)) return NOTHING;
    const interval = from === undefined || to === undefined ? undefined : { start: from, end: to };
    if (interval !== undefined) this.placed.push({ id, interval });
    if (this.own.has(id)) return { is: "own" };
    if (this.othersDeclarations.has(id)) return NOTHING;
    if (interval !== undefined) return this.at([interval], this.place(), {});
    return this.isGoneFromHere(id) ? { is: "place" } : NOTHING;
  }

  private writeDown(id: string, body: BodyOf<"writtenDown">): EventRelation {
    if (!this.isOfCaseDay(body.case, body.entryDay)) return NOTHING;
    const { intervals, declared, reason } = body;
    const place = this.place();
    const before = this.writtenDownIn(place);
    const ranges = listDecidedRanges(body);
    this.writeDowns.push({ id, ranges, intervals, declared, reason });
    const told = { before, after: this.writtenDownIn(place) };
    if (declared.some((one) => this.own.has(one.id))) return { is: "own", ...told };
    if (declared.some((one) => this.isGoneFromHere(one.id))) return { is: "place", ...told };
    // A write-down entirely in another part of the day changes nothing here, unless it ends an earlier one.
    const isElsewhere = intervals.length > 0 && told.before === told.after;
    return this.at(isElsewhere ? intervals : ranges, place, told);
  }

  private writtenDownIn(place: readonly Interval[]): number {
    const written = applyWriteDowns(this.writeDowns.filter((one) => this.holds(one)));
    const mine = [...written.declared.keys()].filter((id) => this.own.has(id) || this.isGoneFromHere(id));
    const unplaced = mine.map((id) => ({ id, seconds: WHOLE }));
    return sumWrittenDown(written, union([...place, ...this.subject.intervals]), unplaced).seconds;
  }

  /** A split is about both sides of the part that it cut, a merge about what is inside it, while those are drafts. */
  private group(step: GroupingStep): EventRelation {
    const parts = splitAtCuts(
      findCuts(
        this.automaticCuts(this.stretches()),
        this.grouped.filter((one) => this.holds(one)),
      ),
    );
    const changed =
      step.kind === "merged" ? [step.range] : parts.filter((one) => one.start < step.cut && step.cut < one.end);
    this.grouped.push(step);
    return this.isOpen && changed.some((part) => this.liesIn(part)) ? { is: "own" } : NOTHING;
  }

  private say(said: Said[], id: string, text: string): EventRelation {
    const before = said.findLast((one) => this.holds(one))?.text;
    said.push({ id, text });
    return { is: "own", before };
  }

  private approve(entry: ApprovedEntry): EventRelation {
    if (entry.entryId === this.subject.entryId) return { is: "own" };
    const stands = this.isOpen && this.isAnothers(entry) && this.ledger.entries.has(entry.entryId);
    return stands && isIn(entry.intervals, this.whole()) ? { is: "another" } : NOTHING;
  }

  /** How an event about these instants relates to the entry. */
  private at(intervals: readonly Interval[], place: readonly Interval[], told: BeforeAfter): EventRelation {
    if (isIn(intervals, this.subject.intervals)) return { is: "own", ...told };
    return this.isOpen && isIn(intervals, place) ? { is: "place", ...told } : NOTHING;
  }

  /** The instants of the entry's place, without those that other entries have. */
  private place(): readonly Interval[] {
    return this.whole().flatMap((one) => subtract(one, this.othersTime));
  }

  /** The instants of the case in the entry's part of the day. */
  private whole(): readonly Interval[] {
    const stretches = this.stretches();
    const parts = this.parts(this.automaticCuts(stretches));
    return stretches.flatMap((one) => parts.flatMap((part) => intersect(one, part) ?? []));
  }

  /** All instants of the case. */
  private stretches(): readonly Interval[] {
    const { ref } = this.subject.case;
    const ofCase = this.pieces().filter((piece) => isSameCase(piece.case, ref));
    const placed = this.placed.filter((one) => this.holds(one)).map(({ interval }) => interval);
    return union([...ofCase, ...placed]);
  }

  private automaticCuts(stretches: readonly Interval[]): readonly EpochMs[] {
    return this.grouping === "span" ? stretches.slice(1).map(({ start }) => start) : [];
  }

  private pieces(): readonly Piece[] {
    return applyEdits(
      this.captured,
      this.edits.filter((one) => this.holds(one)),
    ).pieces;
  }

  /** The parts of the day that the entry is in, by all splits and merges so far. */
  private parts(automatic: readonly EpochMs[]): readonly Interval[] {
    const { case: of, day } = this.subject;
    const parts = splitAtCuts(findCuts(automatic, this.ledger.edits.listGroupingSteps(of.ref, day)));
    return parts.filter((part) => this.liesIn(part));
  }

  /** Whether the entry is in a part, by its instants or, without any, by where its part began. */
  private liesIn(part: Interval): boolean {
    const { subject } = this;
    const from = ("from" in subject ? subject.from : undefined) ?? epochMs(0);
    return subject.intervals.length > 0 ? isIn(subject.intervals, [part]) : from >= part.start && from < part.end;
  }

  /** Whether unplaced declared time that is gone was this entry's: it belongs to the first part of a day. */
  private isGoneFromHere(id: string): boolean {
    return (
      this.isOpen &&
      !this.othersDeclarations.has(id) &&
      this.ledger.edits.findEditable(id) === undefined &&
      this.parts([]).some((part) => !beginsByCut(part))
    );
  }

  private isAnothers({ entryId, case: of, day }: ApprovedEntry): boolean {
    return entryId !== this.subject.entryId && this.isOfCaseDay(of.ref, day);
  }

  private isOfCaseDay(ref: CaseRef, day: string): boolean {
    return day === this.subject.day && isSameCase(ref, this.subject.case.ref);
  }

  private holds({ id, for: favoured }: { readonly id: string; readonly for?: string }): boolean {
    return !this.off.has(id) && (favoured === undefined || !this.off.has(favoured));
  }
}

/** What happens in its place afterwards is about another entry; a correction does not change that. */
function isFirstApproval(body: EventBody, entryId: string): boolean {
  return body.kind === "approved" && body.entry.entryId === entryId && body.entry.revision === 1;
}

function isIn(some: readonly Interval[], others: readonly Interval[]): boolean {
  return some.some((one) => others.some((other) => intersect(one, other) !== undefined));
}

function findCaseKey({ cases }: Ledger, ref: CaseRef | null): string {
  return ref === null ? t("no case") : (cases.get(caseRefKey(ref))?.key ?? ref.id);
}
