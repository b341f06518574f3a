import { randomUUID } from "node:crypto";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { readLedger } from "../../src/app/ledger/dayEvidence.ts";
import { verifyLedger } from "../../src/app/ledger/verifyLedger.ts";
import { DAY_MS, epochMs, parseLocalDate, seconds, type ZoneId } from "../../src/base/time.ts";
import { listDeliveries } from "../../src/domain/entries/approvedEntries.ts";
import type { BodyOf, EventBody, NewEvent } from "../../src/domain/log/events.ts";
import type { VerifyReport } from "../../src/ports/commands.ts";
import { SEED_CASES } from "../billing-endpoint/seed.ts";
import { MemoryLogger } from "../support/logger.ts";
import { between, chance } from "./chance.ts";
import type { OutboxEntry } from "../../src/domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../src/domain/log/approvedEntry.ts";

export const POLICY = { idleTimeoutSeconds: 300, zone: "UTC" as ZoneId };

const CONNECTION_ID = "connection-1";
const FIRST_DAY = Date.parse("2015-01-01T00:00:00Z");
/** Entries of a day, each within a part of it of its own. */
const PER_DAY = 4;
const EVENTS_AT_ONCE = 500;

interface FillOptions {
  readonly file: string;
  readonly worker: string;
  readonly url: string;
  /** Other entries for each. */
  readonly seed: number;
  /** A connection that the ledger has. */
  readonly connectionId?: string;
}

/**
 * Adds approved entries on the reference endpoint's open cases, of 60 s to 90 min, to a ledger, which is made with a connection
 * unless one of its own is named.
 */
export async function fillOutbox({ file, worker, url, seed, connectionId }: FillOptions, count: number): Promise<void> {
  const log = new SqliteEventLog(file, worker, new MemoryLogger());
  const connection = { id: CONNECTION_ID, provider: "rest" as const, url, account: { id: "account-1", name: "Ann" } };
  const start = epochMs(FIRST_DAY);
  if (connectionId === undefined) await log.append([anEvent(start, { kind: "connected", connection })]);
  for (let from = 0; from < count; from += EVENTS_AT_ONCE) {
    const size = Math.min(EVENTS_AT_ONCE, count - from);
    const entries = Array.from({ length: size }, (_, i) => anEntry(seed, from + i, connectionId ?? CONNECTION_ID));
    await log.append(
      entries.map((entry) => ({ ...anEvent(entry.end, { kind: "approved", entry }), entryId: entry.entryId })),
    );
  }
  await log.close();
}

const DELIVERIES = ["sending", "receipted", "refused", "deferred"] as const;

function isDelivery(body: EventBody): body is BodyOf<(typeof DELIVERIES)[number]> {
  return (DELIVERIES as readonly string[]).includes(body.kind);
}

/** What a ledger says at the end. */
export interface LedgerState {
  readonly entries: readonly OutboxEntry[];
  /** Events of each kind by entry. */
  readonly events: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly report: VerifyReport;
}

export async function readOutbox(file: string, worker: string): Promise<LedgerState> {
  const log = new SqliteEventLog(file, worker, new MemoryLogger());
  try {
    const ledger = await readLedger(log, POLICY);
    const events = new Map<string, Map<string, number>>();
    for (const { body } of await log.read({ kinds: DELIVERIES })) {
      if (!isDelivery(body)) continue;
      for (const { entryId } of listDeliveries(body)) {
        const counts = events.get(entryId) ?? new Map<string, number>();
        events.set(entryId, counts.set(body.kind, (counts.get(body.kind) ?? 0) + 1));
      }
    }
    return { entries: ledger.entries.all, events, report: await verifyLedger(log, POLICY) };
  } finally {
    await log.close();
  }
}

function anEvent(at: NewEvent["at"], body: NewEvent["body"]): NewEvent {
  const day = parseLocalDate(new Date(at).toISOString().slice(0, 10));
  if (day === undefined) throw new Error("no day");
  return { id: randomUUID(), windowId: "window-0", at, zone: POLICY.zone, day, body };
}

type PlacedEntry = ApprovedEntry & { readonly end: NewEvent["at"] };

function anEntry(seed: number, index: number, connectionId: string): PlacedEntry {
  const open = SEED_CASES.filter(({ status }) => status === "open");
  const billed = open[between(chance(seed, "case", index), 0, open.length - 1)];
  if (billed === undefined) throw new Error("the endpoint has no case");
  const { id, key, title, customer, status } = billed; // no contract: all of an entry is billed
  const start = epochMs(FIRST_DAY + Math.floor(index / PER_DAY) * DAY_MS + (index % PER_DAY) * (DAY_MS / PER_DAY));
  const length = seconds(between(chance(seed, "length", index), 60, 5_400));
  const end = epochMs(start + length * 1000);
  const day = parseLocalDate(new Date(start).toISOString().slice(0, 10));
  if (day === undefined) throw new Error("no day");
  const entryId = `e-${seed}-${index}`;
  return {
    entryId,
    revision: 1,
    externalId: entryId,
    connectionId,
    case: { key, title, customer, status, ref: { source: connectionId, id } },
    day,
    zone: POLICY.zone,
    start,
    end,
    intervals: [{ start, end }],
    observedSeconds: length,
    bridgedSeconds: seconds(0),
    declaredSeconds: seconds(0),
    agentSeconds: seconds(0),
    writtenDownSeconds: seconds(0),
    billableSeconds: length,
    contractSeconds: length,
    billedSeconds: length,
    carriedSeconds: 0,
    description: `Work ${index} – “größer” 船 ${"and so on ".repeat(index % 20)}`,
    share: "commits",
    commits: [{ sha: index.toString(16).padStart(40, "0"), subject: `Change ${index}`, repository: "alpha" }],
    branches: [],
  };
}
