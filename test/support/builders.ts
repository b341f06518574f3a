import { epochMs, type EpochMs, type ZoneId } from "../../src/base/time.ts";
import type { Case, Contract } from "../../src/domain/caseRef.ts";
import { treeId, type HeartbeatRow } from "../../src/domain/heartbeat.ts";
import { Timeline } from "../../src/domain/timeline.ts";

export const UTC = "UTC" as ZoneId;
export const TREE = treeId("file:///work/alpha");
export const OTHER_TREE = treeId("file:///work/beta");

/** An instant of 2026-03-10 UTC, written `HH:MM:SS` or `HH:MM`; a day may stand before it: `2026-03-11 09:00`. */
export function at(time: string): EpochMs {
  const [day, clock] = time.includes(" ") ? time.split(" ") : ["2026-03-10", time];
  const full = (clock ?? "").split(":").length === 2 ? `${clock ?? ""}:00` : (clock ?? "");
  const instant = Date.parse(`${day ?? ""}T${full}Z`);
  if (Number.isNaN(instant)) throw new Error(`no time: ${time}`);
  return epochMs(instant);
}

export function aCase(key: string, contract?: Contract): Case {
  return {
    ref: { source: "source-1", id: key },
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
