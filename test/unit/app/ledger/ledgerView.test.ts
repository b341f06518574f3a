import { beforeEach, describe, expect, it } from "vitest";
import { CurrentCase } from "../../../../src/app/cases/currentCase.ts";
import { StatusModel } from "../../../../src/app/status/statusModel.ts";
import { epochMs, type EpochMs, type LocalDate } from "../../../../src/base/time.ts";
import type { DaySheet } from "../../../../src/domain/day/daySheet.ts";
import { CaseclockError } from "../../../../src/domain/errors.ts";
import type { NewEvent } from "../../../../src/domain/log/events.ts";
import { aCase, anEvent, aRow, aRowEvent, at, day, OTHER_TREE, TREE } from "../../../support/builders.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { settle, TestWindow } from "../../../support/memoryEventLog.ts";

const TODAY = day("2026-03-10");
const PICK = anEvent("pick", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "08:00");

let clock: ManualClock;
let window: TestWindow;
let rows = 0;
const beat = (time: string): NewEvent => aRowEvent(`row-${String((rows += 1))}`, aRow(time));

beforeEach(() => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
});

/** What a window that opens now computes of the same log. */
async function fromScratch(date: LocalDate): Promise<DaySheet> {
  const fresh = window.beside("window-fresh");
  try {
    return await fresh.view.sheet(date);
  } finally {
    fresh.kill();
  }
}

