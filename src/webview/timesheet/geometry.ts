/** The timeline's arithmetic: what part of the day is seen, where an instant lies in it, what lies beside what. */
import { MINUTE_MS } from "../../base/time.ts";
import type { DayModel, TimelineItem, TimelineLane } from "../../ports/timesheet.ts";

/** The shortest stretch that can be zoomed to. */
const SHORTEST_MS = 10 * MINUTE_MS;

/** The visible part of a day. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Where the instant lies, as an SVG length of the visible width. */
export function locate({ from, to }: Stretch, instant: number): string {
  return `${Number((((instant - from) / (to - from)) * 100).toFixed(3))}%`;
}

/** The visible part of `[start, end)` as SVG attributes; undefined when none of it is seen. */
export function locateRange(
  view: Stretch,
  start: number,
  end: number,
): { readonly x: string; readonly width: string } | undefined {
  const from = Math.max(start, view.from);
  const to = Math.min(end, view.to);
  if (from >= to) return undefined;
  return { x: locate(view, from), width: locate({ from: 0, to: view.to - view.from }, to - from) };
}

/** The hours that were worked, with half an hour around them; the whole day when nothing is there. */
export function findWorkedStretch({ lanes, commits, now, dayStart, dayEnd }: DayModel): Stretch {
  const instants = [
    ...lanes.flatMap(({ items }) => items.flatMap(({ start, end }) => [start, end])),
    ...commits.map(({ at }) => at),
    ...(now === undefined ? [] : [now]),
  ];
  if (instants.length === 0) return { from: dayStart, to: dayEnd };
  const first = instants.reduce((a, b) => Math.min(a, b));
  const last = instants.reduce((a, b) => Math.max(a, b));
  const half = 30 * MINUTE_MS;
  return {
    from: Math.max(dayStart, Math.floor(first / half) * half - half),
    to: Math.min(dayEnd, Math.ceil(last / half) * half + half),
  };
}

/** The view by that factor wider (above 1) or narrower around an instant, within the day. */
export function zoom(view: Stretch, day: Stretch, around: number, factor: number): Stretch {
  const length = clamp((view.to - view.from) * factor, SHORTEST_MS, day.to - day.from);
  const middle = clamp(around, view.from, view.to);
  const share = (middle - view.from) / (view.to - view.from);
  const from = clamp(middle - length * share, day.from, day.to - length);
  return { from: Math.round(from), to: Math.round(from + length) };
}

/** The view moved so that the instant is in it. */
export function moveTo(view: Stretch, day: Stretch, instant: number): Stretch {
  if (instant >= view.from && instant <= view.to) return view;
  const length = view.to - view.from;
  const from = clamp(instant - length / 2, day.from, day.to - length);
  return { from, to: from + length };
}

/** Ascending instants at which something begins or ends. */
export function listEdges({ lanes, gaps, dayStart, dayEnd }: DayModel): readonly number[] {
  const all = new Set([dayStart, dayEnd]);
  for (const each of [...lanes.flatMap(({ items }) => items), ...gaps]) {
    all.add(each.start);
    all.add(each.end);
  }
  return [...all].sort((a, b) => a - b);
}

/** The nearest edge within `reach` milliseconds, else the nearest whole minute. */
export function snap(instant: number, edges: readonly number[], reach: number): number {
  let best: number | undefined;
  for (const edge of edges) {
    const distance = Math.abs(edge - instant);
    if (distance <= reach && (best === undefined || distance < Math.abs(best - instant))) best = edge;
  }
  return best ?? Math.round(instant / MINUTE_MS) * MINUTE_MS;
}

/** The next edge after (`step` 1) or before (-1) an instant; itself when there is none. */
export function findNextEdge(edges: readonly number[], instant: number, step: 1 | -1): number {
  return (step === 1 ? edges.find((edge) => edge > instant) : edges.findLast((edge) => edge < instant)) ?? instant;
}

/** The next whole minute in that direction. */
export function findNextMinute(instant: number, minutes: number): number {
  const size = MINUTE_MS;
  const base = minutes > 0 ? Math.floor(instant / size) : Math.ceil(instant / size);
  return (base + minutes) * size;
}

/** Something on the timeline that can take the focus. */
export interface Stop {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** The stop that a key leads to from `id`: along its row, or to the one nearest in time of the row above or below. */
export function moveFocus(
  rows: readonly (readonly Stop[])[],
  id: string,
  key: "next" | "previous" | "up" | "down" | "first" | "last",
): string {
  const at = rows.findIndex((stops) => stops.some((stop) => stop.id === id));
  const row = rows[at];
  const index = row?.findIndex((stop) => stop.id === id) ?? -1;
  const here = row?.[index];
  if (row === undefined || here === undefined) return id;
  if (key === "next") return row[index + 1]?.id ?? id;
  if (key === "previous") return row[index - 1]?.id ?? id;
  if (key === "first") return row[0]?.id ?? id;
  if (key === "last") return row.at(-1)?.id ?? id;
  const other =
    key === "up" ? rows.slice(0, at).findLast((r) => r.length > 0) : rows.slice(at + 1).find((r) => r.length > 0);
  const middle = (stop: Stop): number => (stop.start + stop.end) / 2;
  return (
    other?.reduce((best, stop) =>
      Math.abs(middle(stop) - middle(here)) < Math.abs(middle(best) - middle(here)) ? stop : best,
    ).id ?? id
  );
}

/** Finds the first captured or declared item at an instant, and its lane. */
export function findItem(
  lanes: readonly TimelineLane[],
  instant: number,
): { readonly lane: TimelineLane; readonly item: TimelineItem } | undefined {
  let found: { lane: TimelineLane; item: TimelineItem } | undefined;
  for (const lane of lanes) {
    for (const item of lane.items) {
      if (item.start > instant || item.end <= instant) continue;
      if (item.kind !== "agent" && item.kind !== "struck") return { lane, item };
      found ??= { lane, item };
    }
  }
  return found;
}
