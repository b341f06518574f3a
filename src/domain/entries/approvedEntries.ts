import { appendTo } from "../../base/collections.ts";
import {
  DAY_MS,
  epochMs,
  seconds,
  secondsBetween,
  type EpochMs,
  type LocalDate,
  type Seconds,
} from "../../base/time.ts";
import { caseRefKey, type CaseRef } from "../cases/case.ts";
import { contractShortfall, type ContractShortfall } from "./contractShortfall.ts";
import { assertNever } from "../errors.ts";
import type { BodyOf, EntryReceipt, EntryRevision } from "../log/events.ts";
import { intersect, union, type Interval } from "../capture/interval.ts";
import { applyContractsOfDay, type ApprovedSoFar } from "./rounding.ts";
import type { Delivery, OutboxEntry, Receipt } from "./delivery.ts";
import type { ApprovedEntry } from "../log/approvedEntry.ts";

/** A delivery event of one entry. */
type DeliveryBody =
  | ({ readonly kind: "sending" } & EntryRevision)
  | ({ readonly kind: "receipted" } & EntryReceipt)
  | BodyOf<"refused" | "deferred">;

interface Item {
  readonly entry: ApprovedEntry;
  delivery: Delivery;
  /** The receipt of the revision before, if this is a correction. */
  readonly before: Receipt | undefined;
  /** What each former revision billed, and when the billing system confirmed it; without unconfirmed ones. */
  readonly former: readonly Confirmed[];
  /** Another computer may send it too. */
  lookUp: boolean;
}

interface Confirmed {
  readonly at: EpochMs;
  readonly billedSeconds: Seconds;
}

/** Running sums of approved entries. */
interface Sums {
  contract: number;
  billed: number;
  /** Contract-billable time that days are due beyond what their entries were approved with. */
  owed: number;
}

const BUCKET_MS = DAY_MS;

/**
 * The approved entries and what became of them, indexed by day and by case: ten years of entries do not slow down a
 * query about today.
 */
export class ApprovedEntries {
  private readonly byId = new Map<string, Item>();
  private readonly unsettled = new Map<string, Item>();
  /** Entries by the UTC days that their intervals touch: a local day depends on a zone, an instant does not. */
  private readonly claims = new Map<number, Item[]>();
  private readonly ofDay = new Map<LocalDate, Set<string>>();
  private readonly ofCaseConnection = new Map<string, Sums>();
  /** Entries of a case and day in order of approval. */
  private readonly inCaseDay = new Map<string, Map<string, ApprovedEntry>>();
  private readonly owed = new Map<string, ContractShortfall>();
  private readonly shownCommits = new Set<string>();
  /** Entries whose latest revision is receipted, ascending by the instant of the receipt. */
  private readonly receipts: Item[] = [];
  private readonly takenDeclarations = new Set<string>();
  /** Entries that were open when a copy was made for another computer. */
  private readonly copied = new Set<string>();

  /** In order of approval; copies that later events do not change. */
  get all(): readonly OutboxEntry[] {
    return [...this.byId.values()].map(toOutboxEntry);
  }

  /** The entries of some days, day by day in order of approval. */
  onDays(days: ReadonlySet<LocalDate>): readonly OutboxEntry[] {
    const ids = [...days].flatMap((day) => [...(this.ofDay.get(day) ?? [])]);
    return ids.flatMap((id) => this.get(id) ?? []);
  }

  /** The entries that are neither receipted nor settled as carried. */
  get listOpen(): readonly OutboxEntry[] {
    return [...this.unsettled.values()].map(toOutboxEntry);
  }

  /** The delivery states of the open entries, in the same order; cheap even when there are thousands. */
  get openStates(): readonly Delivery["state"][] {
    return Array.from(this.unsettled.values(), ({ delivery }) => delivery.state);
  }

  /**
   * What entries add to what a billing system had at an instant: the open ones, and those that it confirmed later. A
   * correction adds its difference, which may be negative.
   * @param at undefined: now, when it has what it has confirmed so far
   */
  addedSince(at: EpochMs | undefined): readonly { readonly entry: ApprovedEntry; readonly seconds: number }[] {
    const since = [...this.unsettled.values(), ...(at === undefined ? [] : this.receiptedAfter(at))];
    return since.map(({ entry, former }) => {
      const had = former.findLast((one) => at === undefined || one.at <= at)?.billedSeconds ?? 0;
      return { entry, seconds: entry.billedSeconds - had };
    });
  }

