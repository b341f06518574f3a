import { describe, expect, it } from "vitest";
import { secondsBetween, type ZoneId } from "../../../../src/base/time.ts";
import { mergeHeartbeats, type HeartbeatRow } from "../../../../src/domain/capture/heartbeat.ts";
import { foldPieces } from "../../../../src/domain/capture/span.ts";
import type { Timeline } from "../../../../src/domain/capture/timeline.ts";
import { aCase, aRow, at, aTimeline, OTHER_TREE, TREE } from "../../../support/builders.ts";

const scroll = (time: string, more: Partial<HeartbeatRow> = {}): HeartbeatRow =>
  aRow(time, time, { counts: { scroll: 1 }, weak: "scroll", ...more });
const presence = (time: string, more: Partial<HeartbeatRow> = {}): HeartbeatRow =>
  aRow(time, time, { counts: { presence: 1 }, weak: "presence", ...more });
/** A presence heartbeat every 15 s, both ends included. */
const presences = (from: string, to: string): readonly HeartbeatRow[] => {
  const rows: HeartbeatRow[] = [];
  for (let instant = at(from); instant <= at(to); instant = (instant + 15_000) as typeof instant) {
    rows.push({ ...presence(from), first: instant, last: instant });
  }
  return rows;
};

/** What is counted, as `start part seconds` on 2026-03-10, in order. */
function told(rows: readonly HeartbeatRow[], timeline: Timeline = aTimeline()): readonly string[] {
  return foldPieces(rows, timeline).map(
    (piece) =>
      `${new Date(piece.start).toISOString().slice(11, 19)} ${piece.part} ${String(secondsBetween(piece.start, piece.end))}`,
  );
}

const OTHER_CASE = { tree: OTHER_TREE } as const;
function twoCases(): Timeline {
  const timeline = aTimeline(aCase("ACME-1"));
  timeline.addPick(OTHER_TREE, at("2026-01-01 00:00"), aCase("BETA-1"));
  return timeline;
}

describe("a scroll", () => {
  it("extends what is there: reading half an hour by the wheel is observed", () => {
    const rows = Array.from({ length: 61 }, (_, i) => {
      const instant = (at("09:00:10") + i * 30_000) as HeartbeatRow["first"];
      return { ...scroll("09:00"), first: instant, last: instant };
    });
    const sum = foldPieces([aRow("09:00:00"), ...rows], aTimeline()).reduce(
      (all, piece) => (piece.part === "observed" ? all + secondsBetween(piece.start, piece.end) : all),
      0,
    );
    expect(sum).toBe(10 + 60 * 30);
  });

  it("extends over a gap that may be bridged, from a person's sign or from another scroll", () => {
    expect(told([aRow("09:00"), scroll("09:04"), scroll("09:08"), aRow("09:12")])).toEqual([
      "09:00:00 bridged 240",
      "09:04:00 bridged 240",
      "09:08:00 bridged 240",
    ]);
  });

  it("begins nothing: alone, first, or after a longer silence it is dropped", () => {
    expect(told([scroll("09:00"), scroll("09:00:10")])).toEqual([]);
    expect(told([scroll("09:00"), aRow("09:00:10"), aRow("09:00:20")])).toEqual(["09:00:10 observed 10"]);
    expect(told([aRow("09:00"), scroll("09:05:01"), scroll("09:05:10"), aRow("09:05:20")])).toEqual([]);
  });

  it("is never bridged to where nothing is, and is observed all the same", () => {
    expect(told([aRow("09:00"), scroll("09:00:59"), scroll("09:02")], aTimeline(aCase("ACME-1"), 0))).toEqual([
      "09:00:00 observed 59",
    ]);
  });

  it("makes part of a bridged gap observed and takes nothing from it", () => {
    expect(told([aRow("09:00"), scroll("09:00:30"), aRow("09:03")])).toEqual([
      "09:00:00 observed 30",
      "09:00:30 bridged 150",
    ]);
  });

  it("of another case changes nothing between two signs that are joined without it", () => {
    expect(told([aRow("09:00"), scroll("09:00:20", OTHER_CASE), aRow("09:00:50")], twoCases())).toEqual([
      "09:00:00 observed 50",
    ]);
    expect(told([aRow("09:00"), scroll("09:00:20", OTHER_CASE), aRow("09:03")], twoCases())).toEqual([
      "09:00:00 bridged 180",
    ]);
  });

  it("extends within one local day only", () => {
    const timeline = aTimeline(aCase("ACME-1"), 300, "Europe/Vienna" as ZoneId);
    expect(told([aRow("22:59:00"), scroll("22:59:50"), scroll("23:00:10"), scroll("23:00:20")], timeline)).toEqual([
      "22:59:00 observed 50",
    ]);
    expect(told([aRow("22:59:40"), scroll("22:59:50"), aRow("23:00:10")], timeline)).toEqual([
      "22:59:40 observed 20",
      "23:00:00 observed 10",
    ]);
  });

  it("of a pause is not heard", () => {
    const timeline = aTimeline();
    timeline.addPause(at("09:00:10"), true);
    expect(told([aRow("09:00"), scroll("09:00:20")], timeline)).toEqual([]);
  });
});

