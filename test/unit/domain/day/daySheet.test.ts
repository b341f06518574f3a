import { DEFAULT_TEMPLATE } from "../../../../src/domain/entries/description.ts";
import { describe, expect, it } from "vitest";
import { seconds } from "../../../../src/base/time.ts";
import { isSameCase, type Case, type CaseRef } from "../../../../src/domain/cases/case.ts";
import { caseDays, foldDay, makeDaySheet } from "../../../../src/domain/day/daySheet.ts";
import { makeDrafts } from "../../../../src/domain/day/drafts.ts";
import type { EventBody, LogEvent } from "../../../../src/domain/log/events.ts";
import type { HeartbeatRow } from "../../../../src/domain/capture/heartbeat.ts";
import { replay, type Ledger } from "../../../../src/domain/ledger.ts";
import { total } from "../../../../src/domain/capture/interval.ts";
import {
  aCase,
  aLog,
  anEntry,
  anEvent,
  aRow,
  at,
  day,
  heartbeats,
  must,
  OTHER_TREE,
  TREE,
  UTC,
} from "../../../support/builders.ts";
import type { DraftEntry } from "../../../../src/domain/entries/draftEntry.ts";
import type { Share } from "../../../../src/domain/log/approvedEntry.ts";

const TODAY = day("2026-03-10");
const CASES = [aCase("ACME-1"), aCase("BETA-2")];
const caseOf = (ref: CaseRef): Case | undefined => CASES.find((one) => isSameCase(one.ref, ref));

const pick = (key: string | null, time: string, tree = TREE): Omit<LogEvent, "seq"> =>
  anEvent(`pick-${String(key)}-${time}`, { kind: "pick", tree, case: key === null ? null : aCase(key) }, time);

function aLedger(...events: readonly Omit<LogEvent, "seq">[]): Ledger {
  return replay(aLog(...events), { idleTimeoutSeconds: 300, zone: UTC });
}

const drafts = (rows: readonly HeartbeatRow[], ledger: Ledger, share: Share = "commits"): readonly DraftEntry[] =>
  makeDrafts(
    makeDaySheet(foldDay(TODAY, rows, ledger.timeline), ledger),
    ledger,
    { share, descriptionTemplate: DEFAULT_TEMPLATE },
    caseOf,
  );

/** Approves what a draft shows, as `approveDrafts` does it. */
function approval(draft: DraftEntry, entryId: string, time: string): Omit<LogEvent, "seq"> {
  const { case: of, start, end, intervals, observedSeconds, bridgedSeconds, agentSeconds, commits } = draft;
  const figures = { observedSeconds, bridgedSeconds, agentSeconds, commits };
  const ends = start === undefined || end === undefined ? {} : { start, end };
  return anEvent(
    entryId,
    { kind: "approved", entry: anEntry(entryId, { case: of, ...ends, intervals, ...figures }) },
    time,
  );
}

describe("a day", () => {
  it("has the figures of each case, in order of first work, and those without a case", () => {
    const ledger = aLedger(pick("BETA-2", "08:00"), pick("ACME-1", "09:10"), pick(null, "09:20"));
    const rows = [
      ...heartbeats("09:00", "09:00:30", "09:03:30", "09:15", "09:15:20", "09:30", "09:30:10"),
      aRow("09:16:00", "09:16:00", { agent: true }),
      aRow("09:16:40", "09:16:40", { agent: true }),
    ];
    const zero = { bridgedSeconds: 0, declaredSeconds: 0, agentSeconds: 0 };
    expect(caseDays(makeDaySheet(foldDay(TODAY, rows, ledger.timeline), ledger))).toEqual([
      { ...zero, case: aCase("BETA-2").ref, observedSeconds: 30, bridgedSeconds: 180 },
      { ...zero, case: aCase("ACME-1").ref, observedSeconds: 20, agentSeconds: 40 },
      { ...zero, case: null, observedSeconds: 10 },
    ]);
  });

  it("has its own share of work over midnight, on both sides", () => {
    const ledger = aLedger(pick("ACME-1", "08:00"));
    const rows = heartbeats("2026-03-09 23:59:40", "2026-03-10 00:00:10", "2026-03-10 23:59:30", "2026-03-11 00:00:05");
    const sheet = makeDaySheet(foldDay(TODAY, rows, ledger.timeline), ledger);
    expect(sheet.spans.map((span) => [span.start, span.end])).toEqual([
      [at("00:00"), at("00:00:10")],
      [at("23:59:30"), at("2026-03-11 00:00")],
    ]);
  });
});

