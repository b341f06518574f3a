import { caseRefKey } from "../../domain/cases/case.ts";
import type { BillingProvider, WriteResult } from "../../ports/billingProvider.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";

/** Batch requests in flight at once: while the server reads one, the next is written here. */
const BATCHES_IN_FLIGHT = 2;

/** How the entries of a batch are marked before they go out, and who receives their outcomes. */
export interface BatchRun {
  /**
   * Marks entries as about to be sent. Returns those that still are to be sent: none when the run was stopped.
   * @throws CaseclockError `ledger.*` | `billing.busy`
   */
  readonly mark: (some: readonly OutboxEntry[]) => Promise<readonly OutboxEntry[]>;
  readonly settle: (item: OutboxEntry, result: WriteResult) => void;
  /** The outcome of entries that were marked but not sent. */
  readonly notSent: WriteResult;
}

/** Whether a provider takes several entries in one request, as far as it knows yet. */
export function canPushBatches(provider: BillingProvider): boolean {
  return provider.pushBatch !== undefined && (provider.maxBatchSize ?? 1) > 1;
}

/**
 * Sends entries in batches, in streams that do not wait for each other. The entries of a case are in one stream, so no
 * two requests are about the same case. Each stream marks its next entries while the last ones are in flight.
 * @param items entries of which no earlier attempt can have arrived
 * @returns those that were not begun, because the provider found out that it takes no batches
 * @throws what `mark` throws, once nothing is in flight
 */
export async function pushBatches(
  provider: BillingProvider,
  items: readonly OutboxEntry[],
  { mark, settle, notSent }: BatchRun,
  signal: AbortSignal,
): Promise<readonly OutboxEntry[]> {
  const most = provider.maxBatchSize ?? 1;
  const left: OutboxEntry[] = [];
  let failure: { readonly error: unknown } | undefined;
  const send = async (group: readonly OutboxEntry[]): Promise<void> => {
    let marking = mark(group.slice(0, most));
    try {
      for (let next = most; next < group.length + most; next += most) {
        const some = await marking;
        if (failure !== undefined) return; // the next sync looks up what was marked
        const goesOn = canPushBatches(provider);
        if (goesOn) marking = mark(group.slice(next, next + most));
        marking.catch(() => undefined); // thrown where it is awaited
        const entries = some.map(({ entry }) => entry);
        const results = signal.aborted || some.length === 0 ? undefined : await provider.pushBatch?.(entries, signal);
        for (const [index, item] of some.entries()) settle(item, results?.[index] ?? notSent);
        if (goesOn) continue;
        left.push(...group.slice(next));
        return;
      }
    } finally {
      await marking.catch(() => undefined); // no marking goes on once this ends
    }
  };
  const sendAll = async (group: readonly OutboxEntry[]): Promise<void> => {
    try {
      await send(group);
    } catch (error) {
      failure ??= { error };
    }
  };
  await Promise.all(apart(items, BATCHES_IN_FLIGHT).map(sendAll));
  if (failure !== undefined) throw failure.error;
  return left;
}

/** Splits entries into groups of about the same size, in order, with all entries of a case in one group. */
function apart(items: readonly OutboxEntry[], count: number): readonly (readonly OutboxEntry[])[] {
  const keys = items.map(({ entry }) => caseRefKey(entry.case.ref));
  const sizes = new Map<string, number>();
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  const groups = Array.from({ length: count }, () => ({ size: 0, items: [] as OutboxEntry[] }));
  const groupByKey = new Map<string, OutboxEntry[]>();
  // The largest case first, each to the smallest group, so that the groups end at about the same time.
  for (const [key, size] of [...sizes].sort(([, a], [, b]) => b - a)) {
    const least = groups.reduce((one, group) => (group.size < one.size ? group : one));
    least.size += size;
    groupByKey.set(key, least.items);
  }
  for (const [index, item] of items.entries()) groupByKey.get(keys[index] ?? "")?.push(item);
  return groups.map((group) => group.items).filter((group) => group.length > 0);
}
