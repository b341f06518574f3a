import { describe, expect, it } from "vitest";
import type { Interval } from "../../../../src/domain/capture/interval.ts";
import { timeOutsideEditor, type FocusChange } from "../../../../src/domain/capture/timeOutsideEditor.ts";
import type { CapturedKind, Piece } from "../../../../src/domain/capture/span.ts";
import { at, day, TREE } from "../../../support/builders.ts";

const piece = (part: CapturedKind, from: string, to: string): Piece => ({
  start: at(from),
  end: at(to),
  part,
  case: null,
  tree: TREE,
  day: day("2026-03-10"),
});
const lost = (clock: string, windowId = "w1"): FocusChange => ({ at: at(clock), windowId, focused: false });
const gained = (clock: string, windowId = "w1"): FocusChange => ({ at: at(clock), windowId, focused: true });
const range = (from: string, to: string): Interval => ({ start: at(from), end: at(to) });

describe("bridged time without a focused window", () => {
  const pieces = [
    piece("observed", "09:00", "09:10"),
    piece("bridged", "09:10", "09:14"),
    piece("observed", "09:14", "09:20"),
    piece("bridged", "09:20", "09:24"),
    piece("bridged", "09:24", "09:28"),
  ];

  it.each<[string, readonly FocusChange[], readonly Interval[]]>([
    ["none where nothing is known of the focus", [], []],
    ["from the loss to the gain", [lost("09:11"), gained("09:13")], [range("09:11", "09:13")]],
    ["up to the end where the gain is the heartbeat", [lost("09:11"), gained("09:14")], [range("09:11", "09:14")]],
    ["none while the editor is observed", [lost("09:05"), gained("09:06")], []],
    ["not from a loss before the heartbeat it begins with", [lost("09:05")], []],
    ["across pieces of two cases", [lost("09:23"), gained("09:26")], [range("09:23", "09:26")]],
    [
      "each time it is left",
      [lost("09:21"), gained("09:22"), lost("09:25")],
      [range("09:21", "09:22"), range("09:25", "09:28")],
    ],
    ["none on the way from one window to another", [lost("09:11", "w1"), gained("09:11", "w2")], []],
    ["none for a loss that is told after the other's gain", [gained("09:11", "w2"), lost("09:11", "w1")], []],
    [
      "once where two windows tell of a loss",
      [lost("09:11", "w1"), lost("09:12", "w2"), gained("09:13", "w1")],
      [range("09:11", "09:13")],
    ],
  ])("%s", (_name, changes, expected) => {
    expect(timeOutsideEditor(pieces, changes)).toEqual(expected);
  });

  it("is told of time that was struck or moved too", () => {
    const [first, , third] = pieces;
    const captured = [first, third, piece("bridged", "09:12", "09:14"), piece("bridged", "09:10", "09:12")];
    expect(
      timeOutsideEditor(
        captured.filter((one) => one !== undefined),
        [lost("09:11"), gained("09:13")],
      ),
    ).toEqual([range("09:11", "09:13")]);
  });
});
