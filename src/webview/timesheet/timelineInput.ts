/** Keys and pointer on the timeline. Both only place the cursor, select, or open something that asks again. */
import type { DayModel, TimelineItem } from "../../ports/timesheet.ts";
import { clamp, listEdges, moveTo, moveFocus, findNextEdge, findNextMinute, snap, zoom } from "./geometry.ts";
import type { Pulled } from "./state.ts";
import { getCursor, listStops, getStretch } from "./timelineParts.ts";
import {
  openClaim,
  declareSelected,
  moveSelected,
  getSelection,
  splitAtCursor,
  strikeSelected,
} from "./timelineSelection.ts";
import { swallow } from "../shared/controls.ts";
import type { Shown } from "./ui.ts";

type Day = Shown<DayModel>;

const isMac = navigator.userAgent.includes("Mac");
/** Whether a key goes by interval: Ctrl, on a Mac Alt, because Ctrl+Arrow is the system's there and Alt+Arrow VS Code's elsewhere. */
const isByInterval = (event: KeyboardEvent): boolean => (isMac ? event.altKey : event.ctrlKey);

export function zoomBy(ui: Day, factor: number): void {
  const { model, store } = ui;
  const day = { from: model.dayStart, to: model.dayEnd };
  store.update({ stretch: zoom(getStretch(ui), day, getCursor(ui), factor) });
}

/** Puts the cursor at an instant of the day; with `isExtending` the selection grows or shrinks with it. */
function putCursor(ui: Day, instant: number, isExtending: boolean): void {
  const { model, store, state } = ui;
  const day = { from: model.dayStart, to: model.dayEnd };
  const at = clamp(instant, day.from, day.to);
  const stretch = moveTo(getStretch(ui), day, at);
  store.update({
    cursor: at,
    anchor: isExtending ? (state.anchor ?? getCursor(ui)) : undefined,
    chosen: undefined,
    pulled: undefined,
    ...(stretch === getStretch(ui) ? {} : { stretch }),
  });
}

/** Handles the letters that act on cursor and selection while the timeline has the focus. */
function handleLetter(ui: Day, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const act = { s: splitAtCursor, m: moveSelected, d: declareSelected, x: strikeSelected, Delete: strikeSelected }[
    event.key
  ];
  if (act !== undefined) act(ui);
  else if (event.key === "+" || event.key === "=") zoomBy(ui, 0.5);
  else if (event.key === "-") zoomBy(ui, 2);
  else if (event.key === "Escape" && ui.state.anchor !== undefined) {
    ui.store.update({ anchor: undefined, chosen: undefined, pulled: undefined });
  } else return false;
  return true;
}

/** Handles a key on the cursor. */
export function handleCursorKey(ui: Day, event: KeyboardEvent): void {
  const at = getCursor(ui);
  const { model } = ui;
  const step = (direction: 1 | -1): number =>
    isByInterval(event) ? findNextEdge(listEdges(model), at, direction) : findNextMinute(at, direction);
  const to =
    event.key === "ArrowRight" || event.key === "ArrowUp"
      ? step(1)
      : event.key === "ArrowLeft" || event.key === "ArrowDown"
        ? step(-1)
        : event.key === "PageUp"
          ? findNextMinute(at, 15)
          : event.key === "PageDown"
            ? findNextMinute(at, -15)
            : event.key === "Home"
              ? model.dayStart
              : event.key === "End"
                ? model.dayEnd
                : undefined;
  const hasOther = isMac ? event.ctrlKey || event.metaKey : event.altKey || event.metaKey;
  if (to !== undefined && !hasOther && !(event.ctrlKey && event.key.startsWith("Page"))) {
    swallow(event);
    putCursor(ui, to, event.shiftKey);
  } else if (handleLetter(ui, event)) swallow(event);
}

const DIRECTIONS = {
  ArrowRight: "next",
  ArrowLeft: "previous",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
} as const;

