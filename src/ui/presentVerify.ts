import type { EntryEvidence } from "../app/entryEvidence.ts";
import type { ApprovedEntry } from "../domain/timeEntry.ts";
import type { VerifyReport } from "../ports/manifest.ts";
import { counted, formatExact, inlineCode } from "./present.ts";

/** Keeps a duration on one line of a narrow column. */
const NO_BREAK_SPACE = "\u00a0";
/** Longest list that is shown. */
const MOST_LISTED = 200;

/** The report with what each figure means. */
export function presentVerify(report: VerifyReport, evidence: EntryEvidence): string {
  const row = (name: string, value: number, meaning: string): string =>
    `| ${name} | ${value} | ${formatExact(value).replaceAll(" ", NO_BREAK_SPACE)} | ${meaning} |`;
  const sound = report.overlapSeconds === 0 && report.lostSeconds === 0;
  return [
    "# Caseclock: Verify",
    "",
    sound
      ? "Every second is counted once, and none is lost."
      : "**The figures do not agree. Please keep the ledger file and report this.**",
    "",
    "Everything in the ledger was replayed from the first event.",
    "",
    "| figure | seconds | | what it is |",
    "| :-- | --: | --: | :-- |",
    row("observed", report.observed, "gaps shorter than a minute between two signs of work"),
    row("bridged", report.bridged, "longer gaps up to the idle timeout, on the same case: reading, thinking"),
    row("declared", report.declared, "entered by hand, with a reason"),
    row("agent", report.agent, "edits while nobody was there; in none of the other figures"),
    row("assigned", report.assigned, "observed and bridged time on a case"),
    row("unassigned", report.unassigned, "observed and bridged time without a case: kept, never billed"),
    row("approved", report.approved, "billed time of all approved entries"),
    row("pushed", report.pushed, "of it, with a receipt of the billing system"),
    row("receipted", report.receipted, "what the billing systems said that they keep"),
    row("overlapSeconds", report.overlapSeconds, "seconds counted twice: 0 unless something is wrong"),
    row(
      "lostSeconds",
      report.lostSeconds,
      "observed seconds that a second way of counting finds in addition: 0 unless something is wrong",
    ),
    row(
      "driftSeconds",
      report.driftSeconds,
      "largest difference between billed and contract-billable time of a case: below one unit",
    ),
    "",
    ...evidenceLines(evidence),
  ].join("\n");
}

/** The commits of approved entries, as they stand in their repositories now. */
function evidenceLines({ unchanged, moved, gone }: EntryEvidence): readonly string[] {
  const whole = unchanged + moved.length + gone.length;
  if (whole === 0) return [];
  const lines = [
    "## Commits of approved entries",
    "",
    `${counted(whole, "commit")}: ${unchanged} as approved, ${moved.length} rewritten since, ${gone.length} gone. As far as was looked for; entries keep what was approved.`,
    "",
  ];
  const shown = [
    ...gone.map(({ entry, commit }) => rowOf(entry, commit.sha, "gone", commit.subject)),
    ...moved.map(({ entry, commit, now }) => rowOf(entry, commit.sha, inlineCode(now.sha.slice(0, 10)), now.subject)),
  ];
  if (shown.length === 0) return lines;
  const rest = shown.length - MOST_LISTED;
  return [
    ...lines,
    "| day | case | approved | now | subject |",
    "| :-- | :-- | :-- | :-- | :-- |",
    ...shown.slice(0, MOST_LISTED),
    ...(rest > 0 ? [`| | | | | and ${counted(rest, "more commit")} |`] : []),
    "",
  ];
}

function rowOf({ day, case: of }: ApprovedEntry, sha: string, now: string, subject: string): string {
  const cells = [day, inlineCode(of.key), inlineCode(sha.slice(0, 10)), now, inlineCode(subject)];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
