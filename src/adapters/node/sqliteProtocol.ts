import type { ErrorCode } from "../../domain/errors.ts";
import type { LogEvent } from "../../domain/events.ts";
import type { LogNotice } from "../../ports/eventLog.ts";
import type { SqliteStore } from "./sqliteStore.ts";

/** What the worker can be asked for: the store's calls, and to close. */
export type StoreCall =
  "append" | "appendIfLast" | "read" | "heartbeatDays" | "acquireLease" | "releaseLease" | "readCache" | "writeCache";

export type StoreArguments<K extends StoreCall> = Parameters<SqliteStore[K]>;
export type StoreAnswer<K extends StoreCall> = ReturnType<SqliteStore[K]>;

/** From the extension host to the worker. */
export interface WorkerRequest {
  readonly id: number;
  readonly call: StoreCall | "close";
  readonly args: readonly unknown[];
}

/** From the worker to the extension host. */
export type WorkerMessage =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly message: string }
  | { readonly appended: readonly LogEvent[] }
  | { readonly notice: LogNotice };
