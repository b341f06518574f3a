import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs } from "../../../../src/base/time.ts";
import { foldDay, type CapturedDay } from "../../../../src/domain/day/daySheet.ts";
import { decodeDay, encodeDay } from "../../../../src/domain/day/projection.ts";
import { aCase, aRow, aTimeline, at, day, OTHER_TREE, TREE } from "../../../support/builders.ts";

const TODAY = day("2026-03-10");

function aDay(): CapturedDay {
  const timeline = aTimeline(aCase("ACME-1"));
  timeline.addPick(OTHER_TREE, at("08:00"), aCase("BETA-1"));
  timeline.addPick(TREE, at("09:30"), null);
  return foldDay(
    TODAY,
    [
      aRow("09:00:00", "09:00:02"),
      aRow("09:00:40"),
      aRow("09:03:40"),
      aRow("09:10:00", "09:10:30", { tree: OTHER_TREE }),
      aRow("09:40:00", "09:40:05"),
      aRow("10:00:00", "10:00:03", { agent: true }),
    ],
    timeline,
  );
}

describe("the fold of a day as text", () => {
  it("comes back as it was", () => {
    const captured = aDay();
    expect(captured.pieces.map((piece) => piece.part)).toEqual(expect.arrayContaining(["observed", "bridged"]));
    expect(captured.agentPieces).toHaveLength(1);
    expect(decodeDay(TODAY, encodeDay(captured))).toEqual(captured);
    expect(decodeDay(TODAY, encodeDay({ day: TODAY, pieces: [], agentPieces: [] }))).toEqual({
      day: TODAY,
      pieces: [],
      agentPieces: [],
    });
  });

  it("names each case and work tree once, however many pieces there are", () => {
    const [piece] = aDay().pieces;
    if (piece === undefined) throw new Error("the day has a piece");
    const pieces = Array.from({ length: 100 }, (_, index) => ({
      ...piece,
      start: epochMs(at("09:00") + index * 10_000),
      end: epochMs(at("09:00") + index * 10_000 + 5_000),
    }));
    const text = encodeDay({ day: TODAY, pieces, agentPieces: [] });
    expect(text.split(piece.tree)).toHaveLength(2);
    expect(text.length).toBeLessThan(100 * 30 + 200);
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no pieces", '{"cases":[null],"trees":["t"]}'],
    ["a piece of no length", '{"cases":[null],"trees":["t"],"pieces":[[1,0,0,0,0]]}'],
    ["a piece of an unknown part", '{"cases":[null],"trees":["t"],"pieces":[[1,1,7,0,0]]}'],
    ["a piece of a case that is not there", '{"cases":[null],"trees":["t"],"pieces":[[1,1,0,3,0]]}'],
    ["a case that is none", '{"cases":[{"id":1}],"trees":["t"],"pieces":[[1,1,0,0,0]]}'],
    ["a piece of a work tree that is not there", '{"cases":[null],"trees":[],"pieces":[[1,1,0,0,0]]}'],
    ["half a second", '{"cases":[null],"trees":["t"],"pieces":[[1.5,1,0,0,0]]}'],
    ["a piece of text", '{"cases":[null],"trees":["t"],"pieces":["x"]}'],
  ])("with %s is folded again", (_name, text) => {
    expect(decodeDay(TODAY, text)).toBeUndefined();
  });

  it("of any text never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const decoded = decodeDay(TODAY, text);
        expect(decoded === undefined || Array.isArray(decoded.pieces)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
