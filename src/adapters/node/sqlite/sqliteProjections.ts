import type { DatabaseSync } from "node:sqlite";
import type { LocalDate } from "../../../base/time.ts";
import type { NewProjection, Projection } from "../../../ports/eventLog.ts";

/**
 * Whether the row `event` invalidates the projection of the day `?1`: the rule of the schema's triggers as a condition.
 * A test compares the two.
 */
const TOUCHES = `CASE
  WHEN kind IN ('heartbeats', 'compacted') THEN ?1 BETWEEN date(day, '-1 day') AND date(day, '+1 day')
  WHEN kind IN ('pick', 'pause', 'resume', 'policy', 'tickGap') THEN ?1 >= coalesce(date(day, '-1 day'), '')
  ELSE false END`;

/** The stored folds of version `fold` of these days; days without one are left out. */
export function readProjections(
  database: DatabaseSync,
  days: readonly LocalDate[],
  fold: number,
): readonly Projection[] {
  const rows = database
    .prepare(`SELECT day, text FROM projection WHERE fold = ? AND day IN (SELECT value FROM json_each(?)) ORDER BY day`)
    .all(fold, JSON.stringify(days));
  return rows.map((row) => ({ day: row["day"] as LocalDate, text: String(row["text"]) }));
}

/** Stores a projection within the caller's transaction. False, with nothing stored, if an event after `afterSeq` touches the day. */
export function writeProjection(database: DatabaseSync, { day, fold, afterSeq, text }: NewProjection): boolean {
  const newer = database.prepare(`SELECT 1 FROM event WHERE seq > ?2 AND ${TOUCHES} LIMIT 1`).get(day, afterSeq);
  if (newer !== undefined) return false;
  database
    .prepare("INSERT OR REPLACE INTO projection (day, basis, fold, text) VALUES (?, ?, ?, ?)")
    .run(day, afterSeq, fold, text);
  return true;
}

/** Deletes the projections that rows touch which are about to be removed. @param seqs as a JSON array */
export function forgetProjections(database: DatabaseSync, seqs: string): void {
  const removed = "event WHERE seq IN (SELECT value FROM json_each(?))";
  const statements = [
    `DELETE FROM projection WHERE day IN (
       SELECT date(own.day, shift.column1)
       FROM (SELECT DISTINCT day FROM ${removed} AND kind IN ('heartbeats', 'compacted')) AS own,
         (VALUES ('-1 day'), ('+0 days'), ('+1 day')) AS shift)`,
    `DELETE FROM projection WHERE day >= (
       SELECT min(coalesce(date(day, '-1 day'), ''))
       FROM ${removed} AND kind IN ('pick', 'pause', 'resume', 'policy', 'tickGap'))`,
  ];
  for (const statement of statements) database.prepare(statement).run(seqs);
}
