import * as v from "valibot";
import { DAY_MS } from "../../base/time.ts";
import {
  MAX_REPORT_DAYS,
  REPORT_COMMANDS,
  REPORT_GROUPINGS,
  type ReportPlace,
  type ReportRange,
  type ReportRequest,
} from "../../ports/report.ts";
import { day, parseMessage, type Same } from "../shell/panelMessages.ts";

/** Longest id of a case that is accepted. */
const MAX_TEXT = 4_000;

const by = v.picklist(REPORT_GROUPINGS);
const placeSchema = v.variant("period", [
  v.object({ period: v.picklist(["week", "month", "quarter"]), day, by }),
  v.pipe(
    v.object({ period: v.literal("custom"), from: day, to: day, by }),
    v.check((place) => isShownRange(place)),
  ),
]);

const requestSchema = v.variant("type", [
  v.object({ type: v.picklist(["ready", "export"]) }),
  v.object({ type: v.literal("show"), place: placeSchema }),
  v.object({ type: v.literal("openDay"), day }),
  v.object({ type: v.literal("statement"), caseId: v.pipe(v.string(), v.maxLength(MAX_TEXT)) }),
  v.object({ type: v.literal("command"), command: v.picklist(REPORT_COMMANDS) }),
]);

/** Validates a message of the panel; undefined when it is none: from a panel of another version, or not ours. */
export function parseRequest(message: unknown): ReportRequest | undefined {
  return parseMessage<Same<v.InferOutput<typeof requestSchema>, ReportRequest>>(requestSchema, message);
}

/** The place that the panel asks for, or stored before a reload; undefined when it cannot be shown. */
export function parsePlace(value: unknown): ReportPlace | undefined {
  return parseMessage<Same<v.InferOutput<typeof placeSchema>, ReportPlace>>(placeSchema, value);
}

/** Whether it ends after it begins, and is not too long. Both days are included. */
function isShownRange({ from, to }: ReportRange): boolean {
  return from <= to && Date.parse(to) - Date.parse(from) < MAX_REPORT_DAYS * DAY_MS;
}
