import { describe, expect, it } from "vitest";
import { findEntryEvidence } from "../../../../src/app/export/entryEvidence.ts";
import { replay } from "../../../../src/domain/ledger.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import type { VerifyReport } from "../../../../src/ports/commands.ts";
import { presentVerify } from "../../../../src/ui/export/presentVerify.ts";
import { aLog, anEntry, anEvent, TREE, UTC } from "../../../support/builders.ts";

const REPORT: VerifyReport = {
  observed: 600,
  bridged: 0,
  declared: 0,
  agent: 0,
  assigned: 600,
  unassigned: 0,
  approved: 600,
  pushed: 600,
  receipted: 600,
  overlapSeconds: 0,
  lostSeconds: 0,
  driftSeconds: 0,
};
const commitOf = (letter: string, subject: string) => ({ sha: letter.repeat(40), subject, repository: "r" });
const kept = commitOf("a", "Kept");
const old = commitOf("b", "Read | in `chunks`");
const now = commitOf("c", "Read in chunks");
const lost = commitOf("d", "Lost");
const seen = (commit: typeof kept, more: object = {}): EventBody => ({
  kind: "commit",
  tree: TREE,
  commit,
  case: anEntry("e").case.ref,
  ...more,
});

function page(report: Partial<VerifyReport>, ...bodies: readonly EventBody[]): string {
  const events = bodies.map((body, index) => anEvent(`e${String(index)}`, body, `${String(10 + index)}:00`));
  return presentVerify(
    { ...REPORT, ...report },
    findEntryEvidence(replay(aLog(...events), { idleTimeoutSeconds: 300, zone: UTC })),
  );
}

describe("the page of Verify", () => {
  it("says first whether every second is counted once", () => {
    expect(page({})).toContain("Every second is counted once, and none is lost.");
    expect(page({ lostSeconds: 1 })).toContain("do not agree");
    expect(page({ overlapSeconds: 1 })).toContain("do not agree");
  });

  it("says nothing of commits where no entry has any", () => {
    expect(page({})).not.toContain("Commits");
  });

  it("shows which commits of approved entries stand as approved, were rewritten, or are gone", () => {
    const text = page(
      {},
      seen(kept),
      seen(old),
      seen(lost),
      { kind: "approved", entry: anEntry("e", { commits: [kept, old, lost] }) },
      seen(now, { replaces: old.sha, rewritten: true }),
      { kind: "commitFates", tree: TREE, fates: [{ sha: lost.sha, now: null }] },
    );
    expect(text).toContain("3 commits: 1 as approved, 1 rewritten since, 1 gone.");
    expect(text).toContain("| 2026-03-10 | `ACME-1` | `dddddddddd` | gone | `Lost` |");
    expect(text).toContain("| `bbbbbbbbbb` | `cccccccccc` | `Read in chunks` |");
    expect(text).not.toContain("`aaaaaaaaaa`");
  });

  it("takes nothing of a subject for Markdown", () => {
    const text = page(
      {},
      seen(old),
      { kind: "approved", entry: anEntry("e", { commits: [old] }) },
      {
        kind: "commitFates",
        tree: TREE,
        fates: [{ sha: old.sha, now: null }],
      },
    );
    expect(text).toContain("`Read \\| in 'chunks'`");
  });
});
