import { beforeEach, describe, expect, it } from "vitest";
import { correctEntry, type EntryChange } from "../../../../src/app/billing/correctEntry.ts";
import { pushOutbox } from "../../../../src/app/billing/pushOutbox.ts";
import { seconds } from "../../../../src/base/time.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import { aCase, anEntry, at, must } from "../../../support/builders.ts";
import { FakeBilling } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { OutboxEntry } from "../../../../src/domain/entries/delivery.ts";

const NEVER = new AbortController().signal;
const CASE = { ...aCase("ACME-1"), activities: [{ id: "support", name: "Support" }] };

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  await window.view.load();
});

/** An approved entry of so many seconds, billed by the minute. */
async function approve(id: string, worked: number, billed: number): Promise<void> {
  const entry = anEntry(id, {
    case: CASE,
    start: at("09:00"),
    end: at("10:00"),
    observedSeconds: seconds(worked),
    billableSeconds: seconds(worked),
    contractSeconds: seconds(worked),
    billedSeconds: seconds(billed),
  });
  await window.log.append([window.factory.create({ kind: "approved", entry })]);
}

const push = (from = window) =>
  pushOutbox(
    from,
    billing,
    from.view.ledger.entries.all.map(({ entry }) => entry.entryId),
    NEVER,
    () => undefined,
  );
const item = (id: string): OutboxEntry => must(window.view.ledger.entries.get(id));
const correct = (id: string, change: Partial<EntryChange>, unit = 60, from = window) =>
  correctEntry(from, id, { reason: "agreed by phone", ...change }, unit);

async function failure(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return CaseclockError.is(error) ? error.code : "none";
}

