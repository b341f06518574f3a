import { beforeEach, describe, expect, it } from "vitest";
import { Journal } from "../../../../src/app/ledger/journal.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { aCase } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const CASE = aCase("ACME-1");

let window: TestWindow;
let other: TestWindow;

beforeEach(async () => {
  window = new TestWindow(new ManualClock("12:00"));
  other = window.beside("window-2");
  await window.view.load();
  await other.view.load();
});

const pinned = (of: TestWindow, is: boolean): NewEvent =>
  of.journal.create({ kind: "pinned", ref: CASE.ref, pinned: is }, { case: CASE.ref });
const pins = async (): Promise<readonly unknown[]> =>
  (await window.log.read({ kinds: ["pinned"] })).map(({ body }) => "pinned" in body && body.pinned);

describe("a decision", () => {
  it("rests on what other windows wrote before it", async () => {
    await other.journal.append([pinned(other, true)]);
    const known = await window.journal.decide("pinned", ({ pinned: refs }) => ({ events: [], result: refs.length }));
    expect(known).toBe(1);
  });

  it("is computed anew when something of its kinds came in between, and its first answer is forgotten", async () => {
    const seen: number[] = [];
    const result = await window.journal.decide("pinned", async ({ pinned: refs }) => {
      seen.push(refs.length);
      if (seen.length === 1) await other.journal.append([pinned(other, true)]);
      return { events: [pinned(window, false)], result: `attempt ${String(seen.length)}` };
    });
    expect({ result, seen, pins: await pins() }).toEqual({
      result: "attempt 2",
      seen: [0, 1],
      pins: [true, false],
    });
  });

  it("is computed anew when another command of this window was faster, which the view knows of at once", async () => {
    const seen: number[] = [];
    await window.journal.decide("pinned", async ({ pinned: refs }) => {
      seen.push(refs.length);
      if (seen.length === 1) {
        await window.journal.append([pinned(window, true)]);
        await window.view.catchUp();
      }
      return { events: [pinned(window, false)], result: undefined };
    });
    expect({ seen, pins: await pins() }).toEqual({ seen: [0, 1], pins: [true, false] });
  });

  it("is not disturbed by what is of another kind", async () => {
    let attempts = 0;
    await window.journal.decide(["approved", "pinned"], async () => {
      attempts += 1;
      await other.journal.append([other.journal.create({ kind: "pause" })]);
      return { events: [pinned(window, true)], result: undefined };
    });
    expect({ attempts, pins: await pins() }).toEqual({ attempts: 1, pins: [true] });
  });

  it("that changes nothing writes nothing, and is not asked again", async () => {
    let attempts = 0;
    const result = await window.journal.decide("pinned", async () => {
      attempts += 1;
      await other.journal.append([pinned(other, true)]);
      return { events: [], result: "none" };
    });
    expect({ result, attempts, pins: await pins() }).toEqual({ result: "none", attempts: 1, pins: [true] });
  });

  it("that throws writes nothing", async () => {
    const refusal = new Error("refused");
    await expect(window.journal.decide("pinned", () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(await pins()).toEqual([]);
  });

  it("on what is held is refused by the log where that was too old, and catches up then", async () => {
    const reads: number[] = [];
    const { log, view } = window;
    const journal = new Journal(log, view, window.factory, window.clock);
    const before = view.catchUp.bind(view);
    view.catchUp = () => {
      reads.push(reads.length);
      return before();
    };
    await journal.decide("pinned", () => ({ events: [pinned(window, true)], result: undefined }), { from: "held" });
    expect(reads).toEqual([]);
    let attempts = 0;
    await journal.decide(
      "pinned",
      async () => {
        attempts += 1;
        if (attempts === 1) await other.journal.append([pinned(other, false)]);
        return { events: [pinned(window, true)], result: undefined };
      },
      { from: "held" },
    );
    expect({ attempts, catchUps: reads.length, pins: await pins() }).toEqual({
      attempts: 2,
      catchUps: 1,
      pins: [true, false, true],
    });
  });
});
