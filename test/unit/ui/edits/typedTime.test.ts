import fs from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { setTexts } from "../../../../src/base/text.ts";
import { parseDeclaredTime, parseLength, readTypedTime } from "../../../../src/ui/edits/typedTime.ts";
import type { ZoneId } from "../../../../src/base/time.ts";
import { at, day, UTC } from "../../../support/builders.ts";

const TODAY = day("2026-03-10");

describe("a length", () => {
  it.each([
    ["45m", 2_700],
    ["45 min", 2_700],
    ["1h 20m", 4_800],
    ["1h20m", 4_800],
    ["1.5h", 5_400],
    ["1,25 h", 4_500],
    ["1:20", 4_800],
    ["0:05", 300],
    ["90 minutes", 5_400],
    ["2 hours", 7_200],
    ["30s", 30],
    ["1h 2m 3s", 3_723],
    ["1h20", 4_800],
    ["2h 5", 7_500],
    ["0.25h", 900],
    ["25h", 90_000],
  ])("%s is %d s", (text, seconds) => {
    expect(parseLength(text)).toBe(seconds);
  });

  it.each([
    "",
    " ",
    "0m",
    "0:00",
    "x",
    "1:75",
    "-5m",
    "1h h",
    "45",
    "9:30-10:15",
    "100h",
    "1e3m",
    "1h200",
    "25h 1s",
    "1h20 30",
    "１h",
    "45m 45m",
  ])("%j is none", (text) => {
    expect(parseLength(text)).toBeUndefined();
  });
});

describe("what a person types for declared time", () => {
  it("is a stretch of today, or a length at no set time", () => {
    const local = { today: TODAY, zone: UTC };
    expect(parseDeclaredTime("9:30-10:15", local)).toEqual({ interval: { start: at("09:30"), end: at("10:15") } });
    expect(parseDeclaredTime("09:30 – 10:15:30", local)).toEqual({
      interval: { start: at("09:30"), end: at("10:15:30") },
    });
    expect(parseDeclaredTime("45m", local)).toEqual({ day: TODAY, seconds: 2_700 });
    for (const wrong of ["10:15-9:30", "9:30-9:30", "25:00-26:00", "9:30-", "soon"]) {
      expect(parseDeclaredTime(wrong, local)).toBeUndefined();
    }
  });

  it.each<[string, unknown]>([
    ["yesterday 14:00 30m", { interval: { start: at("2026-03-09 14:00"), end: at("2026-03-09 14:30") } }],
    ["YESTERDAY 45m", { day: "2026-03-09", seconds: 2_700 }],
    ["today 1h20", { day: TODAY, seconds: 4_800 }],
    ["9:30 45m", { interval: { start: at("09:30"), end: at("10:15") } }],
    ["  9:30   1h 20m ", { interval: { start: at("09:30"), end: at("10:50") } }],
    ["23:30 1h", { interval: { start: at("23:30"), end: at("2026-03-11 00:30") } }],
    ["mon 45m", { day: "2026-03-09", seconds: 2_700 }],
    ["Monday 45m", { day: "2026-03-09", seconds: 2_700 }],
    // The tenth is a Tuesday: the last one before today is a week ago.
    ["tue 45m", { day: "2026-03-03", seconds: 2_700 }],
    ["thurs 9:00-9:30", { interval: { start: at("2026-03-05 09:00"), end: at("2026-03-05 09:30") } }],
    ["sun 45m", { day: "2026-03-08", seconds: 2_700 }],
    ["2026-03-09 9:30-10:15", { interval: { start: at("2026-03-09 09:30"), end: at("2026-03-09 10:15") } }],
    ["2028-02-29 1:30", { day: "2028-02-29", seconds: 5_400 }],
    ["9:30 to 10:15", { interval: { start: at("09:30"), end: at("10:15") } }],
    ["9:30 bis 10:15", { interval: { start: at("09:30"), end: at("10:15") } }],
    ["9-10", { interval: { start: at("09:00"), end: at("10:00") } }],
    ["9.30-10.15", { interval: { start: at("09:30"), end: at("10:15") } }],
    ["9.30 45m", { interval: { start: at("09:30"), end: at("10:15") } }],
    ["1.50 h", { day: TODAY, seconds: 5_400 }],
    ["2pm-3pm", { interval: { start: at("14:00"), end: at("15:00") } }],
    ["2-3 PM", { interval: { start: at("14:00"), end: at("15:00") } }],
    ["11-1pm", { interval: { start: at("11:00"), end: at("13:00") } }],
    ["12am-12pm", { interval: { start: at("00:00"), end: at("12:00") } }],
    ["2:30 pm-3:15 pm", { interval: { start: at("14:30"), end: at("15:15") } }],
    ["yesterday 2pm 45m", { interval: { start: at("2026-03-09 14:00"), end: at("2026-03-09 14:45") } }],
    ["yesterday 22-24", { interval: { start: at("2026-03-09 22:00"), end: at("2026-03-10 00:00") } }],
    ["yesterday 22:30 - 24:00", { interval: { start: at("2026-03-09 22:30"), end: at("2026-03-10 00:00") } }],
    ["9-10 Uhr", { interval: { start: at("09:00"), end: at("10:00") } }],
    ["9 Uhr bis 10.30 Uhr", { interval: { start: at("09:00"), end: at("10:30") } }],
    ["9 Uhr 45m", { interval: { start: at("09:00"), end: at("09:45") } }],
    ["Mo. 9-10", { interval: { start: at("2026-03-09 09:00"), end: at("2026-03-09 10:00") } }],
  ])("%j is read as it is meant", (text, expected) => {
    expect(parseDeclaredTime(text, { today: TODAY, zone: UTC })).toEqual(expected);
  });

  it.each([
    "",
    "   ",
    "yesterday",
    "yesterday soon",
    "monkey 45m",
    "month 45m",
    "sunny 45m",
    "tomorrow 45m",
    "2026-02-30 45m",
    "2026-3-9 45m",
    "9:30 10:15",
    "9:30 45",
    "9:75 45m",
    "9:30 0m",
    "90",
    "9 10",
    "13pm-2pm",
    "0am-1am",
    "9-10-11",
    "24-2",
    "22-24:01",
    "22-24pm",
    "9 Uhr",
    "t 45m",
    "yesterday yesterday 45m",
    "9:30-10:15 45m",
    "-1h",
    "1h; rm -rf",
    "x".repeat(100_000),
    `${"9".repeat(50_000)}m`,
  ])("%j is nothing", (text) => {
    expect(parseDeclaredTime(text, { today: TODAY, zone: UTC })).toBeUndefined();
  });

  it("is read in the zone in force, also on the day that clocks change", () => {
    const vienna = { today: day("2026-03-29"), zone: "Europe/Vienna" as ZoneId };
    expect(parseDeclaredTime("1:30-3:30", vienna)).toEqual({
      interval: { start: at("2026-03-29 00:30"), end: at("2026-03-29 01:30") },
    });
  });
});

