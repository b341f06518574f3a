import type { ErasurePlan, ErasureScope } from "../app/eraseData.ts";
import type { DeletedData } from "../ports/manifest.ts";
import { counted, formatExact, inertLabel } from "./present.ts";

/** The last question before data is deleted: what goes, and what remains. */
export interface ErasureQuestion {
  readonly title: string;
  readonly detail: string;
}

/** Says what an erasure would do, so that a person can decide. */
export function presentErasure(plan: ErasurePlan): ErasureQuestion {
  const gone = [
    formatExact(plan.capturedSeconds) + " of captured time",
    plan.commits > 0 ? `${counted(plan.commits, "commit")} seen` : "",
    plan.declarations > 0 ? counted(plan.declarations, "declaration") : "",
  ].filter((part) => part !== "");
  const lines = [
    `${gone.join(", ")} will be gone from this computer, also from backups and from damaged files that were kept.`,
    ...remains(plan),
    "This cannot be undone.",
  ];
  return { title: titleOf(plan.scope), detail: lines.join("\n\n") };
}

/** What was done, in one sentence. */
export function presentErased({ events, backups, setAside }: DeletedData): string {
  const copies = [
    backups > 0 ? counted(backups, "backup") : "",
    setAside > 0 ? counted(setAside, "damaged file") : "",
  ].filter((part) => part !== "");
  const also = copies.length > 0 ? `, and ${copies.join(" and ")}` : "";
  return `Deleted ${counted(events, "event")}${also}.`;
}

function remains(plan: ErasurePlan): readonly string[] {
  const { scope, remainingEntries, sentEntries, unsentEntries } = plan;
  const sent =
    sentEntries > 0
      ? [`${counted(sentEntries, "entry was", "entries were")} sent: what the billing system has stays there.`]
      : [];
  if (scope.kind === "all") {
    const lost =
      unsentEntries > 0
        ? [`${counted(unsentEntries, "approved entry has", "approved entries have")} not been sent and will be lost.`]
        : [];
    return [...lost, "Cases, picks, connections and approved entries go as well; this extension starts anew.", ...sent];
  }
  if (remainingEntries === 0) return [];
  return [
    `${counted(remainingEntries, "approved entry remains", "approved entries remain")}, with the times and commits on the bill.`,
    ...sent,
  ];
}

function titleOf(scope: ErasureScope): string {
  switch (scope.kind) {
    case "all":
      return "Delete everything that Caseclock holds?";
    case "case":
      return `Delete the captured data of ${inertLabel(scope.case.key, 64)}?`;
    case "days": {
      const days = scope.from === scope.to ? scope.from : `${scope.from} to ${scope.to}`;
      return `Delete the captured data of ${days}?`;
    }
  }
}
