import { beforeEach, describe, expect, it } from "vitest";
import { TrackCommits } from "../../../src/app/trackCommits.ts";
import type { Case } from "../../../src/domain/caseRef.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { NewCommit } from "../../../src/ports/git.ts";
import { aCase, at, must, TREE } from "../../support/builders.ts";
import { ALPHA, FakeGit } from "../../support/fakeGit.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { settle, TestWindow } from "../../support/memoryEventLog.ts";

let clock: ManualClock;
let window: TestWindow;
let git: FakeGit;

const pick = (of: Case | null, tree = TREE): Promise<void> =>
  window.log.append([window.factory.create({ kind: "pick", tree, case: of })]);

beforeEach(async () => {
  clock = new ManualClock("09:00");
  window = new TestWindow(clock);
  git = new FakeGit();
  await window.view.load();
});

describe("seeing commits", () => {
  let known: readonly Case[];
  let reports: unknown[];
  let track: TrackCommits;
  const commit = (sha: string, more: Partial<NewCommit> = {}): NewCommit => ({
    sha,
    subject: `Fix ${sha}`,
    repository: "alpha",
    committedAt: at("08:59:30"),
    ...more,
  });
  const seen = (): readonly (readonly [string, string | undefined])[] =>
    window.view.ledger.commits.map((one) => [one.sha, one.case?.id]);

  beforeEach(async () => {
    known = [aCase("ACME-1"), aCase("BETA-2")];
    reports = [];
    const make = (of: TestWindow): TrackCommits =>
      new TrackCommits(
        git,
        of.log,
        of.view,
        of.factory,
        (key) => Promise.resolve(known.filter((one) => one.key === key)),
        (error) => reports.push(error),
      );
    track = make(window);
    track.follow(TREE, ALPHA);
    await pick(aCase("ACME-1"));
  });

  it("counts each for the work tree's pick, at the time it was made, once", async () => {
    git.commit(ALPHA, commit("a"), commit("b"));
    git.commit(ALPHA, commit("a"), commit("c"));
    await settle();
    expect(seen()).toEqual([
      ["a", "ACME-1"],
      ["b", "ACME-1"],
      ["c", "ACME-1"],
    ]);
    expect(must(window.view.ledger.commits[0])).toMatchObject({ at: at("08:59:30"), tree: TREE, day: "2026-03-10" });
    expect(await window.log.read({ kinds: ["commit"] })).toHaveLength(3);
  });

  it("counts for the case that its message names, and for none when that is unknown or ambiguous", async () => {
    known = [...known, aCase("TWICE-1"), { ...aCase("TWICE-1"), ref: { source: "other", id: "x" } }];
    git.commit(
      ALPHA,
      commit("a", { caseKey: "ACME-1" }),
      commit("b", { caseKey: "BETA-2" }),
      commit("c", { caseKey: "GONE-3" }),
      commit("d", { caseKey: "TWICE-1" }),
    );
    await settle();
    expect(seen()).toEqual([
      ["a", "ACME-1"],
      ["b", "BETA-2"],
      ["c", undefined],
      ["d", undefined],
    ]);
  });

  it("knows what a rewritten one replaces", async () => {
    git.commit(ALPHA, commit("a"));
    await settle();
    git.commit(ALPHA, commit("b", { replaces: "a" }));
    await settle();
    const open = window.view.ledger.openCommits(aCase("ACME-1").ref, must(window.view.ledger.commits[0]).day);
    expect(open.map((one) => one.sha)).toEqual(["b"]);
  });

  it("catches up from the last one seen, watches each tree once, and stops at its end", async () => {
    git.commit(ALPHA, commit("a"), commit("b"));
    await settle();
    track.follow(TREE, ALPHA);
    expect(git.watches).toEqual([{ root: "/projects/alpha", since: undefined }]);
    track.dispose();
    expect(git.watching).toBe(0);
    const later = new TrackCommits(
      git,
      window.log,
      window.view,
      window.factory,
      () => Promise.resolve([]),
      () => undefined,
    );
    later.follow(TREE, ALPHA);
    expect(git.watches.at(-1)).toEqual({ root: "/projects/alpha", since: "b" });
  });

  it("is one fact when two windows see it", async () => {
    const other = window.beside("window-2");
    await other.view.load();
    const otherGit = new FakeGit();
    const both = new TrackCommits(
      otherGit,
      other.log,
      other.view,
      other.factory,
      () => Promise.resolve([]),
      (error) => reports.push(error),
    );
    both.follow(TREE, ALPHA);
    git.commit(ALPHA, commit("a"));
    otherGit.commit(ALPHA, commit("a"));
    await settle();
    clock.advance(1_000);
    expect(await window.log.read({ kinds: ["commit"] })).toHaveLength(1);
    expect(other.view.ledger.commits).toHaveLength(1);
    expect(reports).toEqual([]);
  });

  it("reports what cannot be written", async () => {
    const failure = new CaseclockError("ledger.full", "no room");
    window.log.beforeAppend = () => {
      throw failure;
    };
    git.commit(ALPHA, commit("a"));
    await settle();
    expect(reports).toEqual([failure]);
  });
});
