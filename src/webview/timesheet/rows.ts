/** The entries: a list that can be read, checked, opened and edited in place. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { plural, t } from "../../base/text.ts";
import { shorten } from "../shared/foreignText.ts";
import type { TimesheetRow } from "../../ports/timesheet.ts";
import { formatExact, formatHours } from "../shared/amounts.ts";
import { listActions } from "./rowActions.ts";
import { renderRowDetails } from "./rowDetails.ts";
import { allows } from "./rowsOf.ts";
import { renderButton, swallow } from "../shared/controls.ts";
import { findCase, nameCase, describeRow, type Shown, nameState } from "./ui.ts";

/** How much of a description is shown; editing shows all of it. */
const SHOWN_CHARS = 300;

/** The list and, while rows are checked, what can be done with them together. */
export function renderRows(ui: Shown, rows: readonly TimesheetRow[], labelledBy: string): TemplateResult {
  return html`<ul class="rows" aria-labelledby=${labelledBy}>
    ${repeat(
      rows,
      ({ id }) => id,
      (row) => renderRow(ui, row),
    )}
  </ul>`;
}

/** What can be done with the checked rows; empty without any. */
export function renderCheckedBar(ui: Shown): TemplateResult | typeof nothing {
  const { store, state } = ui;
  if (state.checked.size === 0) return nothing;
  const mergeable = store.mergeable();
  const count = state.checked.size;
  return html`<div class="bar checked" role="group" aria-label=${t("Selected entries")}>
    <span>${plural(count, "{0} selected", "{0} selected")}</span>
    ${renderButton(
      t("Merge"),
      () => {
        store.edit({ kind: "merge", rows: mergeable }, { of: "panel", unchecks: true });
      },
      { whyNot: mergeable.length > 0 ? undefined : t("Select drafts of the same case and day to merge them") },
    )}
    ${renderButton(
      t("Clear selection"),
      () => {
        store.update({ checked: new Set() });
      },
      { look: "quiet" },
    )}
  </div>`;
}

function renderRow(ui: Shown, row: TimesheetRow): unknown {
  const { store, state, model } = ui;
  const isOpen = state.open.has(row.id);
  const isChecked = state.checked.has(row.id);
  const text = state.unsent.get(row.id);
  const fault = state.faults.get(row.id);
  const isBusy = text !== undefined && store.isBusy(row.id);
  const hasMenu = state.menu === row.id;
  // Each model brings new row objects.
  return html`<li class="row ${row.state}" id="row-${row.id}" data-row=${row.id}>
    ${guard([row, model, isOpen, isChecked, text, fault, isBusy, hasMenu], () => [
      renderLine(ui, row, { isOpen, isChecked, text, isBusy, hasMenu }),
      fault === undefined ? nothing : html`<p class="fault" role="alert">${fault}</p>`,
      row.problem === undefined ? nothing : html`<p class="fault"><bdi>${shorten(row.problem, 1000)}</bdi></p>`,
      isOpen ? renderRowDetails(ui, row) : nothing,
    ])}
  </li>`;
}

interface Look {
  readonly isOpen: boolean;
  readonly isChecked: boolean;
  readonly text: string | undefined;
  readonly isBusy: boolean;
  readonly hasMenu: boolean;
}

function renderLine(ui: Shown, row: TimesheetRow, look: Look): TemplateResult {
  const { store, model } = ui;
  const { isOpen, isChecked, hasMenu } = look;
  const name = describeRow(ui, row);
  const found = findCase(model, row.caseId);
  const first = listActions(ui, row).find(({ action }) => ["approve", "withdraw", "correct"].includes(action));
  return html`<div class="line" role="group" aria-label=${name}>
    <input
      type="checkbox"
      aria-label=${t("Select {0}", name)}
      .checked=${live(isChecked)}
      @change=${() => {
        store.update({ checked: toggle(store.state.checked, row.id) });
      }}
    />
    <button
      type="button"
      class="icon disclose"
      aria-expanded=${isOpen}
      aria-controls=${isOpen ? `details-${row.id}` : nothing}
      aria-label=${t("Details of {0}", name)}
      @click=${() => {
        store.update({ open: toggle(store.state.open, row.id) });
      }}
    >
      <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M6 3l5 5-5 5" /></svg>
    </button>
    <span class="when">
      ${row.start === undefined || row.end === undefined ? t("no set time") : ui.clock.between(row.start, row.end)}
    </span>
    <span class="case">
      <bdi class="key">${nameCase(model, row.caseId)}</bdi>
      <bdi class="dim" title=${found === undefined ? nothing : `${found.title} (${found.customer})`}
        >${shorten(found?.title ?? "", 120)}</bdi
      >
    </span>
    <span class="numbers">
      <span class="worked" title=${t("Worked {0}", formatExact(row.workedSeconds))}
        >${formatHours(row.workedSeconds)}</span
      >
      ${
        row.billedSeconds === row.workedSeconds
          ? nothing
          : html`<span class="billed" title=${t("Billed {0}", formatExact(row.billedSeconds))}
              >${t("billed {0}", formatHours(row.billedSeconds))}</span
            >`
      }
    </span>
    <span class="tag state ${row.state}">${nameState(row.state)}</span>
    <span class="does">
      ${
        first === undefined
          ? nothing
          : renderButton(first.label, first.run, {
              name: `${first.label} ${nameCase(model, row.caseId)}`,
              look: "quiet",
            })
      }
      <button
        type="button"
        class="icon menu-button"
        id="menu-${row.id}"
        aria-haspopup="menu"
        aria-expanded=${hasMenu}
        aria-label=${t("Actions of {0}", name)}
        @click=${() => {
          store.update({ menu: row.id });
        }}
      >
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M3 8h.01M8 8h.01M13 8h.01" />
        </svg>
      </button>
    </span>
    ${renderDescription(ui, row, look)} ${renderActivity(ui, row)}
  </div>`;
}

