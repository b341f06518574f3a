import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AutomaticSync } from "../../../../src/app/billing/automaticSync.ts";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import type { SyncResult } from "../../../../src/ports/billingResults.ts";
import { parseSettings } from "../../../../src/ports/settings.ts";
import { aCase, aConnection, anEntry, must } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let providers: FakeProviders;
let automatic: AutomaticSync;
let mode: string;
let told: SyncResult[];
let reported: unknown[];

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  providers = new FakeProviders(billing);
  mode = "onApproval";
  told = [];
  reported = [];
  await window.log.append([window.factory.create({ kind: "connected", connection: aConnection() })]);
  await window.view.load();
  start(window);
});
afterEach(() => {
  automatic.dispose();
});

function start(of: TestWindow): void {
  const values: Readonly<Record<string, unknown>> = {
    "billing.provider": aConnection().provider,
    "billing.url": aConnection().url,
    "sync.dailyAt": "18:00",
  };
  automatic = new AutomaticSync({
    journal: of.journal,
    logger: of.logger,
    directory: new CaseDirectory(of.log, of.view, providers, clock),
    providers,
    settings: () => parseSettings((key) => (key === "sync.automatic" ? mode : values[key])).value,
    tell: (result) => told.push(result),
    report: (error) => reported.push(error),
  });
}

async function approve(id: string): Promise<void> {
  const entry = anEntry(id, { case: aCase(`CASE-${id}`) });
  await window.log.append([window.factory.create({ kind: "approved", entry })]);
  await settle();
}

/** Time goes on minute by minute, and what is started comes to its end. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += MINUTE) {
    clock.advance(Math.min(MINUTE, ms - gone));
    await settle();
    await automatic.settled();
  }
}

const stored = (): readonly string[] => billing.stored.map(({ externalId }) => externalId);
const state = (id: string): string => must(window.view.ledger.entries.get(id)).delivery.state;

describe("a sync by itself", () => {
  it("after an approval sends what was approved, once", async () => {
    await approve("a");
    await approve("b");
    expect(stored()).toEqual([]);
    await pass(MINUTE);
    expect(stored()).toEqual([
      must(window.view.ledger.entries.get("a")).entry.externalId,
      must(window.view.ledger.entries.get("b")).entry.externalId,
    ]);
    await pass(HOUR);
    expect(billing.requests).toHaveLength(2);
    expect({ told, reported }).toEqual({ told: [], reported: [] });
  });

  it("does not happen while it is off", async () => {
    mode = "off";
    await approve("a");
    await pass(25 * HOUR);
    expect(billing.requests).toEqual([]);
  });

  it("every hour sends within the hour, and then an hour later", async () => {
    mode = "hourly";
    await approve("a");
    await pass(MINUTE);
    expect(stored()).toHaveLength(1);
    await approve("b");
    await pass(58 * MINUTE);
    expect(stored()).toHaveLength(1);
    await pass(2 * MINUTE);
    expect(stored()).toHaveLength(2);
  });

  it("once a day sends at its time and not before, and the next day again", async () => {
    mode = "daily";
    await approve("a");
    await pass(5 * HOUR + 59 * MINUTE);
    expect(stored()).toHaveLength(0);
    await pass(MINUTE);
    expect(stored()).toHaveLength(1);
    await approve("b");
    await pass(23 * HOUR);
    expect(stored()).toHaveLength(1);
    await pass(2 * HOUR);
    expect(stored()).toHaveLength(2);
  });

  it("never approves a draft, nor sends what was refused", async () => {
    billing.outcome = () => "rejected";
    await approve("a");
    await pass(MINUTE);
    expect(state("a")).toBe("refused");
    expect(told).toMatchObject([{ rejected: 1 }]);
    billing.outcome = () => "written";
    await pass(2 * HOUR);
    expect(stored()).toEqual([]);
    expect(billing.requests).toHaveLength(1);
  });

  it("keeps to the wait that a failure has set, and says nothing while it is offline", async () => {
    billing.outcome = (_, attempt) => (attempt < 4 ? "offline" : "written");
    await approve("a");
    const attempts: number[] = [];
    for (let minute = 0; minute < 120; minute += 1) {
      const { delivery } = must(window.view.ledger.entries.get("a"));
      const wait = "notBefore" in delivery ? (delivery.notBefore ?? 0) : 0;
      const before = billing.requests.length;
      await pass(MINUTE);
      if (billing.requests.length > before) attempts.push(wait <= clock.now() ? 0 : 1);
    }
    expect(attempts).toEqual([0, 0, 0, 0]);
    expect(state("a")).toBe("receipted");
    expect({ told, reported }).toEqual({ told: [], reported: [] });
  });

  it("gives up after twenty attempts, until a person syncs", async () => {
    billing.outcome = () => "server";
    await approve("a");
    await pass(40 * HOUR);
    expect(billing.requests).toHaveLength(20);
    expect(state("a")).toBe("waiting");
  });

  it("leaves it to another window that is at it", async () => {
    await window.log.acquireLease("sync:connection-1", "window-2", 2 * MINUTE);
    await approve("a");
    await pass(MINUTE);
    expect(billing.requests).toEqual([]);
    expect(reported).toEqual([]);
  });

  it("reports what stands in its way, such as a token that is gone", async () => {
    providers.failure = "billing.urlChanged";
    await approve("a");
    await pass(MINUTE);
    expect(reported).toMatchObject([{ code: "billing.urlChanged" }]);
    expect(state("a")).toBe("waiting");
  });

  it("ends with its window", async () => {
    automatic.dispose();
    await approve("a");
    await pass(HOUR);
    expect(billing.requests).toEqual([]);
  });

  it("does not take the history that is read at the start for an approval", async () => {
    mode = "off";
    await approve("a");
    mode = "onApproval";
    automatic.dispose();
    const later = window.beside("window-2");
    start(later);
    await later.view.load();
    clock.advance(10_000);
    await settle();
    expect(billing.requests).toEqual([]);
  });
});
