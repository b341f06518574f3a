import { parseLocalDate, type EpochMs, type LocalDate } from "../../base/time.ts";
import { caseRefKey, type Case, type CaseRef, type Contract } from "../../domain/cases/case.ts";
import type { Declaration } from "../../domain/edits/declaration.ts";
import { isCorrectable, isWithdrawable } from "../../domain/entries/approvedEntries.ts";
import type { Ledger } from "../../domain/ledger.ts";
import type { BilledAmounts } from "../../domain/entries/rounding.ts";
import type {
  RowAction,
  RowDeclaration,
  RowState,
  RowTerms,
  TimelineCommit,
  TimesheetRow,
} from "../../ports/timesheet.ts";
import type { DraftTarget } from "../edits/draftEdits.ts";
import type { OutboxEntry } from "../../domain/entries/delivery.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { ApprovedEntry, CommitEvidence } from "../../domain/log/approvedEntry.ts";

/** The id of a draft's row: made of its place, because a draft may have no id yet. */
export function draftRowId({ case: of, day, from }: DraftEntry): string {
  return `draft:${day}:${from ?? ""}:${toCaseId(of.ref)}`;
}

/** The day of a draft's row; undefined for the row of an entry. */
export function parseDraftRowDay(row: string): LocalDate | undefined {
  const [kind, day = ""] = row.split(":");
  return kind === "draft" ? parseLocalDate(day) : undefined;
}

/** The id of a case in the panel: text that can be part of an element's id. */
export function toCaseId(ref: CaseRef): string {
  return encodeURIComponent(caseRefKey(ref));
}

export function toDraftTarget({ case: of, day, from }: DraftEntry): DraftTarget {
  return { case: of.ref, day, ...(from === undefined ? {} : { from }) };
}

/** What else a row depends on. */
export interface RowContext {
  readonly ledger: Ledger;
  readonly today: LocalDate;
  /** Names a connection that is not the active one; undefined for the active one. */
  readonly elsewhere: (connectionId: string) => string | undefined;
  /** Whether the active connection takes entries of a case. */
  readonly isBillable: (one: Case) => boolean;
}

/** The row of a draft. @param isParted whether the case and day have another draft, so that the two could be merged */
export function draftRow(
  draft: DraftEntry,
  billed: BilledAmounts,
  isParted: boolean,
  context: RowContext,
): TimesheetRow {
  const { ledger, today, isBillable } = context;
  const ids = new Set(draft.declarations.map(({ id }) => id));
  const declared = ledger.edits
    .declaredOn(draft.day)
    .filter((one) => caseRefKey(one.case.ref) === caseRefKey(draft.case.ref))
    .filter((one) => !ledger.entries.hasDeclaration(one.id));
  const whole = draft.billableSeconds + draft.writtenDownSeconds;
  const actions: RowAction[] = ["describe"];
  if ((draft.case.activities ?? []).length > 0) actions.push("activity");
  if (draft.start !== undefined) actions.push("split");
  if (isParted) actions.push("merge");
  actions.push("move");
  if (whole > 0) actions.push("writeDown");
  if (isBillable(draft.case)) actions.push("approve");
  actions.push("history");
  return {
    ...toCommonFields(draft, ledger),
    id: draftRowId(draft),
    state: draft.day >= today ? "running" : "draft",
    ...toRowFigures(draft),
    billedSeconds: billed.billedSeconds,
    carriedSeconds: billed.carriedSeconds,
    ...(draft.isDescribed ? { isDescribed: true as const } : {}),
    declarations: declared.filter(({ id }) => ids.has(id)).map(toRowDeclaration),
    conflictSeconds: draft.conflictSeconds,
    revision: 0,
    branches: listBranches(draft.commits),
    actions,
  };
}

