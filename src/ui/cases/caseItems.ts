import * as vscode from "vscode";
import type { KnownCases, SourceFailure } from "../../app/cases/caseDirectory.ts";
import { plural, t } from "../../base/text.ts";
import { caseRefKey, isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { Suggestion } from "../../domain/cases/suggestion.ts";
import { listMarks, groupOpenByCustomer, type CaseLook } from "./caseTexts.ts";
import { presentReason } from "../status/presentStatus.ts";
import { sanitizeLabel } from "../text/inertText.ts";

/** What the person chose. */
export type PickerChoice =
  | { readonly kind: "case"; readonly case: Case }
  | { readonly kind: "none" }
  | { readonly kind: "new" }
  /** Search the billing system for the typed text. */
  | { readonly kind: "search" }
  /** Use the case file of the workspace. */
  | { readonly kind: "file"; readonly file: string };

export interface CaseItem extends vscode.QuickPickItem {
  readonly choice?: PickerChoice;
}

/** Content of the picker's list. */
export interface CaseListModel {
  readonly current: CaseRef | undefined;
  readonly suggestions: readonly Suggestion[];
  /** Latest first. */
  readonly recent: readonly CaseRef[];
  readonly pinned: readonly CaseRef[];
  /** Contract hours left, for cases that have any; negative when overdrawn. @format seconds */
  readonly findSecondsLeft: (one: Case) => number | undefined;
  /** The billing system has, or may have, more cases than are listed. */
  readonly canSearch: boolean;
  /** Result of the search; undefined before the first one. */
  readonly found?: { readonly text: string; readonly cases: readonly Case[] } | undefined;
  /** A case file of the workspace that is not in use. */
  readonly offeredFile: string | undefined;
  /** Words for a failure. */
  readonly explain: (failure: SourceFailure) => string;
}

const MAX_SUGGESTED = 5;
const MAX_RECENT = 5;

/** What a button of a case's row does. */
export type CaseButton = "open" | "pin" | "unpin" | "details";

type CaseButtons = Readonly<Record<CaseButton, vscode.QuickInputButton>>;

let made: CaseButtons | undefined;

/** The same objects each time: they are compared by identity. */
function buttons(): CaseButtons {
  return (made ??= {
    open: { iconPath: new vscode.ThemeIcon("link-external"), tooltip: t("Open in browser") },
    pin: { iconPath: new vscode.ThemeIcon("pin"), tooltip: t("Pin") },
    unpin: { iconPath: new vscode.ThemeIcon("pinned"), tooltip: t("Unpin") },
    details: { iconPath: new vscode.ThemeIcon("info"), tooltip: t("Details") },
  });
}

export function findButton(button: vscode.QuickInputButton): CaseButton | undefined {
  const { open, pin, unpin, details } = buttons();
  if (button === open) return "open";
  if (button === pin) return "pin";
  if (button === unpin) return "unpin";
  return button === details ? "details" : undefined;
}

/**
 * The rows of the picker: suggested cases with the reason, recent ones, pinned ones, failures of sources, then all open
 * ones by customer, each once.
 */
export function caseItems(model: CaseListModel, known: KnownCases): CaseItem[] {
  const { current, pinned } = model;
  const byRef = new Map(known.cases.map((one) => [caseRefKey(one.ref), one]));
  const pins = new Set(pinned.map(caseRefKey));
  const shown = new Set<string>();
  const row = (one: Case, why?: string): CaseItem => {
    shown.add(caseRefKey(one.ref));
    return makeItem(one, {
      isCurrent: isSameCase(one.ref, current),
      isPinned: pins.has(caseRefKey(one.ref)),
      secondsLeft: model.findSecondsLeft(one),
      why,
    });
  };
  const listed = (refs: readonly CaseRef[]): Case[] =>
    refs
      .map((ref) => byRef.get(caseRefKey(ref)))
      .filter((one) => one !== undefined)
      .filter((one) => !shown.has(caseRefKey(one.ref)));

  const found =
    model.found === undefined
      ? []
      : section(
          model.found.cases.length === 0
            ? t("nothing found for “{0}”", sanitizeLabel(model.found.text, 60))
            : t("found for “{0}”", sanitizeLabel(model.found.text, 60)),
          // Results found by a number or in another language would not pass the list's filter.
          model.found.cases.map((one) => ({ ...row(one), alwaysShow: true })),
          true,
        );
  const suggested = model.suggestions
    .filter((one) => !isSameCase(one.case.ref, current))
    .slice(0, MAX_SUGGESTED)
    .map((one) => row(one.case, presentReason(one)));
  const recent = listed(model.recent)
    .slice(0, MAX_RECENT)
    .map((one) => row(one));
  const pinnedRows = listed(pinned).map((one) => row(one));
  const groups = groupOpenByCustomer(known.cases.filter((one) => !shown.has(caseRefKey(one.ref))));
  const offer: CaseItem[] =
    model.offeredFile === undefined
      ? []
      : [
          {
            label: t("$(file-code) Use the cases of this workspace…"),
            description: sanitizeLabel(model.offeredFile),
            choice: { kind: "file", file: model.offeredFile },
            alwaysShow: true,
          },
        ];
  const search: CaseItem[] = model.canSearch
    ? [
        {
          label: t("$(search) Search the billing system for what you typed…"),
          choice: { kind: "search" },
          alwaysShow: true,
        },
      ]
    : [];
  return [
    ...found,
    ...section(t("suggested"), suggested),
    ...section(t("recent"), recent),
    ...section(t("pinned"), pinnedRows),
    ...known.failures.map((failure) => ({
      label: `$(warning) ${sanitizeLabel(failure.label, 60)}: ${sanitizeLabel(model.explain(failure))}`,
      detail: t("Its last known cases are shown. Refresh to try again."),
      alwaysShow: true,
    })),
    ...groups.flatMap(([name, group]) =>
      section(
        sanitizeLabel(name, 100),
        group.map((one) => row(one)),
      ),
    ),
    { label: makeNote(known), kind: vscode.QuickPickItemKind.Separator },
    ...search,
    { label: t("$(circle-slash) No case (not billed)"), choice: { kind: "none" }, alwaysShow: true },
    { label: t("$(add) New local case…"), choice: { kind: "new" }, alwaysShow: true },
    ...offer,
  ];
}

/** A key for how rows look: rows that look the same need not be sent to the window again. */
export function toLookKey(items: readonly CaseItem[]): string {
  return items
    .map(({ label, description, detail, buttons }) => `${label}\t${description}\t${detail}\t${buttons?.[0]?.tooltip}`)
    .join("\n");
}

export function isChoiceOf(item: CaseItem, one: Case): boolean {
  return item.choice?.kind === "case" && isSameCase(item.choice.case.ref, one.ref);
}

function section(label: string, items: readonly CaseItem[], alsoEmpty = false): CaseItem[] {
  return items.length === 0 && !alsoEmpty ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function makeItem(one: Case, { isCurrent, isPinned, secondsLeft, why }: CaseLook): CaseItem {
  const detail = [one.customer.name, ...(why === undefined ? [] : [why])].filter((text) => text !== "").join(" · ");
  const { open, pin, unpin, details } = buttons();
  return {
    label: `${isCurrent ? "$(check) " : ""}${sanitizeLabel(one.key)}`,
    description: sanitizeLabel([one.title, ...listMarks(one, secondsLeft)].filter((text) => text !== "").join(" · ")),
    ...(detail === "" ? {} : { detail: sanitizeLabel(detail, 200) }),
    choice: { kind: "case", case: one },
    buttons: [isPinned ? unpin : pin, ...(one.url === undefined ? [] : [open]), details],
  };
}

function makeNote({ cases, fetchedAt }: KnownCases): string {
  if (fetchedAt === undefined) return t("more");
  const when = new Date(fetchedAt).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" });
  return plural(cases.length, "{0} case, list from {1}", "{0} cases, list from {1}", when);
}
