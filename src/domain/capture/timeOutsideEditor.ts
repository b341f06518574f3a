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
 * Bridged time during which no editor window had focus: a browser, an e-mail, a call (docs/capture.md).
 * ```text
 * heartbeats   |              |            |
 * focus            ✕    ✓         ✕     ✓     ✕ lost, ✓ gained
 * outside          ──────         ───────
 * ```
 * A run of bridged time begins with a heartbeat, so with a focused window. Without focus events, as on compacted days,
 * nothing is outside.
 * @param captured the pieces of a day, in any order, including struck and reassigned ones
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
        // Another window's focus loss that arrives late takes nothing from the window that has focus.
        lostAt ??= at;
      }
    }
    if (lostAt !== undefined) found.push({ start: lostAt, end: run.end });
    return union(found);
  });
}
