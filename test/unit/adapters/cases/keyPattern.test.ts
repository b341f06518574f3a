import { describe, expect, it } from "vitest";
import { makeKeyFinder } from "../../../../src/adapters/node/cases/keyPattern.ts";
import { findUsualKeys, MAX_SEARCHED_CHARS } from "../../../../src/domain/cases/caseKey.ts";

/** What is found in each text, and what was told. */
function found(pattern: string, ...texts: readonly string[]): { keys: readonly (readonly string[])[]; told: string[] } {
  const told: string[] = [];
  const find = makeKeyFinder(pattern, (reason) => told.push(reason));
  return { keys: texts.map((text) => find(text)), told };
}

describe("a pattern of one's own", () => {
  it("is none where it is empty: the usual styles hold", () => {
    expect(makeKeyFinder("", () => undefined)).toBe(findUsualKeys);
  });

  it.each<[string, string, readonly string[]]>([
    ["[A-Z]+-\\d+", "fix/ACME-1-x/BETA-2/ACME-1", ["ACME-1", "BETA-2"]],
    ["ticket-(\\d+)", "ticket-7/ticket-8", ["7", "8"]],
    ["a(b)?", "ab-a", ["b", "a"]],
    ["x*", "axxb", ["xx"]],
    ["(x*)y", "y", []],
    ["\\p{L}+-\\d+", "תיק-12", ["תיק-12"]],
    ["^$", "", []],
    ["🔥", "a🔥b", ["🔥"]],
    ["nothing", "main", []],
  ])("%s finds in %j", (pattern, text, keys) => {
    expect(found(pattern, text)).toEqual({ keys: [keys], told: [] });
  });

  it("that never ends is stopped, told once, and finds nothing more", () => {
    const { keys, told } = found("^(a+)+$", "b", `${"a".repeat(200)}b`, "aaa");
    expect(keys).toEqual([[], [], []]);
    expect(told).toEqual([expect.stringMatching(/timed out/)]);
  });

  it("that is no pattern is told once", () => {
    const { keys, told } = found("(", "a", "b");
    expect({ keys, toldCount: told.length }).toEqual({ keys: [[], []], toldCount: 1 });
  });

  it("sees the beginning of a long text, and no half of a key", () => {
    const before = "x".repeat(MAX_SEARCHED_CHARS - 7);
    const { keys } = found("[A-Z]+-\\d+", `${before}ACME-12`, `${before}ACME-123`, `${before}x/ACME-1`);
    expect(keys).toEqual([["ACME-12"], [], []]);
  });

  it("gives texts of ours, and reaches nothing from where it runs", () => {
    const [keys] = found("[A-Z]+-\\d+", "ACME-1").keys;
    expect(Array.isArray(keys) && Object.getPrototypeOf(keys) === Array.prototype).toBe(true);
    const { keys: none } = found('");process.exit(1);//', 'x");process.exit(1);//');
    expect(none).toEqual([[]]);
  });
});
