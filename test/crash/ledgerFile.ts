import { DatabaseSync } from "node:sqlite";
import { readHeartbeats } from "../host/lib/heartbeats.ts";

/** Ids of everything in a ledger's file but evidence, which comes every two seconds. */
export function factIds(file: string): ReadonlySet<string> {
  return read(file, (database) => {
    const rows = database.prepare("SELECT id FROM event WHERE kind NOT IN ('heartbeats', 'focus')").all();
    return new Set(rows.map((row) => String(row["id"])));
  });
}

/** What SQLite says of the file: `ok`, or what is wrong. */
export function soundness(file: string): string {
  return read(file, (database) => String(Object.values(database.prepare("PRAGMA quick_check").get() ?? {})[0]));
}

/** The last sign of the person in a ledger's file, in milliseconds since 1970; 0 if there is none. */
export function lastHeartbeat(file: string): number {
  return readHeartbeats(file)
    .filter((row) => row.of === "person")
    .reduce((latest, row) => Math.max(latest, row.last), 0);
}

function read<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return work(database);
  } finally {
    database.close();
  }
}
