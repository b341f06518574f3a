/** Models for the panel: what the extension would have made of a ledger. */
import { LANE_COLORS } from "../../src/app/timesheet/timesheetLanes.ts";
import type {
  DayModel,
  DayTotals,
  RowAction,
  TimelineCommit,
  TimelineItem,
  TimelineKind,
  TimesheetCase,
  TimesheetRow,
  WeekModel,
} from "../../src/ports/timesheet.ts";

export const ZONE = "Europe/Berlin";
export const DAY = "2026-11-24";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2026-11-24T00:00+01:00 */
export const DAY_START = Date.UTC(2026, 10, 23, 23);

/** `9:05` or `9:05:30` of the day. */
export function at(clock: string, dayStart = DAY_START): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return dayStart + hours * HOUR + minutes * MINUTE + seconds * 1000;
}

export const CASES: readonly TimesheetCase[] = [
  {
    id: "a",
    key: "ACME-1234",
    title: "Export fails for invoices over 1,000 lines",
    customer: "Acme",
    activities: [
      { id: "dev", name: "Development" },
      { id: "sup", name: "Support" },
    ],
  },
  { id: "b", key: "#5127", title: "Upgrade to PostgreSQL 18", customer: "Birch & Sons", activities: [] },
  {
    id: "c",
    key: "NORD-7",
    title: "מערכת חיוב לא מגיבה",
    customer: "Nordwind",
    activities: [{ id: "op", name: "Operations" }],
  },
];

const DRAFT: readonly RowAction[] = [
  "describe",
  "activity",
  "split",
  "merge",
  "move",
  "writeDown",
  "approve",
  "history",
];

export function item(
  id: string,
  kind: TimelineKind,
  start: number,
  end: number,
  more: Partial<TimelineItem> = {},
): TimelineItem {
  return { id, kind, start, end, ...more };
}

export function row(
  id: string,
  caseId: string,
  start: number,
  end: number,
  more: Partial<TimesheetRow> = {},
): TimesheetRow {
  const seconds = (end - start) / 1000;
  return {
    id,
    day: DAY,
    caseId,
    state: "draft",
    start,
    end,
    intervals: [{ start, end }],
    observedSeconds: seconds,
    bridgedSeconds: 0,
    declaredSeconds: 0,
    agentSeconds: 0,
    workedSeconds: seconds,
    writtenDownSeconds: 0,
    billableSeconds: seconds,
    billedSeconds: seconds,
    carriedSeconds: 0,
    description: "",
    commits: [],
    declarations: [],
    files: [],
    branches: [],
    conflictSeconds: 0,
    revision: 1,
    actions: DRAFT,
    ...more,
  };
}

export function totals(day: string, more: Partial<DayTotals> = {}): DayTotals {
  const none = { workedSeconds: 0, observedSeconds: 0, bridgedSeconds: 0, declaredSeconds: 0, agentSeconds: 0 };
  const bill = { writtenDownSeconds: 0, billableSeconds: 0, billedSeconds: 0, unassignedSeconds: 0 };
  return { day, ...none, ...bill, conflicts: 0, drafts: 0, waiting: 0, pushed: 0, refused: 0, ...more };
}

const commit = (sha: string, when: number, subject: string, caseId: string | null): TimelineCommit => ({
  sha,
  at: when,
  subject,
  repository: "billing",
  caseId,
});

export const COMMON = {
  revision: 7,
  today: DAY,
  zone: ZONE,
  cases: CASES,
  connection: "Acme Billing",
  unitSeconds: 60,
  undo: { id: "act-1", label: "Move 12 min to ACME-1234" },
} as const;

