import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerFiles } from "../../../../src/adapters/node/export/ledgerFile.ts";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { compactEvidence } from "../../../../src/app/ledger/compactEvidence.ts";
import { writeWorklog } from "../../../../src/app/export/exportLedger.ts";
import { importLedger, planImport, type ImportPlan } from "../../../../src/app/export/importLedger.ts";
import { pushOutbox } from "../../../../src/app/billing/pushOutbox.ts";
import { verifyLedger } from "../../../../src/app/ledger/verifyLedger.ts";
import { DAY_MS, type ZoneId } from "../../../../src/base/time.ts";
import { DEFAULT_TEMPLATE } from "../../../../src/domain/entries/description.ts";
import { caseDays } from "../../../../src/domain/day/daySheet.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { presentImport, presentImported, toImportReport } from "../../../../src/ui/export/presentImport.ts";
import {
  aCase,
  aConnection,
  anEntry,
  anEvent,
  aRow,
  aRowEvent,
  at,
  day,
  TREE,
  UTC,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

const ACME = aCase("ACME-1");
const TODAY = day("2026-03-10");
const NEVER = new AbortController().signal;

let folder: string;
let there: TestWindow;
let here: TestWindow;
let count: number;

function aWindow(name: string, zone: ZoneId = UTC): TestWindow {
  const clock = new ManualClock("2026-03-10 18:00");
  clock.zone = zone;
  let ids = 0;
  clock.newId = () => `${name}-${String((ids += 1))}`;
  return new TestWindow(clock, undefined, `window-${name}`, { zone });
}

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "caseclock-import-"));
  there = aWindow("there");
  here = aWindow("here");
  count = 0;
  await Promise.all([there.view.load(), here.view.load()]);
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
  there.kill();
  here.kill();
});

function parts({ log, view, journal, clock, logger }: TestWindow) {
  const directory = new CaseDirectory(log, view, new FakeProviders(new FakeBilling()), clock);
  return { journal, logger, directory, initialPolicy: { idleTimeoutSeconds: 300, zone: clock.zone } };
}

async function copy(from: TestWindow): Promise<string> {
  const file = path.join(folder, `${String((count += 1))}.json`);
  const drafting = { share: "commits", descriptionTemplate: DEFAULT_TEMPLATE } as const;
  await ledgerFiles.write(file, (sink) => writeWorklog(parts(from), drafting, {}, sink, () => ledgerFiles.checksum()));
  return file;
}

const plan = (to: TestWindow, file: string): Promise<ImportPlan> => planImport(parts(to), ledgerFiles, file, NEVER);

async function bring(to: TestWindow, file: string, signal = NEVER): Promise<number> {
  const planned = await plan(to, file);
  return (await importLedger(parts(to), ledgerFiles, planned, signal, () => undefined)).added;
}

async function move(): Promise<void> {
  await bring(here, await copy(there));
}

const row = (time: string, tree = TREE): NewEvent =>
  aRowEvent(`row-${String((count += 1))}`, aRow(time, time, { tree }));
const pick = (id: string, of = ACME, time = "08:00"): NewEvent =>
  anEvent(id, { kind: "pick", tree: TREE, case: of }, time);
const approved = (entry: ApprovedEntry): NewEvent =>
  anEvent(`approved-${entry.entryId}-${String((count += 1))}`, { kind: "approved", entry }, "17:00");
const receipted = (entryId: string): NewEvent =>
  anEvent(`receipt-${String((count += 1))}`, { kind: "receipted", entryId, revision: 1, remoteId: "1" }, "17:01");

async function figures(window: TestWindow, of = TODAY): Promise<Record<string, number>> {
  const lines = caseDays(await window.view.sheet(of));
  return Object.fromEntries(lines.map((line) => [line.case?.id ?? "none", line.observedSeconds + line.bridgedSeconds]));
}

