import vm from "node:vm";
import { findUsualKeys, MAX_SEARCHED_CHARS, type FindKeys } from "../../../domain/cases/caseKey.ts";

/** A pattern that needs longer for 256 characters is one that never ends. */
const LIMIT_MS = 50;

/** A key that the cut may have shortened is none: it would be another case's. */
const FIND = new vm.Script(`[...text.matchAll(new RegExp(pattern, "gu"))]
  .filter((match) => !isCut || match.index + match[0].length < text.length)
  .map((match) => match[1] ?? match[0])`);

/**
 * Finds keys by a regular expression of the person's: its first group if it has one, else all of it. The expression runs
 * where it can be stopped, for some take forever; one that is too slow, or none, finds nothing more and is told once.
 * @param pattern empty for the usual styles
 */
export function makeKeyFinder(pattern: string, tell: (reason: string) => void): FindKeys {
  if (pattern === "") return findUsualKeys;
  let failed = false;
  return (text) => {
    if (failed) return [];
    try {
      const found: unknown = FIND.runInNewContext(
        { text: text.slice(0, MAX_SEARCHED_CHARS), isCut: text.length > MAX_SEARCHED_CHARS, pattern },
        { timeout: LIMIT_MS },
      );
      // What comes out is of another context: it is made ours.
      return [...new Set(Array.from(found as Iterable<unknown>, String))].filter((key) => key !== "");
    } catch (error) {
      failed = true;
      tell(error instanceof Error ? error.message : String(error));
      return [];
    }
  };
}
