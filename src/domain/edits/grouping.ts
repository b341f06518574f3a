import { epochMs, type EpochMs } from "../../base/time.ts";
import type { BodyOf } from "../log/events.ts";
import type { Interval } from "../capture/interval.ts";

/** How drafts are cut automatically: one per case and day, or one per span. */
export type Grouping = "day" | "span";

/** A split or merge that a person made in a case and day. */
export type GroupingStep =
  | { readonly id: string; readonly kind: "split"; readonly cut: EpochMs }
  | { readonly id: string; readonly kind: "merged"; readonly range: Interval };

export function toGroupingStep(id: string, body: BodyOf<"split" | "merged">): GroupingStep {
  return body.kind === "split"
    ? { id, kind: "split", cut: body.cut }
    : { id, kind: "merged", range: { start: body.from, end: body.to } };
}

/**
 * The instants at which the drafts of a case and day are cut, ascending.
 * ```text
 * automatic          |         |
 * split                   |
 * merged          [----------)          from the cut before it to the cut after it: those stay
 * result                       |
 * ```
 * @param automatic where they are cut automatically, in any order
 * @param steps in the order they were made: the later one wins
 */
export function findCuts(automatic: readonly EpochMs[], steps: readonly GroupingStep[]): readonly EpochMs[] {
  let cuts = new Set<EpochMs>(automatic);
  for (const step of steps) {
    if (step.kind === "split") cuts.add(step.cut);
    else cuts = new Set([...cuts].filter((cut) => cut <= step.range.start || cut >= step.range.end));
  }
  return [...cuts].sort((a, b) => a - b);
}

/** The parts into which cuts divide all time, ascending; the first has no beginning and the last no end. */
export function splitAtCuts(cuts: readonly EpochMs[]): readonly Interval[] {
  const edges = [EARLIEST, ...cuts, LATEST];
  return edges.slice(1).map((end, index) => ({ start: edges[index] ?? EARLIEST, end }));
}

/** Whether a part begins at a cut and not with the day. */
export function beginsByCut({ start }: Interval): boolean {
  return start > EARLIEST;
}

const EARLIEST = epochMs(0);
const LATEST = epochMs(Number.MAX_SAFE_INTEGER);
