import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LastSign } from "../../../../src/app/status/lastSign.ts";
import { MINUTE_MS } from "../../../../src/base/time.ts";
import { aRow, aRowEvent, at } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

let clock: ManualClock;
let window: TestWindow;
let here: number;
let sign: LastSign;

beforeEach(() => {
  clock = new ManualClock("09:00");
  window = new TestWindow(clock);
  here = 0;
  sign = new LastSign(window.journal, () => here);
});
afterEach(() => {
  sign.dispose();
  window.kill();
});

const clockTime = (instant: number): string => new Date(instant).toISOString().slice(11, 19);

describe("when the person will be idle", () => {
  it("counts from the start of the window while there is no sign", () => {
    clock.step(30 * MINUTE_MS);
    expect(clockTime(sign.idleFrom(300))).toBe("09:05:00");
  });

  it("counts from the last sign in any window", async () => {
    const other = window.beside("window-2");
    clock.step(10 * MINUTE_MS);
    await other.log.append([aRowEvent("row", aRow("09:09:00", "09:09:30"))]);
    clock.advance(1_000);
    await settle();
    expect(clockTime(sign.idleFrom(300))).toBe("09:14:30");
    here = at("09:09:50");
    expect(clockTime(sign.idleFrom(300))).toBe("09:14:50");
    other.kill();
  });

  it("is not put off by an agent, or by scrolling", async () => {
    clock.step(10 * MINUTE_MS);
    await window.log.append([
      aRowEvent("agent", aRow("09:08:00", "09:09:00", { agent: true })),
      aRowEvent("scroll", aRow("09:08:00", "09:09:00", { weak: "scroll" })),
    ]);
    expect(clockTime(sign.idleFrom(300))).toBe("09:05:00");
  });

  it("takes a sign of a clock that was ahead for one of now", () => {
    here = at("2026-03-12 10:00");
    expect(clockTime(sign.idleFrom(300))).toBe("09:05:00");
  });

  it.each([
    [0, "09:01:00"],
    [59, "09:01:00"],
    [61, "09:01:01"],
  ])("is a minute away at least: a timeout of %i s ends at %s", (timeout, end) => {
    expect(clockTime(sign.idleFrom(timeout))).toBe(end);
  });
});
