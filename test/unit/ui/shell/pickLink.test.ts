import { describe, expect, it } from "vitest";
import { readPickLink } from "../../../../src/ui/shell/pickLink.ts";

const read = (query: string, path = "/pick"): unknown => readPickLink({ path, query });

describe("a link that picks a case", () => {
  it.each<[string, unknown]>([
    ["case=ACME-1", { key: "ACME-1" }],
    ["case=ACME-1&source=s-1", { key: "ACME-1", source: "s-1" }],
    ["case=ACME-1&case=BETA-2", { key: "ACME-1" }],
    ["case=#5127", { key: "#5127" }],
    ["case=C++-12", { key: "C++-12" }],
    ["case=Case 7", { key: "Case 7" }],
    ["case=$(rm -rf);`x`", { key: "$(rm -rf);`x`" }],
    [`case=${"🔥".repeat(64)}`, { key: "🔥".repeat(64) }],
    ["case=ACME-1&__proto__=x", { key: "ACME-1" }],
  ])("%s is one", (query, link) => {
    expect(read(query)).toEqual(link);
  });

  it.each([
    "",
    "case=",
    "case= ",
    "case=ACME-1 ",
    "case=A\nB",
    "case=A\u202eB",
    `case=${"x".repeat(65)}`,
    "key=ACME-1",
    "source=s",
    "Case=ACME-1",
  ])("%j is none", (query) => {
    expect(read(query)).toBeUndefined();
  });

  it.each(["", "/", "/pick/", "/Pick", "/sync", "//pick", "/pick/../sync"])("none is at %j", (path) => {
    expect(read("case=ACME-1", path)).toBeUndefined();
  });
});
