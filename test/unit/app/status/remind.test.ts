import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { remindDaily, countWaiting, type WaitingCounts } from "../../../../src/app/status/remind.ts";
import type { WaitingItem } from "../../../../src/app/status/waiting.ts";
import type { IDisposable } from "../../../../src/base/disposable.ts";
import { MINUTE_MS, seconds } from "../../../../src/base/time.ts";
import { presentReminder } from "../../../../src/ui/status/presentReminder.ts";
import { aCase, anEntry, anEvent, at, day, must, TREE, UTC } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { aStretch } from "../../../support/reviewedDay.ts";
import { MemoryStore, settle, TestWindow } from "../../../support/memoryEventLog.ts";
import type { Delivery } from "../../../../src/domain/entries/delivery.ts";

const draft: WaitingItem = { kind: "draft", day: day("2026-03-09"), case: aCase("ACME-1"), seconds: seconds(60) };
const entry = (delivery: Delivery): WaitingItem => ({ kind: "entry", outbox: { entry: anEntry("a"), delivery } });
const stray = (length: number): WaitingItem => ({
  kind: "unassigned",
  day: day("2026-03-10"),
  start: at("09:00"),
  end: at("09:30"),
  zone: UTC,
  seconds: seconds(length),
});

const nothing: WaitingCounts = {
  toApprove: 0,
  toSend: 0,
  refused: 0,
  conflicts: 0,
  todaySeconds: 0,
  unassignedSeconds: 0,
};

describe("what waits at the end of the day", () => {
  it("is what a person can settle, and little time without a case is nothing", () => {
    expect(countWaiting([], 0)).toBeUndefined();
    expect(countWaiting([stray(599)], 599)).toBeUndefined();
    expect(countWaiting([stray(300), stray(300)], 0)).toMatchObject({ unassignedSeconds: 600, todaySeconds: 0 });
    expect(countWaiting([], 600)).toMatchObject({ unassignedSeconds: 0, todaySeconds: 600 });
    const problem = { kind: "no", detail: "No." };
    const items = [
      draft,
      draft,
      entry({ state: "waiting", attempts: 0 }),
      entry({ state: "refused", attempts: 1, problem }),
    ];
    expect(countWaiting(items, 0)).toEqual({ ...nothing, toApprove: 2, toSend: 1, refused: 1 });
  });

  it("is said in one sentence, and a look at today or a sync offered where it helps", () => {
    expect(presentReminder({ ...nothing, toApprove: 1 })).toEqual({
      text: "Before you go: 1 time entry to review.",
      canReview: false,
      canSync: true,
      canList: true,
    });
    expect(presentReminder({ ...nothing, toSend: 2, refused: 1, unassignedSeconds: 4_000 }).text).toBe(
      "Before you go: 2 approved entries to send, 1 refused entry and 1:06 h without a case.",
    );
    expect(presentReminder({ ...nothing, conflicts: 1 }).canSync).toBe(false);
    expect(presentReminder({ ...nothing, todaySeconds: 22_500, toSend: 1 })).toEqual({
      text: "Before you go: 6:15 h of today to review and 1 approved entry to send.",
      canReview: true,
      canSync: true,
      canList: true,
    });
    expect(presentReminder({ ...nothing, todaySeconds: 600 })).toMatchObject({ canSync: false, canList: false });
  });
});

describe("the reminder", () => {
  let clock: ManualClock;
  let windows: TestWindow[];
  let running: IDisposable[];
  let shown: { readonly by: string; readonly waiting: WaitingCounts }[];
  let items: readonly WaitingItem[];
  let there: ReadonlySet<string>;
  let remindAt: string | undefined;

  beforeEach(async () => {
    clock = new ManualClock("17:00");
    const store = new MemoryStore();
    windows = ["one", "two"].map((name) => new TestWindow(clock, store, name));
    [shown, items, there, remindAt] = [[], [draft], new Set(["one", "two"]), "17:30"];
    await Promise.all(windows.map(({ view }) => view.load()));
    running = windows.map(({ journal, log, view }) =>
      remindDaily({
        journal,
        directory: new CaseDirectory(log, view, new FakeProviders(new FakeBilling()), clock),
        remindAt: () => remindAt,
        isThere: () => there.has(journal.windowId),
        waitingItems: () => Promise.resolve(items),
        show: (waiting) => shown.push({ by: journal.windowId, waiting }),
        report: (error) => {
          throw error;
        },
      }),
    );
  });
  afterEach(() => {
    for (const one of running) one.dispose();
    for (const window of windows) window.kill();
    expect(clock.pending).toBe(0);
  });

  async function pass(minutes: number): Promise<number> {
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.advance(MINUTE_MS);
      await settle();
    }
    return shown.length;
  }

  it("comes at its time, once over all windows, and again the next day", async () => {
    expect(await pass(29)).toBe(0);
    expect(await pass(1)).toBe(1);
    expect(shown[0]?.waiting.toApprove).toBe(1);
    expect(await pass(6 * 60)).toBe(1);
    expect(await pass(18 * 60)).toBe(2);
  });

  it("waits until the person is there, and comes in that window", async () => {
    there = new Set();
    expect(await pass(60)).toBe(0);
    there = new Set(["two"]);
    expect(await pass(1)).toBe(1);
    expect(shown[0]?.by).toBe("two");
  });

  it("does not come while nothing waits, but when something does later", async () => {
    items = [];
    expect(await pass(90)).toBe(0);
    items = [draft];
    expect(await pass(1)).toBe(1);
  });

  it("comes for work of today as soon as there are ten minutes of it", async () => {
    items = [];
    const worked = (from: string, to: string) =>
      must(windows[0]).log.append([
        anEvent("pick", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "16:00"),
        ...aStretch(from, to),
      ]);
    await worked("16:00", "16:09");
    expect(await pass(60)).toBe(0);
    await worked("16:09", "16:10");
    expect(await pass(1)).toBe(1);
    expect(shown[0]?.waiting).toEqual({ ...nothing, todaySeconds: 600 });
  });

  it("does not come when it is off, nor after midnight", async () => {
    remindAt = undefined;
    expect(await pass(60)).toBe(0);
    remindAt = "23:59";
    items = [];
    expect(await pass(6 * 60)).toBe(0);
    items = [draft];
    expect(await pass(3 * 60)).toBe(0);
  });
});