describe("an import into a ledger that has time of its own", () => {
  it("keeps both, and counts a second once", async () => {
    await there.log.append([pick("there-1"), row("09:00:00"), row("09:00:40")]);
    await here.log.append([
      pick("here-1", aCase("BETA-1")),
      row("09:00:20"),
      row("09:00:50"),
      row("10:00:00"),
      row("10:00:30"),
    ]);
    await move();
    // 9:00:00 ACME there, 9:00:20 BETA here, 9:00:40 ACME there, 9:00:50 the end.
    expect(await figures(here)).toEqual({ "ACME-1": 30, "BETA-1": 50 });
    expect(await verifyLedger(here.log, { idleTimeoutSeconds: 300, zone: UTC })).toMatchObject({
      observed: 80,
      overlapSeconds: 0,
      lostSeconds: 0,
    });
  });

  it("keeps the picks of the same folder on two computers apart, and goes on with the other's where there is none", async () => {
    await there.log.append([pick("there-1", ACME, "08:00"), row("09:00:00"), row("09:00:30")]);
    await here.log.append([pick("here-1", aCase("BETA-1"), "07:00"), row("11:00:00"), row("11:00:30")]);
    await move();
    expect(await figures(here)).toEqual({ "ACME-1": 30, "BETA-1": 30 });
    expect(here.view.ledger.findPick(TREE)?.key).toBe("BETA-1");
    const fresh = aWindow("fresh");
    await bring(fresh, await copy(there));
    expect(fresh.view.ledger.findPick(TREE)?.key).toBe("ACME-1");
    fresh.kill();
  });

  it("is not told when to sleep, or that its clock was wrong, by the other", async () => {
    await here.log.append([
      pick("here-1"),
      row("09:00:00"),
      row("09:03:00"),
      row("2026-03-11 09:00:00"),
      row("2026-03-11 09:00:30"),
    ]);
    const before = { first: await figures(here), second: await figures(here, day("2026-03-11")) };
    await there.log.append([
      anEvent("sleep", { kind: "tickGap", from: at("08:00"), to: at("12:00") }, "12:00"),
      anEvent(
        "step",
        { kind: "tickGap", from: at("2026-03-09 08:00"), to: at("2026-03-09 08:10") },
        "2026-03-09 08:00",
      ),
    ]);
    await move();
    expect({ first: await figures(here), second: await figures(here, day("2026-03-11")) }).toEqual(before);
    expect(before).toEqual({ first: { "ACME-1": 180 }, second: { "ACME-1": 30 } });
  });

  it("has its zone, policy and pause go on", async () => {
    const captured = (time: string): NewEvent => ({ ...row(time), day: day("2026-03-11") });
    const tokyo = aWindow("tokyo", "Asia/Tokyo" as ZoneId);
    await tokyo.view.load();
    await tokyo.log.append([pick("here-1"), captured("16:00:00"), captured("16:00:30")]);
    await there.log.append([row("06:00:00"), anEvent("pause", { kind: "pause" }, "07:00")]);
    await bring(tokyo, await copy(there));
    // 16:00 UTC is the next day in Tokyo, and was not paused there.
    expect(await figures(tokyo, day("2026-03-11"))).toEqual({ "ACME-1": 30 });
    expect(tokyo.view.ledger.isPaused).toBe(false);
    expect(tokyo.view.today()).toBe("2026-03-11");
    tokyo.kill();
  });

  it("stays connected as it was, and takes the other's entries of the same account for its own", async () => {
    await there.log.append([
      anEvent("connect-1", { kind: "connected", connection: aConnection({ id: "connection-there" }) }),
      approved(
        anEntry("a", {
          connectionId: "connection-there",
          case: { ...ACME, ref: { source: "connection-there", id: "1" } },
        }),
      ),
    ]);
    await here.log.append([
      anEvent("connect-2", { kind: "connected", connection: aConnection({ id: "connection-here" }) }),
    ]);
    await move();
    const { ledger } = here.view;
    expect(ledger.connection?.id).toBe("connection-here");
    expect([...ledger.connections.keys()]).toEqual(["connection-here"]);
    expect(ledger.entries.get("a")?.entry).toMatchObject({
      connectionId: "connection-here",
      case: { ref: { source: "connection-here" } },
    });
    await move();
    expect(ledger.entries.all).toHaveLength(1);
  });

  it("waits for a timer to be stopped", async () => {
    await there.log.append([
      anEvent("timer-1", { kind: "timerStarted", case: ACME, reason: "" }),
      anEvent("timer-2", { kind: "timerStopped", timerId: "timer-1" }),
    ]);
    await here.log.append([anEvent("timer-3", { kind: "timerStarted", case: ACME, reason: "Call" })]);
    await expect(move()).rejects.toMatchObject({ code: "import.conflict" });
    await here.log.append([anEvent("timer-4", { kind: "timerStopped", timerId: "timer-3" })]);
    await move();
    expect(here.view.ledger.timer).toBeUndefined();
  });
});

describe("time that both have approved", () => {
  const overlapping = anEntry("b", { start: at("09:05"), end: at("09:15") });

  it("is refused while one of the two could still be sent, and nothing is changed", async () => {
    await there.log.append([approved(anEntry("a")), receipted("a"), row("08:00:00")]);
    await here.log.append([approved(overlapping)]);
    const file = await copy(there);
    const refusal = await plan(here, file).catch((error: unknown) => error);
    expect(CaseclockError.is(refusal, "import.conflict")).toBe(true);
    expect(String(refusal)).toMatch(/approved twice: for ACME-1 on 2026-03-10 in the file/);
    expect(here.store.events).toHaveLength(1);
    await here.log.append([anEvent("withdrawn", { kind: "withdrawn", entryId: "b", revision: 1 })]);
    expect(await bring(here, file)).toBeGreaterThan(0);
  });

  it("is told where the billing system has both", async () => {
    await there.log.append([approved(anEntry("a")), receipted("a")]);
    await here.log.append([approved(overlapping), receipted("b")]);
    const planned = await plan(here, await copy(there));
    expect(presentImport(planned).detail).toContain(
      "1 entry has time that the billing system received from both computers",
    );
    expect(toImportReport(planned, 5).billedTwice).toEqual([{ key: "ACME-1", date: "2026-03-10" }]);
    await importLedger(parts(here), ledgerFiles, planned, NEVER, () => undefined);
    expect(here.view.ledger.entries.listOpen).toEqual([]);
  });

  it("is refused when both made an entry of the same draft, or of the same call", async () => {
    await there.log.append([approved(anEntry("a"))]);
    await here.log.append([approved(anEntry("a", { description: "Otherwise" }))]);
    await expect(move()).rejects.toMatchObject({ code: "import.conflict" });
    const other = aWindow("other");
    await other.view.load();
    const call = { declarations: [{ id: "call", seconds: 60 as never, reason: "Call" }], intervals: [] };
    await other.log.append([approved(anEntry("x", call))]);
    const third = aWindow("third");
    await third.view.load();
    await third.log.append([approved(anEntry("y", call))]);
    await expect(bring(third, await copy(other))).rejects.toMatchObject({ code: "import.conflict" });
    other.kill();
    third.kill();
  });

  it("is refused when it is approved while the question stands", async () => {
    await there.log.append([approved(anEntry("a"))]);
    const planned = await plan(here, await copy(there));
    await here.log.append([approved(overlapping)]);
    await expect(importLedger(parts(here), ledgerFiles, planned, NEVER, () => undefined)).rejects.toMatchObject({
      code: "import.conflict",
    });
    expect(here.view.ledger.entries.all).toHaveLength(1);
  });
});

