import fc from "fast-check";
import { expect, test } from "vitest";
import { CaseIndex, findUsualKeys } from "../../src/domain/cases/caseKey.ts";
import { caseRefKey, isSameCase, type Case } from "../../src/domain/cases/case.ts";
import { findMismatch, suggest, type CaseLookup, type CaseHints } from "../../src/domain/cases/suggestion.ts";
import { epochMs } from "../../src/base/time.ts";

const RUNS = { numRuns: 2_000 };

/** Few keys, so that several sources share them and signs name them; some differ by their letters or prefix only. */
const key = fc.constantFrom("ACME-1", "acme-1", "ACME-12", "BETA-2", "#5127", "RT#5127", "case/5127", "5127", "A_B-3");

const aCase: fc.Arbitrary<Case> = fc.record({
  ref: fc.record({ source: fc.constantFrom("one", "two"), id: fc.constantFrom("a", "b", "c", "d") }),
  key,
  title: fc.constant(""),
  customer: fc.constant({ id: "", name: "" }),
  status: fc.constantFrom("open", "open", "closed"),
});

const caseList = fc.uniqueArray(aCase, { selector: (one) => caseRefKey(one.ref), minLength: 1, maxLength: 8 });

const text = fc
  .array(fc.oneof(key, fc.constantFrom("/", "-", "_", "fix", "utf-8", "🔥", "\u202e"), fc.string({ maxLength: 5 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));

const instant = fc.integer({ min: 0, max: 20 }).map((minute) => epochMs(minute * 60_000));

function scene(): fc.Arbitrary<{ signs: CaseHints; cases: Case[]; picked: Case; pickedAt: CaseHints["branchSince"] }> {
  return caseList.chain((cases) => {
    const one = fc.constantFrom(...cases);
    const ref = fc.oneof(
      one.map((known) => known.ref),
      fc.constant({ source: "gone", id: "x" }),
    );
    return fc.record({
      cases: fc.constant(cases),
      picked: one,
      pickedAt: instant,
      signs: fc.record({
        branch: fc.option(text, { nil: undefined }),
        branchSince: instant,
        lastPickOnBranch: fc.option(ref, { nil: undefined }),
        trailers: fc.array(fc.record({ key, at: instant }), { maxLength: 4 }),
        remote: fc.option(text, { nil: undefined }),
        folderPicks: fc.uniqueArray(ref, { selector: caseRefKey, maxLength: 4 }),
      }),
    });
  });
}

function known(cases: readonly Case[]): CaseLookup {
  const byRef = new Map(cases.map((one) => [caseRefKey(one.ref), one]));
  return { index: new CaseIndex(cases), find: (ref) => byRef.get(caseRefKey(ref)), findKeys: findUsualKeys };
}

test("what is suggested is known, open and there once, and every reason comes after the stronger ones", () => {
  const order = ["branchPick", "branch", "commit", "remote", "folder"];
  fc.assert(
    fc.property(scene(), ({ signs, cases }) => {
      const found = suggest(signs, known(cases));
      const keys = found.map((one) => caseRefKey(one.case.ref));
      expect(new Set(keys).size).toBe(keys.length);
      for (const one of found) {
        expect(one.case.status).toBe("open");
        expect(cases).toContain(one.case);
      }
      const ranks = found.map(({ reason }) => order.indexOf(reason.kind));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }),
    RUNS,
  );
});

test("a mismatch is with another open case, suggested as well, and since no earlier than the pick", () => {
  fc.assert(
    fc.property(scene(), ({ signs, cases, picked, pickedAt }) => {
      const found = findMismatch({ case: picked, at: pickedAt }, signs, known(cases));
      if (found === undefined) return;
      const { suggestion, since } = found;
      expect(isSameCase(suggestion.case.ref, picked.ref)).toBe(false);
      expect(suggestion.case.status).toBe("open");
      expect(since).toBeGreaterThanOrEqual(pickedAt);
      expect(suggest(signs, known(cases)).map((one) => caseRefKey(one.case.ref))).toContain(
        caseRefKey(suggestion.case.ref),
      );
    }),
    RUNS,
  );
});

test("signs that name no known case change nothing", () => {
  const unknown = fc.constantFrom("utf-8", "NONE-404", "axios-1", "main", "Zürich-7", "9999", "");
  fc.assert(
    fc.property(scene(), unknown, instant, ({ signs, cases, picked, pickedAt }, word, at) => {
      const more: CaseHints = {
        ...signs,
        trailers: [...signs.trailers, { key: word, at }],
        ...(signs.branch === undefined ? {} : { branch: `${word}//${signs.branch}` }),
        remote: `${signs.remote ?? ""}//${word}`,
        folderPicks: [...signs.folderPicks, { source: "gone", id: word }],
      };
      const of = { case: picked, at: pickedAt };
      const told = (from: CaseHints): unknown => {
        const found = findMismatch(of, from, known(cases));
        return [
          suggest(from, known(cases)).map((one) => [caseRefKey(one.case.ref), one.reason.kind, one.since]),
          found && [caseRefKey(found.suggestion.case.ref), found.suggestion.reason.kind, found.since],
        ];
      };
      // A branch's beginning is a place of its own for a number.
      fc.pre(!/^\d/.test(signs.branch ?? "") && !/\d$/.test(signs.remote ?? ""));
      expect(told(more)).toEqual(told(signs));
    }),
    RUNS,
  );
});
