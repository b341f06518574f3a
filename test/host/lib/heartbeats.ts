import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A row of heartbeats as it lies in the ledger's file. */
export interface StoredHeartbeats {
  readonly seq: number;
  readonly windowId: string;
  readonly tree: string;
  readonly first: number;
  readonly last: number;
  readonly of: "person" | "agent" | "scroll" | "presence";
  readonly counts: Readonly<Record<string, number>>;
}

/** The ledger's file of a profile. @param storage a `globalStorage` folder */
export function ledgerFile(storage: string): string {
  return path.join(storage, "caseclock.caseclock", "ledger.db");
}

/** The rows of heartbeats after `seq`, in order, read beside the extension that writes them. */
export function readHeartbeats(file: string, afterSeq = 0): readonly StoredHeartbeats[] {
  if (!fs.existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare("SELECT seq, window_id, body FROM event WHERE kind = 'heartbeats' AND seq > ? ORDER BY seq")
      .all(afterSeq)
      .map((row) => {
        const body = JSON.parse(String(row["body"])) as {
          readonly tree: string;
          readonly first: number;
          readonly last: number;
          readonly agent?: true;
          readonly weak?: "scroll" | "presence";
          readonly counts: Readonly<Record<string, number>>;
        };
        const { tree, first, last, counts, agent, weak } = body;
        const of = agent === true ? "agent" : (weak ?? "person");
        return { seq: Number(row["seq"]), windowId: String(row["window_id"]), tree, first, last, counts, of };
      });
  } finally {
    database.close();
  }
}

/** The last row's `seq`, 0 if there is none. */
export function lastSeq(file: string): number {
  return readHeartbeats(file).at(-1)?.seq ?? 0;
}

/** What rows hold, without how often: `person edit select, agent edit`; empty: nothing. In a fixed order. */
export function summaryOf(rows: readonly StoredHeartbeats[]): string {
  const classes = ["person", "scroll", "presence", "agent"] as const;
  return classes
    .flatMap((of) => {
      const kinds = new Set(rows.filter((row) => row.of === of).flatMap((row) => Object.keys(row.counts)));
      return kinds.size === 0 ? [] : [`${of} ${[...kinds].sort().join(" ")}`];
    })
    .join(", ");
}
