import type { EpochMs } from "../../base/time.ts";
import { union, type Interval } from "./interval.ts";
import type { Piece } from "./span.ts";

/** A window gained or lost the focus. */
export interface FocusChange {
  readonly at: EpochMs;
  readonly windowId: string;
  readonly focused: boolean;
}

/**
 * Bridged time in which no window of the editor had the focus: a browser, a mail, a call (docs/capture.md).
 * ```text
 * heartbeats   |              |            |
 * focus            ✕    ✓         ✕     ✓     ✕ lost, ✓ gained
 * outside          ──────         ───────
 * ```
 * A run of bridged time begins with a heartbeat, so with a focused window. Where nothing is known of the focus, as in days
 * that were compacted, nothing is outside.
 * @param captured the pieces of a day, in any order, also those that were struck or moved
 * @param changes ascending
 * @returns disjoint and ascending
 */
export function timeOutsideEditor(captured: readonly Piece[], changes: readonly FocusChange[]): readonly Interval[] {
  return union(captured.filter(({ part }) => part === "bridged")).flatMap((run) => {
    const found: Interval[] = [];
    let holder: string | undefined;
    let lostAt: EpochMs | undefined;
    for (const { at, windowId, focused } of changes) {
      if (at < run.start || at >= run.end) continue;
      if (focused) {
        if (lostAt !== undefined) found.push({ start: lostAt, end: at });
        holder = windowId;
        lostAt = undefined;
      } else if (holder === undefined || holder === windowId) {
        // Another window's loss that is told late takes nothing from the one that has the focus.
        lostAt ??= at;
      }
    }
    if (lostAt !== undefined) found.push({ start: lostAt, end: run.end });
    return union(found);
  });
}
