import { describe, expect, it } from "vitest";
import { secondsBetween, type ZoneId } from "../../../../src/base/time.ts";
import type { HeartbeatRow } from "../../../../src/domain/capture/heartbeat.ts";
import { foldAgentPieces, foldPieces, foldSpans, joinPieces, type Piece } from "../../../../src/domain/capture/span.ts";
import type { Timeline } from "../../../../src/domain/capture/timeline.ts";
import { aCase, aRow, at, aTimeline, day, OTHER_TREE, TREE } from "../../../support/builders.ts";

/** Seconds by part, and by case where it matters. */
function sums(rows: readonly HeartbeatRow[], timeline: Timeline): { observed: number; bridged: number } {
  const result = { observed: 0, bridged: 0, agent: 0 };
  for (const piece of foldPieces(rows, timeline)) result[piece.part] += secondsBetween(piece.start, piece.end);
  return { observed: result.observed, bridged: result.bridged };
}

function byCase(rows: readonly HeartbeatRow[], timeline: Timeline): Record<string, number> {
  const result: Record<string, number> = {};
  for (const piece of foldPieces(rows, timeline)) {
    const key = piece.case?.id ?? "none";
    result[key] = (result[key] ?? 0) + secondsBetween(piece.start, piece.end);
  }
  return result;
}

describe("a gap between two heartbeats", () => {
  it.each([
    ["a second", "09:00:00", "09:00:01", 300, { observed: 1, bridged: 0 }],
    ["59 s", "09:00:00", "09:00:59", 300, { observed: 59, bridged: 0 }],
    ["60 s", "09:00:00", "09:01:00", 300, { observed: 0, bridged: 60 }],
    ["the idle timeout", "09:00:00", "09:05:00", 300, { observed: 0, bridged: 300 }],
    ["a second more", "09:00:00", "09:05:01", 300, { observed: 0, bridged: 0 }],
    ["60 s where nothing is bridged", "09:00:00", "09:01:00", 0, { observed: 0, bridged: 0 }],
    ["59 s where nothing is bridged", "09:00:00", "09:00:59", 0, { observed: 59, bridged: 0 }],
    ["none: one heartbeat alone", "09:00:00", "09:00:00", 300, { observed: 0, bridged: 0 }],
  ])("of %s", (_name, first, second, idle, expected) => {
    expect(sums([aRow(first), aRow(second)], aTimeline(aCase("ACME-1"), idle))).toEqual(expected);
  });

  it("takes the idle timeout of the case's contract", () => {
    const timeline = aTimeline(aCase("ACME-1", { idleSeconds: 120 }));
    expect(sums([aRow("09:00"), aRow("09:02")], timeline)).toEqual({ observed: 0, bridged: 120 });
    expect(sums([aRow("09:00"), aRow("09:02:01")], timeline)).toEqual({ observed: 0, bridged: 0 });
  });

  it("follows the policy in force at its start, never a later one", () => {
    const timeline = aTimeline();
    timeline.addPolicy(at("09:01"), { idleTimeoutSeconds: 0, zone: "UTC" as ZoneId });
    expect(sums([aRow("09:00"), aRow("09:04")], timeline)).toEqual({ observed: 0, bridged: 240 });
    expect(sums([aRow("09:01"), aRow("09:04")], timeline)).toEqual({ observed: 0, bridged: 0 });
  });
});

