import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { listWaitingItems, type WaitingContext, type WaitingItem } from "../../../../src/app/status/waiting.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import type { Mismatch } from "../../../../src/domain/cases/suggestion.ts";
import { aCase, anEntry, at, day, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-2");

let clock: ManualClock;
let window: TestWindow;
let context: WaitingContext;
let mismatch: Mismatch | undefined;

beforeEach(async () => {
  clock = new ManualClock("2026-03-11 12:00");
  window = new TestWindow(clock);
  mismatch = undefined;
  context = {
    view: window.view,
    clock,
    directory: new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), clock),
    current: () => ({ tree: TREE, case: ACME, paused: false }),
    mismatch: () => mismatch,
  };
  await append({ kind: "pick", tree: TREE, case: ACME }, "2026-01-01 08:00");
});

const append = (body: EventBody, time = "2026-03-10 08:00"): Promise<void> => window.add(body, time);

const line = (item: WaitingItem): string => {
  switch (item.kind) {
    case "mismatch":
      return `mismatch ${item.picked.key} ${item.mismatch.suggestion.case.key}`;
    case "timer":
      return `timer ${item.timer.case.key} ${String(item.seconds)}`;
    case "conflict":
      return `conflict ${item.conflict.declaration.case.key} ${String(item.seconds)}`;
    case "unassigned":
      return `unassigned ${item.day} ${String(item.seconds)}`;
    case "draft":
      return `draft ${item.day} ${item.case.key} ${String(item.seconds)}`;
    case "entry":
      return `entry ${item.outbox.entry.entryId} ${item.outbox.delivery.state}`;
  }
};
const waiting = async (): Promise<readonly string[]> => (await listWaitingItems(context)).map(line);

describe("what waits", () => {
  it("is nothing in a new ledger", async () => {
    expect(await waiting()).toEqual([]);
  });

  it("is the time of closed days that is not approved, by age; today's waits for its end", async () => {
    await window.work("2026-03-10 09:00");
    await window.work("2026-03-09 09:00");
    await window.work("2026-03-11 09:00");
    expect(await waiting()).toEqual(["draft 2026-03-09 ACME-1 40", "draft 2026-03-10 ACME-1 40"]);
    clock.set("2026-03-12 00:10");
    expect((await waiting()).at(-1)).toBe("draft 2026-03-11 ACME-1 40");
  });

  it("is not the time of a case that is not billed, nor what is approved and receipted or carried", async () => {
    await append({ kind: "pick", tree: OTHER_TREE, case: aCase("FREE-1", { billable: false }) });
    await window.work("2026-03-10 09:00", { tree: OTHER_TREE });
    await window.work("2026-03-10 10:00");
    await append({ kind: "approved", entry: anEntry("a", { start: at("10:00"), end: at("10:00:40") }) });
    expect(await waiting()).toEqual(["entry a waiting"]);
    await append({ kind: "receipted", entryId: "a", revision: 1, remoteId: "r" });
    await append({ kind: "approved", entry: anEntry("c", { billedSeconds: 0 as never }) });
    expect(await waiting()).toEqual([]);
  });

  it("is what the billing system refused, or perhaps has", async () => {
    await append({ kind: "approved", entry: anEntry("a") });
    await append({ kind: "approved", entry: anEntry("b", { start: at("10:00"), end: at("10:10") }) });
    await append({ kind: "refused", entryId: "a", revision: 1, problem: { kind: "closed", detail: "Closed." } });
    await append({ kind: "sending", entryId: "b", revision: 1 });
    expect([...(await waiting())].sort()).toEqual(["entry a refused", "entry b unknown"]);
  });

  it("is time without a case, today's too", async () => {
    await window.work("2026-03-10 09:00", { tree: OTHER_TREE });
    await window.work("2026-03-11 09:00", { tree: OTHER_TREE });
    expect(await waiting()).toEqual(["unassigned 2026-03-10 40", "unassigned 2026-03-11 40"]);
  });

  it("is of time without a case the part that no entry has claimed", async () => {
    await window.work("2026-03-10 09:00", { tree: OTHER_TREE });
    await append({ kind: "approved", entry: anEntry("a", { start: at("09:00:10"), end: at("09:00:25") }) });
    await append({ kind: "receipted", entryId: "a", revision: 1, remoteId: "r" });
    const items = await listWaitingItems(context);
    expect(items.map((item) => (item.kind === "unassigned" ? [item.start, item.end, item.seconds] : []))).toEqual([
      [at("09:00:00"), at("09:00:10"), 10],
      [at("09:00:25"), at("09:00:40"), 15],
    ]);
  });

  it("is a conflict until one side is chosen", async () => {
    await window.work("2026-03-10 09:00");
    const body = { kind: "declared", case: BETA, entryDay: day("2026-03-10"), seconds: 600, reason: "Call" } as const;
    await append({ ...body, from: at("09:00:30"), to: at("09:10:30") });
    expect(await waiting()).toContain("conflict BETA-2 10");
  });

  it("is first what is at hand: a contradiction, and a timer that was probably forgotten", async () => {
    await window.work("2026-03-10 09:00");
    mismatch = {
      picked: ACME.ref,
      since: at("09:00"),
      suggestion: { case: BETA, since: at("09:00"), isAmbiguous: false, reason: { kind: "commit" } },
    };
    await append({ kind: "timerStarted", case: BETA, reason: "" }, "2026-03-11 08:00");
    expect(await waiting()).toEqual(["mismatch ACME-1 BETA-2", "draft 2026-03-10 ACME-1 40"]);
    clock.set("2026-03-11 12:00:01");
    expect((await waiting()).slice(0, 2)).toEqual(["mismatch ACME-1 BETA-2", "timer BETA-2 14401"]);
    context = { ...context, current: () => ({ tree: undefined, case: undefined, paused: false }) };
    expect((await waiting())[0]).toBe("timer BETA-2 14401");
  });

  it("is looked for in the last month of work", async () => {
    await window.work("2026-01-05 09:00");
    for (let date = 8; date <= 28; date += 1) await window.work(`2026-02-${String(date).padStart(2, "0")} 09:00`);
    for (let date = 1; date <= 10; date += 1) await window.work(`2026-03-${String(date).padStart(2, "0")} 09:00`);
    const found = await waiting();
    expect({ count: found.length, first: found[0] }).toEqual({ count: 31, first: "draft 2026-02-08 ACME-1 40" });
  });
});
