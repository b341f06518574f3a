import { describe, expect, it } from "vitest";
import { CaseIndex, findUsualKeys, MAX_SEARCHED_CHARS } from "../../../../src/domain/cases/caseKey.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { aCase } from "../../../support/builders.ts";

describe("the keys in a text", () => {
  it.each<[text: string, keys: readonly string[]]>([
    ["", []],
    ["main", []],
    ["fix/ACME-1234-lock", ["ACME-1234"]],
    ["ACME-1234", ["ACME-1234"]],
    ["wip-ACME-12", ["ACME-12"]],
    ["ACME-12-BETA-7", ["ACME-12", "BETA-7"]],
    ["ACME-12/ACME-12", ["ACME-12"]],
    ["feature/5127-lock", ["feature/5127", "5127"]],
    ["5127-lock", ["5127"]],
    ["5127", ["5127"]],
    ["feature/5127lock", ["feature/5127", "5127"]],
    ["bugfix/#5127", ["#5127"]],
    ["RT#5127", ["RT#5127"]],
    ["fix-RT#5127-lock", ["RT#5127"]],
    ["case/5127", ["case/5127", "5127"]],
    ["users/ann/acme-12_x", ["acme-12"]],
    ["users/ann/5127_x", ["ann/5127", "5127"]],
    ["feature_ACME-12_lock", ["feature_ACME-12", "ACME-12"]],
    ["MY_PROJ-12", ["MY_PROJ-12", "PROJ-12"]],
    ["release/2024.1", ["release/2024", "2024"]],
    ["utf-8", ["utf-8"]],
    ["dependabot/npm_and_yarn/axios-1.21.1", ["axios-1"]],
    ["v1.2.3", []],
    ["feature/7", ["feature/7"]],
    ["fix/ACME-", []],
    ["fix/-12", []],
    ["ACME-12345678901", []],
    ["#12345678901", []],
    ["abc#", []],
    ["🔥ACME-12🔥", ["ACME-12"]],
    ["fix/🔥/5127", ["5127"]],
    ["ענף/תיק-12", ["תיק-12"]],
    ["\u202eACME-12\u202c", ["ACME-12"]],
    ["ÜBER-12", ["ÜBER-12"]],
    ["ACME-１２", []],
    ["https://git.example/acme/ACME-12.git", ["ACME-12"]],
    ["git.example:acme/ACME-12.git", ["ACME-12"]],
    ["$(rm -rf)/ACME-1;`x`", ["ACME-1"]],
  ])("of %j", (text, keys) => {
    expect(findUsualKeys(text)).toEqual(keys);
  });

  it("are sought at the beginning of a long text only, and none of them is half of one", () => {
    const before = "x".repeat(MAX_SEARCHED_CHARS - 8);
    expect(findUsualKeys(`${before}/ACME-12`)).toEqual(["ACME-12"]);
    expect(findUsualKeys(`${before}/ACME-12-lock`)).toEqual(["ACME-12"]);
    expect(findUsualKeys(`${before}/ACME-1234`)).toEqual([]);
    expect(findUsualKeys(`${before}x/ACME-12`)).toEqual([]);
    expect(findUsualKeys(`${"x-".repeat(1_000_000)}ACME-1`)).toEqual([]);
  });
});

describe("the index of cases", () => {
  const rt: Case = { ...aCase("RT#5127"), ref: { source: "other", id: "1" } };
  const keysOf = (index: CaseIndex, key: string): readonly string[] => index.find(key).map((one) => one.ref.id);

  it("finds a case by its key in any letters", () => {
    const index = new CaseIndex([aCase("ACME-12"), aCase("Über-3")]);
    expect(keysOf(index, "acme-12")).toEqual(["ACME-12"]);
    expect(keysOf(index, "ÜBER-3")).toEqual(["Über-3"]);
    expect(keysOf(index, "ACME-1")).toEqual([]);
    expect(keysOf(index, "")).toEqual([]);
    expect(keysOf(index, "__proto__")).toEqual([]);
  });

  it.each(["#5127", "5127", "RT#5127", "rt#5127"])("finds RT#5127 by %s", (key) => {
    expect(keysOf(new CaseIndex([rt]), key)).toEqual(["1"]);
  });

  it.each(["case/5127", "5127", "#5127"])("has a number stand for what is written %s", (written) => {
    const index = new CaseIndex([aCase(written)]);
    expect(keysOf(index, "5127")).toEqual([written]);
    expect(keysOf(index, "#5127")).toEqual([written]);
  });

  it("does not take the number of a project's case for a case", () => {
    expect(keysOf(new CaseIndex([aCase("ACME-5127")]), "5127")).toEqual([]);
    expect(keysOf(new CaseIndex([aCase("#5127")]), "RT#5127")).toEqual([]);
  });

  it("prefers what is written so to what has that number only", () => {
    const index = new CaseIndex([rt, aCase("#5127")]);
    expect(keysOf(index, "#5127")).toEqual(["#5127"]);
    expect(keysOf(index, "5127")).toEqual(["1", "#5127"]);
  });

  it("gives all cases that share a key, but for the closed ones", () => {
    const twin: Case = { ...aCase("ACME-1"), ref: { source: "other", id: "9" } };
    expect(keysOf(new CaseIndex([aCase("ACME-1"), twin]), "ACME-1")).toEqual(["ACME-1", "9"]);
    expect(keysOf(new CaseIndex([aCase("ACME-1"), { ...twin, status: "closed" }]), "ACME-1")).toEqual(["ACME-1"]);
  });
});
