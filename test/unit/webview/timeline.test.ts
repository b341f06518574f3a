import { describe, expect, it } from "vitest";
import { at, dayModel, row } from "../../webview/fixtures.ts";
import {
  listEdges,
  moveTo,
  moveFocus,
  findNextEdge,
  findNextMinute,
  locate,
  locateRange,
  snap,
  findWorkedStretch,
  zoom,
} from "../../../src/webview/timesheet/geometry.ts";
import { areMergeable, followRows, findMiddle, findSplittable } from "../../../src/webview/timesheet/rowsOf.ts";
import { plural, setTexts, t } from "../../../src/base/text.ts";
import { isolate, shorten } from "../../../src/webview/shared/foreignText.ts";

const model = dayModel();
const day = { from: model.dayStart, to: model.dayEnd };

describe("the part of the day that is seen", () => {
  it("is the worked hours and half an hour around, and the whole day without any", () => {
    expect(findWorkedStretch(model)).toEqual({ from: at("8:30"), to: at("18:00") });
    const empty = dayModel({ lanes: [], commits: [] });
    delete (empty as { now?: number }).now;
    expect(findWorkedStretch(empty)).toEqual(day);
  });

  it("is zoomed around the cursor, and stays within the day", () => {
    const half = zoom(day, day, at("6:00"), 0.5);
    expect(half).toEqual({ from: at("3:00"), to: at("15:00") });
    expect(zoom(half, day, at("6:00"), 8)).toEqual(day);
    const least = zoom({ from: at("9:00"), to: at("9:11") }, day, at("9:05"), 0.1);
    expect(least.to - least.from).toBe(10 * 60_000);
  });

  it("follows the cursor", () => {
    const view = { from: at("9:00"), to: at("11:00") };
    expect(moveTo(view, day, at("10:00"))).toBe(view);
    expect(moveTo(view, day, at("12:00"))).toEqual({ from: at("11:00"), to: at("13:00") });
    expect(moveTo(view, day, day.to)).toEqual({ from: at("22:00"), to: at("24:00") });
  });

  it("places what lies in it, cut at its ends", () => {
    const view = { from: at("9:00"), to: at("11:00") };
    expect(locate(view, at("9:30"))).toBe("25%");
    expect(locateRange(view, at("8:00"), at("9:30"))).toEqual({ x: "0%", width: "25%" });
    expect(locateRange(view, at("8:00"), at("9:00"))).toBeUndefined();
  });
});

describe("steps of the cursor", () => {
  it("go to whole minutes", () => {
    expect(findNextMinute(at("9:54:30"), 1)).toBe(at("9:55"));
    expect(findNextMinute(at("9:54:30"), -1)).toBe(at("9:54"));
    expect(findNextMinute(at("9:54"), -15)).toBe(at("9:39"));
  });

  it("go to edges, and stop at the last", () => {
    const edges = listEdges(model);
    expect(findNextEdge(edges, at("9:05"), 1)).toBe(at("9:50"));
    expect(findNextEdge(edges, at("9:50"), -1)).toBe(at("9:05"));
    expect(findNextEdge(edges, model.dayEnd, 1)).toBe(model.dayEnd);
  });

  it("of the pointer are caught by an edge, else by the minute", () => {
    expect(snap(at("9:54:40"), [at("9:54:30")], 20_000)).toBe(at("9:54:30"));
    expect(snap(at("9:54:55"), [at("9:54:30")], 20_000)).toBe(at("9:55"));
  });
});

it("the focus moves along a lane, and to the nearest in time of the next one that has any", () => {
  const stop = (id: string, start: number, end: number) => ({ id, start, end });
  const rows = [[stop("a", 0, 10), stop("b", 20, 30)], [], [stop("c", 0, 5), stop("d", 22, 40)]];
  expect(moveFocus(rows, "a", "next")).toBe("b");
  expect(moveFocus(rows, "a", "previous")).toBe("a");
  expect(moveFocus(rows, "b", "down")).toBe("d");
  expect(moveFocus(rows, "d", "up")).toBe("b");
  expect(moveFocus(rows, "d", "first")).toBe("c");
  expect(moveFocus(rows, "c", "last")).toBe("d");
  expect(moveFocus(rows, "gone", "last")).toBe("gone");
});

describe("rows", () => {
  it("can be split inside, not at an edge, and not once approved", () => {
    const ids = (clock: string): string[] => findSplittable(model.rows, at(clock)).map(({ id }) => id);
    expect(ids("9:05")).toEqual([]);
    expect(ids("9:06")).toEqual(["r1"]);
    expect(ids("16:00")).toEqual([]);
    expect(ids("16:20")).toEqual(["r4"]);
    expect(ids("10:55")).toEqual(["r1"]);
  });

  it("are split where the longest pause is, else in the middle, never at an edge", () => {
    expect(findMiddle(row("x", "a", at("9:00"), at("11:00")))).toBe(at("10:00"));
    expect(findMiddle(row("x", "a", at("9:00:10"), at("9:00:20")))).toBe(at("9:00:15"));
    const intervals = [
      { start: at("9:00"), end: at("9:10") },
      { start: at("10:50"), end: at("11:00") },
    ];
    expect(findMiddle(row("x", "a", at("9:00"), at("11:00"), { intervals }))).toBe(at("10:00"));
  });

  it("are merged when of one case and day", () => {
    const [r1, r2, r3, r4, , r6] = model.rows;
    if (!r1 || !r2 || !r3 || !r4 || !r6) throw new Error("fixture");
    expect(areMergeable([r1, r6])).toBe(true);
    expect(areMergeable([r1])).toBe(false);
    expect(areMergeable([r1, r4])).toBe(false);
    expect(areMergeable([r1, r2])).toBe(false);
  });

  it("are followed to their new id by what they share", () => {
    const before = [row("old", "a", at("9:00"), at("10:00")), row("same", "b", at("9:00"), at("10:00"))];
    const after = [
      row("one", "a", at("9:00"), at("9:10")),
      row("two", "a", at("9:10"), at("10:00")),
      row("same", "b", at("9:00"), at("9:30")),
    ];
    expect([...followRows(["old", "same", "unknown"], before, after)]).toEqual([["old", "two"]]);
  });
});

describe("texts", () => {
  it("are filled once: a value that looks like a place stays a value", () => {
    setTexts("en", {});
    expect(t("{0} and {1}", "{1}", "b")).toBe("{1} and b");
    expect(t("{0} and {5}", "a")).toBe("a and {5}");
  });

  it("have the plural forms of the language", () => {
    setTexts("pl", { "{0} entry": "{0} wpis", "{0} entries#few": "{0} wpisy", "{0} entries#many": "{0} wpisów" });
    expect([1, 3, 5].map((count) => plural(count, "{0} entry", "{0} entries"))).toEqual([
      "1 wpis",
      "3 wpisy",
      "5 wpisów",
    ]);
    setTexts("en", {});
    expect([0, 1, 2].map((count) => plural(count, "{0} entry", "{0} entries"))).toEqual([
      "0 entries",
      "1 entry",
      "2 entries",
    ]);
  });

  it("of others are kept to themselves, and cut", () => {
    expect(isolate("ACME-1")).toBe("ACME-1");
    expect(isolate("\u05d0")).toBe("\u2068\u05d0\u2069");
    expect(isolate("a\u202eb")).toBe("\u2068a\u202eb\u2069");
    expect(shorten("a\n b", 10)).toBe("a b");
    expect(shorten("x".repeat(100_000), 10)).toBe(`${"x".repeat(10)}…`);
  });
});
