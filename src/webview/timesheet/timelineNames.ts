/** What stands on the timeline, as sentences. */
import { t } from "../../base/text.ts";
import type { DayModel, TimelineItem, TimelineLane } from "../../ports/timesheet.ts";
import { findItem } from "./geometry.ts";
import { nameCase, nameKind, type Shown, describeRange, nameState } from "./ui.ts";

type Day = Shown<DayModel>;

/** `ACME-1234, observed, 9:05 to 9:50, 45 minutes, draft` */
export function describeItem(ui: Day, lane: TimelineLane, item: TimelineItem): string {
  const row = item.rowId === undefined ? undefined : ui.model.rows.find(({ id }) => id === item.rowId);
  return [
    nameCase(ui.model, lane.caseId),
    nameKind(item.kind),
    ...(item.isOutsideEditor === true ? [t("outside the editor")] : []),
    describeRange(ui, item.start, item.end),
    ui.speak((item.end - item.start) / 1000),
    ...(item.isConflict === true ? [t("in conflict")] : []),
    ...(item.isWrittenDown === true ? [t("written down")] : []),
    ...(row !== undefined ? [nameState(row.state)] : item.isClaimed === true ? [t("approved")] : []),
  ].join(", ");
}

/** `9:20, ACME-1234, observed`, and what is selected. */
export function describeCursor(ui: Day, at: number): string {
  const found = findItem(ui.model.lanes, at);
  const { anchor } = ui.state;
  const isGap = ui.model.gaps.some(({ start, end }) => start <= at && at < end);
  return [
    ui.clock.time(at),
    ...(found === undefined
      ? [isGap ? t("gap") : t("nothing captured")]
      : [nameCase(ui.model, found.lane.caseId), nameKind(found.item.kind)]),
    ...(anchor === undefined || anchor === at ? [] : [t("selected {0}", describeStretch(ui, anchor, at))]),
  ].join(", ");
}

/** `9:05 to 9:50, 45 minutes` */
export function describeStretch(ui: Day, one: number, other: number): string {
  const [start, end] = [Math.min(one, other), Math.max(one, other)];
  return `${describeRange(ui, start, end)}, ${ui.speak((end - start) / 1000)}`;
}
