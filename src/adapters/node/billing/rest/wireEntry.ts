import { formatWithOffset } from "../../../../base/time.ts";
import type { ApiEvidence, ApiTimeEntry } from "../../../../ports/api.ts";
import type { ApprovedEntry } from "../../../../domain/log/approvedEntry.ts";

/** Members as in `docs/billing-api.yaml`, schema TimeEntry. */
export type WireEntry = ApiTimeEntry;

/** Most that the API takes: evidence beyond it is cut, for nobody could repair an entry that is refused for it. */
const MOST = { commits: 1_000, subject: 1_000, repository: 500, branches: 500, branch: 500, spans: 5_000 } as const;

/**
 * A time entry as the `rest` API takes it (`docs/billing-api.yaml`); the same entry always gives the same.
 * Of the evidence only what the engineer shared at approval is in it: nothing, commits by hash and subject, or also
 * repositories, branches and spans.
 */
export function toWireEntry(entry: ApprovedEntry): WireEntry {
  const { zone, share } = entry;
  return {
    externalId: entry.externalId,
    revision: entry.revision,
    caseId: entry.case.ref.id,
    caseKey: entry.case.key,
    ...(entry.start === undefined || entry.end === undefined
      ? {}
      : { start: formatWithOffset(entry.start, zone), end: formatWithOffset(entry.end, zone) }),
    date: entry.day,
    timeZone: zone,
    observedSeconds: entry.observedSeconds,
    bridgedSeconds: entry.bridgedSeconds,
    declaredSeconds: entry.declaredSeconds,
    agentSeconds: entry.agentSeconds,
    writtenDownSeconds: entry.writtenDownSeconds,
    ...(entry.writeDownReason === undefined ? {} : { writeDownReason: entry.writeDownReason }),
    billableSeconds: entry.billableSeconds,
    billedSeconds: entry.billedSeconds,
    ...(entry.activityId === undefined ? {} : { activityId: entry.activityId }),
    description: entry.description,
    ...(share === "none" ? {} : { evidence: toEvidence(entry) }),
  };
}

function toEvidence({ share, commits, branches, intervals, zone }: ApprovedEntry): ApiEvidence {
  const few = commits.slice(0, MOST.commits).map(({ sha, subject, repository }) => ({
    sha,
    subject: cut(subject, MOST.subject),
    ...(share === "full" ? { repository: cut(repository, MOST.repository) } : {}),
  }));
  if (share !== "full") return { commits: few };
  return {
    commits: few,
    ...(branches.length > 0
      ? { branches: branches.slice(0, MOST.branches).map((branch) => cut(branch, MOST.branch)) }
      : {}),
    spans: intervals.slice(0, MOST.spans).map(({ start, end }) => ({
      start: formatWithOffset(start, zone),
      end: formatWithOffset(end, zone),
    })),
  };
}

function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
