/** Labelled native fields of the open dialog. */
import { html, type TemplateResult } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { t } from "../../base/text.ts";
import { shorten } from "../shared/foreignText.ts";
import type { TimesheetRow } from "../../ports/timesheet.ts";
import { ASK, NO_CASE } from "./state.ts";
import type { Shown } from "./ui.ts";

interface Field {
  /** Of the dialog's state. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

/** What a form shows and does, and the text of its button. */
export interface Form {
  readonly title: string;
  readonly about?: string;
  readonly fields: unknown;
  readonly submit: string;
  /** Sends it, or returns what is wrong with it. */
  readonly send: () => string | undefined;
}

export const renderField = (label: string, control: unknown): TemplateResult =>
  html`<label class="field"><span>${label}</span>${control}</label>`;

export function renderTextField({ store }: Shown, { name, label, value }: Field): TemplateResult {
  return renderField(
    label,
    html`<input
      type="text"
      dir="auto"
      autocomplete="off"
      data-field=${name}
      .value=${live(value)}
      @input=${(event: Event) => {
        store.field({ [name]: (event.target as HTMLInputElement).value });
      }}
    />`,
  );
}

export function renderSelect(
  { store }: Shown,
  {
    name,
    label,
    value,
    options,
  }: Field & { readonly options: readonly { readonly value: string; readonly label: string }[] },
): TemplateResult {
  return renderField(
    label,
    html`<select
      data-field=${name}
      @change=${(event: Event) => {
        store.field({ [name]: (event.target as HTMLSelectElement).value });
      }}
    >
      ${options.map((each) => html`<option value=${each.value} .selected=${live(each.value === value)}>${each.label}</option>`)}
    </select>`,
  );
}

/** Cases that appear, then no case, then another one that the extension asks for. */
export function renderCaseSelect(
  ui: Shown,
  options: Field & { readonly except?: string | null | undefined },
): TemplateResult {
  const { value, except } = options;
  const cases = ui.model.cases
    .filter(({ id }) => id !== except)
    .map(({ id, key, title, customer }) => ({ value: id, label: shorten(`${key}  ${title} (${customer})`, 120) }));
  return renderSelect(ui, {
    ...options,
    options: [
      ...(value === "" ? [{ value: "", label: t("Choose…") }] : []),
      ...cases,
      { value: NO_CASE, label: t("No case (not billed)") },
      { value: ASK, label: t("Other case…") },
    ],
  });
}

export function findRow({ model }: Shown, id: string): TimesheetRow | undefined {
  return model.rows.find((row) => row.id === id);
}
