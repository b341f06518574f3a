import type { EpochMs } from "../base/time.ts";

/**
 * What a heartbeat belongs to: the URI of a git work tree's root, else of a workspace folder, else `window:…`.
 * A pick belongs to it, and so does the time.
 */
export type TreeId = string & { readonly __tree: true };

/** Brands a URI or `window:` id as a work tree. */
export function treeId(value: string): TreeId {
  return value as TreeId;
}

/** The signs of the person that design 2 lists (those this version hears). */
export const HEARTBEAT_KINDS = ["edit", "select", "save", "switch", "terminal", "focus", "scm", "debug"] as const;
export type HeartbeatKind = (typeof HEARTBEAT_KINDS)[number];

/** How often each kind occurred in a row. Absent means 0. */
export type KindCounts = Partial<Record<HeartbeatKind, number>>;

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
  readonly counts: KindCounts;
  /** Edits while no person was there: their own figure, never mixed with the others (design 2, agent). */
  readonly agent?: true;
}

/** One heartbeat of the merged sequence. */
export interface Heartbeat {
  readonly at: EpochMs;
  readonly tree: TreeId;
  readonly windowId: string;
}

/**
 * All windows' heartbeats as one sequence, ascending by instant; equal instants are ordered by window and tree, so
 * that the order in which rows arrived changes nothing. Rows of agents are left out (`agent` false) or alone (true).
 */
export function mergeHeartbeats(rows: Iterable<HeartbeatRow>, agent = false): readonly Heartbeat[] {
  const merged: Heartbeat[] = [];
  for (const { first, last, tree, windowId, agent: byAgent } of rows) {
    if ((byAgent ?? false) !== agent) continue;
    merged.push({ at: first, tree, windowId });
    if (last > first) merged.push({ at: last, tree, windowId });
  }
  return merged.sort((a, b) => a.at - b.at || compareText(a.windowId, b.windowId) || compareText(a.tree, b.tree));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
