import { describe, expect, it } from "vitest";
import { epochMs } from "../../../src/base/time.ts";
import { parseBillingUrl } from "../../../src/domain/entries/billingUrl.ts";
import { caseRefKey, isSameCase, parseCaseKey } from "../../../src/domain/cases/case.ts";
import { assertNever, CaseclockError, toErrorMessage } from "../../../src/domain/errors.ts";
import { mergeHeartbeats } from "../../../src/domain/capture/heartbeat.ts";
import { intersect, subtract, total, union, type Interval } from "../../../src/domain/capture/interval.ts";
import { aRow, at, OTHER_TREE } from "../../support/builders.ts";

describe("a case key", () => {
  it.each([
    "A",
    "ACME-1234",
    "#5127",
    "Fall 12",
    "Ünïcode-1",
    "日本-1",
    "\u{1F680}".repeat(64),
    'a"b$(c)`d',
    "x".repeat(64),
  ])("%j can be used", (key) => {
    expect(parseCaseKey(key)).toBe(key);
  });
  it.each([
    ["nothing", ""],
    ["65 characters", "x".repeat(65)],
    ["a space before", " A"],
    ["a space after", "A "],
    ["a no-break space after", "A\u00a0"],
    ["a line end inside", "A\nB"],
    ["a carriage return", "A\rB"],
    ["a tab", "A\tB"],
    ["a NUL", "A\0B"],
    ["a line separator", "A\u2028B"],
    ["a paragraph separator", "A\u2029B"],
    ["a right-to-left override", "A\u202eB"],
    ["a zero width space", "A\u200bB"],
    ["half a surrogate pair", "A\ud800B"],
    ["C1 controls", "A\u0085B"],
  ])("%s cannot", (_name, key) => {
    expect(parseCaseKey(key)).toBeUndefined();
  });
});

describe("two cases", () => {
  const one = { source: "s", id: "1" };
  it.each([
    [one, { source: "s", id: "1" }, true],
    [one, { source: "t", id: "1" }, false],
    [one, { source: "s", id: "2" }, false],
    [one, null, false],
    [undefined, one, false],
    [null, undefined, true],
    [null, null, true],
  ])("%j and %j are the same: %s", (a, b, expected) => {
    expect(isSameCase(a, b)).toBe(expected);
  });

  it("have keys as different as themselves", () => {
    expect(caseRefKey({ source: "a", id: "b" })).toBe(caseRefKey({ source: "a", id: "b" }));
    expect(caseRefKey({ source: "ab", id: "" })).not.toBe(caseRefKey({ source: "a", id: "b" }));
    expect(caseRefKey(null)).not.toBe(caseRefKey({ source: "", id: "" }));
  });
});

