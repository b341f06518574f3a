import { beforeEach, describe, expect, it } from "vitest";
import { parseLocalDate, type LocalDate } from "../../../../src/base/time.ts";
import type { CaseRef } from "../../../../src/domain/cases/case.ts";
import { SeenCommits } from "../../../../src/domain/git/seenCommits.ts";
import { aCase, at, must, OTHER_TREE, TREE } from "../../../support/builders.ts";
import type { SeenCommit } from "../../../../src/domain/git/seenCommit.ts";

const TODAY = must(parseLocalDate("2026-03-10"));
const TOMORROW = must(parseLocalDate("2026-03-11"));
const ACME = aCase("ACME-1").ref;
const BETA = aCase("BETA-2").ref;

let book: SeenCommits;

const seen = (sha: string, more: Partial<SeenCommit> = {}): SeenCommit => ({
  sha,
  subject: `Fix ${sha}`,
  repository: "alpha",
  tree: TREE,
  case: ACME,
  at: at("09:00"),
  day: TODAY,
  ...more,
});
const evidence = (
  day: LocalDate,
  ref: CaseRef = ACME,
  taken: readonly string[] = [],
  ofTime?: CaseRef | null,
): ReturnType<SeenCommits["evidenceOn"]> =>
  book.evidenceOn(
    ref,
    day,
    (sha) => taken.includes(sha),
    () => ofTime,
  );
const on = (...args: Parameters<typeof evidence>): string[] => evidence(...args).commits.map(({ sha }) => sha);

beforeEach(() => {
  book = new SeenCommits();
});

describe("evidence of a day", () => {
  it("is each commit of the case once, as seen first", () => {
    for (const one of [seen("a"), seen("a", { case: BETA }), seen("b", { case: BETA }), seen("c", { case: null })]) {
      book.add(one);
    }
    expect({ acme: on(TODAY), beta: on(TODAY, BETA), tomorrow: on(TOMORROW) }).toEqual({
      acme: ["a"],
      beta: ["b"],
      tomorrow: [],
    });
  });

  it("follows a rebase on the day of the work, and is no work of the day of the rebase", () => {
    book.add(seen("a"));
    book.add(seen("a2", { day: TOMORROW, replaces: "a", rewritten: true }));
    book.add(seen("a3", { day: TOMORROW, replaces: "a2", rewritten: true }));
    expect({ today: on(TODAY), tomorrow: on(TOMORROW) }).toEqual({ today: ["a3"], tomorrow: [] });
  });

  it("is an amended commit on both days, and once on one", () => {
    book.add(seen("a"));
    book.add(seen("a2", { replaces: "a" }));
    expect(on(TODAY)).toEqual(["a2"]);
    book.add(seen("a3", { day: TOMORROW, replaces: "a2" }));
    expect({ today: on(TODAY), tomorrow: on(TOMORROW) }).toEqual({ today: ["a3"], tomorrow: ["a3"] });
  });

  it("is a rewritten commit where it was seen, when its original never was", () => {
    book.add(seen("a2", { replaces: "unseen", rewritten: true }));
    expect(on(TODAY)).toEqual(["a2"]);
  });

  it("goes to the case that an amended message names, and to no other", () => {
    book.add(seen("a"));
    book.add(seen("a2", { replaces: "a", case: BETA }));
    expect({ acme: on(TODAY), beta: on(TODAY, BETA) }).toEqual({ acme: [], beta: ["a2"] });
  });

  it("leaves out what is gone, and what an approved entry has", () => {
    for (const one of [seen("a"), seen("b"), seen("c"), seen("c2", { replaces: "c" })]) book.add(one);
    book.setFate("a", null);
    expect(on(TODAY, ACME, ["b"])).toEqual(["c2"]);
    expect(evidence(TODAY).gone.map(({ sha }) => sha)).toEqual(["a"]);
    expect({ beta: evidence(TODAY, BETA).gone, acme: evidence(TODAY, ACME, ["a"]).gone }).toEqual({
      beta: [],
      acme: [],
    });
    // Approved as it was before, amended since: it is billed.
    expect(on(TODAY, ACME, ["b", "c", "c2"])).toEqual([]);
    book.setFate("a", seen("a"));
    expect(on(TODAY, ACME, ["b", "c", "c2"])).toEqual(["a"]);
  });

  it("is one commit for all that a server squashed into it", () => {
    for (const one of [seen("a"), seen("b"), seen("other", { case: BETA })]) book.add(one);
    const squashed = { sha: "s", subject: "Merge them", repository: "alpha" };
    book.setFate("a", squashed);
    book.setFate("b", squashed);
    expect({ acme: on(TODAY), beta: on(TODAY, BETA) }).toEqual({ acme: ["s"], beta: ["other"] });
    expect(on(TODAY, ACME, ["s"])).toEqual([]);
  });

  it("is gone when what had its change is gone too, and back with it", () => {
    for (const one of [seen("a"), seen("b")]) book.add(one);
    book.setFate("a", seen("b"));
    expect(on(TODAY)).toEqual(["b"]);
    book.setFate("b", null);
    expect({ today: on(TODAY), fate: book.findFate("a").kind }).toEqual({ today: [], fate: "gone" });
    book.setFate("b", seen("b"));
    expect(on(TODAY)).toEqual(["b"]);
  });

  it("is on no other case's entry when its change is found in a commit of that case", () => {
    for (const unnamed of [true, false]) {
      book = new SeenCommits();
      for (const one of [seen("a", { unnamed }), seen("b", { case: BETA, unnamed })]) book.add(one);
      book.setFate("a", seen("b"));
      expect({ acme: on(TODAY), beta: on(TODAY, BETA) }).toEqual({ acme: [], beta: ["b"] });
    }
  });

  it("goes with its time where its message names no case", () => {
    book.add(seen("a", { unnamed: true }));
    book.add(seen("b"));
    expect({ acme: on(TODAY, ACME, [], BETA), beta: on(TODAY, BETA, [], BETA) }).toEqual({ acme: ["b"], beta: ["a"] });
    expect(on(TODAY, ACME, [], null)).toEqual(["b"]);
    expect(on(TODAY)).toEqual(["a", "b"]);
  });
});

