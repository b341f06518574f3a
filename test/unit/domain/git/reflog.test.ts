import { describe, expect, test } from "vitest";
import { epochMs } from "../../../../src/base/time.ts";
import type { CommitFacts } from "../../../../src/domain/git/commitFacts.ts";
import {
  foldReflog,
  classifyMovement,
  type ReflogFinding,
  type ReflogEntry,
  type ReflogMeaning,
} from "../../../../src/domain/git/reflog.ts";

const ANN = "ann@example.com";
const BOB = "bob@example.com";
const START = { head: "c0", rewriting: undefined };

function commit(sha: string, facts: Partial<CommitFacts> = {}): CommitFacts {
  return {
    sha,
    parents: ["c0"],
    authorEmail: ANN,
    authoredAt: epochMs(0),
    committerEmail: ANN,
    committedAt: epochMs(0),
    subject: `subject of ${sha}`,
    message: "",
    ...facts,
  };
}

function entry(subject: string, sha = "c1", facts: Partial<CommitFacts> = {}): ReflogEntry {
  return { sha, subject, movedAt: epochMs(0), commit: commit(sha, facts) };
}

describe("meaningOf", () => {
  test.each<[string, ReflogMeaning]>([
    ["commit: Fix it", "new"],
    ["commit (initial): Fix it", "new"],
    ["commit (merge): Merge branch 'x'", "new"],
    ["commit: docs: fast-forward", "new"],
    ["commit: rebase (pick): of a subject", "new"],
    ["commit (amend): Fix it", "replacesPrevious"],
    ["commit (cherry-pick): Fix it", "new"],
    ["cherry-pick: Fix it", "new"],
    ["cherry-pick: fast-forward", "position"],
    ["revert: Revert it", "new"],
    ["commit (rebase): Fix it", "rewrites"],
    ["rebase (start): checkout main", "rewritingBegins"],
    ["rebase (pick): Fix it", "rewrites"],
    ["rebase (pick): fast-forward", "position"],
    ["rebase (reword): Fix it", "rewrites"],
    ["rebase (edit): Fix it", "rewrites"],
    ["rebase (squash): # This is a combination of 2 commits.", "rewrites"],
    ["rebase (fixup): Fix it", "rewrites"],
    ["rebase (merge): Merge branch 'x'", "rewrites"],
    ["rebase (continue): Fix it", "rewrites"],
    ["rebase (continue) (pick): Fix it (again): yes", "rewrites"],
    ["rebase (continue) (finish): returning to refs/heads/x", "rewritingEnds"],
    ["rebase (skip) (finish): returning to refs/heads/x", "rewritingEnds"],
    ["rebase (abort): updating HEAD", "rewritingEnds"],
    ["rebase (finish): refs/heads/x onto 123", "rewritingEnds"],
    ["rebase (reset): 'onto'", "position"],
    ["rebase -i (pick): Fix it", "rewrites"],
    ["rebase -i (start): checkout main", "rewritingBegins"],
    ["rebase -i (finish): returning to refs/heads/x", "rewritingEnds"],
    ["rebase: fast-forward", "position"],
    ["rebase finished: returning to refs/heads/x", "position"],
    ["pull -q --rebase (start): checkout 123", "rewritingBegins"],
    ["pull -q --rebase https://host/x (pick): Fix it", "rewrites"],
    ["pull --rebase (finish): returning to refs/heads/x", "rewritingEnds"],
    ["pull: Fast-forward", "position"],
    ["pull --ff-only origin main: Fast-forward", "position"],
    ["pull origin main: Merge made by the 'ort' strategy.", "new"],
    ["merge x: Merge made by the 'ort' strategy.", "new"],
    ["merge x: Fast-forward", "position"],
    ["merge x: updating HEAD", "position"],
    ["checkout: moving from a to b", "position"],
    ["reset: moving to HEAD~1", "position"],
    ["Branch: renamed refs/heads/a to refs/heads/b", "position"],
    ["clone: from https://host/x", "position"],
    ["am: Fix it", "new"],
    ["reword: updating 123", "rewrites"],
    ["mytool: Fix it", "new"],
    ["", "new"],
  ])("%s → %s", (subject, expected) => {
    expect(classifyMovement(entry(subject), "c0", ANN)).toBe(expected);
  });

  test.each<[string, Partial<CommitFacts>, ReflogMeaning]>([
    ["commit: Fix it", { authorEmail: BOB }, "new"],
    ["commit: Fix it", { committerEmail: BOB }, "new"],
    ["commit: Fix it", { authorEmail: BOB, committerEmail: BOB }, "foreign"],
    ["commit (amend): Fix it", { authorEmail: BOB, committerEmail: BOB }, "foreign"],
    ["cherry-pick: Fix it", { authorEmail: BOB }, "new"],
    ["rebase (pick): Fix it", { authorEmail: BOB }, "foreign"],
    ["am: Fix it", { authorEmail: BOB }, "foreign"],
    ["am: Fix it", { authorEmail: "Ann@Example.com" }, "new"],
    ["mytool: Fix it", { committerEmail: BOB }, "foreign"],
    ["mytool: Fix it", { authorEmail: BOB }, "new"],
    ["mytool: Fix it", { committedAt: epochMs(10_000) }, "new"],
    ["mytool: Fix it", { committedAt: epochMs(10_001) }, "foreign"],
    ["mytool: Fix it", { parents: ["x", "c0"] }, "position"],
    ["mytool: Fix it", { parents: [] }, "position"],
  ])("%s by %j → %s", (subject, facts, expected) => {
    expect(classifyMovement(entry(subject, "c1", facts), "c0", ANN)).toBe(expected);
  });

  test("without an address git's own words are believed, those of other programs not", () => {
    expect(classifyMovement(entry("commit: Fix it", "c1", { authorEmail: BOB }), "c0", undefined)).toBe("new");
    expect(classifyMovement(entry("am: Fix it"), "c0", undefined)).toBe("foreign");
    expect(classifyMovement(entry("mytool: Fix it"), "c0", undefined)).toBe("foreign");
    expect(classifyMovement(entry("mytool: Fix it"), undefined, ANN)).toBe("position");
  });
});

