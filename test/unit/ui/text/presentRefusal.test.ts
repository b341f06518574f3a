import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { presentRefused, wordsOf } from "../../../../src/ui/text/presentRefusal.ts";

/** What the timesheet calls, and what it is refused by. */
const CALLED = ["billing/correctEntry", "edits/declareTime", "edits/draftEdits", "edits/strikes"];

describe("a refusal in the timesheet", () => {
  it("has words for each message that a person's own figures can give", () => {
    const messages = CALLED.flatMap((name) => {
      const source = fs.readFileSync(new URL(`../../../../src/app/${name}.ts`, import.meta.url), "utf8");
      return [...source.matchAll(/"arguments\.invalid",\s*(["`])(.*?)\1/g)].map(([, , text = ""]) => text);
    });
    expect(messages.length).toBeGreaterThan(15);
    const sayable = messages
      .map((text) => text.replaceAll("${whole}", "60").replaceAll(/\$\{[^}]+\}/g, "X"))
      .filter((text) => !text.startsWith("there is no "));
    expect(sayable.filter((text) => wordsOf(text) === undefined)).toEqual([]);
  });

  it("is a sentence, and says that nothing was changed", () => {
    expect(presentRefused("this time is not over yet")).toBe("This time is not over yet. Nothing was changed.");
    expect(presentRefused("ACME-1 has no activity 7")).toBe("ACME-1 has no such activity. Nothing was changed.");
    expect(presentRefused("the clock was set back to before the timer began")).toBe(
      "The clock was set back to before the timer began, so the timer runs on. Nothing was changed.",
    );
    expect(presentRefused("something new")).toBe("Something new. Nothing was changed.");
  });
});
