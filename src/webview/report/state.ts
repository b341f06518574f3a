/** What the panel knows beside the model: where it is, how its table is sorted, what is unfolded. */
import { isRecord } from "../../base/json.ts";
import type { ReportModel, ReportPlace } from "../../ports/report.ts";

export const COLUMNS = [
  "name",
  "worked",
  "change",
  "billable",
  "writtenDown",
  "billed",
  "carried",
  "approved",
  "open",
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sort {
  readonly column: Column;
  readonly isDescending: boolean;
}

export interface PanelState {
  readonly model?: ReportModel;
  readonly place?: ReportPlace;
  /** Whether a model was requested and has not arrived yet. */
  readonly isAwaited: boolean;
  /** Why there is no report, or not the requested one. */
  readonly failure?: string;
  /** Absent: in the order of the model, the largest or the earliest first. */
  readonly sort?: Sort;
  /** Amounts with their seconds. */
  readonly isExact: boolean;
  /** The fields of a custom range, while they are open. */
  readonly range?: { readonly from: string; readonly to: string; readonly fault?: string };
  /** What is unfolded, by the ids of its elements. */
  readonly open: ReadonlySet<string>;
  readonly said: string;
  readonly scroll: number;
}

export const EMPTY: PanelState = { isAwaited: true, isExact: false, open: new Set(), said: "", scroll: 0 };

/** What survives a reload: no data of the ledger. The extension reads `place`. */
export interface Stored {
  readonly place?: ReportPlace;
  readonly sort?: Sort;
  readonly isExact: boolean;
  readonly open: readonly string[];
  readonly scroll: number;
}

export function toStored({ place, sort, isExact, open, scroll }: PanelState): Stored {
  return {
    ...(place === undefined ? {} : { place }),
    ...(sort === undefined ? {} : { sort }),
    isExact,
    open: [...open].slice(-100),
    scroll,
  };
}

/** Reads what was stored, as far as it is valid: another version may have written it. The place comes with the model. */
export function fromStored(value: unknown): PanelState {
  if (!isRecord(value)) return EMPTY;
  const { sort, isExact, open, scroll } = value;
  const column = isRecord(sort) ? COLUMNS.find((one) => one === sort["column"]) : undefined;
  return {
    ...EMPTY,
    ...(column === undefined || !isRecord(sort)
      ? {}
      : { sort: { column, isDescending: sort["isDescending"] === true } }),
    isExact: isExact === true,
    open: new Set(Array.isArray(open) ? open.filter((each) => typeof each === "string") : []),
    scroll: typeof scroll === "number" && scroll > 0 ? scroll : 0,
  };
}
