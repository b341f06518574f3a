import { isRecord } from "../../base/json.ts";
import { parseLocalDate, parseZone, type EpochMs, type LocalDate, type ZoneId } from "../../base/time.ts";
import { parseCaseKey } from "../cases/case.ts";
import { EVENT_VERSION, type EventBody, type EventKind, type LogEvent } from "./events.ts";

/** A row of the event table as it comes from the disk. */
export interface EventRow {
  readonly seq: unknown;
  readonly id: unknown;
  readonly kind: unknown;
  readonly version: unknown;
  readonly windowId: unknown;
  readonly day: unknown;
  readonly caseSource: unknown;
  readonly caseId: unknown;
  readonly entryId: unknown;
  readonly atMs: unknown;
  readonly zone: unknown;
  readonly body: unknown;
}

/**
 * Decodes a row, or says why it is unreadable: damaged, or not written by Caseclock. The row itself is left alone.
 * The checks cover what a fold relies on, not every text.
 */
export function decodeEvent(row: EventRow): LogEvent | { readonly unreadable: string } {
  const unreadable = (reason: string): { readonly unreadable: string } => ({
    unreadable: `row ${String(row.seq)}: ${reason}`,
  });
  if (typeof row.seq !== "number" || typeof row.id !== "string" || typeof row.windowId !== "string") {
    return unreadable("no identity");
  }
  if (row.version !== EVENT_VERSION) return unreadable(`version ${String(row.version)}`);
  const zone = typeof row.zone === "string" ? knownZone(row.zone) : undefined;
  const day = typeof row.day === "string" ? knownDate(row.day) : undefined;
  if (zone === undefined || day === undefined || !isInstant(row.atMs)) return unreadable("no time");
  const body = decodeBody(row.kind, row.body);
  if (body === undefined) return unreadable(`body of ${String(row.kind)}`);
  const { seq, id, windowId } = row;
  return {
    seq,
    id,
    windowId,
    at: row.atMs,
    zone,
    day,
    ...(typeof row.caseSource === "string" && typeof row.caseId === "string"
      ? { case: { source: row.caseSource, id: row.caseId } }
      : {}),
    ...(typeof row.entryId === "string" ? { entryId: row.entryId } : {}),
    body,
  };
}

const BODY_CHECKS: Readonly<Record<EventKind, (body: Record<string, unknown>) => boolean>> = {
  heartbeats: (b) =>
    typeof b["tree"] === "string" &&
    isInstant(b["first"]) &&
    isInstant(b["last"]) &&
    b["last"] >= b["first"] &&
    isRecord(b["counts"]) &&
    (b["weak"] === undefined || ((b["weak"] === "scroll" || b["weak"] === "presence") && b["agent"] === undefined)),
  focus: (b) => typeof b["focused"] === "boolean",
  compacted: (b) => typeof b["text"] === "string",
  tickGap: (b) => isInstant(b["from"]) && isInstant(b["to"]),
  pick: (b) => typeof b["tree"] === "string" && (b["case"] === null || isCase(b["case"])),
  pause: () => true,
  resume: () => true,
  policy: (b) =>
    isCount(b["idleTimeoutSeconds"]) && typeof b["zone"] === "string" && knownZone(b["zone"]) !== undefined,
  caseDefined: (b) => isCase(b["case"]),
  connected: (b) => isConnection(b["connection"]),
  disconnected: (b) => typeof b["connectionId"] === "string",
  commit: (b) =>
    typeof b["tree"] === "string" &&
    isCommit(b["commit"]) &&
    (b["case"] === null || isCaseRef(b["case"])) &&
    (b["squashed"] === undefined || Array.isArray(b["squashed"])),
  commitFates: (b) =>
    typeof b["tree"] === "string" &&
    Array.isArray(b["fates"]) &&
    b["fates"].every(
      (fate) => isRecord(fate) && typeof fate["sha"] === "string" && (fate["now"] === null || isCommit(fate["now"])),
    ),
  tagging: (b) => typeof b["repository"] === "string" && ["here", "notHere", "never"].includes(String(b["choice"])),
  entryMinted: (b) =>
    typeof b["entryId"] === "string" &&
    isCaseRef(b["case"]) &&
    typeof b["entryDay"] === "string" &&
    (b["from"] === undefined || isInstant(b["from"])),
  described: (b) => typeof b["entryId"] === "string" && isOfCaseDay(b) && typeof b["description"] === "string",
  approved: (b) => isApprovedEntry(b["entry"]),
  activitySet: (b) =>
    typeof b["entryId"] === "string" &&
    isOfCaseDay(b) &&
    (b["activityId"] === null || typeof b["activityId"] === "string"),
  split: (b) => isOfCaseDay(b) && isInstant(b["cut"]),
  merged: (b) => isOfCaseDay(b) && isInstant(b["from"]) && isInstant(b["to"]) && b["from"] < b["to"],
  writtenDown: (b) =>
    isOfCaseDay(b) &&
    typeof b["reason"] === "string" &&
    isIntervals(b["intervals"]) &&
    (b["within"] === undefined || isIntervals(b["within"])) &&
    isStretchOrNone(b) &&
    Array.isArray(b["declared"]) &&
    b["declared"].every((one) => isRecord(one) && typeof one["id"] === "string" && isCount(one["seconds"])),
  withdrawn: isOfEntry,
  reassigned: (b) => isEdit(b) && (b["case"] === null || isCase(b["case"])),
  struck: (b) => isEdit(b) && (b["for"] === undefined || typeof b["for"] === "string"),
  declared: (b) =>
    isCase(b["case"]) &&
    typeof b["entryDay"] === "string" &&
    knownDate(b["entryDay"]) !== undefined &&
    isCount(b["seconds"]) &&
    typeof b["reason"] === "string" &&
    isStretchOrNone(b),
  undone: (b) => typeof b["eventId"] === "string" && (b["from"] === undefined || isInstant(b["from"])),
  redone: (b) => typeof b["eventId"] === "string",
  sending: (b) => isOneOrMany(b, b["entries"], isOfEntry),
  receipted: (b) => isOneOrMany(b, b["receipts"], (one) => isOfEntry(one) && typeof one["remoteId"] === "string"),
  refused: (b) => isOfEntry(b) && isRecord(b["problem"]),
  deferred: (b) =>
    isOfEntry(b) &&
    isInstant(b["notBefore"]) &&
    isRecord(b["problem"]) &&
    ["retryLater", "unknown"].includes(String(b["outcome"])),
  person: (b) => typeof b["name"] === "string",
  copied: (b) => typeof b["ledger"] === "string",
  branch: (b) => typeof b["tree"] === "string" && (b["branch"] === null || typeof b["branch"] === "string"),
  kept: (b) => typeof b["tree"] === "string" && isCaseRef(b["picked"]) && isCaseRef(b["pointed"]),
  pinned: (b) => isCaseRef(b["ref"]) && typeof b["pinned"] === "boolean",
  timerStarted: (b) => isCase(b["case"]) && typeof b["reason"] === "string",
  timerStopped: (b) => typeof b["timerId"] === "string",
  notice: (b) => typeof b["cause"] === "string",
};