/** A day with each kind of time and each state of an entry. */
export function dayModel(more: Partial<DayModel> = {}): DayModel {
  const commits = [
    commit("a1b2c3d4e5", at("9:40"), "Stream the lines instead of loading them", "a"),
    commit("b2c3d4e5f6", at("14:20"), "Read the export in pages", "a"),
    commit("c3d4e5f6a7", at("11:10"), "Raise the version", "b"),
  ];
  return {
    ...COMMON,
    view: "day",
    day: DAY,
    dayStart: DAY_START,
    dayEnd: DAY_START + 24 * HOUR,
    now: at("17:12"),
    totals: totals(DAY, {
      workedSeconds: 23_130,
      observedSeconds: 18_000,
      bridgedSeconds: 3_330,
      declaredSeconds: 1_800,
      agentSeconds: 1_260,
      billableSeconds: 22_230,
      billedSeconds: 22_500,
      writtenDownSeconds: 900,
      unassignedSeconds: 600,
      conflicts: 1,
      drafts: 3,
      waiting: 1,
      pushed: 1,
      refused: 1,
    }),
    lanes: [
      {
        caseId: "a",
        color: 0,
        workedSeconds: 12_300,
        items: [
          item("a1", "observed", at("9:05"), at("9:50"), { rowId: "r1" }),
          item("a2", "bridged", at("9:50"), at("9:54:30"), { rowId: "r1", isOutsideEditor: true }),
          item("a3", "observed", at("9:54:30"), at("10:15"), { rowId: "r1" }),
          item("a4", "agent", at("10:20"), at("10:41")),
          item("a5", "observed", at("13:30"), at("15:00"), { rowId: "r2", isClaimed: true }),
          item("a6", "bridged", at("15:00"), at("15:05"), { rowId: "r2", isClaimed: true }),
          item("a7", "declared", at("15:30"), at("16:00"), { rowId: "r1", declarationId: "d1" }),
        ],
      },
      {
        caseId: "b",
        color: 1,
        workedSeconds: 7_200,
        items: [
          item("b1", "observed", at("10:50"), at("11:40"), { rowId: "r3" }),
          item("b2", "bridged", at("11:40"), at("11:44"), { rowId: "r3" }),
          item("b3", "observed", at("11:44"), at("12:30"), { rowId: "r3", isWrittenDown: true }),
          item("b4", "struck", at("12:30"), at("12:40")),
          item("b5", "declared", at("16:05"), at("16:20"), { isConflict: true, declarationId: "d2" }),
        ],
      },
      {
        caseId: "c",
        color: 2,
        workedSeconds: 3_000,
        items: [item("c1", "observed", at("16:00"), at("16:50"), { rowId: "r4" })],
      },
      { caseId: null, color: 3, workedSeconds: 600, items: [item("n1", "observed", at("17:00"), at("17:10"))] },
    ],
    commits,
    gaps: [
      { start: at("10:15"), end: at("10:50") },
      { start: at("12:40"), end: at("13:30") },
    ],
    rows: [
      row("r1", "a", at("9:05"), at("16:00"), {
        intervals: [
          { start: at("9:05"), end: at("10:15") },
          { start: at("15:30"), end: at("16:00") },
        ],
        observedSeconds: 3_930,
        bridgedSeconds: 270,
        declaredSeconds: 1_800,
        agentSeconds: 1_260,
        workedSeconds: 6_000,
        billableSeconds: 6_000,
        billedSeconds: 6_000,
        description: "Stream the lines instead of loading them",
        activityId: "dev",
        commits: commits.slice(0, 1),
        declarations: [
          { id: "d1", start: at("15:30"), end: at("16:00"), seconds: 1_800, reason: "Call with Ms Ortega" },
        ],
        files: ["src/export/lines.ts", "src/export/invoice.ts"],
        branches: ["acme-1234-export"],
      }),
      row("r2", "a", at("13:30"), at("15:05"), {
        state: "approved",
        description: "Read the export in pages",
        activityId: "dev",
        billedSeconds: 6_000,
        isDescribed: true,
        actions: ["withdraw", "history"],
      }),
      row("r3", "b", at("10:50"), at("12:30"), {
        state: "refused",
        description: "Raise the version",
        problem: "Hours of this project are locked until Monday",
        writtenDownSeconds: 900,
        writeDownReason: "Learning the new tool",
        billableSeconds: 5_100,
        billedSeconds: 5_100,
        actions: ["correct", "history"],
      }),
      row("r4", "c", at("16:00"), at("16:50"), {
        state: "running",
        description: "בדיקה של השרת",
        declarations: [
          { id: "d2", start: at("16:05"), end: at("16:20"), seconds: 900, reason: "Meeting", isConflict: true },
        ],
        conflictSeconds: 900,
      }),
      row("r5", "b", at("8:00"), at("8:30"), { state: "pushed", description: "Plan", actions: ["correct", "history"] }),
      row("r6", "a", at("8:30"), at("8:45"), { description: "Second draft of the same case" }),
    ],
    ...more,
  };
}

