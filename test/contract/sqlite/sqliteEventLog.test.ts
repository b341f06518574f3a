import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteEventLog } from "../../../src/adapters/node/sqlite/sqliteEventLog.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { LogEvent, NewEvent } from "../../../src/domain/log/events.ts";
import type { LocalDate } from "../../../src/base/time.ts";
import type { LogNotice } from "../../../src/ports/eventLog.ts";
import { WORKER } from "../../support/eventLogs.ts";
import { at, UTC } from "../../support/builders.ts";
import { MemoryLogger } from "../../support/logger.ts";

let folder: string;
let file: string;
let open: SqliteEventLog[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-log-"));
  file = path.join(folder, "storage", "ledger.db");
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((log) => log.close().catch(() => undefined)));
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A window's log, with the notices that it gave. */
function openLog(): SqliteEventLog & { readonly notices: LogNotice[] } {
  const log = new SqliteEventLog(file, WORKER, new MemoryLogger());
  const notices: LogNotice[] = [];
  log.onDidNotice((notice) => notices.push(notice));
  open.push(log);
  return Object.assign(log, { notices });
}

function anEvent(id: string, body: NewEvent["body"] = { kind: "pause" }, time = "09:00"): NewEvent {
  return { id, windowId: "w", at: at(time), zone: UTC, day: "2026-03-10" as LocalDate, body };
}

function raw<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const ids = (events: readonly LogEvent[]): readonly string[] => events.map((event) => event.id);

describe("the event log over SQLite", () => {
  it("gives back what was appended, in order, and passes over an id that it has", async () => {
    const log = openLog();
    await log.append([anEvent("a"), anEvent("b", { kind: "resume" }, "09:01")]);
    await log.append([anEvent("b", { kind: "pause" }), anEvent("c")]);
    const events = await log.read({});
    expect(ids(events)).toEqual(["a", "b", "c"]);
    expect(events[1]?.body).toEqual({ kind: "resume" });
    expect(ids(await log.read({ kinds: ["pause"], afterSeq: 1 }))).toEqual(["c"]);
    expect(ids(await log.read({ from: at("09:01"), to: at("09:02") }))).toEqual(["b"]);
  });

  it("tells its own appends before they are done, and those of another window within a second", async () => {
    const [one, two] = [openLog(), openLog()];
    await two.read({});
    const own: string[] = [];
    one.onDidAppend((events) => own.push(...ids(events)));
    const heard = new Promise<readonly string[]>((resolve) =>
      two.onDidAppend((events) => {
        resolve(ids(events));
      }),
    );
    const started = performance.now();
    await one.append([anEvent("a")]);
    expect(own).toEqual(["a"]);
    expect(await heard).toEqual(["a"]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("appends a decision only on top of what it was made on", async () => {
    const log = openLog();
    await log.append([anEvent("a", { kind: "notice", cause: "x" })]);
    expect(await log.appendIfLast("notice", 1, [anEvent("b", { kind: "notice", cause: "y" })])).toBe(true);
    expect(await log.appendIfLast("notice", 1, [anEvent("c")])).toBe(false);
    expect(ids(await log.read({}))).toEqual(["a", "b"]);
  });

  it("gives a lease to one window at a time", async () => {
    const [one, two] = [openLog(), openLog()];
    expect(await one.acquireLease("sync", "one", 60_000)).toBe(true);
    expect(await two.acquireLease("sync", "two", 60_000)).toBe(false);
    expect(await one.acquireLease("sync", "one", 60_000)).toBe(true);
    await one.releaseLease("sync", "one");
    expect(await two.acquireLease("sync", "two", 0)).toBe(true);
    expect(await one.acquireLease("sync", "one", 60_000)).toBe(true); // the other's has run out
  });

  it("keeps everything that three windows write at once", async () => {
    const logs = [openLog(), openLog(), openLog()];
    await Promise.all(
      logs.flatMap((log, w) =>
        Array.from({ length: 40 }, (_, i) => log.append([anEvent(`${String(w)}-${String(i)}`)])),
      ),
    );
    expect(new Set(ids(await (logs[0] ?? openLog()).read({}))).size).toBe(120);
  });

  it("refuses changes and deletions, also by REPLACE", async () => {
    await openLog().append([anEvent("a")]);
    raw((database) => {
      database.exec("PRAGMA recursive_triggers = ON");
      for (const statement of [
        "UPDATE event SET kind = 'x'",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT seq, 'z', kind, version, window_id, day, case_source, case_id, entry_id, at_ms, zone, body FROM event",
      ]) {
        expect(() => {
          database.exec(statement);
        }).toThrow(/append-only/);
      }
    });
  });

  it("is readable by its owner only", async () => {
    await openLog().append([anEvent("a")]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });
});

describe("a file that cannot be used", () => {
  it.each([
    [
      "garbage",
      () => {
        fs.writeFileSync(file, "this is no database, and never was one".repeat(100));
      },
    ],
    [
      "a folder in its place",
      () => {
        fs.mkdirSync(file);
      },
    ],
  ])("%s is kept aside, named, and a new one begun", async (_name, damage) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    damage();
    const log = openLog();
    await log.append([anEvent("a")]);
    expect(ids(await log.read({}))).toEqual(["a"]);
    const [notice] = log.notices;
    expect(notice?.kind).toBe("setAside");
    expect(fs.existsSync(notice?.kind === "setAside" ? notice.keptAs : "")).toBe(true);
  });

  it("damaged while two windows use it: one sets it aside, both go on with the new one", async () => {
    const [one, two] = [openLog(), openLog()];
    await one.append([anEvent("a")]);
    await two.read({});
    const followed = new Promise<void>((resolve) =>
      two.onDidNotice(() => {
        resolve();
      }),
    );
    fs.renameSync(file, `${file}.moved`); // what setting aside does, seen from the other window
    await followed;
    await two.append([anEvent("b")]);
    expect(ids(await openLog().read({}))).toEqual(["b"]);
  });

  it("of a newer version is left as it is", async () => {
    await openLog().append([anEvent("a")]);
    await open[0]?.close();
    raw((database) => {
      database.exec("PRAGMA user_version = 99");
    });
    const before = fs.readFileSync(file);
    const failure: unknown = await openLog()
      .append([anEvent("b")])
      .catch((error: unknown) => error);
    expect(CaseclockError.is(failure, "ledger.newer")).toBe(true);
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  it("rows written by hand are passed over and told once", async () => {
    const log = openLog();
    await log.append([anEvent("a")]);
    raw((database) => {
      database.exec(
        "INSERT INTO event (id, kind, version, window_id, day, at_ms, zone, body) VALUES ('x', 'nonsense', 1, 'w', '2026-03-10', 0, 'UTC', '{}')",
      );
      database.exec(
        "INSERT INTO event (id, kind, version, window_id, day, at_ms, zone, body) VALUES ('y', 'pause', 1, 'w', 'someday', 0, 'UTC', '{}')",
      );
    });
    expect(ids(await log.read({}))).toEqual(["a"]);
    expect(log.notices).toEqual([
      { kind: "unreadableRows", count: 2, first: expect.stringContaining("nonsense") as string },
    ]);
  });
});
