import fs from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import ajvFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { readCases } from "../../../src/adapters/node/cases/caseReader.ts";

const text = fs.readFileSync(path.join(import.meta.dirname, "../../../media/cases.schema.json"), "utf8");
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false });
ajvFormats(ajv);
const isValid = ajv.compile(JSON.parse(text) as object);

/** Whether the schema takes a file with this one case, and whether the reader does. */
function verdicts(item: unknown): readonly [schema: boolean, reader: boolean] {
  const written: unknown = JSON.parse(JSON.stringify(item));
  const problems: string[] = [];
  readCases([written], "file", new Set(), problems);
  return [isValid({ cases: [written] }), problems.length === 0];
}

const contract = (rules: object): object => ({ key: "A-1", contract: rules });
const activity = (one: object): object => ({ key: "A-1", activities: [one] });

describe("the schema of case files", () => {
  it.each<[string, unknown]>([
    ["a key alone", { key: "ACME-1" }],
    ["one character", { key: "A" }],
    ["spaces inside", { key: "Case 7 of 9" }],
    ["other scripts", { key: "תיק-12" }],
    ["64 of another plane", { key: "🔥".repeat(64) }],
    ["shell characters", { key: "$(rm -rf);`x`'\"" }],
    [
      "all members",
      {
        id: "7",
        key: "#5127",
        title: "",
        status: "closed",
        customer: { id: "c", name: "" },
        url: "https://tracker.example/5127",
        activities: [{ id: "a", name: "Work", billable: false }],
        contract: {
          incrementSeconds: 900,
          rounding: "up",
          minimumSeconds: 0,
          budgetSeconds: 36_000,
          usedSeconds: 0,
          billable: true,
          idleSeconds: 1_800,
          agentTimeBillable: false,
        },
      },
    ],
    ["a customer's name", { key: "A-1", customer: "Acme" }],
    ["no customer", { key: "A-1", customer: "" }],
    ["nothing in lists", { key: "A-1", activities: [], contract: {} }],
    ["an id of 255", { key: "A-1", id: "x".repeat(255) }],
  ])("takes %s, as the reader does", (_name, item) => {
    expect(verdicts(item)).toEqual([true, true]);
  });

  it.each<[string, unknown]>([
    ["no key", {}],
    ["an empty key", { key: "" }],
    ["a key of a space", { key: " " }],
    ["a space before", { key: " A" }],
    ["a space behind", { key: "A " }],
    ["a space of another kind", { key: "A\u00a0" }],
    ["65 characters", { key: "x".repeat(65) }],
    ["a line end", { key: "A\nB" }],
    ["a tab", { key: "A\tB" }],
    ["a control character", { key: "A\u0007B" }],
    ["a direction mark", { key: "A\u202eB" }],
    ["no width", { key: "A\u200bB" }],
    ["a line separator", { key: "A\u2028B" }],
    ["half a character", { key: "A\ud83d" }],
    ["a number as key", { key: 1 }],
    ["an empty id", { key: "A", id: "" }],
    ["an id of 256", { key: "A", id: "x".repeat(256) }],
    ["a number as id", { key: "A", id: 7 }],
    ["a null title", { key: "A", title: null }],
    ["a status of another kind", { key: "A", status: "done" }],
    ["a customer without a name", { key: "A", customer: { id: "c" } }],
    ["a customer that is a number", { key: "A", customer: 7 }],
    ["an address that is a number", { key: "A", url: 7 }],
    ["an activity without a name", activity({ id: "a" })],
    ["an activity with an empty id", activity({ id: "", name: "x" })],
    ["an activity with a long id", activity({ id: "x".repeat(256), name: "x" })],
    ["an activity that may be billable", activity({ id: "a", name: "x", billable: "yes" })],
    ["activities that are no list", { key: "A", activities: {} }],
    ["a contract that is text", { key: "A", contract: "none" }],
    ["steps of nothing", contract({ incrementSeconds: 0 })],
    ["half seconds", contract({ budgetSeconds: 0.5 })],
    ["less than nothing", contract({ usedSeconds: -1 })],
    ["a minimum as text", contract({ minimumSeconds: "60" })],
    ["a rounding of another kind", contract({ rounding: "bankers" })],
    ["an idle timeout of more than half an hour", contract({ idleSeconds: 1_801 })],
    ["a billable that is a number", contract({ billable: 1 })],
    ["a text", "A-1"],
    ["a number", 1],
    ["null", null],
    ["a list", []],
  ])("refuses %s, as the reader does", (_name, item) => {
    expect(verdicts(item)).toEqual([false, false]);
  });

  it("is stricter where a person has mistyped: what the reader does not know it passes over", () => {
    expect(verdicts({ key: "A-1", titel: "x" })).toEqual([false, true]);
    expect(verdicts(contract({ budget: 3_600 }))).toEqual([false, true]);
    expect(verdicts({ key: "A-1", url: "no address" })).toEqual([false, true]);
  });

  it("wants an object with a list, and lets it name its schema", () => {
    expect(isValid({ $schema: "./cases.schema.json", cases: [] })).toBe(true);
    expect({ list: isValid([]), empty: isValid({}), noList: isValid({ cases: {} }), nothing: isValid(null) }).toEqual({
      list: false,
      empty: false,
      noList: false,
      nothing: false,
    });
  });
});
