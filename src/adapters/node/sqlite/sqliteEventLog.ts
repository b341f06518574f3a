import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Emitter, type Event } from "../../../base/emitter.ts";
import type { EpochMs, LocalDate } from "../../../base/time.ts";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { EventKind, LogEvent, NewEvent } from "../../../domain/log/events.ts";
import type {
  ErasureReport,
  EventLog,
  EventQuery,
  LogNotice,
  NewProjection,
  Projection,
  Removal,
} from "../../../ports/eventLog.ts";
import type { Logger } from "../../../ports/logger.ts";
import {
  MAX_IN_MESSAGE,
  type BackupTimes,
  type StoreAnswer,
  type StoreArguments,
  type StoreCall,
  type WorkerMessage,
  type WorkerRequest,
  type WorkerTask,
} from "./sqliteProtocol.ts";
import type { Page } from "./sqliteStore.ts";

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Takes the pages of an answer. */
  readonly take?: TakePage;
}

type TakePage = Parameters<EventLog["readInPages"]>[1];

/** The event log over a worker thread that owns the database. The worker starts with the first call. */
export class SqliteEventLog implements EventLog {
  private readonly appended = new Emitter<readonly LogEvent[]>();
  private readonly noticed = new Emitter<LogNotice>();
  private readonly pending = new Map<number, Pending>();
  private readonly databaseFile: string;
  private readonly workerFile: string | URL;
  private readonly logger: Logger;
  private readonly times: BackupTimes | undefined;
  private worker: Worker | undefined;
  private nextId = 1;
  private closed = false;

  readonly onDidAppend: Event<readonly LogEvent[]> = this.appended.event;
  readonly onDidNotice: Event<LogNotice> = this.noticed.event;

  /**
   * @param databaseFile absolute path; its folder is made when needed
   * @param workerFile the built `sqliteWorker`
   * @param times when to look for the backup of the day; by default some seconds after the start and each minute
   */
  constructor(databaseFile: string, workerFile: string | URL, logger: Logger, times?: BackupTimes) {
    this.databaseFile = databaseFile;
    this.workerFile = workerFile;
    this.logger = logger;
    this.times = times;
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    if (events.length > 0) await this.ask("append", events);
  }

  async appendIfLast(
    kind: EventKind | readonly EventKind[],
    seq: number,
    events: readonly NewEvent[],
  ): Promise<boolean> {
    if (events.length <= MAX_IN_MESSAGE) return this.ask("appendIfLast", kind, seq, events);
    // Copying a long message blocks the extension host: it is sent in pieces and written as one.
    const name = randomUUID();
    for (let from = 0; from < events.length; from += MAX_IN_MESSAGE) {
      await this.ask("stage", name, events.slice(from, from + MAX_IN_MESSAGE));
    }
    return this.ask("appendIfLast", kind, seq, [], name);
  }

  async read(query: EventQuery): Promise<readonly LogEvent[]> {
    const events: LogEvent[] = [];
    await this.readInPages(query, (page, isFirst) => {
      if (isFirst) events.length = 0;
      events.push(...page);
    });
    return events;
  }

  async readInPages(query: EventQuery, take: TakePage): Promise<void> {
    await this.post(this.running(), "read", [query], take);
  }

  heartbeatDays(): Promise<readonly LocalDate[]> {
    return this.ask("heartbeatDays");
  }

  acquireLease(name: string, owner: string, ttlMs: number): Promise<boolean> {
    return this.ask("acquireLease", name, owner, ttlMs);
  }

  releaseLease(name: string, owner: string): Promise<void> {
    return this.ask("releaseLease", name, owner);
  }

  readCache(name: string): Promise<{ readonly at: EpochMs; readonly text: string } | undefined> {
    return this.ask("readCache", name);
  }

  writeCache(name: string, text: string): Promise<void> {
    return this.ask("writeCache", name, text);
  }

  readProjections(days: readonly LocalDate[], fold: number): Promise<readonly Projection[]> {
    return this.ask("readProjections", days, fold);
  }

  writeProjection(projection: NewProjection): Promise<boolean> {
    return this.ask("writeProjection", projection);
  }

  replace(change: Removal & { readonly append: readonly NewEvent[] }): Promise<void> {
    return this.ask("replace", change);
  }

  erase(what: Removal | "all"): Promise<ErasureReport> {
    return this.ask("erase", what);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    const { worker } = this;
    const done = worker === undefined ? Promise.resolve() : this.post(worker, "close", []);
    this.closed = true;
    await done;
    // It ends by itself once it has answered; terminating a thread that is closing its database is not safe.
    if (worker !== undefined && this.worker === worker) await once(worker, "exit");
    this.dispose();
  }

  dispose(): void {
    this.closed = true;
    const { worker } = this;
    this.worker = undefined;
    this.fail(new CaseclockError("ledger.unavailable", "the ledger is closed"));
    this.appended.dispose();
    this.noticed.dispose();
    worker?.terminate().catch((error: unknown) => {
      this.logger.warn("could not end the worker", error);
    });
  }

  private async ask<K extends StoreCall>(call: K, ...args: StoreArguments<K>): Promise<StoreAnswer<K>> {
    return (await this.post(this.running(), call, args)) as StoreAnswer<K>;
  }

  /** @throws CaseclockError `ledger.unavailable` after closing */
  private running(): Worker {
    if (this.closed) throw new CaseclockError("ledger.unavailable", "the ledger is closed");
    return (this.worker ??= this.start());
  }

  private post(
    worker: Worker,
    call: WorkerRequest["call"],
    args: readonly unknown[],
    take?: TakePage,
  ): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject, ...(take && { take }) });
      worker.postMessage({ id, call, args } satisfies WorkerRequest);
    });
  }

  private start(): Worker {
    const { workerFile } = this;
    const self = workerFile instanceof URL ? fileURLToPath(workerFile) : workerFile;
    const workerData: WorkerTask = { file: this.databaseFile, self, ...(this.times && { times: this.times }) };
    const worker = new Worker(workerFile, { workerData, stderr: true });
    worker.on("message", (message: WorkerMessage) => {
      this.receive(message);
    });
    worker.on("error", (error) => {
      this.logger.error(`worker failed: ${toErrorMessage(error)}`);
      this.fail(new CaseclockError("ledger.unavailable", toErrorMessage(error), { cause: error }));
    });
    worker.on("exit", () => {
      // The next call starts a new worker; requests to this one get no answer.
      if (this.worker === worker) this.worker = undefined;
      this.fail(new CaseclockError("ledger.unavailable", "the ledger's worker ended"));
    });
    return worker;
  }

  private receive(message: WorkerMessage): void {
    if ("appended" in message) {
      this.appended.fire(message.appended);
    } else if ("notice" in message) {
      this.noticed.fire(message.notice);
    } else if ("page" in message) {
      const { id, page } = message;
      this.give(id, page);
      if (!page.isLast) this.worker?.postMessage({ id, call: "more", args: [] } satisfies WorkerRequest);
    } else {
      const waiting = this.pending.get(message.id);
      this.pending.delete(message.id);
      if (message.ok) waiting?.resolve(message.value);
      else waiting?.reject(new CaseclockError(message.code, message.message));
    }
  }

  /** A caller that fails on a page gets no further ones: the rest of the answer is dropped. */
  private give(id: number, { events, isFirst }: Page): void {
    const waiting = this.pending.get(id);
    try {
      waiting?.take?.(events, isFirst);
    } catch (error) {
      this.pending.delete(id);
      waiting?.reject(error);
    }
  }

  private fail(error: CaseclockError): void {
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(error);
  }
}