describe("presence", () => {
  it("makes an hour in a full-screen terminal program bridged time, and nothing observed", () => {
    const rows = [aRow("09:00:00"), ...presences("09:00:05", "09:58:50"), aRow("10:00:00")];
    const pieces = foldPieces(rows, aTimeline());
    expect(new Set(pieces.map(({ part }) => part))).toEqual(new Set(["bridged"]));
    expect(pieces.reduce((sum, { start, end }) => sum + secondsBetween(start, end), 0)).toBe(3600);
  });

  it("is ignored where the person's own signs make time", () => {
    const signs = [aRow("09:00:00"), aRow("09:00:59"), aRow("09:05:59")];
    const all = [...signs, presence("09:00:30", OTHER_CASE), presence("09:02", OTHER_CASE), presence("09:03")];
    expect(foldPieces(all, twoCases())).toEqual(foldPieces(signs, twoCases()));
  });

  it("is bridged however short the gap is, and only by the rules of bridging", () => {
    const rows = [aRow("09:00:00"), presence("09:00:20"), presence("09:00:35")];
    expect(told(rows)).toEqual(["09:00:00 bridged 20", "09:00:20 bridged 15"]);
    expect(told(rows, aTimeline(aCase("ACME-1"), 0))).toEqual([]);
    expect(told(rows, aTimeline(aCase("ACME-1", { idleSeconds: 19 })))).toEqual(["09:00:20 bridged 15"]);
    const paused = aTimeline();
    paused.addPause(at("09:00:05"), true);
    paused.addPause(at("09:00:10"), false);
    expect(told(rows, paused)).toEqual(["09:00:20 bridged 15"]);
    const slept = aTimeline();
    slept.addTickGap({ start: at("09:00:25"), end: at("09:00:30") });
    expect(told(rows, slept)).toEqual(["09:00:00 bridged 20"]);
    const picked = aTimeline();
    picked.addPick(OTHER_TREE, at("09:00:30"), aCase("BETA-1"));
    expect(told(rows, picked)).toEqual(["09:00:00 bridged 20"]);
  });

  it("of another case is not bridged to", () => {
    const rows = [aRow("09:00"), presence("09:00:20", OTHER_CASE), presence("09:00:35", OTHER_CASE), aRow("09:10")];
    expect(told(rows, twoCases())).toEqual(["09:00:20 bridged 15"]);
  });

  it("joins a scroll that counts, and does not make one count", () => {
    const tail = [presence("09:06"), aRow("09:11")];
    expect(told([aRow("09:00"), scroll("09:04"), ...tail])).toEqual([
      "09:00:00 bridged 240",
      "09:04:00 bridged 120",
      "09:06:00 bridged 300",
    ]);
    expect(told([aRow("09:00"), presence("09:04"), scroll("09:06"), presence("09:08"), aRow("09:12")])).toEqual([
      "09:00:00 bridged 240",
      "09:04:00 bridged 240",
      "09:08:00 bridged 240",
    ]);
  });

  it("after the last sign of the person counts up to itself", () => {
    expect(told([aRow("09:00"), presence("09:01"), presence("09:01:15")])).toEqual([
      "09:00:00 bridged 60",
      "09:01:00 bridged 15",
    ]);
  });
});

describe("of heartbeats in one second", () => {
  it.each([
    ["window-1", "window-2"],
    ["window-2", "window-1"],
  ])("the gap that follows is the one's that gained the focus then (%s loses it to %s)", (loses, gains) => {
    const rows = [
      aRow("09:00:00", "09:00:10", { windowId: loses }),
      aRow("09:00:10", "09:00:12", { windowId: gains, tree: OTHER_TREE, counts: { focus: 1, select: 2 } }),
      aRow("09:00:40", "09:00:40", { windowId: loses, counts: { focus: 1 } }),
    ];
    for (const order of [rows, [...rows].reverse()]) {
      const pieces = foldPieces(order, twoCases());
      expect(pieces.map(({ case: of, start, end }) => [of?.id, secondsBetween(start, end)])).toEqual([
        ["ACME-1", 10],
        ["BETA-1", 2],
        ["BETA-1", 28],
      ]);
    }
  });

  it("of one window the work tree that was switched to comes last", () => {
    const rows = [
      aRow("09:00:00", "09:00:10", { tree: OTHER_TREE }),
      aRow("09:00:10", "09:00:10", { tree: TREE, counts: { switch: 1 } }),
    ];
    expect(mergeHeartbeats(rows).at(-1)?.tree).toBe(TREE);
    const back = [
      aRow("09:00:00", "09:00:10"),
      aRow("09:00:10", "09:00:10", { tree: OTHER_TREE, counts: { switch: 1 } }),
    ];
    expect(mergeHeartbeats(back).at(-1)?.tree).toBe(OTHER_TREE);
  });
});
