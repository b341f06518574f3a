import type { HistoryReport } from "../../app/git/importHistory.ts";
import { plural, t } from "../../base/text.ts";
import type { HistoryCommit } from "../../domain/git/historyEstimate.ts";
import { formatExact } from "../text/formatTime.ts";
import { inlineCode as code } from "../text/inertText.ts";

/** Longest list of commits that is shown. */
const MAX_LISTED = 200;

/** The report of an import, in Markdown. @param loggedSeconds how much of it was logged */
export function presentHistory(report: HistoryReport, loggedSeconds: number): string {
  const { sessions, proposals, commitsWithoutCase, casesWithoutCommits } = report;
  const offered = proposals.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `# ${t("Time from git history")}`,
    plural(
      sessions,
      "{0} session of your own commits: {1} were free and on a known case, {2} were logged.",
      "{0} sessions of your own commits: {1} were free and on a known case, {2} were logged.",
      formatExact(offered),
      formatExact(loggedSeconds),
    ),
    t(
      "Commits at most 120 minutes apart form one session (the default of git-hours). The time between two commits goes to the case of the second. Captured, declared and approved time was left out. Estimates are declared time; each says so in its reason.",
    ),
    `## ${t("Commits without a case")}`,
    commitsWithoutCase.length === 0 ? t("None.") : presentCommits(commitsWithoutCase),
    `## ${t("Cases without commits")}`,
    casesWithoutCommits.length === 0
      ? t("None.")
      : casesWithoutCommits.map(({ key, title }) => `- ${code(key)} ${code(title)}`).join("\n"),
  ].join("\n\n");
}

function presentCommits(commits: readonly HistoryCommit[]): string {
  const lines = commits.slice(0, MAX_LISTED).map(({ sha, subject, repository, authoredAt }) => {
    const day = new Date(authoredAt).toISOString().slice(0, 10);
    return `- ${day} ${code(sha.slice(0, 10))} ${code(repository)} ${code(subject)}`;
  });
  const more = commits.length - lines.length;
  return [...lines, ...(more > 0 ? [`- ${plural(more, "and {0} more commit", "and {0} more commits")}`] : [])].join(
    "\n",
  );
}
