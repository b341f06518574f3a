import type { LedgerView } from "../../app/ledger/ledgerView.ts";
import type { CaseDirectory } from "../../app/cases/caseDirectory.ts";
import { findGaps } from "../../app/edits/declareTime.ts";
import { t } from "../../base/text.ts";
import { formatClock, secondsBetween, type EpochMs, type ZoneId } from "../../base/time.ts";
import { isSameCase, type CaseRef } from "../../domain/cases/case.ts";
import { caseDays, type DaySheet } from "../../domain/day/daySheet.ts";
import type { Interval } from "../../domain/capture/interval.ts";
import type { Span } from "../../domain/capture/span.ts";
import type { TreeRow } from "./treeView.ts";
import { formatExact, formatHours, speakHours } from "../text/formatTime.ts";
import { sanitizeLabel } from "../text/inertText.ts";

/** Rows of Today that can be dragged onto a case. */
export const TODAY_MIME = "application/vnd.code.tree.caseclock.today";

/** A case of today, or no case; `key` and `source` are what the case commands take. */
export interface TodayCaseRow extends TreeRow {
  readonly key: string;
  readonly source?: string;
}

/** A stretch of captured time; `from` and `to` are what `caseclock.reassign` takes. */
export interface StretchRow extends TreeRow {
  readonly from: string;
  readonly to: string;
}

/** A gap that can be claimed; `start` and `end` are what `caseclock.logTime` takes. */
export interface GapRow extends TreeRow {
  readonly start: string;
  readonly end: string;
}

export type TodayRow = TodayCaseRow | StretchRow | GapRow;

/** Today by case, each with its stretches; then the gaps that can be claimed. */
export async function todayRows(view: LedgerView, directory: CaseDirectory): Promise<readonly TodayRow[]> {
  const sheet = await view.sheet(view.today());
  const { timeline } = view.ledger;
  const readZone = (at: EpochMs): ZoneId => timeline.policyAt(at).zone;
  const cases = caseDays(sheet).map((figures): TodayCaseRow => {
    const { case: ref, observedSeconds, bridgedSeconds, declaredSeconds, agentSeconds } = figures;
    const known = ref === null ? undefined : directory.find(ref);
    const worked = observedSeconds + bridgedSeconds + declaredSeconds;
    const key = known?.key ?? ref?.id ?? "";
    const parts = [
      t("{0} observed", formatExact(observedSeconds)),
      t("{0} bridged", formatExact(bridgedSeconds)),
      ...(declaredSeconds > 0 ? [t("{0} declared", formatExact(declaredSeconds))] : []),
      ...(agentSeconds > 0 ? [t("{0} by agents, not counted", formatExact(agentSeconds))] : []),
    ];
    const label = ref === null ? t("No case") : sanitizeLabel(key);
    return {
      label,
      description: sanitizeLabel([formatHours(worked), known?.title ?? ""].filter((text) => text !== "").join("  ")),
      tooltip: [known?.title ?? t("Not billed until it is assigned."), ...parts].join("\n"),
      icon: ref === null ? "circle-slash" : "briefcase",
      context: ref === null ? "noCase" : "case",
      spoken: `${label}, ${speakHours(worked)}: ${parts.join(", ")}`,
      children: [...stretches(sheet, ref, readZone), ...declared(sheet, ref, readZone)],
      key,
      ...(ref === null ? {} : { source: ref.source }),
    };
  });
  return [...cases, ...findGaps(sheet, view).map((gap) => gapRow(gap, readZone(gap.start)))];
}

function stretches(sheet: DaySheet, ref: CaseRef | null, zoneOf: (at: EpochMs) => ZoneId): readonly StretchRow[] {
  return sheet.spans
    .filter((span: Span) => isSameCase(span.case, ref))
    .map((span) => ({
      label: formatRange(span, zoneOf(span.start)),
      description: formatExact(span.observed + span.bridged),
      icon: "watch",
      context: "stretch",
      ...toIsoRange(span),
    }));
}

function declared(sheet: DaySheet, ref: CaseRef | null, zoneOf: (at: EpochMs) => ZoneId): readonly TreeRow[] {
  const inConflict = new Set(sheet.conflicts.map(({ declaration }) => declaration.id));
  return sheet.declarations
    .filter((one) => isSameCase(one.case.ref, ref))
    .map((one) => ({
      label: one.interval === undefined ? t("no set time") : formatRange(one.interval, zoneOf(one.interval.start)),
      description: sanitizeLabel(
        `${formatExact(one.seconds)}  ${inConflict.has(one.id) ? t("in conflict: not counted yet") : one.reason}`,
      ),
      tooltip: one.reason,
      icon: inConflict.has(one.id) ? "warning" : "edit",
      context: "declared",
    }));
}

function gapRow(gap: Interval, zone: ZoneId): GapRow {
  const { from: start, to: end } = toIsoRange(gap);
  const length = formatExact(secondsBetween(gap.start, gap.end));
  const [from, to] = [formatClock(gap.start, zone), formatClock(gap.end, zone)];
  return {
    label: formatRange(gap, zone),
    description: t("gap of {0}", length),
    tooltip: t("Nothing was captured here. If it was work, log it."),
    icon: "dash",
    context: "gap",
    spoken: t("Gap from {0} to {1}, {2}", from, to, length),
    start,
    end,
  };
}

/** `09:30 to 10:15`. */
export function formatRange({ start, end }: Interval, zone: ZoneId): string {
  return t("{0} to {1}", formatClock(start, zone), formatClock(end, zone));
}

/** An instant as commands take it. */
export function toIsoRange({ start, end }: Interval): { readonly from: string; readonly to: string } {
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
