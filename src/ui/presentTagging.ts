import type { TaggingState } from "../ports/manifest.ts";

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
    `Afterwards "Caseclock: Show Commit Tagging" says that commits are tagged here.`,
  ].join("\n\n");
}

function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}\n`;
}
