import { randomUUID } from "node:crypto";
import type { DatabaseSync as Database } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { CaseclockError, toErrorMessage } from "../../../domain/errors.ts";
import type { EventQuery } from "../../../ports/eventLog.ts";
import { backUp, DailyBackup } from "./sqliteBackup.ts";
import {
  MAX_IN_MESSAGE,
  type BackupFailure,
  type BackupTimes,
  type WorkerMessage,
  type WorkerRequest,
  type WorkerTask,
} from "./sqliteProtocol.ts";
import { SqliteStore } from "./sqliteStore.ts";

/** How often other windows' events are polled for; one second is promised (docs/architecture.md). */
const POLL_MS = 400;

/** Today's backup is first checked for after the window has started, then as the day goes on. */
const TIMES: BackupTimes = { firstBackupMs: 5_000, backupCheckMs: 60_000 };

/** After these requests the writer sees its own events before it gets its answer. */
const TOLD_AT_ONCE: readonly WorkerRequest["call"][] = ["append", "appendIfLast", "replace", "erase"];

/**
 * The only thread that waits for a disk or a lock. The database is opened at the first request, and again at the next
 * one if that failed. Requests are answered in order of arrival, but a long answer lets others in between its pages.
 */
class Server {
  private readonly file: string;
  private readonly port: NonNullable<typeof parentPort>;
  private readonly backup: DailyBackup;
  private readonly timers: readonly NodeJS.Timeout[];
  /** Answers with pages still to send. */
  private readonly reading = new Map<number, ReturnType<SqliteStore["readPages"]>>();
  private closing: (() => void) | undefined;
  private store: SqliteStore | undefined;
  /** Resolves when all requests so far are done. Failures go into answers, so it never rejects. */
  private queue = Promise.resolve();

  constructor(port: NonNullable<typeof parentPort>, file: string, self: string, times: BackupTimes) {
    this.port = port;
    this.file = file;
    this.backup = new DailyBackup(file, self, randomUUID(), (notice) => {
      this.post({ notice });
    });
    const check = (): void => {
      if (this.store !== undefined) this.backup.check(this.store);
    };
    const poll = (): void => {
      try {
        this.pump();
      } catch {
        // The next request meets the same failure and reports it to its caller.
      }
    };
    this.timers = [
      setInterval(poll, POLL_MS),
      setTimeout(check, times.firstBackupMs),
      setInterval(check, times.backupCheckMs),
    ];
    port.on("message", (request: WorkerRequest) => {
      if (request.call === "close") this.closeAfterReads(request);
      else this.enqueue(() => this.answer(request));
    });
  }

  private post(message: WorkerMessage): void {
    this.port.postMessage(message);
  }

  private enqueue(work: () => Promise<void>): void {
    this.queue = this.queue.then(work);
  }

  private pump(): void {
    const appended = this.store?.takeNew() ?? [];
    for (let from = 0; from < appended.length; from += MAX_IN_MESSAGE) {
      this.post({ appended: appended.slice(from, from + MAX_IN_MESSAGE) });
    }
  }

  private async open(): Promise<SqliteStore> {
    let DatabaseSync: typeof Database;
    try {
      ({ DatabaseSync } = await import("node:sqlite"));
    } catch (error) {
      throw new CaseclockError("ledger.unsupported", toErrorMessage(error), { cause: error });
    }
    this.store ??= new SqliteStore(
      this.file,
      (path, readOnly = false) => new DatabaseSync(path, { readOnly }),
      (notice) => {
        this.post({ notice });
      },
    );
    return this.store;
  }

  private async answer({ id, call, args }: WorkerRequest): Promise<void> {
    try {
      if (call === "close") {
        await this.close();
        this.post({ id, ok: true, call, value: undefined });
        this.port.close();
        return;
      }
      const store = await this.open();
      if (call === "read" || call === "more") {
        this.answerPage(id, store, args[0] as EventQuery);
        return;
      }
      if (call === "erase") await this.backup.stop(); // what it copies is what is to be erased
      const value = (store[call] as (...args: readonly unknown[]) => unknown)(...args);
      if (TOLD_AT_ONCE.includes(call)) this.pump();
      this.post({ id, ok: true, call, value });
    } catch (error) {
      this.refuse(id, error);
    }
  }

  /** Sends the next page on request: neither side is ever more than one page behind. */
  private answerPage(id: number, store: SqliteStore, query: EventQuery): void {
    const pages = this.reading.get(id) ?? store.readPages(query);
    this.reading.set(id, pages);
    const { done, value: page } = pages.next();
    if (done !== true) {
      this.post({ id, page });
      if (!page.isLast) return;
      pages.next(); // ends it
    }
    this.endRead(id);
    this.post({ id, ok: true, call: "read", value: undefined });
  }

  private endRead(id: number): void {
    this.reading.delete(id);
    if (this.reading.size === 0) this.closing?.();
  }

  private closeAfterReads(request: WorkerRequest): void {
    const close = (): void => {
      this.closing = undefined;
      this.enqueue(() => this.answer(request));
    };
    // After the requests that have arrived, among which a read may not have begun.
    this.enqueue(() => {
      if (this.reading.size === 0) close();
      else this.closing = close;
      return Promise.resolve();
    });
  }

  private refuse(id: number, error: unknown): void {
    this.endRead(id);
    const code = CaseclockError.is(error) ? error.code : "ledger.unavailable";
    this.post({ id, ok: false, code, message: toErrorMessage(error) });
  }

  private async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.backup.stop();
    this.store?.close();
    this.store = undefined;
  }
}

const task = workerData as WorkerTask;
if (parentPort !== null) {
  const port = parentPort;
  if ("self" in task) {
    new Server(port, task.file, task.self, task.times ?? TIMES);
  } else {
    const make = async (): Promise<void> => backUp(task.file, task.day, await import("node:sqlite"));
    make().catch((error: unknown) => {
      const isDamaged = CaseclockError.is(error, "ledger.damaged");
      port.postMessage({ reason: toErrorMessage(error), isDamaged } satisfies BackupFailure);
    });
  }
}
