import vm from "node:vm";
import { findUsualKeys, MAX_SEARCHED_CHARS, type FindKeys } from "../../../domain/cases/caseKey.ts";

/** A pattern that needs longer than this for 256 characters is taken to be endless. */
const LIMIT_MS = 50;

/** A key at the cut may have been shortened and could be another case's: it is dropped. */
const FIND = new vm.Script(`[...text.matchAll(new RegExp(pattern, "gu"))]
  .filter((match) => !isCut || match.index + match[0].length < text.length)
  .map((match) => match[1] ?? match[0])`);

/**
 * Finds keys by the person's regular expression: its first group if it has one, else the whole match. It runs where it
 * can be stopped, because some take forever. An invalid or too slow one finds nothing more and is reported once.
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
      // The result belongs to another context: it is copied into ours.
      return [...new Set(Array.from(found as Iterable<unknown>, String))].filter((key) => key !== "");
    } catch (error) {
      failed = true;
      tell(error instanceof Error ? error.message : String(error));
      return [];
    }
  };
}
