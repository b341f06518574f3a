import { compareTexts } from "../../base/collections.ts";
import { epochMs, HOUR_MS, localDate, nextDate, startOfDay, startOfWeek, type LocalDate } from "../../base/time.ts";
import type { Act } from "../../domain/edits/undoStack.ts";
import { caseRefKey, type Case, type CaseRef } from "../../domain/cases/case.ts";
import { caseDays, type DaySheet } from "../../domain/day/daySheet.ts";
import type { DraftingOptions } from "../../domain/entries/description.ts";
import { makeDrafts } from "../../domain/day/drafts.ts";
import type { Connection, EventKind } from "../../domain/log/events.ts";
import { total, type Interval } from "../../domain/capture/interval.ts";
import type { Ledger } from "../../domain/ledger.ts";
import { timeOutsideEditor } from "../../domain/capture/timeOutsideEditor.ts";
import { listUnassigned } from "../../domain/day/unassigned.ts";
import type {
  DayModel,
  DayTotals,
  TimesheetCase,
  TimesheetModel,
  TimesheetRow,
  TimesheetStep,
  WeekModel,
} from "../../ports/timesheet.ts";
import { listDrafts, type DraftContext } from "../edits/draftEdits.ts";
import { findGaps } from "../edits/declareTime.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import { RunningBill } from "../billing/runningBill.ts";
import { DECISION_KINDS, findLastSeq } from "../ledger/decisionKinds.ts";
import { canBill } from "../billing/syncPreview.ts";
import { makeLanes } from "./timesheetLanes.ts";
import {
  toCaseId,
  toTimelineCommit,
  parseDraftRowDay,
  draftRow,
  draftRowId,
  entryRow,
  type RowContext,
} from "./timesheetRows.ts";
import { findRedoableAct, findUndoableAct } from "../edits/undoEdits.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";

/** What making the timesheet needs. */
export interface TimesheetContext extends DraftContext {
  /** The active connection and the smallest amount that it stores, in seconds; undefined when there is none. */
  readonly billing: () => Promise<{ readonly connection: Connection; readonly unitSeconds: number } | undefined>;
  readonly connectionName: (connection: Connection) => string;
  /** Describes an act for the undo and redo buttons. */
  readonly describeAct: (act: Act) => string;
}

/** Kinds of events after which what a person sees may be stale: requests made before are refused. */
const SHOWN_KINDS: readonly EventKind[] = [
  ...DECISION_KINDS,
  "described",
  "sending",
  "receipted",
  "refused",
  "connected",
  "disconnected",
];

/** Position of the last change by hand or delivery event; captured time alone does not count. */
export function findRevision({ ledger }: LedgerView): number {
  return findLastSeq(ledger, SHOWN_KINDS);
}

/** The timesheet of a day, or of the week that a day is in. */
export async function makeTimesheet(
  context: TimesheetContext,
  show: "week" | "day",
  day: LocalDate,
): Promise<TimesheetModel> {
  await context.directory.list();
  await context.journal.view.catchUp();
  return show === "week" ? weekModel(context, startOfWeek(day)) : dayModel(context, day);
}

/** The draft of a row; undefined when it is gone. */
export async function findDraftOfRow(context: DraftContext, row: string): Promise<DraftEntry | undefined> {
  const day = parseDraftRowDay(row);
  if (day === undefined) return undefined;
  await context.journal.view.catchUp();
  return (await listDrafts(context, day)).find((draft) => draftRowId(draft) === row);
}

async function weekModel(context: TimesheetContext, from: LocalDate): Promise<WeekModel> {
  const days: LocalDate[] = [from];
  while (days.length < 7) days.push(nextDate(days.at(-1) ?? from));
  const sheets = await context.journal.view.sheets(days);
  const made = await makeRows(context, sheets);
  const byCase = new Map<string, { readonly caseId: string | null; readonly seconds: number[] }>();
  sheets.forEach((sheet, index) => {
    for (const { case: ref, observedSeconds, bridgedSeconds, declaredSeconds } of caseDays(sheet)) {
      const key = caseRefKey(ref);
      let line = byCase.get(key);
      if (line === undefined) {
        byCase.set(key, (line = { caseId: ref === null ? null : toCaseId(ref), seconds: days.map(() => 0) }));
      }
      line.seconds[index] = (line.seconds[index] ?? 0) + observedSeconds + bridgedSeconds + declaredSeconds;
    }
  });
  const common = makeCommon(context, sheets, made);
  return {
    view: "week",
    ...common,
    from,
    to: days.at(-1) ?? from,
    days: sheets.map((sheet) => makeTotals(sheet, made.rows, context.journal.view.ledger)),
    byCase: [...byCase.values()].filter(({ seconds }) => seconds.some((one) => one > 0)),
    rows: made.rows,
  };
}