describe("the ledger view", () => {
  it("shows what was appended before it was loaded, while it loads, and afterwards", async () => {
    await window.log.append([PICK]);
    const loading = window.view.load();
    await window.log.append([anEvent("pause", { kind: "pause" }, "09:00")]);
    await loading;
    expect(window.view.ledger.findPick(TREE)?.key).toBe("ACME-1");
    expect(window.view.ledger.isPaused).toBe(true);
    await window.log.append([anEvent("resume", { kind: "resume" }, "09:01")]);
    expect(window.view.ledger.isPaused).toBe(false);
  });

  it("tells of each change once it is in the ledger", async () => {
    await window.view.load();
    const seen: boolean[] = [];
    window.view.onDidChange(() => seen.push(window.view.ledger.isPaused));
    await window.log.append([anEvent("pause", { kind: "pause" })]);
    await window.log.append([]);
    expect(seen).toEqual([true]);
  });

  it("tries again after a reading that failed", async () => {
    let failing = true;
    const { log } = window;
    const read = log.read.bind(log);
    log.read = (query) => (failing ? Promise.reject(new CaseclockError("ledger.busy", "locked")) : read(query));
    await log.append([PICK]);
    await expect(window.view.load()).rejects.toMatchObject({ code: "ledger.busy" });
    failing = false;
    await window.view.load();
    expect(window.view.ledger.findPick(TREE)?.key).toBe("ACME-1");
  });

  it("folds a day as it would from scratch, whatever arrives in whatever order", async () => {
    const events = [
      PICK,
      beat("09:00"),
      beat("09:00:30"),
      beat("2026-03-09 23:59:40"),
      beat("2026-03-10 00:00:20"),
      anEvent("p2", { kind: "pick", tree: TREE, case: aCase("BETA-1") }, "09:00:20"),
      beat("09:00:10"),
      anEvent("pause", { kind: "pause" }, "2026-03-09 23:59:50"),
      anEvent("resume", { kind: "resume" }, "2026-03-09 23:59:55"),
      beat("2026-03-10 23:58:00"),
      beat("2026-03-11 00:00:00"),
      beat("2026-03-11 00:00:01"),
      anEvent("gap", { kind: "tickGap", from: at("09:01"), to: at("09:02") }, "09:02"),
      beat("09:03"),
      anEvent("policy", { kind: "policy", idleTimeoutSeconds: 1800, zone: PICK.zone }, "09:03"),
      beat("09:33"),
      aRowEvent("agent", aRow("09:40", "09:40:02", { agent: true })),
    ];
    for (const event of events) {
      await window.log.append([event]);
      for (const date of ["2026-03-09", "2026-03-10", "2026-03-11"].map(day)) {
        expect(await window.view.sheet(date)).toEqual(await fromScratch(date));
      }
    }
    expect(await window.view.days()).toEqual(["2026-03-09", "2026-03-10", "2026-03-11"]);
    const spans = (await window.view.sheet(TODAY)).spans.map((span) => [span.start, span.end, span.case?.id]);
    expect(spans).toEqual([
      [at("00:00"), at("00:00:20"), undefined],
      [at("09:00"), at("09:00:20"), "ACME-1"],
      [at("09:00:20"), at("09:00:30"), "BETA-1"],
      [at("09:03"), at("09:33"), "BETA-1"],
      [at("23:58"), at("2026-03-11 00:00"), "BETA-1"],
    ]);
  });

  it("does not miss a row that is written while the day is being read", async () => {
    await window.log.append([PICK, beat("09:00")]);
    await window.view.load();
    for (const early of [0, 1, 2, 3, 4, 5]) {
      const reading = window.view.sheet(TODAY);
      for (let turn = 0; turn < early; turn += 1) await Promise.resolve();
      await window.log.append([beat(`09:00:${String(10 + early)}`)]);
      await reading;
      expect(await window.view.sheet(TODAY)).toEqual(await fromScratch(TODAY));
      window.kill();
      window = window.beside("window-1");
      await window.view.load();
    }
  });

  it("follows other windows within a second", async () => {
    await window.log.append([PICK, beat("09:00")]);
    const other = window.beside("window-2");
    await other.view.sheet(TODAY);
    await window.log.append([beat("09:00:30"), anEvent("pause", { kind: "pause" }, "09:00:20")]);
    clock.advance(1_000);
    expect(other.view.ledger.isPaused).toBe(true);
    expect(await other.view.sheet(TODAY)).toEqual(await fromScratch(TODAY));
  });

  it("begins anew when the file was replaced", async () => {
    await window.log.append([PICK, beat("09:00"), beat("09:00:30")]);
    expect((await window.view.sheet(TODAY)).spans).toHaveLength(1);
    window.store.events.length = 0;
    window.store.ids.clear();
    window.log.notice({ kind: "setAside", keptAs: "elsewhere", reason: "damaged" });
    await settle();
    expect(window.view.ledger.findPick(TREE)).toBeUndefined();
    expect((await window.view.sheet(TODAY)).spans).toEqual([]);
  });

  it("begins anew when another window removed events, also while it reads them", async () => {
    await window.log.append([PICK, beat("09:00"), beat("09:00:30")]);
    const other = window.beside("window-2");
    const reading = other.view.load();
    await window.log.erase("all");
    clock.advance(1_000);
    await reading;
    expect(other.view.ledger.findPick(TREE)).toBeUndefined();
    await window.log.append([PICK, beat("09:01"), beat("09:01:30")]);
    clock.advance(1_000);
    await other.view.load();
    expect((await other.view.sheet(TODAY)).spans).toHaveLength(1);
    await window.log.replace({ removeSeqs: [(await window.log.read({})).at(-1)?.seq ?? 0], append: [] });
    clock.advance(1_000);
    await other.view.load();
    expect((await other.view.sheet(TODAY)).spans).toEqual([]);
    other.kill();
  });

  it("knows today in the zone in force", async () => {
    await window.view.load();
    clock.set("2026-03-10 23:30");
    expect(window.view.today()).toBe("2026-03-10");
    await window.log.append([
      anEvent(
        "policy",
        { kind: "policy", idleTimeoutSeconds: 300, zone: "Europe/Madrid" as NewEvent["zone"] },
        "23:00",
      ),
    ]);
    expect(window.view.today()).toBe("2026-03-11");
  });

  it("leaves no subscription behind", () => {
    window.kill();
    expect(clock.pending).toBe(0);
  });
});

describe("the current case", () => {
  it("is what the log says of the active tree, changed only once that is durable", async () => {
    const current = new CurrentCase(window.journal);
    const seen: (string | undefined)[] = [];
    current.state.onDidChange((state) => seen.push(state.case?.key));
    current.setActiveTree(TREE);
    const picking = current.pick(TREE, aCase("ACME-1"));
    expect(current.state.value.case).toBeUndefined();
    await picking;
    expect(current.state.value).toEqual({ tree: TREE, case: aCase("ACME-1"), paused: false });
    current.setActiveTree(OTHER_TREE);
    expect(current.state.value.case).toBeUndefined(); // nothing is inherited by another repository
    current.setActiveTree(TREE);
    await current.setPaused(true);
    expect(current.state.value.paused).toBe(true);
    await current.pick(TREE, null);
    expect(seen).toEqual([undefined, "ACME-1", undefined, "ACME-1", "ACME-1", undefined]);
    current.dispose();
  });

  it("writes nothing for what is so already, but a new snapshot of the same case", async () => {
    const current = new CurrentCase(window.journal);
    await current.pick(TREE, null);
    await current.setPaused(false);
    await current.pick(TREE, aCase("ACME-1"));
    await current.pick(TREE, aCase("ACME-1"));
    await current.pick(TREE, aCase("ACME-1", { billable: false }));
    await current.setPaused(true);
    await current.setPaused(true);
    expect((await window.log.read({})).map((event) => event.body.kind)).toEqual(["pick", "pick", "pause"]);
    current.dispose();
  });

  it("stays what it was when the pick cannot be written", async () => {
    const current = new CurrentCase(window.journal);
    current.setActiveTree(TREE);
    window.log.beforeAppend = () => {
      throw new CaseclockError("ledger.full", "no room");
    };
    await expect(current.pick(TREE, aCase("ACME-1"))).rejects.toMatchObject({ code: "ledger.full" });
    expect(current.state.value.case).toBeUndefined();
    current.dispose();
  });
});

