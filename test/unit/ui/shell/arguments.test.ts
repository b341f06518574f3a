import { describe, expect, it } from "vitest";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import {
  checkOrder,
  readChoice,
  readDay,
  readFlag,
  readInstant,
  readNamedTexts,
  readSeconds,
  readText,
  readTexts,
} from "../../../../src/ui/shell/arguments.ts";
import { at, day, UTC } from "../../../support/builders.ts";

const TODAY = day("2026-03-10");

/** What a reader refuses a value with; "nothing" where it takes it. */
function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return CaseclockError.is(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return "nothing";
}

/** Values of every type, by name. */
const VALUES = {
  text: "soon",
  empty: "",
  number: 5,
  "no number": Number.NaN,
  "no finite number": Number.POSITIVE_INFINITY,
  true: true,
  null: null,
  object: { a: "b" },
  "object of numbers": { a: 1 },
  list: ["a", "b"],
  "empty list": [],
  "list of numbers": [1],
  "list of texts and others": ["a", null],
  function: () => "a",
  symbol: Symbol("a"),
} as const;

type Kind = keyof typeof VALUES;

const keepOf = (name: string, value: unknown) => readChoice(name, value, ["declared", "captured"]);
const instantOf = (name: string, value: unknown) => readInstant(name, value, TODAY, UTC);

describe("a member of an argument", () => {
  it.each<[string, (name: string, value: unknown) => unknown, readonly Kind[], string]>([
    ["text", readText, ["text", "empty"], "text"],
    ["texts", readTexts, ["list", "empty list"], "a list of texts"],
    ["named texts", readNamedTexts, ["object"], "texts by their names"],
    ["a flag", readFlag, ["true"], "true or false"],
    ["seconds", readSeconds, ["number"], "a number"],
    ["a day", readDay, [], "YYYY-MM-DD"],
    ["a choice", keepOf, [], "declared or captured"],
    ["an instant", instantOf, [], "HH:MM or RFC 3339"],
  ])("that should be %s is taken as it is, or refused by its name", (_, read, taken, form) => {
    for (const [kind, value] of Object.entries(VALUES)) {
      const isTaken = taken.some((one) => one === kind);
      expect({ kind, refusal: refusalOf(() => read("member", value)) }).toEqual({
        kind,
        refusal: isTaken ? "nothing" : `arguments.invalid: member must be ${form}`,
      });
      if (isTaken) expect(read("member", value)).toBe(value);
    }
  });

  it("may be absent, but for an instant", () => {
    const readers = [readText, readTexts, readNamedTexts, readFlag, readSeconds, readDay, keepOf];
    expect(readers.map((read) => read("member", undefined))).toEqual(readers.map(() => undefined));
    expect(refusalOf(() => instantOf("from", undefined))).toBe("arguments.invalid: from must be HH:MM or RFC 3339");
  });

  it("names a day that there is", () => {
    expect(readDay("date", "2026-03-09")).toBe("2026-03-09");
    for (const wrong of ["2026-02-30", "2026-3-9", "2026-03-09T00:00", " 2026-03-09", "yesterday"]) {
      expect(refusalOf(() => readDay("date", wrong))).toBe("arguments.invalid: date must be YYYY-MM-DD");
    }
  });

  it("names an instant, by the clock of a day or by itself", () => {
    expect(readInstant("from", "09:30", TODAY, UTC)).toBe(at("09:30"));
    expect(readInstant("from", " 09:30 ", TODAY, UTC)).toBe(at("09:30"));
    expect(readInstant("from", "2026-03-10T10:30:00+01:00", TODAY, UTC)).toBe(at("09:30"));
    for (const wrong of ["9", "24:01", "2026-03-10T10:30:00"]) {
      expect(refusalOf(() => instantOf("from", wrong))).toMatch(/^arguments.invalid: from/);
    }
  });

  it("is one of the words that there are", () => {
    expect(keepOf("keep", "captured")).toBe("captured");
    expect(refusalOf(() => keepOf("keep", "both"))).toBe("arguments.invalid: keep must be declared or captured");
  });
});

describe("two days", () => {
  it("are in order, or the same", () => {
    const order = (from: string, to: string) =>
      refusalOf(() => {
        checkOrder(day(from), day(to));
      });
    expect(order("2026-03-09", "2026-03-10")).toBe("nothing");
    expect(order("2026-03-09", "2026-03-09")).toBe("nothing");
    expect(order("2026-03-10", "2026-03-09")).toBe("arguments.invalid: from must not be after to");
  });
});
