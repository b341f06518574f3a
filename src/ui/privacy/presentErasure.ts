import type { ErasurePlan, ErasureScope } from "../../app/privacy/eraseData.ts";
import { plural, t } from "../../base/text.ts";
import type { DeletedData } from "../../ports/commands.ts";
import { formatExact } from "../text/formatTime.ts";
import { sanitizeLabel } from "../text/inertText.ts";

/** The last question before data is deleted: what goes, and what remains. */
export interface ErasureQuestion {
  readonly title: string;
  readonly detail: string;
}

/** Says what an erasure would do, so that a person can decide. */
export function presentErasure(plan: ErasurePlan): ErasureQuestion {
  const gone = [
    t("{0} of captured time", formatExact(plan.capturedSeconds)),
    plan.commits > 0 ? plural(plan.commits, "{0} commit detected", "{0} commits detected") : "",
    plan.declarations > 0 ? plural(plan.declarations, "{0} declaration", "{0} declarations") : "",
  ].filter((part) => part !== "");
  const lines = [
    t("This deletes {0} from this computer, also from backups and from damaged files that were kept.", gone.join(", ")),
    ...remains(plan),
    t("This cannot be undone."),
  ];
  return { title: makeTitle(plan.scope), detail: lines.join("\n\n") };
}

/** What was done, in one sentence. */
export function presentErased({ events, backups, setAside }: DeletedData): string {
  const copies = [
    backups > 0 ? plural(backups, "{0} backup", "{0} backups") : "",
    setAside > 0 ? plural(setAside, "{0} damaged file", "{0} damaged files") : "",
  ].filter((part) => part !== "");
  const [one, other] = copies;
  const what = plural(events, "{0} event", "{0} events");
  if (one === undefined) return t("Deleted {0}.", what);
  return other === undefined
    ? t("Deleted {0}, and {1}.", what, one)
    : t("Deleted {0}, and {1} and {2}.", what, one, other);
}

function remains(plan: ErasurePlan): readonly string[] {
  const { scope, remainingEntries, sentEntries, unsentEntries } = plan;
  const sent =
    sentEntries > 0
      ? [
          plural(
            sentEntries,
            "{0} entry was sent: its record in the billing system stays there.",
            "{0} entries were sent: their records in the billing system stay there.",
          ),
        ]
      : [];
  if (scope.kind === "all") {
    const lost =
      unsentEntries > 0
        ? [
            plural(
              unsentEntries,
              "{0} approved entry has not been sent and will be lost.",
              "{0} approved entries have not been sent and will be lost.",
            ),
          ]
        : [];
    return [
      ...lost,
      t("Cases, picks, connections and approved entries are deleted too; the extension starts from scratch."),
      ...sent,
    ];
  }
  if (remainingEntries === 0) return [];
  return [
    plural(
      remainingEntries,
      "{0} approved entry remains, with the times and commits on the bill.",
      "{0} approved entries remain, with the times and commits on the bill.",
    ),
    ...sent,
  ];
}

function makeTitle(scope: ErasureScope): string {
  switch (scope.kind) {
    case "all":
      return t("Delete everything that Caseclock has stored?");
    case "case":
      return t("Delete the captured data of {0}?", sanitizeLabel(scope.case.key, 64));
    case "days":
      return scope.from === scope.to
        ? t("Delete the captured data of {0}?", scope.from)
        : t("Delete the captured data of {0} to {1}?", scope.from, scope.to);
  }
}
