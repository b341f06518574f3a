import { stringify } from "csv-stringify/sync";

/**
 * Flat records as CSV with a header; texts that a spreadsheet would run as a formula are defused by an apostrophe.
 * @source RFC 4180
 */
export function toCsv(rows: readonly object[], columns?: readonly string[]): string {
  return stringify([...rows], {
    header: true,
    record_delimiter: "windows",
    escape_formulas: true,
    ...(columns === undefined ? {} : { columns: [...columns] }),
  });
}