function renderDescription(ui: Shown, row: TimesheetRow, { text, isBusy }: Look): TemplateResult {
  const { store } = ui;
  if (text === undefined) {
    const shown = row.description === "" ? t("No description") : shorten(row.description, SHOWN_CHARS);
    if (!allows(row, "describe")) return html`<span class="description" dir="auto">${shown}</span>`;
    return html`<button
      type="button"
      class="description text ${row.isDescribed === true ? "" : "drafted"}"
      id="describe-${row.id}"
      dir="auto"
      title=${t("Edit description")}
      aria-label=${t("Description: {0}. Edit", shown)}
      @click=${() => {
        store.update({ unsent: new Map(store.state.unsent).set(row.id, row.description) });
      }}
    >
      ${shown}
    </button>`;
  }
  return html`<span class="description editing">
    <textarea
      id="text-${row.id}"
      dir="auto"
      rows="2"
      aria-label=${t("Description of {0}", nameCase(ui.model, row.caseId))}
      aria-describedby="hint-${row.id}"
      ?readonly=${isBusy}
      .value=${live(text)}
      @input=${(event: InputEvent) => {
        const { value } = event.target as HTMLTextAreaElement;
        store.update({ unsent: new Map(store.state.unsent).set(row.id, value) });
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.isComposing) return;
        if (event.key === "Escape") {
          swallow(event);
          store.dropText(row.id);
        } else if (event.key === "Enter" && !event.shiftKey) {
          swallow(event);
          store.describe(row.id);
        }
      }}
    ></textarea>
    <span class="bar">
      ${renderButton(
        t("Save"),
        () => {
          store.describe(row.id);
        },
        { look: "primary", whyNot: isBusy ? t("Saving…") : undefined },
      )}
      ${renderButton(
        t("Cancel"),
        () => {
          store.dropText(row.id);
        },
        { look: "quiet" },
      )}
      <span class="dim" id="hint-${row.id}"
        >${t("Enter saves, Shift+Enter starts a new line, Escape discards. Leave empty to draft it again.")}</span
      >
    </span>
  </span>`;
}

function renderActivity(ui: Shown, row: TimesheetRow): TemplateResult | typeof nothing {
  const { store, model } = ui;
  const activities = findCase(model, row.caseId)?.activities ?? [];
  const chosen = activities.find(({ id }) => id === row.activityId);
  if (!allows(row, "activity")) {
    return chosen === undefined ? nothing : html`<bdi class="activity dim">${chosen.name}</bdi>`;
  }
  if (activities.length === 0) return nothing;
  return html`<select
    class="activity"
    aria-label=${t("Activity of {0}", nameCase(model, row.caseId))}
    @change=${(event: Event) => {
      const field = event.target as HTMLSelectElement;
      store.edit(
        { kind: "activity", row: row.id, activityId: field.value === "" ? null : field.value },
        { of: "row", row: row.id },
      );
    }}
  >
    <option value="" .selected=${chosen === undefined}>${t("No activity")}</option>
    ${activities.map(({ id, name }) => html`<option value=${id} .selected=${live(id === chosen?.id)}>${name}</option>`)}
  </select>`;
}

function toggle(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return set.has(id) ? new Set([...set].filter((each) => each !== id)) : new Set(set).add(id);
}
