import {
  epochMs,
  parseLocalDate,
  seconds,
  secondsBetween,
  type EpochMs,
  type LocalDate,
  type ZoneId,
} from "../../src/base/time.ts";
import type { Case, Contract } from "../../src/domain/cases/case.ts";
import type { Connection, EventBody, LogEvent, NewEvent } from "../../src/domain/log/events.ts";
import type { HeartbeatRow } from "../../src/domain/capture/heartbeat.ts";
import { Timeline } from "../../src/domain/capture/timeline.ts";
import { findWorkedTime, type WorkedEntry } from "../../src/domain/day/workedTime.ts";
import { treeId } from "../../src/domain/cases/treeId.ts";
import type { DraftEntry } from "../../src/domain/entries/draftEntry.ts";
import type { ApprovedEntry } from "../../src/domain/log/approvedEntry.ts";

export const UTC = "UTC" as ZoneId;
export const TREE = treeId("file:///projects/alpha");
export const OTHER_TREE = treeId("file:///projects/beta");

/** An instant of 2026-03-10 UTC, written `HH:MM:SS` or `HH:MM`; a day may stand before it: `2026-03-11 09:00`. */
export function at(time: string): EpochMs {
  const [day, clock] = time.includes(" ") ? time.split(" ") : ["2026-03-10", time];
  const full = (clock ?? "").split(":").length === 2 ? `${clock ?? ""}:00` : (clock ?? "");
  const instant = Date.parse(`${day ?? ""}T${full}Z`);
  if (Number.isNaN(instant)) throw new Error(`no time: ${time}`);
  return epochMs(instant);
}

/** A case of the connection of `aConnection`. */
export function aCase(key: string, contract?: Contract): Case {
  return {
    ref: { source: "connection-1", id: key },
    key,
    title: `Title of ${key}`,
    customer: { id: "customer-1", name: "Customer" },
    status: "open",
    ...(contract === undefined ? {} : { contract }),
  };
}

/** A row with one or two heartbeats. */
export function aRow(first: string, last = first, more: Partial<HeartbeatRow> = {}): HeartbeatRow {
  return { windowId: "window-1", tree: TREE, first: at(first), last: at(last), counts: { edit: 1 }, ...more };
}

/** Idle timeout of five minutes in UTC, with `picked` in the first tree from the start. */
export function aTimeline(picked: Case | null = aCase("ACME-1"), idleTimeoutSeconds = 300, zone = UTC): Timeline {
  const timeline = new Timeline({ idleTimeoutSeconds, zone });
  timeline.addPick(TREE, at("2026-01-01 00:00"), picked);
  return timeline;
}

/** A row for each instant. */
export function heartbeats(...times: readonly string[]): readonly HeartbeatRow[] {
  return times.map((time) => aRow(time));
}

/** The value, which the test knows to be there. */
export function must<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new Error("missing");
  return value;
}

export function day(text: string): LocalDate {
  return must(parseLocalDate(text));
}

export function aConnection(more: Partial<Connection> = {}): Connection {
  return {
    id: "connection-1",
    provider: "rest",
    url: "https://billing.example",
    account: { id: "account-1", name: "Ann" },
    ...more,
  };
}

/** An event of 2026-03-10 that is not in a log yet; its day is the UTC day of `time`. */
export function anEvent(id: string, body: EventBody = { kind: "pause" }, time = "09:00"): NewEvent {
  const instant = at(time);
  return {
    id,
    windowId: "window-1",
    at: instant,
    zone: UTC,
    day: day(new Date(instant).toISOString().slice(0, 10)),
    body,
  };
}

/** Events as a log gives them, numbered from 1. */
export function aLog(...events: readonly NewEvent[]): readonly LogEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1 }));
}

/** An event with the row of heartbeats. */
export function aRowEvent(id: string, { windowId, ...row }: HeartbeatRow): NewEvent {
  const time = new Date(row.first).toISOString().slice(0, 19).replace("T", " ");
  return { ...anEvent(id, { kind: "heartbeats", ...row }, time), windowId };
}

/** An approved entry in Madrid of two stretches, 30 min and 20 s. */
export function anEntryInTwo(more: Partial<ApprovedEntry>): ApprovedEntry {
  return anEntry("a", {
    zone: "Europe/Madrid" as ZoneId,
    intervals: [
      { start: at("08:00"), end: at("08:30") },
      { start: at("09:00"), end: at("09:00:20") },
    ],
    observedSeconds: seconds(1_820),
    ...more,
  });
}

/** An entry with its worked time, on a day that nothing else is known of. */
export function aWorkedEntry(entry: ApprovedEntry | DraftEntry): WorkedEntry {
  return { entry, ...findWorkedTime(entry, { agentPieces: [], declarations: [] }) };
}

/** An approved entry of ten minutes; what depends on its interval follows it unless it is given. */
export function anEntry(entryId: string, more: Partial<ApprovedEntry> = {}): ApprovedEntry {
  const start = more.start ?? at("09:00");
  const end = more.end ?? at("09:10");
  const intervals = more.intervals ?? [{ start, end }];
  const length = seconds(intervals.reduce((sum, i) => sum + secondsBetween(i.start, i.end), 0));
  return {
    entryId,
    revision: 1,
    externalId: entryId,
    connectionId: "connection-1",
    case: aCase("ACME-1"),
    day: day("2026-03-10"),
    zone: UTC,
    start,
    end,
    intervals,
    observedSeconds: length,
    bridgedSeconds: seconds(0),
    declaredSeconds: seconds(0),
    agentSeconds: seconds(0),
    writtenDownSeconds: seconds(0),
    billableSeconds: length,
    contractSeconds: length,
    billedSeconds: length,
    carriedSeconds: 0,
    description: `Work of ${entryId}`,
    share: "commits",
    commits: [],
    branches: [],
    ...more,
  };
}
