import { backoffDelayMs, OUTBOX_BACKOFF } from "../../base/backoff.ts";
import { plural, t } from "../../base/text.ts";
import { epochMs } from "../../base/time.ts";
import { caseRefKey } from "../../domain/cases/case.ts";
import { assertNever, CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { EntryReceipt, EventBody, NewEvent } from "../../domain/log/events.ts";
import { hasRevision, type BillingProvider, type RemoteEntry, type WriteResult } from "../../ports/billingProvider.ts";
import type { Logger } from "../../ports/logger.ts";
import type { EntryProblem, SyncResult } from "../../ports/billingResults.ts";
import { KeyedQueue } from "./keyedQueue.ts";
import { pushBatches, canPushBatches } from "./pushBatches.ts";
import { OutcomeWriter } from "./outcomeWriter.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";
import type { ApprovedEntry, Problem } from "../../domain/log/approvedEntry.ts";
import type { Decision, Journal } from "../ledger/journal.ts";
import type { Ledger } from "../../domain/ledger.ts";

/** Requests in flight at most, and never two of one case (docs/sync.md). */
const MAX_IN_FLIGHT = 4;
/** Entries marked as being sent in one commit. The next ones are marked while these are in flight. */
const SENDING_AT_ONCE = 100;
/** The next ones join when so few are left: enough for every request in flight to be about another case. */
const JOIN_AT = 24;
const LEASE_MS = 60_000;
/** A lease renewed less than this ago is certainly held. */
const RENEW_MS = LEASE_MS / 3;

/** What a push needs. */
export interface PushContext {
  readonly journal: Journal;
  readonly logger: Logger;
}

/** Outcomes of one run. */
interface Tally {
  pushed: number;
  rejected: number;
  retryLater: number;
  unknown: number;
  readonly problems: EntryProblem[];
}

/**
 * Delivers approved entries of the provider's connection, each exactly once: `sending` is durable before the first
 * byte; an entry whose last attempt has an uncertain outcome is first looked up by its key; a refused entry never holds
 * up the rest. Ignores the waits of earlier failures: the caller has decided to send now.
 * @param entryIds which entries; they may have been refused before
 * @param signal stops after the requests in flight; what was not sent stays approved
 * @throws CaseclockError `billing.busy` while another window sends | `ledger.*`
 */
export async function pushOutbox(
  context: PushContext,
  provider: BillingProvider,
  entryIds: readonly string[],
  signal: AbortSignal,
  report: (done: number, total: number) => void,
): Promise<SyncResult> {
  const { journal } = context;
  const { view, clock, log } = journal;
  const lease = `sync:${provider.connection.id}`;
  const hold = (): Promise<boolean> => log.acquireLease(lease, journal.windowId, LEASE_MS);
  if (!(await hold())) throw new CaseclockError("billing.busy", "another window is syncing");
  let heldAt = clock.now();
  const tally: Tally = { pushed: 0, rejected: 0, retryLater: 0, unknown: 0, problems: [] };
  const stop = new AbortController();
  // A hundred slow requests outlive a lease; a window that took it over would send the same entries.
  const renewal = clock.every(RENEW_MS, () => {
    hold().then(
      (isHeld) => {
        if (!isHeld) stop.abort();
      },
      () => undefined, // retried at the next turn, and before the next entries are marked
    );
  });
  try {
    const wanted = new Set(entryIds);
    // Read once the lease is held, so that what another window has just delivered is not sent again.
    await view.catchUp();
    const open = view.ledger.entries.listOpen.filter(
      ({ entry, delivery }) =>
        // An entry may have been withdrawn meanwhile and approved again for another connection.
        wanted.has(entry.entryId) && entry.connectionId === provider.connection.id && isOpen(delivery.state),
    );
    const queue = open.filter((item) => !isSettling(context, provider, item));
    for (const item of open) {
      if (isSettling(context, provider, item)) count(tally, item, { kind: "unknown", problem: settling() });
    }
    const either = AbortSignal.any([signal, stop.signal]);
    let done = 0;
    await pushAll(context, provider, queue, either, {
      holdLease: async () => {
        // Each renewal is a commit. After sleep or a clock step another window may hold the lease.
        if (Math.abs(clock.now() - heldAt) < RENEW_MS) return;
        if (!(await hold())) throw new CaseclockError("billing.busy", "another window took over the sync");
        heldAt = clock.now();
      },
      onDone: (item, result) => {
        count(tally, item, result);
        done += 1;
        report(done, queue.length);
        if (result.kind === "retryLater" && result.stop) stop.abort();
      },
    });
  } finally {
    renewal.dispose();
    await log.releaseLease(lease, journal.windowId);
  }
  const waiting = view.ledger.entries.listOpen.filter(
    ({ entry, delivery }) =>
      entry.connectionId === provider.connection.id && (delivery.state === "waiting" || delivery.state === "unknown"),
  ).length;
  return { ...tally, waiting, carried: 0 };
}

function isOpen(state: OutboxEntry["delivery"]["state"]): boolean {
  return state === "waiting" || state === "unknown" || state === "refused";
}

/**
 * Whether an uncertain attempt is so recent that its request may still be on its way: a look-up that finds nothing
 * would prove nothing, and a second write could be a duplicate.
 */
function isSettling(
  { journal: { clock } }: PushContext,
  { settleMs }: BillingProvider,
  { delivery }: OutboxEntry,
): boolean {
  if (delivery.state !== "unknown") return false;
  const age = clock.now() - delivery.since;
  // After a step back of the clock an attempt seems to lie ahead: that is no reason to wait for long.
  return age < settleMs && age > -settleMs;
}

function settling(): Problem {
  return { kind: "settling", detail: t("The last attempt may still arrive; Caseclock looks it up a minute later.") };
}

/** How a run of many entries keeps the lease, and who receives its outcomes. */
interface Run {
  /** @throws CaseclockError `billing.busy` when the lease is lost */
  readonly holdLease: () => Promise<void>;
  readonly onDone: (item: OutboxEntry, result: WriteResult) => void;
}

/**
 * Delivers a queue: entries that certainly have not arrived in batches, if the provider takes them, and the rest one by
 * one, because each that may have arrived is looked up. While there is something to send, it waits neither for marking
 * the next entries nor for the receipts of the last ones. The first failure of the log ends it.
 */
async function pushAll(
  context: PushContext,
  provider: BillingProvider,
  queue: readonly OutboxEntry[],
  signal: AbortSignal,
  { holdLease, onDone }: Run,
): Promise<void> {
  const receipts = new OutcomeWriter(context.journal);
  const settle = (item: OutboxEntry, result: WriteResult): void => {
    const { entry } = item;
    if (result.kind === "written") receipts.addReceipt(toReceipt(item, result.remote), entry.case.ref);
    else receipts.add(createEvent(context.journal, item, toFailure(context, item, result)));
    onDone(item, result);
  };
  const mark = async (some: readonly OutboxEntry[]): Promise<readonly OutboxEntry[]> => {
    if (some.length === 0 || signal.aborted) return [];
    receipts.check();
    await holdLease();
    return markSending(context, some);
  };
  try {
    const sure = canPushBatches(provider) ? queue.filter((item) => !isLookedUp(item)) : [];
    const together = new Set(sure.length > 1 ? sure : []);
    const left = await pushBatches(provider, [...together], { mark, settle, notSent: makeNotSentResult() }, signal);
    await pushEach([...queue.filter((item) => !together.has(item)), ...left], mark, async (item) => {
      settle(item, signal.aborted ? makeNotSentResult() : await deliverOne(context, provider, item, signal));
    });
  } finally {
    // Even after a failure, what has arrived gets its receipt.
    await receipts.close();
  }
}

/** Sends one request per entry, at most `MAX_IN_FLIGHT` at a time, those of a case one after the other. */
async function pushEach(
  queue: readonly OutboxEntry[],
  mark: (some: readonly OutboxEntry[]) => Promise<readonly OutboxEntry[]>,
  deliver: (item: OutboxEntry) => Promise<void>,
): Promise<void> {
  const lanes = new KeyedQueue<OutboxEntry>(MAX_IN_FLIGHT, (item) => caseRefKey(item.entry.case.ref), deliver);
  const markFrom = (from: number): Promise<readonly OutboxEntry[]> => mark(queue.slice(from, from + SENDING_AT_ONCE));
  let marking = markFrom(0);
  try {
    for (let from = 0; from < queue.length; from += SENDING_AT_ONCE) {
      const sending = await marking;
      marking = markFrom(from + SENDING_AT_ONCE);
      marking.catch(() => undefined); // thrown where it is awaited
      lanes.add(sending);
      await lanes.whenAtMost(JOIN_AT);
    }
  } finally {
    // Requests in flight get their outcome, and no marking goes on once this ends.
    await marking.catch(() => undefined);
    await lanes.whenAtMost(0);
  }
}

/**
 * Marks entries as about to be sent, before the first byte. Leaves out approvals that were withdrawn meanwhile: a
 * withdrawal and this mark exclude each other (`withdrawApproval`).
 */
async function markSending({ journal }: PushContext, chunk: readonly OutboxEntry[]): Promise<readonly OutboxEntry[]> {
  const compute = ({ entries }: Ledger): Decision<readonly OutboxEntry[]> => {
    const live = chunk.filter(({ entry }) => isSame(entries.get(entry.entryId)?.entry, entry));
    const events = live.length === 0 ? [] : [sendingEvent(journal, live)];
    return { events, result: live };
  };
  return journal.decide("withdrawn", compute, { from: "held" });
}

/** A withdrawn entry that was approved again has the same id and revision, but other content. */
function isSame(one: ApprovedEntry | undefined, other: ApprovedEntry): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The run ended before the first byte went out: certainly not written. */
function makeNotSentResult(): WriteResult {
  const problem = { kind: "cancelled", detail: t("Not sent: the sync was stopped.") };
  return { kind: "retryLater", problem, stop: false };
}

/** Whether an entry may have arrived before: by our own attempt, or from another computer with a copy of the ledger. */
function isLookedUp({ delivery, lookUp }: OutboxEntry): boolean {
  return delivery.state === "unknown" || lookUp === true;
}

async function deliverOne(
  { logger }: PushContext,
  provider: BillingProvider,
  item: OutboxEntry,
  signal: AbortSignal,
): Promise<WriteResult> {
  const { entry, delivery, before } = item;
  try {
    if (isLookedUp(item)) {
      const found = await provider.find(entry, signal, before);
      const [remote] = found;
      if (found.length > 1) {
        const detail = plural(
          found.length,
          "The billing system holds {0} entry with the key {1}.",
          "The billing system holds {0} entries with the key {1}.",
          entry.externalId,
        );
        return { kind: "rejected", problem: { kind: "duplicate", detail } };
      }
      if (remote !== undefined && hasRevision(remote, entry)) return { kind: "written", remote };
    }
    const attempts = "attempts" in delivery ? delivery.attempts : 0;
    return await provider.push(entry, signal, { attempts, ...(before === undefined ? {} : { before }) });
  } catch (error) {
    // Only the look-up throws: the entry's state is unchanged, and it will be looked up again.
    logger.warn(`look-up failed: ${toErrorMessage(error)}`);
    const stop = CaseclockError.is(error, "billing.auth", "billing.offline");
    const kind = CaseclockError.is(error) ? error.code.replace("billing.", "") : "server";
    const problem = { kind, detail: toErrorMessage(error) };
    return stop ? { kind: "retryLater", problem, stop } : { kind: "unknown", problem };
  }
}

function toReceipt({ entry }: OutboxEntry, { remoteId, billedSeconds }: RemoteEntry): EntryReceipt {
  const { entryId, revision } = entry;
  return { entryId, revision, remoteId, ...(billedSeconds === undefined ? {} : { storedSeconds: billedSeconds }) };
}

function toFailure(
  { journal: { clock } }: PushContext,
  { entry, delivery }: OutboxEntry,
  result: Exclude<WriteResult, { readonly kind: "written" }>,
): EventBody {
  const { entryId, revision } = entry;
  switch (result.kind) {
    case "rejected":
      return { kind: "refused", entryId, revision, problem: result.problem };
    case "retryLater":
    case "unknown": {
      const attempts = ("attempts" in delivery ? delivery.attempts : 0) + 1;
      const wait = result.retryAfterMs ?? backoffDelayMs(attempts, OUTBOX_BACKOFF, clock.random());
      // An earlier attempt may still have arrived although this look-up failed.
      const outcome = result.kind === "retryLater" && delivery.state === "unknown" ? "unknown" : result.kind;
      return {
        kind: "deferred",
        entryId,
        revision,
        outcome,
        notBefore: epochMs(clock.now() + wait),
        problem: result.problem,
      };
    }
    default:
      return assertNever(result);
  }
}

function count(tally: Tally, { entry }: OutboxEntry, result: WriteResult): void {
  const key = { written: "pushed", rejected: "rejected", retryLater: "retryLater", unknown: "unknown" } as const;
  tally[key[result.kind]] += 1;
  const problem = result.kind === "written" ? (result.warning ?? differenceIn(entry, result.remote)) : result.problem;
  if (problem !== undefined) tally.problems.push({ entryId: entry.entryId, key: entry.case.key, ...problem });
}

/** Reports that the billing system stored another amount than was sent; undefined if it did not. */
function differenceIn({ billedSeconds }: ApprovedEntry, { billedSeconds: kept }: RemoteEntry): Problem | undefined {
  if (kept === undefined || kept === billedSeconds) return undefined;
  return {
    kind: "stored-differs",
    detail: t("The billing system stored {0} s of the {1} s that were sent.", kept, billedSeconds),
  };
}

/** One event for all entries of a commit: a row for each would be most of the work when pushing in batches. */
function sendingEvent(journal: Journal, items: readonly OutboxEntry[]): NewEvent {
  const [first, ...more] = items;
  const entries = items.map(({ entry: { entryId, revision } }) => ({ entryId, revision }));
  return first !== undefined && more.length === 0
    ? createEvent(journal, first, { kind: "sending", entryId: first.entry.entryId, revision: first.entry.revision })
    : journal.create({ kind: "sending", entries });
}

function createEvent(journal: Journal, { entry }: OutboxEntry, body: EventBody): NewEvent {
  return journal.create(body, { case: entry.case.ref, entryId: entry.entryId });
}
