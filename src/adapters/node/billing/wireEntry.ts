import { formatWithOffset } from "../../../base/time.ts";
import type { ApprovedEntry } from "../../../domain/timeEntry.ts";

/** Members as in `docs/billing-api.yaml`, schema TimeEntry. Figures in whole seconds, instants RFC 3339 with offset. */
export interface WireEntry {
  readonly externalId: string;
  readonly revision: number;
  readonly caseId: string;
  readonly caseKey: string;
  readonly start: string;
  readonly end: string;
  readonly date: string;
  readonly timeZone: string;
  readonly observedSeconds: number;
  readonly bridgedSeconds: number;
  readonly declaredSeconds: number;
  readonly agentSeconds: number;
  readonly writtenDownSeconds: number;
  readonly billableSeconds: number;
  readonly billedSeconds: number;
  readonly activityId?: string;
  readonly description: string;
  readonly evidence?: object;
}

/**
 * A time entry as the `rest` API takes it (design 8, `docs/billing-api.yaml`). Of the evidence only what the engineer
 * shared at approval is in it.
 */
export function toWireEntry(entry: ApprovedEntry): WireEntry {
  const { zone, share } = entry;
  return {
    externalId: entry.externalId,
    revision: entry.revision,
    caseId: entry.case.ref.id,
    caseKey: entry.case.key,
    start: formatWithOffset(entry.start, zone),
    end: formatWithOffset(entry.end, zone),
    date: entry.day,
    timeZone: zone,
    observedSeconds: entry.observedSeconds,
    bridgedSeconds: entry.bridgedSeconds,
    declaredSeconds: entry.declaredSeconds,
    agentSeconds: entry.agentSeconds,
    writtenDownSeconds: entry.writtenDownSeconds,
    billableSeconds: entry.billableSeconds,
    billedSeconds: entry.billedSeconds,
    ...(entry.activityId === undefined ? {} : { activityId: entry.activityId }),
    description: entry.description,
    ...(share === "none" ? {} : { evidence: evidenceOf(entry) }),
  };
}

function evidenceOf({ share, commits, branches, intervals, zone }: ApprovedEntry) {
  if (share !== "full") return { commits: commits.map(({ sha, subject }) => ({ sha, subject })) };
  return {
    commits: commits.map(({ sha, subject, repository }) => ({ sha, subject, repository })),
    ...(branches.length > 0 ? { branches } : {}),
    spans: intervals.map(({ start, end }) => ({
      start: formatWithOffset(start, zone),
      end: formatWithOffset(end, zone),
    })),
  };
}
