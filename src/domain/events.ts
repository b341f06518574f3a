import { isRecord } from "../base/json.ts";
import { parseLocalDate, parseZone, type EpochMs, type LocalDate, type ZoneId } from "../base/time.ts";
import { parseCaseKey, type Case, type CaseRef } from "./caseRef.ts";
import type { KindCounts, TreeId } from "./heartbeat.ts";
import type { Interval } from "./interval.ts";
import type { ApprovedEntry, CommitEvidence, Problem } from "./timeEntry.ts";

/** A billing account that entries can be bound to. */
export interface Connection {
  /** UUID; it is also the `source` of the cases that come from it. */
  readonly id: string;
  /** `local`, or the id of a server's API (`ports/providerCatalog.ts`). */
  readonly provider: string;
  /** Base URL, or the `file:` URI of the folder for `local`. */
  readonly url: string;
  /** Who the billing system says we are. */
  readonly account: { readonly id: string; readonly name: string };
  /** What the provider has asked about the account; nothing secret. Absent where it asked nothing. */
  readonly options?: Readonly<Record<string, string>>;
}

/** What can have happened. The log holds these and nothing else; `EVENT_VERSION` says in which shape. */
export type EventBody =
  /** Columns: day of the row, case in force when it was written (an index only: the fold decides by picks). */
  | {
      readonly kind: "heartbeats";
      readonly tree: TreeId;
      readonly first: EpochMs;
      readonly last: EpochMs;
      readonly counts: KindCounts;
      readonly agent?: true;
      /** The class of the row where it is neither the person's nor an agent's. */
      readonly weak?: "scroll" | "presence";
    }
  | { readonly kind: "focus"; readonly focused: boolean }
  /** What the heartbeats of a day came to, in their place once the day is settled (`encodeDay`). Column: that day. */
  | { readonly kind: "compacted"; readonly text: string }
  /** A stretch `[from, to)` without a tick; after a step back `to` is the instant before it. */
  | { readonly kind: "tickGap"; readonly from: EpochMs; readonly to: EpochMs }
  | { readonly kind: "pick"; readonly tree: TreeId; readonly case: Case | null }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "policy"; readonly idleTimeoutSeconds: number; readonly zone: ZoneId }
  | { readonly kind: "caseDefined"; readonly case: Case }
  | { readonly kind: "connected"; readonly connection: Connection }
  | { readonly kind: "disconnected"; readonly connectionId: string }
  | {
      readonly kind: "commit";
      readonly tree: TreeId;
      readonly commit: CommitEvidence;
      /** What its message names, else the work tree's pick when it was made. */
      readonly case: CaseRef | null;
      readonly replaces?: string;
      /** Further ones that it replaces. */
      readonly squashed?: readonly string[];
      /** It replaces without new work: rebased, reworded, squashed. */
      readonly rewritten?: boolean;
      /** Its message names no case: it goes with the time it was made in. Absent in events of earlier versions. */
      readonly unnamed?: boolean;
    }
  /** What has the changes of commits now that were rewritten elsewhere; `now` null: nothing does. */
  | {
      readonly kind: "commitFates";
      readonly tree: TreeId;
      readonly fates: readonly { readonly sha: string; readonly now: CommitEvidence | null }[];
    }
  /** Answer to "tag commits here?"; `never` holds for every repository. */
  | { readonly kind: "tagging"; readonly repository: string; readonly choice: "here" | "notHere" | "never" }
  | { readonly kind: "entryMinted"; readonly entryId: string; readonly case: CaseRef; readonly entryDay: LocalDate }
  /** What a person wrote as the description of a draft; empty: it is drafted again. */
  | {
      readonly kind: "described";
      readonly entryId: string;
      readonly case: CaseRef;
      readonly entryDay: LocalDate;
      readonly description: string;
    }
  /** `reason`: why a later revision was made, in the person's words. */
  | { readonly kind: "approved"; readonly entry: ApprovedEntry; readonly reason?: string }
  /** The approval was taken back before anything was sent. */
  | { readonly kind: "withdrawn"; readonly entryId: string; readonly revision: number }
  /** Captured time `[from, to)`, as far as `intervals` say, belongs to this case whatever work tree saw it. */
  | {
      readonly kind: "reassigned";
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly intervals: readonly Interval[];
      readonly case: Case | null;
    }
  /** Captured time `[from, to)`, as far as `intervals` say, does not count: something declared is there instead. */
  | {
      readonly kind: "struck";
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly intervals: readonly Interval[];
    }
  /** Time entered by hand. `from` and `to` place it on the day; without them it is unplaced. The event's id names it. */
  | {
      readonly kind: "declared";
      readonly case: Case;
      readonly entryDay: LocalDate;
      readonly from?: EpochMs;
      readonly to?: EpochMs;
      readonly seconds: number;
      readonly reason: string;
    }
  /** A `reassigned`, `struck` or `declared` event was taken back. `from`: that event's, where it had one. */
  | { readonly kind: "undone"; readonly eventId: string; readonly from?: EpochMs }
  | { readonly kind: "sending"; readonly entryId: string; readonly revision: number }
  | {
      readonly kind: "receipted";
      readonly entryId: string;
      readonly revision: number;
      readonly remoteId: string;
      /** What the billing system says that it keeps. @format seconds */
      readonly storedSeconds?: number;
    }
  | { readonly kind: "refused"; readonly entryId: string; readonly revision: number; readonly problem: Problem }
  | {
      readonly kind: "deferred";
      readonly entryId: string;
      readonly revision: number;
      /** `retryLater`: certainly not written. `unknown`: perhaps written. */
      readonly outcome: "retryLater" | "unknown";
      readonly notBefore: EpochMs;
      readonly problem: Problem;
    }
  /**
   * All of this was written to a file for another computer, which may send what is open: from now on that is looked up before
   * it is sent. `ledger`: what this ledger is called there.
   */
  | { readonly kind: "copied"; readonly ledger: string }
  /** What is checked out in a work tree from now on; null on no branch. */
  | { readonly kind: "branch"; readonly tree: TreeId; readonly branch: string | null }
  /** Signs in the work tree point at `pointed`, and the person keeps the picked case all the same. */
  | { readonly kind: "kept"; readonly tree: TreeId; readonly picked: CaseRef; readonly pointed: CaseRef }
  | { readonly kind: "pinned"; readonly ref: CaseRef; readonly pinned: boolean }
  /** A timer for what the editor does not see, such as a call. The event's id names it; one runs at a time. */
  | { readonly kind: "timerStarted"; readonly case: Case; readonly reason: string }
  /** What it ran is declared with the same append, unless it was dropped. */
  | { readonly kind: "timerStopped"; readonly timerId: string }
  /** A message was shown: at most once per cause and day, over all windows. */
  | { readonly kind: "notice"; readonly cause: string };

