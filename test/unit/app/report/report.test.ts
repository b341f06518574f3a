import { beforeEach, describe, expect, it } from "vitest";
import { CaseDirectory } from "../../../../src/app/cases/caseDirectory.ts";
import { ContractHours } from "../../../../src/app/cases/contractHours.ts";
import { makeReport } from "../../../../src/app/report/report.ts";
import { parseCaseId } from "../../../../src/app/report/reportCases.ts";
import { ReportDays } from "../../../../src/app/report/reportDays.ts";
import { undoActs } from "../../../../src/app/edits/undoEdits.ts";
import { seconds, type LocalDate } from "../../../../src/base/time.ts";
import type { EventBody } from "../../../../src/domain/log/events.ts";
import type { ReportModel, ReportPlace } from "../../../../src/ports/report.ts";
import {
  aCase,
  aConnection,
  anEntry,
  anEvent,
  aRow,
  aRowEvent,
  at,
  day,
  must,
  TREE,
} from "../../../support/builders.ts";
import { FakeBilling, FakeProviders } from "../../../support/fakeBilling.ts";
import { ManualClock } from "../../../support/manualClock.ts";
import { TestWindow } from "../../../support/memoryEventLog.ts";
import type { ApprovedEntry } from "../../../../src/domain/log/approvedEntry.ts";

/** Ten hours bought, one of them used as the source says. */
const ACME = aCase("ACME-1", { budgetSeconds: 36_000, usedSeconds: 3_600 });
const BETA = aCase("BETA-1");

let clock: ManualClock;
let window: TestWindow;
let billing: FakeBilling;
let directory: CaseDirectory;
let days: ReportDays;
let budget: ContractHours;
let events = 0;

beforeEach(async () => {
  clock = new ManualClock("2026-03-25 18:00"); // a Wednesday
  window = new TestWindow(clock);
  billing = new FakeBilling();
  billing.cases = [[ACME, BETA]];
  directory = new CaseDirectory(window.log, window.view, new FakeProviders(billing), clock);
  days = new ReportDays(window.log, window.view, directory);
  budget = new ContractHours(window.log, window.view, directory);
  await append({ kind: "connected", connection: aConnection() }, "2026-01-01 07:00");
  await append({ kind: "pick", tree: TREE, case: ACME }, "2026-01-01 08:00");
  await directory.refresh(new AbortController().signal);
});

async function append(body: EventBody, time: string, id = `e${String(++events)}`): Promise<void> {
  const event = anEvent(id, body, time);
  await window.log.append([{ ...event, day: time.slice(0, 10) as LocalDate }]);
}

/** Work without a pause, observed: one sign each 30 s. @param length a multiple of 30. @format seconds */
async function work(on: string, from: string, length: number): Promise<void> {
  const start = at(`${on} ${from}`);
  for (let offset = 0; offset <= length; offset += 30) {
    const first = (start + offset * 1000) as typeof start;
    const event = aRowEvent(`r${String(++events)}`, { ...aRow("09:00"), first, last: first });
    await window.log.append([{ ...event, at: first, day: on as LocalDate }]);
  }
}

const approve = (id: string, on: string, more: Partial<ApprovedEntry>): Promise<void> =>
  append({ kind: "approved", entry: anEntry(id, { case: ACME, day: on as LocalDate, ...more }) }, `${on} 17:00`);

const shown = (place: Partial<ReportPlace> = {}): Promise<ReportModel> =>
  makeReport({ view: window.view, directory, days, budget, connectionName: ({ id }) => `Desk ${id}` }, {
    period: "week",
    day: "2026-03-25",
    by: "case",
    ...place,
  } as ReportPlace);
const rowOf = ({ rows }: ReportModel, key: string) =>
  must(rows.find(({ subject }) => subject.kind === "case" && (subject.case?.key ?? "none") === key));