describe("what lies inside a gap", () => {
  it("a pick splits an observed gap exactly there", () => {
    const timeline = aTimeline(aCase("ACME-1"));
    timeline.addPick(TREE, at("09:00:20"), aCase("ACME-2"));
    expect(byCase([aRow("09:00:00"), aRow("09:00:50")], timeline)).toEqual({ "ACME-1": 20, "ACME-2": 30 });
  });

  it("a pick breaks a longer gap", () => {
    const timeline = aTimeline(aCase("ACME-1"));
    timeline.addPick(OTHER_TREE, at("09:01"), aCase("ACME-2"));
    expect(sums([aRow("09:00"), aRow("09:04")], timeline)).toEqual({ observed: 0, bridged: 0 });
  });

  it("a pause is cut out of an observed gap and breaks a longer one", () => {
    const timeline = aTimeline();
    timeline.addPause(at("09:00:10"), true);
    timeline.addPause(at("09:00:30"), false);
    expect(sums([aRow("09:00:00"), aRow("09:00:50")], timeline)).toEqual({ observed: 30, bridged: 0 });
    expect(sums([aRow("09:00:00"), aRow("09:03:00")], timeline)).toEqual({ observed: 0, bridged: 0 });
  });

  it("a change of zone puts no piece on a day without heartbeats", () => {
    const timeline = aTimeline(aCase("ACME-1"), 1_800, "Asia/Tokyo" as ZoneId);
    timeline.addPolicy(at("2026-03-29 21:59:45"), { idleTimeoutSeconds: 0, zone: "Europe/Vienna" as ZoneId });
    // 30 March in Tokyo; 29 March for 15 s in Vienna; 30 March there.
    const pieces = foldPieces([aRow("2026-03-29 21:58:49"), aRow("2026-03-29 22:00:00")], timeline);
    expect(pieces.map(({ day, start, end }) => [day, (end - start) / 1000])).toEqual([
      ["2026-03-30", 56],
      ["2026-03-30", 15],
    ]);
  });

  it("a tick gap is never bridged", () => {
    const timeline = aTimeline();
    timeline.addTickGap({ start: at("09:00:30"), end: at("09:03:30") });
    expect(sums([aRow("09:00"), aRow("09:04")], timeline)).toEqual({ observed: 0, bridged: 0 });
  });

  it("midnight splits an observed gap and is never bridged", () => {
    const timeline = aTimeline();
    const rows = [aRow("2026-03-10 23:59:50"), aRow("2026-03-11 00:00:20")];
    expect(foldSpans(foldPieces(rows, timeline)).map((span) => [span.day, span.observed])).toEqual([
      ["2026-03-10", 10],
      ["2026-03-11", 20],
    ]);
    expect(sums([aRow("2026-03-10 23:59:00"), aRow("2026-03-11 00:01:00")], timeline)).toEqual({
      observed: 0,
      bridged: 0,
    });
  });

  it("two work trees with different cases are not bridged, and an observed gap is its start's", () => {
    const timeline = aTimeline(aCase("ACME-1"));
    timeline.addPick(OTHER_TREE, at("2026-01-01 00:00"), aCase("BETA-1"));
    const rows = [
      aRow("09:00:00"),
      aRow("09:00:30", "09:00:30", { tree: OTHER_TREE, windowId: "window-2" }),
      aRow("09:03"),
    ];
    expect(byCase(rows, timeline)).toEqual({ "ACME-1": 30 });
  });
});

describe("spans", () => {
  it("join observed and bridged time of one case and day, whatever window saw it", () => {
    const rows = [
      aRow("09:00:00", "09:00:02"),
      aRow("09:00:01", "09:00:40", { windowId: "window-2" }),
      aRow("09:03:40"),
    ];
    expect(foldSpans(foldPieces(rows, aTimeline()))).toEqual([
      {
        start: at("09:00"),
        end: at("09:03:40"),
        day: "2026-03-10",
        case: aCase("ACME-1").ref,
        observed: 40,
        bridged: 180,
      },
    ]);
  });

  it("a day of 23 hours keeps every second", () => {
    const zone = "Europe/Vienna" as ZoneId;
    const rows = Array.from({ length: 27 * 60 * 2 }, (_, i) => ({
      ...aRow("2026-03-28 22:00"),
      first: (at("2026-03-28 22:00") + i * 30_000) as HeartbeatRow["first"],
      last: (at("2026-03-28 22:00") + i * 30_000) as HeartbeatRow["last"],
    }));
    const days = new Map<string, number>();
    for (const span of foldSpans(foldPieces(rows, aTimeline(aCase("ACME-1"), 300, zone)))) {
      days.set(span.day, (days.get(span.day) ?? 0) + span.observed);
    }
    expect(days.get("2026-03-29")).toBe(23 * 3600);
  });
});

describe("agent time", () => {
  it("is joined below 60 s, less what a person did meanwhile, and in no other figure", () => {
    const timeline = aTimeline();
    const agent = ["09:00:00", "09:00:40", "09:02:00"].map((time) => aRow(time, time, { agent: true }));
    const person = [aRow("09:00:10", "09:00:10"), aRow("09:00:20", "09:00:20")];
    const pieces = foldPieces([...agent, ...person], timeline);
    expect(sums([...agent, ...person], timeline)).toEqual({ observed: 10, bridged: 0 });
    const left = foldAgentPieces([...agent, ...person], timeline, pieces);
    expect(left.map((piece) => [piece.start, piece.end])).toEqual([
      [at("09:00:00"), at("09:00:10")],
      [at("09:00:20"), at("09:00:40")],
    ]);
  });
});

describe("joined pieces", () => {
  it("are those that touch and differ in nothing but their time", () => {
    const piece = (start: string, end: string, more: Partial<Piece> = {}): Piece => ({
      start: at(start),
      end: at(end),
      part: "observed",
      case: aCase("ACME-1").ref,
      tree: TREE,
      day: day("2026-03-10"),
      ...more,
    });
    const pieces = [
      piece("09:00", "09:01"),
      piece("09:01", "09:02"),
      piece("09:02", "09:03", { part: "bridged" }),
      piece("09:03", "09:04", { case: null }),
      piece("09:04", "09:05", { tree: OTHER_TREE }),
      piece("09:06", "09:07", { tree: OTHER_TREE }),
    ];
    expect(joinPieces(pieces)).toEqual([piece("09:00", "09:02"), ...pieces.slice(2)]);
    expect(joinPieces([])).toEqual([]);
  });
});
