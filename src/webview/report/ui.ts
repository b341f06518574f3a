/** What every part of the page gets. */
import type { ReportModel } from "../../ports/report.ts";
import { formatExact, formatHours } from "../shared/amounts.ts";
import type { PanelUi } from "../shared/startPanel.ts";
import type { PanelState } from "./state.ts";
import type { Store } from "./store.ts";

export type Ui = PanelUi<PanelState, Store>;

/** With a model: everything but the page before the first one. */
export interface Shown extends Ui {
  readonly model: ReportModel;
}

/** An amount as in the tables: `–` for nothing. */
export function formatAmount({ state }: Ui, seconds: number): string {
  if (seconds === 0) return "–";
  return state.isExact ? formatExact(seconds) : formatHours(seconds);
}

/** A change with its sign: `+2:10`, `−0:40`, `–` where it is too small to show. */
export function formatChange(ui: Ui, seconds: number): string {
  const text = formatAmount(ui, Math.abs(seconds));
  return text === "–" || (!ui.state.isExact && Math.abs(seconds) < 60) ? "–" : `${seconds < 0 ? "−" : "+"}${text}`;
}
