import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventBody, NewEvent } from "../../../src/domain/log/events.ts";
import type { EventLog, LogNotice } from "../../../src/ports/eventLog.ts";
import { aCase, anEntry, anEvent, aRow, aRowEvent, at, day, must, TREE, UTC } from "../../support/builders.ts";
import { STORAGES, type Storage } from "../../support/eventLogs.ts";
import { collect } from "../../support/memoryEventLog.ts";

const FOLD = 7;
const DAYS = ["2026-03-07", "2026-03-08", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"].map(day);

describe.each(STORAGES)("an event log %s", (_name, make) => {
  let storage: Storage;
  let open: EventLog[];
  const openWindow = (): EventLog => {
    const log = storage.openWindow();
    open.push(log);
    return log;
  };
  /** A log with one event, and a projection of each day that has seen it. */
  const withProjections = async (): Promise<EventLog> => {
    const log = openWindow();
    await log.append([anEvent("first", { kind: "notice", cause: "x" })]);
    for (const of of DAYS) await log.writeProjection({ day: of, fold: FOLD, afterSeq: 1, text: `fold of ${of}` });
    return log;
  };
  const left = async (log: EventLog): Promise<readonly string[]> =>
    (await log.readProjections(DAYS, FOLD)).map((projection) => projection.day.slice(8));

  beforeEach(() => {
    storage = make();
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((log) => log.close()));
    storage.dispose();
  });

  it("keeps the folds of days for all windows, and those of one version of the fold apart", async () => {
    const log = await withProjections();
    await log.writeProjection({ day: must(DAYS[0]), fold: FOLD + 1, afterSeq: 1, text: "newer" });
    const other = openWindow();
    expect(await other.readProjections([must(DAYS[2]), must(DAYS[1]), must(DAYS[0])], FOLD)).toEqual([
      { day: "2026-03-08", text: "fold of 2026-03-08" },
      { day: "2026-03-09", text: "fold of 2026-03-09" },
    ]);
    expect(await other.readProjections(DAYS, FOLD + 1)).toEqual([{ day: "2026-03-07", text: "newer" }]);
    expect(await other.readProjections([], FOLD)).toEqual([]);
  });

  const CASES: readonly (readonly [name: string, event: NewEvent, left: readonly string[]])[] = [
    ["a heartbeat", aRowEvent("e", aRow("2026-03-10 09:00")), ["07", "08", "12"]],
    ["a pick", anEvent("e", { kind: "pick", tree: TREE, case: aCase("A-1") }), ["07", "08"]],
    ["a pause", anEvent("e", { kind: "pause" }), ["07", "08"]],
    ["a resume", anEvent("e", { kind: "resume" }), ["07", "08"]],
    ["a policy", anEvent("e", { kind: "policy", idleTimeoutSeconds: 60, zone: UTC }), ["07", "08"]],
    ["a tick gap", anEvent("e", { kind: "tickGap", from: at("09:00"), to: at("10:00") }), ["07", "08"]],
    ["an approval", anEvent("e", { kind: "approved", entry: anEntry("entry") }), DAYS.map((of) => of.slice(8))],
    ["a sign of focus", anEvent("e", { kind: "focus", focused: true }), DAYS.map((of) => of.slice(8))],
  ];
  it.each(CASES)("%s deletes the folds that it touches", async (_event, event, expected) => {
    const log = await withProjections();
    await openWindow().append([event]);
    expect(await left(log)).toEqual(expected);
    // Whoever folded before it comes too late with the same days, whoever folded it does not.
    const stored: string[] = [];
    for (const of of DAYS) {
      if (await log.writeProjection({ day: of, fold: FOLD, afterSeq: 1, text: "late" })) stored.push(of.slice(8));
    }
    expect(stored).toEqual(expected);
    for (const of of DAYS) {
      expect(await log.writeProjection({ day: of, fold: FOLD, afterSeq: 2, text: "in time" })).toBe(true);
    }
    expect(await left(log)).toHaveLength(DAYS.length);
  });

  it("replaces events by others, which get places after all there were, and tells every window", async () => {
    const [log, other] = [await withProjections(), openWindow()];
    await log.append([
      aRowEvent("a", aRow("2026-03-11 09:00")),
      aRowEvent("b", aRow("2026-03-11 09:01")),
      anEvent("c"),
    ]);
    await other.read({});
    const told: LogNotice[][] = [[], []];
    collect(log.onDidNotice, must(told[0]));
    collect(other.onDidNotice, must(told[1]));
    await log.replace({ removeSeqs: [2, 3], append: [anEvent("d", { kind: "notice", cause: "y" })] });
    expect((await log.read({})).map(({ seq, id }) => [seq, id])).toEqual([
      [1, "first"],
      [4, "c"],
      [5, "d"],
    ]);
    await storage.eventually(() => told.every((notices) => notices.length === 1));
    expect(told).toEqual([[{ kind: "rewritten" }], [{ kind: "rewritten" }]]);
    expect((await other.read({})).map(({ id }) => id)).toEqual(["first", "c", "d"]);
    // The days that the removed rows belonged to are folded anew.
    expect(await left(log)).toEqual(["07", "08"]);
  });

  it("replaces all or nothing", async () => {
    const log = openWindow();
    await log.append([anEvent("a"), anEvent("b")]);
    await log.replace({ removeSeqs: [2], append: [] });
    const twice = log.replace({ removeSeqs: [1, 2], append: [anEvent("c")] });
    await expect(twice).rejects.toMatchObject({ code: "ledger.busy" });
    expect((await log.read({})).map(({ id }) => id)).toEqual(["a"]);
  });

  it("never gives a place away twice, also when the newest events were removed", async () => {
    const log = openWindow();
    await log.append(["a", "b", "c"].map((id) => anEvent(id)));
    expect((await log.erase({ removeSeqs: [2, 3] })).events).toBe(2);
    await log.append([anEvent("b"), anEvent("d")]); // an id that was erased may come again
    expect((await log.read({})).map(({ seq, id }) => [seq, id])).toEqual([
      [1, "a"],
      [4, "b"],
      [5, "d"],
    ]);
    expect((await log.erase("all")).events).toBe(3);
    expect(await log.read({})).toEqual([]);
    await log.append([anEvent("e")]);
    expect((await log.read({})).map(({ seq }) => seq)).toEqual([6]);
    expect(await openWindow().heartbeatDays()).toEqual([]);
  });

  it("forgets copies and folds with what is erased", async () => {
    const log = await withProjections();
    await log.writeCache("cases", "[]");
    expect(await log.erase({ removeSeqs: [] })).toEqual({ events: 0, backups: 0, setAside: 0 });
    expect(await log.readCache("cases")).toBeUndefined();
    expect(await left(log)).toEqual([]);
  });

  it("records no decision and no fold of what was erased before this window was told", async () => {
    const [one, two] = [openWindow(), openWindow()];
    const approved: EventBody = { kind: "approved", entry: anEntry("entry-1") };
    await one.append([anEvent("a", approved)]);
    await two.read({});
    await storage.eventually(() => true);
    await one.erase("all");
    // Told or not, the answer is the same for a decision on what is gone: "no" until it was read anew.
    const told: LogNotice[] = [];
    collect(two.onDidNotice, told);
    const first = await two.appendIfLast("approved", 1, [anEvent("b", approved)]);
    if (!first) expect(told).toEqual([{ kind: "rewritten" }]);
    expect(await two.appendIfLast("approved", 1, [anEvent("c", approved)])).toBe(!first);
  });

  it("answers a reading of many rows whole and in order, and lets an append through meanwhile", async () => {
    const log = openWindow();
    const many = Array.from({ length: 12_001 }, (_, index) => anEvent(`e${String(index)}`));
    await log.append(many);
    const reading = log.read({ kinds: ["pause"] });
    const walking = log.read({});
    await log.append([anEvent("late")]);
    const expected = many.map(({ id }) => id);
    expect((await reading).map(({ id }) => id).slice(0, 12_001)).toEqual(expected);
    expect((await walking).map(({ id }) => id).slice(0, 12_001)).toEqual(expected);
    expect((await log.read({ afterSeq: 12_000 })).map(({ id }) => id)).toEqual(["e12000", "late"]);
  });
});
