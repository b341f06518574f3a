import { describe, expect, it } from "vitest";
import { epochMs, parseZone, secondsBetween, type ZoneId } from "../../../../src/base/time.ts";
import type { HeartbeatRow } from "../../../../src/domain/capture/heartbeat.ts";
import { foldPieces, foldSpans, type Piece } from "../../../../src/domain/capture/span.ts";
import { Timeline } from "../../../../src/domain/capture/timeline.ts";
import { aCase, aRow, at, aTimeline, heartbeats, must, OTHER_TREE, TREE, UTC } from "../../../support/builders.ts";

const zone = (name: string): ZoneId => must(parseZone(name));
const perDay = (pieces: readonly Piece[]): Record<string, number> => {
  const days: Record<string, number> = {};
  for (const piece of pieces) days[piece.day] = (days[piece.day] ?? 0) + secondsBetween(piece.start, piece.end);
  return days;
};

/** A heartbeat every 30 s from `from` (UTC) for some hours. */
function work(from: string, hours: number): readonly HeartbeatRow[] {
  return Array.from({ length: hours * 120 + 1 }, (_, index) => {
    const instant = epochMs(at(from) + index * 30_000);
    return { ...aRow("09:00"), first: instant, last: instant };
  });
}

describe("what is in force at an instant", () => {
  it("is the last fact at or before it, and of two at one instant the one that came later", () => {
    const timeline = new Timeline({ idleTimeoutSeconds: 300, zone: UTC });
    timeline.addPick(TREE, at("10:00"), aCase("B-1"));
    timeline.addPick(TREE, at("09:00"), aCase("A-1")); // told later, happened earlier
    timeline.addPick(TREE, at("10:00"), aCase("B-2"));
    const keyAt = (time: string): string | undefined => timeline.caseAt(TREE, at(time))?.key;
    expect(["08:59:59", "09:00", "09:59:59", "10:00", "23:00"].map(keyAt)).toEqual([
      undefined,
      "A-1",
      "A-1",
      "B-2",
      "B-2",
    ]);
    expect(timeline.caseAt(OTHER_TREE, at("10:00"))).toBeUndefined();
  });

  it("tells 'no case' from 'never picked'", () => {
    const timeline = aTimeline();
    timeline.addPick(TREE, at("10:00"), null);
    expect(timeline.caseAt(TREE, at("10:00"))).toBeNull();
    expect(timeline.caseAt(OTHER_TREE, at("10:00"))).toBeUndefined();
  });

  it("changes next where a pick of the tree, a pause or a policy lies, never at the instant itself", () => {
    const timeline = aTimeline();
    timeline.addPick(OTHER_TREE, at("09:01"), null);
    timeline.addPick(TREE, at("09:05"), null);
    timeline.addPause(at("09:03"), true);
    timeline.addPolicy(at("09:04"), { idleTimeoutSeconds: 0, zone: UTC });
    expect(timeline.nextChange(TREE, at("09:00"))).toBe(at("09:03"));
    expect(timeline.nextChange(TREE, at("09:03"))).toBe(at("09:04"));
    expect(timeline.nextChange(OTHER_TREE, at("09:00"))).toBe(at("09:01"));
    expect(timeline.nextChange(TREE, at("09:05"))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("what forbids bridging", () => {
  const broken = (prepare: (timeline: Timeline) => void): boolean => {
    const timeline = aTimeline();
    prepare(timeline);
    return timeline.isBroken({ start: at("09:00"), end: at("09:04") });
  };
  it.each<[string, boolean, (timeline: Timeline) => void]>([
    ["nothing", false, () => undefined],
    [
      "a pick at the start",
      false,
      (t) => {
        t.addPick(TREE, at("09:00"), null);
      },
    ],
    [
      "a pick inside",
      true,
      (t) => {
        t.addPick(TREE, at("09:00:01"), null);
      },
    ],
    [
      "a pick at the end",
      false,
      (t) => {
        t.addPick(TREE, at("09:04"), null);
      },
    ],
    [
      "a pause inside",
      true,
      (t) => {
        t.addPause(at("09:03:59"), true);
      },
    ],
    [
      "a tick gap that ends at the start",
      false,
      (t) => {
        t.addTickGap({ start: at("08:00"), end: at("09:00") });
      },
    ],
    [
      "a tick gap over the start",
      true,
      (t) => {
        t.addTickGap({ start: at("08:00"), end: at("09:00:01") });
      },
    ],
    [
      "a tick gap around it",
      true,
      (t) => {
        t.addTickGap({ start: at("08:00"), end: at("10:00") });
      },
    ],
    [
      "a tick gap over the end",
      true,
      (t) => {
        t.addTickGap({ start: at("09:03:59"), end: at("10:00") });
      },
    ],
    [
      "a tick gap that begins at the end",
      false,
      (t) => {
        t.addTickGap({ start: at("09:04"), end: at("10:00") });
      },
    ],
    [
      "another policy",
      false,
      (t) => {
        t.addPolicy(at("09:02"), { idleTimeoutSeconds: 0, zone: UTC });
      },
    ],
  ])("%s: %s", (_name, expected, prepare) => {
    expect(broken(prepare)).toBe(expected);
  });

  it("midnight inside does, midnight at an end does not", () => {
    const timeline = aTimeline();
    const midnight = at("2026-03-11 00:00");
    const isBroken = (from: number, to: number): boolean =>
      timeline.isBroken({ start: epochMs(midnight + from * 1000), end: epochMs(midnight + to * 1000) });
    expect({ endsAt: isBroken(-100, 0), reachesIn: isBroken(-99, 1), beginsAt: isBroken(0, 100) }).toEqual({
      endsAt: false,
      reachesIn: true,
      beginsAt: false,
    });
  });
});

describe("days", () => {
  it.each([
    ["2026-03-28 21:00", { "2026-03-28": 2, "2026-03-29": 23, "2026-03-30": 2 }, 27],
    ["2026-10-24 21:00", { "2026-10-24": 1, "2026-10-25": 25, "2026-10-26": 2 }, 28],
  ])("on which clocks change keep every second: %s", (from, expected, hours) => {
    const pieces = foldPieces(work(from, hours), aTimeline(aCase("ACME-1"), 300, zone("Europe/Vienna")));
    const inSeconds = Object.fromEntries(Object.entries(expected).map(([date, count]) => [date, count * 3600]));
    expect(perDay(pieces)).toEqual(inSeconds);
  });

  it("are those of the zone in force: a journey neither loses nor doubles a second", () => {
    const timeline = aTimeline(aCase("ACME-1"), 300, zone("Asia/Tokyo"));
    // 20:00 in Tokyo is 12:00 in Vienna, of the same day.
    timeline.addPolicy(at("2026-03-10 11:00"), { idleTimeoutSeconds: 300, zone: zone("Europe/Vienna") });
    timeline.addPolicy(at("2026-03-10 16:00:10"), { idleTimeoutSeconds: 300, zone: zone("Asia/Tokyo") });
    const pieces = foldPieces(work("2026-03-10 14:00", 4), timeline);
    expect(perDay(pieces)).toEqual({ "2026-03-10": 7_210, "2026-03-11": 4 * 3600 - 7_210 });
  });

  it("a policy holds from its instant on and never for earlier time", () => {
    const timeline = aTimeline();
    timeline.addPolicy(at("10:00"), { idleTimeoutSeconds: 60, zone: UTC });
    const rows = heartbeats("09:00", "09:03", "10:00", "10:01", "10:03");
    expect(foldSpans(foldPieces(rows, timeline)).map((span) => [span.start, span.end])).toEqual([
      [at("09:00"), at("09:03")],
      [at("10:00"), at("10:01")],
    ]);
  });
});

describe("two windows", () => {
  it("on one tree count a second once", () => {
    const rows = [
      ...heartbeats("09:00", "09:00:40", "09:01:20"),
      ...heartbeats("09:00:10", "09:00:50", "09:01:20").map((row) => ({ ...row, windowId: "window-2" })),
    ];
    expect(perDay(foldPieces(rows, aTimeline()))).toEqual({ "2026-03-10": 80 });
  });

  it("on two trees of the same case are bridged across, of different cases are not", () => {
    const rows = [aRow("09:00"), aRow("09:02", "09:02", { tree: OTHER_TREE })];
    const same = aTimeline(aCase("ACME-1"));
    same.addPick(OTHER_TREE, at("2026-01-01 00:00"), aCase("ACME-1"));
    expect(perDay(foldPieces(rows, same))).toEqual({ "2026-03-10": 120 });
    const other = aTimeline(aCase("ACME-1"));
    other.addPick(OTHER_TREE, at("2026-01-01 00:00"), aCase("BETA-1"));
    expect(foldPieces(rows, other)).toEqual([]);
  });

  it("the idle timeout of the contract at the gap's start decides", () => {
    const timeline = aTimeline(aCase("ACME-1", { idleSeconds: 600 }), 60);
    expect(perDay(foldPieces(heartbeats("09:00", "09:10"), timeline))).toEqual({ "2026-03-10": 600 });
    expect(foldPieces(heartbeats("09:00", "09:10:01"), timeline)).toEqual([]);
    expect(foldPieces(heartbeats("09:00", "09:01"), aTimeline(aCase("A", { idleSeconds: 0 })))).toEqual([]);
  });

  it("heartbeats while paused are none", () => {
    const timeline = aTimeline();
    timeline.addPause(at("09:00:30"), true);
    timeline.addPause(at("09:10"), false);
    const rows = heartbeats("09:00", "09:00:20", "09:00:40", "09:01:10", "09:09:50", "09:10:05", "09:10:25");
    expect(foldPieces(rows, timeline).map((piece) => [piece.start, piece.end])).toEqual([
      [at("09:00"), at("09:00:20")],
      [at("09:10:05"), at("09:10:25")],
    ]);
  });
});
