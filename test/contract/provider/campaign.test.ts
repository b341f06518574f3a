import { afterEach, describe, expect, it } from "vitest";
import { createBillingProviders } from "../../../src/adapters/node/billing/providers.ts";
import { pushOutbox } from "../../../src/app/billing/pushOutbox.ts";
import { parseLocalDate, seconds } from "../../../src/base/time.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { Connection } from "../../../src/domain/log/events.ts";
import type { BillingProvider } from "../../../src/ports/billingProvider.ts";
import { aCase, anEntry, must } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { MemoryStore, TestWindow } from "../../support/memoryEventLog.ts";
import { REDMINE_TOKEN, startRedmineFake } from "./fakes/redmine.ts";
import { RT_TOKEN, startRequestTrackerFake } from "./fakes/requestTracker.ts";
import type { Fault, FaultyServer } from "./fakes/server.ts";
import type { ApprovedEntry } from "../../../src/domain/log/approvedEntry.ts";

const ENTRIES = 500;
const NEVER = new AbortController().signal;
/** Longer than anything may still be on its way. */
const SETTLED_MS = 61_000;
const MAX_RUNS = 400;

interface System {
  readonly connection: Connection;
  readonly token: string;
  readonly server: FaultyServer;
  /** Seconds of each record there. */
  stored(): readonly number[];
}

/** By its custom field. */
async function redmine(): Promise<System> {
  const { server, entries } = await startRedmineFake(true);
  const options = { keyField: "1", keyFieldSeen: "yes", activity: "3" };
  return {
    connection: { id: "connection-1", provider: "redmine", url: server.url, account: ERIN, options },
    token: REDMINE_TOKEN,
    server,
    stored: () => entries.map(({ hours }) => Math.round(hours * 3600)),
  };
}

/** By the marker in its subject: the queue has no field. */
async function requestTracker(): Promise<System> {
  const { server, transactions } = await startRequestTrackerFake(false);
  return {
    connection: { id: "connection-1", provider: "requestTracker", url: server.url, account: ERIN },
    token: RT_TOKEN,
    server,
    stored: () => transactions.map(({ minutes }) => minutes * 60),
  };
}

const ERIN = { id: "27", name: "Erin Engineer" };

/** Chance that can be repeated. @source xorshift32, Marsaglia 2003 */
function chanceFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function entryOf(index: number): ApprovedEntry {
  const minutes = 1 + ((index * 37) % 120);
  const day = must(
    parseLocalDate(`2026-${String(1 + (index % 9)).padStart(2, "0")}-${String(1 + (index % 28)).padStart(2, "0")}`),
  );
  return anEntry(`entry-${index}`, {
    externalId: `8e03978e-40d5-43dd-bc93-${String(index).padStart(12, "0")}`,
    case: { ...aCase(`#${30 + (index % 5)}`), ref: { source: "connection-1", id: String(30 + (index % 5)) } },
    day,
    billedSeconds: seconds(minutes * 60),
    contractSeconds: seconds(minutes * 60),
    billableSeconds: seconds(minutes * 60),
    observedSeconds: seconds(minutes * 60),
    description: `Work ${index}`,
  });
}

/** Something goes wrong with about a third of the requests. */
function faults(chance: () => number, count: number): (Fault | undefined)[] {
  const page = { status: 200, headers: { "Content-Type": "text/html" }, text: "<html>Log in</html>" };
  const kinds: (Fault | undefined)[] = [
    { kind: "loseAnswer" },
    { kind: "loseAnswer" },
    { kind: "reset" },
    { kind: "answer", reply: { status: 500 } },
    { kind: "answer", reply: { status: 502, text: "bad gateway" } },
    { kind: "answer", reply: { status: 503, headers: { "Retry-After": "1" } } },
    { kind: "answer", reply: { status: 429, headers: { "Retry-After": "2" } } },
    { kind: "answer", reply: page },
    { kind: "answer", reply: { status: 200, text: '{"time_entry": {"id": ' } },
  ];
  return Array.from({ length: count }, () =>
    chance() < 0.35 ? kinds[Math.floor(chance() * kinds.length)] : undefined,
  );
}

