import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { EVENT_VERSION, type EventKind, type NewEvent } from "../../../domain/log/events.ts";
import type { EventQuery } from "../../../ports/eventLog.ts";

/** Columns of the event table after `seq`, in the order in which they are stored. */
export const COLUMNS = "id, kind, version, window_id, day, case_source, case_id, entry_id, at_ms, zone, body";

/** Reads rows in the shape of `EventRow`. */
export const SELECT = `SELECT seq, id, kind, version, window_id AS windowId, day, case_source AS caseSource,
  case_id AS caseId, entry_id AS entryId, at_ms AS atMs, zone, body FROM event`;

// Not OR IGNORE: that would also skip a row that breaks any other constraint, and so lose it silently.
const INSERT = `INSERT INTO event (seq, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

/** Appends in order, within the caller's transaction; an event whose id exists already is skipped. */
export function insertEvents(database: DatabaseSync, events: readonly NewEvent[]): void {
  const statement = database.prepare(INSERT);
  const floor = metaValue(database, "seqFloor");
  for (const event of events) {
    // After an erasure of the newest rows SQLite would reuse their positions, and readers would miss the new rows.
    const seq = floor > 0 && lastSeq(database) < floor ? floor + 1 : null;
    const { kind, ...body } = event.body;
    statement.run(
      seq,
      event.id,
      kind,
      EVENT_VERSION,
      event.windowId,
      event.day,
      event.case?.source ?? null,
      event.case?.id ?? null,
      event.entryId ?? null,
      event.at,
      event.zone,
      JSON.stringify(body),
    );
  }
}

/** Position of the newest event; 0 in an empty log. */
export function lastSeq(database: DatabaseSync): number {
  return Number(database.prepare("SELECT max(seq) AS seq FROM event").get()?.["seq"] ?? 0);
}

/** A number kept in the file: `generation` counts rewrites, `seqFloor` is the highest position ever used. */
export function metaValue(database: DatabaseSync, name: "generation" | "seqFloor"): number {
  return Number(database.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.["value"] ?? 0);
}

/** How a query is answered in pages: by scanning the table, or by positions from an index. */
export interface ReadPlan {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
  /** Whether an index finds few rows among many. */
  readonly byIndex: boolean;
}

/** Kinds so frequent that scanning the table finds them fastest. */
const BULK: readonly EventKind[] = ["heartbeats", "focus"];

/** @param kinds what there is in the log, also of kinds that this version does not know */
export function planRead(query: EventQuery, kinds: () => readonly string[]): ReadPlan {
  const wanted =
    query.kinds ??
    (query.exceptKinds !== undefined && query.afterSeq === undefined
      ? kinds().filter((kind) => !(query.exceptKinds as readonly string[]).includes(kind))
      : undefined);
  const isNarrow = query.days !== undefined || query.from !== undefined || query.to !== undefined;
  const isBulk = wanted === undefined || BULK.some((kind) => wanted.includes(kind));
  const byIndex = query.afterSeq === undefined && (isNarrow || !isBulk);
  // The unary plus disables an index: few rows follow a position.
  const column = (name: string): string => (byIndex ? name : `+${name}`);
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...more: readonly SQLInputValue[]): void => {
    parts.push(condition);
    values.push(...more);
  };
  const list = (items: readonly string[]): string => items.map(() => "?").join(", ");
  if (query.afterSeq !== undefined) add("seq > ?", query.afterSeq);
  if (query.from !== undefined) add(`${column("at_ms")} >= ?`, query.from);
  if (query.to !== undefined) add(`${column("at_ms")} < ?`, query.to);
  if (wanted !== undefined) add(`${column("kind")} IN (${list(wanted)})`, ...wanted);
  if (query.kinds !== undefined || wanted === undefined) {
    const except = query.exceptKinds ?? [];
    if (except.length > 0) add(`+kind NOT IN (${list(except)})`, ...except);
  }
  if (query.days !== undefined) add(`${column("day")} IN (${list(query.days)})`, ...query.days);
  return { where: parts.length > 0 ? parts.join(" AND ") : "true", values, byIndex };
}

/** The kinds in the log, one index look-up for each. */
export function kindsIn(database: DatabaseSync): readonly string[] {
  const rows = database.prepare(
    `WITH RECURSIVE found (kind) AS (
       SELECT min(kind) FROM event
       UNION ALL SELECT (SELECT min(kind) FROM event WHERE kind > found.kind) FROM found WHERE found.kind IS NOT NULL
     ) SELECT kind FROM found WHERE kind IS NOT NULL`,
  );
  return rows.all().map((row) => String(row["kind"]));
}

/** The days with heartbeats or compacted evidence, ascending: a few index look-ups per day, however many rows it has. */
export function listHeartbeatDays(database: DatabaseSync): readonly string[] {
  const rows = database.prepare(
    `WITH RECURSIVE found (day) AS (
       SELECT min(day) FROM event
       UNION ALL SELECT (SELECT min(day) FROM event WHERE day > found.day) FROM found WHERE found.day IS NOT NULL
     ) SELECT day FROM found
       WHERE day IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE event.day = found.day AND kind IN ('heartbeats', 'compacted'))
       ORDER BY day`,
  );
  return rows.all().map((row) => String(row["day"]));
}