describe("the figures of a period", () => {
  it("are those of drafts, of entries and of time without a case, each once", async () => {
    await work("2026-03-23", "09:00", 600);
    await append({ kind: "pick", tree: TREE, case: null }, "2026-03-23 10:00");
    await work("2026-03-23", "10:10", 300);
    await append({ kind: "pick", tree: TREE, case: BETA }, "2026-03-24 08:00");
    await work("2026-03-24", "09:00", 1_200);
    await approve("a", "2026-03-24", {
      case: BETA,
      start: at("2026-03-24 09:00"),
      end: at("2026-03-24 09:20"),
      observedSeconds: seconds(1_200),
      bridgedSeconds: seconds(0),
      billableSeconds: seconds(1_000),
      writtenDownSeconds: seconds(200),
      writeDownReason: "Learning",
      contractSeconds: seconds(1_000),
      billedSeconds: seconds(960),
    });
    const model = await shown();
    expect(model).toMatchObject({ from: "2026-03-23", to: "2026-03-29", today: "2026-03-25", conflictSeconds: 0 });
    expect(model.totals).toMatchObject({
      workedSeconds: 2_100,
      approvedSeconds: 1_200,
      openSeconds: 600,
      unassignedSeconds: 300,
      writtenDownSeconds: 200,
      billableSeconds: 1_600,
      contractSeconds: 1_000,
      billedSeconds: 960,
      carriedSeconds: 40,
    });
    expect(model.rows.map(({ id, figures }) => [id.split(":")[0], figures.workedSeconds])).toEqual([
      ["case", 1_200],
      ["case", 600],
      ["none", 300],
    ]);
    expect(model.carried).toEqual([
      { connection: `Desk ${aConnection().id}`, carriedSeconds: 40, standingSeconds: 40 },
    ]);
    const { case: one } = rowOf(model, "BETA-1").subject as { readonly case: { readonly id: string } };
    expect(parseCaseId(one.id)).toEqual(BETA.ref);
    expect(parseCaseId("%E0%A4%A")).toBeUndefined();
  });

  it("follow what is done to a closed day: declared, undone, withdrawn, and captured late by another window", async () => {
    await work("2026-03-23", "09:00", 600);
    const worked = async (): Promise<readonly number[]> => {
      const { totals } = await shown();
      return [totals.workedSeconds, totals.approvedSeconds];
    };
    expect(await worked()).toEqual([600, 0]);
    const declared = {
      kind: "declared",
      case: ACME,
      entryDay: day("2026-03-24"),
      seconds: 900,
      reason: "Call",
    } as const;
    await append(declared, "2026-03-25 09:00", "call");
    expect(await worked()).toEqual([1_500, 0]);
    await undoActs({ journal: window.journal }, ["call"]);
    expect(await worked()).toEqual([600, 0]);
    await work("2026-03-23", "14:00", 300);
    expect(await worked()).toEqual([900, 0]);
    await approve("a", "2026-03-23", {
      start: at("2026-03-23 09:00"),
      end: at("2026-03-23 09:10"),
      observedSeconds: seconds(600),
      bridgedSeconds: seconds(0),
    });
    expect(await worked()).toEqual([900, 600]);
    await append({ kind: "withdrawn", entryId: "a", revision: 1 }, "2026-03-25 10:00");
    expect(await worked()).toEqual([900, 0]);
  });

  it("are compared with as many days of the period before", async () => {
    await work("2026-03-16", "09:00", 600);
    await work("2026-03-20", "09:00", 1_200); // a Friday, which this week has not seen yet
    await work("2026-03-23", "09:00", 900);
    const model = await shown();
    expect(model.previous).toMatchObject({ from: "2026-03-16", to: "2026-03-18", isPart: true });
    expect(model.previous.totals.workedSeconds).toBe(600);
    expect(rowOf(model, "ACME-1").previous?.workedSeconds).toBe(600);
    const past = await shown({ day: "2026-03-18" });
    expect(past.previous).not.toHaveProperty("isPart");
    expect(past.totals.workedSeconds).toBe(1_800);
  });

  it("have rows by customer, by day and by week", async () => {
    await work("2026-03-02", "09:00", 600);
    await work("2026-03-10", "09:00", 300);
    const by = async (grouping: "customer" | "day" | "week"): Promise<readonly unknown[]> => {
      const { rows } = await shown({ period: "month", by: grouping });
      return rows
        .filter(({ figures }) => figures.workedSeconds > 0)
        .map(({ subject, figures }) => [subject, figures.workedSeconds]);
    };
    expect(await by("customer")).toEqual([[{ kind: "customer", name: ACME.customer.name }, 900]]);
    expect(await by("day")).toEqual([
      [{ kind: "day", day: "2026-03-02" }, 600],
      [{ kind: "day", day: "2026-03-10" }, 300],
    ]);
    expect(await by("week")).toEqual([
      [{ kind: "week", from: "2026-03-02", to: "2026-03-08" }, 600],
      [{ kind: "week", from: "2026-03-09", to: "2026-03-15" }, 300],
    ]);
  });

  it("are of the customer that an entry was approved for, also when the case went to another or was renamed", async () => {
    await approve("a", "2026-03-23", {});
    await approve("b", "2026-03-24", { case: BETA });
    await work("2026-03-25", "09:00", 300);
    const other = { id: "customer-2", name: "Other Ltd" };
    const byCustomer = async (): Promise<readonly unknown[]> => {
      await directory.refresh(new AbortController().signal);
      const { rows, chart } = await shown({ by: "customer" });
      const names = chart.lines.map(({ subject }) => (subject?.kind === "customer" ? subject.name : subject));
      return [rows.map(({ id, figures }) => [id, figures.approvedSeconds, figures.openSeconds]), names];
    };
    billing.cases = [[{ ...ACME, customer: other }, BETA]];
    expect(await byCustomer()).toEqual([
      [
        ["customer:Customer", 1_200, 0],
        ["customer:Other Ltd", 0, 300],
      ],
      ["Customer", "Other Ltd"],
    ]);
    billing.cases = [
      [
        { ...ACME, customer: other },
        { ...BETA, customer: { ...BETA.customer, name: "Customer & Sons" } },
      ],
    ];
    expect(await byCustomer()).toMatchObject([
      [
        ["customer:Customer & Sons", 1_200, 0],
        ["customer:Other Ltd", 0, 300],
      ],
      {},
    ]);
  });

  it("have bars by day, by week and by month, as long as the range is", async () => {
    await work("2026-03-02", "09:00", 600);
    const unit = async (from: string, to: string): Promise<readonly unknown[]> => {
      const { chart } = await shown({ period: "custom", from, to });
      return [chart.unit, chart.starts.length, chart.lines.flatMap((line) => line.seconds).reduce((a, b) => a + b, 0)];
    };
    expect(await unit("2026-03-01", "2026-03-31")).toEqual(["day", 31, 600]);
    expect(await unit("2025-10-01", "2026-03-31")).toEqual(["week", 27, 600]);
    expect(await unit("2023-01-01", "2026-03-31")).toEqual(["month", 39, 600]);
  });

  it("leave declared time in conflict out, and say so", async () => {
    await work("2026-03-23", "09:00", 600);
    const [from, to] = [at("2026-03-23 09:05"), at("2026-03-23 09:20")];
    await append(
      { kind: "declared", case: BETA, entryDay: day("2026-03-23"), from, to, seconds: 900, reason: "Call" },
      "2026-03-24 09:00",
    );
    const { totals, conflictSeconds } = await shown();
    expect({ workedSeconds: totals.workedSeconds, declaredSeconds: totals.declaredSeconds, conflictSeconds }).toEqual({
      workedSeconds: 600,
      declaredSeconds: 0,
      conflictSeconds: 900,
    });
  });
});

