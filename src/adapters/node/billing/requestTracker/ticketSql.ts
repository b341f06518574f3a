/** Words in Request Tracker's query language. */

/** A value that begins so is taken for a custom field, in quotes too. @source lib/RT/SQL.pm */
const COLUMN = /^(CF\.)+/i;

/** The condition that a field holds each of the words. */
export function matchAllWords(field: string, words: readonly string[]): string {
  return words.map((word) => `${field} LIKE ${likeText(word)}`).join(" AND ");
}

/** The words for which `matchAllWords` finds too much: they have a wildcard or the escape character of LIKE, or had to be shortened. */
export function inexact(words: readonly string[]): readonly string[] {
  return words.filter((word) => /[%_\\]/.test(word) || COLUMN.test(word));
}

/** A word as a text of RT's query language. */
function likeText(word: string): string {
  return `'${word.replace(COLUMN, "").replace(/['\\]/g, "\\$&")}'`;
}
