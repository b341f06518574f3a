import type { HistoryReport } from "../app/importHistory.ts";
import type { HistoryCommit } from "../domain/historyEstimate.ts";
import { counted, formatExact, inlineCode as code } from "./present.ts";

/** Longest list of commits that is shown. */
const MOST_LISTED = 200;

/** The report of an import, in Markdown. @param loggedSeconds what was logged of it */
export function presentHistory(report: HistoryReport, loggedSeconds: number): string {
  const { sessions, proposals, commitsWithoutCase, casesWithoutCommits } = report;
  const offered = proposals.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    "# Time from git history",
    `${counted(sessions, "session")} of your own commits; ${formatExact(offered)} of them were free and on a known case; ${formatExact(loggedSeconds)} were logged.`,
    "Commits at most 120 minutes apart are one session (the default of git-hours). From one commit to the next the time goes to the case of the second. Captured, declared and approved time was left out. Estimates are declared time: each says so in its reason.",
    "## Commits without a case",
    commitsWithoutCase.length === 0 ? "None." : listOf(commitsWithoutCase),
    "## Cases without commits",
    casesWithoutCommits.length === 0
      ? "None."
      : casesWithoutCommits.map(({ key, title }) => `- ${code(key)} ${code(title)}`).join("\n"),
  ].join("\n\n");
}

function listOf(commits: readonly HistoryCommit[]): string {
  const lines = commits.slice(0, MOST_LISTED).map(({ sha, subject, repository, authoredAt }) => {
    const day = new Date(authoredAt).toISOString().slice(0, 10);
    return `- ${day} ${code(sha.slice(0, 10))} ${code(repository)} ${code(subject)}`;
  });
  const more = commits.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${counted(more, "more commit")}`] : [])].join("\n");
}