function decodeBody(kind: unknown, text: unknown): EventBody | undefined {
  if (typeof kind !== "string" || !Object.hasOwn(BODY_CHECKS, kind) || typeof text !== "string") return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined; // written by hand or damaged: reported as unreadable by the caller
  }
  if (!isRecord(body) || !OF_AN_ACT.every((name) => ["string", "undefined"].includes(typeof body[name])))
    return undefined;
  return BODY_CHECKS[kind as EventKind](body) ? ({ ...body, kind } as EventBody) : undefined;
}

const OF_AN_ACT = ["act", "undoes", "redoes"] as const;

function isOfCaseDay(b: Record<string, unknown>): boolean {
  return isCaseRef(b["case"]) && typeof b["entryDay"] === "string" && knownDate(b["entryDay"]) !== undefined;
}

function isStretchOrNone({ from, to }: Record<string, unknown>): boolean {
  return (from === undefined && to === undefined) || (isInstant(from) && isInstant(to) && from < to);
}

function isEdit(b: Record<string, unknown>): boolean {
  return isInstant(b["from"]) && isInstant(b["to"]) && isIntervals(b["intervals"]);
}

function isIntervals(value: unknown): boolean {
  return Array.isArray(value) && value.every((i) => isRecord(i) && isInstant(i["start"]) && isInstant(i["end"]));
}

/** Checks the body itself, or each entry of its list. */
function isOneOrMany(
  b: Record<string, unknown>,
  list: unknown,
  check: (one: Record<string, unknown>) => boolean,
): boolean {
  return list === undefined ? check(b) : Array.isArray(list) && list.every((one) => isRecord(one) && check(one));
}

function isOfEntry(b: Record<string, unknown>): boolean {
  return typeof b["entryId"] === "string" && isCount(b["revision"]);
}

function isApprovedEntry(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value["entryId"] === "string" &&
    typeof value["externalId"] === "string" &&
    typeof value["connectionId"] === "string" &&
    typeof value["day"] === "string" &&
    isCase(value["case"]) &&
    (value["start"] === undefined || isInstant(value["start"])) &&
    (value["end"] === undefined || isInstant(value["end"])) &&
    ["revision", "observedSeconds", "bridgedSeconds", "billableSeconds", "contractSeconds", "billedSeconds"].every(
      (name) => isCount(value[name]),
    ) &&
    Array.isArray(value["commits"]) &&
    isIntervals(value["intervals"])
  );
}

function isConnection(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value["id"] === "string" &&
    typeof value["url"] === "string" &&
    typeof value["provider"] === "string" &&
    isRecord(value["account"]) &&
    (value["options"] === undefined ||
      (isRecord(value["options"]) && Object.values(value["options"]).every((one) => typeof one === "string")))
  );
}

function isCase(value: unknown): boolean {
  return (
    isRecord(value) &&
    isCaseRef(value["ref"]) &&
    typeof value["key"] === "string" &&
    parseCaseKey(value["key"]) !== undefined &&
    typeof value["title"] === "string" &&
    isRecord(value["customer"]) &&
    (value["contract"] === undefined || isRecord(value["contract"]))
  );
}

function isCommit(value: unknown): boolean {
  return isRecord(value) && typeof value["sha"] === "string" && typeof value["subject"] === "string";
}

function isCaseRef(value: unknown): boolean {
  return isRecord(value) && typeof value["source"] === "string" && typeof value["id"] === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** Whole milliseconds from 1970 until 2200: Caseclock writes nothing else. */
function isInstant(value: unknown): value is EpochMs {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 7_258_118_400_000;
}

const zones = new Map<string, ZoneId | undefined>();
const dates = new Map<string, LocalDate | undefined>();

/** Rows repeat the same few zones and days a hundred thousand times. */
function knownZone(value: string): ZoneId | undefined {
  if (!zones.has(value)) zones.set(value, parseZone(value));
  return zones.get(value);
}

function knownDate(value: string): LocalDate | undefined {
  if (!dates.has(value)) dates.set(value, parseLocalDate(value));
  return dates.get(value);
}
