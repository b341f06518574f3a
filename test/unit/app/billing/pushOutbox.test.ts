import { beforeEach, describe, expect, it } from "vitest";
import { pushOutbox } from "../../../../src/app/billing/pushOutbox.ts";
import { seconds } from "../../../../src/base/time.ts";
import { listDeliveries } from "../../../../src/domain/entries/approvedEntries.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import type { SyncResult } from "../../../../src/ports/billingResults.ts";
import { aCase, anEntry, at, must } from "../../../support/builders.ts";
import { FakeBilling } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";
import type { Delivery } from "../../../../src/domain/entries/delivery.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  await window.view.load();
});

async function approve(...entries: readonly ApprovedEntry[]): Promise<void> {
  await window.log.append(entries.map((entry) => window.factory.create({ kind: "approved", entry })));
}

/** An entry of a case of its own. */
const entryOf = (id: string, caseKey = `CASE-${id}`): ApprovedEntry => anEntry(id, { case: aCase(caseKey) });

interface Run {
  readonly from?: TestWindow;
  readonly ids?: readonly string[];
  readonly signal?: AbortSignal;
  readonly report?: (done: number, total: number) => void;
}

function push({ from = window, ids, signal, report }: Run = {}): Promise<SyncResult> {
  const wanted = ids ?? from.view.ledger.entries.all.map(({ entry }) => entry.entryId);
  const stop = signal ?? new AbortController().signal;
  return pushOutbox(from, billing, wanted, stop, report ?? (() => undefined));
}

const delivery = (id: string, from = window): Delivery => must(from.view.ledger.entries.get(id)).delivery;
const states = (): readonly string[] => window.view.ledger.entries.all.map((item) => item.delivery.state);
const kinds = async (): Promise<readonly string[]> =>
  (await window.log.read({ exceptKinds: ["approved"] })).map(({ body }) => body.kind);
const stored = (): readonly string[] => billing.stored.map((one) => one.externalId);

describe("pushing", () => {
  it("tells where the billing system keeps another amount than was sent, and keeps the receipt", async () => {
    await approve(entryOf("a"), entryOf("b"));
    const real = billing.push.bind(billing);
    billing.push = async (entry, signal) => {
      const result = await real(entry, signal);
      if (result.kind !== "written" || entry.entryId !== "a") return result;
      return { ...result, remote: { ...result.remote, billedSeconds: seconds(900) } };
    };
    const { pushed, problems } = await push();
    expect(pushed).toBe(2);
    expect(problems).toMatchObject([{ entryId: "a", key: "CASE-a", kind: "stored-differs" }]);
    expect(problems[0]?.detail).toBe("The billing system stored 900 s of the 600 s that were sent.");
    expect(delivery("a")).toMatchObject({ state: "receipted", storedSeconds: 900 });
  });

  it("delivers each approved entry, keeps its receipt and tells how far it is", async () => {
    await approve(entryOf("a"), entryOf("b"));
    const progress: (readonly [number, number])[] = [];
    expect(await push({ report: (done, total) => progress.push([done, total]) })).toEqual({
      pushed: 2,
      rejected: 0,
      retryLater: 0,
      unknown: 0,
      waiting: 0,
      carried: 0,
      problems: [],
    });
    expect(stored()).toEqual(["a", "b"]);
    expect(billing.stored.map((one) => one.entry)).toEqual([entryOf("a"), entryOf("b")]);
    expect(delivery("a")).toEqual({ state: "receipted", remoteId: "remote-1", at: at("12:00"), storedSeconds: 600 });
    expect(progress).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(await push()).toMatchObject({ pushed: 0 });
    expect(stored()).toEqual(["a", "b"]);
  });

  it("commits that an entry is being sent before the first byte", async () => {
    await approve(entryOf("a"));
    billing.onRequest = async () => {
      expect(await kinds()).toEqual(["sending"]);
      const crashed = window.beside("window-2");
      await crashed.view.load();
      expect(delivery("a", crashed).state).toBe("unknown");
      crashed.kill();
    };
    await push();
    expect(billing.requests).toEqual(["push a"]);
    expect(await kinds()).toEqual(["sending", "receipted"]);
  });

  it("sends nothing when that cannot be committed", async () => {
    await approve(entryOf("a"));
    window.log.beforeAppend = () => {
      throw new CaseclockError("ledger.full", "no room");
    };
    await expect(push()).rejects.toMatchObject({ code: "ledger.full" });
    expect(billing.requests).toEqual([]);
    expect(window.store.leases.size).toBe(0);
  });

  it("sends what it was asked for and nothing else, carried and receipted entries never", async () => {
    await approve(entryOf("a"), entryOf("b"), anEntry("zero", { billedSeconds: entryOf("a").agentSeconds }));
    const result = await push({ ids: ["b", "zero", "nobody"] });
    expect(stored()).toEqual(["b"]);
    expect(result).toMatchObject({ pushed: 1, waiting: 1 });
    expect(states()).toEqual(["waiting", "receipted", "carried"]);
  });
});

