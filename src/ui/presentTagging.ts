import { CaseclockError, messageOf } from "../domain/errors.ts";
import type { TagOutcome } from "../ports/git.ts";
import type { TaggingState, TagResult } from "../ports/manifest.ts";
import { presentError } from "./present.ts";

/** What became of tagging the last commit. */
export function presentTagged(outcome: TagOutcome, key: string): TagResult {
  if (outcome.kind === "tagged") {
    const { sha, subject } = outcome;
    const reason = `"${subject}" names ${key} now. It is commit ${sha.slice(0, 10)}; what is staged stays staged.`;
    return { tagged: true, sha, reason };
  }
  return { tagged: false, reason: `The last commit was not changed: ${refusalOf(outcome)}` };
}

function refusalOf(outcome: Extract<TagOutcome, { kind: "refused" }>): string {
  switch (outcome.reason) {
    case "noCommit":
      return "there is none on this branch yet.";
    case "remote":
      return "it is on another machine, where Caseclock runs no program. Amend it in a terminal: the hook adds the case.";
    case "busy":
      return "git is in the middle of a merge, rebase or pick. Finish it first.";
    case "locked":
      return "another git process holds the index (index.lock). Try again when it has ended.";
    case "named":
      return `it names ${outcome.by} already.`;
    case "foreign":
      return `it was written by ${outcome.by}, not by you.`;
    case "pushed":
      return `it was pushed (${outcome.by}), so others may have it. It still counts as evidence of your case.`;
    case "released":
      return `the tag ${outcome.by} points at it.`;
  }
}

/** How it stands where git cannot be used. */
export function presentObstacle(repository: string, error: unknown): TaggingState {
  if (CaseclockError.is(error, "git.distrusted", "git.missing", "git.unreachable")) {
    return { repository, tagging: "unavailable", reason: presentError(error.code).text };
  }
  const reason = `git could not be used here: ${messageOf(error)}. Commits are neither tagged nor seen. Time is recorded all the same.`;
  return { repository, tagging: "unavailable", reason };
}

/** A page that tells, in Markdown, what to add to which file so that a repository's own hooks tag its commits. */
export function presentSnippets({ repository, manager = "own", reason, snippets = [] }: TaggingState): string {
  const who = manager === "own" ? "your own hooks" : manager;
  const files = snippets.map(({ file, text, then }) => {
    const command = then === undefined ? "" : `\nThen run this once in the repository:\n\n${fenced(then)}`;
    return `Add to \`${file}\`, which is made where it is missing:\n\n${fenced(text)}${command}`;
  });
  return [
    `# Tagging commits through ${who}`,
    `Repository: \`${repository}\``,
    `${reason} Caseclock changes no files of others, so the lines below are for you to add. They run a script in the git directory and do nothing for anybody who does not use Caseclock. Commits are seen and counted as evidence without them too.`,
    ...files,
    ...(manager === "own"
      ? ["A file that is new begins with the line `#!/bin/sh` and is made executable: `chmod +x`."]
      : []),
    `Afterwards "Caseclock: Show Commit Tagging" says that commits are tagged here.`,
  ].join("\n\n");
}

function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}\n`;
}
