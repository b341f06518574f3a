import { describe, expect, it } from "vitest";
import {
  formatExact,
  formatHours,
  parseAmount,
  parsePercent,
  createSpeaker,
} from "../../../src/webview/shared/amounts.ts";

describe("an amount that is read", () => {
  it.each([
    ["45m", 2_700],
    ["45", 2_700],
    ["1h 20m", 4_800],
    ["1h20", undefined],
    ["1:20", 4_800],
    ["1:20:30", 4_830],
    ["0:00:01", 1],
    ["1.5h", 5_400],
    ["1,5 h", 5_400],
    ["2 hours 5 minutes 7 seconds", 7_507],
    ["90s", 90],
    ["", undefined],
    ["-5m", undefined],
    ["1:75", undefined],
    ["soon", undefined],
    ["9".repeat(30), undefined],
  ])("%s is %s seconds", (text, expected) => {
    expect(parseAmount(text)).toBe(expected);
  });

  it("what is shown is read back", () => {
    for (const seconds of [0, 1, 59, 60, 3_599, 3_600, 86_399]) expect(parseAmount(formatExact(seconds))).toBe(seconds);
  });

  it.each([
    ["12", 12],
    ["12.5 %", 12.5],
    ["12,5", 12.5],
    ["100", 100],
    ["101", undefined],
    ["-1", undefined],
    ["", undefined],
  ])("%s is %s per cent", (text, expected) => {
    expect(parsePercent(text)).toBe(expected);
  });
});

describe("an amount that is shown", () => {
  it("is cut to minutes, below zero too", () => {
    expect([0, 59, 60, 4_359, -59, -300].map(formatHours)).toEqual(["0:00", "0:00", "0:01", "1:12", "0:00", "−0:05"]);
    expect([-61, -0.2].map(formatExact)).toEqual(["−0:01:01", "0:00:00"]);
  });

  it("is said in the words of the locale", () => {
    const english = createSpeaker("en");
    expect([0, 1, 60, 3_600, 4_320, 7_199].map(english)).toEqual([
      "0 seconds",
      "1 second",
      "1 minute",
      "1 hour",
      "1 hour 12 minutes",
      "1 hour 59 minutes",
    ]);
    expect(createSpeaker("de")(7_260)).toBe("2 Stunden 1 Minute");
  });
});
