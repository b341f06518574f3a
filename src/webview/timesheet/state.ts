/** What the panel knows beside the model: where it is, what is open, what was typed and not yet sent. */
import { isRecord } from "../../base/json.ts";
import type { HistoryLine, TimesheetModel } from "../../ports/timesheet.ts";
import type { Stretch } from "./geometry.ts";

export interface Place {
  readonly view: "week" | "day";
  readonly day: string;
}

/** A case as a `<select>` has it: an id, `NO_CASE`, or `ASK`. */
export const NO_CASE = "\u0000none";
export const ASK = "\u0000ask";

/** When a local day begins and ends, and by the clocks of which zone. */
export interface Bounds {
  readonly dayStart: number;
  readonly dayEnd: number;
  readonly zone: string;
}

interface Answerable {
  /** Why it was refused. */
  readonly fault?: string;
  /** Number of the request under way. */
  readonly request?: number;
}

/** The dialog that is open, with its fields as typed. */
export type Dialog = Answerable &
  (
    | {
        readonly kind: "declare";
        /** The declaration that is changed by it; absent for a new one. */
        readonly id?: string;
        readonly day: string;
        /** Of the day; absent if the form was opened where only amounts are declared. */
        readonly bounds?: Bounds;
        readonly mode: "placed" | "amount";
        readonly from: string;
        readonly to: string;
        /** The instants the fields began with: kept to the second while the fields say the same. */
        readonly start?: number;
        readonly end?: number;
        readonly amount: string;
        readonly target: string;
        readonly reason: string;
      }
    | {
        readonly kind: "writeDown";
        readonly row: string;
        readonly unit: "amount" | "percent";
        readonly value: string;
        readonly reason: string;
      }
    | { readonly kind: "move"; readonly row: string; readonly target: string }
    | { readonly kind: "moveRange"; readonly start: number; readonly end: number; readonly target: string }
    /** `rows`: those that could be meant; `at` is what the field began with. */
    | {
        readonly kind: "split";
        readonly rows: readonly string[];
        readonly row: string;
        readonly at: number;
        readonly field: string;
      }
    | {
        readonly kind: "correct";
        readonly row: string;
        readonly description: string;
        readonly activityId: string;
        readonly writtenDown: string;
        readonly reason: string;
      }
    | { readonly kind: "history"; readonly row: string; readonly lines?: readonly HistoryLine[] }
    | { readonly kind: "help" }
  );

/** Whose answer is awaited. */
export type Origin =
  /** `unchecks`: the rows that were checked for it are one or gone when it is done. */
  | { readonly of: "panel"; readonly unchecks?: true }
  | { readonly of: "dialog" }
  | { readonly of: "row"; readonly row: string }
  | { readonly of: "description"; readonly row: string; readonly text: string };

/** Range of the timeline being pulled out of an item's edge: of which case, and whether it grew. */
export interface Pulled {
  readonly caseId: string | null;
  readonly grew: boolean;
  /** Of a declared stretch: its declaration, and what it would be after. */
  readonly declared?: { readonly id: string; readonly start: number; readonly end: number };
}

export interface PanelState {
  readonly model?: TimesheetModel;
  readonly place?: Place;
  /** Whether a model was requested and has not arrived yet. */
  readonly isAwaited: boolean;
  readonly open: ReadonlySet<string>;
  readonly checked: ReadonlySet<string>;
  /** Descriptions being edited, by row. */
  readonly unsent: ReadonlyMap<string, string>;
  /** What was said when a change to that row was refused. */
  readonly faults: ReadonlyMap<string, string>;
  readonly pending: ReadonlyMap<number, Origin>;
  readonly dialog?: Dialog;
  /** The row whose menu is open. */
  readonly menu?: string;
  readonly stretch?: Stretch;
  readonly cursor?: number;
  /** The other end of the selection. */
  readonly anchor?: number;
  readonly pulled?: Pulled;
  /** The item that has the timeline's tab stop, and the one that is selected. */
  readonly item?: string;
  readonly chosen?: string;
  /** The lane under a selection that is being dragged. */
  readonly drop?: string | null;
  readonly banner?: string;
  /** What was done, if it leaves something to do. */
  readonly notice?: string;
  /** What was typed for an entry that is gone. */
  readonly lost?: string;
  readonly said: string;
  readonly scroll: number;
}

