import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { findBudgetNotice, ContractHours } from "../../../../src/app/cases/contractHours.ts";
import { correctEntry } from "../../../../src/app/billing/correctEntry.ts";
import { seconds } from "../../../../src/base/time.ts";
import type { Case } from "../../../../src/domain/cases/case.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import { aCase, aConnection, anEntry, at, day, must, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

/** Ten hours bought, one used as the source says. */
const ACME = aCase("ACME-1", { budgetSeconds: 36_000, usedSeconds: 3_600 });

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let directory: CaseDirectory;
let use: ContractHours;

beforeEach(async () => {
  clock = new ManualClock("12:00");
  window = new TestWindow(clock);
  billing = new FakeBilling();
  billing.cases = [[ACME]];
  directory = new CaseDirectory(window.log, window.view, new FakeProviders(billing), clock);
  use = new ContractHours(window.log, window.view, directory);
  await append({ kind: "connected", connection: aConnection() }, "07:00");
  await append({ kind: "pick", tree: TREE, case: ACME }, "2025-12-01 07:00");
});

const append = (body: EventBody, time: string): Promise<void> => window.add(body, time);

const approve = (id: string, more: Partial<ApprovedEntry> = {}): Promise<void> =>
  append({ kind: "approved", entry: anEntry(id, { case: ACME, ...more }) }, "11:00");

async function used(of: Case = ACME): Promise<number | undefined> {
  await use.update();
  return use.stateFor(of)?.usedSeconds;
}

describe("what is used of a contract", () => {
  it("is nothing for a case without bought hours, and what the source says where nothing was done", async () => {
    expect(await used(aCase("BETA-2"))).toBeUndefined();
    expect(await used(aCase("BETA-2", { usedSeconds: 5 }))).toBeUndefined();
    expect(await used(aCase("BETA-2", { budgetSeconds: 10 }))).toBe(0);
    await use.update();
    expect(use.stateFor(ACME)).toEqual({ budgetSeconds: 36_000, usedSeconds: 3_600, leftSeconds: 32_400 });
  });

  it("is also what was worked today and on closed days, and is not approved", async () => {
    await window.work("2026-03-08 09:00");
    await window.work("09:00");
    expect(await used()).toBe(3_680);
    await window.work("10:00");
    expect(await used()).toBe(3_720);
    clock.set("2026-03-11 00:10");
    expect(await used()).toBe(3_720);
    await append({ kind: "declared", case: ACME, entryDay: day("2026-03-08"), seconds: 600, reason: "Call" }, "11:30");
    expect(await used()).toBe(4_320);
    expect(use.stateFor(aCase("OTHER-1", { budgetSeconds: 100 }))?.usedSeconds).toBe(0);
  });

  it("is what was worked on the last 92 days of the calendar, however few of them have anything", async () => {
    await window.work("2025-12-07 09:00");
    expect(await used()).toBe(3_600);
    await window.work("2025-12-08 09:00");
    expect(await used()).toBe(3_640);
  });

  it("counts what was worked once when it is approved, sent, and in the source's figure at last", async () => {
    await directory.refresh(new AbortController().signal);
    await window.work("09:00");
    await approve("a", { start: at("09:00"), end: at("09:00:40"), billedSeconds: seconds(60) });
    expect(await used()).toBe(3_660);
    await append({ kind: "sending", entryId: "a", revision: 1 }, "12:01");
    expect(await used()).toBe(3_660);
    await append({ kind: "receipted", entryId: "a", revision: 1, remoteId: "r" }, "12:02");
    expect(await used()).toBe(3_660);
    clock.set("12:30");
    const fresh = aCase("ACME-1", { budgetSeconds: 36_000, usedSeconds: 3_660 });
    billing.cases = [[fresh]];
    await directory.refresh(new AbortController().signal);
    expect(await used(fresh)).toBe(3_660);
  });

  it("counts a refused entry, and one that was withdrawn as time that is not approved", async () => {
    await window.work("09:00");
    await approve("a", { start: at("09:00"), end: at("09:00:40") });
    await approve("b", { start: at("10:00"), end: at("10:10") });
    await append({ kind: "refused", entryId: "b", revision: 1, problem: { kind: "x", detail: "x" } }, "11:01");
    expect(await used()).toBe(3_600 + 40 + 600);
    await append({ kind: "withdrawn", entryId: "a", revision: 1 }, "11:02");
    expect(await used()).toBe(3_600 + 40 + 600);
  });

  it("without a list of the source has no receipts to add: nothing says what it knows", async () => {
    await approve("a");
    await append({ kind: "receipted", entryId: "a", revision: 1, remoteId: "r" }, "12:02");
    expect(await used()).toBe(3_600);
  });

  it.each([
    ["knows the first revision already", "11:02"],
    ["knows nothing of it yet", "12:02"],
  ])("counts a corrected entry once, where the source %s", async (_, receiptedAt) => {
    await approve("a", { start: at("06:00"), end: at("06:10"), billedSeconds: seconds(600) });
    await append({ kind: "sending", entryId: "a", revision: 1 }, "11:01");
    if (receiptedAt > "12:00") await directory.refresh(new AbortController().signal);
    await append({ kind: "receipted", entryId: "a", revision: 1, remoteId: "r" }, receiptedAt);
    if (receiptedAt < "12:00") await directory.refresh(new AbortController().signal);
    const before = must(await used());
    expect(before).toBe(receiptedAt < "12:00" ? 3_600 : 4_200);
    await correctEntry(window, "a", { description: "Better words", reason: "typo" }, 1);
    expect(await used()).toBe(before);
    await correctEntry(window, "a", { writtenDownSeconds: 60, reason: "courtesy" }, 1);
    expect(await used()).toBe(before - 60);
    await append({ kind: "sending", entryId: "a", revision: 3 }, "12:30");
    await append({ kind: "receipted", entryId: "a", revision: 3, remoteId: "r" }, "12:31");
    expect(await used()).toBe(before - 60);
  });

  it("is also what comes late to a closed day: rows that were held, or the rest of an import", async () => {
    await window.work("2026-03-08 09:00");
    expect(await used()).toBe(3_640);
    await window.work("2026-03-08 10:00");
    expect(await used()).toBe(3_680);
    await append({ kind: "pause" }, "2026-03-08 09:30");
    expect(await used()).toBe(3_640);
  });

  it("moves with time that is moved, and may be more than was bought", async () => {
    const small = aCase("SMALL-1", { budgetSeconds: 30 });
    await append({ kind: "caseDefined", case: small }, "08:00");
    await window.work("2026-03-08 09:00");
    expect(await used()).toBe(3_640);
    const from = at("2026-03-08 09:00");
    const to = at("2026-03-08 09:00:40");
    await append({ kind: "reassigned", from, to, intervals: [{ start: from, end: to }], case: small }, "11:00");
    expect({
      used: await used(),
      usedOfSmall: await used(small),
      leftOfSmall: use.stateFor(small)?.leftSeconds,
    }).toEqual({ used: 3_600, usedOfSmall: 40, leftOfSmall: -10 });
  });
});

