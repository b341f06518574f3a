import { describe, expect, test } from "vitest";
import { parseCaseKeys, isTrailerName, formatTrailer } from "../../../../src/domain/git/trailer.ts";

describe("caseKeysOf", () => {
  test.each<[string, string, readonly string[]]>([
    ["nothing", "", []],
    ["no trailer", "Fix it\n\nCase-Id is named nowhere\n", []],
    ["the last line", "Fix it\n\nCase-Id: ACME-1", ["ACME-1"]],
    ["the first line", "Case-Id: ACME-1\n", ["ACME-1"]],
    ["the middle", "Fix it\n\nCase-Id: ACME-1\n\nMore.\n", ["ACME-1"]],
    ["indented by a squash", "Squashed\n\n    Fix it\n    \n    Case-Id: ACME-1\n", ["ACME-1"]],
    ["indented by a tab", "\tCase-Id:\tACME-1\t\n", ["ACME-1"]],
    ["several, each once", "Case-Id: B-2\nCase-Id: A-1\ncase-id: B-2\n", ["B-2", "A-1"]],
    ["any letters, white space before the colon", "CASE-ID : ACME-1\n", ["ACME-1"]],
    ["line ends of Windows", "Fix\r\n\r\nCase-Id: ACME-1\r\nX: y\r\n", ["ACME-1"]],
    ["any printable key", `Case-Id: '"$(x)\` \\ # 🧾\n`, [`'"$(x)\` \\ # 🧾`]],
    ["no value", "Case-Id:\nCase-Id: \t\n", []],
    ["a value that is no key", `Case-Id: ${"x".repeat(65)}\nCase-Id: a\u0007b\n`, []],
    ["quoted, commented, part of a word", "> Case-Id: A\n# Case-Id: B\nMy-Case-Id: C\nCase-Ids: D\n", []],
    ["the line after is not the value", "Case-Id:\nACME-1\n", []],
  ])("reads %s", (_what, message, expected) => {
    expect(parseCaseKeys(message)).toEqual(expected);
  });

  test("reads the configured trailer only, and none by a name that is none", () => {
    expect(parseCaseKeys("Case-Id: A\nX-1: B\n", "x-1")).toEqual(["B"]);
    for (const name of [".*", "", "Case Id", "Case-Id|X"]) expect(parseCaseKeys("Case-Id: A\n", name)).toEqual([]);
  });
});

test("isTrailerName takes what git takes for a token, up to 64 characters", () => {
  for (const name of ["Case-Id", "x", "9", "A-", "x".repeat(64)]) expect(isTrailerName(name)).toBe(true);
  for (const name of ["", "-A", "A B", "A:", "Ä", "A\n", "x".repeat(65)]) expect(isTrailerName(name)).toBe(false);
});

test("trailerLine is what git writes", () => {
  expect(formatTrailer("Case-Id", "#5127")).toBe("Case-Id: #5127");
});
