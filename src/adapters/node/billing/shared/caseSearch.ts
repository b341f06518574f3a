/** What a search for cases asks for, in the words of no system. */
import type { Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";

/** Cases that a search gives at most. */
export const MAX_FOUND = 100;
const MAX_WORDS = 10;

/** The number in `7` and `#7`; undefined in any other text. */
export function parseIssueNumber(text: string): string | undefined {
  return /^#?0*(\d{1,9})$/.exec(text.trim())?.[1];
}

/** What stands between white space, the first ten. */
export function splitWords(text: string): readonly string[] {
  return text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, MAX_WORDS);
}

/** Whether a text has each of the words, in whatever case. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const folded = text.toLowerCase();
  return words.every((word) => folded.includes(word.toLowerCase()));
}

/** The first of what pages give, `MAX_FOUND` at most; no page after those is asked for. */
export async function readFirst<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) {
    found.push(...page);
    if (found.length >= MAX_FOUND) break;
  }
  return found.slice(0, MAX_FOUND);
}

/** What is found; nothing where the system takes what was asked for as a fault. @throws CaseclockError `billing.*`, others */
export async function emptyIfRejected(search: Promise<readonly Case[]>): Promise<readonly Case[]> {
  try {
    return await search;
  } catch (error) {
    if (CaseclockError.is(error, "billing.rejected")) return [];
    throw error;
  }
}
