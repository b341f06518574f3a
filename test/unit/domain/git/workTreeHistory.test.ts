import { describe, expect, it } from "vitest";
import { WorkTreeHistory } from "../../../../src/domain/git/workTreeHistory.ts";
import { aCase, at, OTHER_TREE, TREE } from "../../../support/builders.ts";

const ACME = aCase("ACME-1");
const BETA = aCase("BETA-2");

describe("the book of work trees", () => {
  it("knows nothing of a tree that it never heard of, and asking does not change that", () => {
    const book = new WorkTreeHistory();
    expect({
      checkedOut: book.checkedOut(TREE),
      pickedAt: book.pickedAt(TREE),
      lastPickOn: book.lastPickOn(TREE, "main"),
    }).toEqual({ checkedOut: undefined, pickedAt: undefined, lastPickOn: undefined });
    expect(book.listPicks(TREE)).toEqual([]);
    expect(book.isKept(TREE, ACME.ref, BETA.ref)).toBe(false);
  });

  it("keeps each tree for itself", () => {
    const book = new WorkTreeHistory();
    book.checkOut(TREE, at("09:00"), "main");
    book.pick(TREE, at("09:01"), ACME);
    book.keep(TREE, ACME.ref, BETA.ref);
    expect({
      checkedOut: book.checkedOut(OTHER_TREE),
      pickedAt: book.pickedAt(OTHER_TREE),
      picks: book.listPicks(OTHER_TREE),
      lastPickOn: book.lastPickOn(OTHER_TREE, "main"),
      isKept: book.isKept(OTHER_TREE, ACME.ref, BETA.ref),
    }).toEqual({ checkedOut: undefined, pickedAt: undefined, picks: [], lastPickOn: undefined, isKept: false });
  });

  it("has a branch since it was seen first, whoever sees it again", () => {
    const book = new WorkTreeHistory();
    book.checkOut(TREE, at("09:00"), "main");
    book.checkOut(TREE, at("09:30"), "main");
    expect(book.checkedOut(TREE)).toEqual({ branch: "main", since: at("09:00") });
    book.checkOut(TREE, at("10:00"), undefined);
    book.checkOut(TREE, at("10:01"), undefined);
    expect(book.checkedOut(TREE)).toEqual({ branch: undefined, since: at("10:00") });
    book.checkOut(TREE, at("11:00"), "main");
    expect(book.checkedOut(TREE)).toEqual({ branch: "main", since: at("11:00") });
  });

  it("has a pick since it was made, not since its snapshot changed", () => {
    const book = new WorkTreeHistory();
    book.pick(TREE, at("09:00"), ACME);
    book.pick(TREE, at("09:30"), { ...ACME, title: "New title" });
    expect(book.pickedAt(TREE)).toBe(at("09:00"));
    book.pick(TREE, at("10:00"), BETA);
    expect(book.pickedAt(TREE)).toBe(at("10:00"));
    book.pick(TREE, at("10:30"), null);
    expect(book.pickedAt(TREE)).toBeUndefined();
    book.pick(TREE, at("11:00"), BETA);
    expect(book.pickedAt(TREE)).toBe(at("11:00"));
  });

  it("has the picks of a tree, the latest first, each once, also those that were cleared", () => {
    const book = new WorkTreeHistory();
    for (const one of [ACME, BETA, ACME, null]) book.pick(TREE, at("09:00"), one);
    expect(book.listPicks(TREE)).toEqual([ACME.ref, BETA.ref]);
  });

  it("knows the last pick on each branch, and none of what was picked on no branch", () => {
    const book = new WorkTreeHistory();
    book.pick(TREE, at("08:00"), BETA);
    book.checkOut(TREE, at("09:00"), "main");
    expect(book.lastPickOn(TREE, "main")).toBeUndefined();
    book.pick(TREE, at("09:01"), ACME);
    book.checkOut(TREE, at("09:02"), "__proto__");
    book.pick(TREE, at("09:03"), BETA);
    book.checkOut(TREE, at("09:04"), undefined);
    book.pick(TREE, at("09:05"), ACME);
    book.pick(TREE, at("09:06"), null);
    expect({ main: book.lastPickOn(TREE, "main"), proto: book.lastPickOn(TREE, "__proto__") }).toEqual({
      main: ACME.ref,
      proto: BETA.ref,
    });
    book.checkOut(TREE, at("09:07"), "main");
    book.pick(TREE, at("09:08"), null);
    expect(book.lastPickOn(TREE, "main")).toEqual(ACME.ref);
  });

  it("knows between which two cases the person has decided, in that direction alone", () => {
    const book = new WorkTreeHistory();
    book.keep(TREE, ACME.ref, BETA.ref);
    book.keep(TREE, ACME.ref, BETA.ref);
    expect(book.isKept(TREE, ACME.ref, BETA.ref)).toBe(true);
    expect(book.isKept(TREE, BETA.ref, ACME.ref)).toBe(false);
    expect(book.isKept(TREE, { ...ACME.ref, source: "other" }, BETA.ref)).toBe(false);
  });
});
