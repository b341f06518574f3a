/** Models of the report panel. */
import type { ReportCase, ReportFigures, ReportModel, ReportRow } from "../../src/ports/report.ts";

const NOTHING: ReportFigures = {
  observedSeconds: 0,
  bridgedSeconds: 0,
  declaredSeconds: 0,
  workedSeconds: 0,
  agentSeconds: 0,
  writtenDownSeconds: 0,
  billableSeconds: 0,
  approvedSeconds: 0,
  openSeconds: 0,
  unassignedSeconds: 0,
  contractSeconds: 0,
  billedSeconds: 0,
  carriedSeconds: 0,
};

/** Figures that add up: all observed, a part of it approved and billed. */
export function figures(worked: number, approved = 0, more: Partial<ReportFigures> = {}): ReportFigures {
  return {
    ...NOTHING,
    observedSeconds: worked,
    workedSeconds: worked,
    billableSeconds: worked,
    approvedSeconds: approved,
    openSeconds: worked - approved,
    contractSeconds: approved,
    billedSeconds: approved,
    ...more,
  };
}

const of = (id: string, key: string, title: string, customer: string): ReportCase => ({ id, key, title, customer });
export const CASES: readonly ReportCase[] = [
  of("a", "ACME-1234", "Import job times out on large files", "Acme Industries"),
  of("b", "#5127", "Appointments show an hour early after the clock change", "Dr. Osei & Partners"),
  of("c", "RT#880", "Mail queue stalls at night", "Nordwind Logistik"),
  of("d", "FSB-77", "Interest differs by a cent between statement and ledger", "Fernhill Savings Bank"),
];

const HOUR = 3_600;
const days = Array.from({ length: 30 }, (_, index) => `2026-11-${String(index + 1).padStart(2, "0")}`);
const isWorkday = (day: string): boolean => ![0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());

/** November 2026 up to the 24th: four cases, one with hours that run out, one whose hours are used up. */
export function reportModel(more: Partial<ReportModel> = {}): ReportModel {
  const worked = [20 * HOUR + 754, 14 * HOUR, 9 * HOUR + 41, 4 * HOUR];
  const rows: ReportRow[] = CASES.map((one, index) => ({
    id: `case:${one.id}`,
    subject: { kind: "case", case: one },
    figures: figures(worked[index] ?? 0, index === 3 ? 0 : (worked[index] ?? 0) - 3_000, {
      ...(index === 1 ? { writtenDownSeconds: 1_500, billableSeconds: 14 * HOUR - 1_500 } : {}),
      carriedSeconds: index === 0 ? 41 : 0,
    }),
    previous: figures(index === 3 ? 0 : 12 * HOUR),
  }));
  rows.push({
    id: "none",
    subject: { kind: "case", case: null },
    figures: figures(600, 0, { billableSeconds: 0, openSeconds: 0, unassignedSeconds: 600 }),
    previous: NOTHING,
  });
  const totals = sum(rows.map((row) => row.figures));
  const left = (from: number, step: number): { day: string; leftSeconds: number }[] => {
    let now = from * HOUR;
    return days.slice(0, 24).map((day) => ({ day, leftSeconds: isWorkday(day) ? (now -= step * HOUR) : now }));
  };
  return {
    place: { period: "month", day: "2026-11-24", by: "case" },
    from: "2026-11-01",
    to: "2026-11-30",
    today: "2026-11-24",
    totals,
    previous: {
      from: "2026-10-01",
      to: "2026-10-24",
      isPart: true,
      totals: sum(rows.flatMap((row) => row.previous ?? [])),
    },
    rows,
    chart: {
      by: "case",
      unit: "day",
      starts: days,
      lines: CASES.map((one, index) => ({
        subject: { kind: "case", case: one },
        seconds: days.map((day, at) => (isWorkday(day) && at < 24 ? HOUR * ((at * (index + 2)) % 4) : 0)),
      })),
    },
    burnDowns: [
      {
        case: CASES[0] ?? of("a", "ACME-1234", "", ""),
        budgetSeconds: 40 * HOUR,
        leftSeconds: left(40, 1.5).at(-1)?.leftSeconds ?? 0,
        days: left(40, 1.5),
        forecast: { kind: "until", day: "2026-12-04", secondsPerWeek: 27_000 },
      },
      {
        case: CASES[2] ?? of("c", "RT#880", "", ""),
        budgetSeconds: 20 * HOUR,
        leftSeconds: left(10, 1).at(-1)?.leftSeconds ?? 0,
        days: left(10, 1),
        usedUpOn: "2026-11-13",
        forecast: { kind: "usedUp" },
      },
    ],
    carried: [{ connection: "Northwind desk", carriedSeconds: 41, standingSeconds: 612 }],
    conflictSeconds: 900,
    connection: "Northwind desk",
    ...more,
  };
}

/** A month without time. */
export function emptyReport(): ReportModel {
  const { chart } = reportModel();
  return reportModel({
    totals: NOTHING,
    previous: { from: "2026-10-01", to: "2026-10-24", isPart: true, totals: NOTHING },
    rows: [],
    chart: { ...chart, lines: [] },
    burnDowns: [],
    carried: [],
    conflictSeconds: 0,
  });
}

/** A quarter of 60 cases, by day: as much as one who supports for a living has. */
export function fullReport(): ReportModel {
  const model = reportModel();
  const rows = Array.from({ length: 60 }, (_, index): ReportRow => {
    const one = of(
      `x${index}`,
      `CASE-${index}`,
      `A case with a title of common length ${index}`,
      `Customer ${index % 9}`,
    );
    return {
      id: `case:${one.id}`,
      subject: { kind: "case", case: one },
      figures: figures(9_000, 3_600),
      previous: NOTHING,
    };
  });
  return {
    ...model,
    rows,
    totals: sum(rows.map((row) => row.figures)),
    burnDowns: Array(12).fill(model.burnDowns[0]) as ReportModel["burnDowns"],
  };
}

function sum(list: readonly ReportFigures[]): ReportFigures {
  const names = Object.keys(NOTHING) as (keyof ReportFigures)[];
  return Object.fromEntries(
    names.map((name) => [name, list.reduce((all, one) => all + one[name], 0)]),
  ) as unknown as ReportFigures;
}
