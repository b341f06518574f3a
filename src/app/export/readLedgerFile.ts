import { isRecord } from "../../base/json.ts";
import { t } from "../../base/text.ts";
import { parseZone, type EpochMs } from "../../base/time.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import { decodeEvent } from "../../domain/log/decodeEvent.ts";
import { EVENT_VERSION, type Connection, type LogEvent } from "../../domain/log/events.ts";
import { Ledger } from "../../domain/ledger.ts";
import type { Policy } from "../../domain/capture/timeline.ts";
import type { LedgerFiles } from "../../ports/ledgerFile.ts";
import { toHeartbeatRow } from "../ledger/dayEvidence.ts";
import { WORKLOG_VERSION } from "./exportLedger.ts";
import { originOf } from "../../domain/capture/originOf.ts";

/** Another ledger read from its file and checked, without its evidence: there may be years of it. */
export interface LedgerFile {
  readonly path: string;
  /** Id of that ledger. */
  readonly id: string;
  /** The policy in force there before the first policy event. */
  readonly policy: Policy;
  /** Everything but the evidence, in order; `seq` is the position in the file. */
  readonly facts: readonly LogEvent[];
  /** The fold of the facts. */
  readonly ledger: Ledger;
  readonly events: number;
  /** The earliest instant that an event of that ledger itself is about. */
  readonly first: EpochMs | undefined;
  /** Local days that have evidence, ascending. */
  readonly days: readonly string[];
}

/**
 * Reads the file of a whole worklog and checks all of it: its form, each event, the checksum, and that the events fold.
 * @throws CaseclockError `import.unreadable` | `import.newer` | `import.partial`
 */
export async function readLedgerFile(files: LedgerFiles, path: string, signal: AbortSignal): Promise<LedgerFile> {
  const members = new Map<string, unknown>();
  const facts: LogEvent[] = [];
  const days = new Set<string>();
  let ledger: Ledger | undefined;
  let policy: Policy | undefined;
  let first = Number.POSITIVE_INFINITY;
  let index = 0;
  const read = await files.read(path, {
    member: (name, value) => {
      members.set(name, value);
      if (name === "version" && value !== WORKLOG_VERSION) throw refusedVersion(value);
      if (name === "policy") {
        policy = parsePolicy(value);
        if (policy !== undefined) ledger = new Ledger(policy);
      }
    },
    event: (value) => {
      index += 1;
      if (ledger === undefined) throw unreadable(t("the events come before the version, or its policy is missing"));
      const event = decodeFiledEvent(value, index);
      if (originOf(event.windowId) === "") first = Math.min(first, event.at, findBeginning(event));
      const row = toHeartbeatRow(event);
      if (row !== undefined || event.body.kind === "compacted") days.add(event.day);
      if (isEvidence(event)) return;
      facts.push(event);
      apply(ledger, event);
    },
    between: () => {
      signal.throwIfAborted();
      return Promise.resolve();
    },
  });
  if (members.get("version") === undefined) throw unreadable(t("it is not a Caseclock worklog"));
  if (members.has("range")) throw new CaseclockError("import.partial", t("the file contains only part of a worklog"));
  const id = members.get("id");
  if (typeof id !== "string" || !/^[0-9A-Za-z-]{1,64}$/.test(id) || policy === undefined || ledger === undefined) {
    throw unreadable(t("it contains entries but no ledger"));
  }
  if (members.get("count") !== read.count || members.get("checksum") !== read.checksum) {
    throw unreadable(
      t("its events were changed after it was written, or some of them are missing: the checksum does not match"),
    );
  }
  return {
    path,
    id,
    policy,
    facts,
    ledger,
    events: read.count,
    first: Number.isFinite(first) ? (first as EpochMs) : undefined,
    days: [...days].sort(),
  };
}

/** Reads the evidence of a file that was checked before, in its order. */
export function readFileEvidence(
  files: LedgerFiles,
  { path }: LedgerFile,
  take: (event: LogEvent) => void,
  between: () => Promise<void>,
): Promise<{ readonly count: number; readonly checksum: string }> {
  let index = 0;
  return files.read(path, {
    member: () => undefined,
    event: (value) => {
      index += 1;
      const event = decodeFiledEvent(value, index);
      if (isEvidence(event)) take(event);
    },
    between,
  });
}

function isEvidence({ body: { kind } }: LogEvent): boolean {
  return kind === "heartbeats" || kind === "focus" || kind === "compacted";
}

/** The first instant that an event is about, which can be before the event; infinity if it is about none. */
function findBeginning({ body }: LogEvent): number {
  if (body.kind === "heartbeats") return body.first;
  if (body.kind === "approved") return body.entry.start ?? Number.POSITIVE_INFINITY;
  if (body.kind === "split") return body.cut;
  return "from" in body ? body.from : Number.POSITIVE_INFINITY;
}

/** Whether connections of two ledgers lead to the same account of the same billing system. */
export function isSameAccount(one: Connection, other: Connection): boolean {
  return one.provider === other.provider && one.url === other.url && one.account.id === other.account.id;
}

/** @param index from 1 */
export function decodeFiledEvent(value: unknown, index: number): LogEvent {
  if (!isRecord(value)) throw unreadable(t("event {0} is not an event", index));
  const { id, kind, version, windowId, at, zone, day, case: of, entryId, body } = value;
  if (typeof version === "number" && version > EVENT_VERSION) {
    throw new CaseclockError("import.newer", t("event {0} has version {1}", index, version));
  }
  const event = decodeEvent({
    seq: index,
    id,
    kind,
    version,
    windowId,
    day,
    caseSource: isRecord(of) ? of["source"] : null,
    caseId: isRecord(of) ? of["id"] : null,
    entryId: entryId ?? null,
    atMs: at,
    zone,
    body: JSON.stringify(body),
  });
  if ("unreadable" in event || event.id === "") {
    throw unreadable(t("event {0} ({1}) is damaged, or from a newer version of Caseclock", index, String(kind)));
  }
  return event;
}

/** A row that passes its checks can still have a shape that the fold throws on. */
function apply(ledger: Ledger, event: LogEvent): void {
  try {
    ledger.apply(event);
  } catch (error) {
    throw unreadable(t("event {0} ({1}) is damaged: {2}", event.seq, event.body.kind, toErrorMessage(error)));
  }
}

function parsePolicy(value: unknown): Policy | undefined {
  if (!isRecord(value)) return undefined;
  const { idleTimeoutSeconds, zone } = value;
  const parsed = typeof zone === "string" ? parseZone(zone) : undefined;
  if (typeof idleTimeoutSeconds !== "number" || idleTimeoutSeconds < 0 || parsed === undefined) return undefined;
  return { idleTimeoutSeconds, zone: parsed };
}

function refusedVersion(version: unknown): CaseclockError {
  return typeof version === "number" && version > WORKLOG_VERSION
    ? new CaseclockError(
        "import.newer",
        t("the file has version {0}, this Caseclock reads {1}", version, WORKLOG_VERSION),
      )
    : unreadable(t("its version is invalid"));
}

function unreadable(reason: string): CaseclockError {
  return new CaseclockError("import.unreadable", reason);
}
