import type { Waiting } from "../app/remind.ts";
import { plural, t } from "../base/text.ts";
import { formatHours } from "./present.ts";

/** The one sentence of the reminder, and whether a sync would help. */
export function presentReminder({ toApprove, toSend, refused, conflicts, unassignedSeconds }: Waiting): {
  readonly text: string;
  readonly canSync: boolean;
} {
  const parts = [
    toApprove > 0 ? plural(toApprove, "{0} time entry to review", "{0} time entries to review") : "",
    toSend > 0 ? plural(toSend, "{0} approved entry to send", "{0} approved entries to send") : "",
    refused > 0 ? plural(refused, "{0} refused entry", "{0} refused entries") : "",
    conflicts > 0 ? plural(conflicts, "{0} conflict", "{0} conflicts") : "",
    unassignedSeconds > 0 ? t("{0} h without a case", formatHours(unassignedSeconds)) : "",
  ].filter(Boolean);
  const last = parts.pop() ?? "";
  const list = parts.length === 0 ? last : t("{0} and {1}", parts.join(", "), last);
  return { text: t("Before you go: {0}.", list), canSync: toApprove + toSend > 0 };
}