/** Delivers the outbox while requests fail and the editor is killed, until it is empty. @returns runs that it took */
async function campaign(
  system: System,
  provider: BillingProvider,
  seed: number,
): Promise<readonly [TestWindow, number]> {
  const chance = chanceFrom(seed);
  const clock = new ManualClock("12:00");
  const store = new MemoryStore();
  let opened = 0;
  const open = async (): Promise<TestWindow> => {
    opened += 1;
    const window = new TestWindow(clock, store, `window-${opened}`);
    await window.view.load();
    return window;
  };
  let window = await open();
  await window.log.append(
    Array.from({ length: ENTRIES }, (_, index) => window.factory.create({ kind: "approved", entry: entryOf(index) })),
  );
  for (let run = 1; run <= MAX_RUNS; run += 1) {
    const left = window.view.ledger.entries.listOpen.map(({ entry }) => entry.entryId);
    if (left.length === 0) return [window, run];
    system.server.breakWrites(...faults(chance, 2 * left.length));
    system.server.breakReads(...faults(chance, 4 * left.length));
    let appends = 0;
    const last = chance() < 0.5 ? Math.floor(chance() * 6) : undefined;
    const die = (): void => {
      appends += 1;
      if (last !== undefined && appends > last) throw new CaseclockError("ledger.unavailable", "killed");
    };
    if (chance() < 0.5) window.log.beforeAppend = die;
    else window.log.afterAppend = die;
    const context = { journal: window.journal, logger: window.logger };
    await pushOutbox(context, provider, left, NEVER, () => undefined).catch((error: unknown) => {
      if (!CaseclockError.is(error, "ledger.unavailable", "billing.busy")) throw error;
    });
    window.kill();
    clock.advance(SETTLED_MS);
    window = await open();
  }
  throw new Error(`the outbox is not empty after ${MAX_RUNS} runs`);
}

describe.each([
  ["Redmine, by a custom field", redmine],
  ["Request Tracker, by a marker", requestTracker],
])("500 entries through everything that goes wrong: %s", (_, start) => {
  let system: System | undefined;
  afterEach(() => system?.server.close());

  async function opened(): Promise<readonly [System, BillingProvider]> {
    system = await start();
    const { token } = system;
    const secrets = {
      tokenFor: () => Promise.resolve(token),
      storeToken: () => Promise.resolve(true),
      deleteToken: () => Promise.resolve(),
    };
    return [system, await createBillingProviders(secrets, new MemoryLogger()).open(system.connection)];
  }

  it("arrive once each, with the ledger's seconds", async () => {
    const [there, provider] = await opened();
    const seed = Date.now() % 0x7fffffff;
    console.log(`seed ${seed}`);
    const [window, runs] = await campaign(there, provider, seed);
    console.log(`${there.server.calls.length} requests in ${runs} runs`);
    const ours = window.view.ledger.entries.all;
    expect(there.stored()).toHaveLength(ENTRIES);
    expect(ours.filter(({ delivery }) => delivery.state === "receipted")).toHaveLength(ENTRIES);
    const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0);
    expect(sum(there.stored())).toBe(sum(ours.map(({ entry }) => entry.billedSeconds)));
    const ids = ours.map(({ delivery }) => (delivery.state === "receipted" ? delivery.remoteId : ""));
    expect(new Set(ids).size).toBe(ENTRIES);
  }, 180_000);

  it("are there twice without the look-up, which this campaign therefore finds", async () => {
    const [there, provider] = await opened();
    const blind = Object.create(provider, {
      find: { value: () => Promise.resolve([]) },
    }) as BillingProvider;
    await campaign(there, blind, 12_345);
    expect(there.stored().length).toBeGreaterThan(ENTRIES);
  }, 180_000);
});
