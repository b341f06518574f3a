import { describe, expect, test } from "vitest";
import { epochMs } from "../../../../src/base/time.ts";
import type { CommitFacts } from "../../../../src/domain/git/commitFacts.ts";
import { findReplaced, type RewrittenCommit } from "../../../../src/domain/git/rewrite.ts";

/** A commit of a minute. */
function commit(sha: string, minute: number, subject = `subject of ${minute}`): CommitFacts {
  const author = { authorEmail: "ann@example.com", authoredAt: epochMs(minute * 60_000) };
  const committer = { committerEmail: "ann@example.com", committedAt: epochMs(0) };
  return { sha, parents: [], ...author, ...committer, subject, message: "" };
}

function made(copy: CommitFacts, squashes = 0): RewrittenCommit {
  return { commit: copy, isOwn: true, copy, changed: undefined, squashes };
}

function changed(sha: string, from: string, squashes = 0): RewrittenCommit {
  return { commit: commit(sha, 99), isOwn: true, copy: undefined, changed: from, squashes };
}

const LEFT = [commit("a", 1), commit("b", 2), commit("c", 3), commit("d", 4)];

describe("replacedIn", () => {
  test.each<[string, readonly RewrittenCommit[], readonly CommitFacts[], Record<string, readonly string[]>]>([
    ["nothing was left", [made(commit("x", 1))], [], { x: [] }],
    ["each was copied", [made(commit("x", 2)), made(commit("y", 1))], LEFT, { x: ["b"], y: ["a"] }],
    ["one was reworded while it was copied", [made(commit("x", 1, "other"))], LEFT, { x: ["a"] }],
    ["it is the same", [made(commit("a", 1))], LEFT, { a: [] }],
    ["it was changed in place", [changed("x", "a")], LEFT, { x: ["a"] }],
    [
      "the two next were squashed",
      [made(commit("x", 1), 2), made(commit("y", 4))],
      LEFT,
      { x: ["a", "b", "c"], y: ["d"] },
    ],
    [
      "one was squashed and one dropped",
      [made(commit("x", 1), 1), made(commit("y", 4))],
      LEFT,
      { x: ["a", "b"], y: ["d"] },
    ],
    ["all went into one that was there", [changed("x", "z", 4)], LEFT, { x: ["z", "a", "b", "c", "d"] }],
    ["more steps than commits", [made(commit("x", 1), 9)], LEFT.slice(0, 2), { x: ["a", "b"] }],
    [
      "a fixup names its target",
      [made(commit("x", 1), 1), made(commit("y", 2))],
      [...LEFT.slice(0, 3), commit("f", 5, "fixup! subject of 1")],
      { x: ["a", "f"], y: ["b"] },
    ],
    [
      "a fixup of a fixup",
      [made(commit("x", 2), 2)],
      [...LEFT.slice(0, 2), commit("f", 5, "fixup! subject of 2"), commit("g", 6, "fixup! fixup! subject of 2")],
      { x: ["b", "f", "g"] },
    ],
    [
      "two of the same second",
      [made(commit("x", 1, "second")), made(commit("y", 1, "changed"))],
      [commit("a", 1, "first"), commit("b", 1, "second")],
      { x: ["b"], y: ["a"] },
    ],
  ])("%s", (_what, commits, left, expected) => {
    const found = findReplaced({ left: "d", end: "x", made: commits }, left);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  test("another author's commit of the same second is another one", () => {
    const bobs = { ...commit("a", 1), authorEmail: "bob@example.com" };
    expect(findReplaced({ left: "a", end: "x", made: [made(commit("x", 1))] }, [bobs]).get("x")).toEqual([]);
  });
});
