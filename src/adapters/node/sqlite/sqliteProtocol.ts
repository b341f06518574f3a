import type { ErrorCode } from "../../../domain/errors.ts";
import type { LogEvent } from "../../../domain/log/events.ts";
import type { LogNotice } from "../../../ports/eventLog.ts";
import type { Page, SqliteStore } from "./sqliteStore.ts";

/** Events per message: copying it blocks the extension host for a few milliseconds. */
export const MAX_IN_MESSAGE = 2_000;

/** Requests to the worker: the store's calls, and `close`. */
export type StoreCall =
  | "append"
  | "appendIfLast"
  | "stage"
  | "read"
  | "heartbeatDays"
  | "acquireLease"
  | "releaseLease"
  | "readCache"
  | "writeCache"
  | "readProjections"
  | "writeProjection"
  | "replace"
  | "erase";

export type StoreArguments<K extends StoreCall> = Parameters<SqliteStore[K]>;
export type StoreAnswer<K extends StoreCall> = ReturnType<SqliteStore[K]>;

/** When a worker looks for the backup of the day. */
export interface BackupTimes {
  readonly firstBackupMs: number;
  readonly backupCheckMs: number;
}

/** A worker's task: to serve the ledger, or to make one backup of it. `self` is the worker's own file. */
export type WorkerTask =
  | { readonly file: string; readonly self: string; readonly times?: BackupTimes }
  | { readonly file: string; readonly day: string };

/** From the thread that makes a backup, when that failed. */
export interface BackupFailure {
  readonly reason: string;
  /** Whether the ledger itself is damaged. */
  readonly isDamaged: boolean;
}

/** From the extension host to the worker. `more` asks for the next page of the answer to the request of the same id. */
export interface WorkerRequest {
  readonly id: number;
  readonly call: StoreCall | "more" | "close";
  readonly args: readonly unknown[];
}

/** From the worker to the extension host. */
export type WorkerMessage =
  /** Part of the answer to `read`, the last of which comes as `ok`. */
  | { readonly id: number; readonly page: Page }
  | { readonly id: number; readonly ok: true; readonly call: WorkerRequest["call"]; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly message: string }
  | { readonly appended: readonly LogEvent[] }
  | { readonly notice: LogNotice };
