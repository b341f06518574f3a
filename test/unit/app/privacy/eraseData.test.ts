import { beforeEach, describe, expect, it } from "vitest";
import { compactEvidence } from "../../../../src/app/ledger/compactEvidence.ts";
import {
  eraseData,
  planErasure,
  type ErasureContext,
  type ErasureScope,
} from "../../../../src/app/privacy/eraseData.ts";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { presentErased, presentErasure } from "../../../../src/ui/privacy/presentErasure.ts";
import { DAY_MS } from "../../../../src/base/time.ts";
import { aCase, anEntry, anEvent, aRow, aRowEvent, at, day, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-1");
const YESTERDAY = day("2026-03-09");
const TODAY = day("2026-03-10");

let window: TestWindow;
let context: ErasureContext;
let count: number;

const row = (time: string, tree = TREE): NewEvent =>
  aRowEvent(`row-${String((count += 1))}`, aRow(time, time, { tree }));
const commit = (sha: string, of: typeof ACME, time: string): NewEvent =>
  anEvent(
    sha,
    { kind: "commit", tree: TREE, commit: { sha, subject: `On ${of.key}`, repository: "alpha" }, case: of.ref },
    time,
  );

/** ACME 40 s and BETA 30 s yesterday, ACME 20 s today; a commit of each; a call for ACME; an entry of each of yesterday. */
beforeEach(async () => {
  window = new TestWindow(new ManualClock("12:00"));
  context = { journal: window.journal };
  count = 0;
  await window.log.append([
    anEvent("pick-1", { kind: "pick", tree: TREE, case: ACME }, "2026-03-01 08:00"),
    anEvent("pick-2", { kind: "pick", tree: OTHER_TREE, case: BETA }, "2026-03-01 08:00"),
    row("2026-03-09 09:00:00"),
    row("2026-03-09 09:00:40"),
    row("2026-03-09 10:00:00", OTHER_TREE),
    row("2026-03-09 10:00:30", OTHER_TREE),
    row("09:00:00"),
    row("09:00:20"),
    commit("a".repeat(40), ACME, "2026-03-09 09:00"),
    commit("b".repeat(40), BETA, "2026-03-09 10:00"),
    anEvent("call", { kind: "declared", case: ACME, entryDay: TODAY, seconds: 600, reason: "Secret call" }, "11:00"),
    anEvent("entry-a", {
      kind: "approved",
      entry: anEntry("a", {
        case: ACME,
        day: YESTERDAY,
        start: at("2026-03-09 09:00"),
        end: at("2026-03-09 09:00:40"),
      }),
    }),
    anEvent("sent-a", { kind: "sending", entryId: "a", revision: 1 }),
    anEvent("receipt-a", { kind: "receipted", entryId: "a", revision: 1, remoteId: "1" }),
    anEvent("entry-b", {
      kind: "approved",
      entry: anEntry("b", {
        case: BETA,
        day: YESTERDAY,
        start: at("2026-03-09 10:00"),
        end: at("2026-03-09 10:00:30"),
      }),
    }),
  ]);
  await window.view.load();
});

async function erase(scope: ErasureScope): Promise<ReturnType<typeof planErasure>> {
  const plan = await planErasure(context, scope);
  await eraseData(context, plan);
  return plan;
}
async function figures(date = YESTERDAY): Promise<Record<string, number>> {
  await window.view.load();
  const lines = caseDays(await window.view.sheet(date));
  return Object.fromEntries(lines.map((line) => [line.case?.id ?? "", line.observedSeconds + line.declaredSeconds]));
}
const text = (): string => JSON.stringify(window.store.events);

describe("erasing", () => {
  it("a range of days takes their evidence, commits and declared time, and keeps the approved entries", async () => {
    const plan = await erase({ kind: "days", from: YESTERDAY, to: YESTERDAY });
    expect(plan).toMatchObject({
      capturedSeconds: 70,
      commits: 2,
      declarations: 0,
      remainingEntries: 2,
      sentEntries: 1,
    });
    expect(await figures()).toEqual({});
    expect(await figures(TODAY)).toEqual({ "ACME-1": 620 });
    expect(window.view.ledger.entries.all).toHaveLength(2);
    expect(window.view.ledger.commits.all).toEqual([]);
  });

  it("a case takes what is its own, and leaves the others' time as it was", async () => {
    const plan = await erase({ kind: "case", case: ACME });
    expect(plan).toMatchObject({
      capturedSeconds: 60,
      commits: 1,
      declarations: 1,
      remainingEntries: 1,
      sentEntries: 1,
    });
    expect(await figures()).toEqual({ "BETA-1": 30 });
    expect(await figures(TODAY)).toEqual({});
    expect(window.view.ledger.findPick(TREE)).toBeUndefined();
    expect(window.view.ledger.commits.all.map((one) => one.subject)).toEqual(["On BETA-1"]);
    const left = window.store.events.filter(({ body }) => body.kind !== "approved");
    expect(JSON.stringify(left)).not.toContain("ACME-1");
    expect(text()).not.toContain("Secret call");
  });

  it("a case is taken out of compacted days too", async () => {
    window.clock.step(200 * DAY_MS);
    expect(await compactEvidence(context, 90)).toEqual([YESTERDAY]);
    await window.view.load();
    expect(await figures()).toEqual({ "ACME-1": 40, "BETA-1": 30 });
    const plan = await erase({ kind: "case", case: ACME });
    expect(plan.capturedSeconds).toBe(60);
    expect(await figures()).toEqual({ "BETA-1": 30 });
  });

  it("everything leaves nothing", async () => {
    const plan = await erase({ kind: "all" });
    expect(plan).toMatchObject({
      capturedSeconds: 90,
      commits: 2,
      declarations: 1,
      remainingEntries: 0,
      sentEntries: 1,
      unsentEntries: 1,
    });
    expect(window.store.events).toEqual([]);
    await window.view.load();
    expect(window.view.ledger.entries.all).toEqual([]);
    expect(window.view.ledger.findPick(TREE)).toBeUndefined();
  });

  it("of days without anything removes nothing", async () => {
    const before = text();
    await erase({ kind: "days", from: day("2025-01-01"), to: day("2025-12-31") });
    expect(text()).toBe(before);
  });
});

describe("the question before it", () => {
  it("says what goes, what remains and what was sent", async () => {
    const days = presentErasure(await planErasure(context, { kind: "days", from: YESTERDAY, to: TODAY }));
    expect(days.title).toBe("Delete the captured data of 2026-03-09 to 2026-03-10?");
    expect(days.detail).toContain(
      "This deletes 1 min 30 s of captured time, 2 commits detected, 1 declaration from this computer",
    );
    expect(days.detail).toContain("2 approved entries remain");
    expect(days.detail).toContain("1 entry was sent");
    const all = presentErasure(await planErasure(context, { kind: "all" }));
    expect(all.title).toBe("Delete everything that Caseclock has stored?");
    expect(all.detail).toContain("1 approved entry has not been sent and will be lost.");
    expect(all.detail).toContain("cannot be undone");
    const one = presentErasure(await planErasure(context, { kind: "case", case: aCase("NONE-1") }));
    expect(one.title).toBe("Delete the captured data of NONE-1?");
    expect(one.detail).not.toContain("remain");
  });

  it("is followed by one sentence", () => {
    const nothing = { remainingEntries: 0, sentEntries: 0 };
    expect(presentErased({ events: 12, backups: 3, setAside: 1, ...nothing })).toBe(
      "Deleted 12 events, and 3 backups and 1 damaged file.",
    );
    expect(presentErased({ events: 1, backups: 0, setAside: 0, ...nothing })).toBe("Deleted 1 event.");
  });
});