describe("an answer that is lost", () => {
  it("is found by its key at the next run: one entry, one receipt", async () => {
    await approve(entryOf("a"));
    billing.outcome = () => "lost";
    expect(await push()).toMatchObject({ pushed: 0, unknown: 1, waiting: 1 });
    expect(delivery("a").state).toBe("unknown");
    expect(await push()).toMatchObject({ pushed: 1, unknown: 0, waiting: 0, problems: [] });
    expect(billing.requests).toEqual(["push a", "find a"]);
    expect(stored()).toEqual(["a"]);
    expect((await kinds()).filter((kind) => kind === "receipted")).toHaveLength(1);
  });

  it("of a request that never arrived is looked up, then sent", async () => {
    await approve(entryOf("a"));
    billing.outcome = (_entry, attempt) => (attempt === 1 ? "timeout" : "written");
    await push();
    await push();
    expect(billing.requests).toEqual(["push a", "find a", "push a"]);
    expect(stored()).toEqual(["a"]);
    expect(delivery("a").state).toBe("receipted");
  });

  it("stays uncertain while it cannot be looked up, and is not sent", async () => {
    await approve(entryOf("a"));
    billing.outcome = () => "lost";
    await push();
    for (const failure of ["billing.server", "billing.offline", "billing.auth"] as const) {
      billing.failure = failure;
      expect(await push()).toMatchObject({ pushed: 0, waiting: 1 });
      expect(delivery("a").state).toBe("unknown");
    }
    billing.failure = undefined;
    await push();
    expect(stored()).toEqual(["a"]);
    expect(billing.requests.filter((request) => request.startsWith("push"))).toHaveLength(1);
  });

  it("of which the other side holds two is a duplicate for a person, not a third", async () => {
    await approve(entryOf("a"));
    billing.outcome = () => "lost";
    await push();
    billing.stored.push(must(billing.stored[0]));
    const result = await push();
    expect(result).toMatchObject({ rejected: 1, problems: [{ entryId: "a", key: "CASE-a", kind: "duplicate" }] });
    expect(delivery("a").state).toBe("refused");
    expect(stored()).toHaveLength(2);
  });

  it("is not needed when the window is killed before its receipt is durable", async () => {
    await approve(entryOf("a"), entryOf("b"));
    window.log.beforeAppend = (events) => {
      if (events.some(({ body }) => body.kind === "receipted"))
        throw new CaseclockError("ledger.unavailable", "killed");
    };
    await expect(push()).rejects.toMatchObject({ code: "ledger.unavailable" });
    window.kill();
    const next = window.beside("window-2");
    await next.view.load();
    expect(await push({ from: next })).toMatchObject({ pushed: 2 });
    expect(stored()).toEqual(["a", "b"]);
    expect(delivery("a", next).state).toBe("receipted");
  });
});

