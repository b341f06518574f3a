import { formatWithOffset, type LocalDate } from "../base/time.ts";
import { draftsOf } from "../domain/drafts.ts";
import type { Drafting } from "../domain/description.ts";
import type { ApprovedEntry, CommitEvidence, DraftEntry } from "../domain/timeEntry.ts";
import type { CaseDirectory } from "./caseDirectory.ts";
import type { LedgerView } from "./ledgerView.ts";

/** One entry of the worklog, flat, as it is exported. Figures in whole seconds, instants RFC 3339 with offset, empty for unplaced time. */
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
  /** Hashes of the commits as they stand now, separated by spaces: rewritten ones by what has their change. */
  readonly commits: string;
  /** Hashes of commits of an approved entry that no branch has any more. */
  readonly goneCommits: string;
  readonly remoteId: string;
}

/** Which entries; days are inclusive at both ends. */
export interface WorklogRange {
  readonly from?: LocalDate;
  readonly to?: LocalDate;
  readonly key?: string;
}

/** The worklog: approved entries and drafts, by day, case and start. */
export async function worklog(
  view: LedgerView,
  directory: CaseDirectory,
  drafting: Drafting,
  range: WorklogRange,
): Promise<readonly WorklogRow[]> {
  await directory.list();
  const rows: WorklogRow[] = [];
  for (const { entry, delivery } of view.ledger.entries.all) {
    const remoteId = delivery.state === "receipted" ? delivery.remoteId : "";
    const { commits, gone } = view.ledger.commits.standing(entry.commits);
    const shown = { ...common(entry), commits: shasOf(commits), goneCommits: shasOf(gone) };
    rows.push({ ...shown, ...figuresOf(entry), state: delivery.state, remoteId });
  }
  for (const day of await view.days()) {
    if (!isWithin(day, range)) continue;
    for (const draft of draftsOf(await view.sheet(day), view.ledger, drafting, (ref) => directory.find(ref))) {
      rows.push({
        ...common(draft),
        state: "draft",
        declaredSeconds: draft.declaredSeconds,
        writtenDownSeconds: draft.writtenDownSeconds,
        billableSeconds: draft.billableSeconds,
        billedSeconds: 0,
        remoteId: "",
      });
    }
  }
  return rows
    .filter((row) => isWithin(row.date, range) && (range.key === undefined || row.caseKey === range.key))
    .sort((a, b) => compare(a.date, b.date) || compare(a.caseKey, b.caseKey) || compare(a.start, b.start));
}

/** Approved entries and drafts of a range, by day, case and start: what the worklog is made of. */
export async function workedEntries(
  view: LedgerView,
  directory: CaseDirectory,
  drafting: Drafting,
  range: WorklogRange,
): Promise<readonly (ApprovedEntry | DraftEntry)[]> {
  await directory.list();
  const found: (ApprovedEntry | DraftEntry)[] = view.ledger.entries.all.map(({ entry }) => entry);
  for (const day of await view.days()) {
    if (!isWithin(day, range)) continue;
    found.push(...draftsOf(await view.sheet(day), view.ledger, drafting, (ref) => directory.find(ref)));
  }
  return found
    .filter((one) => isWithin(one.day, range) && (range.key === undefined || one.case.key === range.key))
    .sort((a, b) => compare(a.day, b.day) || compare(a.case.key, b.case.key) || (a.start ?? 0) - (b.start ?? 0));
}

function isWithin(day: string, { from, to }: WorklogRange): boolean {
  return (from === undefined || day >= from) && (to === undefined || day <= to);
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
    commits: shasOf(entry.commits),
    goneCommits: "",
  };
}

function shasOf(commits: readonly CommitEvidence[]): string {
  return commits.map(({ sha }) => sha).join(" ");
}

function figuresOf(entry: ApprovedEntry) {
  const { declaredSeconds, writtenDownSeconds, billableSeconds, billedSeconds } = entry;
  return { declaredSeconds, writtenDownSeconds, billableSeconds, billedSeconds };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
