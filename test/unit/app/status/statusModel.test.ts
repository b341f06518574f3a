import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CurrentCase } from "../../../../src/app/cases/currentCase.ts";
import { StatusModel } from "../../../../src/app/status/statusModel.ts";
import { epochMs, MINUTE_MS } from "../../../../src/base/time.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import { aCase, anEntry, anEvent, aRow, aRowEvent, at, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

const IDLE_MS = 5 * MINUTE_MS;

let clock: ManualClock;
let window: TestWindow;
let current: CurrentCase;
let model: StatusModel;
/** When it was painted, and whether the person was idle then. */
let painted: string[];
let lastSign: number;
let idleMs: number;
let events = 0;

beforeEach(async () => {
  clock = new ManualClock("09:00");
  window = new TestWindow(clock);
  await window.log.append([anEvent("pick", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "08:00")]);
  await window.view.load();
  current = new CurrentCase(window.journal);
  current.setActiveTree(TREE);
  painted = [];
  lastSign = at("09:00");
  idleMs = IDLE_MS;
  model = new StatusModel(
    window.view,
    current,
    clock,
    () => epochMs(lastSign + idleMs),
    () => {
      painted.push(`${new Date(clock.now()).toISOString().slice(11, 19)}${model.isIdle ? " idle" : ""}`);
    },
  );
});

afterEach(() => {
  model.dispose();
  current.dispose();
  window.kill();
  expect(clock.pending).toBe(0);
});

async function append(body: EventBody): Promise<void> {
  events += 1;
  await window.log.append([{ ...anEvent(`e${String(events)}`, body), at: clock.now() }]);
}

/** A sign of work every two seconds for so long. */
async function work(ms: number): Promise<void> {
  for (let past = 0; past < ms; past += 2_000) {
    clock.advance(2_000);
    lastSign = clock.now();
    events += 1;
    const now = new Date(lastSign).toISOString().slice(11, 19);
    await window.log.append([aRowEvent(`row-${String(events)}`, aRow(now))]);
  }
}

describe("the idle icon", () => {
  it("comes when a shorter timeout says so, though a later instant was awaited before", async () => {
    await work(2_000);
    idleMs = MINUTE_MS;
    model.update();
    painted.length = 0;
    clock.advance(MINUTE_MS);
    expect(painted).toEqual(["09:01:02 idle"]);
    clock.advance(IDLE_MS);
    expect(painted).toHaveLength(1);
  });

  it("comes when the timeout of the case that is picked says so", async () => {
    await work(2_000);
    idleMs = 90_000;
    await current.pick(TREE, aCase("BETA-2"));
    clock.advance(90_000);
    expect(painted.filter((text) => text.endsWith("idle"))).toEqual(["09:01:32 idle"]);
  });

  it("comes later with a longer timeout, and is not shown before", async () => {
    await work(2_000);
    idleMs = 2 * IDLE_MS;
    model.update();
    painted.length = 0;
    clock.advance(2 * IDLE_MS);
    expect(painted).toEqual(["09:10:02 idle"]);
  });
});

describe("the status bar", () => {
  it("is painted once a minute while the person works", async () => {
    await work(10 * MINUTE_MS);
    expect(painted.length).toBeGreaterThanOrEqual(10);
    expect(painted.length).toBeLessThanOrEqual(11);
    const times = painted.map((text) => at(text));
    for (const [n, time] of times.entries()) if (n > 0) expect(time - Number(times[n - 1])).toBe(MINUTE_MS);
  });

  it("is painted at once when something changes, and then no sooner than a minute later", async () => {
    await work(4_000);
    painted.length = 0;
    await current.pick(TREE, aCase("BETA-2"));
    expect(painted).toEqual(["09:00:04"]);
    await work(58_000);
    expect(painted).toHaveLength(1);
    await work(4_000);
    expect(painted).toEqual(["09:00:04", "09:01:04"]);
  });

  it.each<[string, EventBody]>([
    ["a pause", { kind: "pause" }],
    ["time by hand", { kind: "declared", case: aCase("A"), entryDay: "2026-03-10" as never, seconds: 1, reason: "x" }],
    ["an approval", { kind: "approved", entry: anEntry("a") }],
    ["a timer", { kind: "timerStarted", case: aCase("A"), reason: "" }],
    ["a kept pick", { kind: "kept", tree: TREE, picked: aCase("A").ref, pointed: aCase("B").ref }],
    ["a case by hand", { kind: "caseDefined", case: aCase("A") }],
  ])("is painted at once for %s", async (_name, body) => {
    await work(4_000);
    painted.length = 0;
    await append(body);
    expect(painted).toHaveLength(1);
  });

  it("is painted at once when the outbox changes, then twice a second at most, and in the end as it stands", async () => {
    const entries = Array.from({ length: 40 }, (_, index) => anEntry(`e-${index}`));
    for (const entry of entries) await append({ kind: "approved", entry });
    await work(4_000);
    painted.length = 0;
    for (const { entryId } of entries) {
      await append({ kind: "sending", entryId, revision: 1 });
      clock.advance(50);
    }
    expect(painted).toEqual(["09:00:04", "09:00:04", "09:00:05", "09:00:05", "09:00:06"]);
    clock.advance(30_000);
    expect(painted).toHaveLength(5);
    await append({ kind: "receipted", entryId: "e-0", revision: 1, remoteId: "r" });
    await append({ kind: "receipted", entryId: "e-1", revision: 1, remoteId: "r" });
    expect(painted).toHaveLength(6);
    // What has nothing to do with the outbox waits for nothing, and takes what waited with it.
    await append({ kind: "pause" });
    expect(painted).toHaveLength(7);
    clock.advance(30_000);
    expect(painted).toHaveLength(7);
  });

  it("is not painted at once for what it does not show", async () => {
    await work(4_000);
    painted.length = 0;
    await append({ kind: "pick", tree: OTHER_TREE, case: aCase("BETA-2") });
    await append({ kind: "branch", tree: TREE, branch: "main" });
    await append({ kind: "focus", focused: false });
    await append({ kind: "notice", cause: "x" });
    expect(painted).toEqual([]);
  });

  it("is painted once when the person turns idle, at that instant, and once when it is over", async () => {
    await work(2 * MINUTE_MS);
    painted.length = 0;
    clock.advance(8 * 3_600_000);
    await settle();
    // The last minute of work, then the idle one; a night causes nothing more.
    expect(painted.filter((text) => text.endsWith("idle"))).toEqual(["09:07:00 idle"]);
    expect(painted.length).toBeLessThanOrEqual(2);
    painted.length = 0;
    await work(2_000);
    expect(painted).toEqual(["17:02:02"]);
  });

  it("has no timer left while nothing happens", async () => {
    await work(4_000);
    const before = clock.pending;
    clock.advance(IDLE_MS + MINUTE_MS);
    await settle();
    expect(clock.pending).toBeLessThan(before);
    painted.length = 0;
    clock.advance(10 * IDLE_MS);
    expect(painted).toEqual([]);
  });

  it("is painted at each call that says so, and after a clock that was set back", async () => {
    model.update();
    model.update();
    expect(painted).toHaveLength(2);
    clock.step(-3_600_000);
    painted.length = 0;
    await append({ kind: "branch", tree: TREE, branch: "main" });
    expect(painted).toEqual(["08:00:00"]);
  });
});
