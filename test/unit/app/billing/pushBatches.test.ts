import { beforeEach, describe, expect, it } from "vitest";
import { pushOutbox } from "../../../../src/app/billing/pushOutbox.ts";
import { listDeliveries } from "../../../../src/domain/entries/approvedEntries.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { SyncResult } from "../../../../src/ports/billingResults.ts";
import { aCase, anEntry, must } from "../../../support/builders.ts";
import { FakeBilling } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { Delivery } from "../../../../src/domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";
import { withdrawApproval } from "../../../../src/app/edits/withdrawApproval.ts";

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  billing.takeBatches(100);
  await window.view.load();
});

/** Approves so many entries of so many cases, in turns. */
async function approve(count: number, cases: number): Promise<void> {
  const entryOf = (index: number): ApprovedEntry => anEntry(String(index), { case: aCase(`CASE-${index % cases}`) });
  const entries = Array.from({ length: count }, (_, index) => entryOf(index));
  await window.log.append(entries.map((entry) => window.factory.create({ kind: "approved", entry })));
}

function push(from = window, signal = new AbortController().signal): Promise<SyncResult> {
  const wanted = from.view.ledger.entries.all.map(({ entry }) => entry.entryId);
  return pushOutbox(from, billing, wanted, signal, () => undefined);
}

const stateOf = (id: string): Delivery["state"] => must(window.view.ledger.entries.get(id)).delivery.state;
const stored = (): readonly string[] => billing.stored.map((one) => one.externalId);
const batches = (): readonly string[] => billing.requests.filter((request) => request.startsWith("batch "));
const sizes = (): readonly number[] => batches().map((request) => request.split(",").length);

