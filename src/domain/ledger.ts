import { epochMs, seconds, type EpochMs, type LocalDate, type Seconds } from "../base/time.ts";
import { caseRefKey, type Case, type CaseRef } from "./caseRef.ts";
import { assertNever } from "./errors.ts";
import type { Connection, EventBody, LogEvent } from "./events.ts";
import { union, type Interval } from "./interval.ts";
import type { ApprovedSoFar } from "./rounding.ts";
import type { ApprovedEntry, Delivery, OutboxEntry, SeenCommit } from "./timeEntry.ts";
import { Timeline, type Policy } from "./timeline.ts";
import type { TreeId } from "./heartbeat.ts";

/** The answer to "tag commits here?" for a repository. */
export type TaggingChoice = "here" | "notHere" | "never";

/**
 * Everything the log says but the heartbeats, as the fold of its events in log order; heartbeats are folded by day
 * (`daySheet.ts`), so that a week costs a week. Applying an event twice, or one that is already included, changes nothing.
 * It is a growing value rather than a persistent one: copying it at each of a year's events would cost their square.
 */
export class Ledger {
  readonly timeline: Timeline;
  /** Position of the last event applied; 0 before the first. */
  lastSeq = 0;
  /** Position of the last approval; 0 before the first. An approval is only valid on top of the one it was computed from. */
  lastApprovalSeq = 0;
  /** Position of the last connecting; 0 before the first. Two windows that connect at once agree on one connection by it. */
  lastConnectedSeq = 0;
  connection: Connection | undefined;
  tagsNowhere = false;
  readonly connections = new Map<string, Connection>();
  readonly tagging = new Map<string, TaggingChoice>();
  readonly handmadeCases = new Map<string, Case>();
  /** The last known snapshot of each case that was ever picked, by `caseRefKey`. */
  readonly cases = new Map<string, Case>();
  /** Cases in the order in which they were picked last, the latest first. */
  readonly recentCases: CaseRef[] = [];
  readonly commits: SeenCommit[] = [];
  private readonly shas = new Set<string>();
  private readonly entries = new Map<string, { entry: ApprovedEntry; delivery: Delivery }>();
  private readonly minted = new Map<string, string[]>();
  private readonly notices = new Map<string, LocalDate>();

  constructor(initial: Policy) {
    this.timeline = new Timeline(initial);
  }

  apply(event: LogEvent): void {
    if (event.seq <= this.lastSeq) return;
    this.lastSeq = event.seq;
    this.applyBody(event, event.body);
  }

  /** The case picked in a work tree now; undefined when there is none. */
  pickOf(tree: TreeId): Case | undefined {
    return this.timeline.caseAt(tree, LAST_INSTANT) ?? undefined;
  }

  get isPaused(): boolean {
    return this.timeline.isPaused(LAST_INSTANT);
  }

  /** Approved entries with where they stand now, in order of approval; a copy that later events do not change. */
  get outbox(): readonly OutboxEntry[] {
    return [...this.entries.values()].map((item) => ({ ...item }));
  }

  entry(entryId: string): OutboxEntry | undefined {
    const found = this.entries.get(entryId);
    return found === undefined ? undefined : { ...found };
  }

  /**
   * The instants of every approved entry that reaches into a stretch. Not by the entry's day: the day of a second depends
   * on the zone that was known to be in force when it was approved, the second itself does not.
   */
  claimedWithin({ start, end }: Interval): readonly Interval[] {
    return union(
      [...this.entries.values()]
        .filter(({ entry }) => entry.start < end && start < entry.end)
        .flatMap(({ entry }) => entry.intervals),
    );
  }

  /** The entry minted for a case and day that is not approved yet. */
  openEntryId(ref: CaseRef, day: LocalDate): string | undefined {
    return this.minted.get(mintKey(ref, day))?.findLast((id) => !this.entries.has(id));
  }

  /** Commits that count for a case and day and are evidence of no approved entry; replaced ones are left out. */
  openCommits(ref: CaseRef, day: LocalDate): readonly SeenCommit[] {
    const key = caseRefKey(ref);
    const shown = new Set([...this.entries.values()].flatMap(({ entry }) => entry.commits.map((commit) => commit.sha)));
    const replaced = new Set(this.commits.map((commit) => commit.replaces));
    return this.commits.filter(
      (c) => c.day === day && caseRefKey(c.case) === key && !shown.has(c.sha) && !replaced.has(c.sha),
    );
  }

  /** The commit seen last in a work tree. */
  lastCommitOf(tree: TreeId): string | undefined {
    return this.commits.findLast((commit) => commit.tree === tree)?.sha;
  }

  hasCommit(sha: string): boolean {
    return this.shas.has(sha);
  }

