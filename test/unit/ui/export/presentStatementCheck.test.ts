import { describe, expect, it } from "vitest";
import { presentStatementCheck } from "../../../../src/ui/export/presentStatementCheck.ts";

describe("the check of a statement", () => {
  const lines = (
    figures: "intact" | "changed",
    text: "intact" | "changed" | "notCovered",
    differences: readonly string[] = [],
  ): readonly string[] => {
    const intact = figures === "intact" && text !== "changed";
    const check = { intact, figures, text, current: differences.length === 0, differences };
    return presentStatementCheck("/a/`b`.html", check).split("\n\n");
  };
  const changed = "**This file was changed after it was issued.**";

  it("says first whether the file is as it was made", () => {
    expect(lines("intact", "intact", ["x"]).slice(0, 3)).toEqual([
      "# Verify Statement",
      "`/a/'b'.html`",
      "This file is unchanged since it was issued.",
    ]);
    expect(lines("intact", "notCovered")[2]).toBe("Its figures are unchanged.");
    for (const [figures, text] of [
      ["intact", "changed"],
      ["changed", "intact"],
      ["changed", "changed"],
      ["changed", "notCovered"],
    ] as const) {
      expect(lines(figures, text)[2]).toBe(changed);
    }
  });

  it("says what of it was changed, and what the ledger says", () => {
    expect(lines("intact", "changed").slice(3)).toEqual([
      "Its text was changed: what it says is not what was issued.",
      "The figures it carries for this check, apart from its text, are unchanged.",
      "The ledger agrees with it.",
    ]);
    expect(lines("changed", "intact", ["x", "y"]).slice(3)).toEqual([
      "Its figures were changed: their checksum does not match.",
      "The ledger differs:",
      "- x\n- y",
    ]);
  });
});