describe("entries in batches", () => {
  it("go in two streams, never two requests about one case at once, each case in order", async () => {
    await approve(700, 7);
    expect(await push()).toMatchObject({ pushed: 700, waiting: 0 });
    expect(stored()).toHaveLength(700);
    expect(new Set(stored()).size).toBe(700);
    expect({ mostInFlight: billing.mostInFlight, collisions: billing.collisions }).toEqual({
      mostInFlight: 2,
      collisions: [],
    });
    expect(batches()).toHaveLength(7);
    expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(700);
    for (let lane = 0; lane < 7; lane += 1) {
      const order = stored()
        .map(Number)
        .filter((index) => index % 7 === lane);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  it("of one case are one request after the other", async () => {
    await approve(250, 1);
    expect(await push()).toMatchObject({ pushed: 250 });
    expect({ mostInFlight: billing.mostInFlight, sizes: sizes() }).toEqual({ mostInFlight: 1, sizes: [100, 100, 50] });
  });

  it("are marked before they are sent, and each batch and its receipts are an event, not one for each entry", async () => {
    await approve(500, 5);
    const marked = new Set<string>();
    billing.onRequest = (request) => {
      const ids = request.replace("batch ", "").split(",");
      expect(ids.filter((id) => !marked.has(id))).toEqual([]);
    };
    let commits = 0;
    window.log.afterAppend = (events) => {
      commits += 1;
      for (const { body } of events) {
        if (body.kind === "sending") for (const { entryId } of listDeliveries(body)) marked.add(entryId);
      }
    };
    expect(await push()).toMatchObject({ pushed: 500 });
    const written = await window.log.read({ kinds: ["sending", "receipted", "refused", "deferred"] });
    expect(written.length).toBe(commits);
    expect(commits).toBeLessThanOrEqual(12);
  });

  it("that are refused or put off are told one by one; the rest has its receipt", async () => {
    await approve(6, 3);
    billing.outcome = ({ entryId }) => (entryId === "1" ? "rejected" : entryId === "2" ? "server" : "written");
    expect(await push()).toMatchObject({ pushed: 4, rejected: 1, retryLater: 1 });
    expect(["0", "1", "2", "3"].map(stateOf)).toEqual(["receipted", "refused", "waiting", "receipted"]);
  });

  it("are looked up one by one where an earlier attempt may have arrived, also part of them", async () => {
    await approve(6, 3);
    billing.outcome = ({ entryId }) => (entryId === "1" ? "lost" : entryId === "2" ? "timeout" : "written");
    expect(await push()).toMatchObject({ pushed: 4, unknown: 2 });
    billing.outcome = () => "written";
    billing.requests.length = 0;
    expect(await push()).toMatchObject({ pushed: 2, waiting: 0 });
    expect(billing.requests).toEqual(["find 1", "find 2", "push 2"]);
    expect([...stored()].sort()).toEqual(["0", "1", "2", "3", "4", "5"]);
  });

  it("go on one by one, once each, when the system turns out to take no batches", async () => {
    await approve(700, 7);
    billing.onRequest = () => {
      if (batches().length === 3) billing.maxBatchSize = 1;
    };
    expect(await push()).toMatchObject({ pushed: 700, waiting: 0 });
    expect(new Set(stored()).size).toBe(700);
    expect(stored()).toHaveLength(700);
    expect(billing.collisions).toEqual([]);
    // What had been marked for a batch before that was known still goes as one.
    expect(batches().length).toBeLessThanOrEqual(5);
    expect(billing.mostInFlight).toBe(4);
  });

  it("go four at a time to a system that has shown before that it takes no batches", async () => {
    billing.maxBatchSize = 1;
    await approve(120, 120);
    expect(await push()).toMatchObject({ pushed: 120 });
    expect({ mostInFlight: billing.mostInFlight, batches: batches() }).toEqual({ mostInFlight: 4, batches: [] });
  });

  it("that were withdrawn after the sync began are not sent", async () => {
    await approve(500, 1);
    const other = window.beside("window-2");
    await other.view.load();
    billing.onRequest = async () => {
      if (batches().length === 1) await withdrawApproval(other, ["450", "451"]);
    };
    expect(await push()).toMatchObject({ pushed: 498 });
    expect(stored()).not.toContain("450");
    expect(stored()).toHaveLength(498);
  });

  it("whose mark cannot be written are not sent; what has arrived has its receipt", async () => {
    await approve(700, 7);
    let marks = 0;
    window.log.beforeAppend = (events) => {
      if (events[0]?.body.kind !== "sending" || ++marks <= 3) return;
      throw new CaseclockError("ledger.full", "no space left");
    };
    await expect(push()).rejects.toSatisfy((error) => CaseclockError.is(error, "ledger.full"));
    expect(stored().map(stateOf)).toEqual(stored().map(() => "receipted"));
    expect(stored().length).toBeGreaterThan(0);
    expect(stored().length).toBeLessThanOrEqual(300);
    window.log.beforeAppend = () => undefined;
    expect(await push()).toMatchObject({ waiting: 0 });
    expect(new Set(stored()).size).toBe(700);
    expect(stored()).toHaveLength(700);
  });

  it("of which a receipt cannot be written stop the run, and are found by their keys the next time", async () => {
    await approve(400, 1);
    window.log.beforeAppend = (events) => {
      if (events[0]?.body.kind === "receipted") throw new CaseclockError("ledger.full", "no space left");
    };
    billing.onRequest = () => {
      if (batches().length === 2) clock.advance(100);
    };
    await expect(push()).rejects.toSatisfy((error) => CaseclockError.is(error, "ledger.full"));
    expect(stored().length).toBeLessThanOrEqual(300);
    window.log.beforeAppend = () => undefined;
    expect(await push()).toMatchObject({ pushed: 400, waiting: 0 });
    expect(new Set(stored()).size).toBe(400);
    expect(stored()).toHaveLength(400);
  });

  it("stop when a person says so; what was marked and not sent is certainly not there", async () => {
    await approve(700, 7);
    const stop = new AbortController();
    billing.onRequest = () => {
      if (batches().length === 2) stop.abort();
    };
    const result = await push(window, stop.signal);
    expect(batches().length).toBeLessThanOrEqual(2);
    expect(result.pushed + result.unknown + result.retryLater).toBeLessThanOrEqual(400);
    billing.onRequest = () => undefined;
    await push();
    expect(new Set(stored()).size).toBe(700);
    expect(stored()).toHaveLength(700);
  });
});
