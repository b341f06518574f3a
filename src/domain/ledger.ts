import { epochMs, seconds, type EpochMs, type LocalDate, type Seconds } from "../base/time.ts";
import { UndoStack } from "./edits/undoStack.ts";
import { caseRefKey, isSameCase, type Case, type CaseRef } from "./cases/case.ts";
import { SeenCommits } from "./git/seenCommits.ts";
import { ManualEdits, type OpenIds } from "./edits/manualEdits.ts";
import { listDeliveries, ApprovedEntries } from "./entries/approvedEntries.ts";
import { assertNever } from "./errors.ts";
import type { Connection, EventBody, LogEvent } from "./log/events.ts";
import type { Interval } from "./capture/interval.ts";
import { Timeline, type Policy } from "./capture/timeline.ts";
import { WorkTreeHistory } from "./git/workTreeHistory.ts";
import type { TreeId } from "./cases/treeId.ts";
import { originOf } from "./capture/originOf.ts";
import type { OutboxEntry } from "./entries/delivery.ts";
import type { ApprovedEntry } from "./log/approvedEntry.ts";

/** The answer to "tag commits here?" for a repository. */
export type TaggingChoice = "here" | "notHere" | "never";

/** The timer that runs now. */
export interface RunningTimer {
  /** Id of the event that started it. */
  readonly id: string;
  readonly case: Case;
  readonly reason: string;
  readonly startedAt: EpochMs;
}

/**
 * The fold of all events but evidence, in log order. Evidence is folded by day (`daySheet.ts`), so that a week costs a
 * week. Applying an event that is already included changes nothing.
 * Mutable rather than persistent: copying it at each of a year's events would take quadratic time.
 */
export class Ledger {
  readonly timeline: Timeline;
  /** Position of the last event applied; 0 before the first. */
  lastSeq = 0;
  /**
   * Position of the last event of each kind. A decision is written only if no event of the kinds that it depends on was
   * added since it was computed.
   */
  private readonly lastOfKind = new Map<EventBody["kind"], number>();
  connection: Connection | undefined;
  /** Who works at this computer; undefined before the first `person` event. */
  person: string | undefined;
  tagsNowhere = false;
  readonly connections = new Map<string, Connection>();
  readonly tagging = new Map<string, TaggingChoice>();
  readonly handmadeCases = new Map<string, Case>();
  /** The last known snapshot of each case ever worked on, by `caseRefKey`, in order of first appearance. */
  readonly cases = new Map<string, Case>();
  /** Cases by their last pick, the latest first. */
  readonly recentCases: CaseRef[] = [];
  readonly entries = new ApprovedEntries();
  readonly trees = new WorkTreeHistory();
  readonly commits = new SeenCommits();
  readonly edits = new ManualEdits();
  readonly acts = new UndoStack();
  /** Cases that the person pinned, the oldest pin first. */
  readonly pinned: CaseRef[] = [];
  /** What this ledger is called in files for other computers; undefined before the first. */
  id: string | undefined;
  /** The timer that runs, of whichever window. */
  timer: RunningTimer | undefined;
  private readonly notices = new Map<string, LocalDate>();

  constructor(initial: Policy) {
    this.timeline = new Timeline(initial);
  }

  apply(event: LogEvent): void {
    if (event.seq <= this.lastSeq) return;
    this.lastSeq = event.seq;
    this.lastOfKind.set(event.body.kind, event.seq);
    this.acts.apply(event);
    this.applyBody(event, event.body);
  }

  /** The case picked in a work tree now; undefined when there is none. */
  findPick(tree: TreeId): Case | undefined {
    return this.timeline.caseAt(tree, LAST_INSTANT) ?? undefined;
  }

  get isPaused(): boolean {
    return this.timeline.isPaused(LAST_INSTANT);
  }

  /** Position of the last event of a kind; 0 before the first. */
  lastSeqFor(kind: EventBody["kind"]): number {
    return this.lastOfKind.get(kind) ?? 0;
  }

  /**
   * The ids of a draft: of a case and day, or of a part of it; undefined when it has none yet.
   * @param part the part of the day, where its drafts are cut
   * @param start of the draft's time, if it has a time of day
   */
  findOpenIds(ref: CaseRef, day: LocalDate, part: Interval = ALWAYS, start?: EpochMs): OpenIds | undefined {
    return this.edits.findOpenIds(ref, day, part, start, this.isApproved);
  }

  private readonly isApproved = (entryId: string): boolean => this.entries.has(entryId);

  /**
   * Commits that count for a case and day and are evidence of no approved entry, in their current state.
   * @param caseOfTime the case of the time at an instant; undefined where there is no time
   */
  findOpenCommits(
    ref: CaseRef,
    day: LocalDate,
    caseOfTime: (at: EpochMs) => CaseRef | null | undefined = () => undefined,
  ): ReturnType<SeenCommits["evidenceOn"]> {
    return this.commits.evidenceOn(ref, day, (sha) => this.entries.showsCommit(sha), caseOfTime);
  }

  /** Whether a message for `cause` was shown on `day`. */
  wasNoticed(cause: string, day: LocalDate): boolean {
    return this.notices.get(cause) === day;
  }

  /** Whether a message for `cause` was ever shown. */
  wasEverNoticed(cause: string): boolean {
    return this.notices.has(cause);
  }

