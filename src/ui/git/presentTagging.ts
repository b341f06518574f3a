import { t } from "../../base/text.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { TagOutcome } from "../../ports/git.ts";
import type { TaggingState, TagResult } from "../../ports/commands.ts";
import { presentError } from "../text/presentError.ts";

/** The result of tagging the last commit. */
export function presentTagged(outcome: TagOutcome, key: string): TagResult {
  if (outcome.kind === "tagged") {
    const { sha, subject } = outcome;
    const reason = t(
      '"{0}" is now tagged with {1}. The new commit is {2}; staged changes stay staged.',
      subject,
      key,
      sha.slice(0, 10),
    );
    return { tagged: true, sha, reason };
  }
  return { tagged: false, reason: describeRefusal(outcome) };
}

function describeRefusal(outcome: Extract<TagOutcome, { kind: "refused" }>): string {
  switch (outcome.reason) {
    case "noCommit":
      return t("The last commit was not changed: there is none on this branch yet.");
    case "remote":
      return t(
        "The last commit was not changed: it is on another machine, where Caseclock runs no program. Amend it in a terminal: the hook adds the case.",
      );
    case "busy":
      return t(
        "The last commit was not changed: git is in the middle of a merge, rebase or cherry-pick. Finish it first.",
      );
    case "locked":
      return t(
        "The last commit was not changed: another git process holds the index (index.lock). Try again when it has finished.",
      );
    case "named":
      return t("The last commit was not changed: it already names {0}.", outcome.by);
    case "foreign":
      return t("The last commit was not changed: it was written by {0}, not by you.", outcome.by);
    case "pushed":
      return t(
        "The last commit was not changed: it was pushed ({0}), so others may have it. It still counts as evidence of your case.",
        outcome.by,
      );
    case "released":
      return t("The last commit was not changed: the tag {0} points at it.", outcome.by);
  }
}

/** The state where git cannot be used. */
export function presentObstacle(repository: string, error: unknown): TaggingState {
  if (CaseclockError.is(error, "git.distrusted", "git.missing", "git.unreachable")) {
    return { repository, tagging: "unavailable", reason: presentError(error.code).text };
  }
  const reason = t(
    "git could not be used here: {0}. Commits are neither tagged nor detected. Time is still recorded.",
    toErrorMessage(error),
  );
  return { repository, tagging: "unavailable", reason };
}

/** A Markdown page that says what to add to which file so that a repository's own hooks tag its commits. */
export function presentSnippets({ repository, manager = "own", reason, snippets = [] }: TaggingState): string {
  const files = snippets.map(({ file, text, then }) => {
    const command = then === undefined ? "" : `\n${t("Then run this once in the repository:")}\n\n${fenced(then)}`;
    return `${t("Add this to {0}; create the file if it does not exist:", `\`${file}\``)}\n\n${fenced(text)}${command}`;
  });
  return [
    `# ${manager === "own" ? t("Tag commits through your own hooks") : t("Tag commits through {0}", manager)}`,
    t("Repository: {0}", `\`${repository}\``),
    `${reason} ${t("Caseclock changes no files of others, so add the lines below yourself. They run a script in the git directory and do nothing for anyone who does not use Caseclock. Commits are detected and counted as evidence without them too.")}`,
    ...files,
    ...(manager === "own"
      ? [t("A new file starts with the line `#!/bin/sh` and must be executable: `chmod +x`.")]
      : []),
    t('Afterwards, "Caseclock: Show Commit Tagging" confirms that commits are tagged here.'),
  ].join("\n\n");
}

function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}\n`;
}
