import { beforeEach, describe, expect, it, vi } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { ClosedDays } from "../../../../src/app/ledger/closedDays.ts";
import { aCase, anEvent, aRow, aRowEvent, day, TREE } from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";

const [MONDAY, YESTERDAY, TODAY] = [day("2026-03-09"), day("2026-03-10"), day("2026-03-11")];

let window: TestWindow;
let days: ClosedDays<number>;
let made: string[];
beforeEach(async () => {
  const clock = new ManualClock("2026-03-11 12:00");
  window = new TestWindow(clock);
  const { log, view } = window;
  const directory = new CaseDirectory(log, view, new FakeProviders(new FakeBilling()), clock);
  await log.append([anEvent("pick", { kind: "pick", tree: TREE, case: aCase("ACME-1") }, "2026-03-09 08:00")]);
  made = [];
  days = new ClosedDays(log, view, directory, (sheet) => made.push(sheet.day));
  await days.valuesFor([MONDAY, YESTERDAY, TODAY]);
});

/** Which days are computed anew, after evidence of a time. */
async function anew(id: string, time: string): Promise<readonly string[]> {
  made = [];
  await window.log.append([aRowEvent(id, aRow(time))]);
  await days.valuesFor([MONDAY, YESTERDAY, TODAY]);
  return made;
}

describe("closed days", () => {
  it("are computed once, and today each time", async () => {
    expect(made).toEqual([MONDAY, YESTERDAY, TODAY]);
    made = [];
    await days.valuesFor([MONDAY, YESTERDAY, TODAY]);
    expect(made).toEqual([TODAY]);
  });

  it("are left alone by work of today, but for what is close to midnight", async () => {
    expect(await anew("noon", "2026-03-11 11:59")).toEqual([TODAY]);
    expect(await anew("night", "2026-03-11 00:10")).toEqual([YESTERDAY, TODAY]);
  });

  it("are computed again after evidence that comes late", async () => {
    expect(await anew("late", "2026-03-09 10:00")).toEqual([MONDAY, TODAY]);
    expect(await anew("evening", "2026-03-09 23:50")).toEqual([MONDAY, YESTERDAY, TODAY]);
  });

  it("are not kept where late evidence came while they were computed, and only those", async () => {
    const { log, view } = window;
    await log.append([aRowEvent("first", aRow("2026-03-09 09:00")), aRowEvent("second", aRow("2026-03-10 09:00"))]);
    const sheets = view.sheets.bind(view);
    const slow = vi.spyOn(view, "sheets").mockImplementationOnce(async (of) => {
      const read = await sheets(of);
      await log.append([aRowEvent("meanwhile", aRow("2026-03-09 10:00"))]);
      return read;
    });
    await days.valuesFor([MONDAY, YESTERDAY]);
    expect(slow).toHaveBeenCalledOnce();
    made = [];
    await days.valuesFor([MONDAY, YESTERDAY]);
    expect(made).toEqual([MONDAY]);
  });
});
