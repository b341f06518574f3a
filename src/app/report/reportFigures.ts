import type { ReportFigures } from "../../ports/report.ts";
import type { DraftEntry } from "../../domain/entries/draftEntry.ts";
import type { ApprovedEntry } from "../../domain/log/approvedEntry.ts";

export const NO_FIGURES: ReportFigures = {
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

const NAMES = Object.keys(NO_FIGURES) as readonly (keyof ReportFigures)[];

/** Adds up figures; all zeros without any. */
export function sumFigures(list: Iterable<ReportFigures>): ReportFigures {
  const sum: Record<keyof ReportFigures, number> = { ...NO_FIGURES };
  for (const figures of list) for (const name of NAMES) sum[name] += figures[name];
  return sum;
}

/** What an approved entry adds, without agent time, which is counted by day. */
export function toEntryFigures(entry: ApprovedEntry): ReportFigures {
  const parts = toWorkedFigures(entry);
  return {
    ...NO_FIGURES,
    ...parts,
    writtenDownSeconds: entry.writtenDownSeconds,
    billableSeconds: entry.billableSeconds,
    approvedSeconds: parts.workedSeconds,
    contractSeconds: entry.contractSeconds,
    billedSeconds: entry.billedSeconds,
    carriedSeconds: entry.contractSeconds - entry.billedSeconds,
  };
}

/** What a draft adds: time on a case that no entry has yet. */
export function toDraftFigures(draft: DraftEntry): ReportFigures {
  const parts = toWorkedFigures(draft);
  return {
    ...NO_FIGURES,
    ...parts,
    writtenDownSeconds: draft.writtenDownSeconds,
    billableSeconds: draft.billableSeconds,
    openSeconds: parts.workedSeconds,
  };
}

/** What captured time without a case adds. */
export function toUnassignedFigures(observedSeconds: number, bridgedSeconds: number): ReportFigures {
  const worked = observedSeconds + bridgedSeconds;
  return { ...NO_FIGURES, observedSeconds, bridgedSeconds, workedSeconds: worked, unassignedSeconds: worked };
}

function toWorkedFigures({ observedSeconds, bridgedSeconds, declaredSeconds }: ApprovedEntry | DraftEntry) {
  const workedSeconds = observedSeconds + bridgedSeconds + declaredSeconds;
  return { observedSeconds, bridgedSeconds, declaredSeconds, workedSeconds };
}
