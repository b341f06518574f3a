import assert from "node:assert/strict";
import { caseRefKey, type Case } from "../../src/domain/cases/case.ts";
import type { Ledger } from "../../src/domain/ledger.ts";

/** A commit that counts, and the key of the case that it counts for. */
export type Counted = readonly [sha: string, key: string | null];

/** What a ledger holds of commits, but for those that only mark a moment (`sentinel 7`). */
export class Evidence {
  /** By sha: what counts and is not replaced, as an approval would take it; null where it is on no case. */
  readonly standing: ReadonlyMap<string, string | null>;
  private readonly successors: ReadonlyMap<string, string>;

  constructor(ledger: Ledger, cases: readonly Case[]) {
    const commits = ledger.commits.all.filter(({ subject }) => !/^(sentinel \d+|base)$/.test(subject));
    const days = new Set(commits.map(({ day }) => day));
    const standing = new Map<string, string | null>();
    for (const { ref, key } of cases) {
      for (const day of days) {
        for (const { sha, subject } of ledger.findOpenCommits(ref, day).commits) {
          if (subject.startsWith("sentinel ")) continue;
          assert.ok(!standing.has(sha), `${subject} counts twice`);
          standing.set(sha, key);
        }
      }
    }
    const successors = new Map<string, string>();
    for (const { sha, replaces, squashed = [] } of commits) {
      for (const old of replaces === undefined ? [] : [replaces, ...squashed]) successors.set(old, sha);
    }
    for (const { sha, case: of } of commits) {
      if (of === null && ledger.commits.findFate(sha).kind === "here") standing.set(sha, null);
      assert.ok(of === null || cases.some(({ ref }) => caseRefKey(ref) === caseRefKey(of)), "an unknown case");
    }
    this.standing = standing;
    this.successors = successors;
  }

  /** What stands for a commit by now: itself where nothing replaced it. */
  successorOf(sha: string): string {
    let now = sha;
    for (let next = this.successors.get(now); next !== undefined; next = this.successors.get(now)) now = next;
    return now;
  }
}
