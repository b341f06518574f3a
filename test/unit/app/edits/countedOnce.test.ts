import { beforeEach, describe, expect, it } from "vitest";
import { declareTime, resolveConflict } from "../../../../src/app/edits/declareTime.ts";
import type { ZoneId } from "../../../../src/base/time.ts";
import { total, union } from "../../../../src/domain/capture/interval.ts";
import { aCase, anEvent, at, day, TREE } from "../../../support/builders.ts";
import { aReviewedDay, aStretch, TODAY, type ReviewedDay } from "../../../support/reviewedDay.ts";

const ACME = aCase("ACME-1");
const TEN_MINUTES = { start: at("10:30"), end: at("10:40") };

let bench: ReviewedDay;
beforeEach(async () => {
  bench = await aReviewedDay([]);
});
/** No instant is on two entries. */
const expectOnce = (): void => {
  const claimed = bench.window.view.ledger.entries.all.flatMap(({ entry }) => entry.intervals);
  expect(total(claimed)).toBe(total(union(claimed)));
};

describe("declared time over what an agent did", () => {
  const append = async (isBilled: boolean): Promise<void> => {
    const picked = aCase("AGENT-1", { agentTimeBillable: isBilled });
    await bench.window.log.append([
      anEvent("pick", { kind: "pick", tree: TREE, case: picked }, "10:20"),
      ...aStretch("10:30", "10:40", { agent: true }),
    ]);
    await bench.window.view.load();
  };

  it.each(["AGENT-1", "ACME-1"])("is in conflict where that is billed, also on %s", async (key) => {
    await append(true);
    const { ids, conflictSeconds } = await declareTime(
      bench.context,
      key === "ACME-1" ? ACME : aCase("AGENT-1", { agentTimeBillable: true }),
      { interval: TEN_MINUTES },
      "Call",
    );
    expect(conflictSeconds).toBe(600);
    expect((await bench.draftOf("AGENT-1")).billableSeconds).toBe(600);
    await resolveConflict(bench.context, ids[0] ?? "", "declared");
    const drafts = await bench.drafts();
    expect(drafts.map((draft) => [draft.case.key, draft.billableSeconds])).toEqual([[key, 600]]);
    await bench.approve();
    expectOnce();
  });

  it("is beside it where it is not billed", async () => {
    await append(false);
    const { conflictSeconds } = await declareTime(bench.context, ACME, { interval: TEN_MINUTES }, "Watched it");
    expect(conflictSeconds).toBe(0);
    expect((await bench.draftOf("ACME-1")).billableSeconds).toBe(600);
  });
});

describe("time of before a journey", () => {
  const TOKYO = "Asia/Tokyo" as ZoneId;
  const NEW_YORK = "America/New_York" as ZoneId;
  // 8:00 to 8:10 of 2026-03-10 in Tokyo, 19:00 to 19:10 of the day before in New York
  const MORNING = { start: at("2026-03-09 23:00"), end: at("2026-03-09 23:10") };
  beforeEach(async () => {
    await bench.window.log.append([
      anEvent("tokyo", { kind: "policy", idleTimeoutSeconds: 300, zone: TOKYO }, "2026-03-01 07:00"),
      anEvent("pick", { kind: "pick", tree: TREE, case: ACME }, "2026-03-01 08:00"),
      ...aStretch("2026-03-09 23:00", "2026-03-09 23:10", { day: day("2026-03-10"), zone: TOKYO }),
      anEvent("new-york", { kind: "policy", idleTimeoutSeconds: 300, zone: NEW_YORK }, "11:00"),
    ]);
    await bench.window.view.load();
  });

  it("that is declared over captured time is on the same day, in conflict", async () => {
    const logged = await declareTime(bench.context, aCase("BETA-1"), { interval: MORNING }, "Call");
    expect(logged).toMatchObject({ day: "2026-03-10", conflictSeconds: 600 });
    await bench.approve(({ conflictSeconds }) => conflictSeconds === 0);
    expectOnce();
  });

  it("is cut where the zone changed, each part on the day that it was", async () => {
    const flight = { start: at("2026-03-10 03:00"), end: at("2026-03-10 11:30") };
    const { ids } = await declareTime(bench.context, ACME, { interval: flight }, "Reading on the flight");
    const { edits } = bench.window.view.ledger;
    expect(ids.map((id) => edits.findEditable(id))).toMatchObject([
      { day: "2026-03-10", interval: flight, seconds: 30_600 }, // both zones have the 10th then
    ]);
  });

  it("on a journey that brings a day back is three parts, of which none is lost", async () => {
    bench.clock.set("2026-03-11 06:00");
    await bench.window.log.append([
      anEvent("tokyo-2", { kind: "policy", idleTimeoutSeconds: 300, zone: TOKYO }, "12:00"),
      anEvent("new-york-2", { kind: "policy", idleTimeoutSeconds: 300, zone: NEW_YORK }, "16:00"),
      anEvent("timer-1", { kind: "timerStarted", case: ACME, reason: "Reading" }, "15:10"),
    ]);
    const interval = { start: at("15:10"), end: at("2026-03-11 04:30") }; // from 0:10 of the 11th in Tokyo
    const end = { name: "timer:timer-1", body: { kind: "timerStopped", timerId: "timer-1" } } as const;
    const { ids, seconds } = await declareTime(bench.context, ACME, { interval }, "Reading", { end });
    const { edits } = bench.window.view.ledger;
    expect(ids.map((id) => edits.findEditable(id))).toMatchObject([
      { day: "2026-03-11", seconds: 3_000 },
      { day: "2026-03-10", seconds: 43_200 },
      { day: "2026-03-11", seconds: 1_800 },
    ]);
    expect(seconds).toBe(48_000);
  });
});

describe("captured time below two calls", () => {
  it("stays struck when the second takes the place of the first, and none of it is in conflict again", async () => {
    const desk = await aReviewedDay();
    const declared = async (key: string, from: string, to: string): Promise<void> => {
      const interval = { start: at(from), end: at(to) };
      const { ids } = await declareTime(desk.context, aCase(key), { interval }, "Call");
      await resolveConflict(desk.context, ids[0] ?? "", "declared");
    };
    await declared("ACME-1", "09:00", "09:20");
    await declared("BETA-1", "09:10", "09:20");
    const { conflicts } = await desk.window.view.sheet(TODAY);
    expect(conflicts).toEqual([]);
    expect((await desk.draftOf("ACME-1")).billableSeconds).toBe(600 + 1_200);
    expect((await desk.draftOf("BETA-1")).billableSeconds).toBe(600);
  });
});
