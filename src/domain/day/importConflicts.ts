import { appendTo } from "../../base/collections.ts";
import type { ApprovedEntries } from "../entries/approvedEntries.ts";
import type { OutboxEntry } from "../entries/delivery.ts";

/** Time that two ledgers have approved independently. */
export interface ImportConflict {
  readonly theirs: OutboxEntry;
  /** The entry here that has some of the same time. */
  readonly ours: OutboxEntry;
}

/**
 * The entries of another ledger whose time, or declared time, another entry here has too: the same hours would be
 * billed twice. An entry that both have unchanged since it was copied is no conflict.
 * @param ours as they are now
 * @param together as they would be with everything of theirs
 */
export function importConflicts(
  theirs: ApprovedEntries,
  ours: ApprovedEntries,
  together: ApprovedEntries,
): readonly ImportConflict[] {
  const conflicts: ImportConflict[] = [];
  const byDeclaration = new Map<string, OutboxEntry[]>();
  for (const one of together.all) {
    for (const { id } of one.entry.declarations ?? []) appendTo(byDeclaration, id, one);
  }
  for (const one of theirs.all) {
    const { entry } = one;
    const same = ours.get(entry.entryId);
    if (same?.entry.revision === entry.revision && JSON.stringify(same.entry) !== JSON.stringify(entry)) {
      conflicts.push({ theirs: one, ours: same });
      continue;
    }
    const isOther = (other: OutboxEntry): boolean => other.entry.entryId !== entry.entryId;
    const claiming = entry.intervals
      .flatMap((interval) => together.claimsIn(interval))
      .flatMap((claim) => together.get(claim.entry.entryId) ?? []);
    const declared = (entry.declarations ?? []).flatMap(({ id }) => byDeclaration.get(id) ?? []);
    const other = [...claiming, ...declared].find(isOther);
    if (other !== undefined) conflicts.push({ theirs: one, ours: other });
  }
  return conflicts;
}

/** Whether one of the two could still be sent, or withdrawn: a person has to decide which of them is billed. */
export function isUndecided({ theirs, ours }: ImportConflict): boolean {
  return theirs.delivery.state !== "receipted" || ours.delivery.state !== "receipted";
}
