import { describe, expect, it } from "vitest";
import { CaseIndex, findUsualKeys } from "../../../../src/domain/cases/caseKey.ts";
import { caseRefKey, type Case } from "../../../../src/domain/cases/case.ts";
import {
  findMismatch,
  suggest,
  type CaseLookup,
  type PickedCase,
  type CaseHints,
} from "../../../../src/domain/cases/suggestion.ts";
import { aCase, at } from "../../../support/builders.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-2");
const GAMMA = aCase("GAMMA-3");
const TICKET = aCase("RT#5127");
const CLOSED: Case = { ...aCase("OLD-9"), status: "closed" };
/** Another source has a case with the key of ACME. */
const TWIN: Case = { ...ACME, ref: { source: "other", id: "7" } };

const ALL = [ACME, BETA, GAMMA, TICKET, CLOSED];

function known(cases: readonly Case[]): CaseLookup {
  const byRef = new Map(cases.map((one) => [caseRefKey(one.ref), one]));
  return { index: new CaseIndex(cases), find: (ref) => byRef.get(caseRefKey(ref)), findKeys: findUsualKeys };
}

function signs(more: Partial<CaseHints> = {}): CaseHints {
  return {
    branch: undefined,
    branchSince: at("09:00"),
    lastPickOnBranch: undefined,
    trailers: [],
    remote: undefined,
    folderPicks: [],
    ...more,
  };
}

const commit = (key: string, time: string): CaseHints["trailers"][number] => ({ key, at: at(time) });
const picked = (one: Case, time = "08:00"): PickedCase => ({ case: one, at: at(time) });

/** Key and reason of each suggestion. */
function suggested(more: Partial<CaseHints>, cases: readonly Case[] = ALL): readonly string[] {
  return suggest(signs(more), known(cases)).map(
    (one) => `${one.case.ref.id} ${one.reason.kind}${one.isAmbiguous ? " ambiguous" : ""}`,
  );
}

/** The case pointed at, why, and since when; or nothing. */
function mismatch(of: PickedCase, more: Partial<CaseHints>, cases: readonly Case[] = ALL): unknown {
  const found = findMismatch(of, signs(more), known(cases));
  return found === undefined
    ? undefined
    : [found.suggestion.case.ref.id, found.suggestion.reason.kind, new Date(found.since).toISOString().slice(11, 16)];
}

describe("suggestions", () => {
  it.each<[name: string, signs: Partial<CaseHints>, expected: readonly string[]]>([
    ["no signs", {}, []],
    ["a branch", { branch: "fix/ACME-1-lock" }, ["ACME-1 branch"]],
    ["a branch in small letters", { branch: "users/ann/acme-1_x" }, ["ACME-1 branch"]],
    ["a number alone", { branch: "feature/5127-lock" }, ["RT#5127 branch"]],
    ["a number with a sign", { branch: "bugfix/#5127" }, ["RT#5127 branch"]],
    ["a branch that names two", { branch: "BETA-2/ACME-1" }, ["BETA-2 branch", "ACME-1 branch"]],
    ["a branch that names none", { branch: "utf-8" }, []],
    ["a release", { branch: "release/2024.1" }, []],
    ["an update by a robot", { branch: "dependabot/npm_and_yarn/axios-1.21.1" }, []],
    ["a closed case", { branch: "OLD-9", lastPickOnBranch: CLOSED.ref, folderPicks: [CLOSED.ref] }, []],
    ["an unknown case", { branch: "NEW-1", folderPicks: [aCase("NEW-1").ref] }, []],
    ["a remote", { remote: "git.example:acme/ACME-1.git" }, ["ACME-1 remote"]],
    ["a remote by https", { remote: "https://git.example/acme/ACME-1" }, ["ACME-1 remote"]],
    ["what was picked here", { folderPicks: [BETA.ref, ACME.ref] }, ["BETA-2 folder", "ACME-1 folder"]],
    ["a last pick without its branch", { lastPickOnBranch: ACME.ref }, []],
  ])("of %s", (_name, given, expected) => {
    expect(suggested(given)).toEqual(expected);
  });

  it("come in the stated order, each with its strongest reason", () => {
    expect(
      suggested({
        branch: "fix/BETA-2",
        lastPickOnBranch: ACME.ref,
        trailers: [commit("GAMMA-3", "08:00"), commit("BETA-2", "07:00")],
        remote: "git.example:x/RT#5127.git",
        folderPicks: [GAMMA.ref, ACME.ref],
      }),
    ).toEqual(["ACME-1 branchPick", "BETA-2 branch", "GAMMA-3 commit", "RT#5127 remote"]);
  });

  it("of the same key in two sources are both there and say so; what was picked is certain", () => {
    expect(suggested({ branch: "ACME-1" }, [ACME, TWIN])).toEqual(["ACME-1 branch ambiguous", "7 branch ambiguous"]);
    expect(suggested({ branch: "ACME-1", lastPickOnBranch: TWIN.ref }, [ACME, TWIN])).toEqual([
      "7 branchPick",
      "ACME-1 branch ambiguous",
    ]);
    expect(suggested({ branch: "ACME-1" }, [ACME, { ...TWIN, status: "closed" }])).toEqual(["ACME-1 branch"]);
  });

  it("say since when: the branch since it is checked out, a commit since it was made", () => {
    const found = suggest(signs({ branch: "ACME-1", trailers: [commit("BETA-2", "07:00")] }), known(ALL));
    expect(found.map((one) => one.since)).toEqual([at("09:00"), at("07:00")]);
  });
});

