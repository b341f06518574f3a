import type { EntryEvidence } from "../../app/export/entryEvidence.ts";
import { plural, t } from "../../base/text.ts";
import type { VerifyReport } from "../../ports/commands.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";
import { formatExact } from "../text/formatTime.ts";
import { inlineCode } from "../text/inertText.ts";

/** Keeps a duration on one line of a narrow column. */
const NO_BREAK_SPACE = "\u00a0";
/** Longest list that is shown. */
const MAX_LISTED = 200;

/** The report with what each figure means. */
export function presentVerify(report: VerifyReport, evidence: EntryEvidence): string {
  const row = (name: string, value: number, meaning: string): string =>
    `| ${name} | ${value} | ${formatExact(value).replaceAll(" ", NO_BREAK_SPACE)} | ${meaning} |`;
  const sound = report.overlapSeconds === 0 && report.lostSeconds === 0;
  return [
    `# ${t("Caseclock: Verify")}`,
    "",
    sound
      ? t("Every second is counted once, and none is lost.")
      : t("**The figures do not agree. Please keep the ledger file and report this.**"),
    "",
    t("Everything in the ledger was replayed from the first event."),
    "",
    t("| figure | seconds | | what it is |"),
    "| :-- | --: | --: | :-- |",
    row(t("observed"), report.observed, t("gaps shorter than a minute between two signs of work")),
    row(t("bridged"), report.bridged, t("longer gaps up to the idle timeout, on the same case: reading, thinking")),
    row(t("declared"), report.declared, t("entered by hand, with a reason")),
    row(t("agent"), report.agent, t("edits while you were away; in none of the other figures")),
    row(t("assigned"), report.assigned, t("observed and bridged time on a case")),
    row(t("unassigned"), report.unassigned, t("observed and bridged time without a case: kept, never billed")),
    row(t("approved"), report.approved, t("billed time of all approved entries")),
    row(t("sent"), report.pushed, t("billed time with a receipt from the billing system")),
    row(t("receipted"), report.receipted, t("what the billing systems reported as stored")),
    row("overlapSeconds", report.overlapSeconds, t("seconds counted twice: 0 unless something is wrong")),
    row(
      "lostSeconds",
      report.lostSeconds,
      t("observed seconds that only a second way of counting finds: 0 unless something is wrong"),
    ),
    row(
      "driftSeconds",
      report.driftSeconds,
      t("largest difference between billed and contract-billable time of a case: below one unit"),
    ),
    "",
    ...evidenceLines(evidence),
  ].join("\n");
}

/** The commits of approved entries, as they are in their repositories now. */
function evidenceLines({ unchanged, moved, gone }: EntryEvidence): readonly string[] {
  const whole = unchanged + moved.length + gone.length;
  if (whole === 0) return [];
  const lines = [
    `## ${t("Commits of approved entries")}`,
    "",
    plural(
      whole,
      "{0} commit: {1} as approved, {2} rewritten since, {3} gone. This covers what was checked so far; entries keep what was approved.",
      "{0} commits: {1} as approved, {2} rewritten since, {3} gone. This covers what was checked so far; entries keep what was approved.",
      unchanged,
      moved.length,
      gone.length,
    ),
    "",
  ];
  const shown = [
    ...gone.map(({ entry, commit }) => presentCommitRow(entry, commit.sha, t("gone"), commit.subject)),
    ...moved.map(({ entry, commit, now }) =>
      presentCommitRow(entry, commit.sha, inlineCode(now.sha.slice(0, 10)), now.subject),
    ),
  ];
  if (shown.length === 0) return lines;
  const rest = shown.length - MAX_LISTED;
  return [
    ...lines,
    t("| day | case | approved | now | subject |"),
    "| :-- | :-- | :-- | :-- | :-- |",
    ...shown.slice(0, MAX_LISTED),
    ...(rest > 0 ? [`| | | | | ${plural(rest, "and {0} more commit", "and {0} more commits")} |`] : []),
    "",
  ];
}

function presentCommitRow({ day, case: of }: ApprovedEntry, sha: string, now: string, subject: string): string {
  const cells = [day, inlineCode(of.key), inlineCode(sha.slice(0, 10)), now, inlineCode(subject)];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
