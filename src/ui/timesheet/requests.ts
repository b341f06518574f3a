import { isRecord } from "../../base/json.ts";
import { parseLocalDate } from "../../base/time.ts";
import type { CaseChoice, TimesheetEdit, TimesheetRequest } from "../../ports/timesheet.ts";

/** Longest text that is taken from the panel at all; what is too long for its place is refused with a reason there. */
const MAX_TEXT = 200_000;

/** A message of the panel, checked; undefined when it is none: a panel of another version, or not ours. */
export function parseRequest(message: unknown): TimesheetRequest | undefined {
  if (!isRecord(message)) return undefined;
  const { type, request, revision } = message;
  const numbered = isCount(request) ? { request } : undefined;
  const based = numbered !== undefined && isCount(revision) ? { ...numbered, revision } : undefined;
  switch (type) {
    case "ready":
      return { type };
    case "show": {
      const { view, day } = message;
      return (view === "week" || view === "day") && isDay(day) ? { type, view, day } : undefined;
    }
    case "edit": {
      const edit = parseEdit(message["edit"]);
      return based === undefined || edit === undefined ? undefined : { type, ...based, edit };
    }
    case "undo":
    case "redo": {
      const { step } = message;
      if (based === undefined || !(step === undefined || isText(step))) return undefined;
      return { type, ...based, ...(step === undefined ? {} : { step }) };
    }
    case "approve":
    case "withdraw": {
      const { rows } = message;
      return based !== undefined && isTexts(rows) ? { type, ...based, rows } : undefined;
    }
    case "history": {
      const { row } = message;
      return numbered !== undefined && isText(row) ? { type, ...numbered, row } : undefined;
    }
    case "command": {
      const command = COMMANDS.find((one) => one === message["command"]);
      return command === undefined ? undefined : { type, command };
    }
    default:
      return undefined;
  }
}

const COMMANDS = ["sync", "connect", "pickCase", "report", "startTimer"] as const;

function parseEdit(edit: unknown): TimesheetEdit | undefined {
  if (!isRecord(edit)) return undefined;
  const { kind, row, start, end, reason, id } = edit;
  const to = parseChoice(edit["to"]);
  switch (kind) {
    case "describe": {
      const { description } = edit;
      return isText(row) && isText(description) ? { kind, row, description } : undefined;
    }
    case "activity": {
      const { activityId } = edit;
      return isText(row) && (activityId === null || isText(activityId)) ? { kind, row, activityId } : undefined;
    }
    case "split":
      return isText(row) && isCount(edit["at"]) ? { kind, row, at: edit["at"] } : undefined;
    case "merge": {
      const { rows } = edit;
      return isTexts(rows) ? { kind, rows } : undefined;
    }
    case "move":
      return isText(row) && to !== undefined ? { kind, row, to } : undefined;
    case "moveRange":
      return isCount(start) && isCount(end) && to !== undefined ? { kind, start, end, to } : undefined;
    case "writeDown": {
      const amount = parseAmount(edit["amount"]);
      return isText(row) && isText(reason) && amount !== undefined ? { kind, row, amount, reason } : undefined;
    }
    case "declare": {
      const time = parseTime(edit["time"]);
      return time !== undefined && to !== undefined && isText(reason) ? { kind, time, to, reason } : undefined;
    }
    case "changeDeclared": {
      const time = parseTime(edit["time"]);
      const isWhole = isText(id) && time !== undefined && to !== undefined && isText(reason);
      return isWhole ? { kind, id, time, to, reason } : undefined;
    }
    case "removeDeclared":
      return isText(id) ? { kind, id } : undefined;
    case "resolve": {
      const { keep } = edit;
      return isText(id) && (keep === "declared" || keep === "captured") ? { kind, id, keep } : undefined;
    }
    case "strike":
    case "restore":
      return isCount(start) && isCount(end) ? { kind, start, end } : undefined;
    case "correct": {
      const { description, activityId, writtenDownSeconds } = edit;
      if (!isText(row) || !isText(reason)) return undefined;
      if (!isTextOrNone(description) || !isTextOrNone(activityId)) return undefined;
      if (!(writtenDownSeconds === undefined || isCount(writtenDownSeconds))) return undefined;
      return {
        kind,
        row,
        reason,
        ...(description === undefined ? {} : { description }),
        ...(activityId === undefined ? {} : { activityId }),
        ...(writtenDownSeconds === undefined ? {} : { writtenDownSeconds }),
      };
    }
    default:
      return undefined;
  }
}

function parseChoice(value: unknown): CaseChoice | undefined {
  if (value === "ask") return value;
  if (!isRecord(value)) return undefined;
  const { caseId } = value;
  return caseId === null || isText(caseId) ? { caseId } : undefined;
}

function parseAmount(value: unknown): { readonly seconds: number } | { readonly percent: number } | undefined {
  if (!isRecord(value)) return undefined;
  const { seconds, percent } = value;
  if (isCount(seconds)) return { seconds };
  return typeof percent === "number" && percent >= 0 && percent <= 100 ? { percent } : undefined;
}

function parseTime(value: unknown): Extract<TimesheetEdit, { kind: "declare" }>["time"] | undefined {
  if (!isRecord(value)) return undefined;
  const { start, end, day, seconds } = value;
  if (isCount(start) && isCount(end)) return { start, end };
  return isDay(day) && isCount(seconds) ? { day, seconds } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_TEXT;
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.length <= 1_000 && value.every(isText);
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && parseLocalDate(value) !== undefined;
}
