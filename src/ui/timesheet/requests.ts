import * as v from "valibot";
import { TIMESHEET_COMMANDS, type TimesheetPlace, type TimesheetRequest } from "../../ports/timesheet.ts";
import { day, parseMessage, type Same } from "../shell/panelMessages.ts";

/** Longest text that is accepted from the panel; one that is too long for its field is refused there, with a reason. */
const MAX_TEXT = 200_000;
/** Most rows that one request names. */
const MAX_ROWS = 1_000;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const rows = v.pipe(v.array(text), v.minLength(1), v.maxLength(MAX_ROWS), v.readonly());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const range = { start: count, end: count };
const choice = v.union([v.literal("ask"), v.object({ caseId: v.nullable(text) })]);
const declared = {
  time: v.union([v.object(range), v.object({ day, seconds: count })]),
  to: choice,
  reason: text,
};
const amount = v.union([
  v.object({ seconds: count }),
  v.object({ percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)) }),
]);

const edit = v.variant("kind", [
  v.object({ kind: v.literal("describe"), row: text, description: text }),
  v.object({ kind: v.literal("activity"), row: text, activityId: v.nullable(text) }),
  v.object({ kind: v.literal("split"), row: text, at: count }),
  v.object({ kind: v.literal("merge"), rows }),
  v.object({ kind: v.literal("move"), row: text, to: choice }),
  v.object({ kind: v.literal("moveRange"), ...range, to: choice }),
  v.object({ kind: v.literal("writeDown"), row: text, amount, reason: text }),
  v.object({ kind: v.literal("declare"), ...declared }),
  v.object({ kind: v.literal("changeDeclared"), id: text, ...declared }),
  v.object({ kind: v.literal("removeDeclared"), id: text }),
  v.object({ kind: v.literal("resolve"), id: text, keep: v.picklist(["declared", "captured"]) }),
  v.object({ kind: v.literal("strike"), ...range }),
  v.object({ kind: v.literal("restore"), ...range }),
  v.object({
    kind: v.literal("correct"),
    row: text,
    description: v.exactOptional(text),
    activityId: v.exactOptional(text),
    writtenDownSeconds: v.exactOptional(count),
    reason: text,
  }),
]);

const place = { view: v.picklist(["week", "day"]), day };
const placeSchema = v.object(place);
const numbered = { request: count };
const based = { ...numbered, revision: count };

const requestSchema = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("show"), ...place }),
  v.object({ type: v.literal("edit"), ...based, edit }),
  v.object({ type: v.picklist(["undo", "redo"]), ...based, step: v.exactOptional(text) }),
  v.object({ type: v.picklist(["approve", "withdraw"]), ...based, rows }),
  v.object({ type: v.literal("history"), ...numbered, row: text }),
  v.object({ type: v.literal("command"), command: v.picklist(TIMESHEET_COMMANDS) }),
]);

/** Validates a message of the panel; undefined when it is none: from a panel of another version, or not ours. */
export function parseRequest(message: unknown): TimesheetRequest | undefined {
  return parseMessage<Same<v.InferOutput<typeof requestSchema>, TimesheetRequest>>(requestSchema, message);
}

/** The place that the page stored before a reload; undefined when it cannot be shown. */
export function parsePlace(stored: unknown): TimesheetPlace | undefined {
  return parseMessage<Same<v.InferOutput<typeof placeSchema>, TimesheetPlace>>(placeSchema, stored);
}
