import { beforeEach, describe, expect, it } from "vitest";
import { CommitTracker } from "../../../../src/app/git/commitTracker.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { NewCommit } from "../../../../src/ports/git.ts";
import { aCase, at, must, TREE } from "../../../support/builders.ts";
import { ALPHA, FakeGit } from "../../../support/fakeGit.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

let clock: ManualClock;
let window: TestWindow;
let git: FakeGit;
let settings: { notes: boolean; trailer: string };

const pick = (of: Case | null, tree = TREE): Promise<void> =>
  window.log.append([window.factory.create({ kind: "pick", tree, case: of })]);

beforeEach(async () => {
  clock = new ManualClock("09:00");
  window = new TestWindow(clock);
  git = new FakeGit();
  settings = { notes: false, trailer: "Case-Id" };
  await window.view.load();
});

describe("seeing commits", () => {
  let known: readonly Case[];
  let reports: unknown[];
  let track: CommitTracker;
  const commit = (sha: string, more: Partial<NewCommit> = {}): NewCommit => ({
    sha,
    subject: `Fix ${sha}`,
    repository: "alpha",
    committedAt: at("09:00"),
    ...more,
  });
  const seen = (): readonly (readonly [string, string | undefined])[] =>
    window.view.ledger.commits.all.map((one) => [one.sha, one.case?.id]);

  beforeEach(async () => {
    known = [aCase("ACME-1"), aCase("BETA-2")];
    reports = [];
    const make = (of: TestWindow): CommitTracker =>
      new CommitTracker(
        git,
        of.journal,
        (key) => Promise.resolve(known.filter((one) => one.key === key)),
        () => settings,
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
    expect(must(window.view.ledger.commits.all[0])).toMatchObject({
      at: at("09:00"),
      tree: TREE,
      day: "2026-03-10",
    });
    expect(await window.log.read({ kinds: ["commit"] })).toHaveLength(3);
  });

  it("that the log does not take go in before any later one, and by themselves a minute later", async () => {
    const full = (): never => {
      throw new CaseclockError("ledger.full", "no space left");
    };
    window.log.beforeAppend = full;
    git.commit(ALPHA, commit("a"));
    await settle();
    expect(seen()).toEqual([]);
    expect(reports).toMatchObject([{ code: "ledger.full" }]);
    window.log.beforeAppend = () => undefined;
    git.commit(ALPHA, commit("b"));
    await settle();
    expect(seen().map(([sha]) => sha)).toEqual(["a", "b"]);
    window.log.beforeAppend = full;
    git.commit(ALPHA, commit("c"));
    await settle();
    window.log.beforeAppend = () => undefined;
    clock.advance(60_000);
    await settle();
    expect(seen().map(([sha]) => sha)).toEqual(["a", "b", "c"]);
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
    const { commits: open } = window.view.ledger.findOpenCommits(
      aCase("ACME-1").ref,
      must(window.view.ledger.commits.all[0]).day,
    );
    expect(open.map((one) => one.sha)).toEqual(["b"]);
  });

  it("belongs to the pick of the moment it was made, also when it is noticed later", async () => {
    clock.advance(3_600_000);
    await pick(aCase("BETA-2"));
    git.commit(
      ALPHA,
      commit("early", { committedAt: at("08:59:58") }),
      commit("a", { committedAt: at("09:59:59") }),
      commit("b", { committedAt: at("10:00:00") }),
    );
    await settle();
    expect(seen()).toEqual([
      ["early", undefined],
      ["a", "ACME-1"],
      ["b", "BETA-2"],
    ]);
  });

  it("tells when a tag is missing, for the hook may have been removed", async () => {
    const missed: string[] = [];
    track.onDidMissTag = (tree) => missed.push(tree);
    git.commit(ALPHA, commit("a", { caseKey: "ACME-1" }));
    await settle();
    expect(missed).toEqual([]);
    git.commit(ALPHA, commit("b"));
    await settle();
    expect(missed).toEqual([TREE]);
  });

  it("asks what became of commits after a rewrite and hourly, and keeps only what is new", async () => {
    git.commit(ALPHA, commit("a"), commit("b"), commit("c", { subject: "fixup! Fix a" }));
    await settle();
    expect(git.asked).toEqual([]);
    const squashed = { sha: "s", subject: "Fix all", repository: "alpha" };
    git.fates.set("b", squashed).set("c", null);
    git.commit(ALPHA, commit("a2", { subject: "Fix a", replaces: "a", rewritten: true }));
    await settle();
    expect(git.asked).toEqual(["/projects/alpha a2 c b"]);
    const { commits } = window.view.ledger;
    expect(["a", "b", "c", "a2"].map((sha) => commits.findFate(sha))).toEqual([
      { kind: "moved", to: expect.objectContaining({ sha: "a2" }) as unknown },
      { kind: "moved", to: squashed },
      { kind: "moved", to: expect.objectContaining({ sha: "a2" }) as unknown },
      { kind: "here" },
    ]);
    git.fates.set("a2", null);
    clock.advance(3_600_000);
    await settle();
    clock.advance(3_600_000);
    await settle();
    expect(git.asked).toHaveLength(3);
    expect(window.view.ledger.commits.findFate("a")).toEqual({ kind: "gone" });
    expect(await window.log.read({ kinds: ["commitFates"] })).toHaveLength(2);
    git.fates.delete("a2");
    clock.advance(3_600_000);
    await settle();
    expect(window.view.ledger.commits.findFate("a").kind).toBe("moved");
  });

  it("counts all that were squashed as one", async () => {
    git.commit(ALPHA, commit("a"), commit("b"), commit("c"));
    await settle();
    git.commit(ALPHA, commit("d", { replaces: "a", squashed: ["b", "c"] }));
    await settle();
    const { commits: open } = window.view.ledger.findOpenCommits(
      aCase("ACME-1").ref,
      must(window.view.ledger.commits.all[0]).day,
    );
    expect(open.map((one) => one.sha)).toEqual(["d"]);
  });

  it("counts a rewritten one for the case of the one before, unless its message names another", async () => {
    git.commit(ALPHA, commit("a"), commit("b"));
    await settle();
    await pick(aCase("BETA-2"));
    git.commit(ALPHA, commit("c", { replaces: "a" }), commit("d", { replaces: "c" }));
    git.commit(ALPHA, commit("e", { replaces: "b", caseKey: "BETA-2" }), commit("f", { replaces: "unseen" }));
    await settle();
    expect(seen().slice(2)).toEqual([
      ["c", "ACME-1"],
      ["d", "ACME-1"],
      ["e", "BETA-2"],
      ["f", "BETA-2"],
    ]);
  });

  it("catches up from the last one seen, watches each tree once, and stops at its end", async () => {
    git.commit(ALPHA, commit("a"), commit("b"));
    await settle();
    track.follow(TREE, ALPHA);
    expect(git.watches).toEqual([{ root: "/projects/alpha", since: undefined }]);
    track.dispose();
    expect(git.watching).toBe(0);
    const later = new CommitTracker(
      git,
      window.journal,
      () => Promise.resolve([]),
      () => settings,
      () => undefined,
    );
    later.follow(TREE, ALPHA);
    expect(git.watches.at(-1)).toEqual({ root: "/projects/alpha", since: "b" });
  });

  it("is one fact when two windows see it", async () => {
    const other = window.beside("window-2");
    await other.view.load();
    const otherGit = new FakeGit();
    const both = new CommitTracker(
      otherGit,
      other.journal,
      () => Promise.resolve([]),
      () => settings,
      (error) => reports.push(error),
    );
    both.follow(TREE, ALPHA);
    git.commit(ALPHA, commit("a"));
    otherGit.commit(ALPHA, commit("a"));
    await settle();
    clock.advance(1_000);
    expect(await window.log.read({ kinds: ["commit"] })).toHaveLength(1);
    expect(other.view.ledger.commits.all).toHaveLength(1);
    expect(reports).toEqual([]);
  });

  it("puts a note on what names no case where that is wanted, and on nothing else", async () => {
    git.commit(ALPHA, commit("a"));
    await settle();
    settings.notes = true;
    git.commit(ALPHA, commit("b"), commit("c", { caseKey: "ACME-1" }), commit("d", { replaces: "a" }));
    await settle();
    expect([...git.notes]).toEqual([
      ["b", { caseKey: "ACME-1", trailer: "Case-Id" }],
      ["d", { caseKey: "ACME-1", trailer: "Case-Id" }],
    ]);
    git.failure = new CaseclockError("git.failed", "read-only");
    git.commit(ALPHA, commit("e"));
    await settle();
    expect(reports).toEqual([git.failure]);
    expect(window.view.ledger.commits.has("e")).toBe(true);
  });

  it("tries a note that failed again, later each time, and writes the others of the same look meanwhile", async () => {
    settings.notes = true;
    const failure = new CaseclockError("git.failed", "notes are locked");
    const tried: string[] = [];
    const write = git.writeNote.bind(git);
    const bad = new Set(["b"]);
    git.writeNote = (tree, sha, marker) => {
      tried.push(sha);
      return bad.has(sha) ? Promise.reject(failure) : write(tree, sha, marker);
    };
    git.commit(ALPHA, commit("a"), commit("b"), commit("c"));
    await track.settled();
    expect({ notes: [...git.notes.keys()], reports }).toEqual({ notes: ["a", "c"], reports: [failure] });
    expect(tried).toEqual(["a", "b", "c"]);
    clock.advance(60_000);
    await track.settled();
    expect(tried.filter((sha) => sha === "b").length).toBe(2);
    bad.clear();
    clock.advance(120_000);
    await track.settled();
    expect([...git.notes.keys()]).toEqual(["a", "c", "b"]);
    expect(reports).toEqual([failure]);
    const before = tried.length;
    clock.advance(3_600_000);
    await track.settled();
    expect(tried.length).toBe(before);
  });

  it("asks a git that refuses every note for three of them only, and gives up at last", async () => {
    settings.notes = true;
    let tries = 0;
    git.writeNote = () => {
      tries += 1;
      return Promise.reject(new CaseclockError("git.failed", "read-only"));
    };
    git.commit(ALPHA, ...["a", "b", "c", "d", "e"].map((sha) => commit(sha)));
    await track.settled();
    expect(tries).toBe(3);
    for (let hour = 0; hour < 40; hour += 1) {
      clock.advance(3_600_000);
      await track.settled();
    }
    expect({ tries, reportCount: reports.length }).toEqual({ tries: 60, reportCount: 1 });
  });

  it("logs thousands in pieces, so that nothing waits for them, the oldest first and each with its case", async () => {
    const sizes: number[] = [];
    window.log.beforeAppend = (events) => sizes.push(events.length);
    const many = Array.from({ length: 600 }, (_, index) => commit(`c${String(index)}`));
    git.commit(
      ALPHA,
      ...many,
      commit("last", { replaces: "c0", caseKey: "BETA-2" }),
      commit("d", { replaces: "last" }),
    );
    await track.settled();
    expect(sizes).toEqual([250, 250, 102]);
    expect(seen().map(([sha]) => sha)).toEqual([...many.map(({ sha }) => sha), "last", "d"]);
    expect(seen().slice(-3)).toEqual([
      ["c599", "ACME-1"],
      ["last", "BETA-2"],
      ["d", "BETA-2"],
    ]);
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
