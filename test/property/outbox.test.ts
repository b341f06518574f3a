import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pushOutbox } from "../../src/app/billing/pushOutbox.ts";
import { listDeliveries } from "../../src/domain/entries/approvedEntries.ts";
import { CaseclockError } from "../../src/domain/errors.ts";
import type { EventBody } from "../../src/domain/log/events.ts";
import { aCase, anEntry } from "../support/builders.ts";
import { FakeBilling, type Outcome } from "../support/fakeBilling.ts";
import { ManualClock } from "../support/manualClock.ts";
import { MemoryStore, TestWindow } from "../support/memoryEventLog.ts";

type Step =
  | { readonly kind: "approve"; readonly entries: number; readonly lane: number }
  /** A sync by one window. `crashAt`: the append at which the editor is killed, before or after it was stored. */
  | {
      readonly kind: "sync";
      readonly window: number;
      readonly outcomes: readonly Outcome[];
      readonly cancelAt: number | undefined;
      readonly crashAt: number | undefined;
      readonly crashStored: boolean;
      readonly lookUpFails: boolean;
    }
  | { readonly kind: "both"; readonly outcomes: readonly Outcome[] }
  | { readonly kind: "wait"; readonly ms: number };

const outcomes = fc.array(
  fc.constantFrom<Outcome>("written", "written", "lost", "timeout", "late", "rejected", "server", "offline"),
  { minLength: 1, maxLength: 8 },
);
const maybe = (max: number) => fc.option(fc.nat({ max }), { nil: undefined, freq: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("approve" as const),
    entries: fc.integer({ min: 1, max: 6 }),
    lane: fc.nat({ max: 3 }),
  }),
  fc.record({
    kind: fc.constant("sync" as const),
    window: fc.nat({ max: 1 }),
    outcomes,
    cancelAt: maybe(6),
    crashAt: maybe(4),
    crashStored: fc.boolean(),
    lookUpFails: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("both" as const), outcomes }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(100, 1_000, 61_000) }),
);

const batches = fc.constantFrom(1, 2, 3, 100);

/** How long a look-up that finds nothing is not believed, and how much later than its caller's patience a request arrives. */
const SETTLE_MS = 60_000;
const LATE_MS = 50_000;

/** Two windows over one disk, against a billing system that keeps whatever arrives. */
class World {
  readonly clock = new ManualClock("12:00");
  readonly store = new MemoryStore();
  readonly billing = new FakeBilling();
  readonly windows: TestWindow[] = [];
  approved = 0;
  private opened = 0;

  /** @param mostInBatch entries that the billing system takes in a request; 1: each is one of its own */
  constructor(mostInBatch: number) {
    if (mostInBatch > 1) this.billing.takeBatches(mostInBatch);
    this.billing.settleMs = SETTLE_MS;
    this.billing.arriveLater = (arrive) => this.clock.after(LATE_MS, arrive);
  }

  async open(slot: number): Promise<TestWindow> {
    this.opened += 1;
    const window = new TestWindow(this.clock, this.store, `window-${String(this.opened)}`);
    this.windows[slot] = window;
    await window.view.load();
    return window;
  }

  async approve(entries: number, lane: number): Promise<void> {
    const window = await this.at(0);
    const approvals = Array.from({ length: entries }, () => {
      this.approved += 1;
      return anEntry(`entry-${String(this.approved)}`, { case: aCase(`CASE-${String(lane)}`) });
    });
    await window.log.append(approvals.map((entry) => window.factory.create({ kind: "approved", entry })));
  }

  async at(slot: number): Promise<TestWindow> {
    return this.windows[slot] ?? this.open(slot);
  }

  async sync(window: TestWindow, signal = new AbortController().signal): Promise<void> {
    const ids = window.view.ledger.entries.all.map(({ entry }) => entry.entryId);
    await pushOutbox(window, this.billing, ids, signal, () => undefined);
  }

  script(list: readonly Outcome[]): void {
    let next = 0;
    this.billing.outcome = () => list[next++ % list.length] ?? "written";
  }

  async run(one: Step): Promise<void> {
    switch (one.kind) {
      case "approve":
        await this.approve(one.entries, one.lane);
        return;
      case "wait":
        this.clock.advance(one.ms);
        return;
      case "both": {
        this.script(one.outcomes);
        const windows = [await this.at(0), await this.at(1)];
        const ends = await Promise.allSettled(windows.map((window) => this.sync(window)));
        for (const end of ends) if (end.status === "rejected") expectBusy(end.reason);
        return;
      }
      case "sync":
        await this.syncOnce(one);
    }
  }

  private async syncOnce(one: Extract<Step, { kind: "sync" }>): Promise<void> {
    this.script(one.outcomes);
    this.billing.failure = one.lookUpFails ? "billing.server" : undefined;
    const window = await this.at(one.window);
    const cancel = new AbortController();
    const first = this.billing.requests.length;
    this.billing.onRequest = () => {
      if (this.billing.requests.length - first === one.cancelAt) cancel.abort();
    };
    let appends = 0;
    const killed = { yet: false };
    const crash = (): void => {
      if (killed.yet) throw new CaseclockError("ledger.unavailable", "killed");
      if (appends++ === one.crashAt) {
        killed.yet = true;
        throw new CaseclockError("ledger.unavailable", "killed");
      }
    };
    if (one.crashStored) window.log.afterAppend = crash;
    else window.log.beforeAppend = crash;
    const end = await this.sync(window, cancel.signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    window.log.afterAppend = window.log.beforeAppend = () => undefined;
    this.billing.onRequest = () => undefined;
    this.billing.failure = undefined;
    if (killed.yet) {
      window.kill();
      await this.open(one.window);
    } else if (end !== undefined) {
      expectBusy(end);
    }
  }

  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { externalId } of this.billing.stored) counts.set(externalId, (counts.get(externalId) ?? 0) + 1);
    return counts;
  }
}

/** The entries that a receipt, or several in one event, are of. */
function entriesIn(body: EventBody): readonly string[] {
  return body.kind === "receipted" ? listDeliveries(body).map(({ entryId }) => entryId) : [];
}

function expectBusy(error: unknown): void {
  if (!CaseclockError.is(error, "billing.busy")) throw error;
}

describe("the outbox", () => {
  it("brings each approved entry to the billing system exactly once, whatever crashes, times out or is repeated", async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.array(step, { minLength: 2, maxLength: 14, size: "max" }), async (most, steps) => {
        const world = new World(most);
        await world.approve(3, 0);
        for (const one of steps) {
          await world.run(one);
          for (const [externalId, count] of world.counts())
            expect({ externalId, count }).toEqual({ externalId, count: 1 });
        }
        // The trouble is over: one window, a working network, a person who presses Sync.
        for (const window of world.windows) window.kill();
        world.clock.advance(61_000);
        world.billing.outcome = () => "written";
        const last = await world.open(0);
        await world.sync(last);
        const expected = Array.from({ length: world.approved }, (_, index) => [`entry-${String(index + 1)}`, 1]);
        expect(Object.fromEntries(world.counts())).toEqual(Object.fromEntries(expected) as Record<string, number>);
        expect(last.view.ledger.entries.all.map(({ delivery }) => delivery.state)).toEqual(
          expected.map(() => "receipted"),
        );
        const receipts = (await last.log.read({ kinds: ["receipted"] })).flatMap(({ body }) => entriesIn(body));
        expect(new Set(receipts).size).toBe(receipts.length);
        expect(world.billing.collisions).toEqual([]);
        expect(world.billing.mostInFlight).toBeLessThanOrEqual(4);
      }),
      { numRuns: 1_500 },
    );
  });
});