/** Handles a key on an interval, a gap or a commit. */
export function handleItemKey(ui: Day, event: KeyboardEvent): void {
  const id = findPointedItem(event.target);
  if (id === undefined) return;
  const { model, store } = ui;
  const direction = DIRECTIONS[event.key as keyof typeof DIRECTIONS] as
    (typeof DIRECTIONS)[keyof typeof DIRECTIONS] | undefined;
  if (direction !== undefined && !event.altKey && !event.metaKey && !event.ctrlKey) {
    swallow(event);
    const rows = listStops(model);
    const to = moveFocus(rows, id, direction);
    const stop = rows.flat().find((each) => each.id === to);
    const day = { from: model.dayStart, to: model.dayEnd };
    const view = getStretch(ui);
    const stretch =
      stop === undefined || (stop.end > view.from && stop.start < view.to) ? view : moveTo(view, day, stop.start);
    store.update({ item: to, ...(stretch === view ? {} : { stretch }) });
    focusItem(to);
  } else if ((event.key === "Enter" || event.key === " ") && !event.ctrlKey && !event.altKey && !event.metaKey) {
    swallow(event);
    pressItem(ui, id);
  } else if (handleLetter(event.key === "s" || getSelection(ui) !== undefined ? ui : selectFocused(ui, id), event))
    swallow(event);
}

/** Where nothing is selected, a letter acts on the focused interval: one key strikes it. */
function selectFocused(ui: Day, id: string): Day {
  const item = ui.model.lanes.flatMap(({ items }) => items).find((each) => each.id === id);
  return item === undefined ? ui : { ...ui, state: { ...ui.state, anchor: item.start, cursor: item.end } };
}

/** Scrolls to the element that has taken the focus outside the visible part. */
export function bringIntoView(ui: Day, { target }: FocusEvent): void {
  const { model, store } = ui;
  const id = findPointedItem(target);
  const stop = listStops(model)
    .flat()
    .find((each) => each.id === id);
  const view = getStretch(ui);
  if (stop === undefined || (stop.end >= view.from && stop.start <= view.to)) return;
  store.update({ item: stop.id, stretch: moveTo(view, { from: model.dayStart, to: model.dayEnd }, stop.start) });
}

/** Focuses a stop after the next drawing, which may only then show it. */
function focusItem(id: string): void {
  queueMicrotask(() => {
    document.getElementById(id)?.focus({ preventScroll: false });
  });
}

/** Selects an interval, or opens the claim of a gap. */
function pressItem(ui: Day, id: string): void {
  const { model, store } = ui;
  const gap = listStops(model)[0]?.find((each) => each.id === id);
  if (gap !== undefined) {
    store.update({ item: id });
    openClaim(ui, gap.start, gap.end);
    return;
  }
  const item = model.lanes.flatMap(({ items }) => items).find((each) => each.id === id);
  if (item === undefined) return;
  const isChosen = ui.state.chosen === id;
  store.update(
    isChosen
      ? { item: id, chosen: undefined, anchor: undefined }
      : { item: id, chosen: id, anchor: item.start, cursor: item.end, pulled: undefined },
  );
}

function findPointedItem(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<SVGElement>("[data-item]")?.dataset["item"] : undefined;
}

/** What is being dragged, measured once when the drag begins. */
interface Drag {
  readonly pointer: number;
  readonly left: number;
  readonly width: number;
  readonly x: number;
  readonly edges: readonly number[];
  readonly mode: "select" | "drop";
  readonly start: number;
  readonly item?: TimelineItem;
  readonly caseId?: string | null;
  /** Upper end and height of each lane. */
  readonly lanes: readonly { readonly top: number; readonly bottom: number; readonly caseId: string | null }[];
  moved: boolean;
}

let drag: Drag | undefined;
/** Within this distance of an edge the edge is meant. @format CSS pixels */
const REACH_PX = 6;
/** How far the pointer may move in a click. @format CSS pixels */
const TREMBLE_PX = 3;

export function beginDrag(ui: Day, event: PointerEvent): void {
  const { target, currentTarget } = event;
  if (event.button !== 0 || !(target instanceof Element) || !(currentTarget instanceof Element)) return;
  const id = findPointedItem(target);
  const track = target.closest(".tracks")?.querySelector(".ruler .track");
  if (track === null || track === undefined || target.closest(".label") !== null) return;
  if (id?.startsWith("gap-") === true) return;
  const { left, width } = track.getBoundingClientRect();
  if (event.clientX < left) return;
  const edges = listEdges(ui.model);
  const view = getStretch(ui);
  const scale = (view.to - view.from) / width;
  const at = view.from + (event.clientX - left) * scale;
  const range = getSelection(ui);
  const lane = Number(target.closest<HTMLElement>("[data-lane]")?.dataset["lane"] ?? -1);
  const isEdge =
    range !== undefined && Math.min(Math.abs(range.start - at), Math.abs(range.end - at)) <= REACH_PX * scale;
  const isInside = range !== undefined && lane >= 0 && range.start < at && at < range.end && !isEdge;
  const found = ui.model.lanes[lane];
  const item = found?.items.find((each) => each.id === id);
  const grabbed = item === undefined || isInside ? undefined : findEdge(item, at, REACH_PX * scale);
  // A drag from an edge of the selection extends it: the other end stays.
  const other = isEdge ? (Math.abs(range.start - at) < Math.abs(range.end - at) ? range.end : range.start) : undefined;
  drag = {
    pointer: event.pointerId,
    left,
    width,
    x: event.clientX,
    edges,
    mode: isInside ? "drop" : "select",
    start: other ?? grabbed ?? snap(at, edges, REACH_PX * scale),
    ...(item === undefined ? {} : { item }),
    ...(found === undefined || grabbed === undefined ? {} : { caseId: found.caseId }),
    lanes: isInside ? measureLanes(currentTarget, ui) : [],
    moved: false,
  };
  currentTarget.setPointerCapture(event.pointerId);
}

