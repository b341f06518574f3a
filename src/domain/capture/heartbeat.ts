import { compareTexts } from "../../base/collections.ts";
import type { EpochMs } from "../../base/time.ts";
import type { TreeId } from "../cases/treeId.ts";

/** The signs of the person (docs/capture.md). `scroll` and `presence` are weak: see `RowClass`. */
export const HEARTBEAT_KINDS = [
  "edit",
  "select",
  "scroll",
  "save",
  "switch",
  "terminal",
  "focus",
  "scm",
  "debug",
  "notebook",
  "presence",
] as const;
export type HeartbeatKind = (typeof HEARTBEAT_KINDS)[number];

/** How often each kind occurred in a row. Absent means 0. */
export type KindCounts = Partial<Record<HeartbeatKind, number>>;

/**
 * How a row's heartbeats count; a row holds one class only.
 * - `person`: counts by itself.
 * - `agent`: an edit or command while no person was there; has its own figure and is in none of the others.
 * - `scroll`: extends time that is there, never begins any.
 * - `presence`: somebody pressed a key in the window at that instant or later; it makes bridged time only.
 */
export type RowClass = "person" | "agent" | "scroll" | "presence";

/**
 * A window that is focused and active had a key or mouse button pressed at most this long ago: `now` minus this is a
 * presence heartbeat. Two checks 30 s apart without input, plus 10 s of grace.
 * @source vscode src/vs/workbench/services/userActivity: domActivityTracker.ts@153abe7, userActivityService.ts@1fdc6ac
 */
export const ACTIVE_WITHIN_MS = 70_000;

/**
 * What one window saw in one work tree since its last row: the first and last heartbeat, floored to the second.
 * Rows are written every two seconds, so nothing that could change a figure lies between the two.
 */
export interface HeartbeatRow {
  readonly windowId: string;
  readonly tree: TreeId;
  readonly first: EpochMs;
  /** Not before `first`. */
  readonly last: EpochMs;
  /** A row with `focus` begins with it. */
  readonly counts: KindCounts;
  /** Never together with `weak`. */
  readonly agent?: true;
  readonly weak?: "scroll" | "presence";
  /** Position in the log, if it is in one. */
  readonly seq?: number;
}

/** One heartbeat of the merged sequence. */
export interface Heartbeat {
  readonly at: EpochMs;
  readonly tree: TreeId;
  readonly windowId: string;
  /** The window entered the work tree at this instant, by gaining focus or by a switch. */
  readonly entered: boolean;
}

/** The class of a row's heartbeats. */
export function classifyRow({ agent, weak }: Pick<HeartbeatRow, "agent" | "weak">): RowClass {
  return agent === true ? "agent" : (weak ?? "person");
}

/**
 * Merges the heartbeats of one class from all windows, ascending by instant; the order in which rows arrived changes
 * nothing. Among equal instants the window that gained focus then comes last, so that the following gap is its own
 * (later focus wins), and within a window the work tree entered then; all others are ordered by window and tree.
 */
export function mergeHeartbeats(rows: Iterable<HeartbeatRow>, wanted: RowClass = "person"): readonly Heartbeat[] {
  const merged: Heartbeat[] = [];
  /** By instant, the window that gained focus; of two, the one with the greater id, an arbitrary but stable choice. */
  const gained = new Map<EpochMs, string>();
  for (const row of rows) {
    if (classifyRow(row) !== wanted) continue;
    const { first, last, tree, windowId, counts } = row;
    const focus = (counts.focus ?? 0) > 0;
    if (focus && windowId > (gained.get(first) ?? "")) gained.set(first, windowId);
    merged.push({ at: first, tree, windowId, entered: focus || (counts.switch ?? 0) > 0 });
    if (last > first) merged.push({ at: last, tree, windowId, entered: false });
  }
  const hasGained = ({ at, windowId }: Heartbeat): number => Number(gained.get(at) === windowId);
  return merged.sort(
    (a, b) =>
      a.at - b.at ||
      hasGained(a) - hasGained(b) ||
      compareTexts(a.windowId, b.windowId) ||
      Number(a.entered) - Number(b.entered) ||
      compareTexts(a.tree, b.tree),
  );
}
