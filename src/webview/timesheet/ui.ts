/** What every part of the page gets, and the small pieces they share. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { plural, t } from "../../base/text.ts";
import { isolate } from "../shared/foreignText.ts";
import type { RowState, TimelineKind, TimesheetCase, TimesheetModel, TimesheetRow } from "../../ports/timesheet.ts";
import type { Clock } from "./clock.ts";
import type { PanelState } from "./state.ts";
import type { Store } from "./store.ts";

export interface Ui {
  readonly store: Store;
  readonly state: PanelState;
  readonly locale: string;
  readonly clock: Clock;
  /** Seconds as a person says them. */
  readonly speak: (seconds: number) => string;
}

/** With a model: everything but the page before the first one. */
export interface Shown<M extends TimesheetModel = TimesheetModel> extends Ui {
  readonly model: M;
}

interface ButtonOptions {
  /** It stays in the order of the tab key and says why. */
  readonly whyNot?: string | undefined;
  readonly name?: string;
  readonly look?: "primary" | "quiet" | "icon";
  readonly isPressed?: boolean;
  readonly keys?: string;
  readonly id?: string;
}

/** A native button. One that cannot be used now keeps its focus and says why. */
export function button(label: unknown, onClick: () => void, options: ButtonOptions = {}): TemplateResult {
  const { whyNot, name, look = "", isPressed, keys, id } = options;
  return html`<button
    type="button"
    id=${id ?? nothing}
    class=${look}
    aria-label=${name ?? nothing}
    aria-pressed=${isPressed ?? nothing}
    aria-disabled=${whyNot === undefined ? nothing : "true"}
    aria-keyshortcuts=${keys ?? nothing}
    title=${whyNot ?? name ?? nothing}
    @click=${() => {
      if (whyNot === undefined) onClick();
    }}
  >
    ${label}
  </button>`;
}

/** The case's key, or what time without a case is called. */
export function keyOf(model: TimesheetModel, caseId: string | null): string {
  if (caseId === null) return t("No case");
  return isolate(caseOf(model, caseId)?.key ?? caseId);
}

export function caseOf(model: TimesheetModel, caseId: string | null): TimesheetCase | undefined {
  return model.cases.find(({ id }) => id === caseId);
}

export function stateName(state: RowState): string {
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
      return t("pushed");
    case "refused":
      return t("refused");
    case "carried":
      return t("carried to the next entry");
  }
}

export function kindName(kind: TimelineKind): string {
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
export function spoken(ui: Ui, start: number, end: number): string {
  return ui.clock.range(start, end, (from, to) => t("{0} to {1}", from, to));
}

/** A row as a sentence: `ACME-1234, 9:05 to 11:00, worked 1 hour 45 minutes, draft`. */
export function rowName(ui: Shown, row: TimesheetRow): string {
  return [
    keyOf(ui.model, row.caseId),
    row.start === undefined || row.end === undefined ? t("no time of day") : spoken(ui, row.start, row.end),
    t("worked {0}", ui.speak(row.workedSeconds)),
    ...(row.billedSeconds === row.workedSeconds ? [] : [t("billed {0}", ui.speak(row.billedSeconds))]),
    stateName(row.state),
  ].join(", ");
}

export const entries = (count: number): string => plural(count, "{0} entry", "{0} entries");

/** Whether letters typed now choose in a list, or go into a text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || isText(target);
}

/** Whether keys typed now go into a text, which then has its own undo. */
export function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** A key that the panel has handled goes no further: VS Code would see it too. */
export function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
