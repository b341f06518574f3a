import { compareTexts } from "../../base/collections.ts";
import { formatWithOffset, secondsBetween } from "../../base/time.ts";
import { isSameCase, type Case, type CaseRef } from "../../domain/cases/case.ts";
import type { CaseDirectory } from "../cases/caseDirectory.ts";
import { isSameCustomer, type Customer } from "../cases/customer.ts";
import type { WorklogDays } from "./exportWorklog.ts";
import type { LedgerView } from "../ledger/ledgerView.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";

/** What a customer reads of one entry. Figures in whole seconds, instants RFC 3339 with offset. */
export interface StatementEntry {
  readonly externalId: string;
  readonly revision: number;
  readonly date: string;
  /** Absent for time without a place in its day. */
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
 * What a customer bought on one case in a range of days: approved entries, and nothing that is not. An entry is of the customer
 * that its approval froze: of a case that went to another customer, none of the two reads the other's entries.
 */
export interface Statement {
  readonly version: 1;
  readonly key: string;
  /** Which of the cases with that key. Absent in statements of earlier versions, which were of all of them. */
  readonly case?: CaseRef;
  readonly title: string;
  readonly customer: string;
  /** Local days, both included; those of the entries where none were asked for. */
  readonly from: string;
  readonly to: string;
  readonly entries: readonly StatementEntry[];
  readonly totals: {
    readonly workedSeconds: number;
    readonly writtenDownSeconds: number;
    readonly exactSeconds: number;
    readonly billedSeconds: number;
  };
  /** What was left of the hours that the contract has when it was stated; absent where it has none. */
  readonly leftSeconds?: number;
  /** Absent in statements of earlier versions. */
  readonly issued?: {
    /** Local day. */
    readonly on: string;
    /** Whoever stated it, as the billing system calls them; absent where it has no name for them. */
    readonly by?: string;
  };
}

/** A customer with entries of a case. */
export interface StatementCustomer {
  /** As it was called last. */
  readonly customer: Customer;
  readonly entries: readonly ApprovedEntry[];
}

/** The customers with entries of a case in a range: the one that it has now first, then by their last entry, the latest first. */
export function listStatementCustomers(
  view: LedgerView,
  directory: CaseDirectory,
  of: CaseRef,
  range: WorklogDays,
): readonly StatementCustomer[] {
  const found = byCustomer(approvedOf(view, of, range)).toReversed();
  const present = directory.find(of)?.customer;
  const isPresent = ({ customer }: StatementCustomer): boolean =>
    present !== undefined && isSameCustomer(customer, present);
  return [...found.filter(isPresent), ...found.filter((one) => !isPresent(one))];
}

/** The customers of the entries that a statement has, as the ledger knows them; none where it knows no such entry. */
export function findCustomersIn(view: LedgerView, { entries }: Statement): readonly Customer[] {
  const ids = new Set(entries.map(({ externalId }) => externalId));
  const known = view.ledger.entries.all.map(({ entry }) => entry).filter(({ externalId }) => ids.has(externalId));
  return byCustomer(known).map(({ customer }) => customer);
}

/**
 * The statement of a case: what was approved in the range, oldest first, as it stands in the ledger. Of the evidence it
 * has what was shared at approval.
 * @param of the case; a key means every case that was approved under it, as statements without a reference do
 * @param left of the contract, for the case as it is known now. @format seconds
 * @param customers whose entries; absent: those of the first of `listStatementCustomers`, of a key everybody's
 * @returns undefined where nothing of the case was approved in the range
 */
export function makeStatement(
  view: LedgerView,
  directory: CaseDirectory,
  of: CaseRef | string,
  range: WorklogDays,
  left: (known: Case) => number | undefined,
  customers?: readonly Customer[],
): Statement | undefined {
  const whose =
    customers ??
    (typeof of === "string"
      ? undefined
      : listStatementCustomers(view, directory, of, range)
          .slice(0, 1)
          .map(({ customer }) => customer));
  const entries = approvedOf(view, of, range).filter(
    (entry) => whose === undefined || whose.some((one) => isSameCustomer(one, entry.case.customer)),
  );
  const { from, to } = range;
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // What is known now of a case that went to another customer is that one's: its title, and the hours that it bought.
  const now = directory.find(last.case.ref) ?? last.case;
  const isTheirs = isSameCustomer(now.customer, last.case.customer);
  const known = isTheirs ? now : last.case;
  const leftSeconds = isTheirs ? left(known) : undefined;
  const lines = entries.map(entryOf);
  const { name: by } = view.ledger.connection?.account ?? { name: "" };
  const sum = (figure: (line: StatementEntry) => number): number =>
    lines.reduce((total, line) => total + figure(line), 0);
  return {
    version: 1,
    key: typeof of === "string" ? of : known.key,
    ...(typeof of === "string" ? {} : { case: { source: of.source, id: of.id } }),
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

/** What was approved of a case in a range, oldest first. */
function approvedOf(view: LedgerView, of: CaseRef | string, { from, to }: WorklogDays): readonly ApprovedEntry[] {
  return view.ledger.entries.all
    .map(({ entry }) => entry)
    .filter(({ case: { ref, key } }) => (typeof of === "string" ? key === of : isSameCase(ref, of)))
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

function entryOf(entry: ApprovedEntry): StatementEntry {
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
