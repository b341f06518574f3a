import type { KnownCases } from "../../app/cases/caseDirectory.ts";
import { t } from "../../base/text.ts";
import { caseRefKey, isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { CaseListModel } from "../cases/caseItems.ts";
import { listMarks, groupOpenByCustomer, type CaseLook } from "../cases/caseTexts.ts";
import { presentReason } from "../status/presentStatus.ts";
import type { TreeRow } from "./treeView.ts";
import { sanitizeLabel } from "../text/inertText.ts";

/** A case; `key` and `source` are what the case commands take. */
export interface CaseRow extends TreeRow {
  readonly key: string;
  readonly source: string;
}

/** A heading with cases below it. */
export type CasesRow = CaseRow | (TreeRow & { readonly children: readonly CaseRow[] });

/** Cases to pick from: suggested, pinned and recent ones, then all open ones by customer. */
export function caseRows(model: CaseListModel, { cases }: KnownCases): readonly CasesRow[] {
  const byRef = new Map(cases.map((one) => [caseRefKey(one.ref), one]));
  const pins = new Set(model.pinned.map(caseRefKey));
  const row = (one: Case, why?: string): CaseRow =>
    makeCaseRow(one, {
      isCurrent: isSameCase(one.ref, model.current),
      isPinned: pins.has(caseRefKey(one.ref)),
      secondsLeft: model.findSecondsLeft(one),
      why,
    });
  const listed = (refs: readonly CaseRef[]): readonly CaseRow[] =>
    refs
      .map((ref) => byRef.get(caseRefKey(ref)))
      .filter((one) => one !== undefined)
      .map((one) => row(one));
  const customers = groupOpenByCustomer(cases);
  const suggested = model.suggestions.slice(0, 5).map((one) => row(one.case, presentReason(one)));
  return [
    ...group(t("Suggested"), "lightbulb", suggested, true),
    ...group(t("Pinned"), "pinned", listed(model.pinned), true),
    ...group(t("Recent"), "history", listed(model.recent.slice(0, 10)), suggested.length + model.pinned.length === 0),
    ...customers.flatMap(([name, own]) =>
      group(
        sanitizeLabel(name, 100),
        "organization",
        own.map((one) => row(one)),
        customers.length === 1,
      ),
    ),
  ];
}

function group(label: string, icon: string, children: readonly CaseRow[], expanded: boolean): readonly CasesRow[] {
  if (children.length === 0) return [];
  return [{ label, icon, description: String(children.length), context: "group", children, expanded }];
}

function makeCaseRow(one: Case, { isCurrent, isPinned, secondsLeft, why }: CaseLook): CaseRow {
  const marks = [...(isCurrent ? [t("picked")] : []), ...listMarks(one, secondsLeft)];
  const described = [one.title, ...marks].join(" · ");
  return {
    label: sanitizeLabel(one.key),
    description: sanitizeLabel(described),
    tooltip: [one.title, one.customer.name, ...marks, ...(why === undefined ? [] : [why])].join("\n"),
    icon: isCurrent ? "check" : "briefcase",
    context: `case${isPinned ? ".pinned" : ".unpinned"}${one.url === undefined ? "" : ".url"}`,
    command: "caseclock.pickCase",
    spoken: [one.key, described, one.customer.name, ...(why === undefined ? [] : [why])].join(", "),
    key: one.key,
    source: one.ref.source,
  };
}
