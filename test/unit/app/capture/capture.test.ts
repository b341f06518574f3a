import { beforeEach, describe, expect, it } from "vitest";
import { epochMs, type EpochMs } from "../../../../src/base/time.ts";
import { HeartbeatWriter } from "../../../../src/app/capture/heartbeatWriter.ts";
import {
  ActivityRecorder,
  type ActivityContext,
  type ActivityRow,
} from "../../../../src/app/capture/activityRecorder.ts";
import { findTickGap, watchClock } from "../../../../src/app/capture/watchClock.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { BodyOf, LogEvent } from "../../../../src/domain/log/events.ts";
import { aCase, at, TREE } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";
import { treeId } from "../../../../src/domain/cases/treeId.ts";

const ALPHA: ActivityContext = { folder: "file:///projects/alpha" };
const BETA: ActivityContext = { folder: "file:///projects/beta" };

describe("recording activity", () => {
  let clock: ManualClock;
  let batches: (readonly ActivityRow[])[];
  let record: ActivityRecorder;
  const observe = (kind: "edit" | "select" | "save", context = ALPHA, agent = false): void => {
    record.observe(context, kind, clock.now(), agent);
  };

  beforeEach(() => {
    clock = new ManualClock("09:00");
    batches = [];
    record = new ActivityRecorder(clock, (rows) => batches.push(rows));
  });

  it("hands over one row per context two seconds after the first sign, with the counts of each kind", () => {
    observe("edit");
    clock.advance(500);
    observe("edit");
    observe("save", BETA);
    clock.advance(700);
    observe("select");
    clock.advance(799);
    expect(batches).toEqual([]);
    clock.advance(1);
    expect(batches).toEqual([
      [
        {
          context: ALPHA,
          class: "person",
          first: at("09:00"),
          last: at("09:00") + 1_200,
          counts: { edit: 2, select: 1 },
        },
        { context: BETA, class: "person", first: at("09:00") + 500, last: at("09:00") + 500, counts: { save: 1 } },
      ],
    ]);
  });

  it("needs no timer while nothing happens", () => {
    expect(clock.pending).toBe(0);
    observe("edit");
    expect(clock.pending).toBe(1);
    clock.advance(2_000);
    expect(clock.pending).toBe(0);
    clock.advance(60_000);
    expect(batches).toHaveLength(1);
    observe("edit");
    clock.advance(2_000);
    expect(batches[1]).toEqual([
      { context: ALPHA, class: "person", first: at("09:01:02"), last: at("09:01:02"), counts: { edit: 1 } },
    ]);
  });

  it("keeps what agents do in rows of their own", () => {
    observe("edit");
    observe("edit", ALPHA, true);
    observe("edit");
    record.flush();
    expect(batches.flat().map(({ class: of, counts }) => [of, counts])).toEqual([
      ["person", { edit: 2 }],
      ["agent", { edit: 1 }],
    ]);
  });

  it("keeps scrolls and presence in rows of their own, whoever is said to be there", () => {
    record.observe(ALPHA, "select", clock.now());
    record.observe(ALPHA, "scroll", clock.now(), true);
    record.observe(ALPHA, "presence", clock.now() - 70_000);
    record.flush();
    expect(batches.flat().map(({ class: of, first, counts }) => [of, first - at("09:00"), counts])).toEqual([
      ["person", 0, { select: 1 }],
      ["scroll", 0, { scroll: 1 }],
      ["presence", -70_000, { presence: 1 }],
    ]);
  });

  it("begins a row with the focus, so that the instant at which it was gained is known", () => {
    observe("edit");
    clock.advance(900);
    record.observe(ALPHA, "focus", clock.now());
    clock.advance(300);
    observe("edit");
    record.flush();
    expect(batches.flat().map(({ first, last, counts }) => [first - at("09:00"), last - at("09:00"), counts])).toEqual([
      [0, 0, { edit: 1 }],
      [900, 1_200, { focus: 1, edit: 1 }],
    ]);
  });

  it("remembers the person's last sign, and no agent's or presence", () => {
    expect(record.lastSign).toBeUndefined();
    observe("select", BETA);
    const seen = { context: BETA, at: clock.now() };
    clock.advance(5_000);
    observe("edit", ALPHA, true);
    record.observe(ALPHA, "presence", clock.now());
    expect(record.lastSign).toEqual(seen);
    record.observe(ALPHA, "scroll", clock.now());
    expect(record.lastSign).toEqual({ context: ALPHA, at: clock.now() });
  });

  it("hides no gap in a row: a hung host or a step of the clock begins another", () => {
    observe("edit");
    clock.step(5_000);
    observe("edit"); // the timer is late, but this is near enough
    clock.step(5_001);
    observe("edit");
    clock.step(-60_000);
    observe("edit");
    record.flush();
    expect(batches.flat().map(({ first, last }) => [first - at("09:00"), last - at("09:00")])).toEqual([
      [0, 5_000],
      [10_001, 10_001],
      [-49_999, -49_999],
    ]);
  });

  it("hands over what is there when it is flushed, once, and does nothing after its end", () => {
    observe("edit");
    record.flush();
    record.flush();
    clock.advance(10_000);
    expect(batches).toHaveLength(1);
    observe("edit");
    record.dispose();
    expect(clock.pending).toBe(0);
  });
});