describe("what became of a commit", () => {
  it("is found through all its successors, also where they go round in a ring", () => {
    for (const one of [seen("a"), seen("b", { replaces: "a" }), seen("c", { replaces: "b" })]) book.add(one);
    expect(book.findFate("a")).toMatchObject({ kind: "moved", to: { sha: "c" } });
    expect(book.findFate("c")).toEqual({ kind: "here" });
    expect(book.findFate("unknown")).toEqual({ kind: "here" });
    book.setFate("c", null);
    expect(book.findFate("a")).toEqual({ kind: "gone" });
    const ring = new SeenCommits();
    for (const one of [seen("x", { replaces: "y" }), seen("y", { replaces: "x" })]) ring.add(one);
    expect(["here", "moved"]).toContain(ring.findFate("x").kind);
  });

  it("is what an approved entry shows: what has the change now, once, and what is gone", () => {
    for (const one of [seen("a"), seen("b"), seen("c"), seen("d"), seen("a2", { replaces: "a", squashed: ["b"] })]) {
      book.add(one);
    }
    book.setFate("c", null);
    const { commits, gone } = book.resolveCurrent([seen("a"), seen("b"), seen("c"), seen("d"), seen("unknown")]);
    expect({ commits: commits.map(({ sha }) => sha), gone: gone.map(({ sha }) => sha) }).toEqual({
      commits: ["a2", "d", "unknown"],
      gone: ["c"],
    });
  });

  it("is asked of the latest in a work tree that nothing replaced, also of those that are gone", () => {
    const old = must(parseLocalDate("2026-01-01"));
    for (const one of [
      seen("old", { day: old }),
      seen("a"),
      seen("b", { replaces: "a" }),
      seen("elsewhere", { tree: OTHER_TREE }),
      seen("gone"),
      seen("moved"),
      seen("squashed"),
      seen("last", { day: TOMORROW }),
    ]) {
      book.add(one);
    }
    book.setFate("gone", null);
    book.setFate("moved", seen("last"));
    book.setFate("squashed", seen("of a server"));
    const shas = (most: number): string[] => book.listToLookFor(TREE, TODAY, most).map(({ sha }) => sha);
    expect(shas(10)).toEqual(["last", "squashed", "gone", "b"]);
    expect(shas(2)).toEqual(["last", "squashed"]);
  });

  it("is known of a commit for autosquash by its subject", () => {
    for (const one of [
      seen("a", { subject: "Read files" }),
      seen("f", { subject: "fixup! fixup! Read files" }),
      seen("g", { subject: "squash! Nothing of that name" }),
    ]) {
      book.add(one);
    }
    expect(book.findAutosquashTarget("f")).toBeNull();
    book.add(seen("a2", { subject: "Read files", replaces: "a", rewritten: true }));
    expect(book.findAutosquashTarget("f")).toMatchObject({ sha: "a2" });
    expect({
      g: book.findAutosquashTarget("g"),
      a: book.findAutosquashTarget("a"),
      unknown: book.findAutosquashTarget("unknown"),
    }).toEqual({ g: null, a: null, unknown: null });
  });
});