describe("correcting an entry", () => {
  it("that was delivered makes its next revision, which changes what is there", async () => {
    await approve("a", 3_600, 3_600);
    await push();
    const next = await correct("a", { description: "Importer, second part" });
    expect(next).toMatchObject({ revision: 2, externalId: item("a").entry.externalId, billedSeconds: 3_600 });
    expect(item("a")).toMatchObject({
      delivery: { state: "waiting", attempts: 0 },
      before: { remoteId: "remote-1", revision: 1, billedSeconds: 3_600 },
    });
    expect(await push()).toMatchObject({ pushed: 1 });
    expect(billing.stored).toHaveLength(1);
    expect(billing.stored[0]).toMatchObject({ revision: 2, entry: { description: "Importer, second part" } });
    expect(item("a").delivery.state).toBe("receipted");
  });

  it("keeps the reason, and shows that of a write-down to the customer", async () => {
    await approve("a", 3_600, 3_600);
    await push();
    const next = await correct("a", { writtenDownSeconds: 900 });
    expect(next).toMatchObject({
      writtenDownSeconds: 900,
      writeDownReason: "agreed by phone",
      billableSeconds: 2_700,
      billedSeconds: 2_700,
    });
    const [, kept] = await window.log.read({ kinds: ["approved"] });
    expect(kept?.body).toMatchObject({ reason: "agreed by phone" });
  });

  it("to nothing written down gives the customer no reason of a write-down", async () => {
    await approve("a", 3_600, 3_600);
    await push();
    await correct("a", { writtenDownSeconds: 900 });
    const next = await correct("a", { writtenDownSeconds: 0, reason: "No discounts for them" });
    expect(next).toMatchObject({ writtenDownSeconds: 0, billableSeconds: 3_600 });
    expect(next).not.toHaveProperty("writeDownReason");
    await push();
    expect(JSON.stringify(must(billing.stored[0]).entry)).not.toContain("No discounts");
    expect(await correct("a", { description: "Importer" })).not.toHaveProperty("writeDownReason");
  });

  it("rounds on the case's running total without the entry: less than a unit is carried", async () => {
    await approve("a", 95, 120);
    await approve("b", 95, 60);
    await push();
    const { billedSeconds, carriedSeconds } = await correct("a", { writtenDownSeconds: 30 });
    // 65 and 95 are 160: 180 in whole minutes, of which 60 are b's.
    expect({ billedSeconds, carriedSeconds }).toEqual({ billedSeconds: 120, carriedSeconds: -20 });
    const { contractTotal, billedTotal } = window.view.ledger.entries.approvedSoFar(
      CASE.ref,
      item("a").entry.day,
      "connection-1",
    );
    expect({ contractTotal, billedTotal }).toEqual({ contractTotal: 160, billedTotal: 180 });
  });

  it("to nothing is told to the billing system, which has something", async () => {
    await approve("a", 3_600, 3_600);
    await push();
    expect(await correct("a", { writtenDownSeconds: 3_600 })).toMatchObject({ billedSeconds: 0 });
    expect(item("a").delivery.state).toBe("waiting");
    await push();
    expect(billing.stored).toMatchObject([{ revision: 2, billedSeconds: 0 }]);
  });

  it("that was refused has it sent anew, as what was never there", async () => {
    await approve("a", 3_600, 3_600);
    billing.outcome = () => "rejected";
    await push();
    billing.outcome = () => "written";
    await correct("a", { activityId: "support" });
    expect(item("a")).not.toHaveProperty("before");
    await push();
    expect(billing.stored).toMatchObject([{ revision: 2, entry: { activityId: "support" } }]);
  });

  it("keeps what it claims", async () => {
    await approve("a", 3_600, 3_600);
    await push();
    await correct("a", { description: "other" });
    expect(window.view.ledger.entries.claimedWithin({ start: at("00:00"), end: at("23:00") })).toEqual([
      { start: at("09:00"), end: at("10:00") },
    ]);
  });

  it.each([
    ["that still waits", "written", "entries.unsettled", false],
    ["of which nobody knows what became", "lost", "entries.unsettled", true],
  ] as const)("%s is refused", async (_, outcome, code, isPushed) => {
    await approve("a", 3_600, 3_600);
    billing.outcome = () => outcome;
    if (isPushed) await push();
    expect(await failure(correct("a", { description: "other" }))).toBe(code);
    expect(item("a").entry.revision).toBe(1);
  });

  it.each<[string, Partial<EntryChange>]>([
    ["without a reason", { description: "other", reason: " " }],
    ["without a change", {}],
    ["by more than was worked", { writtenDownSeconds: 3_601 }],
    ["by less than nothing", { writtenDownSeconds: -1 }],
    ["by half a second", { writtenDownSeconds: 0.5 }],
    ["to an activity that the case has not", { activityId: "travel" }],
    ["to a novel", { description: "x".repeat(2_001) }],
  ])("%s is refused, and nothing changes", async (_, change) => {
    await approve("a", 3_600, 3_600);
    await push();
    expect(await failure(correct("a", change))).toBe("arguments.invalid");
    expect(item("a")).toMatchObject({ entry: { revision: 1 }, delivery: { state: "receipted" } });
  });

  it("is not overtaken by a window that is about to send the revision before", async () => {
    await approve("a", 3_600, 3_600);
    billing.outcome = () => "rejected";
    await push();
    billing.outcome = () => "written";
    const other = window.beside("window-2");
    await other.view.load();
    // It has read its queue, and is about to mark what it sends: then comes the correction.
    const append = other.log.appendIfLast.bind(other.log);
    let isCorrected = false;
    other.log.appendIfLast = async (kind, seq, events) => {
      if (!isCorrected) {
        isCorrected = true;
        await correct("a", { description: "right" });
      }
      return append(kind, seq, events);
    };
    await push(other);
    await window.view.catchUp();
    expect(billing.stored).toEqual([]); // what it was about to send is not what is approved any more
    await push(other);
    await window.view.catchUp();
    expect(billing.stored.map(({ revision }) => revision)).toEqual([2]);
    expect(item("a").delivery.state).toBe("receipted");
  });
});
