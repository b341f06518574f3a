import { beforeEach, describe, expect, it } from "vitest";
import type { EditContext } from "../../../../src/app/edits/reassign.ts";
import {
  dropTimer,
  FORGOTTEN_AFTER_MS,
  isBeforeStart,
  isForgotten,
  startTimer,
  stopTimer,
} from "../../../../src/app/edits/timer.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import { aCase, anEntry, anEvent, aRow, aRowEvent, at, day, must, TREE } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-2");

let clock: ManualClock;
let window: TestWindow;
let context: EditContext;

beforeEach(async () => {
  clock = new ManualClock("09:00");
  window = new TestWindow(clock);
  context = contextOf(window);
  await window.view.load();
});

const contextOf = ({ journal }: TestWindow): EditContext => ({ journal });
const bodies = (kind: EventBody["kind"]): readonly EventBody[] =>
  window.store.events.map(({ body }) => body).filter((body) => body.kind === kind);
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => (CaseclockError.is(error) ? error.code : String(error)),
  );

describe("a timer", () => {
  it("runs from its start, in every window and after a crash, and no idle time stops it", async () => {
    const started = await startTimer(context, ACME, "  Call ");
    expect(started).toMatchObject({ case: ACME, reason: "Call", startedAt: at("09:00") });
    const there = window.beside("window-2");
    await there.view.load();
    expect(there.view.ledger.timer).toEqual(started);
    window.kill();
    there.kill();
    clock.set("12:00");
    const later = new TestWindow(clock, window.store, "window-3");
    await later.view.load();
    expect(later.view.ledger.timer).toEqual(started);
    expect(await stopTimer(contextOf(later), undefined)).toMatchObject({ seconds: 10_800, day: "2026-03-10" });
    expect(later.view.ledger.timer).toBeUndefined();
    expect(later.view.ledger.edits.declaredOn(day("2026-03-10"))).toMatchObject([
      { case: ACME, reason: "Call", seconds: 10_800, interval: { start: at("09:00"), end: at("12:00") } },
    ]);
  });

  it("is one at a time, in all windows", async () => {
    await startTimer(context, ACME, "");
    expect(await codeOf(startTimer(context, BETA, ""))).toBe("arguments.invalid");
    await dropTimer(context);
    const there = contextOf(window.beside("window-2"));
    const outcomes = await Promise.all([codeOf(startTimer(context, ACME, "")), codeOf(startTimer(there, BETA, ""))]);
    expect(outcomes.sort()).toEqual(["arguments.invalid", "nothing"]);
    expect(bodies("timerStarted")).toHaveLength(2);
  });

  it("that is stopped in two windows at once is logged once", async () => {
    await startTimer(context, ACME, "Call");
    clock.advance(600_000);
    const there = contextOf(window.beside("window-2"));
    const [one, two] = await Promise.all([stopTimer(context, undefined), stopTimer(there, undefined)]);
    expect(must(two).ids).toEqual(must(one).ids);
    await window.view.catchUp();
    expect(window.view.ledger.edits.declaredOn(day("2026-03-10"))).toHaveLength(1);
    expect((await window.view.sheet(day("2026-03-10"))).conflicts).toEqual([]);
    expect(window.view.ledger.timer).toBeUndefined();
  });

  it("takes the reason it is stopped with, and its end where the work ended earlier", async () => {
    await startTimer(context, ACME, "Call");
    clock.set("15:00");
    expect(await stopTimer(context, "Mail", at("09:30"))).toMatchObject({ seconds: 1_800 });
    expect(window.view.ledger.edits.declaredOn(day("2026-03-10"))).toMatchObject([{ reason: "Mail" }]);
  });

  it("that is dropped logs nothing", async () => {
    await startTimer(context, ACME, "Call");
    clock.advance(600_000);
    await dropTimer(context);
    await dropTimer(context);
    expect({
      timer: window.view.ledger.timer,
      declared: bodies("declared"),
      stops: bodies("timerStopped").length,
    }).toEqual({ timer: undefined, declared: [], stops: 1 });
    expect(await stopTimer(context, "x")).toBeUndefined();
  });

  it("that ran for less than a second logs nothing", async () => {
    await startTimer(context, ACME, "Call");
    clock.advance(999);
    expect(await stopTimer(context, undefined)).toBeUndefined();
    expect({ timer: window.view.ledger.timer, declared: bodies("declared") }).toEqual({
      timer: undefined,
      declared: [],
    });
  });

  it("runs on when the clock was set back to before its start, until it is dropped or the clock is past that", async () => {
    const timer = await startTimer(context, ACME, "Call");
    expect(isBeforeStart(timer, clock.now())).toBe(false);
    clock.step(-3_600_000);
    expect(isBeforeStart(timer, clock.now())).toBe(true);
    expect(await codeOf(stopTimer(context, undefined))).toBe("arguments.invalid");
    expect({ timer: window.view.ledger.timer, declared: bodies("declared") }).toEqual({ timer, declared: [] });
    clock.advance(3_660_000);
    expect(await stopTimer(context, undefined)).toMatchObject({ seconds: 60 });
    await startTimer(context, ACME, "Call");
    clock.step(-3_600_000);
    await dropTimer(context);
    expect(window.view.ledger.timer).toBeUndefined();
  });

  it("over midnight is logged on both days", async () => {
    clock.set("2026-03-09 23:30");
    await startTimer(context, ACME, "Night call");
    clock.set("00:15");
    const logged = must(await stopTimer(context, undefined));
    expect({ day: logged.day, seconds: logged.seconds, parts: logged.ids.length }).toEqual({
      day: "2026-03-09",
      seconds: 2_700,
      parts: 2,
    });
    const declared = ["2026-03-09", "2026-03-10"].map((date) => window.view.ledger.edits.declaredOn(day(date)));
    expect(declared.map(([one]) => one?.seconds)).toEqual([1_800, 900]);
  });

  it("runs on when approved time lies in it, when nothing says why, or when it ran for more than a week", async () => {
    await startTimer(context, ACME, "");
    clock.set("10:00");
    expect(await codeOf(stopTimer(context, undefined))).toBe("arguments.invalid");
    await window.log.append([
      anEvent("a", { kind: "approved", entry: anEntry("a", { start: at("09:20"), end: at("09:30") }) }, "09:50"),
    ]);
    expect(await codeOf(stopTimer(context, "Call"))).toBe("entries.claimed");
    expect({
      timed: window.view.ledger.timer?.case,
      declared: bodies("declared"),
      stops: bodies("timerStopped"),
    }).toEqual({ timed: ACME, declared: [], stops: [] });
    expect(await stopTimer(context, "Call", at("09:20"))).toMatchObject({ seconds: 1_200 });
    await startTimer(context, ACME, "Call");
    clock.set("2026-03-17 10:00:01");
    expect(await codeOf(stopTimer(context, undefined))).toBe("arguments.invalid");
    expect(window.view.ledger.timer).toBeDefined();
  });

  it("beside captured time is in conflict with it, and counted nowhere until one is chosen", async () => {
    await window.log.append([
      anEvent("p", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
      aRowEvent("r1", aRow("09:10:00")),
      aRowEvent("r2", aRow("09:10:30")),
    ]);
    await startTimer(context, BETA, "Call");
    clock.set("10:00");
    expect(await stopTimer(context, undefined)).toMatchObject({ seconds: 3_600, conflictSeconds: 30 });
  });

  it("is probably forgotten after four hours", () => {
    const timer = { id: "t", case: ACME, reason: "", startedAt: at("09:00") };
    expect(isForgotten(timer, at("13:00"))).toBe(false);
    expect(isForgotten(timer, at("13:00:01"))).toBe(true);
    expect(FORGOTTEN_AFTER_MS).toBe(4 * 3_600_000);
  });
});
