import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEvent } from "../../../src/domain/log/events.ts";
import type { EventLog } from "../../../src/ports/eventLog.ts";
import { anEvent } from "../../support/builders.ts";
import { STORAGES, type Storage } from "../../support/eventLogs.ts";
import { collect } from "../../support/memoryEventLog.ts";

/** More than go in one message. */
const MANY = 4_500;

describe.each(STORAGES)("many events at once, in an event log %s", (_name, make) => {
  let storage: Storage;
  let one: EventLog;
  let other: EventLog;

  beforeEach(() => {
    storage = make();
    one = storage.openWindow();
    other = storage.openWindow();
  });
  afterEach(async () => {
    await Promise.all([one.close(), other.close()]);
    storage.dispose();
  });

  const events = Array.from({ length: MANY }, (_, n) => anEvent(`e${String(n)}`));
  const idsOf = (list: readonly LogEvent[]): readonly string[] => list.map(({ id }) => id);

  it("are all there or none, in their order, and every window is told of each once", async () => {
    await other.read({});
    const told: (readonly LogEvent[])[] = [];
    const heard: (readonly LogEvent[])[] = [];
    const [a, b] = [collect(one.onDidAppend, told), collect(other.onDidAppend, heard)];
    expect(await one.appendIfLast("approved", 0, events)).toBe(true);
    expect(idsOf(await one.read({}))).toEqual(events.map(({ id }) => id));
    expect(idsOf(told.flat())).toEqual(events.map(({ id }) => id));
    await storage.eventually(() => heard.flat().length === MANY);
    expect(idsOf(heard.flat())).toEqual(events.map(({ id }) => id));
    a.dispose();
    b.dispose();
  });

  it("are refused together, and forgotten", async () => {
    await one.append([anEvent("pause", { kind: "pause" })]);
    expect(await one.appendIfLast("pause", 0, events)).toBe(false);
    await one.append([anEvent("resume", { kind: "resume" })]);
    expect(idsOf(await one.read({}))).toEqual(["pause", "resume"]);
  });
});
