import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, inject, vi } from "vitest";
import { SqliteEventLog } from "../../src/adapters/node/sqlite/sqliteEventLog.ts";
import type { EventLog } from "../../src/ports/eventLog.ts";
import { MemoryLogger } from "./logger.ts";
import { ManualClock } from "./manualClock.ts";
import { MemoryEventLog, MemoryStore } from "./memoryEventLog.ts";

/** The ledger's worker, as the product runs it. */
export const WORKER = inject("worker");

/** One way to keep a log: windows over one storage, and how to wait until one hears of the other. */
export interface Storage {
  openWindow(): EventLog;
  /** Resolves when `isTrue`, for which the port allows a second after an append. */
  eventually(isTrue: () => boolean): Promise<void>;
  dispose(): void;
}

function inMemory(): Storage {
  const clock = new ManualClock();
  const store = new MemoryStore();
  return {
    openWindow: () => new MemoryEventLog(clock, store),
    eventually: async (isTrue) => {
      await Promise.resolve();
      clock.advance(1_000);
      expect(isTrue()).toBe(true);
    },
    dispose: () => undefined,
  };
}

function inSqlite(): Storage {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-contract-"));
  return {
    openWindow: () => new SqliteEventLog(path.join(folder, "ledger.db"), WORKER, new MemoryLogger()),
    eventually: (isTrue) =>
      vi.waitFor(
        () => {
          expect(isTrue()).toBe(true);
        },
        { timeout: 20_000, interval: 20 },
      ),
    dispose: () => {
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every implementation of the port: one suite holds for all. */
export const STORAGES: readonly (readonly [name: string, make: () => Storage])[] = [
  ["in memory", inMemory],
  ["over SQLite", inSqlite],
];
