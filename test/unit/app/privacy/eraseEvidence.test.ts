import { describe, expect, it } from "vitest";
import { compactEvidence } from "../../../../src/app/ledger/compactEvidence.ts";
import { declareTime, resolveConflict } from "../../../../src/app/edits/declareTime.ts";
import { reassign } from "../../../../src/app/edits/reassign.ts";
import { eraseData, planErasure } from "../../../../src/app/privacy/eraseData.ts";
import { DAY_MS, type LocalDate } from "../../../../src/base/time.ts";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { anEvent, aRow, aRowEvent, at, day, must, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { ACME, aReviewedDay, aStretch, BETA, TODAY, type ReviewedDay } from "../../../support/reviewedDay.ts";

const YESTERDAY = day("2026-03-09");
const PICKS: readonly NewEvent[] = [
  anEvent("pick-a", { kind: "pick", tree: TREE, case: ACME }, "2026-03-09 07:00"),
  anEvent("pick-b", { kind: "pick", tree: OTHER_TREE, case: BETA }, "2026-03-09 07:01"),
];
const signs = (tree: typeof TREE, ...times: readonly string[]): readonly NewEvent[] =>
  times.map((time) => aRowEvent(`${tree} ${time}`, aRow(time, time, { tree })));

/** ACME for 30 s, BETA for 4 min, ACME for 30 s more: without BETA's signs ACME's could be bridged. */
const AROUND: readonly NewEvent[] = [
  ...PICKS,
  ...signs(TREE, "09:00:00", "09:04:30", "09:05:00"),
  ...signs(OTHER_TREE, "09:00:30", "09:01:20", "09:02:10", "09:03:00", "09:03:50"),
];

async function eraseBeta({ context, window }: ReviewedDay): Promise<void> {
  await eraseData(context, await planErasure(context, { kind: "case", case: BETA }));
  await window.view.load();
}
/** Observed and bridged seconds of ACME. */
async function ofAcme({ window }: ReviewedDay, date: LocalDate = TODAY): Promise<readonly number[]> {
  const found = caseDays(await window.view.sheet(date)).find((line) => line.case?.id === ACME.ref.id);
  return [found?.observedSeconds ?? 0, found?.bridgedSeconds ?? 0];
}
const named = ({ window }: ReviewedDay): boolean => JSON.stringify(window.store.events).includes(BETA.ref.id);

describe("erasing a case", () => {
  it("leaves the time of the others around it as it was, also where it is approved", async () => {
    const desk = await aReviewedDay(AROUND);
    expect(await ofAcme(desk)).toEqual([60, 0]);
    await eraseBeta(desk);
    expect(await ofAcme(desk)).toEqual([60, 0]);
    expect(named(desk)).toBe(false);
    const approved = await aReviewedDay(AROUND);
    await approved.approve(({ case: of }) => of.key === ACME.key);
    await eraseBeta(approved);
    expect(await approved.drafts()).toEqual([]);
  });

  it("goes on from the last sign of the day that still runs, and bridges nothing over what is gone", async () => {
    const desk = await aReviewedDay(AROUND);
    await eraseBeta(desk);
    await desk.window.log.append(signs(TREE, "09:05:40", "09:07:40"));
    expect(await ofAcme(desk)).toEqual([100, 120]);
    const last = await aReviewedDay([
      ...PICKS,
      ...signs(TREE, "09:00:00", "09:00:40"),
      ...signs(OTHER_TREE, "09:01:00"),
    ]);
    await eraseBeta(last);
    await last.window.log.append(signs(TREE, "09:03:00", "09:03:20"));
    expect(await ofAcme(last)).toEqual([80, 0]);
  });

  it("keeps the signs of others that are far from it, and takes nothing twice", async () => {
    const desk = await aReviewedDay([...AROUND, ...signs(TREE, "11:00:00", "11:00:20")]);
    await eraseBeta(desk);
    const rows = desk.window.store.events.filter(({ body }) => body.kind === "heartbeats");
    expect(rows.map((row) => row.at)).toEqual(["09:04:30", "09:05:00", "11:00:00", "11:00:20"].map((time) => at(time)));
    const again = await planErasure(desk.context, { kind: "case", case: BETA });
    expect({ removeSeqs: again.removeSeqs, append: again.append }).toEqual({ removeSeqs: [], append: [] });
  });

  it("keeps the gap over a midnight that one of its signs ended", async () => {
    const desk = await aReviewedDay([
      ...PICKS,
      ...signs(TREE, "2026-03-09 23:59:20", "2026-03-09 23:59:50", "00:00:30", "00:01:00"),
      ...signs(OTHER_TREE, "00:00:10"),
    ]);
    const before = { yesterday: await ofAcme(desk, YESTERDAY), today: await ofAcme(desk) };
    expect(before).toEqual({ yesterday: [40, 0], today: [40, 0] });
    await eraseBeta(desk);
    expect({ yesterday: await ofAcme(desk, YESTERDAY), today: await ofAcme(desk) }).toEqual(before);
  });

  it("keeps the gap over a midnight near which a person gave time to it, without a sign of its own", async () => {
    const times = ["2026-03-09 23:59:20", "2026-03-09 23:59:40", "00:00:20", "00:10:00", "00:10:50"];
    const desk = await aReviewedDay([...PICKS, ...signs(TREE, ...times)]);
    await reassign(desk.context, { start: at("00:10:10"), end: at("00:10:30") }, BETA);
    const before = { yesterday: await ofAcme(desk, YESTERDAY), today: await ofAcme(desk) };
    expect(before).toEqual({ yesterday: [40, 0], today: [50, 0] });
    await eraseBeta(desk);
    expect({ yesterday: await ofAcme(desk, YESTERDAY), today: await ofAcme(desk) }).toEqual(before);
  });

  it.each(["as it was captured", "compacted"])("follows what a person gave to it and took from it, %s", async (how) => {
    const desk = await aReviewedDay([
      ...PICKS,
      ...aStretch("09:00", "09:20"),
      ...signs(OTHER_TREE, "10:00:00", "10:00:40"),
    ]);
    const { context, window, clock } = desk;
    await reassign(context, { start: at("09:05"), end: at("09:10") }, BETA);
    await reassign(context, { start: at("10:00:00"), end: at("10:00:30") }, ACME);
    if (how === "compacted") {
      await desk.approve();
      clock.step(200 * DAY_MS);
      expect(await compactEvidence(context, 90)).toEqual([TODAY]);
      await window.view.load();
    }
    expect(await ofAcme(desk)).toEqual([930, 0]);
    await eraseBeta(desk);
    expect(await ofAcme(desk)).toEqual([930, 0]);
    expect(caseDays(await window.view.sheet(TODAY))).toHaveLength(1);
    const left = window.store.events.filter(({ body }) => !["approved", "entryMinted"].includes(body.kind));
    expect(JSON.stringify(left)).not.toContain(BETA.ref.id);
  });

  it("has time count again that was struck in favour of what was declared on it", async () => {
    const desk = await aReviewedDay();
    const time = { interval: { start: at("09:40"), end: at("10:00") } };
    const { ids } = await declareTime(desk.context, BETA, time, "Call");
    await resolveConflict(desk.context, must(ids[0]), "declared");
    expect(await ofAcme(desk)).toEqual([1_200, 0]);
    await eraseBeta(desk);
    expect(await ofAcme(desk)).toEqual([2_400, 0]);
  });

  it("that was picked and left within a second takes nothing from the next pick", async () => {
    const desk = await aReviewedDay([
      anEvent("pick-b", { kind: "pick", tree: TREE, case: BETA }, "08:00"),
      anEvent("pick-a", { kind: "pick", tree: TREE, case: ACME }, "08:00"),
      ...aStretch("09:00", "09:20"),
    ]);
    await eraseBeta(desk);
    expect(await ofAcme(desk)).toEqual([1_200, 0]);
    expect(named(desk)).toBe(false);
  });
});