async function dayModel(context: TimesheetContext, day: LocalDate): Promise<DayModel> {
  const { view, clock } = context.journal;
  const { ledger } = view;
  const sheet = await view.sheet(day);
  const made = await makeRows(context, [sheet]);
  const first = startOfDay(day, ledger.timeline.policyAt(clock.now()).zone);
  const { zone } = ledger.timeline.policyAt(sheet.pieces[0]?.start ?? epochMs(first + 12 * HOUR_MS));
  const dayStart = startOfDay(day, zone);
  const dayEnd = startOfDay(nextDate(day), zone);
  const now = clock.now();
  const rowOfCommit = new Map(made.rows.flatMap((row) => row.commits.map(({ sha }) => [sha, row.caseId] as const)));
  return {
    view: "day",
    ...makeCommon(context, [sheet], made),
    zone,
    day,
    dayStart,
    dayEnd,
    ...(now >= dayStart && now < dayEnd ? { now } : {}),
    totals: makeTotals(sheet, made.rows, ledger),
    lanes: makeLanes(sheet, ledger, made.rows, await findOutside(context, sheet)),
    commits: ledger.commits
      .on(day)
      .map((seen) => toTimelineCommit(seen, ledger, rowOfCommit.get(seen.sha.slice(0, 10)) ?? null))
      .sort((a, b) => a.at - b.at),
    gaps: findGaps(sheet, view),
    rows: made.rows,
  };
}

/** The day's bridged time without a focused window; focus events are read only if there is bridged time. */
async function findOutside(
  { journal: { log } }: TimesheetContext,
  { day, pieces, struck }: DaySheet,
): Promise<readonly Interval[]> {
  const captured = [...pieces, ...struck];
  if (!captured.some(({ part }) => part === "bridged")) return [];
  const events = await log.read({ kinds: ["focus"], days: [day] });
  const changes = events.flatMap(({ at, seq, windowId, body }) =>
    body.kind === "focus" ? [{ at, seq, windowId, focused: body.focused }] : [],
  );
  return timeOutsideEditor(
    captured,
    changes.sort((a, b) => a.at - b.at || a.seq - b.seq),
  );
}

interface MadeRows {
  readonly rows: readonly TimesheetRow[];
  readonly unitSeconds: number;
  readonly connection: Connection | undefined;
}

/** Approved entries and drafts of days, by day and first instant; drafts with figures as if all were approved now. */
async function makeRows(context: TimesheetContext, sheets: readonly DaySheet[]): Promise<MadeRows> {
  const {
    journal: { view },
    directory,
    billing,
    connectionName,
  } = context;
  const { ledger } = view;
  const active = await billing();
  const unitSeconds = active?.unitSeconds ?? 1;
  const rowContext: RowContext = {
    ledger,
    today: view.today(),
    elsewhere: (id) => {
      if (id === active?.connection.id) return undefined;
      const other = ledger.connections.get(id);
      return other === undefined ? id : connectionName(other);
    },
    isBillable: (chosen) => active !== undefined && canBill(active.connection, chosen),
  };
  const days = new Set(sheets.map(({ day }) => day));
  const rows = ledger.entries.onDays(days).map((item) => entryRow(item, rowContext));
  const bill = new RunningBill(ledger.entries, active?.connection.id ?? "", unitSeconds);
  const drafting: DraftingOptions = context.drafting();
  for (const sheet of sheets) {
    const drafts = makeDrafts(sheet, ledger, drafting, (ref) => directory.find(ref));
    for (const draft of drafts) {
      const isParted = drafts.some((other) => other !== draft && other.case.ref === draft.case.ref);
      rows.push(draftRow(draft, bill.add(draft), isParted, rowContext));
    }
  }
  rows.sort((a, b) => compareTexts(a.day, b.day) || (a.start ?? 0) - (b.start ?? 0));
  return { rows, unitSeconds, connection: active?.connection };
}

