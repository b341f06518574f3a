import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { epochMs } from "../../../src/base/time.ts";
import { CaseclockError } from "../../../src/domain/errors.ts";
import type { EventBody, LogEvent } from "../../../src/domain/log/events.ts";
import type { EventLog } from "../../../src/ports/eventLog.ts";
import { aCase, aRow, anEntry, anEvent, aRowEvent, at, day, must, TREE } from "../../support/builders.ts";
import { STORAGES, type Storage } from "../../support/eventLogs.ts";
import { collect } from "../../support/memoryEventLog.ts";

const ids = (events: readonly LogEvent[]): readonly string[] => events.map((event) => event.id);
const codeOf = (error: unknown): string => (CaseclockError.is(error) ? error.code : String(error));

describe.each(STORAGES)("an event log %s", (_name, make) => {
  let storage: Storage;
  let open: EventLog[];
  const openWindow = (): EventLog => {
    const log = storage.openWindow();
    open.push(log);
    return log;
  };

  beforeEach(() => {
    storage = make();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((log) => log.close()));
    storage.dispose();
  });

  it("is empty at first", async () => {
    const log = openWindow();
    expect(await log.read({})).toEqual([]);
    expect(await log.heartbeatDays()).toEqual([]);
    expect(await log.readCache("cases")).toBeUndefined();
  });

  const BODIES: readonly EventBody[] = [
    { kind: "heartbeats", tree: TREE, first: at("09:00"), last: at("09:00:02"), counts: { edit: 3, save: 1 } },
    { kind: "heartbeats", tree: TREE, first: at("09:00"), last: at("09:00"), counts: {}, agent: true },
    { kind: "focus", focused: true },
    { kind: "tickGap", from: at("09:00"), to: at("09:05") },
    { kind: "pick", tree: TREE, case: aCase("ÄCME-1 \u{1F680} 'quoted'", { incrementSeconds: 900, rounding: "up" }) },
    { kind: "pick", tree: TREE, case: null },
    { kind: "pause" },
    { kind: "resume" },
    { kind: "policy", idleTimeoutSeconds: 300, zone: anEvent("z").zone },
    { kind: "connected", connection: { id: "c", provider: "rest", url: "https://b", account: { id: "a", name: "A" } } },
    { kind: "disconnected", connectionId: "c" },
    { kind: "approved", entry: anEntry("entry-1") },
    { kind: "sending", entryId: "entry-1", revision: 1 },
    { kind: "receipted", entryId: "entry-1", revision: 1, remoteId: "r", storedSeconds: 600 },
    {
      kind: "sending",
      entries: [
        { entryId: "entry-1", revision: 1 },
        { entryId: "entry-2", revision: 3 },
      ],
    },
    { kind: "receipted", receipts: [{ entryId: "entry-1", revision: 1, remoteId: "r" }] },
    { kind: "refused", entryId: "entry-1", revision: 1, problem: { kind: "closed", detail: "The case is closed." } },
  ];

  it("gives back every event as it was, numbered in the order of appending", async () => {
    const log = openWindow();
    const events = BODIES.map((body, index) => ({
      ...anEvent(`id-${String(index)}`, body, `09:00:${String(59 - index)}`),
      ...(index % 2 === 0 ? { case: { source: "s", id: "c" } } : {}),
      ...(index % 3 === 0 ? { entryId: "entry-1" } : {}),
    }));
    await log.append(events.slice(0, 4));
    await log.append(events.slice(4));
    const read = await log.read({});
    expect(read).toEqual(events.map((event) => ({ ...event, seq: expect.any(Number) as number })));
    const positions = read.map((event) => event.seq);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(positions).size).toBe(events.length);
    expect(await openWindow().read({})).toEqual(read);
  });

  it("passes over an id that it has, within one append too, and keeps the first", async () => {
    const log = openWindow();
    await log.append([anEvent("a"), anEvent("a", { kind: "resume" })]);
    await log.append([anEvent("a", { kind: "notice", cause: "x" }), anEvent("b")]);
    const read = await log.read({});
    expect(read.map(({ id, body }) => [id, body.kind])).toEqual([
      ["a", "pause"],
      ["b", "pause"],
    ]);
  });

  it("appends nothing when there is nothing", async () => {
    const log = openWindow();
    const told: (readonly LogEvent[])[] = [];
    collect(log.onDidAppend, told);
    await log.append([]);
    expect(await log.read({})).toEqual([]);
    expect(told).toEqual([]);
  });

  it("reads by position, kind, day and half-open range, and by all of them", async () => {
    const log = openWindow();
    await log.append([
      anEvent("a", { kind: "pause" }, "09:00"),
      anEvent("b", { kind: "resume" }, "09:01"),
      anEvent("c", { kind: "pause" }, "09:02"),
      anEvent("d", { kind: "notice", cause: "x" }, "2026-03-11 09:00"),
      anEvent("e", { kind: "pause" }, "2026-03-12 09:00"),
    ]);
    const second = must((await log.read({}))[1]).seq;
    expect(ids(await log.read({ afterSeq: second }))).toEqual(["c", "d", "e"]);
    expect(ids(await log.read({ afterSeq: second + 10 }))).toEqual([]);
    expect(ids(await log.read({ kinds: ["pause", "notice"] }))).toEqual(["a", "c", "d", "e"]);
    expect(ids(await log.read({ kinds: [] }))).toEqual([]);
    expect(ids(await log.read({ exceptKinds: ["pause"] }))).toEqual(["b", "d"]);
    expect(ids(await log.read({ exceptKinds: [] }))).toEqual(["a", "b", "c", "d", "e"]);
    expect(ids(await log.read({ days: [day("2026-03-10"), day("2026-03-12")] }))).toEqual(["a", "b", "c", "e"]);
    expect(ids(await log.read({ from: at("09:01"), to: at("09:02") }))).toEqual(["b"]);
    expect(ids(await log.read({ from: at("09:02") }))).toEqual(["c", "d", "e"]);
    expect(ids(await log.read({ kinds: ["pause"], days: [day("2026-03-10")], afterSeq: 1, to: at("10:00") }))).toEqual([
      "c",
    ]);
  });

  it("reads in pages what it reads at once, and tells whoever cannot take one", async () => {
    const log = openWindow();
    const events = Array.from({ length: 4_500 }, (_, i) => anEvent(`e${String(i)}`));
    await log.append(events);
    const pages: (readonly LogEvent[])[] = [];
    const beginnings: boolean[] = [];
    await log.readInPages({}, (page, isFirst) => {
      pages.push(page);
      beginnings.push(isFirst);
    });
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual(await log.read({}));
    expect(beginnings).toEqual(pages.map((_, index) => index === 0));
    const cannot = log.readInPages({}, () => {
      throw new Error("no room");
    });
    await expect(cannot).rejects.toThrow("no room");
    await log.readInPages({ kinds: ["approved"] }, (page, isFirst) => {
      expect(page).toEqual([]);
      expect(isFirst).toBe(true);
    });
    expect(await log.read({ afterSeq: 4_499 })).toHaveLength(1);
    expect.assertions(7);
  });

  it("names the days that have heartbeats, each once, ascending", async () => {
    const log = openWindow();
    await log.append([
      aRowEvent("a", aRow("2026-03-12 09:00")),
      aRowEvent("b", aRow("2026-03-10 09:00")),
      anEvent("c", { kind: "pause" }, "2026-03-11 09:00"),
      aRowEvent("d", aRow("2026-03-12 10:00")),
    ]);
    expect(await log.heartbeatDays()).toEqual(["2026-03-10", "2026-03-12"]);
  });

  it("records a decision only on top of the state it was made on", async () => {
    const [one, two] = [openWindow(), openWindow()];
    await one.append([anEvent("a", { kind: "approved", entry: anEntry("entry-1") }), anEvent("b")]);
    const seen = must((await two.read({ kinds: ["approved"] }))[0]).seq;
    // The pause came later, and is of another kind: it does not stand in the way.
    const second = anEvent("c", { kind: "approved", entry: anEntry("entry-2") });
    expect(await two.appendIfLast("approved", seen, [second])).toBe(true);
    const third = anEvent("d", { kind: "approved", entry: anEntry("entry-3") });
    const told: (readonly LogEvent[])[] = [];
    collect(one.onDidAppend, told);
    expect(await one.appendIfLast("approved", seen, [third, anEvent("e")])).toBe(false);
    expect(told.flatMap(ids)).toContain("c"); // it knows what stood in the way before it is told "no"
    expect(ids(await one.read({}))).toEqual(["a", "b", "c"]);
  });

  it("lets one of two decisions on the same state through", async () => {
    const [one, two] = [openWindow(), openWindow()];
    const decided = await Promise.all(
      [one, two].map((log, index) =>
        log.appendIfLast("approved", 0, [anEvent(`d${String(index)}`, { kind: "approved", entry: anEntry("entry") })]),
      ),
    );
    expect(decided.filter(Boolean)).toHaveLength(1);
    expect(await one.read({})).toHaveLength(1);
  });

  it("gives a lease to one owner at a time, until it runs out or is given back", async () => {
    const [one, two] = [openWindow(), openWindow()];
    expect(await one.acquireLease("sync", "one", 60_000)).toBe(true);
    expect(await two.acquireLease("sync", "two", 60_000)).toBe(false);
    expect(await two.acquireLease("other", "two", 60_000)).toBe(true);
    expect(await one.acquireLease("sync", "one", 60_000)).toBe(true); // renewed
    await two.releaseLease("sync", "two"); // not its own: nothing happens
    expect(await two.acquireLease("sync", "two", 60_000)).toBe(false);
    await one.releaseLease("sync", "one");
    expect(await two.acquireLease("sync", "two", 0)).toBe(true);
    expect(await one.acquireLease("sync", "one", 60_000)).toBe(true); // the other's ran out at once
  });

  it("takes a lease that lies impossibly far ahead for one of before the clock was set back", async () => {
    const [one, two] = [openWindow(), openWindow()];
    expect(await one.acquireLease("sync", "one", 24 * 3_600_000)).toBe(true);
    expect(await two.acquireLease("sync", "two", 60_000)).toBe(true);
  });

  it("keeps one text per name for convenience", async () => {
    const [one, two] = [openWindow(), openWindow()];
    await one.writeCache("cases", "[1]");
    await one.writeCache("cases", "[2]");
    await one.writeCache("more", "x");
    const copy = must(await two.readCache("cases"));
    expect(copy.text).toBe("[2]");
    expect(copy.at).toBeGreaterThan(epochMs(0));
  });

  it("tells the writer before the append is done, once, with the positions", async () => {
    const log = openWindow();
    await log.append([anEvent("a")]);
    const told: (readonly LogEvent[])[] = [];
    collect(log.onDidAppend, told);
    await log.append([anEvent("b"), anEvent("c")]);
    expect(told.flatMap(ids)).toEqual(["b", "c"]);
    expect(told.flat()).toEqual(await log.read({ afterSeq: 1 }));
    expect(await log.appendIfLast("notice", 0, [anEvent("d")])).toBe(true);
    expect(told.flatMap(ids)).toEqual(["b", "c", "d"]);
  });

  it("tells the other windows, each event once and in order, and not those before they opened", async () => {
    const [one, two] = [openWindow(), openWindow()];
    await one.append([anEvent("a")]);
    await two.read({});
    const told: (readonly LogEvent[])[] = [];
    const own: (readonly LogEvent[])[] = [];
    await storage.eventually(() => true);
    collect(two.onDidAppend, told);
    collect(one.onDidAppend, own);
    await one.append([anEvent("b")]);
    await one.append([anEvent("c"), anEvent("d")]);
    await storage.eventually(() => told.flat().length >= 3);
    await two.append([anEvent("e")]);
    await storage.eventually(() => own.flat().length >= 4);
    expect(told.flatMap(ids)).toEqual(["b", "c", "d", "e"]);
    expect(own.flatMap(ids)).toEqual(["b", "c", "d", "e"]);
  });

  it("finishes what was asked before closing, then refuses", async () => {
    const log = openWindow();
    const writing = Promise.all(Array.from({ length: 20 }, (_, i) => log.append([anEvent(`a${String(i)}`)])));
    await writing;
    const last = log.append([anEvent("last")]);
    await Promise.all([last, Promise.resolve()]);
    await log.close();
    await log.close();
    await expect(log.append([anEvent("late")]).catch(codeOf)).resolves.toBe("ledger.unavailable");
    await expect(log.read({}).catch(codeOf)).resolves.toBe("ledger.unavailable");
    expect(await openWindow().read({})).toHaveLength(21);
  });
});
