import { stringify } from "csv-stringify/sync";

/** Columns of the worklog in their order, as `WorklogRow` has its members: the header of an export without rows. */
export const WORKLOG_COLUMNS = [
  "entryId",
  "state",
  "date",
  "timeZone",
  "start",
  "end",
  "caseKey",
  "caseTitle",
  "customer",
  "observedSeconds",
  "bridgedSeconds",
  "declaredSeconds",
  "agentSeconds",
  "writtenDownSeconds",
  "billableSeconds",
  "billedSeconds",
  "description",
  "commits",
  "goneCommits",
  "remoteId",
] as const;

/** Some spreadsheets skip white space before they look for a formula. */
const HIDDEN_FORMULA = /^\s+[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * Flat records as CSV: a header, then a line each, ended by CR LF. Texts that a spreadsheet would run as a formula get an
 * apostrophe in front; numbers never do.
 * @param columns members to write, in this order; all members of all rows when absent, those of the worklog without rows
 * @source RFC 4180; https://owasp.org/www-community/attacks/CSV_Injection
 */
export function toCsv(rows: readonly object[], columns?: readonly string[]): string {
  return stringify([...rows], {
    header: true,
    columns: [...(columns ?? pickColumns(rows))],
    record_delimiter: "windows",
    escape_formulas: true,
    // Off by default when a delimiter is given: then a text of two lines would become two records.
    quote_record_delimiter: true,
    cast: { string: (value) => (HIDDEN_FORMULA.test(value) ? `'${value}` : value) },
  });
}

function pickColumns(rows: readonly object[]): readonly string[] {
  return rows.length === 0 ? WORKLOG_COLUMNS : [...new Set(rows.flatMap((row) => Object.keys(row)))];
}
