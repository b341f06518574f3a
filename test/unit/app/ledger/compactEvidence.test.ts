import { DEFAULT_TEMPLATE } from "../../../../src/domain/entries/description.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { approveDrafts } from "../../../../src/app/billing/approveDrafts.ts";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { compactEvidence, type CompactionContext } from "../../../../src/app/ledger/compactEvidence.ts";
import { reassign } from "../../../../src/app/edits/reassign.ts";
import { previewSync } from "../../../../src/app/billing/syncPreview.ts";
import { verifyLedger } from "../../../../src/app/ledger/verifyLedger.ts";
import type { DaySheet } from "../../../../src/domain/day/daySheet.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import {
  aCase,
  aConnection,
  anEvent,
  aRow,
  aRowEvent,
  at,
  day,
  must,
  OTHER_TREE,
  TREE,
  UTC,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

const OLD = day("2026-03-10");
const POLICY = { idleTimeoutSeconds: 300, zone: UTC };

let window: TestWindow;
let context: CompactionContext;
let count: number;

const row = (time: string, until = time, tree = TREE): NewEvent =>
  aRowEvent(`row-${String((count += 1))}`, aRow(time, until, { tree }));

/** A day of half a year ago on two cases and none, with work over both its midnights, and one of today. */
beforeEach(async () => {
  const clock = new ManualClock("2026-09-10 12:00");
  window = new TestWindow(clock);
  context = { journal: window.journal };
  count = 0;
  await window.log.append([
    anEvent("pick-1", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "2026-03-01 08:00"),
    anEvent("pick-2", { kind: "pick", tree: OTHER_TREE, case: aCase("BETA-1") }, "2026-03-01 08:00"),
    row("2026-03-09 23:59:30"),
    row("2026-03-10 00:00:10"),
    row("09:00:00", "09:00:02"),
    row("09:00:40"),
    row("09:03:40"),
    row("09:04:00", "09:04:00", OTHER_TREE),
    row("09:04:20", "09:04:20", OTHER_TREE),
    anEvent("none", { kind: "pick", tree: TREE, case: null }, "09:30"),
    row("10:00:00"),
    row("10:00:30"),
    anEvent("again", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "11:00"),
    row("23:59:50"),
    row("2026-03-11 00:00:05"),
    row("2026-09-10 09:00:00"),
    row("2026-09-10 09:00:20"),
    anEvent("focus", { kind: "focus", focused: true }, "09:00"),
  ]);
  await window.view.load();
});

async function approveAll(): Promise<void> {
  const directory = new CaseDirectory(window.log, window.view, new FakeProviders(new FakeBilling()), window.clock);
  const preview = await previewSync(window.view, directory, aConnection(), 1, {
    share: "commits",
    descriptionTemplate: DEFAULT_TEMPLATE,
  });
  const drafts = preview.items.flatMap((item) => (item.kind === "draft" && !item.running ? [item.draft] : []));
  must(await approveDrafts(context, preview, drafts));
}
const rowsOf = async (): Promise<number> => (await window.log.read({ kinds: ["heartbeats"], days: [OLD] })).length;
const sheets = async (): Promise<readonly DaySheet[]> => {
  await window.view.load();
  return window.view.sheets(await window.view.days());
};

describe("compacting evidence", () => {
  it("changes no figure, keeps what lies near the midnights, and leaves today alone", async () => {
    await approveAll();
    const before = await sheets();
    const report = await verifyLedger(window.log, POLICY);
    expect(await compactEvidence(context, 90)).toEqual([OLD]);
    expect(await rowsOf()).toBe(2);
    expect(await window.log.read({ kinds: ["focus"] })).toEqual([]);
    expect(await sheets()).toEqual(before);
    const fresh = window.beside("window-2");
    expect(await fresh.view.sheets(await fresh.view.days())).toEqual(before);
    expect(await verifyLedger(window.log, POLICY)).toEqual(report);
    expect(report).toMatchObject({ overlapSeconds: 0, lostSeconds: 0 });
  });

  it("is done once, and by one window at a time", async () => {
    await approveAll();
    const other = window.beside("window-2");
    const [one, two] = await Promise.all([
      compactEvidence(context, 90),
      compactEvidence({ journal: other.journal }, 90),
    ]);
    expect([...one, ...two]).toEqual([OLD]);
    expect(await compactEvidence(context, 90)).toEqual([]);
  });

  it("leaves days alone that are not approved, or not old enough", async () => {
    expect(await compactEvidence(context, 90)).toEqual([]);
    await approveAll();
    expect(await compactEvidence(context, 365)).toEqual([]);
    expect(await rowsOf()).toBeGreaterThan(2);
  });

  it("leaves time without a case where a person can still give it one", async () => {
    await approveAll();
    await compactEvidence(context, 90);
    const edit = { ...context, clock: window.clock };
    expect((await reassign(edit, { start: at("09:59"), end: at("10:01") }, aCase("BETA-1"))).movedSeconds).toBe(30);
  });

  it("adds evidence that comes late where nothing is yet, and only there", async () => {
    await approveAll();
    await compactEvidence(context, 90);
    await window.log.append([row("09:00:10"), row("09:00:35"), row("15:00:00"), row("15:00:12")]);
    await settle();
    const sheet = await window.view.sheet(OLD);
    const observed = sheet.pieces.filter((piece) => piece.part === "observed");
    expect(observed.find((piece) => piece.start === at("15:00:00"))?.end).toBe(at("15:00:12"));
    const report = await verifyLedger(window.log, POLICY);
    expect(report).toMatchObject({ overlapSeconds: 0, lostSeconds: 0 });
  });
});