function makeTotals(sheet: DaySheet, all: readonly TimesheetRow[], { entries }: Ledger): DayTotals {
  const rows = all.filter(({ day }) => day === sheet.day);
  const lines = caseDays(sheet);
  const sum = <T>(list: readonly T[], figure: (one: T) => number): number =>
    list.reduce((before, one) => before + figure(one), 0);
  const count = (...states: readonly TimesheetRow["state"][]): number =>
    rows.filter(({ state }) => states.includes(state)).length;
  const observedSeconds = sum(lines, (line) => line.observedSeconds);
  const bridgedSeconds = sum(lines, (line) => line.bridgedSeconds);
  const declaredSeconds = sum(lines, (line) => line.declaredSeconds);
  return {
    day: sheet.day,
    workedSeconds: observedSeconds + bridgedSeconds + declaredSeconds,
    observedSeconds,
    bridgedSeconds,
    declaredSeconds,
    agentSeconds: sum(lines, (line) => line.agentSeconds),
    writtenDownSeconds: sum(rows, (row) => row.writtenDownSeconds),
    billableSeconds: sum(rows, (row) => row.billableSeconds),
    billedSeconds: sum(rows, (row) => row.billedSeconds),
    unassignedSeconds: total(listUnassigned(sheet, entries)),
    conflicts: sheet.conflicts.length,
    drafts: count("draft", "running"),
    waiting: count("approved", "unknown", "carried"),
    pushed: count("pushed"),
    refused: count("refused"),
  };
}

/** Recently picked cases that are offered as targets. */
const MAX_RECENT = 20;

function makeCommon(context: TimesheetContext, sheets: readonly DaySheet[], made: MadeRows) {
  const {
    journal: { view, clock },
    directory,
    connectionName,
    describeAct,
  } = context;
  const { ledger } = view;
  const refs = new Map<string, CaseRef>();
  const mention = (ref: CaseRef | null): void => {
    if (ref !== null) refs.set(caseRefKey(ref), ref);
  };
  ledger.recentCases.slice(0, MAX_RECENT).forEach(mention);
  ledger.pinned.forEach(mention);
  for (const sheet of sheets)
    caseDays(sheet).forEach((line) => {
      mention(line.case);
    });
  const approved = ledger.entries.onDays(new Set(sheets.map(({ day }) => day)));
  // Declared time in conflict is in no row, but its case is needed too.
  const named = [
    ...sheets.flatMap(({ declarations }) => declarations.map((one) => one.case)),
    ...approved.map(({ entry }) => entry.case),
  ];
  const snapshots = new Map(named.map((one) => [caseRefKey(one.ref), one]));
  for (const one of snapshots.values()) mention(one.ref);
  const cases: TimesheetCase[] = [];
  for (const [key, ref] of refs) {
    const known = directory.find(ref) ?? snapshots.get(key);
    cases.push(
      known === undefined
        ? { id: toCaseId(ref), key: ref.id, title: "", customer: "", activities: [] }
        : toTimesheetCase(known),
    );
  }
  const undo = findUndoableAct(ledger);
  const redo = findRedoableAct(ledger);
  const step = (act: Act): TimesheetStep => ({ id: act.id, label: describeAct(act) });
  const { zone } = ledger.timeline.policyAt(clock.now());
  return {
    revision: findRevision(view),
    today: localDate(clock.now(), zone),
    zone,
    cases,
    ...(undo === undefined ? {} : { undo: step(undo) }),
    ...(redo === undefined ? {} : { redo: step(redo) }),
    ...(made.connection === undefined ? {} : { connection: connectionName(made.connection) }),
    unitSeconds: made.unitSeconds,
  };
}

function toTimesheetCase({ ref, key, title, customer, activities = [] }: Case): TimesheetCase {
  return {
    id: toCaseId(ref),
    key,
    title,
    customer: customer.name,
    activities: activities.map((one) => ({ id: one.id, name: one.name })),
  };
}