/** The row of an approved entry, whatever its delivery state. */
export function entryRow({ entry, delivery, before }: OutboxEntry, context: RowContext): TimesheetRow {
  const { ledger, elsewhere } = context;
  const other = elsewhere(entry.connectionId);
  const problem = "problem" in delivery ? delivery.problem.detail : undefined;
  const standing = { entry, delivery, before };
  const actions: RowAction[] = [];
  if (isWithdrawable(standing)) actions.push("withdraw");
  if (isCorrectable(standing) && other === undefined) actions.push("correct");
  actions.push("history");
  return {
    ...toCommonFields(entry, ledger),
    id: entry.entryId,
    state: toRowState(delivery.state),
    ...toRowFigures(entry),
    billedSeconds: entry.billedSeconds,
    carriedSeconds: entry.carriedSeconds,
    declarations: listDeclarations(entry, ledger),
    conflictSeconds: 0,
    revision: entry.revision,
    ...(problem === undefined ? {} : { problem }),
    ...(other === undefined ? {} : { elsewhere: other }),
    branches: [...entry.branches],
    actions,
  };
}

function toRowState(state: OutboxEntry["delivery"]["state"]): RowState {
  return state === "waiting" ? "approved" : state === "receipted" ? "pushed" : state;
}

function toCommonFields(one: DraftEntry | ApprovedEntry, ledger: Ledger) {
  const { case: of, day, start, end, intervals, description, activityId, commits } = one;
  const caseId = toCaseId(of.ref);
  return {
    day,
    caseId,
    ...(start === undefined || end === undefined ? {} : { start, end }),
    intervals,
    description,
    ...(activityId === undefined ? {} : { activityId }),
    ...(of.contract === undefined ? {} : { terms: toTerms(of.contract) }),
    commits: commits.map((commit) => toTimelineCommit(commit, ledger, caseId)).sort((a, b) => a.at - b.at),
    files: [...new Set(commits.flatMap(({ files = [] }) => files))].slice(0, MAX_FILES),
  };
}

function toTerms({ incrementSeconds, rounding, minimumSeconds, billable }: Contract): RowTerms {
  return {
    ...(incrementSeconds === undefined ? {} : { incrementSeconds }),
    ...(rounding === undefined ? {} : { rounding }),
    ...(minimumSeconds === undefined ? {} : { minimumSeconds }),
    ...(billable === undefined ? {} : { billable }),
  };
}

/** Most files that a row names; a commit keeps up to a hundred. */
const MAX_FILES = 100;

function toRowFigures(one: DraftEntry | ApprovedEntry) {
  const { observedSeconds, bridgedSeconds, declaredSeconds, agentSeconds } = one;
  const { writtenDownSeconds, writeDownReason, billableSeconds } = one;
  return {
    observedSeconds,
    bridgedSeconds,
    declaredSeconds,
    agentSeconds,
    workedSeconds: observedSeconds + bridgedSeconds + declaredSeconds,
    writtenDownSeconds,
    ...(writeDownReason === undefined ? {} : { writeDownReason }),
    billableSeconds,
  };
}

/** A commit as a mark on the timeline: when it was seen, else its author time. */
export function toTimelineCommit(commit: CommitEvidence, ledger: Ledger, caseId: string | null): TimelineCommit {
  const at: EpochMs | number = ledger.commits.get(commit.sha)?.at ?? commit.authoredAt ?? 0;
  return { at, sha: commit.sha.slice(0, 10), subject: commit.subject, repository: commit.repository, caseId };
}

function toRowDeclaration({ id, interval, seconds, reason }: Declaration): RowDeclaration {
  return { id, ...(interval === undefined ? {} : { start: interval.start, end: interval.end }), seconds, reason };
}

/** The declarations that the entry froze; their place comes from the log, which keeps them as long as the entry. */
function listDeclarations({ declarations = [], day }: ApprovedEntry, { edits }: Ledger): readonly RowDeclaration[] {
  const ofDay = edits.declaredOn(day);
  return declarations.map(({ id, seconds, reason }) => {
    const interval = ofDay.find((one) => one.id === id)?.interval;
    return { id, ...(interval === undefined ? {} : { start: interval.start, end: interval.end }), seconds, reason };
  });
}

function listBranches(commits: readonly CommitEvidence[]): readonly string[] {
  return [...new Set(commits.flatMap(({ branch }) => branch ?? []))];
}
