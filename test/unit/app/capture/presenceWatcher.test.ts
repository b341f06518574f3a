import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, floorToSecond, type EpochMs } from "../../../../src/base/time.ts";
import {
  ActivityRecorder,
  type ActivityContext,
  type ActivityRow,
} from "../../../../src/app/capture/activityRecorder.ts";
import { PresenceWatcher, type Attendance } from "../../../../src/app/capture/presenceWatcher.ts";
import { total } from "../../../../src/domain/capture/interval.ts";
import { foldPieces } from "../../../../src/domain/capture/span.ts";
import { at, aTimeline, must } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { treeId } from "../../../../src/domain/cases/treeId.ts";

const ALPHA: ActivityContext = { folder: "file:///projects/alpha" };
const BETA: ActivityContext = { folder: "file:///projects/beta" };

describe("watching for presence", () => {
  const THERE: Attendance = { focused: true, active: true, running: false };
  let clock: ManualClock;
  let found: EpochMs[];
  let sign: number;
  let watch: PresenceWatcher;
  const seconds = (): number[] => found.map((instant) => (instant - at("09:00")) / 1_000);

  beforeEach(() => {
    clock = new ManualClock("09:00");
    found = [];
    sign = 0;
    watch = new PresenceWatcher(
      clock,
      () => sign,
      (instant) => found.push(instant),
    );
  });

  it("finds one each 15 s, 70 s ago, and none before the window was focused and active", () => {
    watch.update(THERE);
    clock.advance(119_999);
    expect(seconds()).toEqual([5, 20, 35]);
    clock.advance(1);
    expect(seconds()).toEqual([5, 20, 35, 50]);
  });

  it.each<[string, Partial<Attendance>]>([
    ["without the focus", { focused: false }],
    ["that is not active", { active: false }],
    ["with a notebook cell running", { running: true }],
  ])("finds none in a window %s, needs no timer there, and begins anew after it", (_name, away) => {
    watch.update({ ...THERE, ...away });
    expect(clock.pending).toBe(0);
    clock.advance(600_000);
    watch.update(THERE);
    clock.advance(70_000);
    watch.update({ ...THERE, ...away });
    clock.advance(600_000);
    expect(found).toEqual([]);
    watch.update(THERE);
    clock.advance(75_000);
    expect(seconds()).toEqual([1_275]);
  });

  it("finds none up to the window's last sign", () => {
    watch.update(THERE);
    sign = at("09:00:20");
    clock.advance(105_000);
    expect(seconds()).toEqual([35]);
  });

  it("takes a repeated state for no change", () => {
    watch.update(THERE);
    clock.advance(60_000);
    watch.update({ ...THERE });
    clock.advance(15_000);
    expect(seconds()).toEqual([5]);
  });

  it("finds nobody in a sleep, and not soon after it: the window says active until it has looked", () => {
    watch.update(THERE);
    clock.advance(75_000);
    clock.step(3_600_000);
    clock.advance(75_000);
    expect(seconds()).toEqual([5]);
    clock.advance(15_000);
    expect(seconds()).toEqual([5, 3_600 + 95]);
  });

  it("goes on after a step back of the clock, which leaves the last sign in the future", () => {
    watch.update(THERE);
    sign = at("09:00:50");
    clock.advance(60_000);
    clock.step(-DAY_MS);
    clock.advance(90_000);
    expect(seconds()).toEqual([-86_400 + 80]);
  });

  it("ends", () => {
    watch.update(THERE);
    watch.dispose();
    clock.advance(600_000);
    expect(found).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("makes an hour in a full-screen terminal program bridged time of its folder, to its last key less 70 s", () => {
    const rows: ActivityRow[] = [];
    const record = new ActivityRecorder(clock, (written) => rows.push(...written));
    const hour = new PresenceWatcher(
      clock,
      () => record.lastSign?.at ?? 0,
      (instant) => {
        record.observe(record.lastSign?.context ?? ALPHA, "presence", instant);
      },
    );
    hour.update(THERE);
    record.observe(BETA, "terminal", clock.now()); // `vim`, in a terminal of that folder
    for (let minute = 0; minute < 60; minute += 1) clock.advance(60_000); // keys that only the terminal sees
    hour.update({ ...THERE, active: false });
    clock.advance(3_600_000);
    record.flush();
    const pieces = foldPieces(
      rows.map(({ context, class: of, first, last, counts }) => ({
        windowId: "w",
        tree: treeId(context.folder),
        first: floorToSecond(first),
        last: floorToSecond(last),
        counts,
        ...(of === "presence" ? { weak: of } : {}),
      })),
      aTimeline(),
    );
    expect(new Set(pieces.map(({ part }) => part))).toEqual(new Set(["bridged"]));
    expect(new Set(pieces.map(({ tree }) => tree))).toEqual(new Set([BETA.folder]));
    expect({ start: must(pieces[0]).start, end: must(pieces.at(-1)).end }).toEqual({
      start: at("09:00"),
      end: at("09:58:50"),
    });
    expect(total(pieces)).toBe(3_530);
    hour.dispose();
    record.dispose();
    expect(clock.pending).toBe(0);
  });
});
