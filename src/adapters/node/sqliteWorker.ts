import type { DatabaseSync as Database } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { CaseclockError, messageOf } from "../../domain/errors.ts";
import type { WorkerMessage, WorkerRequest } from "./sqliteProtocol.ts";
import { SqliteStore } from "./sqliteStore.ts";

/** How often other windows' events are looked for; design 2 allows a second. */
const POLL_MS = 400;

/**
 * The only thread that waits for a disk or a lock. The database is opened at the first request, and again at the next
 * one if that failed.
 */
function serve(port: NonNullable<typeof parentPort>, file: string): void {
  let store: SqliteStore | undefined;
  const post = (message: WorkerMessage): void => {
    port.postMessage(message);
  };
  const open = async (): Promise<SqliteStore> => {
    let DatabaseSync: typeof Database;
    try {
      ({ DatabaseSync } = await import("node:sqlite"));
    } catch (error) {
      throw new CaseclockError("ledger.unsupported", messageOf(error), { cause: error });
    }
    store ??= new SqliteStore(
      file,
      (path) => new DatabaseSync(path),
      (notice) => {
        post({ notice });
      },
    );
    return store;
  };
  const pump = (): void => {
    const appended = store?.takeNew() ?? [];
    if (appended.length > 0) post({ appended });
  };
  const timer = setInterval(() => {
    try {
      pump();
    } catch {
      // The next request meets the same failure and reports it to whoever asked.
    }
  }, POLL_MS);

  const answer = async ({ id, call, args }: WorkerRequest): Promise<void> => {
    try {
      if (call === "close") {
        clearInterval(timer);
        store?.close();
        store = undefined;
        post({ id, ok: true, value: undefined });
        port.close();
        return;
      }
      const opened = await open();
      const value = (opened[call] as (...args: readonly unknown[]) => unknown)(...args);
      if (call === "append" || call === "appendIfLast") pump(); // the writer sees its events before it is told "done"
      post({ id, ok: true, value });
    } catch (error) {
      const code = CaseclockError.is(error) ? error.code : "ledger.unavailable";
      post({ id, ok: false, code, message: messageOf(error) });
    }
  };
  // One after the other, in order of arrival.
  let queue = Promise.resolve();
  port.on("message", (request: WorkerRequest) => {
    queue = queue.then(() => answer(request));
  });
}

if (parentPort !== null) serve(parentPort, (workerData as { readonly file: string }).file);
