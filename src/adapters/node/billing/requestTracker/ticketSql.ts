/** Words in Request Tracker's query language. */

/** RT takes a value with this prefix for a custom field, even in quotes. @source lib/RT/SQL.pm */
const COLUMN = /^(CF\.)+/i;

/** The condition that a field holds each of the words. */
export function matchAllWords(field: string, words: readonly string[]): string {
  return words.map((word) => `${field} LIKE ${likeText(word)}`).join(" AND ");
}

/** Words for which `matchAllWords` finds too much: those with a wildcard or LIKE's escape character, or shortened ones. */
export function inexact(words: readonly string[]): readonly string[] {
  return words.filter((word) => /[%_\\]/.test(word) || COLUMN.test(word));
}

/** A word as a text of RT's query language. */
function likeText(word: string): string {
  return `'${word.replace(COLUMN, "").replace(/['\\]/g, "\\$&")}'`;
}
