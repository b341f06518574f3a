import { assertNever } from "../domain/errors.ts";
import type { Difference, Reconciliation } from "../ports/billingResults.ts";
import { counted, formatExact, inlineCode } from "./present.ts";

/** Longest list of one kind that is shown. */
const MOST_LISTED = 500;

const KINDS: readonly Difference["kind"][] = ["duplicate", "missing", "amount", "elsewhere", "unsettled", "foreign"];

/** The comparison of both sides as a page, in Markdown. @param billing what the user calls the billing system */
export function presentReconciliation({ from, to, alike, differences }: Reconciliation, billing: string): string {
  const parts = [
    "# Reconcile",
    `${from} to ${to}, with ${inlineCode(billing)}. ${counted(alike, "entry", "entries")} alike on both sides, ${counted(differences.length, "difference")}.`,
  ];
  for (const kind of KINDS) {
    const some = differences.filter((one) => one.kind === kind);
    if (some.length === 0) continue;
    const { title, advice } = wordsFor(kind);
    const lines = some.slice(0, MOST_LISTED).map(lineOf);
    if (some.length > MOST_LISTED) lines.push(`| | and ${some.length - MOST_LISTED} more | | | | |`);
    parts.push(
      `## ${title}`,
      advice,
      ["| day | case | here | there | id there | work |", "| --- | --- | ---: | ---: | --- | --- |", ...lines].join(
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
    `${repaired === true ? "**repaired** " : ""}${inlineCode(description.slice(0, 120))}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function wordsFor(kind: Difference["kind"]): { readonly title: string; readonly advice: string } {
  switch (kind) {
    case "duplicate":
      return {
        title: "There more than once",
        advice: "Nothing is deleted by itself: delete the surplus there, then reconcile again.",
      };
    case "missing":
      return {
        title: "Missing there",
        advice: "The ledger has a receipt, and the record is gone. A repair has the entry wait to be sent again.",
      };
    case "amount":
      return {
        title: "Another amount there",
        advice: "The billing system rounds, or somebody changed it. Correct the entry here, or the record there.",
      };
    case "elsewhere":
      return {
        title: "There, without a receipt here",
        advice: "It stands there under Caseclock's key. A repair takes it as the receipt, and nothing is sent.",
      };
    case "unsettled":
      return { title: "Not there yet", advice: "Approved, and not delivered. The next sync sends it." };
    case "foreign":
      return { title: "There only", advice: "Entered by hand or by another tool. It is nobody's mistake." };
    default:
      return assertNever(kind);
  }
}
