import { compareTexts } from "../../base/collections.ts";
import { formatWithOffset, type LocalDate } from "../../base/time.ts";
import { isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import { caseDays, type CaseDay } from "../../domain/day/daySheet.ts";
import { makeDrafts } from "../../domain/day/drafts.ts";
import type { DraftingOptions } from "../../domain/entries/description.ts";
import { findWorkedTime, type WorkedEntry } from "../../domain/day/workedTime.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { ApprovedEntry, CommitEvidence } from "../../domain/log/approvedEntry.ts";

/** One entry of the exported worklog, flat. Figures in whole seconds; instants RFC 3339 with offset, or empty. */
export interface WorklogRow {
  readonly entryId: string;
  readonly state: "draft" | "waiting" | "unknown" | "refused" | "receipted" | "carried";
  readonly date: string;
  readonly timeZone: string;
  readonly start: string;
  readonly end: string;
  readonly caseKey: string;
  readonly caseTitle: string;
  readonly customer: string;
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly agentSeconds: number;
  readonly writtenDownSeconds: number;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
  readonly description: string;
  /** Hashes of the commits that have the changes now, separated by spaces. */
  readonly commits: string;
  /** Hashes of commits of an approved entry that no branch has any more. */
  readonly goneCommits: string;
  readonly remoteId: string;
}

/** Local days, inclusive at both ends. */
export interface WorklogDays {
  readonly from?: LocalDate;
  readonly to?: LocalDate;
}

/** Which entries to export. */
export interface WorklogRange extends WorklogDays {
  /** Only this case. The key is for display: another source may have a case with the same key. */
  readonly case?: Pick<Case, "ref" | "key">;
}

/** The worklog: approved entries and drafts, by day, case and start. */
export async function makeWorklog(
  view: LedgerView,
  directory: CaseDirectory,
  drafting: DraftingOptions,
  range: WorklogRange,
): Promise<readonly WorklogRow[]> {
  return (await detailedWorklog(view, directory, drafting, range)).lines.map(({ row }) => row);
}

/** A row with the entry it was made of. */
export interface WorklogLine {
  readonly row: WorklogRow;
  readonly entry: ApprovedEntry | DraftEntry;
}

/**
 * The worklog with the evidence of its rows, and the figures of its days by case, including time without a case unless
 * one case is asked for.
 */
export async function detailedWorklog(
  view: LedgerView,
  directory: CaseDirectory,
  drafting: DraftingOptions,
  range: WorklogRange,
): Promise<{
  readonly lines: readonly WorklogLine[];
  readonly days: readonly { readonly day: LocalDate; readonly cases: readonly CaseDay[] }[];
}> {
  await directory.list();
  const rows: WorklogLine[] = [];
  const days: { readonly day: LocalDate; readonly cases: readonly CaseDay[] }[] = [];
  for (const { entry, delivery } of view.ledger.entries.all) {
    const remoteId = delivery.state === "receipted" ? delivery.remoteId : "";
    const { commits, gone } = view.ledger.commits.resolveCurrent(entry.commits);
    const shown = { ...common(entry), commits: joinShas(commits), goneCommits: joinShas(gone) };
    rows.push({ entry, row: { ...shown, ...toFigureColumns(entry), state: delivery.state, remoteId } });
  }
  for (const day of await view.days()) {
    if (!isWithin(day, range)) continue;
    const sheet = await view.sheet(day);
    const cases = caseDays(sheet).filter(({ case: ref }) => isOfCase({ ref }, range));
    if (cases.length > 0) days.push({ day, cases });
    for (const draft of makeDrafts(sheet, view.ledger, drafting, (ref) => directory.find(ref))) {
      const row: WorklogRow = {
        ...common(draft),
        state: "draft",
        declaredSeconds: draft.declaredSeconds,
        writtenDownSeconds: draft.writtenDownSeconds,
        billableSeconds: draft.billableSeconds,
        billedSeconds: 0,
        remoteId: "",
      };
      rows.push({ entry: draft, row });
    }
  }
  const lines = rows
    .filter(({ entry }) => isWithin(entry.day, range) && isOfCase(entry.case, range))
    .sort(
      ({ row: a }, { row: b }) =>
        compareTexts(a.date, b.date) || compareTexts(a.caseKey, b.caseKey) || compareTexts(a.start, b.start),
    );
  return { lines, days };
}

/** Approved entries and drafts of a range with their worked time, by day, case and start. */
export async function listWorkedEntries(
  view: LedgerView,
  directory: CaseDirectory,
  drafting: DraftingOptions,
  range: WorklogRange,
): Promise<readonly WorkedEntry[]> {
  await directory.list();
  const days = new Set([...(await view.days()), ...view.ledger.entries.all.map(({ entry }) => entry.day)]);
  const found: WorkedEntry[] = [];
  for (const day of days) {
    if (!isWithin(day, range)) continue;
    const sheet = await view.sheet(day);
    const ofDay: readonly (ApprovedEntry | DraftEntry)[] = [
      ...view.ledger.entries.onDays(new Set([day])).map(({ entry }) => entry),
      ...makeDrafts(sheet, view.ledger, drafting, (ref) => directory.find(ref)),
    ];
    const wanted = ofDay.filter((entry) => isOfCase(entry.case, range));
    found.push(...wanted.map((entry) => ({ entry, ...findWorkedTime(entry, sheet) })));
  }
  return found.sort(
    ({ entry: a }, { entry: b }) =>
      compareTexts(a.day, b.day) || compareTexts(a.case.key, b.case.key) || (a.start ?? 0) - (b.start ?? 0),
  );
}

function isWithin(day: string, { from, to }: WorklogDays): boolean {
  return (from === undefined || day >= from) && (to === undefined || day <= to);
}

function isOfCase({ ref }: { readonly ref: CaseRef | null }, { case: wanted }: WorklogRange): boolean {
  return wanted === undefined || isSameCase(ref, wanted.ref);
}

function common(entry: ApprovedEntry | DraftEntry) {
  return {
    entryId: entry.entryId ?? "",
    date: entry.day,
    timeZone: entry.zone,
    start: entry.start === undefined ? "" : formatWithOffset(entry.start, entry.zone),
    end: entry.end === undefined ? "" : formatWithOffset(entry.end, entry.zone),
    caseKey: entry.case.key,
    caseTitle: entry.case.title,
    customer: entry.case.customer.name,
    observedSeconds: entry.observedSeconds,
    bridgedSeconds: entry.bridgedSeconds,
    agentSeconds: entry.agentSeconds,
    description: entry.description,
    commits: joinShas(entry.commits),
    goneCommits: "",
  };
}

function joinShas(commits: readonly CommitEvidence[]): string {
  return commits.map(({ sha }) => sha).join(" ");
}

function toFigureColumns(entry: ApprovedEntry) {
  const { declaredSeconds, writtenDownSeconds, billableSeconds, billedSeconds } = entry;
  return { declaredSeconds, writtenDownSeconds, billableSeconds, billedSeconds };
}