describe("an entry that cannot be delivered", () => {
  it("does not hold up the rest when it is refused, and can be tried again by a person", async () => {
    await approve(entryOf("a"), entryOf("b"), entryOf("c"));
    billing.outcome = (entry, attempt) => (entry.entryId === "a" && attempt === 1 ? "rejected" : "written");
    expect(await push()).toMatchObject({
      pushed: 2,
      rejected: 1,
      waiting: 0,
      problems: [{ entryId: "a", key: "CASE-a", kind: "rejected", detail: "ended as rejected" }],
    });
    expect(states()).toEqual(["refused", "receipted", "receipted"]);
    expect(await push({ ids: ["a"] })).toMatchObject({ pushed: 1 });
    expect([...stored()].sort()).toEqual(["a", "b", "c"]);
  });

  it("does not hold up the rest when the server has trouble with it", async () => {
    await approve(entryOf("a"), entryOf("b"));
    billing.outcome = (entry) => (entry.entryId === "a" ? "server" : "written");
    expect(await push()).toMatchObject({ pushed: 1, retryLater: 1, waiting: 1 });
    expect(delivery("a")).toEqual({
      state: "waiting",
      attempts: 1,
      notBefore: at("12:00:01"), // half of two seconds, by the chance of the test
      problem: { kind: "server", detail: "ended as server" },
    });
  });

  it("waits longer after each attempt", async () => {
    await approve(entryOf("a"));
    billing.outcome = () => "server";
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await push();
      const now = delivery("a");
      waits.push(now.state === "waiting" ? (now.notBefore ?? 0) - clock.now() : -1);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it("stops the run when nobody can be reached: the rest is certainly not sent and waits", async () => {
    const entries = Array.from({ length: 20 }, (_, index) => entryOf(String(index)));
    await approve(...entries);
    billing.outcome = () => "offline";
    const result = await push();
    expect(billing.requests.length).toBeLessThanOrEqual(4);
    expect(result).toMatchObject({ pushed: 0, waiting: 20 });
    // Those in flight when it stopped may be uncertain; of the rest it is certain that they were not sent.
    expect(result.retryLater + result.unknown).toBe(20);
    expect(result.unknown).toBeLessThanOrEqual(3);
    billing.outcome = () => "written";
    expect(await push()).toMatchObject({ pushed: 20, waiting: 0 });
    expect(new Set(stored()).size).toBe(20);
    expect(stored()).toHaveLength(20);
  });
});

describe("a run that a person stops", () => {
  it("sends nothing more, and what was not sent is sent once by the next", async () => {
    const entries = Array.from({ length: 150 }, (_, index) => entryOf(String(index)));
    await approve(...entries);
    const stop = new AbortController();
    billing.onRequest = () => {
      if (billing.requests.length === 10) stop.abort();
    };
    const result = await push({ signal: stop.signal });
    expect(billing.requests.length).toBeLessThanOrEqual(14);
    expect(result.pushed).toBeGreaterThan(0);
    expect(result.pushed + result.waiting).toBe(150);
    expect(window.store.leases.size).toBe(0);
    billing.onRequest = () => undefined;
    await push();
    expect(new Set(stored()).size).toBe(150);
    expect(stored()).toHaveLength(150);
  });

  it("before it began sends nothing and marks nothing as being sent", async () => {
    await approve(entryOf("a"));
    expect(await push({ signal: AbortSignal.abort() })).toMatchObject({ pushed: 0, waiting: 1 });
    expect(await kinds()).toEqual([]);
  });
});

describe("many entries", () => {
  it("are sent four at a time, never two of one case at once, each case in order", async () => {
    const entries = Array.from({ length: 250 }, (_, index) => entryOf(String(index), `CASE-${String(index % 7)}`));
    await approve(...entries);
    expect(await push()).toMatchObject({ pushed: 250, waiting: 0 });
    expect(stored()).toHaveLength(250);
    expect(new Set(stored()).size).toBe(250);
    expect(billing.mostInFlight).toBe(4);
    expect(billing.collisions).toEqual([]);
    for (let lane = 0; lane < 7; lane += 1) {
      const ofCase = billing.stored.filter(({ entry }) => entry.case.key === `CASE-${String(lane)}`);
      const order = ofCase.map((one) => Number(one.externalId));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  it("are marked in commits of a hundred, and their receipts share commits", async () => {
    await approve(...Array.from({ length: 250 }, (_, index) => entryOf(String(index))));
    const commits: string[] = [];
    window.log.beforeAppend = (events) => {
      const [{ body }, ...more] = [must(events[0]), ...events.slice(1)];
      if (body.kind !== "sending" && body.kind !== "receipted") throw new Error(`a commit of ${body.kind}`);
      expect(more).toEqual([]); // one event for all of them
      commits.push(`${body.kind} ${String(listDeliveries(body).length)}`);
    };
    await push();
    expect(commits.filter((commit) => commit.startsWith("sending"))).toEqual([
      "sending 100",
      "sending 100",
      "sending 50",
    ]);
    const receipts = commits.filter((commit) => commit.startsWith("receipted"));
    expect(receipts.length).toBeLessThanOrEqual(3);
    expect(await kinds()).toHaveLength(commits.length);
    expect(new Set(states())).toEqual(new Set(["receipted"]));
  });

  it("have receipts within a tenth of a second, not only at the end", async () => {
    await approve(entryOf("a"), entryOf("b", "CASE-a"));
    let release: () => void = () => undefined;
    billing.onRequest = (request) =>
      request === "push b" ? new Promise<void>((resolve) => (release = resolve)) : undefined;
    const running = push();
    await settle();
    expect(delivery("a").state).toBe("unknown");
    clock.advance(100);
    await settle();
    expect(delivery("a").state).toBe("receipted");
    release();
    await running;
  });
});

describe("two windows", () => {
  it("do not send at once, and the lease is given back whatever happens", async () => {
    await approve(entryOf("a"));
    const other = window.beside("window-2");
    await other.view.load();
    let inner: unknown;
    billing.onRequest = async () => {
      inner = await push({ from: other }).catch((error: unknown) => error);
    };
    await push();
    expect(CaseclockError.is(inner, "billing.busy")).toBe(true);
    expect(stored()).toEqual(["a"]);
    expect(window.store.leases.size).toBe(0);
  });

  it("take over from one that was killed when its lease has run out", async () => {
    await approve(entryOf("a"));
    await window.log.acquireLease(`sync:${billing.connection.id}`, "window-1", 60_000);
    window.kill();
    const other = window.beside("window-2");
    await other.view.load();
    await expect(push({ from: other })).rejects.toMatchObject({ code: "billing.busy" });
    clock.advance(60_000);
    expect(await push({ from: other })).toMatchObject({ pushed: 1 });
  });

  it("keep the lease as long as the sending lasts", async () => {
    await approve(...Array.from({ length: 5 }, (_, index) => entryOf(String(index), "SLOW-1")));
    const other = window.beside("window-2");
    await other.view.load();
    const inner: unknown[] = [];
    billing.onRequest = async () => {
      clock.advance(50_000);
      await settle();
      inner.push(await push({ from: other }).catch((error: unknown) => error));
    };
    expect(await push()).toMatchObject({ pushed: 5 });
    expect(inner.map((error) => CaseclockError.is(error, "billing.busy"))).toEqual(Array(5).fill(true));
    expect(stored()).toHaveLength(5);
    window.kill();
    other.kill();
    expect(clock.pending).toBe(0);
  });

  it("do not send again what the other has just delivered, before they have heard of it", async () => {
    await approve(entryOf("a"), entryOf("b"));
    const other = window.beside("window-2");
    await other.view.load();
    billing.outcome = (entry) => (entry.entryId === "b" ? "lost" : "written");
    await push();
    expect(delivery("a", other).state).toBe("waiting"); // it looks for news every 400 ms
    billing.outcome = () => "written";
    expect(await push({ from: other })).toMatchObject({ pushed: 1, waiting: 0 });
    expect(stored()).toEqual(["a", "b"]);
    expect(billing.requests).toEqual(["push a", "push b", "find b"]);
  });
});

describe("corrections", () => {
  it("a lower revision on the other side is not the one that was sent", async () => {
    const entry: ApprovedEntry = { ...entryOf("a"), revision: 2 };
    await approve(entry);
    const sending: EventBody = { kind: "sending", entryId: "a", revision: 2 };
    await window.log.append([window.factory.create(sending)]);
    billing.stored.push({ externalId: "a", remoteId: "old", revision: 1, entry });
    expect(await push()).toMatchObject({ pushed: 1 });
    expect(billing.requests).toEqual(["find a", "push a"]);
  });
});
