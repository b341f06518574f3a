import { hash } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { BillingCase, TimeEntryInput } from "./model.ts";

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 5000;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS billing_case (id TEXT PRIMARY KEY, body TEXT NOT NULL CHECK (json_valid(body))) STRICT;
  CREATE TABLE IF NOT EXISTS time_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, external_id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
    case_id TEXT NOT NULL REFERENCES billing_case (id), date TEXT NOT NULL,
    billable_seconds INTEGER NOT NULL, billed_seconds INTEGER NOT NULL,
    received_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS time_entry_date ON time_entry (date, seq);
  CREATE INDEX IF NOT EXISTS time_entry_case ON time_entry (case_id, billable_seconds, billed_seconds);
  CREATE TABLE IF NOT EXISTS idempotency_key (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** A row of the entry table. `body` is the payload as canonical JSON. */
export interface StoredEntry {
  readonly seq: number;
  readonly externalId: string;
  readonly revision: number;
  readonly caseId: string;
  readonly date: string;
  readonly receivedMs: number;
  readonly body: string;
}

/** Entries of one case, summed up. */
export interface CaseTotals {
  readonly entries: number;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
}

/** Where a page of entries starts: behind this day and sequence number. */
export type EntryPosition = readonly [date: string, seq: number];

const COLUMNS = `seq, external_id AS externalId, revision, case_id AS caseId, date, received_ms AS receivedMs, body`;

/** JSON with the members of every object in order of their names: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}

/** The entry as it is answered. @param body its payload as canonical JSON */
export function entryText(seq: number, body: string): string {
  return `{"id":"${entryId(seq)}",${body.slice(1)}`;
}

/** The endpoint's own identity of an entry. */
export function entryId(seq: number): string {
  return `te-${seq}`;
}

function prepareAll(db: DatabaseSync) {
  return {
    insert: db.prepare(
      `INSERT INTO time_entry (external_id, revision, case_id, date, billable_seconds, billed_seconds, received_ms, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    update: db.prepare(
      `UPDATE time_entry SET revision = ?, case_id = ?, date = ?, billable_seconds = ?, billed_seconds = ?,
       received_ms = ?, body = ? WHERE external_id = ?`,
    ),
    remove: db.prepare("DELETE FROM time_entry WHERE external_id = ?"),
    find: db.prepare(`SELECT ${COLUMNS} FROM time_entry WHERE external_id = ?`),
    range: db.prepare(
      `SELECT ${COLUMNS} FROM time_entry WHERE date BETWEEN ? AND ? AND (date, seq) > (?, ?) ORDER BY date, seq LIMIT ?`,
    ),
    all: db.prepare(`SELECT ${COLUMNS} FROM time_entry ORDER BY seq`),
    latest: db.prepare(`SELECT ${COLUMNS} FROM time_entry ORDER BY received_ms DESC, seq DESC LIMIT ?`),
    totals: db.prepare(
      `SELECT case_id AS caseId, count(*) AS entries, sum(billable_seconds) AS billableSeconds,
       sum(billed_seconds) AS billedSeconds FROM time_entry GROUP BY case_id`,
    ),
    findKey: db.prepare("SELECT fingerprint, seq FROM idempotency_key WHERE key = ?"),
    rememberKey: db.prepare("INSERT OR IGNORE INTO idempotency_key (key, fingerprint, seq) VALUES (?, ?, ?)"),
    putCase: db.prepare(
      "INSERT INTO billing_case (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
    ),
    cases: db.prepare("SELECT body FROM billing_case"),
  } satisfies Record<string, StatementSync>;
}

/** Cases, entries and idempotency keys in one SQLite file. External ids are unique, and keys are never forgotten. */
export class Store {
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #cases = new Map<string, BillingCase>();
  #version = 0;

  /** @param database a file, or `:memory:` */
  constructor(database: string) {
    this.#db = new DatabaseSync(database);
    this.#db.exec(SCHEMA);
    this.#sql = prepareAll(this.#db);
    for (const { body } of this.#sql.cases.all() as unknown as readonly { body: string }[]) {
      const stored = JSON.parse(body) as BillingCase;
      this.#cases.set(stored.id, stored);
    }
  }

  /** Counts up with every change. */
  get version(): number {
    return this.#version;
  }

  /** Runs `write` as one transaction; its writes are stored all or not at all. */
  transaction<T>(write: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = write();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** All cases, by key. */
  cases(): readonly BillingCase[] {
    return [...this.#cases.values()].sort((a, b) => (isBefore(a.key, a.id, b.key, b.id) ? -1 : 1));
  }

  case(id: string): BillingCase | undefined {
    return this.#cases.get(id);
  }

  /** Adds a case or puts it in the place of the one with its id. */
  putCase(value: BillingCase): void {
    this.#sql.putCase.run(value.id, JSON.stringify(value));
    this.#cases.set(value.id, value);
    this.#version += 1;
  }

  /** Sums by case id; a case without entries is missing. */
  totals(): ReadonlyMap<string, CaseTotals> {
    const found = this.#sql.totals.all() as unknown as readonly (CaseTotals & { readonly caseId: string })[];
    return new Map(found.map((row) => [row.caseId, row]));
  }

  entry(externalId: string): StoredEntry | undefined {
    return this.#sql.find.get(externalId) as unknown as StoredEntry | undefined;
  }

  /** Entries of the local days `from` to `to`, both inclusive, by day and arrival. */
  entries(from: string, to: string, after: EntryPosition, limit: number): readonly StoredEntry[] {
    return this.#sql.range.all(from, to, ...after, limit) as unknown as readonly StoredEntry[];
  }

  /** All entries in the order of their first arrival. */
  allEntries(): readonly StoredEntry[] {
    return this.#sql.all.all() as unknown as readonly StoredEntry[];
  }

  /** The entries that arrived or changed last. */
  latestEntries(limit: number): readonly StoredEntry[] {
    return this.#sql.latest.all(limit) as unknown as readonly StoredEntry[];
  }

  /** What was first stored under a key, also when the entry was replaced or deleted since. */
  firstUse(key: string): { readonly fingerprint: string; readonly seq: number } | undefined {
    return this.#sql.findKey.get(key) as unknown as { fingerprint: string; seq: number } | undefined;
  }

  /** Stores a new entry and remembers its key. @returns its sequence number */
  insert(entry: TimeEntryInput, body: string): number {
    const { externalId, revision, caseId, date, billableSeconds, billedSeconds } = entry;
    const result = this.#sql.insert.run(
      ...[externalId, revision, caseId, date, billableSeconds, billedSeconds, Date.now(), body],
    );
    const seq = Number(result.lastInsertRowid);
    this.#sql.rememberKey.run(externalId, fingerprint(body), seq);
    this.#version += 1;
    return seq;
  }

  update(entry: TimeEntryInput, body: string): void {
    const { externalId, revision, caseId, date, billableSeconds, billedSeconds } = entry;
    this.#sql.update.run(revision, caseId, date, billableSeconds, billedSeconds, Date.now(), body, externalId);
    this.#version += 1;
  }

  remove(externalId: string): void {
    this.#sql.remove.run(externalId);
    this.#version += 1;
  }

  close(): void {
    this.#db.close();
  }
}

/** Whether the case `(key, id)` comes before `(otherKey, otherId)`. */
export function isBefore(key: string, id: string, otherKey: string, otherId: string): boolean {
  return key === otherKey ? id < otherId : key < otherKey;
}

/** Tells payloads apart. @param body canonical JSON */
export function fingerprint(body: string): string {
  return hash("sha256", body);
}