describe("an entry that waits on both computers", () => {
  it.each(["there first", "here first"])("arrives once, %s", async (order) => {
    const billing = new FakeBilling();
    await there.log.append([
      anEvent("connect", { kind: "connected", connection: aConnection() }),
      approved(anEntry("a")),
      approved(anEntry("b", { start: at("10:00"), end: at("10:10") })),
    ]);
    await move();
    const windows = order === "there first" ? [there, here] : [here, there];
    for (const window of windows) {
      const result = await pushOutbox(parts(window), billing, ["a", "b"], NEVER, () => undefined);
      expect(result).toMatchObject({ pushed: 2, waiting: 0 });
    }
    expect(billing.stored.map(({ externalId }) => externalId).sort()).toEqual(["a", "b"]);
  });

  it("can be withdrawn as before, and is looked up also when it is approved anew", async () => {
    const billing = new FakeBilling();
    await there.log.append([approved(anEntry("a"))]);
    await move();
    await pushOutbox(parts(here), billing, ["a"], NEVER, () => undefined);
    await there.log.append([
      anEvent("withdrawn", { kind: "withdrawn", entryId: "a", revision: 1 }),
      approved(anEntry("a")),
    ]);
    expect(there.view.ledger.entries.get("a")).toMatchObject({
      delivery: { state: "waiting", attempts: 0 },
      lookUp: true,
    });
    await pushOutbox(parts(there), billing, ["a"], NEVER, () => undefined);
    expect(billing.stored).toHaveLength(1);
  });
});

describe("an import that is repeated", () => {
  it("goes on where it was stopped", async () => {
    await there.log.append([
      pick("there-1"),
      ...Array.from({ length: 2_500 }, (_, n) => row(new Date(at("09:00") + n * 1_000).toISOString().slice(11, 19))),
    ]);
    const file = await copy(there);
    const stop = new AbortController();
    const planned = await plan(here, file);
    const running = importLedger(parts(here), ledgerFiles, planned, stop.signal, () => {
      stop.abort();
    });
    await expect(running).rejects.toThrow();
    const some = here.store.events.length;
    expect(some).toBeGreaterThan(2_000);
    expect(some).toBeLessThan(2_500);
    await bring(here, file);
    expect(await figures(here)).toEqual({ "ACME-1": 2_499 });
    expect(await bring(here, file)).toBe(0);
  });

  it("counts nothing twice that was compacted meanwhile", async () => {
    await there.log.append([pick("there-1"), row("09:00:00"), row("09:00:40")]);
    const file = await copy(there);
    await bring(here, file);
    await here.log.append([approved(anEntry("a", { start: at("09:00:00"), end: at("09:00:40") }))]);
    here.clock.step(200 * DAY_MS);
    expect(await compactEvidence(here, 90)).toEqual([TODAY]);
    await here.view.load();
    await bring(here, file);
    expect(await figures(here)).toEqual({ "ACME-1": 40 });
  });

  it("says what it brings, and at the end what it brought", async () => {
    await there.log.append([
      anEvent("connect", { kind: "connected", connection: aConnection() }),
      pick("there-1"),
      row("09:00:00"),
      approved(anEntry("a")),
    ]);
    const file = await copy(there);
    const { detail } = presentImport(await plan(here, file));
    expect(detail).toContain("1 day, 2026-03-10 to 2026-03-10");
    expect(detail).toContain("1 time entry is new here; 1 in the file are not settled");
    expect(detail).toContain("Ann at https://billing.example. Files never contain tokens");
    expect(presentImported(toImportReport(await plan(here, file), 5))).toBe(
      "Imported: 1 time entry and captured time on 1 day (5 events).",
    );
    await bring(here, file);
    const again = await plan(here, file);
    expect(presentImport(again).detail).toContain("All decisions in the file are already here.");
    expect(presentImported(toImportReport(again, 0))).toMatch(/^Everything in the file was already here/);
  });
});
