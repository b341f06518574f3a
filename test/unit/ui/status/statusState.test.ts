import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { CurrentCase } from "../../../../src/app/cases/currentCase.ts";
import { seconds } from "../../../../src/base/time.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import { readStatusState, type StatusSources } from "../../../../src/ui/status/statusState.ts";
import type { StatusState } from "../../../../src/ui/status/presentStatus.ts";
import { aCase, aConnection, anEntry, day, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const ACME = aCase("ACME-1");

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let directory: CaseDirectory;
let current: CurrentCase;

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  directory = new CaseDirectory(window.log, window.view, new FakeProviders(billing), clock);
  current = new CurrentCase(window.journal);
  await append({ kind: "pick", tree: TREE, case: ACME }, "2026-03-01 07:00");
  current.setActiveTree(TREE);
});

const append = (body: EventBody, time = "11:00"): Promise<void> => window.add(body, time);

async function read(more: Partial<StatusSources> = {}): Promise<StatusState> {
  await window.view.load();
  return readStatusState({
    view: window.view,
    directory,
    budget: { stateFor: () => undefined },
    guard: { mismatch: () => undefined },
    current,
    trouble: { value: undefined },
    settings: () => ({ statusBar: "full" }),
    isIdle: false,
    toApprove: 0,
    ...more,
  });
}

describe("the time that was worked today", () => {
  it("is that of the picked case, and of no other day", async () => {
    await window.work("2026-03-09 09:00");
    await window.work("09:00");
    await append({ kind: "pick", tree: TREE, case: aCase("BETA-2") }, "10:00");
    await window.work("10:00");
    expect(await read()).toMatchObject({ case: aCase("BETA-2"), workedTodaySeconds: 40 });
    await append({ kind: "pick", tree: TREE, case: ACME }, "10:30");
    await window.work("11:00");
    expect((await read()).workedTodaySeconds).toBe(80);
  });

  it("is that of the case itself where another source has one of the same key", async () => {
    const twin = { ...ACME, ref: { source: "file", id: "ACME-1" } };
    await append({ kind: "pick", tree: TREE, case: twin }, "08:00");
    await window.work("09:00");
    await append({ kind: "pick", tree: TREE, case: ACME }, "09:30");
    await window.work("10:00");
    await window.work("10:30");
    const state = await read();
    expect(state.today.map(({ source, observedSeconds }) => ({ source, observedSeconds }))).toEqual([
      { source: "file", observedSeconds: 40 },
      { source: "connection-1", observedSeconds: 80 },
    ]);
    expect(state.workedTodaySeconds).toBe(80);
  });

  it("has bridged and declared time in it, and nothing that an agent did", async () => {
    await window.work("09:00");
    await append({ kind: "declared", case: ACME, entryDay: day("2026-03-10"), seconds: 600, reason: "Call" });
    await window.work("10:00", { agent: true });
    await window.work("09:04");
    const state = await read();
    expect(state.today).toMatchObject([
      { observedSeconds: 80, bridgedSeconds: 200, declaredSeconds: 600, agentSeconds: 40 },
    ]);
    expect(state.workedTodaySeconds).toBe(880);
  });

  it("is nothing where no case is picked, though there is time without one", async () => {
    await append({ kind: "pick", tree: TREE, case: null }, "08:00");
    await window.work("09:00");
    expect(await read()).toMatchObject({
      case: undefined,
      workedTodaySeconds: 0,
      today: [{ observedSeconds: 40 }],
      isGone: false,
    });
  });
});

describe("the case", () => {
  it("is shown as its source has it now, and as it was picked where the source has it no more", async () => {
    await append({ kind: "connected", connection: aConnection() });
    const renamed = { ...ACME, title: "Said better" };
    billing.cases = [[renamed]];
    await directory.refresh(new AbortController().signal);
    expect(await read()).toMatchObject({ case: renamed, isGone: false });
    billing.cases = [[aCase("BETA-2")]];
    await directory.refresh(new AbortController().signal);
    expect(await read()).toMatchObject({ case: ACME, isGone: true });
  });

  it("is that of the active work tree, with its signs and its contract", async () => {
    const beta = aCase("BETA-2", { budgetSeconds: 7_200 });
    await append({ kind: "pick", tree: OTHER_TREE, case: beta }, "08:00");
    const asked: unknown[] = [];
    const mismatch = { suggestion: { case: ACME, sign: { kind: "branch" as const, text: "ACME-1-fix" } } };
    const more: Partial<StatusSources> = {
      budget: {
        stateFor: (one) => {
          asked.push(one.key);
          return { budgetSeconds: seconds(7_200), usedSeconds: seconds(9_000), leftSeconds: -1_800 };
        },
      },
      guard: {
        mismatch: (tree) => {
          asked.push(tree);
          return mismatch as unknown as StatusState["mismatch"];
        },
      },
    };
    current.setActiveTree(OTHER_TREE);
    expect(await read(more)).toMatchObject({ case: beta, budgetLeftSeconds: -1_800, mismatch });
    expect(asked.toSorted()).toEqual(["BETA-2", OTHER_TREE]);
  });

  it("has no sign and no contract before a work tree is known", async () => {
    const none = new CurrentCase(window.journal);
    expect(await read({ current: none })).toMatchObject({
      case: undefined,
      mismatch: undefined,
      budgetLeftSeconds: undefined,
      workedTodaySeconds: 0,
    });
  });
});

describe("what is on its way", () => {
  it("is waiting until it has a receipt, even where the answer got lost; what was refused is counted apart", async () => {
    await append({ kind: "connected", connection: aConnection() });
    for (const id of ["approved", "unknown", "refused", "arrived"]) {
      await append({ kind: "approved", entry: anEntry(id, { case: ACME }) });
    }
    for (const id of ["unknown", "refused", "arrived"]) {
      await append({ kind: "sending", entryId: id, revision: 1 }, "11:01");
    }
    const problem = { kind: "x", detail: "x" };
    await append({ kind: "refused", entryId: "refused", revision: 1, problem }, "11:02");
    await append({ kind: "receipted", entryId: "arrived", revision: 1, remoteId: "r" }, "11:02");
    expect(await read()).toMatchObject({
      waiting: 2,
      refused: 1,
      billing: { connectionId: "connection-1", provider: "rest", url: "https://billing.example", account: "Ann" },
    });
  });

  it("is nothing, and no billing system, at the start", async () => {
    expect(await read()).toMatchObject({ waiting: 0, refused: 0, billing: undefined, timer: undefined });
  });
});

describe("the rest", () => {
  it("of a ledger in trouble reads no figure", async () => {
    await window.work("09:00");
    const sheet = (): never => {
      throw new Error("no figure is to be read");
    };
    window.view.sheet = sheet;
    expect(await read({ trouble: { value: "ledger.full" } })).toMatchObject({
      trouble: "ledger.full",
      today: [],
      workedTodaySeconds: 0,
    });
    await expect(read()).rejects.toThrow("no figure is to be read");
  });

  it.each([
    ["full", "full"],
    ["short", "short"],
    ["hidden", "full"],
  ] as const)("with the setting %s names it %s", async (statusBar, show) => {
    expect((await read({ settings: () => ({ statusBar }) })).show).toBe(show);
  });

  it("is handed on: a pause, idleness, a timer and the days to approve", async () => {
    await append({ kind: "pause" });
    await append({ kind: "timerStarted", case: ACME, reason: "Call" });
    expect(await read({ isIdle: true, toApprove: 3 })).toMatchObject({
      paused: true,
      idle: true,
      toApprove: 3,
      timer: { case: ACME, reason: "Call" },
    });
  });
});