describe("foldReflog", () => {
  test("nothing moves nothing", () => {
    expect(foldReflog([], START, ANN, "main")).toEqual({ found: [], position: START });
  });

  test("gives one's own commits in order, each once, and what an amended one replaces", () => {
    const { found, position } = foldReflog(
      [
        entry("commit: one", "c1"),
        entry("commit (amend): one", "c2"),
        entry("checkout: moving from main to side", "c0"),
        entry("commit: three", "c3"),
        entry("checkout: moving from side to main", "c2"),
        entry("cherry-pick: three", "c3"),
        entry("commit: theirs", "c4", { authorEmail: BOB, committerEmail: BOB }),
      ],
      START,
      ANN,
      "main",
    );
    expect(found.map((one) => one.kind === "commit" && [one.own.commit.sha, one.own.replaces, one.own.branch])).toEqual(
      [
        ["c1", undefined, "main"],
        ["c2", "c1", "main"],
        ["c3", undefined, "side"],
      ],
    );
    expect(position).toEqual({ head: "c4", rewriting: undefined });
  });

  test("tells of what a rebase made at its end, also when it stops in between", () => {
    const first = foldReflog(
      [entry("rebase (start): checkout main", "b0"), entry("rebase (pick): one", "b1", { parents: ["b0"] })],
      START,
      ANN,
      undefined,
      true,
    );
    expect(first.found).toEqual([]);
    const then = foldReflog(
      [
        entry("commit: between", "b2", { parents: ["b1"] }),
        entry("rebase (continue): two", "b3", { parents: ["b2"] }),
        entry("rebase (squash): two and three", "b4", { parents: ["b2"] }),
        entry("rebase (pick): of Bob", "b5", { parents: ["b4"], authorEmail: BOB }),
        entry("rebase (continue) (finish): returning to refs/heads/side", "b5"),
        entry("commit: after", "b6"),
      ],
      first.position,
      ANN,
      "side",
    );
    expect(shown(then.found)).toEqual([
      ["b2", undefined],
      { left: "c0", end: "b5", ref: "refs/heads/side", made: [["b1", "b1", 0, true], ["b4", "b3", 1, true], ["b5", "b5", 0, false]] }, // prettier-ignore
      ["b6", undefined],
    ]);
    expect(then.position.rewriting).toBeUndefined();
  });

  test("tells nothing of a rebase that was aborted, but what was committed meanwhile", () => {
    const { found, position } = foldReflog(
      [
        entry("rebase (start): checkout main", "b0"),
        entry("rebase (pick): one", "b1", { parents: ["b0"] }),
        entry("commit: between", "b2", { parents: ["b1"] }),
        entry("rebase (abort): returning to refs/heads/side", "c0"),
      ],
      START,
      ANN,
      "side",
    );
    expect(shown(found)).toEqual([["b2", undefined]]);
    expect(position).toEqual(START);
  });

  test("a rebase of a detached HEAD is over when git is not at it any more, or begins another", () => {
    const began = [
      entry("rebase (start): checkout main", "b0"),
      entry("rebase (pick): one", "b1", { parents: ["b0"] }),
    ];
    const once = { left: "c0", end: "b1", made: [["b1", "b1", 0, true]] };
    const { found, position } = foldReflog(began, START, ANN, undefined, true);
    expect({ found, shown: shown(foldReflog([], position, ANN, undefined).found) }).toEqual({
      found: [],
      shown: [once],
    });
    const again = [...began, entry("rebase (start): checkout main", "d0")];
    expect(shown(foldReflog(again, START, ANN, undefined, true).found)).toEqual([once]);
  });

  test("an amended commit in a rebase is still the copy that it was", () => {
    const { found } = foldReflog(
      [
        entry("rebase (start): checkout main", "b0"),
        entry("rebase (pick): one", "b1", { parents: ["b0"] }),
        entry("commit (amend): one, better", "b2", { parents: ["b0"] }),
        entry("rebase (finish): returning to refs/heads/side", "b2"),
      ],
      START,
      ANN,
      "side",
    );
    expect(shown(found)).toEqual([{ left: "c0", end: "b2", ref: "refs/heads/side", made: [["b2", "b1", 0, true]] }]);
  });

  test("a rewrite without a beginning leaves where HEAD was", () => {
    const { found } = foldReflog([entry("reword: updating c0", "c9")], START, ANN, "main");
    expect(shown(found)).toEqual([{ left: "c0", end: "c9", made: [["c9", "c9", 0, true]] }]);
  });

  test("knows no branch where HEAD was detached", () => {
    const sha = "0123456789".repeat(4);
    const { found } = foldReflog(
      [entry("commit: one", "c1"), entry(`checkout: moving from ${sha} to main`, "c2"), entry("commit: two", "c3")],
      START,
      ANN,
      "main",
    );
    expect(found.map((one) => one.kind === "commit" && one.own.branch)).toEqual([undefined, "main"]);
  });
});

/** What was found, in short: `[sha, copy or changed, squashes, isOwn]` of each that a rebase made. */
function shown(found: readonly ReflogFinding[]): unknown {
  return found.map((one) =>
    one.kind === "commit"
      ? [one.own.commit.sha, one.own.replaces]
      : {
          ...one.rewrite,
          made: one.rewrite.made.map((made) => [
            made.commit.sha,
            made.copy?.sha ?? made.changed,
            made.squashes,
            made.isOwn,
          ]),
        },
  );
}
