import { randomUUID } from "node:crypto";
import path from "node:path";
import { SqliteEventLog } from "../../../src/adapters/node/sqlite/sqliteEventLog.ts";
import {
  DAY_MS,
  epochMs,
  localDate,
  startOfDay,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../../src/base/time.ts";
import type { Case } from "../../../src/domain/cases/case.ts";
import type { EventBody, NewEvent } from "../../../src/domain/log/events.ts";
import type { Endpoint } from "../../billing-endpoint/server.ts";
import { MemoryLogger } from "../../support/logger.ts";
import { treeId } from "../../../src/domain/cases/treeId.ts";

/** A stretch of work on a case, times as `HH:MM` of the day. */
export interface Stretch {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** One sign of work each so many seconds: below 60 all of it is observed. */
  readonly every?: number;
}

/** A commit of the work tree, at a time of the day. */
export interface SeededCommit {
  readonly at: string;
  readonly subject: string;
}

/** Appends the events of a day that another window captured, so that a day need not be lived through. */
export class DaySeed {
  readonly day: LocalDate;
  private readonly zone: ZoneId;
  private readonly cases = new Map<string, Case>();
  private readonly tree = treeId("file:///srv/projects/sample");
  private readonly windowId = randomUUID();
  private readonly storage: string;

  private constructor(storage: string, day: LocalDate, zone: ZoneId) {
    this.storage = storage;
    this.day = day;
    this.zone = zone;
  }

  /** @param ago how many days before today. @param storage folder of the extension, which is connected to the endpoint */
  static async open(storage: string, endpoint: Endpoint, zone: ZoneId, ago = 1): Promise<DaySeed> {
    const seed = new DaySeed(storage, localDate(epochMs(Date.now() - ago * DAY_MS), zone), zone);
    await seed.withLog(async (log) => {
      const connected = (await log.read({ kinds: ["connected"] })).at(-1);
      if (connected?.body.kind !== "connected") throw new Error("not connected");
      const source = connected.body.connection.id;
      for (const one of await casesOf(endpoint)) seed.cases.set(one.key, { ...one, ref: { source, id: one.ref.id } });
    });
    return seed;
  }

  at(clock: string): EpochMs {
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
    return epochMs(startOfDay(this.day, this.zone) + ((hours * 60 + minutes) * 60 + seconds) * 1000);
  }

  async append(stretches: readonly Stretch[], commits: readonly SeededCommit[] = []): Promise<void> {
    // The zone of the day is the one in force then.
    const policy = { kind: "policy", idleTimeoutSeconds: 300, zone: this.zone } as const;
    const events: NewEvent[] = [this.event(this.at("00:00"), policy)];
    for (const { key, from, to, every = 40 } of stretches) {
      const picked = this.cases.get(key);
      if (picked === undefined) throw new Error(`no case ${key}`);
      events.push(this.event(this.at(from), { kind: "pick", tree: this.tree, case: picked }));
      for (let at = this.at(from); ; at = epochMs(at + every * 1000)) {
        const last = at < this.at(to) ? at : this.at(to);
        events.push(this.event(last, { kind: "heartbeats", tree: this.tree, first: last, last, counts: { edit: 1 } }));
        if (last === this.at(to)) break;
      }
    }
    for (const { at, subject } of commits) {
      const sha = `${randomUUID()}${randomUUID()}`.replaceAll("-", "").slice(0, 40);
      const commit = { sha, subject, repository: "sample", branch: "main" };
      events.push(this.event(this.at(at), { kind: "commit", tree: this.tree, commit, case: null, unnamed: true }));
    }
    events.sort((a, b) => a.at - b.at);
    await this.withLog((log) => log.append(events));
  }

  private event(at: EpochMs, body: EventBody): NewEvent {
    return { id: randomUUID(), windowId: this.windowId, at, zone: this.zone, day: this.day, body };
  }

  private async withLog<T>(work: (log: SqliteEventLog) => Promise<T>): Promise<T> {
    const worker = path.resolve("dist", "sqliteWorker.js");
    const log = new SqliteEventLog(path.join(this.storage, "ledger.db"), worker, new MemoryLogger());
    try {
      return await work(log);
    } finally {
      await log.close();
    }
  }
}

async function casesOf({ url, token }: Endpoint): Promise<readonly Case[]> {
  const answer = await fetch(`${url}/cases?status=open`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = (await answer.json()) as {
    readonly items: readonly (Omit<Case, "ref"> & { readonly id: string })[];
  };
  return items.map(({ id, ...one }) => ({ ...one, ref: { source: "", id } }));
}