describe("the address of a billing system", () => {
  it.each([
    ["https://b.example", "https://b.example"],
    [" https://B.example:443/api/v1// ", "https://b.example/api/v1"],
    ["https://b.example/api?x=1#y", "https://b.example/api"],
    ["http://localhost:8080/", "http://localhost:8080"],
    ["http://127.0.0.1", "http://127.0.0.1"],
    ["http://127.8.9.1:1", "http://127.8.9.1:1"],
    ["http://[::1]:8080/x", "http://[::1]:8080/x"],
  ])("%s is %s", (text, expected) => {
    expect(parseBillingUrl(text)).toBe(expected);
    expect(parseBillingUrl(expected)).toBe(expected);
  });

  it.each([
    ["", "billing.urlInvalid"],
    ["billing.example", "billing.urlInvalid"],
    ["ftp://b.example", "billing.urlInvalid"],
    ["file:///etc", "billing.urlInvalid"],
    ["javascript:alert(1)", "billing.urlInvalid"],
    ["https://ann:secret@b.example", "billing.urlInvalid"],
    ["https://ann@b.example", "billing.urlInvalid"],
    ["https://:secret@b.example", "billing.urlInvalid"],
    ["http://b.example", "billing.insecureUrl"],
    ["http://127.0.0.1.evil.example", "billing.insecureUrl"],
    ["http://localhost.evil.example", "billing.insecureUrl"],
    ["http://192.168.0.1", "billing.insecureUrl"],
    ["http://0.0.0.0", "billing.insecureUrl"],
  ])("%j is refused", (text, code) => {
    expect(() => parseBillingUrl(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it("never shows a password", () => {
    try {
      parseBillingUrl("https://ann:hunter2@b.example");
    } catch (error) {
      expect(toErrorMessage(error)).not.toContain("hunter2");
      return;
    }
    expect.unreachable();
  });
});

describe("an error", () => {
  it("is told by its code, also across bundles, and keeps its cause", () => {
    const cause = new Error("disk");
    const error = new CaseclockError("ledger.full", "no room", { cause });
    expect(CaseclockError.is(error)).toBe(true);
    expect(CaseclockError.is(error, "ledger.busy", "ledger.full")).toBe(true);
    expect(CaseclockError.is(error, "ledger.busy")).toBe(false);
    expect(CaseclockError.is(new Error("ledger.full"))).toBe(false);
    expect(CaseclockError.is("ledger.full")).toBe(false);
    expect(error.cause).toBe(cause);
    const elsewhere = Object.assign(new Error("x"), { [Symbol.for("caseclock.error")]: true, code: "ledger.full" });
    expect(CaseclockError.is(elsewhere, "ledger.full")).toBe(true);
  });

  it("has a text whatever was thrown", () => {
    expect({
      ofError: toErrorMessage(new Error("a")),
      ofText: toErrorMessage("b"),
      ofNothing: toErrorMessage(undefined),
    }).toEqual({ ofError: "a", ofText: "b", ofNothing: "undefined" });
    expect(() => assertNever("x" as never)).toThrow('"x"');
  });
});

describe("intervals", () => {
  /** From a drawing: `#` is inside, one second a character. */
  const drawn = (picture: string): readonly Interval[] =>
    [...picture.matchAll(/#+/g)].map((run) => ({
      start: epochMs(run.index * 1000),
      end: epochMs((run.index + run[0].length) * 1000),
    }));
  const one = (picture: string): Interval => drawn(picture)[0] ?? { start: epochMs(0), end: epochMs(0) };

  it.each([
    ["####....", "..####..", "..##...."],
    ["####....", "....####", ""],
    ["########", "..##....", "..##...."],
    ["##......", "....##..", ""],
  ])("%s and %s have %j in common", (a, b, expected) => {
    expect(intersect(one(a), one(b))).toEqual(drawn(expected)[0]);
    expect(intersect(one(b), one(a))).toEqual(drawn(expected)[0]);
  });

  it.each([
    [["##......", "..##....", "......##"], "####..##"],
    [["######..", "..##...."], "######.."],
    [["....##..", "##......"], "##..##.."],
    [[], ""],
  ])("%j together are %j", (list, expected) => {
    expect(union(list.map(one))).toEqual(drawn(expected));
  });

  it.each([
    ["..#####.", "...##...#", "..#..##."],
    ["..####..", "", "..####.."],
    ["..####..", "########", ""],
    ["..####..", "..####..", ""],
    ["..####..", "##....##", "..####.."],
    ["..####..", "###..###", "...##..."],
  ])("%s less %j is %j", (from, taken, expected) => {
    expect(subtract(one(from), drawn(taken))).toEqual(drawn(expected));
  });

  it("have no length when they end before they begin", () => {
    const backwards = { start: epochMs(5_000), end: epochMs(1_000) };
    expect(total([backwards, one("###")])).toBe(3);
    expect(union([backwards])).toEqual([]);
    expect(total([one("###"), one("###")])).toBe(6);
  });
});

describe("heartbeats", () => {
  it("are the first and last of each row, in order of time, window and tree; agents' stand apart", () => {
    const rows = [
      aRow("09:00:02", "09:00:04", { windowId: "b" }),
      aRow("09:00:02", "09:00:02", { windowId: "a", tree: OTHER_TREE }),
      aRow("09:00:01", "09:00:01", { windowId: "c" }),
      aRow("09:00:00", "09:00:09", { agent: true }),
    ];
    const seen = mergeHeartbeats(rows).map(({ at: instant, windowId }) => [instant, windowId]);
    expect(seen).toEqual([
      [at("09:00:01"), "c"],
      [at("09:00:02"), "a"],
      [at("09:00:02"), "b"],
      [at("09:00:04"), "b"],
    ]);
    expect(mergeHeartbeats([...rows].reverse())).toEqual(mergeHeartbeats(rows));
    expect(mergeHeartbeats(rows, "agent").map((beat) => beat.at)).toEqual([at("09:00:00"), at("09:00:09")]);
  });
});
