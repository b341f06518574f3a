import type { Waiting } from "../app/remind.ts";
import { counted, formatHours } from "./present.ts";

/** The one sentence of the reminder, and whether a sync would help. */
export function presentReminder({ toApprove, toSend, refused, conflicts, unassignedSeconds }: Waiting): {
  readonly text: string;
  readonly canSync: boolean;
} {
  const parts = [
    toApprove > 0 ? `${counted(toApprove, "time entry", "time entries")} to review` : "",
    toSend > 0 ? `${counted(toSend, "approved entry", "approved entries")} to send` : "",
    refused > 0 ? counted(refused, "refused entry", "refused entries") : "",
    conflicts > 0 ? counted(conflicts, "conflict") : "",
    unassignedSeconds > 0 ? `${formatHours(unassignedSeconds)} h without a case` : "",
  ].filter(Boolean);
  const last = parts.pop() ?? "";
  const list = parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
  return { text: `Before you go: ${list}.`, canSync: toApprove + toSend > 0 };
}
