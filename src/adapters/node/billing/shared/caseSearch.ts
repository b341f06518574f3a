/** What a case search asks for, independent of any system. */
import type { Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";

/** Most cases that a search returns. */
export const MAX_FOUND = 100;
const MAX_WORDS = 10;

/** The number in `7` and `#7`; undefined in any other text. */
export function parseIssueNumber(text: string): string | undefined {
  return /^#?0*(\d{1,9})$/.exec(text.trim())?.[1];
}

/** The words of a text, at most ten. */
export function splitWords(text: string): readonly string[] {
  return text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, MAX_WORDS);
}

/** Whether a text contains each of the words, ignoring case. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const folded = text.toLowerCase();
  return words.every((word) => folded.includes(word.toLowerCase()));
}

/** The first items of the pages, at most `MAX_FOUND`; no further page is requested. */
export async function readFirst<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) {
    found.push(...page);
    if (found.length >= MAX_FOUND) break;
  }
  return found.slice(0, MAX_FOUND);
}

/** What is found; nothing if the system rejects the query as invalid. @throws CaseclockError `billing.*`, others */
export async function emptyIfRejected(search: Promise<readonly Case[]>): Promise<readonly Case[]> {
  try {
    return await search;
  } catch (error) {
    if (CaseclockError.is(error, "billing.rejected")) return [];
    throw error;
  }
}
