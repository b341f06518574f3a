import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import {
  estimateHistory,
  logEstimates,
  type HistoryReport,
  type HistoryImportContext,
} from "../../../../src/app/git/importHistory.ts";
import { makeDrafts } from "../../../../src/domain/day/drafts.ts";
import { DEFAULT_TEMPLATE } from "../../../../src/domain/entries/description.ts";
import type { HistoryCommit } from "../../../../src/domain/git/historyEstimate.ts";
import { aCase, anEvent, aRow, aRowEvent, at, day, must, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ALPHA, FakeGit } from "../../../support/fakeGit.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const TODAY = day("2026-03-10");
let window: TestWindow;
let git: FakeGit;
let context: HistoryImportContext;

const commit = (sha: string, time: string, caseKey?: string): HistoryCommit => ({
  sha,
  subject: `Fix ${sha}`,
  repository: "alpha",
  authoredAt: at(time),
  ...(caseKey === undefined ? {} : { caseKey }),
});
const estimate = (more: Partial<Parameters<typeof estimateHistory>[1]> = {}): Promise<HistoryReport> =>
  estimateHistory(context, { trees: [ALPHA], since: TODAY, leadMs: 0, fallback: undefined, ...more });
const offered = ({ proposals }: HistoryReport): unknown =>
  proposals.map(({ case: of, interval, seconds }) => [of.key, interval.start, interval.end, seconds]);

beforeEach(async () => {
  const clock = new ManualClock("18:00");
  window = new TestWindow(clock);
  git = new FakeGit();
  const { log, view, journal } = window;
  const directory = new CaseDirectory(log, view, new FakeProviders(new FakeBilling()), clock);
  context = { journal, git, directory };
  await log.append([
    anEvent("a", { kind: "caseDefined", case: aCase("ACME-1") }, "07:00"),
    anEvent("b", { kind: "caseDefined", case: aCase("BETA-2") }, "07:00"),
  ]);
  await view.load();
});

describe("an import of history", () => {
  it("offers time on the case that each commit names, and says which commits name none", async () => {
    git.past.push(commit("a", "09:00", "ACME-1"), commit("b", "09:30", "ACME-1"), commit("c", "10:00", "BETA-2"));
    git.past.push(commit("d", "10:30"), commit("e", "10:45", "GONE-3"));
    const report = await estimate();
    expect(offered(report)).toEqual([
      ["ACME-1", at("09:00"), at("09:30"), 1_800],
      ["BETA-2", at("09:30"), at("10:00"), 1_800],
    ]);
    expect(report.commitsWithoutCase.map(({ sha }) => sha)).toEqual(["d", "e"]);
    expect(report.proposals[0]?.reason).toBe("Estimated from commits: Fix a; Fix b");
  });

  it("puts what names none on the case of its evidence, else on the one that is given", async () => {
    const evidence = { sha: "b", subject: "Fix b", repository: "alpha" };
    const body = { kind: "commit", tree: TREE, commit: evidence, case: aCase("BETA-2").ref } as const;
    await window.log.append([anEvent("seen", body, "09:30")]);
    git.past.push(commit("a", "09:00"), commit("b", "09:30"), commit("c", "10:00"), commit("e", "10:10", "GONE-3"));
    expect(offered(await estimate())).toEqual([["BETA-2", at("09:00"), at("09:30"), 1_800]]);
    expect(offered(await estimate({ fallback: aCase("ACME-1") }))).toEqual([
      ["BETA-2", at("09:00"), at("09:30"), 1_800],
      ["ACME-1", at("09:30"), at("10:00"), 1_800],
    ]);
  });

  it("leaves out what is captured, logs what is left as declared drafts, and finds nothing the second time", async () => {
    await window.log.append([
      anEvent("pick", { kind: "pick", tree: TREE, case: aCase("BETA-2") }, "08:00"),
      aRowEvent("r1", aRow("09:10:00")),
      aRowEvent("r2", aRow("09:10:30")),
    ]);
    git.past.push(commit("a", "09:00", "ACME-1"), commit("b", "09:30", "ACME-1"));
    const report = await estimate();
    expect(offered(report)).toEqual([
      ["ACME-1", at("09:00"), at("09:10"), 600],
      ["ACME-1", at("09:10:30"), at("09:30"), 1_170],
    ]);
    expect(report.casesWithoutCommits.map(({ key }) => key)).toEqual(["BETA-2"]);
    expect(await logEstimates(context, report.proposals)).toMatchObject({ seconds: 1_770 });
    expect(await logEstimates(context, report.proposals)).toEqual({ ids: [], seconds: 0 });
    expect(offered(await estimate())).toEqual([]);
    const { journal, directory } = context;
    const { view } = journal;
    const drafting = { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE } as const;
    const drafts = makeDrafts(await view.sheet(TODAY), view.ledger, drafting, (ref) => directory.find(ref));
    const draft = must(drafts.find((one) => one.case.key === "ACME-1"));
    expect(draft).toMatchObject({ declaredSeconds: 1_770, observedSeconds: 0, conflictSeconds: 0 });
    expect(draft.description).toContain("Estimated from commits: Fix a; Fix b");
  });

  it("adds time before a session only where that is said", async () => {
    git.past.push(commit("a", "09:00", "ACME-1"));
    expect(offered(await estimate())).toEqual([]);
    expect(offered(await estimate({ leadMs: 1_800_000 }))).toEqual([["ACME-1", at("08:30"), at("09:00"), 1_800]]);
  });
});
