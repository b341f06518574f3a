import { plural, t } from "../../base/text.ts";
import { assertNever } from "../../domain/errors.ts";
import type { Difference, Reconciliation } from "../../ports/billingResults.ts";
import { formatExact } from "../text/formatTime.ts";
import { inlineCode } from "../text/inertText.ts";

/** Longest list of one kind that is shown. */
const MAX_LISTED = 500;

const KINDS: readonly Difference["kind"][] = ["duplicate", "missing", "amount", "elsewhere", "unsettled", "foreign"];

/** The comparison of both sides as a Markdown page. @param billing the user's name for the billing system */
export function presentReconciliation({ from, to, alike, differences }: Reconciliation, billing: string): string {
  const parts = [
    `# ${t("Reconcile")}`,
    t(
      "{0} to {1}, with {2}. {3}, {4}.",
      from,
      to,
      inlineCode(billing),
      plural(alike, "{0} matching entry", "{0} matching entries"),
      plural(differences.length, "{0} difference", "{0} differences"),
    ),
  ];
  for (const kind of KINDS) {
    const some = differences.filter((one) => one.kind === kind);
    if (some.length === 0) continue;
    const { title, advice } = wordsFor(kind);
    const lines = some.slice(0, MAX_LISTED).map(presentDifference);
    if (some.length > MAX_LISTED) lines.push(`| | ${t("and {0} more", some.length - MAX_LISTED)} | | | | |`);
    parts.push(
      `## ${title}`,
      advice,
      [
        t("| day | case | ledger | billing system | remote ID | work |"),
        "| --- | --- | ---: | ---: | --- | --- |",
        ...lines,
      ].join("\n"),
    );
  }
  return parts.join("\n\n");
}

function presentDifference({
  day,
  key,
  billedSeconds,
  storedSeconds,
  remoteIds,
  description,
  repaired,
}: Difference): string {
  const cells = [
    day,
    inlineCode(key),
    billedSeconds === undefined ? "" : formatExact(billedSeconds),
    storedSeconds === undefined ? "" : `${storedSeconds < 0 ? "−" : ""}${formatExact(Math.abs(storedSeconds))}`,
    inlineCode(remoteIds.join(", ")),
    `${repaired === true ? `**${t("repaired")}** ` : ""}${inlineCode(description.slice(0, 120))}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function wordsFor(kind: Difference["kind"]): { readonly title: string; readonly advice: string } {
  switch (kind) {
    case "duplicate":
      return {
        title: t("More than once in the billing system"),
        advice: t("Caseclock deletes nothing there: delete the extra records yourself, then reconcile again."),
      };
    case "missing":
      return {
        title: t("Missing in the billing system"),
        advice: t("The ledger has a receipt, but the record is gone. A repair makes the entry wait to be sent again."),
      };
    case "amount":
      return {
        title: t("Duration differs"),
        advice: t("The billing system rounded it, or someone changed it. Correct the entry here or the record there."),
      };
    case "elsewhere":
      return {
        title: t("In the billing system, without a receipt here"),
        advice: t("The record has Caseclock's key. A repair takes it as the receipt; nothing is sent."),
      };
    case "unsettled":
      return {
        title: t("Not in the billing system yet"),
        advice: t("Approved but not delivered. The next sync sends it."),
      };
    case "foreign":
      return {
        title: t("Only in the billing system"),
        advice: t("Entered by hand or by another tool. This is not an error."),
      };
    default:
      return assertNever(kind);
  }
}
