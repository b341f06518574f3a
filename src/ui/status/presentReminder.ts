import type { WaitingCounts } from "../../app/status/remind.ts";
import { plural, t } from "../../base/text.ts";
import { formatHours } from "../text/formatTime.ts";

/**
 * The one sentence of the reminder, and the action that helps: today opens in the timesheet, because the list of what waits
 * has only past days.
 */
export function presentReminder(waiting: WaitingCounts): {
  readonly text: string;
  readonly canReview: boolean;
  readonly canSync: boolean;
  readonly canList: boolean;
} {
  const { toApprove, toSend, refused, conflicts, todaySeconds, unassignedSeconds } = waiting;
  const today = todaySeconds > 0 ? [t("{0} h of today to review", formatHours(todaySeconds))] : [];
  const listed = [
    toApprove > 0 ? plural(toApprove, "{0} time entry to review", "{0} time entries to review") : "",
    toSend > 0 ? plural(toSend, "{0} approved entry to send", "{0} approved entries to send") : "",
    refused > 0 ? plural(refused, "{0} refused entry", "{0} refused entries") : "",
    conflicts > 0 ? plural(conflicts, "{0} conflict", "{0} conflicts") : "",
    unassignedSeconds > 0 ? t("{0} h without a case", formatHours(unassignedSeconds)) : "",
  ].filter(Boolean);
  const parts = [...today, ...listed];
  const last = parts.pop() ?? "";
  const list = parts.length === 0 ? last : t("{0} and {1}", parts.join(", "), last);
  return {
    text: t("Before you go: {0}.", list),
    canReview: today.length > 0,
    canSync: toApprove + toSend > 0,
    canList: listed.length > 0,
  };
}
