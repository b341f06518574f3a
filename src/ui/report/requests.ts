import { isRecord } from "../../base/json.ts";
import { parseLocalDate } from "../../base/time.ts";
import { daysOf } from "../../domain/capture/reportPeriod.ts";
import {
  MAX_REPORT_DAYS,
  REPORT_GROUPINGS,
  REPORT_PERIODS,
  type ReportPlace,
  type ReportRequest,
} from "../../ports/report.ts";

/** Longest name of a case that is taken at all. */
const MAX_TEXT = 4_000;
const COMMANDS = ["pickCase", "logTime", "timesheet"] as const;

/** A message of the panel, checked; undefined when it is none: a panel of another version, or not ours. */
export function parseReportRequest(message: unknown): ReportRequest | undefined {
  if (!isRecord(message)) return undefined;
  const { type } = message;
  switch (type) {
    case "ready":
    case "export":
      return { type };
    case "show": {
      const place = parsePlace(message["place"]);
      return place === undefined ? undefined : { type, place };
    }
    case "openDay": {
      const { day } = message;
      return typeof day === "string" && parseLocalDate(day) !== undefined ? { type, day } : undefined;
    }
    case "statement": {
      const { caseId } = message;
      return typeof caseId === "string" && caseId.length <= MAX_TEXT ? { type, caseId } : undefined;
    }
    case "command": {
      const command = COMMANDS.find((one) => one === message["command"]);
      return command === undefined ? undefined : { type, command };
    }
    default:
      return undefined;
  }
}

/** What the panel, or what it kept over a reload, says is to be shown; undefined when it cannot be. */
export function parsePlace(value: unknown): ReportPlace | undefined {
  if (!isRecord(value)) return undefined;
  const by = REPORT_GROUPINGS.find((one) => one === value["by"]);
  const period = REPORT_PERIODS.find((one) => one === value["period"]);
  const day = (name: string) => (typeof value[name] === "string" ? parseLocalDate(value[name]) : undefined);
  if (by === undefined || period === undefined) return undefined;
  if (period !== "custom") {
    const around = day("day");
    return around === undefined ? undefined : { period, day: around, by };
  }
  const [from, to] = [day("from"), day("to")];
  if (from === undefined || to === undefined || from > to) return undefined;
  // Years apart by text first: a range of all days there are would be counted day by day.
  if (Number(to.slice(0, 4)) - Number(from.slice(0, 4)) > MAX_REPORT_DAYS / 365) return undefined;
  return daysOf({ from, to }).length > MAX_REPORT_DAYS ? undefined : { period, from, to, by };
}