  /** What was approved for a case so far, for the running totals of `billEntry`. */
  approvedSoFar(ref: CaseRef, day: LocalDate, connectionId: string): ApprovedSoFar {
    const key = caseRefKey(ref);
    const totals = { dayBillable: 0, dayContract: 0, contractTotal: 0, billedTotal: 0 };
    for (const { entry } of this.entries.values()) {
      if (caseRefKey(entry.case.ref) !== key) continue;
      if (entry.day === day) {
        totals.dayBillable += entry.billableSeconds;
        totals.dayContract += entry.contractSeconds;
      }
      if (entry.connectionId === connectionId) {
        totals.contractTotal += entry.contractSeconds;
        totals.billedTotal += entry.billedSeconds;
      }
    }
    return {
      dayBillable: seconds(totals.dayBillable),
      dayContract: seconds(totals.dayContract),
      contractTotal: seconds(totals.contractTotal),
      billedTotal: seconds(totals.billedTotal),
    };
  }

  /** Agent time that approved entries of a case and day already show. */
  agentApproved(ref: CaseRef, day: LocalDate): Seconds {
    const key = caseRefKey(ref);
    const ofDay = this.outbox.filter(({ entry }) => entry.day === day && caseRefKey(entry.case.ref) === key);
    return sumOf(ofDay, (entry) => entry.agentSeconds);
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
    switch (body.kind) {
      case "heartbeats":
      case "focus":
        return;
      case "tickGap":
        this.timeline.addTickGap({ start: body.from, end: body.to });
        return;
      case "pick":
        this.timeline.addPick(body.tree, event.at, body.case);
        if (body.case !== null) this.remember(body.case);
        return;
      case "pause":
      case "resume":
        this.timeline.addPause(event.at, body.kind === "pause");
        return;
      case "policy":
        this.timeline.addPolicy(event.at, body);
        return;
      case "caseDefined":
        this.handmadeCases.set(caseRefKey(body.case.ref), body.case);
        return;
      case "connected":
        this.lastConnectedSeq = event.seq;
        this.connection = body.connection;
        this.connections.set(body.connection.id, body.connection);
        return;
      case "disconnected":
        if (this.connection?.id === body.connectionId) this.connection = undefined;
        return;
      case "commit":
        if (this.shas.has(body.commit.sha)) return;
        this.shas.add(body.commit.sha);
        this.commits.push({
          ...body.commit,
          tree: body.tree,
          case: body.case,
          at: event.at,
          day: event.day,
          ...(body.replaces === undefined ? {} : { replaces: body.replaces }),
        });
        return;
      case "tagging":
        if (body.choice === "never") this.tagsNowhere = true;
        else this.tagging.set(body.repository, body.choice);
        return;
      case "entryMinted": {
        const key = mintKey(body.case, body.entryDay);
        this.minted.set(key, [...(this.minted.get(key) ?? []), body.entryId]);
        return;
      }
      case "approved":
        this.lastApprovalSeq = event.seq;
        if (this.entries.has(body.entry.entryId)) return;
        this.entries.set(body.entry.entryId, {
          entry: body.entry,
          delivery: body.entry.billedSeconds === 0 ? { state: "carried" } : { state: "waiting", attempts: 0 },
        });
        return;
      case "sending":
      case "receipted":
      case "refused":
      case "deferred":
        this.deliver(event.at, body);
        return;
      case "notice":
        this.notices.set(body.cause, event.day);
        return;
      default:
        assertNever(body);
    }
  }

  private deliver(
    at: EpochMs,
    body: Extract<EventBody, { kind: "sending" | "receipted" | "refused" | "deferred" }>,
  ): void {
    const found = this.entries.get(body.entryId);
    // A receipt is final: a late answer of an earlier attempt must not bring a delivered entry back.
    if (found?.entry.revision !== body.revision || found.delivery.state === "receipted") return;
    const attempts = "attempts" in found.delivery ? found.delivery.attempts : 0;
    switch (body.kind) {
      case "sending":
        found.delivery = { state: "unknown", attempts: attempts + 1 };
        return;
      case "receipted":
        found.delivery = { state: "receipted", remoteId: body.remoteId, at, storedSeconds: body.storedSeconds };
        return;
      case "refused":
        found.delivery = { state: "refused", attempts, problem: body.problem };
        return;
      case "deferred":
        found.delivery = {
          state: body.outcome === "unknown" ? "unknown" : "waiting",
          attempts,
          notBefore: body.notBefore,
          problem: body.problem,
        };
        return;
      default:
        assertNever(body);
    }
  }

  private remember(picked: Case): void {
    const key = caseRefKey(picked.ref);
    this.cases.set(key, picked);
    const known = this.recentCases.findIndex((ref) => caseRefKey(ref) === key);
    if (known >= 0) this.recentCases.splice(known, 1);
    this.recentCases.unshift(picked.ref);
  }
}

/** Later than any event: what is in force "now" is what was said last. */
const LAST_INSTANT = epochMs(Number.MAX_SAFE_INTEGER);

/** Folds events, ascending by `seq`, from nothing. */
export function replay(events: Iterable<LogEvent>, initial: Policy): Ledger {
  const ledger = new Ledger(initial);
  for (const event of events) ledger.apply(event);
  return ledger;
}

/** Sum of a figure over entries. */
export function sumOf(entries: Iterable<OutboxEntry>, figure: (entry: ApprovedEntry) => number): Seconds {
  let sum = 0;
  for (const { entry } of entries) sum += figure(entry);
  return seconds(sum);
}

function mintKey(ref: CaseRef, day: LocalDate): string {
  return `${caseRefKey(ref)}\n${day}`;
}