describe("writing heartbeats", () => {
  let clock: ManualClock;
  let window: TestWindow;
  let reports: unknown[];
  let writer: HeartbeatWriter;
  const row = (first: EpochMs, last = first, more: Partial<ActivityRow> = {}): ActivityRow => ({
    context: ALPHA,
    class: "person",
    first,
    last,
    counts: { edit: 1 },
    ...more,
  });
  const written = async (): Promise<readonly (LogEvent & { body: BodyOf<"heartbeats"> })[]> =>
    (await window.log.read({ kinds: ["heartbeats"] })) as (LogEvent & { body: BodyOf<"heartbeats"> })[];

  beforeEach(() => {
    clock = new ManualClock("09:00");
    window = new TestWindow(clock);
    reports = [];
    writer = new HeartbeatWriter(
      window.journal,
      async ({ folder }) => Promise.resolve(treeId(folder)),
      (error) => reports.push(error),
    );
  });

  it("floors instants to the second and stamps row, day and the case in force", async () => {
    await window.view.load();
    await window.log.append([
      window.factory.create({ kind: "pick", tree: TREE, case: aCase("ACME-1") }, { at: at("08:00") }),
    ]);
    await writer.write([
      row(epochMs(at("09:00") + 999), epochMs(at("09:00:01") + 1)),
      row(at("09:00:05"), undefined, { class: "agent", context: BETA }),
    ]);
    expect(
      (await written()).map(({ at: instant, day, windowId, case: of, body }) => [instant, day, windowId, of?.id, body]),
    ).toEqual([
      [
        at("09:00"),
        "2026-03-10",
        "window-1",
        "ACME-1",
        { kind: "heartbeats", tree: TREE, first: at("09:00"), last: at("09:00:01"), counts: { edit: 1 } },
      ],
      [
        at("09:00:05"),
        "2026-03-10",
        "window-1",
        undefined,
        {
          kind: "heartbeats",
          tree: BETA.folder,
          first: at("09:00:05"),
          last: at("09:00:05"),
          counts: { edit: 1 },
          agent: true,
        },
      ],
    ]);
  });

  it("says of a weak row which it is", async () => {
    await writer.write([
      row(at("09:00"), undefined, { class: "scroll", counts: { scroll: 1 } }),
      row(at("09:00"), undefined, { class: "presence", counts: { presence: 1 } }),
    ]);
    expect((await written()).map(({ body }) => [body.weak, body.agent])).toEqual([
      ["scroll", undefined],
      ["presence", undefined],
    ]);
  });

  it("holds what cannot be written, tells once, and writes everything in order when it can again", async () => {
    const failure = new CaseclockError("ledger.full", "no room");
    window.log.beforeAppend = () => {
      throw failure;
    };
    await writer.write([row(at("09:00"))]);
    await writer.write([row(at("09:00:02"))]);
    expect(reports).toEqual([failure]);
    window.log.beforeAppend = () => undefined;
    await writer.write([row(at("09:00:04"))]);
    expect((await written()).map(({ body }) => body.first)).toEqual([at("09:00"), at("09:00:02"), at("09:00:04")]);
    window.log.beforeAppend = () => {
      throw failure;
    };
    await writer.write([row(at("09:00:06"))]);
    expect(reports).toHaveLength(2); // it had recovered in between
    expect(writer.lostRows).toBe(0);
  });

  it("tries again by itself until it succeeds, though no sign comes any more, and tells once", async () => {
    const polls = clock.pending;
    window.log.beforeAppend = () => {
      throw new CaseclockError("ledger.full", "no room");
    };
    await writer.write([row(at("09:00"))]);
    await writer.write([row(at("09:00:02"))]);
    expect(clock.pending).toBe(polls + 1); // one timer, however many writes failed
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(60_000);
      await settle();
    }
    expect(reports).toHaveLength(1);
    window.log.beforeAppend = () => undefined;
    clock.advance(14_999);
    await settle();
    expect(await written()).toEqual([]);
    clock.advance(1);
    await settle();
    expect((await written()).map(({ body }) => body.first)).toEqual([at("09:00"), at("09:00:02")]);
    expect(clock.pending).toBe(polls);
    expect(reports).toHaveLength(1);
  });

  it("does not try again after its end", async () => {
    const polls = clock.pending;
    window.log.beforeAppend = () => {
      throw new CaseclockError("ledger.full", "no room");
    };
    await writer.write([row(at("09:00"))]);
    writer.dispose();
    expect(clock.pending).toBe(polls);
  });

  it("does not send again what was written", async () => {
    const batches: number[] = [];
    window.log.beforeAppend = (events) => batches.push(events.length);
    await writer.write([row(at("09:00")), row(at("09:00:01"))]);
    await writer.write([row(at("09:00:02"))]);
    await writer.write([]);
    expect(batches).toEqual([2, 1]);
  });

  it("stores nothing twice when an append arrived that seemed to fail", async () => {
    window.log.afterAppend = () => {
      throw new CaseclockError("ledger.unavailable", "the worker ended");
    };
    await writer.write([row(at("09:00"))]);
    window.log.afterAppend = () => undefined;
    await writer.write([row(at("09:00:02"))]);
    await writer.write([]);
    expect((await written()).map(({ body }) => body.first)).toEqual([at("09:00"), at("09:00:02")]);
  });

  it("writes in the order in which rows came, also when several writes wait", async () => {
    await Promise.all([
      writer.write([row(at("09:00"))]),
      writer.write([row(at("09:00:02"))]),
      writer.write([row(at("09:00:04"))]),
    ]);
    expect((await written()).map(({ seq, body }) => [seq, body.first])).toEqual([
      [1, at("09:00")],
      [2, at("09:00:02")],
      [3, at("09:00:04")],
    ]);
  });

  it("gives each of two days its own heartbeat of a row over midnight", async () => {
    await writer.write([row(at("2026-03-10 23:59:59"), at("2026-03-11 00:00:01"), { counts: { edit: 2 } })]);
    expect((await written()).map(({ day, body }) => [day, body.first, body.last])).toEqual([
      ["2026-03-10", at("2026-03-10 23:59:59"), at("2026-03-10 23:59:59")],
      ["2026-03-11", at("2026-03-11 00:00:01"), at("2026-03-11 00:00:01")],
    ]);
    const counts = (await written()).map(({ body }) => body.counts.edit ?? 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  it("holds a week of typing and counts what is beyond", async () => {
    window.log.beforeAppend = () => {
      throw new CaseclockError("ledger.full", "no room");
    };
    const many = Array.from({ length: 50_001 }, () => row(at("09:00")));
    await writer.write(many);
    await writer.write(many);
    expect(writer.lostRows).toBe(2);
    window.log.beforeAppend = () => undefined;
    await writer.write([]);
    expect(await written()).toHaveLength(100_000);
  });
});

describe("watching the clock", () => {
  it.each([
    ["on time", 15_000, undefined],
    ["45 s late", 60_000, undefined],
    ["later than 45 s", 60_001, { from: at("09:00"), to: at("09:01") }],
    ["an hour later", 3_600_000, { from: at("09:00"), to: at("10:00") }],
    ["2 s back", -2_000, undefined],
    ["more than 2 s back", -2_001, { from: epochMs(at("09:00") - 3_000), to: at("09:00") }],
  ])("a tick %s", (_name, after, gap) => {
    const expected = gap === undefined ? undefined : { kind: "tickGap", ...gap };
    expect(findTickGap(at("09:00"), epochMs(at("09:00") + after))).toEqual(expected);
  });

  it("tells each gap once, and nothing on a quiet day or after its end", () => {
    const clock = new ManualClock("09:00");
    const gaps: BodyOf<"tickGap">[] = [];
    const watch = watchClock(clock, (gap) => gaps.push(gap));
    clock.advance(3_600_000);
    expect(gaps).toEqual([]);
    clock.step(7_200_000); // the lid was closed
    clock.advance(15_000);
    clock.advance(3_600_000);
    expect(gaps).toEqual([{ kind: "tickGap", from: at("10:00"), to: at("12:00:15") }]);
    clock.step(-600_000);
    clock.advance(15_000);
    expect(gaps[1]).toEqual({ kind: "tickGap", from: at("12:50:30"), to: at("13:00:15") });
    watch.dispose();
    clock.step(7_200_000);
    clock.advance(60_000);
    expect(gaps).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
