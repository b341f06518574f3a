/** A process of the sync bench: it does one thing with the outbox, measures itself, and says what it measured as JSON. */
import http from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import axios, { type AxiosInstance } from "axios";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { EventFactory } from "../../src/app/ledger/eventFactory.ts";
import { LedgerView } from "../../src/app/ledger/ledgerView.ts";
import { pushOutbox } from "../../src/app/billing/pushOutbox.ts";
import type { BillingProvider } from "../../src/ports/billingProvider.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { POLICY } from "../faults/outbox.ts";
import { bodyOf, oneByOne, restProvider } from "../faults/provider.ts";
import type { ApprovedEntry } from "../../src/domain/log/approvedEntry.ts";
import { Journal } from "../../src/app/ledger/journal.ts";

/**
 * `single`, `batch`: the product's sync, one by one as with a system without batches, and as it is · `bare`, `bareBatch`:
 * requests in a loop and nothing else, of an entry or of a hundred · `idle`: waits a while.
 */
export type SyncMode = "single" | "batch" | "bare" | "bareBatch" | "idle";

/** What the process is started with, as JSON. */
export interface SyncProcessOptions {
  readonly mode: SyncMode;
  readonly ledger: string;
  readonly worker: string;
  /** Base URL and token of the endpoint. */
  readonly url: string;
  readonly token: string;
  readonly concurrency: number;
  readonly idleMs: number;
  /** Forces a collection after so many entries, to see what is held on the way. Absent: none, for it takes time. */
  readonly collectEvery?: number;
}

export interface SyncMeasured {
  readonly entries: number;
  readonly seconds: number;
  /** Of JavaScript, after a forced collection each. @format bytes */
  readonly heapBefore: number;
  readonly heapAfter: number;
  /** The largest after a collection on the way; without one, that a look each 20 ms saw, garbage included. @format bytes */
  readonly heapPeak: number;
  /** Delay of the event loop over what was asked for. @format milliseconds */
  readonly delay: { readonly median: number; readonly p99: number; readonly most: number };
  /** Processor time of the process, its worker included. @format milliseconds */
  readonly cpu: number;
}

const NO_BACKUP = { firstBackupMs: 2_147_483_647, backupCheckMs: 2_147_483_647 };
const LOOK_MS = 20;
const BATCH = 100;

const quiet: Logger = {
  error: (message, error) => {
    console.error(message, error);
  },
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => quiet,
};

async function main(options: SyncProcessOptions): Promise<SyncMeasured> {
  const clock = new SystemClock();
  const log = new SqliteEventLog(options.ledger, options.worker, quiet, NO_BACKUP);
  const view = new LedgerView(log, clock, quiet, POLICY);
  await view.catchUp();
  const { connection } = view.ledger;
  if (connection === undefined) throw new Error("the ledger has no connection");
  const entries = view.ledger.entries.listOpen.map(({ entry }) => entry);
  const push = async (wrap: (provider: BillingProvider) => BillingProvider, onDone: (done: number) => void) => {
    const factory = new EventFactory(clock.newId(), clock, () => POLICY.zone);
    const provider = wrap(restProvider({ ...connection, url: options.url }, options.token, quiet));
    const wanted = entries.map(({ entryId }) => entryId);
    const context = { journal: new Journal(log, view, factory, clock), logger: quiet };
    const { pushed } = await pushOutbox(context, provider, wanted, new AbortController().signal, onDone);
    if (pushed !== entries.length) throw new Error(`${pushed} of ${entries.length} were delivered`);
  };
  const work: Record<SyncMode, (onDone: (done: number) => void) => Promise<void>> = {
    single: (onDone) => push(oneByOne, onDone),
    batch: (onDone) => push((provider) => provider, onDone),
    bare: () => sendAll(entries, options),
    bareBatch: () => sendBatches(entries, options),
    idle: () => new Promise((resolve) => setTimeout(resolve, options.idleMs)),
  };
  const measured = await measure(work[options.mode], options.collectEvery);
  await log.close();
  return { entries: entries.length, ...measured };
}

async function measure(
  work: (onDone: (done: number) => void) => Promise<void>,
  collectEvery: number | undefined,
): Promise<Omit<SyncMeasured, "entries">> {
  const heapBefore = heapInUse();
  let heapPeak = heapBefore;
  const look = setInterval(() => {
    if (collectEvery === undefined) heapPeak = Math.max(heapPeak, process.memoryUsage().heapUsed);
  }, LOOK_MS);
  const onDone = (done: number): void => {
    if (collectEvery !== undefined && done % collectEvery === 0) heapPeak = Math.max(heapPeak, heapInUse());
  };
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work(onDone);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  histogram.disable();
  clearInterval(look);
  const ms = (nanoseconds: number): number => nanoseconds / 1e6 - 1;
  const delay = { median: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), most: ms(histogram.max) };
  return { seconds, heapBefore, heapAfter: heapInUse(), heapPeak, delay, cpu: (user + system) / 1000 };
}

/** What is really held. */
function heapInUse(): number {
  if (gc === undefined) throw new Error("to be run with --expose-gc");
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

function bareClient({ token, concurrency }: SyncProcessOptions): AxiosInstance {
  return axios.create({
    adapter: "http",
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: concurrency }),
    proxy: false,
    headers: { Authorization: `Bearer ${token}` },
  });
}

/** The baseline: so many requests in flight over connections that are kept, from a queue, and each answer read as JSON. */
async function sendAll(entries: readonly ApprovedEntry[], options: SyncProcessOptions): Promise<void> {
  const client = bareClient(options);
  const url = `${options.url}/time-entries`;
  let next = 0;
  const send = async (): Promise<void> => {
    for (let entry = entries[next++]; entry !== undefined; entry = entries[next++]) {
      await client.post(url, bodyOf(entry), { headers: { "Idempotency-Key": `"${entry.externalId}"` } });
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, send));
}

/** The same with a hundred entries in a request, one request after the other. */
async function sendBatches(entries: readonly ApprovedEntry[], options: SyncProcessOptions): Promise<void> {
  const client = bareClient(options);
  for (let from = 0; from < entries.length; from += BATCH) {
    await client.post(`${options.url}/time-entries/batch`, { items: entries.slice(from, from + BATCH).map(bodyOf) });
  }
}

main(JSON.parse(process.argv[2] ?? "{}") as SyncProcessOptions).then(
  (measured) => {
    console.log(JSON.stringify(measured));
    process.exit(0);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