  private applyBody(event: LogEvent, body: EventBody): void {
    const origin = originOf(event.windowId);
    switch (body.kind) {
      case "heartbeats":
      case "focus":
      case "compacted":
        return;
      case "tickGap":
        // After a step back the event's own time is the beginning of the stretch, after a late tick its end.
        if (event.at < body.to) {
          this.timeline.addStepBack({ from: body.from, to: body.to, seq: event.seq, origin });
        } else this.timeline.addTickGap({ start: body.from, end: body.to }, origin);
        return;
      case "pick":
        this.timeline.addPick(body.tree, event.at, body.case, origin);
        this.trees.pick(body.tree, event.at, body.case);
        if (body.case !== null) this.remember(body.case);
        return;
      case "pause":
      case "resume":
        this.timeline.addPause(event.at, body.kind === "pause", origin);
        return;
      case "policy":
        this.timeline.addPolicy(event.at, body, origin);
        return;
      case "caseDefined":
        this.handmadeCases.set(caseRefKey(body.case.ref), body.case);
        return;
      case "connected":
        this.connection = body.connection;
        this.connections.set(body.connection.id, body.connection);
        return;
      case "disconnected":
        if (this.connection?.id === body.connectionId) this.connection = undefined;
        return;
      case "person":
        if (origin === "") this.person = body.name;
        return;
      case "commit":
        this.commits.add({
          ...body.commit,
          tree: body.tree,
          case: body.case,
          at: event.at,
          day: event.day,
          ...(body.replaces === undefined ? {} : { replaces: body.replaces }),
          ...(body.rewritten === undefined ? {} : { rewritten: body.rewritten }),
          ...(body.unnamed === undefined ? {} : { unnamed: body.unnamed }),
          ...(body.squashed === undefined ? {} : { squashed: body.squashed }),
        });
        return;
      case "commitFates":
        for (const { sha, now } of body.fates) this.commits.setFate(sha, now);
        return;
      case "tagging":
        if (body.choice === "never") this.tagsNowhere = true;
        else this.tagging.set(body.repository, body.choice);
        return;
      case "entryMinted":
        this.edits.mint(body);
        return;
      case "described":
        this.edits.describe(event.id, body);
        return;
      case "activitySet":
        this.edits.setActivity(event.id, body);
        return;
      case "split":
      case "merged":
        this.edits.group(event.id, body);
        return;
      case "writtenDown":
        this.edits.writeDown(event.id, body);
        return;
      case "approved":
        this.entries.approve(body.entry);
        // A correction is about the same time: what was set for later work in between does not belong to it.
        if (body.entry.revision === 1) this.edits.settle(body.entry, this.isApproved);
        return;
      case "withdrawn":
        this.entries.withdraw(body.entryId);
        return;
      case "sending":
      case "receipted":
      case "refused":
      case "deferred":
        for (const one of listDeliveries(body)) this.entries.deliver(event.at, one);
        return;
      case "reassigned":
        this.edits.edit({
          id: event.id,
          intervals: body.intervals,
          change: { kind: "assign", case: body.case?.ref ?? null },
        });
        if (body.case !== null) this.cases.set(caseRefKey(body.case.ref), body.case);
        return;
      case "struck":
        this.edits.edit({
          id: event.id,
          intervals: body.intervals,
          change: { kind: "strike" },
          ...(body.for === undefined ? {} : { for: body.for }),
        });
        return;
      case "declared":
        this.cases.set(caseRefKey(body.case.ref), body.case);
        this.edits.addDeclared(event, body);
        return;
      case "undone":
        // A declaration in an approved entry stays: the entry must be withdrawn first.
        if (!this.entries.hasDeclaration(body.eventId)) this.edits.undo(body.eventId);
        return;
      case "redone":
        this.edits.redo(body.eventId);
        return;
      case "branch":
        this.trees.checkOut(body.tree, event.at, body.branch ?? undefined);
        return;
      case "kept":
        this.trees.keep(body.tree, body.picked, body.pointed);
        return;
      case "pinned":
        this.pin(body.ref, body.pinned);
        return;
      case "timerStarted":
        this.timer = { id: event.id, case: body.case, reason: body.reason, startedAt: event.at };
        this.cases.set(caseRefKey(body.case.ref), body.case);
        return;
      case "timerStopped":
        if (this.timer?.id === body.timerId) this.timer = undefined;
        return;
      case "copied":
        if (origin === "") this.id = body.ledger;
        this.entries.lookUpOpen();
        return;
      case "notice":
        this.notices.set(body.cause, event.day);
        return;
      default:
        assertNever(body);
    }
  }

  private pin(ref: CaseRef, isPinned: boolean): void {
    const known = this.pinned.findIndex((one) => isSameCase(one, ref));
    if (known >= 0 && !isPinned) this.pinned.splice(known, 1);
    if (known < 0 && isPinned) this.pinned.push(ref);
  }

  private remember(picked: Case): void {
    const key = caseRefKey(picked.ref);
    this.cases.set(key, picked);
    const known = this.recentCases.findIndex((ref) => caseRefKey(ref) === key);
    if (known >= 0) this.recentCases.splice(known, 1);
    this.recentCases.unshift(picked.ref);
  }
}

/** Later than any event: what is in force "now" is the last of each. */
const LAST_INSTANT = epochMs(Number.MAX_SAFE_INTEGER);
const ALWAYS: Interval = { start: epochMs(0), end: LAST_INSTANT };

/** Folds events, ascending by `seq`, into a new ledger. */
export function replay(events: Iterable<LogEvent>, initial: Policy): Ledger {
  const ledger = new Ledger(initial);
  for (const event of events) ledger.apply(event);
  return ledger;
}

/** Sum of a figure over entries. */
export function sumEntries(entries: Iterable<OutboxEntry>, figure: (entry: ApprovedEntry) => number): Seconds {
  let sum = 0;
  for (const { entry } of entries) sum += figure(entry);
  return seconds(sum);
}
