import type { WorkedEntry } from "../../domain/day/workedTime.ts";

/** A toy: the keys of the entries, each on a line of its own. */
export function toToy(entries: readonly WorkedEntry[]): string {
  return entries.map(({ entry }) => `${entry.case.key}\n`).join("");
}