describe("the hours of contracts", () => {
  const declare = (on: string, length: number): Promise<void> =>
    append({ kind: "declared", case: ACME, entryDay: day(on), seconds: length, reason: "Call" }, `${on} 17:00`);

  it("are counted back from what is left now, by day", async () => {
    await declare("2026-03-23", 3_600);
    await declare("2026-03-24", 1_800);
    const [one] = (await shown()).burnDowns;
    expect(one).toMatchObject({ budgetSeconds: 36_000, leftSeconds: 27_000, forecast: { kind: "unknown" } });
    expect(one?.days).toEqual([
      { day: "2026-03-23", leftSeconds: 28_800 },
      { day: "2026-03-24", leftSeconds: 27_000 },
      { day: "2026-03-25", leftSeconds: 27_000 },
    ]);
    const earlier = await shown({ day: "2026-03-18" });
    expect(earlier.burnDowns).toEqual([]); // the case was not worked on then
  });

  it("last as long as the pace of four weeks says", async () => {
    for (const on of ["2026-03-03", "2026-03-05", "2026-03-10", "2026-03-23"]) await declare(on, 2_800);
    const [one] = (await shown()).burnDowns;
    // 11,200 s in 28 days are 400 a day; 21,200 s are left.
    expect(one?.leftSeconds).toBe(21_200);
    expect(one?.forecast).toEqual({ kind: "until", day: "2026-05-17", secondsPerWeek: 2_800 });
  });

  it("that are used up say on which day", async () => {
    await declare("2026-03-23", 30_000);
    await declare("2026-03-24", 3_000);
    const [one] = (await shown()).burnDowns;
    expect(one).toMatchObject({ leftSeconds: -600, usedUpOn: "2026-03-24", forecast: { kind: "usedUp" } });
  });
});