  has(entryId: string): boolean {
    return this.byId.has(entryId);
  }

  get(entryId: string): OutboxEntry | undefined {
    const found = this.byId.get(entryId);
    return found === undefined ? undefined : toOutboxEntry(found);
  }

  /** Whether a commit is evidence of an entry. */
  showsCommit(sha: string): boolean {
    return this.shownCommits.has(sha);
  }

  /** Whether declared time is part of an entry. */
  hasDeclaration(id: string): boolean {
    return this.takenDeclarations.has(id);
  }

  /**
   * Adds an approval, or a correction: the next revision of an entry that a billing system has.
   * Does nothing when this revision or a later one is known, or the outcome of the one before is not certain yet.
   */
  approve(entry: ApprovedEntry): void {
    const known = this.byId.get(entry.entryId);
    if (known !== undefined) {
      if (entry.revision <= known.entry.revision || !isCorrectable(known)) return;
      this.takeOut(known);
    }
    const before = known === undefined ? undefined : toReceipt(known);
    // A correction to 0 must be sent as well, unless nothing was billed before.
    const isCarried = entry.billedSeconds === 0 && (before?.billedSeconds ?? 0) === 0;
    const item: Item = {
      entry,
      delivery: isCarried ? { state: "carried" } : { state: "waiting", attempts: 0 },
      before,
      former: known === undefined ? [] : [...known.former, ...confirmedBy(known)],
      lookUp: this.copied.has(entry.entryId),
    };
    this.byId.set(entry.entryId, item);
    const ofDay = this.ofDay.get(entry.day);
    if (ofDay === undefined) this.ofDay.set(entry.day, new Set([entry.entryId]));
    else ofDay.add(entry.entryId);
    if (item.delivery.state === "waiting") this.unsettled.set(entry.entryId, item);
    this.sum(entry, 1);
    const key = dayKey(entry.case.ref, entry.day);
    const inDay = this.inCaseDay.get(key);
    if (inDay === undefined) this.inCaseDay.set(key, new Map([[entry.entryId, entry]]));
    else inDay.set(entry.entryId, entry);
    this.settleDay(entry.case.ref, entry.day);
    for (const bucket of listBuckets(entry)) appendTo(this.claims, bucket, item);
    for (const { sha } of entry.commits) this.shownCommits.add(sha);
    for (const { id } of entry.declarations ?? []) this.takenDeclarations.add(id);
  }

  /** Takes an approval back; does nothing for a correction, or once an attempt to send the entry was made. */
  withdraw(entryId: string): void {
    const item = this.byId.get(entryId);
    if (item === undefined || !isWithdrawable(item)) return;
    this.byId.delete(entryId);
    this.ofDay.get(item.entry.day)?.delete(entryId);
    this.takeOut(item);
    const { case: of, day } = item.entry;
    this.inCaseDay.get(dayKey(of.ref, day))?.delete(entryId);
    this.settleDay(of.ref, day);
  }

  /** The latest first. */
  private receiptedAfter(at: EpochMs): readonly Item[] {
    const found: Item[] = [];
    for (let index = this.receipts.length - 1; index >= 0; index -= 1) {
      const item = this.receipts[index];
      if (item === undefined || receivedAt(item) <= at) break;
      found.push(item);
    }
    return found;
  }

  private takeOut(item: Item): void {
    const { entry } = item;
    this.unsettled.delete(entry.entryId);
    if (item.delivery.state === "receipted") this.receipts.splice(this.receipts.lastIndexOf(item), 1);
    this.sum(entry, -1);
    for (const bucket of listBuckets(entry)) {
      this.claims.set(
        bucket,
        (this.claims.get(bucket) ?? []).filter((other) => other !== item),
      );
    }
    for (const { sha } of entry.commits) this.shownCommits.delete(sha);
    for (const { id } of entry.declarations ?? []) this.takenDeclarations.delete(id);
  }