describe("what is typed", () => {
  const said = (text: string, now = at("12:00")): unknown => {
    const typed = readTypedTime(text, { today: TODAY, zone: UTC }, now);
    return "refused" in typed ? typed.refused : typed.time;
  };

  it("is understood up to now", () => {
    expect(said("9-10")).toEqual({ interval: { start: at("09:00"), end: at("10:00") } });
    expect(said("11-12")).toEqual({ interval: { start: at("11:00"), end: at("12:00") } });
    expect(said("24h")).toEqual({ day: TODAY, seconds: 86_400 });
  });

  it.each([
    ["23:30-23:45", "This time is not over yet."],
    ["11:30 45m", "This time is not over yet."],
    ["2026-03-11 9-10", "This time is not over yet."],
    ["2026-03-11 45m", "This day is in the future."],
    ["24h 1m", "That is more than a day."],
    ["25h 1s", "That is more than a day."],
    ["mon 30h", "That is more than a day."],
    ["8:00 100h", "That is more than a day."],
    ["10:15-9:30", "Start must be before end."],
    ["3pm-2pm", "Start must be before end."],
    ["yesterday 9-9", "Start must be before end."],
    ["90", "Write 90m for 90 minutes."],
    ["mon 45", "Write 45m for 45 minutes."],
    ["soon", "No time yet"],
    ["9:30-", "No time yet"],
  ])("%j is refused before anything else is asked: %s", (text, words) => {
    expect(said(text)).toBe(words);
  });

  it("may be as long as the day on which clocks are set back", () => {
    const autumn = { today: day("2026-10-26"), zone: "Europe/Vienna" as ZoneId };
    expect(readTypedTime("2026-10-25 25h", autumn, at("2026-10-26 12:00"))).toHaveProperty("time");
    expect(readTypedTime("2026-10-24 25h", autumn, at("2026-10-26 12:00"))).toHaveProperty("refused");
  });
});

describe("what a person writes in another language", () => {
  afterEach(() => {
    setTexts("en", {});
  });

  it("has the days of that language, and of English", () => {
    const read = (text: string) => parseDeclaredTime(text, { today: TODAY, zone: UTC });
    expect({ german: read("gestern 45m"), spanish: read("Mié 45m") }).toEqual({
      german: undefined,
      spanish: undefined,
    });
    setTexts("de", { today: "Heute", yesterday: "gestern" });
    expect(read("heute 45m")).toEqual({ day: "2026-03-10", seconds: 2_700 });
    expect(read("Gestern 45m")).toEqual(read("yesterday 45m"));
    setTexts("es", { wednesday: "miércoles" });
    expect(read("Mié 45m")).toEqual({ day: "2026-03-04", seconds: 2_700 });
    expect(read("wed 45m")).toEqual(read("miércoles 45m"));
    expect(read("mie 45m")).toEqual(read("wed 45m"));
    expect(read("9:30 a 10:15")).toEqual(read("9:30-10:15"));
  });

  it.each([
    ["de", ["heute", "gestern", "mo", "di", "mi", "do", "fr", "sa", "so", "Do."]],
    ["es", ["hoy", "ayer", "lu", "ma", "mi", "ju", "vi", "sa", "do", "Jue."]],
  ])("has its short days, by the texts of %s", (language, words) => {
    const days = ["today", "yesterday", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "thu"];
    const bundle = new URL(`../../../../media/l10n/bundle.l10n.${language}.json`, import.meta.url);
    setTexts(language, JSON.parse(fs.readFileSync(bundle, "utf8")) as Record<string, string>);
    const read = (word: string) => parseDeclaredTime(`${word} 45m`, { today: TODAY, zone: UTC });
    expect(words.map(read)).toEqual(days.map(read));
    expect(words.map(read)).not.toContain(undefined);
  });
});