const days = (): string[] => ["23", "24", "25", "26", "27", "28", "29"].map((each) => `2026-11-${each}`);

export function weekModel(more: Partial<WeekModel> = {}): WeekModel {
  const { rows } = dayModel();
  const list = days();
  const seconds = [25_200, 23_130, 0, 0, 0, 0, 0];
  return {
    ...COMMON,
    view: "week",
    from: "2026-11-23",
    to: "2026-11-29",
    days: list.map((day, i) =>
      totals(day, {
        workedSeconds: seconds[i] ?? 0,
        observedSeconds: (seconds[i] ?? 0) * 0.8,
        bridgedSeconds: (seconds[i] ?? 0) * 0.15,
        declaredSeconds: (seconds[i] ?? 0) * 0.05,
        billedSeconds: i === 1 ? 22_500 : (seconds[i] ?? 0),
        drafts: i === 1 ? 3 : 0,
        refused: i === 1 ? 1 : 0,
        conflicts: i === 1 ? 1 : 0,
        pushed: i === 0 ? 4 : 0,
      }),
    ),
    byCase: [
      { caseId: "a", seconds: [14_000, 12_300, 0, 0, 0, 0, 0] },
      { caseId: "b", seconds: [11_200, 7_200, 0, 0, 0, 0, 0] },
      { caseId: "c", seconds: [0, 3_030, 0, 0, 0, 0, 0] },
      { caseId: null, seconds: [0, 600, 0, 0, 0, 0, 0] },
    ],
    rows: [
      row("m1", "a", at("9:00") - 24 * HOUR, at("12:00") - 24 * HOUR, {
        day: "2026-11-23",
        state: "pushed",
        description: "Find where the memory goes",
        actions: ["correct", "history"],
      }),
      ...rows,
    ],
    ...more,
  };
}

function unconnected<M extends DayModel | WeekModel>(model: M): M {
  const rest: Record<string, unknown> = { ...model };
  delete rest["connection"];
  delete rest["undo"];
  return rest as unknown as M;
}

/** Nothing yet, and no billing system. */
export function emptyDay(): DayModel {
  return unconnected(dayModel({ lanes: [], commits: [], gaps: [], rows: [], totals: totals(DAY) }));
}

export function emptyWeek(): WeekModel {
  return unconnected(weekModel({ rows: [], byCase: [], days: days().map((day) => totals(day)) }));
}

/** 40 cases in a day. */
export function fullDay(laneCount = 40, itemsPerLane = 12): DayModel {
  const cases = Array.from({ length: laneCount }, (_, i) => ({
    id: `k${i}`,
    key: `CASE-${i + 100}`,
    title: `Case number ${i + 1} of a long day`,
    customer: `Customer ${i % 9}`,
    activities: [],
  }));
  const lanes = cases.map(({ id }, i) => ({
    caseId: id,
    color: i % LANE_COLORS,
    workedSeconds: itemsPerLane * 60,
    items: Array.from({ length: itemsPerLane }, (_, j) => {
      const start = at("7:00") + (j * laneCount + i) * MINUTE;
      return item(`${id}-${j}`, j % 3 === 2 ? "bridged" : "observed", start, start + MINUTE, { rowId: `row-${id}` });
    }),
  }));
  const rows = lanes.map(({ caseId, items }) => {
    const start = items[0]?.start ?? 0;
    const end = items.at(-1)?.end ?? 0;
    return row(`row-${caseId}`, caseId, start, end, {
      description: `Work on ${caseId}`,
      workedSeconds: itemsPerLane * 60,
    });
  });
  return dayModel({ cases, lanes, rows, commits: [], gaps: [] });
}

/** 300 entries in a week. */
export function fullWeek(count = 300): WeekModel {
  const list = days();
  const rows = Array.from({ length: count }, (_, i) => {
    const day = list[i % 7] ?? DAY;
    const start = at("8:00") + (i % 7) * 24 * HOUR - 24 * HOUR + Math.floor(i / 7) * 10 * MINUTE;
    return row(`w${i}`, CASES[i % 3]?.id ?? "a", start, start + 9 * MINUTE, { day, description: `Entry ${i}` });
  });
  return weekModel({ rows });
}
