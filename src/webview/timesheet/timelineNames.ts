/** What stands on the time line, as sentences. */
import { t } from "../../base/text.ts";
import type { DayModel, TimelineItem, TimelineLane } from "../../ports/timesheet.ts";
import { itemAt } from "./geometry.ts";
import { keyOf, kindName, type Shown, spoken, stateName } from "./ui.ts";

type Day = Shown<DayModel>;

/** `ACME-1234, observed, 9:05 to 9:50, 45 minutes, draft` */
export function itemName(ui: Day, lane: TimelineLane, item: TimelineItem): string {
  const row = item.rowId === undefined ? undefined : ui.model.rows.find(({ id }) => id === item.rowId);
  return [
    keyOf(ui.model, lane.caseId),
    kindName(item.kind),
    ...(item.isOutsideEditor === true ? [t("outside the editor")] : []),
    spoken(ui, item.start, item.end),
    ui.speak((item.end - item.start) / 1000),
    ...(item.isConflict === true ? [t("in conflict")] : []),
    ...(item.isWrittenDown === true ? [t("written down")] : []),
    ...(row !== undefined ? [stateName(row.state)] : item.isClaimed === true ? [t("approved")] : []),
  ].join(", ");
}

/** `9:20, ACME-1234, observed`, and what is selected. */
export function cursorName(ui: Day, at: number): string {
  const found = itemAt(ui.model.lanes, at);
  const { anchor } = ui.state;
  const isGap = ui.model.gaps.some(({ start, end }) => start <= at && at < end);
  return [
    ui.clock.time(at),
    ...(found === undefined
      ? [isGap ? t("gap") : t("nothing captured")]
      : [keyOf(ui.model, found.lane.caseId), kindName(found.item.kind)]),
    ...(anchor === undefined || anchor === at ? [] : [t("selected {0}", rangeName(ui, anchor, at))]),
  ].join(", ");
}

/** `9:05 to 9:50, 45 minutes` */
export function rangeName(ui: Day, one: number, other: number): string {
  const [start, end] = [Math.min(one, other), Math.max(one, other)];
  return `${spoken(ui, start, end)}, ${ui.speak((end - start) / 1000)}`;
}
