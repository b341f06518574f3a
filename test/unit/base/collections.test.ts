import { describe, expect, it } from "vitest";
import { appendTo, compareTexts } from "../../../src/base/collections.ts";

describe("texts", () => {
  it("are ordered by their units, whatever the language", () => {
    expect(["ä", "b", "a", "B", ""].toSorted(compareTexts)).toEqual(["", "B", "a", "b", "ä"]);
  });

  it("that are the same stay in their order", () => {
    expect(compareTexts("2026-11-25", "2026-11-25")).toBe(0);
  });
});

describe("lists of a map", () => {
  it("begin with the first value and keep the order of what comes after", () => {
    const lists = new Map<string, number[]>();
    appendTo(lists, "a", 1);
    appendTo(lists, "b", 2);
    appendTo(lists, "a", 3);
    expect(lists).toEqual(
      new Map([
        ["a", [1, 3]],
        ["b", [2]],
      ]),
    );
  });
});