export const EMPTY: PanelState = {
  isAwaited: true,
  open: new Set(),
  checked: new Set(),
  unsent: new Map(),
  faults: new Map(),
  pending: new Map(),
  said: "",
  scroll: 0,
};

/** What survives a reload: no data of the ledger. */
export interface Stored {
  readonly place?: Place;
  readonly scroll?: number;
  readonly open?: readonly string[];
  readonly unsent?: readonly (readonly [row: string, text: string])[];
  readonly dialog?: Dialog;
}

/** How many open rows are stored, the last ones. */
const MAX_KEPT = 500;

export function toStored({ place, scroll, open, unsent, dialog }: PanelState): Stored {
  const typed = dialog !== undefined && dialog.kind !== "history" && dialog.kind !== "help" ? dialog : undefined;
  return {
    ...(place === undefined ? {} : { place }),
    scroll,
    open: [...open].slice(-MAX_KEPT),
    unsent: [...unsent],
    ...(typed === undefined ? {} : { dialog: omitAnswer(typed) }),
  };
}

/** Bounds for a form that declares time: it keeps those of its day, for another day may be shown before it is sent. */
export function keepBounds(model: TimesheetModel): { readonly bounds?: Bounds } {
  if (model.view !== "day") return {};
  const { dayStart, dayEnd, zone } = model;
  return { bounds: { dayStart, dayEnd, zone } };
}

/** The dialog as it is before anything was sent. */
export function omitAnswer(dialog: Dialog): Dialog {
  const fields: Partial<Dialog> = { ...dialog };
  delete (fields as { fault?: string }).fault;
  delete (fields as { request?: number }).request;
  return fields as Dialog;
}

const isDay = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** Reads what was stored, as far as it is valid: another version may have written it. */
export function fromStored(value: unknown): PanelState {
  if (!isRecord(value)) return EMPTY;
  const { place, scroll, open, unsent, dialog } = value;
  const isPair = (each: unknown): each is [string, string] =>
    Array.isArray(each) && typeof each[0] === "string" && typeof each[1] === "string";
  const stored = isRecord(place) ? place : {};
  const { view, day } = stored as { view?: unknown; day?: unknown };
  return {
    ...EMPTY,
    ...((view === "week" || view === "day") && isDay(day) ? { place: { view, day } } : {}),
    scroll: typeof scroll === "number" && scroll > 0 ? scroll : 0,
    open: new Set(Array.isArray(open) ? open.filter((each) => typeof each === "string") : []),
    unsent: new Map(Array.isArray(unsent) ? unsent.filter(isPair) : []),
    ...(isDialog(dialog) ? { dialog } : {}),
  };
}

/** The text and number fields of each dialog that is stored. */
const FIELDS: Readonly<Record<string, readonly [texts: readonly string[], numbers: readonly string[]]>> = {
  declare: [["day", "mode", "from", "to", "amount", "target", "reason"], []],
  writeDown: [["row", "unit", "value", "reason"], []],
  move: [["row", "target"], []],
  moveRange: [["target"], ["start", "end"]],
  split: [["row", "field"], ["at"]],
  correct: [["row", "description", "activityId", "writtenDown", "reason"], []],
};

function isDialog(value: unknown): value is Dialog {
  if (!isRecord(value)) return false;
  const fields = FIELDS[String(value["kind"])];
  if (fields === undefined) return false;
  const [texts, numbers] = fields;
  return (
    texts.every((name) => typeof value[name] === "string") &&
    numbers.every((name) => typeof value[name] === "number") &&
    (value["kind"] !== "split" || Array.isArray(value["rows"])) &&
    (value["bounds"] === undefined || isBounds(value["bounds"]))
  );
}

function isBounds(value: unknown): value is Bounds {
  if (!isRecord(value)) return false;
  const { dayStart, dayEnd, zone } = value;
  return typeof dayStart === "number" && typeof dayEnd === "number" && typeof zone === "string";
}

/** Whether the model is what the place asks for. */
export function isModelOf(model: TimesheetModel, { view, day }: Place): boolean {
  if (model.view !== view) return false;
  return model.view === "day" ? model.day === day : model.from <= day && day <= model.to;
}