  deliver(at: EpochMs, body: DeliveryBody): void {
    const found = this.byId.get(body.entryId);
    // A receipt is final: a late answer to an earlier attempt must not reopen a delivered entry.
    if (found?.entry.revision !== body.revision || found.delivery.state === "receipted") return;
    found.delivery = deliveryAfter(found.delivery, at, body);
    if (found.delivery.state === "receipted") {
      this.unsettled.delete(body.entryId);
      // The receipt of another computer may arrive long after its instant.
      const before = this.receipts.findLastIndex((other) => receivedAt(other) <= at);
      this.receipts.splice(before + 1, 0, found);
    } else this.unsettled.set(body.entryId, found);
  }

  /** Marks open entries as possibly sent by another computer, even if they are withdrawn and approved again here. */
  lookUpOpen(): void {
    for (const [id, item] of this.unsettled) {
      item.lookUp = true;
      this.copied.add(id);
    }
  }

  /** The instants within a stretch that approved entries have claimed. */
  claimedWithin(within: Interval): readonly Interval[] {
    return union(this.claimsIn(within).map(({ interval }) => interval));
  }

  /** The entries that claim instants of a stretch, with those instants. */
  claimsIn(within: Interval): readonly { readonly entry: ApprovedEntry; readonly interval: Interval }[] {
    const found = new Set<Item>();
    for (let bucket = toBucket(within.start); bucket * BUCKET_MS < within.end; bucket += 1) {
      for (const item of this.claims.get(bucket) ?? []) found.add(item);
    }
    return [...found].flatMap(({ entry }) =>
      entry.intervals.flatMap((one) => {
        const interval = intersect(one, within);
        return interval === undefined ? [] : [{ entry, interval }];
      }),
    );
  }

  /**
   * The running totals of a case, for `billEntry`.
   * @param without an entry of that case and day to leave out, because it is being corrected
   */
  approvedSoFar(ref: CaseRef, day: LocalDate, connectionId: string, without?: string): ApprovedSoFar {
    const key = dayKey(ref, day);
    const total = this.ofCaseConnection.get(connectionKey(ref, connectionId));
    const inDay = [...(this.inCaseDay.get(key)?.values() ?? [])];
    const others = inDay.filter(({ entryId }) => entryId !== without);
    const left = inDay.find(({ entryId }) => entryId === without);
    const secondsHere = (owed: ContractShortfall | undefined): number =>
      owed?.connectionId === connectionId ? owed.seconds : 0;
    const owed = (total?.owed ?? 0) - secondsHere(this.owed.get(key)) + secondsHere(contractShortfall(others));
    return {
      dayBillable: seconds(others.reduce((sum, { billableSeconds }) => sum + billableSeconds, 0)),
      dayContract: applyContractsOfDay(others),
      contractTotal: seconds((total?.contract ?? 0) - (left?.contractSeconds ?? 0) + owed),
      billedTotal: seconds((total?.billed ?? 0) - (left?.billedSeconds ?? 0)),
    };
  }

  /** Agent time that approved entries of a case and day already show. */
  agentApproved(ref: CaseRef, day: LocalDate): Seconds {
    const inDay = [...(this.inCaseDay.get(dayKey(ref, day))?.values() ?? [])];
    return seconds(inDay.reduce((sum, { agentSeconds }) => sum + agentSeconds, 0));
  }

  /** Entries of a case and day, in order of approval. */
  listForCaseDay(ref: CaseRef, day: LocalDate): readonly OutboxEntry[] {
    return [...(this.inCaseDay.get(dayKey(ref, day))?.keys() ?? [])].flatMap((id) => this.get(id) ?? []);
  }

  /** Recomputes the shortfall of a day. */
  private settleDay(ref: CaseRef, day: LocalDate): void {
    const key = dayKey(ref, day);
    const before = this.owed.get(key);
    if (before !== undefined) this.sumsFor(ref, before.connectionId).owed -= before.seconds;
    const now = contractShortfall([...(this.inCaseDay.get(key)?.values() ?? [])]);
    if (now === undefined) this.owed.delete(key);
    else {
      this.owed.set(key, now);
      this.sumsFor(ref, now.connectionId).owed += now.seconds;
    }
  }