describe("a draft", () => {
  it("is what no entry has claimed of a case, and nothing of another's", () => {
    const ledger = aLedger(pick("ACME-1", "08:00"), pick("BETA-2", "09:10"));
    const rows = heartbeats("09:00", "09:00:50", "09:03", "09:20", "09:20:30");
    const [acme, beta, ...none] = drafts(rows, ledger);
    expect(none).toEqual([]);
    expect(acme).toEqual({
      entryId: undefined,
      case: aCase("ACME-1"),
      day: TODAY,
      zone: UTC,
      start: at("09:00"),
      end: at("09:03"),
      intervals: [{ start: at("09:00"), end: at("09:03") }],
      writtenDownSeconds: 0,
      observedSeconds: 50,
      bridgedSeconds: 130,
      declaredSeconds: 0,
      agentSeconds: 0,
      billableSeconds: 180,
      declarations: [],
      conflictSeconds: 0,
      description: "Title of ACME-1",
      commits: [],
      goneCommits: 0,
    });
    expect({ key: beta?.case.key, observedSeconds: beta?.observedSeconds }).toEqual({
      key: "BETA-2",
      observedSeconds: 30,
    });
  });

  it("does not exist for time without a case, for a case nobody knows, or for a lone heartbeat", () => {
    expect(drafts(heartbeats("09:00", "09:00:30"), aLedger())).toEqual([]);
    expect(drafts(heartbeats("09:00", "09:00:30"), aLedger(pick("GONE-9", "08:00")))).toEqual([]);
    expect(drafts(heartbeats("09:00"), aLedger(pick("ACME-1", "08:00")))).toEqual([]);
  });

  it("of later work is a new one, and holds only that: joined to the claimed time by nothing", () => {
    const picked = pick("ACME-1", "08:00");
    const rows = heartbeats("09:00", "09:00:40");
    const first = must(drafts(rows, aLedger(picked))[0]);
    const ledger = aLedger(picked, approval(first, "entry-1", "09:01"));
    expect(drafts(rows, ledger)).toEqual([]);
    const more = must(drafts([...rows, ...heartbeats("09:01:20", "09:03:20")], ledger)[0]);
    expect(more.intervals).toEqual([{ start: at("09:00:40"), end: at("09:03:20") }]);
    expect(more).toMatchObject({ observedSeconds: 40, bridgedSeconds: 120 });
  });

  it("never claims a second again that late rows bring into claimed time, whatever case they are of", () => {
    const picked = pick("ACME-1", "08:00");
    const first = must(drafts(heartbeats("09:00", "09:04"), aLedger(picked))[0]);
    expect(first.bridgedSeconds).toBe(240);
    const ledger = aLedger(picked, pick("BETA-2", "08:30", OTHER_TREE), approval(first, "entry-1", "09:05"));
    const late = [
      ...heartbeats("09:00", "09:04", "09:02"),
      aRow("09:01", "09:01", { tree: OTHER_TREE }),
      aRow("09:01:50", "09:01:50", { tree: OTHER_TREE }),
    ];
    expect(drafts(late, ledger)).toEqual([]);
  });

  it("that lies on both sides of claimed time has both intervals and none of what is between", () => {
    const ledger = aLedger(
      pick("ACME-1", "08:00"),
      anEvent("x", { kind: "approved", entry: anEntry("x", { start: at("09:00:20"), end: at("09:00:30") }) }, "09:02"),
    );
    const draft = must(drafts(heartbeats("09:00", "09:00:50"), ledger)[0]);
    expect(draft.intervals).toEqual([
      { start: at("09:00"), end: at("09:00:20") },
      { start: at("09:00:30"), end: at("09:00:50") },
    ]);
    expect(draft.observedSeconds).toBe(40);
    expect(total(draft.intervals)).toBe(40);
    expect(draft).toMatchObject({ start: at("09:00"), end: at("09:00:50") });
  });

  it("never claims a second again that was approved for another day, in the zone that was in force then", () => {
    const there = anEntry("x", { day: day("2026-03-11"), start: at("09:00"), end: at("09:00:30") });
    const approvedThere = anEvent("x", { kind: "approved", entry: there }, "09:01");
    const [draft] = drafts(heartbeats("09:00", "09:00:50"), aLedger(pick("ACME-1", "08:00"), approvedThere));
    expect(must(draft).intervals).toEqual([{ start: at("09:00:30"), end: at("09:00:50") }]);
  });

  it("shows the rest of the agent time only, and none twice", () => {
    const picked = pick("ACME-1", "08:00");
    const rows = [
      ...heartbeats("09:00", "09:00:10"),
      ...["09:01", "09:01:30"].map((time) => aRow(time, time, { agent: true })),
    ];
    const first = must(drafts(rows, aLedger(picked))[0]);
    expect(first.agentSeconds).toBe(30);
    const ledger = aLedger(picked, approval(first, "entry-1", "09:02"));
    const later = [...rows, ...heartbeats("09:10", "09:10:10"), aRow("09:01:50", "09:01:50", { agent: true })];
    expect(must(drafts(later, ledger)[0]).agentSeconds).toBe(20);
  });

  it("has the id minted for it, and its commits: those of its case, once, and none that may not leave", () => {
    const commit = (sha: string, key: string | null): EventBody => ({
      kind: "commit",
      tree: TREE,
      commit: { sha, subject: `Fix ${sha}`, repository: "alpha", branch: "main" },
      case: key === null ? null : aCase(key).ref,
    });
    const minted: EventBody = { kind: "entryMinted", entryId: "id-1", case: aCase("ACME-1").ref, entryDay: TODAY };
    const before = [
      pick("ACME-1", "08:00"),
      anEvent("c1", commit("a1", "ACME-1"), "09:00:10"),
      anEvent("c2", commit("b2", "BETA-2"), "09:00:11"),
      anEvent("c3", commit("n3", null), "09:00:12"),
      anEvent("m", minted, "09:00:20"),
    ];
    const rows = heartbeats("09:00", "09:00:30");
    const draft = must(drafts(rows, aLedger(...before))[0]);
    expect(draft.entryId).toBe("id-1");
    expect(draft.commits).toEqual([{ sha: "a1", subject: "Fix a1", repository: "alpha", branch: "main" }]);
    expect(draft.description).toBe("Fix a1");
    expect(must(drafts(rows, aLedger(...before), "none")[0]).description).toBe("Title of ACME-1");
    const ledger = aLedger(...before, approval(draft, "id-1", "09:01"));
    const next = must(drafts([...rows, ...heartbeats("09:20", "09:20:30")], ledger)[0]);
    expect({ entryId: next.entryId, commits: next.commits }).toEqual({ entryId: undefined, commits: [] });
  });

  it("sums to the figures of its day", () => {
    const ledger = aLedger(pick("ACME-1", "08:00"));
    const rows = heartbeats("09:00", "09:00:59", "09:02", "09:07", "09:12:01", "09:12:30");
    const draft = must(drafts(rows, ledger)[0]);
    const figures = must(caseDays(makeDaySheet(foldDay(TODAY, rows, ledger.timeline), ledger))[0]);
    expect({ observedSeconds: draft.observedSeconds, bridgedSeconds: draft.bridgedSeconds }).toEqual({
      observedSeconds: figures.observedSeconds,
      bridgedSeconds: figures.bridgedSeconds,
    });
    expect(total(draft.intervals)).toBe(seconds(figures.observedSeconds + figures.bridgedSeconds));
  });
});
