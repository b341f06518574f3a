import { describe, expect, it } from "vitest";
import {
  dayAround,
  epochMs,
  floorToSecond,
  formatClock,
  formatWithOffset,
  localDate,
  nextDate,
  parseLocalDate,
  parseZone,
  secondsBetween,
  startOfDay,
  type ZoneId,
} from "../../../src/base/time.ts";
import { at, day, must, UTC } from "../../support/builders.ts";

const zone = (name: string): ZoneId => must(parseZone(name));
const hours = (date: string, name: string): number => {
  const start = startOfDay(day(date), zone(name));
  return (startOfDay(nextDate(day(date)), zone(name)) - start) / 3_600_000;
};

describe("whole seconds", () => {
  it.each([
    [0, 0],
    [999, 0],
    [1_000, 1_000],
    [1_999.9, 1_000],
    [-1, -1_000],
  ])("%d ms is floored to %d", (instant, expected) => {
    expect(floorToSecond(instant)).toBe(expected);
  });

  it("between two instants may be negative", () => {
    expect(secondsBetween(at("09:00"), at("09:01:01"))).toBe(61);
    expect(secondsBetween(at("09:01"), at("09:00"))).toBe(-60);
  });
});

describe("what a person may write", () => {
  it.each(["Europe/Madrid", "UTC", "America/St_Johns", "+05:30"])("%s is a zone", (name) => {
    expect(parseZone(name)).toBe(name);
  });
  it.each(["", "Mars/Olympus", "Europe/", "2026", "undefined"])("%j is no zone", (name) => {
    expect(parseZone(name)).toBeUndefined();
  });
  it.each(["2026-02-28", "2024-02-29", "1999-12-31"])("%s is a day", (text) => {
    expect(parseLocalDate(text)).toBe(text);
  });
  it.each(["2026-02-29", "2026-13-01", "2026-1-1", "2026-01-01T00:00", " 2026-01-01", "", "00000-01-01"])(
    "%j is no day",
    (text) => {
      expect(parseLocalDate(text)).toBeUndefined();
    },
  );
});

describe("a local day", () => {
  it.each([
    ["2026-03-28", "Europe/Vienna", 24],
    ["2026-03-29", "Europe/Vienna", 23],
    ["2026-10-25", "Europe/Vienna", 25],
    ["2026-10-04", "Australia/Lord_Howe", 23.5],
    ["2026-03-10", "Asia/Kathmandu", 24],
    ["2018-11-04", "America/Sao_Paulo", 23], // its midnight does not exist: the day begins at 01:00
  ])("%s in %s has %d hours", (date, name, expected) => {
    expect(hours(date, name)).toBe(expected);
  });

  it("holds its first instant and not its end, and the next begins there", () => {
    const vienna = zone("Europe/Vienna");
    const around = dayAround(at("2026-10-25 12:00"), vienna);
    expect(around.date).toBe("2026-10-25");
    expect(localDate(around.start, vienna)).toBe("2026-10-25");
    expect(localDate(epochMs(around.start - 1), vienna)).toBe("2026-10-24");
    expect(localDate(epochMs(around.end - 1), vienna)).toBe("2026-10-25");
    expect(localDate(around.end, vienna)).toBe("2026-10-26");
    expect(startOfDay(nextDate(day("2026-10-25")), vienna)).toBe(around.end);
  });

  it("follows another over the end of months and years", () => {
    expect(nextDate(day("2024-02-28"))).toBe("2024-02-29");
    expect(nextDate(day("2026-12-31"))).toBe("2027-01-01");
  });
});

describe("an instant in words", () => {
  it.each([
    ["2026-03-04 08:12:09", "Europe/Madrid", "2026-03-04T09:12:09+01:00", "09:12"],
    ["2026-07-04 08:12:00", "Europe/Madrid", "2026-07-04T10:12:00+02:00", "10:12"],
    ["2026-03-04 23:00:59", "Asia/Kathmandu", "2026-03-05T04:45:59+05:45", "04:45"],
  ])("%s UTC in %s", (time, name, full, clock) => {
    expect(formatWithOffset(at(time), zone(name))).toBe(full);
    expect(Date.parse(full)).toBe(at(time));
    expect(formatClock(at(time), zone(name))).toBe(clock);
  });

  it("has its offset in UTC too, and no fraction", () => {
    expect(formatWithOffset(epochMs(at("09:00") + 999), UTC)).toBe("2026-03-10T09:00:00+00:00");
  });
});
