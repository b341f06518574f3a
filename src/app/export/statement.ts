import { compareTexts } from "../../base/collections.ts";
import { formatWithOffset, secondsBetween } from "../../base/time.ts";
import { isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { isSameCustomer, type Customer } from "../cases/customer.ts";
import type { WorklogDays } from "./exportWorklog.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";

/** One entry as shown to the customer. Figures in whole seconds, instants RFC 3339 with offset. */
export interface StatementEntry {
  readonly externalId: string;
  readonly revision: number;
  readonly date: string;
  /** Absent for unplaced time. */
  readonly start?: string;
  readonly end?: string;
  readonly description: string;
  /** Observed, bridged and declared. */
  readonly workedSeconds: number;
  readonly writtenDownSeconds: number;
  readonly writeDownReason?: string;
  /** Worked less written down. */
  readonly exactSeconds: number;
  readonly billedSeconds: number;
  readonly declared: readonly { readonly seconds: number; readonly reason: string }[];
  readonly commits: readonly { readonly sha: string; readonly subject: string; readonly repository?: string }[];
  readonly spans?: readonly { readonly start: string; readonly end: string; readonly seconds: number }[];
}

/**
 * What a customer bought on one case in a range of days: approved entries only. An entry belongs to the customer frozen
 * at its approval: after a case moves to another customer, neither of the two sees the other's entries.
 */
export interface Statement {
  readonly version: 1;
  readonly key: string;
  /** Which of the cases with that key. Absent in statements of earlier versions, which were about all of them. */
  readonly case?: CaseRef;
  readonly title: string;
  readonly customer: string;
  /** Local days, both included; the entries' first and last day where none was asked for. */
  readonly from: string;
  readonly to: string;
  readonly entries: readonly StatementEntry[];
  readonly totals: {
    readonly workedSeconds: number;
    readonly writtenDownSeconds: number;
    readonly exactSeconds: number;
    readonly billedSeconds: number;
  };
  /** What was left of the contract's bought hours at that time; absent if it has none. */
  readonly leftSeconds?: number;
  /** Absent in statements of earlier versions. */
  readonly issued?: {
    /** Local day. */
    readonly on: string;
    /** Who issued it, as the billing system names them; absent if it does not. */
    readonly by?: string;
  };
}

/** A customer with entries of a case. */
export interface StatementCustomer {
  /** With the name used last. */
  readonly customer: Customer;
  readonly entries: readonly ApprovedEntry[];
}

/** The customers with entries of a case in a range: the current one first, then by last entry, the latest first. */
export function listStatementCustomers(
  view: LedgerView,
  directory: CaseDirectory,
  ref: CaseRef,
  range: WorklogDays,
): readonly StatementCustomer[] {
  const found = byCustomer(listApproved(view, ref, range)).toReversed();
  const present = directory.find(ref)?.customer;
  const isPresent = ({ customer }: StatementCustomer): boolean =>
    present !== undefined && isSameCustomer(customer, present);
  return [...found.filter(isPresent), ...found.filter((one) => !isPresent(one))];
}

/** The customers of a statement's entries in the ledger; empty if it knows no such entry. */
export function findCustomersIn(view: LedgerView, { entries }: Statement): readonly Customer[] {
  const ids = new Set(entries.map(({ externalId }) => externalId));
  const known = view.ledger.entries.all.map(({ entry }) => entry).filter(({ externalId }) => ids.has(externalId));
  return byCustomer(known).map(({ customer }) => customer);
}

/**
 * Makes the statement of a case: what was approved in the range, oldest first, as the ledger has it, with the evidence
 * that was shared at approval.
 * @param subject the case; a key means every case that was approved under it, for statements without a reference
 * @param left bought hours left of the contract, for a snapshot of the case. @format seconds
 * @param customers whose entries; absent: those of the first of `listStatementCustomers`, for a key everybody's
 * @returns undefined when nothing of the case was approved in the range
 */
export function makeStatement(
  view: LedgerView,
  directory: CaseDirectory,
  subject: CaseRef | string,
  range: WorklogDays,
  left: (known: Case) => number | undefined,
  customers?: readonly Customer[],
): Statement | undefined {
  const whose =
    customers ??
    (typeof subject === "string"
      ? undefined
      : listStatementCustomers(view, directory, subject, range)
          .slice(0, 1)
          .map(({ customer }) => customer));
  const entries = listApproved(view, subject, range).filter(
    (entry) => whose === undefined || whose.some((one) => isSameCustomer(one, entry.case.customer)),
  );
  const { from, to } = range;
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // After a case moved to another customer, its current title and bought hours are that customer's.
  const now = directory.find(last.case.ref) ?? last.case;
  const isTheirs = isSameCustomer(now.customer, last.case.customer);
  const known = isTheirs ? now : last.case;
  const leftSeconds = isTheirs ? left(known) : undefined;
  const lines = entries.map(toStatementEntry);
  const { name: by } = view.ledger.connection?.account ?? { name: "" };
  const sum = (figure: (line: StatementEntry) => number): number =>
    lines.reduce((total, line) => total + figure(line), 0);
  return {
    version: 1,
    key: typeof subject === "string" ? subject : known.key,
    ...(typeof subject === "string" ? {} : { case: { source: subject.source, id: subject.id } }),
    title: known.title,
    customer: known.customer.name,
    from: from ?? first.day,
    to: to ?? last.day,
    entries: lines,
    totals: {
      workedSeconds: sum((line) => line.workedSeconds),
      writtenDownSeconds: sum((line) => line.writtenDownSeconds),
      exactSeconds: sum((line) => line.exactSeconds),
      billedSeconds: sum((line) => line.billedSeconds),
    },
    ...(leftSeconds === undefined ? {} : { leftSeconds }),
    issued: { on: view.today(), ...(by === "" ? {} : { by }) },
  };
}

/** The entries approved for a case in a range, oldest first. */
function listApproved(
  view: LedgerView,
  subject: CaseRef | string,
  { from, to }: WorklogDays,
): readonly ApprovedEntry[] {
  return view.ledger.entries.all
    .map(({ entry }) => entry)
    .filter(({ case: { ref, key } }) => (typeof subject === "string" ? key === subject : isSameCase(ref, subject)))
    .filter(({ day }) => (from === undefined || day >= from) && (to === undefined || day <= to))
    .sort((a, b) => compareTexts(a.day, b.day) || (a.start ?? 0) - (b.start ?? 0));
}

/** Entries by their customer, in the order of each one's last entry. @param entries oldest first */
function byCustomer(entries: readonly ApprovedEntry[]): readonly StatementCustomer[] {
  const found: { readonly customer: Customer; readonly entries: ApprovedEntry[] }[] = [];
  for (const entry of entries.toReversed()) {
    const { customer } = entry.case;
    const group = found.find((one) => isSameCustomer(one.customer, customer));
    if (group === undefined) found.push({ customer, entries: [entry] });
    else group.entries.push(entry);
  }
  return found.toReversed();
}

function toStatementEntry(entry: ApprovedEntry): StatementEntry {
  const { zone, share, observedSeconds, bridgedSeconds, declaredSeconds } = entry;
  const instants =
    entry.start === undefined || entry.end === undefined
      ? {}
      : { start: formatWithOffset(entry.start, zone), end: formatWithOffset(entry.end, zone) };
  const commits = entry.commits.map(({ sha, subject, repository }) => ({
    sha,
    subject,
    ...(share === "full" ? { repository } : {}),
  }));
  return {
    externalId: entry.externalId,
    revision: entry.revision,
    date: entry.day,
    ...instants,
    description: entry.description,
    workedSeconds: observedSeconds + bridgedSeconds + declaredSeconds,
    writtenDownSeconds: entry.writtenDownSeconds,
    ...(entry.writeDownReason === undefined ? {} : { writeDownReason: entry.writeDownReason }),
    exactSeconds: entry.billableSeconds,
    billedSeconds: entry.billedSeconds,
    declared: (entry.declarations ?? []).map(({ seconds, reason }) => ({ seconds, reason })),
    commits: share === "none" ? [] : commits,
    ...(share === "full"
      ? {
          spans: entry.intervals.map(({ start, end }) => ({
            start: formatWithOffset(start, zone),
            end: formatWithOffset(end, zone),
            seconds: secondsBetween(start, end),
          })),
        }
      : {}),
  };
}