function findEdge({ start, end }: TimelineItem, at: number, reach: number): number | undefined {
  if (Math.abs(start - at) <= reach) return start;
  return Math.abs(end - at) <= reach ? end : undefined;
}

function measureLanes(tracks: Element, { model }: Day): Drag["lanes"] {
  return [...tracks.querySelectorAll<HTMLElement>("[data-lane]")].map((element, index) => {
    const { top, bottom } = element.getBoundingClientRect();
    return { top, bottom, caseId: model.lanes[index]?.caseId ?? null };
  });
}

export function continueDrag(ui: Day, event: PointerEvent): void {
  if (drag?.pointer !== event.pointerId) return;
  if (!drag.moved && Math.abs(event.clientX - drag.x) < TREMBLE_PX && drag.mode === "select") return;
  drag.moved = true;
  const { store, model } = ui;
  if (drag.mode === "drop") {
    const lane = drag.lanes.find(({ top, bottom }) => event.clientY >= top && event.clientY < bottom);
    store.update({ drop: lane?.caseId });
    return;
  }
  const view = getStretch(ui);
  const scale = (view.to - view.from) / drag.width;
  const at = clamp(
    snap(view.from + (event.clientX - drag.left) * scale, drag.edges, REACH_PX * scale),
    model.dayStart,
    model.dayEnd,
  );
  store.update({ anchor: drag.start, cursor: at, chosen: undefined, pulled: pullTo(drag, at) });
}

function pullTo({ item, caseId, start }: Drag, at: number): Pulled | undefined {
  if (item === undefined || caseId === undefined) return undefined;
  const isStart = start === item.start;
  const { declarationId: id } = item;
  const [from, to] = isStart ? [at, item.end] : [item.start, at];
  const isFree = id !== undefined && item.isClaimed !== true && item.isConflict !== true && from < to;
  return {
    caseId,
    grew: isStart ? at < start : at > start,
    ...(isFree ? { declared: { id, start: from, end: to } } : {}),
  };
}

export function endDrag(ui: Day, event: PointerEvent): void {
  const ended = drag;
  if (ended?.pointer !== event.pointerId) return;
  drag = undefined;
  const { store, state } = ui;
  const range = getSelection(ui);
  if (ended.mode === "drop") {
    const { drop } = state;
    store.update({ drop: undefined });
    const from = findLaneOfSelection(ui);
    if (ended.moved && range !== undefined && drop !== undefined && drop !== from && event.type === "pointerup") {
      store.edit({ kind: "moveRange", ...range, to: { caseId: drop } });
    } else if (!ended.moved) handleClick(ui, ended, event);
    return;
  }
  if (!ended.moved && event.type === "pointerup") handleClick(ui, ended, event);
}

function handleClick(ui: Day, { item, left, width }: Drag, event: PointerEvent): void {
  if (item !== undefined) {
    pressItem(ui, item.id);
    focusItem(item.id);
    return;
  }
  const view = getStretch(ui);
  const at = view.from + ((event.clientX - left) / width) * (view.to - view.from);
  putCursor(ui, snap(at, [], 0), event.shiftKey);
  document.getElementById("cursor")?.focus();
}

/** The only case whose time is selected; undefined when there are several. */
function findLaneOfSelection(ui: Day): string | null | undefined {
  const range = getSelection(ui);
  if (range === undefined) return undefined;
  const cases = ui.model.lanes.filter(({ items }) =>
    items.some(({ start, end }) => start < range.end && range.start < end),
  );
  return cases.length === 1 ? cases[0]?.caseId : undefined;
}