describe("the status model", () => {
  it("refreshes at once on a change of state, else once a minute, and never without cause", async () => {
    const current = new CurrentCase(window.journal);
    current.setActiveTree(TREE);
    const refreshed: number[] = [];
    const idleFrom = (): EpochMs => epochMs(Number.MAX_SAFE_INTEGER);
    const model = new StatusModel(window.view, current, clock, idleFrom, () =>
      refreshed.push((clock.now() - at("12:00")) / 1000),
    );
    await window.log.append([PICK]);
    await window.view.load();
    expect(refreshed).toEqual([0]);
    for (let second = 0; second < 90; second += 2) {
      await window.log.append([beat(`12:${second < 60 ? "00" : "01"}:${String(second % 60).padStart(2, "0")}`)]);
      clock.advance(2_000);
    }
    expect(refreshed).toEqual([0, 60]);
    await current.setPaused(true);
    expect(refreshed).toEqual([0, 60, 90]);
    clock.advance(60_000); // one more look at what came with the change
    const { length } = refreshed;
    clock.advance(3_600_000);
    expect(refreshed).toHaveLength(length);
    model.dispose();
    await window.log.append([beat("12:30")]);
    expect(refreshed).toHaveLength(length);
    current.dispose();
    window.kill();
    expect(clock.pending).toBe(0);
  });
});

describe("the folds of closed days", () => {
  const YESTERDAY = day("2026-03-09");
  const reads = (of: TestWindow): string[] => {
    const kinds: string[] = [];
    const read = of.log.read.bind(of.log);
    of.log.read = (query) => {
      kinds.push(...(query.kinds ?? ["facts"]));
      return read(query);
    };
    return kinds;
  };

  beforeEach(async () => {
    await window.log.append([
      anEvent("first", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "2026-03-09 08:00"),
      beat("2026-03-09 09:00:00"),
      beat("2026-03-09 09:00:40"),
      beat("09:00:00"),
      beat("09:00:20"),
    ]);
  });

  it("are kept, so that another window reads no heartbeat of them again", async () => {
    const sheet = await window.view.sheet(YESTERDAY);
    await settle();
    const other = window.beside("window-2");
    const read = reads(other);
    expect(await other.view.sheet(YESTERDAY)).toEqual(sheet);
    expect(read).toEqual(["facts"]);
    await other.view.sheet(TODAY);
    expect(read).toContain("heartbeats");
    other.kill();
  });

  it("are folded again after late evidence or a late pick, and not after a change by hand", async () => {
    await window.view.sheet(YESTERDAY);
    await settle();
    await window.log.append([beat("2026-03-09 09:00:50")]);
    const other = window.beside("window-2");
    expect((await other.view.sheet(YESTERDAY)).spans[0]?.observed).toBe(50);
    await window.log.append([
      anEvent("late", { kind: "pick", tree: TREE, case: aCase("BETA-1") }, "2026-03-09 09:00:10"),
    ]);
    expect((await window.beside("window-3").view.sheet(YESTERDAY)).spans.map((span) => span.case?.id)).toEqual([
      "ACME-1",
      "BETA-1",
    ]);
  });

  it("of many days are read at once, and hold no more memory than a quarter", async () => {
    const days = Array.from({ length: 120 }, (_, index) =>
      day(new Date(Date.UTC(2025, 9, 1 + index)).toISOString().slice(0, 10)),
    );
    await window.log.append(days.flatMap((one) => [beat(`${one} 09:00:00`), beat(`${one} 09:00:10`)]));
    const sheets = await window.view.sheets(days);
    expect(sheets.map((sheet) => sheet.day)).toEqual(days);
    expect(sheets.every((sheet) => sheet.spans[0]?.observed === 10)).toBe(true);
    await settle();
    const other = window.beside("window-2");
    const read = reads(other);
    expect(await other.view.sheets(days)).toEqual(sheets);
    expect(read).toEqual(["facts"]);
  });
});
