import { describe, expect, it } from "vitest";
import { seconds } from "../../../../src/base/time.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import { describeCase, escapeMarkdown } from "../../../../src/ui/cases/caseDetails.ts";
import { aCase } from "../../../support/builders.ts";

const NO_FACTS = { hours: undefined, isGone: false };

/** The rows of the table, by name. */
function rowsOf(page: string): ReadonlyMap<string, string> {
  const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| |"));
  return new Map(rows.map((line) => [line.split(" | ")[0]?.slice(2) ?? "", line.split(" | ")[1]?.slice(0, -2) ?? ""]));
}

describe("the page of a case", () => {
  it("says what is known and leaves out the rest", () => {
    const bare = describeCase({ ...aCase("ACME"), customer: { id: "", name: "" } }, NO_FACTS);
    expect([...rowsOf(bare)]).toEqual([
      ["---", "---"],
      ["Status", "open"],
    ]);
    expect(bare).toMatch(/^# ACME\n\nTitle of ACME\n\n\| \| \|\n/);
    expect(bare).not.toContain("no longer");
  });

  it("says how time is counted and how the hours stand", () => {
    const full: Case = {
      ...aCase("ACME", {
        incrementSeconds: 900,
        rounding: "up",
        minimumSeconds: 1_800,
        idleSeconds: 600,
        billable: false,
        agentTimeBillable: true,
        budgetSeconds: 36_000,
      }),
      status: "closed",
      activities: [
        { id: "a", name: "Work" },
        { id: "b", name: "Travel" },
      ],
    };
    const hours = { budgetSeconds: seconds(36_000), usedSeconds: seconds(39_600), leftSeconds: -3_600 };
    expect(Object.fromEntries(rowsOf(describeCase(full, { hours, isGone: true })))).toMatchObject({
      Customer: "Customer",
      Status: "closed",
      Activities: "Work, Travel",
      Billable: "no",
      Increment: "15 min 00 s",
      Rounding: "up",
      "Minimum on a day with work": "30 min 00 s",
      "Idle timeout for this case": "10 min 00 s",
      "Agent time is billed": "yes",
      "Hours bought": "10&#58;00 h",
      "Hours used, including unsent time": "11&#58;00 h",
      "Hours left": "0&#58;00 h",
    });
    expect(describeCase(full, { hours, isGone: true })).toContain("> The source no longer lists this case.");
  });

  it.each([
    ["a command link", "[x](command:workbench.action.quit)"],
    ["an address", "https://evil.example/?a=b"],
    ["a mail address", "a@evil.example"],
    ["an autolink", "<https://evil.example>"],
    ["a picture", "![x](https://evil.example/x.png)"],
    ["HTML", '<img src=x onerror="alert(1)"><script>'],
    ["an entity", "&lt;script&gt; &#60;b&#62;"],
    ["an icon", "$(trash)"],
    ["a heading", "# x"],
    ["a rule", "- - -"],
    ["another cell", "a | b | c"],
    ["a list", "1. x"],
    ["code", "`x` ~~~ y"],
    ["a definition", "[x]: https://evil.example"],
    ["a formula", "$x^2$"],
    ["an escape", "\\[x\\]"],
  ])("does nothing with %s in any of its texts", (_name, text) => {
    const hostile: Case = {
      ...aCase("ACME"),
      key: text,
      title: text,
      customer: { id: "c", name: text },
      url: text,
      activities: [{ id: "a", name: text }],
    };
    const page = describeCase(hostile, NO_FACTS);
    expect(page).not.toContain(text);
    const own = page.replaceAll(escapeMarkdown(text), "");
    // What is left is what the page of any case has: nothing of the text came through.
    expect(own).toBe(
      [
        "# ",
        "",
        ["| | |", "| --- | --- |", "| Customer |  |", "| Status | open |", "| Web page |  |", "| Activities |  |"].join(
          "\n",
        ),
        "",
      ].join("\n\n"),
    );
    expect(escapeMarkdown(text).replaceAll(/&#\d+;/g, "")).toMatch(/^[\p{L}\p{N},;? ]*$/u);
  });

  it("joins lines and cuts what no person reads", () => {
    expect(escapeMarkdown("a\r\n\n# b\tc")).toBe("a &#35; b c");
    expect(escapeMarkdown("x".repeat(1_000_000))).toHaveLength(2_000);
    expect(escapeMarkdown("🔥 תיק")).toBe("🔥 תיק");
  });
});
