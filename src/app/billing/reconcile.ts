import { appendTo, compareTexts } from "../../base/collections.ts";
import { t } from "../../base/text.ts";
import { daysBefore, nextDate, seconds, type LocalDate } from "../../base/time.ts";
import type { NewEvent } from "../../domain/log/events.ts";
import { hasRevision, type BillingProvider, type RemoteRecord } from "../../ports/billingProvider.ts";
import type { Difference, Reconciliation } from "../../ports/billingResults.ts";
import { openActiveProvider, type SyncContext } from "./syncTimeEntries.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";

/** A difference and its repair; without one, only a person can tell what is right. */
interface Found {
  readonly difference: Difference;
  /** The entry as it was compared. */
  readonly item?: OutboxEntry;
  readonly repair?: () => readonly NewEvent[];
}

/** The comparison, before anything is repaired. */
export interface Comparison extends Reconciliation {
  /** How many of the differences can be repaired with certainty. */
  readonly repairable: number;
  /**
   * Records receipts of what is there under our key, and queues what is missing to be sent again.
   * @returns the comparison, with what was repaired
   */
  repair(): Promise<Reconciliation>;
}

/** Days read on either side of the range: the other side may have another day for the same instant. */
const BESIDE_DAYS = 1;

/**
 * Compares the ledger with the billing system for a range of days: what both have, what only one has, and what differs.
 * Changes nothing until `repair` is called.
 * @throws CaseclockError `billing.*`
 */
export async function reconcile(
  context: SyncContext,
  from: LocalDate,
  to: LocalDate,
  signal: AbortSignal,
): Promise<Comparison> {
  const { journal } = context;
  const { view, log } = journal;
  const provider = await openActiveProvider(context);
  const records: RemoteRecord[] = [];
  const range = { from: daysBefore(from, BESIDE_DAYS), to: nextDate(to) };
  for await (const page of provider.listRecords(range.from, range.to, signal)) records.push(...page);
  await view.catchUp();
  const ours = view.ledger.entries.all.filter(
    ({ entry, delivery }) => entry.connectionId === provider.connection.id && delivery.state !== "carried",
  );
  const byId = new Map(records.map((record) => [record.remoteId, record]));
  const byKey = new Map<string, RemoteRecord[]>();
  for (const record of records) {
    if (record.key !== undefined) appendTo(byKey, record.key, record);
  }
  const taken = new Set<RemoteRecord>();
  const found: Found[] = [];
  let alike = 0;
  for (const item of ours) {
    const ids = item.delivery.state === "receipted" ? item.delivery.remoteId.split(",") : [];
    const matched = new Set<RemoteRecord>([
      ...ids.flatMap((id) => byId.get(id) ?? []),
      ...provider.listKeys(item.entry).flatMap((key) => byKey.get(key) ?? []),
    ]);
    for (const record of matched) taken.add(record);
    // Entries outside the range are matched only so that their records do not count as foreign.
    if (item.entry.day < from || item.entry.day > to) continue;
    const one = await compareOne(context, provider, item, [...matched], signal);
    if (one === undefined) alike += 1;
    else found.push({ ...one, item });
  }
  for (const record of records) {
    if (taken.has(record) || record.day < from || record.day > to) continue;
    found.push({ difference: foreign(context, provider, record) });
  }
  found.sort((a, b) => compareTexts(a.difference.day, b.difference.day));
  const differences = found.map(({ difference }) => difference);
  return {
    from,
    to,
    alike,
    differences,
    repairable: found.filter(({ repair }) => repair !== undefined).length,
    repair: async () => {
      const repaired: Difference[] = [];
      for (const { difference, item, repair } of found) {
        if (repair === undefined || item === undefined) {
          repaired.push(difference);
          continue;
        }
        // Another window may have sent or corrected the entry since the comparison.
        await view.catchUp();
        const { ledger } = view;
        const seq = Math.max(ledger.lastSeqFor("sending"), ledger.lastSeqFor("approved"));
        const isDone = isAsItWas(item) && (await log.appendIfLast(["sending", "approved"], seq, repair()));
        repaired.push(isDone ? { ...difference, repaired: true } : difference);
      }
      await view.catchUp();
      return { from, to, alike, differences: repaired };
    },
  };

  function isAsItWas({ entry, delivery }: OutboxEntry): boolean {
    const now = view.ledger.entries.get(entry.entryId);
    return now?.entry.revision === entry.revision && now.delivery.state === delivery.state;
  }

  async function compareOne(
    { logger }: SyncContext,
    { connection, correction }: BillingProvider,
    { entry, delivery, before }: OutboxEntry,
    matched: readonly RemoteRecord[],
    abort: AbortSignal,
  ): Promise<Found | undefined> {
    const { entryId, revision } = entry;
    const columns = { case: entry.case.ref, entryId };
    const stored = matched.reduce((sum, record) => sum + record.billedSeconds, 0);
    const base = {
      day: entry.day,
      key: entry.case.key,
      entryId,
      remoteIds: matched.map(({ remoteId }) => remoteId),
      billedSeconds: entry.billedSeconds,
      description: entry.description,
    };
    if (delivery.state === "receipted") {
      const count = delivery.remoteId.split(",").length;
      if (matched.length > count) return { difference: { ...base, kind: "duplicate", storedSeconds: stored } };
      if (matched.length > 0) {
        if (stored === entry.billedSeconds) return undefined;
        return { difference: { ...base, kind: "amount", storedSeconds: stored } };
      }
      // It may be there under another day: only its key can tell.
      const elsewhere = entry.billedSeconds === 0 ? [] : await provider.find(entry, abort, before);
      if (elsewhere.length > 0 || entry.billedSeconds === 0) return undefined;
      const again = { ...entry, revision: revision + 1 };
      const reason = t("missing at {0}", connection.account.name);
      // Where records can only be added, the next revision would add a difference of 0, not what is gone.
      if (correction === "compensate") return { difference: { ...base, kind: "missing" } };
      return {
        difference: { ...base, kind: "missing" },
        repair: () => [
          journal.create({ kind: "withdrawn", entryId, revision }, columns),
          journal.create({ kind: "approved", entry: again, reason }, columns),
        ],
      };
    }
    if (matched.length === 0) return { difference: { ...base, kind: "unsettled" } };
    const [whole, ...more] = await provider.find(entry, abort, before);
    if (more.length > 0) return { difference: { ...base, kind: "duplicate", storedSeconds: stored } };
    // The previous revision is there: the correction is still to be sent.
    if (whole !== undefined && !hasRevision(whole, entry)) return { difference: { ...base, kind: "unsettled" } };
    const difference: Difference = { ...base, kind: "elsewhere", storedSeconds: stored };
    if (whole === undefined) {
      logger.debug(`a part of entry ${entryId} is there`);
      return { difference };
    }
    const { remoteId } = whole;
    return {
      difference,
      repair: () => [
        journal.create(
          { kind: "receipted", entryId, revision, remoteId, storedSeconds: seconds(Math.max(0, stored)) },
          columns,
        ),
      ],
    };
  }
}

/** A record that the ledger does not know. */
function foreign({ directory }: SyncContext, { connection }: BillingProvider, record: RemoteRecord): Difference {
  const { remoteId, day, caseId, billedSeconds, description } = record;
  const known = caseId === undefined ? undefined : directory.find({ source: connection.id, id: caseId });
  return {
    kind: "foreign",
    day,
    key: known?.key ?? caseId ?? "",
    remoteIds: [remoteId],
    storedSeconds: billedSeconds,
    description,
  };
}
