/** A text as a value of JQL. */
export function jqlText(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * The letters and digits of a text: marks are operators of the text search and are not in its index; AND, OR and NOT are
 * operators in capitals only.
 * @source https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/
 */
export function searchWords(text: string): string {
  return (text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'_]*/gu) ?? []).join(" ").toLowerCase();
}