describe("a mismatch", () => {
  it.each<[name: string, picked: PickedCase, signs: Partial<CaseHints>, expected: unknown]>([
    ["no signs", picked(ACME), {}, undefined],
    ["a branch that names the pick", picked(ACME), { branch: "ACME-1" }, undefined],
    ["a branch that names another", picked(ACME), { branch: "BETA-2" }, ["BETA-2", "branch", "09:00"]],
    ["a pick after the checkout", picked(ACME, "10:00"), { branch: "BETA-2" }, ["BETA-2", "branch", "10:00"]],
    ["a branch that names the pick too", picked(ACME), { branch: "BETA-2/ACME-1" }, undefined],
    ["a branch that names two others", picked(ACME), { branch: "GAMMA-3/BETA-2" }, ["GAMMA-3", "branch", "09:00"]],
    ["a branch that names none", picked(ACME), { branch: "main", lastPickOnBranch: ACME.ref }, undefined],
    [
      "another pick on the branch",
      picked(ACME),
      { branch: "main", lastPickOnBranch: BETA.ref },
      ["BETA-2", "branchPick", "09:00"],
    ],
    [
      "the name of the branch before what was picked on it",
      picked(ACME),
      { branch: "ACME-1", lastPickOnBranch: BETA.ref },
      undefined,
    ],
    ["a commit before the pick", picked(ACME), { trailers: [commit("BETA-2", "07:59")] }, undefined],
    ["a commit at the pick", picked(ACME), { trailers: [commit("BETA-2", "08:00")] }, ["BETA-2", "commit", "08:00"]],
    ["a commit after the pick", picked(ACME), { trailers: [commit("BETA-2", "09:30")] }, ["BETA-2", "commit", "09:30"]],
    [
      "several commits: since the first of them",
      picked(ACME),
      { trailers: [commit("BETA-2", "11:00"), commit("GAMMA-3", "10:30"), commit("BETA-2", "10:00")] },
      ["BETA-2", "commit", "10:00"],
    ],
    [
      "commits of the pick among others",
      picked(ACME),
      { trailers: [commit("BETA-2", "11:00"), commit("ACME-1", "10:00")] },
      undefined,
    ],
    ["a branch before a commit", picked(ACME), { branch: "ACME-1", trailers: [commit("BETA-2", "10:00")] }, undefined],
    ["a remote", picked(ACME), { remote: "x/BETA-2.git" }, ["BETA-2", "remote", "08:00"]],
    ["a branch before the remote", picked(ACME), { branch: "ACME-1", remote: "x/BETA-2.git" }, undefined],
    ["what was picked here before", picked(ACME), { folderPicks: [BETA.ref, ACME.ref] }, undefined],
    ["a closed case", picked(ACME), { branch: "OLD-9", lastPickOnBranch: CLOSED.ref }, undefined],
    ["an unknown case", picked(ACME), { branch: "NEW-1" }, undefined],
    ["a closed case, then another", picked(ACME), { branch: "OLD-9", remote: "BETA-2" }, ["BETA-2", "remote", "08:00"]],
    ["a number", picked(ACME), { branch: "case/5127" }, ["RT#5127", "branch", "09:00"]],
    ["a pick that is closed and named", picked(CLOSED), { branch: "old-9-x", remote: "BETA-2" }, undefined],
    ["a pick that is known no more", picked(aCase("#77")), { branch: "fix/77", remote: "BETA-2" }, undefined],
  ])("by %s", (_name, of, given, expected) => {
    expect(mismatch(of, given)).toEqual(expected);
  });

  it("is none when the key is the pick's in another source as well, and says so when it decides between two others", () => {
    expect(mismatch(picked(TWIN), { branch: "ACME-1" }, [ACME, TWIN])).toBeUndefined();
    const found = findMismatch(picked(BETA), signs({ branch: "ACME-1" }), known([ACME, TWIN, BETA]));
    expect(found?.suggestion.isAmbiguous).toBe(true);
  });

  it("is with the very case of that key when the picked one only has its number", () => {
    const other: Case = { ...aCase("#5127"), ref: { source: "other", id: "5127" } };
    expect(mismatch(picked(TICKET), { branch: "#5127" }, [TICKET, other])).toEqual(["5127", "branch", "09:00"]);
  });
});
