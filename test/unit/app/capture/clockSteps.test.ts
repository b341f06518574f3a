import { beforeEach, describe, expect, it } from "vitest";
import {
  findClockAhead,
  writeTickGap,
  type ClockStepContext,
  type StepBackReport,
} from "../../../../src/app/capture/clockSteps.ts";
import { findTickGap } from "../../../../src/app/capture/watchClock.ts";
import { verifyLedger } from "../../../../src/app/ledger/verifyLedger.ts";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { DAY_MS } from "../../../../src/base/time.ts";
import { aCase, anEvent, aRow, aRowEvent, at, day, must, TREE, UTC } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const TODAY = day("2026-03-10");

let clock: ManualClock;
let window: TestWindow;
let context: ClockStepContext;
let count: number;

const row = (time: string, until = time): NewEvent => aRowEvent(`row-${String((count += 1))}`, aRow(time, until));

beforeEach(async () => {
  clock = new ManualClock("09:30");
  window = new TestWindow(clock);
  context = { journal: window.journal };
  count = 0;
  await window.log.append([anEvent("pick", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "08:00")]);
  await window.view.load();
});

/** The clock steps, and the next tick finds it. */
async function step(byMs: number): Promise<StepBackReport | undefined> {
  const before = clock.now();
  clock.step(byMs);
  const gap = must(findTickGap(before, clock.now()));
  return writeTickGap(context, gap);
}
const observed = async (date = TODAY): Promise<Record<string, number>> =>
  Object.fromEntries(
    caseDays(await window.view.sheet(date)).map((line) => [line.case?.id ?? "", line.observedSeconds]),
  );

describe("a clock that is set back", () => {
  it("by an hour counts the instants once, and shows what was lived twice", async () => {
    await window.log.append([row("09:00:00", "09:00:04"), row("09:00:50"), row("09:01:30")]);
    expect(await step(-1_830_000)).toEqual({ seconds: 1_830, setAside: false });
    await window.log.append([row("09:00:30"), row("09:01:10"), row("09:01:50")]);
    const sheet = await window.view.sheet(TODAY);
    expect(await observed()).toEqual({ "ACME-1": 110 });
    // What was captured before lay from 09:00:00 to 09:01:30; of the second time, 09:00:30 to 09:01:30 is in it.
    expect((sheet.relived ?? []).map(({ start, end }) => [start, end])).toEqual([
      [at("09:00:30"), at("09:01:10")],
      [at("09:01:10"), at("09:01:30")],
    ]);
    const report = await verifyLedger(window.log, { idleTimeoutSeconds: 300, zone: UTC });
    expect(report).toMatchObject({ observed: 110, overlapSeconds: 0, lostSeconds: 0 });
  });

  it("keeps what was said last in force: the case that the status bar shows is the one that gets the time", async () => {
    await window.log.append([anEvent("later", { kind: "pick", tree: TREE, case: aCase("BETA-1") }, "09:20")]);
    await step(-3_600_000);
    expect(window.view.ledger.findPick(TREE)?.key).toBe("BETA-1");
    await window.log.append([row("08:31:00"), row("08:31:30")]);
    expect(await observed()).toEqual({ "BETA-1": 30 });
  });

  it("keeps a pause, too", async () => {
    await window.log.append([anEvent("pause", { kind: "pause" }, "09:25")]);
    await step(-3_600_000);
    expect(window.view.ledger.isPaused).toBe(true);
    await window.log.append([row("08:31:00"), row("08:31:30")]);
    expect(await observed()).toEqual({});
  });
});

describe("a clock that was a year ahead", () => {
  const AHEAD = "2027-03-10";

  it("sets aside what was captured by it once it is right again, and forgets none of it", async () => {
    await window.log.append([row("09:00:00"), row("09:00:40")]);
    clock.step(365 * DAY_MS);
    await window.log.append([row(`${AHEAD} 09:30:00`), row(`${AHEAD} 09:30:30`)]);
    expect(await observed(day(AHEAD))).toEqual({ "ACME-1": 30 });
    await window.log.append([
      { ...anEvent("ahead", { kind: "pick", tree: TREE, case: aCase("BETA-1") }, `${AHEAD} 09:40`) },
    ]);
    expect(await step(-365 * DAY_MS)).toEqual({ seconds: 365 * 86_400, setAside: true });
    expect(await observed(day(AHEAD))).toEqual({});
    expect(await observed()).toEqual({ "ACME-1": 40 });
    expect((await window.log.read({ kinds: ["heartbeats"] })).length).toBe(4);
    // What was picked meanwhile is picked now.
    await window.log.append([row("09:31:00"), row("09:31:20")]);
    expect(await observed()).toEqual({ "ACME-1": 40, "BETA-1": 20 });
    const report = await verifyLedger(window.log, { idleTimeoutSeconds: 300, zone: UTC });
    expect(report).toMatchObject({ observed: 60, overlapSeconds: 0, lostSeconds: 0 });
  });

  it("is found at the next start when it was put right in between, once", async () => {
    await window.log.append([row(`${AHEAD} 09:30:00`), row(`${AHEAD} 09:30:30`)]);
    const report = must(await findClockAhead(context));
    expect(report.setAside).toBe(true);
    expect(await observed(day(AHEAD))).toEqual({});
    expect(await findClockAhead(context)).toBeUndefined();
    clock.step(365 * DAY_MS);
    await window.log.append([row(`${AHEAD} 09:31:00`), row(`${AHEAD} 09:31:10`)]);
    expect(await observed(day(AHEAD))).toEqual({ "ACME-1": 10 });
  });

  it("is not looked for where nothing lies ahead", async () => {
    await window.log.append([row("09:29:00"), row("09:30:02")]);
    expect(await findClockAhead(context)).toBeUndefined();
    expect(await window.log.read({ kinds: ["tickGap"] })).toEqual([]);
  });
});
