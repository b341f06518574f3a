import { parseCaseKey } from "../cases/case.ts";

/** Name of the trailer unless configured otherwise. A longer name than `Case`, which many aliases would rewrite. */
export const DEFAULT_TRAILER = "Case-Id";

/**
 * Whether a trailer may have this name: 1–64 letters, digits and hyphens, no hyphen at the start.
 * @source git's `trailer.c`, find_separator: a token is alphanumeric characters and hyphens
 */
export function isTrailerName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(name);
}

/** The line that names a case in a commit message, without a line end. */
export function formatTrailer(trailer: string, caseKey: string): string {
  return `${trailer}: ${caseKey}`;
}

/**
 * The case keys that a commit message names, in order, each once.
 * Every line that begins with the trailer's name counts, in any letter case, at any place and indentation: squashing
 * moves trailers into the middle and indents them, where git no longer reads them. A line without a value, or with one
 * that is no case key, names nothing; neither does an invalid `trailer`.
 * @source `git merge --squash` and `rebase --autosquash` (git 2.39)
 */
export function parseCaseKeys(message: string, trailer: string = DEFAULT_TRAILER): readonly string[] {
  if (!isTrailerName(trailer)) return [];
  // The name has only letters, digits and hyphens, which need no escaping in a pattern.
  const line = new RegExp(`^[ \\t]*${trailer}[ \\t]*:(.*)$`, "gimu");
  const keys = new Set<string>();
  for (const [, value = ""] of message.matchAll(line)) {
    const key = parseCaseKey(value.trim());
    if (key !== undefined) keys.add(key);
  }
  return [...keys];
}
