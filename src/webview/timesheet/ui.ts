/** What every part of the page gets, and the small pieces they share. */
import { plural, t } from "../../base/text.ts";
import { isolate } from "../shared/foreignText.ts";
import type { RowState, TimelineKind, TimesheetCase, TimesheetModel, TimesheetRow } from "../../ports/timesheet.ts";
import type { PanelUi } from "../shared/startPanel.ts";
import type { PanelState } from "./state.ts";
import type { Store } from "./store.ts";

export type Ui = PanelUi<PanelState, Store>;

/** With a model: everything but the page before the first one. */
export interface Shown<M extends TimesheetModel = TimesheetModel> extends Ui {
  readonly model: M;
}

/** The case's key, or what time without a case is called. */
export function nameCase(model: TimesheetModel, caseId: string | null): string {
  if (caseId === null) return t("No case");
  return isolate(findCase(model, caseId)?.key ?? caseId);
}

export function findCase(model: TimesheetModel, caseId: string | null): TimesheetCase | undefined {
  return model.cases.find(({ id }) => id === caseId);
}

export function nameState(state: RowState): string {
  switch (state) {
    case "draft":
      return t("draft");
    case "running":
      return t("still running");
    case "approved":
      return t("approved");
    case "unknown":
      return t("sent, outcome unknown");
    case "pushed":
      return t("sent");
    case "refused":
      return t("refused");
    case "carried":
      return t("carried to the next entry");
  }
}

export function nameKind(kind: TimelineKind): string {
  switch (kind) {
    case "observed":
      return t("observed");
    case "bridged":
      return t("bridged");
    case "declared":
      return t("declared");
    case "agent":
      return t("agent");
    case "struck":
      return t("struck");
  }
}

/** `9:05 to 9:50` */
export function describeRange(ui: Ui, start: number, end: number): string {
  return ui.clock.range(start, end, (from, to) => t("{0} to {1}", from, to));
}

/** A row as a sentence: `ACME-1234, 9:05 to 11:00, worked 1 hour 45 minutes, draft`. */
export function describeRow(ui: Shown, row: TimesheetRow): string {
  return [
    nameCase(ui.model, row.caseId),
    row.start === undefined || row.end === undefined ? t("no set time") : describeRange(ui, row.start, row.end),
    t("worked {0}", ui.speak(row.workedSeconds)),
    ...(row.billedSeconds === row.workedSeconds ? [] : [t("billed {0}", ui.speak(row.billedSeconds))]),
    nameState(row.state),
  ].join(", ");
}

export const countEntries = (count: number): string => plural(count, "{0} entry", "{0} entries");
