import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SqliteStore } from "../../src/adapters/node/sqlite/sqliteStore.ts";
import type { LogEvent, NewEvent } from "../../src/domain/log/events.ts";
import type { LogNotice } from "../../src/ports/eventLog.ts";
import { anEntry, anEvent } from "./builders.ts";

/** A window's store without its thread, so that a test decides when it looks for others' events. */
export interface TestStore {
  readonly store: SqliteStore;
  readonly notices: LogNotice[];
}

/** A folder with a ledger file, and the stores that a test opened on it. */
export class LedgerFolder {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-file-"));
  readonly file = path.join(this.folder, "ledger.db");
  private readonly stores: SqliteStore[] = [];

  open(connect = (name: string, readOnly = false): DatabaseSync => new DatabaseSync(name, { readOnly })): TestStore {
    const notices: LogNotice[] = [];
    const store = new SqliteStore(this.file, connect, (notice) => notices.push(notice));
    this.stores.push(store);
    return { store, notices };
  }

  /** Does something with a connection of its own. */
  raw<T>(work: (database: DatabaseSync) => T, file = this.file): T {
    const database = new DatabaseSync(file);
    try {
      return work(database);
    } finally {
      database.close();
    }
  }

  /** Closes every store, the last of which merges its journal. */
  closeAll(): void {
    for (const store of this.stores.splice(0)) store.close();
  }

  /** Names in a folder below, ascending. */
  names(below = "."): readonly string[] {
    const folder = path.join(this.folder, below);
    return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  }

  /** Files that were set aside, without their companions. */
  get aside(): readonly string[] {
    return this.names().filter((name) => name.includes("-damaged-") && name.endsWith(".db"));
  }

  remove(): void {
    this.closeAll();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Events of several kinds, some of which are longer than a page. */
export function manyEvents(count: number, name = "e"): readonly NewEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const id = `${name}-${String(n)}`;
    if (n % 20 !== 7) return anEvent(id, { kind: "notice", cause: `${id} ${"x".repeat(n % 300)}` });
    const description = `${id} ü ${"long ".repeat((n % 5) * 900)}`;
    return { ...anEvent(id, { kind: "approved", entry: anEntry(id, { description }) }), entryId: id };
  });
}

/** Overwrites a page, counted from 1, or a part of it. */
export function damagePage(file: string, page: number, part: { from?: number; length?: number } = {}): void {
  const from = part.from ?? 0;
  const length = part.length ?? 4096 - from;
  const handle = fs.openSync(file, "r+");
  fs.writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, (page - 1) * 4096 + from);
  fs.closeSync(handle);
}

export const ids = (events: readonly LogEvent[]): readonly string[] => events.map((event) => event.id);