describe("the hours that are looked at for a notice", () => {
  const small = aCase("SMALL-1", { budgetSeconds: 100, usedSeconds: 40 });

  it("are those of now: work of which nobody asked yet is in them, and its notice is due", async () => {
    await append({ kind: "pick", tree: TREE, case: small }, "08:00");
    await window.work("09:00");
    expect(use.stateFor(small)?.usedSeconds).toBe(40);
    expect(await use.check(small, [80, 100])).toEqual({
      hours: { budgetSeconds: 100, usedSeconds: 80, leftSeconds: 20 },
      cause: "budget:connection-1:SMALL-1:100:80",
    });
  });

  it("have no notice below the first share", async () => {
    expect(await use.check(small, [41, 100])).toEqual({
      hours: { budgetSeconds: 100, usedSeconds: 40, leftSeconds: 60 },
      cause: undefined,
    });
  });

  it("are none of a case without bought hours, for which no day is read", async () => {
    await window.work("09:00");
    const days = (): never => {
      throw new Error("no day is to be read");
    };
    window.view.days = days;
    expect(await use.check(aCase("BETA-2", { usedSeconds: 5 }), [80])).toBeUndefined();
    await expect(use.check(small, [80])).rejects.toThrow("no day is to be read");
  });
});

describe("the notice that is due", () => {
  const due = (usedSeconds: number, budgetSeconds = 1_000, shares: readonly number[] = [80, 100]): unknown =>
    findBudgetNotice(
      ACME,
      {
        budgetSeconds: seconds(budgetSeconds),
        usedSeconds: seconds(usedSeconds),
        leftSeconds: budgetSeconds - usedSeconds,
      },
      shares,
    )?.percent;

  it.each([
    [0, undefined],
    [799, undefined],
    [800, 80],
    [999, 80],
    [1_000, 100],
    [5_000, 100],
  ])("of %i in a thousand is %s", (usedSeconds, percent) => {
    expect(due(usedSeconds)).toBe(percent);
  });

  it("is none without bought hours or shares, and exact at odd shares", () => {
    expect({
      withoutBoughtHours: due(1, 0),
      withoutShares: due(1_000, 1_000, []),
      atShare: due(330, 1_000, [33]),
      belowShare: due(329, 1_000, [33]),
    }).toEqual({ withoutBoughtHours: undefined, withoutShares: undefined, atShare: 33, belowShare: undefined });
  });

  it("is another one for another case, share and number of hours bought", () => {
    const causeOf = (of: Case, budgetSeconds: number, usedSeconds: number): string | undefined =>
      findBudgetNotice(
        of,
        { budgetSeconds: seconds(budgetSeconds), usedSeconds: seconds(usedSeconds), leftSeconds: 0 },
        [80, 100],
      )?.cause;
    const causes = [
      causeOf(ACME, 1_000, 800),
      causeOf(ACME, 1_000, 1_000),
      causeOf(ACME, 2_000, 1_600),
      causeOf(aCase("BETA-2"), 1_000, 800),
    ];
    expect(new Set(causes).size).toBe(4);
    expect(causeOf(ACME, 1_000, 900)).toBe(causes[0]);
  });
});