export type EventKind = EventBody["kind"];
export type BodyOf<K extends EventKind> = Extract<EventBody, { readonly kind: K }>;

/** What only the fold of its day needs: read day by day, never as a whole. */
export const EVIDENCE_KINDS = ["heartbeats", "focus", "compacted"] as const satisfies readonly EventKind[];

/** Version of the shapes above. `decodeEvent` lifts older ones; a newer one is left alone and reported. */
export const EVENT_VERSION = 1;

/** An event before the log has given it a place. */
export interface NewEvent {
  /** UUID; appending the same id again does nothing. */
  readonly id: string;
  /** UUID minted when the window activated. */
  readonly windowId: string;
  /** When it happened, floored to the second. */
  readonly at: EpochMs;
  readonly zone: ZoneId;
  /** Local day of `at`, fixed when it was captured. */
  readonly day: LocalDate;
  readonly case?: CaseRef;
  readonly entryId?: string;
  readonly body: EventBody;
}

export interface LogEvent extends NewEvent {
  /** Position in the log, ascending, 1 or more. */
  readonly seq: number;
}

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
 * Reads a row; a row that is not one of ours, or is damaged, gives the reason instead, and is left where it is.
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
  entryMinted: (b) => typeof b["entryId"] === "string" && isCaseRef(b["case"]) && typeof b["entryDay"] === "string",
  described: (b) =>
    typeof b["entryId"] === "string" &&
    isCaseRef(b["case"]) &&
    typeof b["entryDay"] === "string" &&
    knownDate(b["entryDay"]) !== undefined &&
    typeof b["description"] === "string",
  approved: (b) => isApprovedEntry(b["entry"]),
  withdrawn: isOfEntry,
  reassigned: (b) => isEdit(b) && (b["case"] === null || isCase(b["case"])),
  struck: isEdit,
  declared: (b) =>
    isCase(b["case"]) &&
    typeof b["entryDay"] === "string" &&
    knownDate(b["entryDay"]) !== undefined &&
    isCount(b["seconds"]) &&
    typeof b["reason"] === "string" &&
    ((b["from"] === undefined && b["to"] === undefined) ||
      (isInstant(b["from"]) && isInstant(b["to"]) && b["from"] < b["to"])),
  undone: (b) => typeof b["eventId"] === "string" && (b["from"] === undefined || isInstant(b["from"])),
  sending: isOfEntry,
  receipted: (b) => isOfEntry(b) && typeof b["remoteId"] === "string",
  refused: (b) => isOfEntry(b) && isRecord(b["problem"]),
  deferred: (b) =>
    isOfEntry(b) &&
    isInstant(b["notBefore"]) &&
    isRecord(b["problem"]) &&
    ["retryLater", "unknown"].includes(String(b["outcome"])),
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
  return isRecord(body) && BODY_CHECKS[kind as EventKind](body) ? ({ ...body, kind } as EventBody) : undefined;
}

function isEdit(b: Record<string, unknown>): boolean {
  return isInstant(b["from"]) && isInstant(b["to"]) && isIntervals(b["intervals"]);
}

function isIntervals(value: unknown): boolean {
  return Array.isArray(value) && value.every((i) => isRecord(i) && isInstant(i["start"]) && isInstant(i["end"]));
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

/** Whole seconds of the years 1970 to 2200: anything else was not written by us. */
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