  private sumsFor(ref: CaseRef, connectionId: string): Sums {
    const key = connectionKey(ref, connectionId);
    let sums = this.ofCaseConnection.get(key);
    if (sums === undefined) this.ofCaseConnection.set(key, (sums = { contract: 0, billed: 0, owed: 0 }));
    return sums;
  }

  private sum(entry: ApprovedEntry, sign: 1 | -1): void {
    const { ref } = entry.case;
    const sum = this.sumsFor(ref, entry.connectionId);
    sum.contract += sign * entry.contractSeconds;
    sum.billed += sign * entry.billedSeconds;
  }
}

/** Splits a delivery event into one for each of its entries. */
export function listDeliveries(
  body: BodyOf<"sending" | "receipted" | "refused" | "deferred">,
): readonly DeliveryBody[] {
  if ("entries" in body) return body.entries.map((one) => ({ ...one, kind: body.kind }));
  if ("receipts" in body) return body.receipts.map((one) => ({ ...one, kind: body.kind }));
  return [body];
}

interface Standing {
  readonly entry: ApprovedEntry;
  readonly delivery: Delivery;
  readonly before?: Receipt | undefined;
}

/** Whether an approval can still be withdrawn: nothing was sent, and it is the first revision. */
export function isWithdrawable({ entry, delivery }: Standing): boolean {
  if (entry.revision > 1) return false;
  return delivery.state === "carried" || (delivery.state === "waiting" && delivery.attempts === 0);
}

/** Whether an entry can have a next revision now: the outcome of this one is certain. */
export function isCorrectable({ delivery, before }: Standing): boolean {
  if (delivery.state === "receipted") return true;
  // A revision that never arrived, or was refused, gives way to the next one: the billing system has the one before.
  return delivery.state === "refused" || (before !== undefined && !(delivery.state === "unknown"));
}

/** What the billing system has of an entry when its next revision is made. */
function toReceipt({ entry, delivery, before }: Item): Receipt | undefined {
  if (delivery.state !== "receipted") return before;
  const { remoteId } = delivery;
  return { remoteId, revision: entry.revision, billedSeconds: entry.billedSeconds };
}

function confirmedBy({ entry, delivery }: Item): readonly Confirmed[] {
  return delivery.state === "receipted" ? [{ at: delivery.at, billedSeconds: entry.billedSeconds }] : [];
}

/** Receipt time; −∞ while there is none. */
function receivedAt({ delivery }: Item): number {
  return delivery.state === "receipted" ? delivery.at : Number.NEGATIVE_INFINITY;
}

function toOutboxEntry({ entry, delivery, before, lookUp }: Item): OutboxEntry {
  return { entry, delivery, ...(before === undefined ? {} : { before }), ...(lookUp ? { lookUp } : {}) };
}

function deliveryAfter(before: Delivery, at: EpochMs, body: DeliveryBody): Delivery {
  const attempts = "attempts" in before ? before.attempts : 0;
  switch (body.kind) {
    case "sending":
      return { state: "unknown", attempts: attempts + 1, since: at };
    case "receipted":
      return { state: "receipted", remoteId: body.remoteId, at, storedSeconds: body.storedSeconds };
    case "refused":
      return { state: "refused", attempts, problem: body.problem };
    case "deferred":
      return body.outcome === "retryLater"
        ? { state: "waiting", attempts, notBefore: body.notBefore, problem: body.problem }
        : { state: "unknown", attempts, since: at, notBefore: body.notBefore, problem: body.problem };
    default:
      return assertNever(body);
  }
}

/** The UTC days that an entry's intervals touch. */
function listBuckets({ intervals }: ApprovedEntry): ReadonlySet<number> {
  const buckets = new Set<number>();
  for (const { start, end } of intervals) {
    if (secondsBetween(start, end) <= 0) continue;
    for (let bucket = toBucket(start); bucket <= toBucket(epochMs(end - 1)); bucket += 1) buckets.add(bucket);
  }
  return buckets;
}

function toBucket(instant: EpochMs): number {
  return Math.floor(instant / BUCKET_MS);
}

function dayKey(ref: CaseRef, day: LocalDate): string {
  return `${caseRefKey(ref)}\n${day}`;
}

function connectionKey(ref: CaseRef, connectionId: string): string {
  return `${connectionId}\n${caseRefKey(ref)}`;
}
