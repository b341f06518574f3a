import { plural, t } from "../../base/text.ts";
import { assertNever } from "../../domain/errors.ts";
import type { Difference, Reconciliation } from "../../ports/billingResults.ts";
import { formatExact } from "../text/formatTime.ts";
import { inlineCode } from "../text/inertText.ts";

/** Longest list of one kind that is shown. */
const MAX_LISTED = 500;

const KINDS: readonly Difference["kind"][] = ["duplicate", "missing", "amount", "elsewhere", "unsettled", "foreign"];

/** The comparison of both sides as a page, in Markdown. @param billing what the user calls the billing system */
export function presentReconciliation({ from, to, alike, differences }: Reconciliation, billing: string): string {
  const parts = [
    `# ${t("Reconcile")}`,
    t(
      "{0} to {1}, with {2}. {3}, {4}.",
      from,
      to,
      inlineCode(billing),
      plural(alike, "{0} entry alike on both sides", "{0} entries alike on both sides"),
      plural(differences.length, "{0} difference", "{0} differences"),
    ),
  ];
  for (const kind of KINDS) {
    const some = differences.filter((one) => one.kind === kind);
    if (some.length === 0) continue;
    const { title, advice } = wordsFor(kind);
    const lines = some.slice(0, MAX_LISTED).map(lineOf);
    if (some.length > MAX_LISTED) lines.push(`| | ${t("and {0} more", some.length - MAX_LISTED)} | | | | |`);
    parts.push(
      `## ${title}`,
      advice,
      [t("| day | case | here | there | id there | work |"), "| --- | --- | ---: | ---: | --- | --- |", ...lines].join(
        "\n",
      ),
    );
  }
  return parts.join("\n\n");
}

function lineOf({ day, key, billedSeconds, storedSeconds, remoteIds, description, repaired }: Difference): string {
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
        title: t("There more than once"),
        advice: t("Nothing is deleted by itself: delete the surplus there, then reconcile again."),
      };
    case "missing":
      return {
        title: t("Missing there"),
        advice: t("The ledger has a receipt, and the record is gone. A repair has the entry wait to be sent again."),
      };
    case "amount":
      return {
        title: t("Another amount there"),
        advice: t("The billing system rounds, or somebody changed it. Correct the entry here, or the record there."),
      };
    case "elsewhere":
      return {
        title: t("There, without a receipt here"),
        advice: t("It stands there under Caseclock's key. A repair takes it as the receipt, and nothing is sent."),
      };
    case "unsettled":
      return { title: t("Not there yet"), advice: t("Approved, and not delivered. The next sync sends it.") };
    case "foreign":
      return { title: t("There only"), advice: t("Entered by hand or by another tool. It is nobody's mistake.") };
    default:
      return assertNever(kind);
  }
}
