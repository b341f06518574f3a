import { describe, expect, it } from "vitest";
import { parseLocalDate } from "../../../../src/base/time.ts";
import {
  cleanSubject,
  DEFAULT_TEMPLATE,
  draftDescription,
  isTemplate,
  type Work,
} from "../../../../src/domain/entries/description.ts";
import { aCase, must } from "../../../support/builders.ts";
import type { CommitEvidence, Share } from "../../../../src/domain/log/approvedEntry.ts";

const commit = (subject: string, more: Partial<CommitEvidence> = {}): CommitEvidence => ({
  sha: "a".repeat(40),
  subject,
  repository: "alpha",
  ...more,
});
const about = (commits: readonly CommitEvidence[], more: Partial<Work> = {}): Work => ({
  case: aCase("ACME-1"),
  day: must(parseLocalDate("2026-03-10")),
  commits,
  reasons: [],
  ...more,
});
const draft = (work: Work, share: Share = "commits", descriptionTemplate: string = DEFAULT_TEMPLATE): string =>
  draftDescription(work, { share, descriptionTemplate });

describe("a drafted description", () => {
  it.each([
    ["subjects, each once", "Fix A; Fix B", [commit("Fix A"), commit("Fix B "), commit("Fix A")], "commits" as const],
    ["the title without commits", "Title of ACME-1", [], "commits" as const],
    ["the title where commits stay here", "Title of ACME-1", [commit("Fix A")], "none" as const],
    ["no empty subjects", "Fix A", [commit(" "), commit("Fix A")], "full" as const],
    ["the title when all subjects are empty", "Title of ACME-1", [commit("")], "full" as const],
    [
      "one for a commit and its fixups",
      "Read files",
      ["Read files", "fixup! Read files", "squash! fixup! Read files"].map((s) => commit(s)),
      "full" as const,
    ],
    ["what a fixup is for, when that is not there", "Read files", [commit("fixup! feat: read files")], "full" as const],
    [
      "nothing that says nothing",
      "Fix A",
      ["WIP", "Fix A", "...", "Merge branch 'main' into x"].map((s) => commit(s)),
      "full" as const,
    ],
    ["what there is, when nothing says more", "WIP", [commit("WIP"), commit("wip".toUpperCase())], "full" as const],
  ])("is %s", (_name, expected, commits, share) => {
    expect(draft(about(commits), share)).toBe(expected);
  });

  it("has the reasons of declared time after the commits, also where commits stay here", () => {
    const work = about([commit("Fix A")], { reasons: ["Call with Ann", "Call with Ann"] });
    expect({ withCommits: draft(work), withoutCommits: draft(work, "none") }).toEqual({
      withCommits: "Fix A; Call with Ann",
      withoutCommits: "Call with Ann",
    });
  });

  it("is the key of a case without a title", () => {
    expect(draft(about([], { case: { ...aCase("ACME-1"), title: "" } }))).toBe("ACME-1");
  });

  it("is cut at 500 characters and never within one", () => {
    const long = draft(about([commit("\u{1F680}".repeat(501))]));
    expect(Array.from(long)).toHaveLength(500);
    expect(long.endsWith("\u{1F680}…")).toBe(true);
    expect(draft(about([commit("x".repeat(500))]))).toBe("x".repeat(500));
  });
});

describe("a subject", () => {
  it.each([
    ["feat(import)!: read large files", "Read large files"],
    ["fix: Timeout.", "Timeout"],
    ["ACME-1: fix the timeout", "Fix the timeout"],
    ["[acme-1] fix: the timeout", "The timeout"],
    ["fix: ACME-1 – the timeout", "The timeout"],
    ["ACME-12: of another case", "ACME-12: of another case"],
    ["OTHER-1: named", "OTHER-1: named"],
    ["feat:", "feat:"],
    ["ACME-1", "ACME-1"],
    ["features: none of those", "features: none of those"],
    ["And so on...", "And so on..."],
    ["amend! docs: the table", "The table"],
  ])("%s reads %s", (subject, expected) => {
    expect(cleanSubject(subject, "ACME-1")).toBe(expected);
  });

  it("may begin with a key that means something in a pattern", () => {
    expect(cleanSubject("(a+)+$: fix it", "(a+)+$")).toBe("Fix it");
  });
});

describe("a template", () => {
  const commits = [commit("Fix A", { branch: "topic" }), commit("Fix B", { sha: "b".repeat(40), branch: "topic" })];

  it.each([
    ["{key} {title}: {work}", "full" as const, "ACME-1 Title of ACME-1: Fix A; Fix B"],
    ["{date} {customer} {work}", "commits" as const, "2026-03-10 Customer Fix A; Fix B"],
    ["{work} ({branches}; {commits})", "full" as const, "Fix A; Fix B (topic; aaaaaaaaaa, bbbbbbbbbb)"],
    ["{work} ({branches})", "commits" as const, "Fix A; Fix B ()"],
    ["{branches}", "commits" as const, "Fix A; Fix B"],
    ["  as agreed  ", "full" as const, "as agreed"],
  ])("%s with %s", (template, share, expected) => {
    const known = aCase("ACME-1");
    const work = about(commits, { case: { ...known, customer: { ...known.customer, name: "Customer" } } });
    expect(draft(work, share, template)).toBe(expected);
  });

  it("puts nothing of the values in place of another placeholder", () => {
    expect(draft(about([commit("Use {key} and $& here")]), "full", "{work}")).toBe("Use {key} and $& here");
  });

  it.each([
    ["{work}", true],
    ["{key} – {work}", true],
    ["no placeholder", true],
    ["{works}", false],
    ["{}", false],
    ["", false],
    ["  ", false],
    ["x".repeat(301), false],
  ])("%s can be used: %s", (template, usable) => {
    expect(isTemplate(template)).toBe(usable);
  });
});
