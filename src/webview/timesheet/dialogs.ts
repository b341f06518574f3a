/** The dialogs: one native `<dialog>`, whose content is the one that is open. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { t } from "../../base/text.ts";
import { MINUTE_MS } from "../../base/time.ts";
import { renderCaseSelect, renderField, type Form, findRow, renderSelect, renderTextField } from "./dialogFields.ts";
import { createDeclareForm } from "./declareDialog.ts";
import { renderHelp, renderHistory } from "./readDialogs.ts";
import { formatExact, parseAmount, parsePercent } from "../shared/amounts.ts";
import { findInstants } from "../shared/clock.ts";
import type { Dialog } from "./state.ts";
import { readChoice } from "./store.ts";
import { renderButton } from "../shared/controls.ts";
import { findCase, describeRow, type Shown, describeRange } from "./ui.ts";

type Of<K extends Dialog["kind"]> = Extract<Dialog, { kind: K }>;

export function renderDialog(ui: Shown): TemplateResult | typeof nothing {
  const { dialog } = ui.state;
  if (dialog === undefined) return nothing;
  switch (dialog.kind) {
    case "declare":
      return createForm(ui, dialog, createDeclareForm(ui, dialog));
    case "writeDown":
      return createForm(ui, dialog, createWriteDownForm(ui, dialog));
    case "move":
    case "moveRange":
      return createForm(ui, dialog, createMoveForm(ui, dialog));
    case "split":
      return createForm(ui, dialog, createSplitForm(ui, dialog));
    case "correct":
      return createForm(ui, dialog, createCorrectForm(ui, dialog));
    case "history":
      return renderHistory(ui, dialog);
    case "help":
      return renderHelp(ui);
  }
}

function createForm({ store }: Shown, dialog: Dialog, { title, about, fields, submit, send }: Form): TemplateResult {
  const isBusy = dialog.request !== undefined;
  return html`<form
    method="dialog"
    aria-busy=${isBusy}
    novalidate
    @submit=${(event: Event) => {
      event.preventDefault();
      if (isBusy) return;
      const fault = send();
      if (fault === undefined) return;
      store.fault(fault);
    }}
  >
    <h2 id="dialog-title">${title}</h2>
    ${about === undefined ? nothing : html`<p class="dim about">${about}</p>`} ${fields}
    <p class="fault" role="alert">${dialog.fault ?? nothing}</p>
    <div class="bar end">
      ${renderButton(t("Cancel"), () => {
        store.update({ dialog: undefined });
      })}
      <button type="submit" class="primary" aria-disabled=${isBusy ? "true" : nothing}>
        ${isBusy ? t("Working…") : submit}
      </button>
    </div>
  </form>`;
}

const origin = { of: "dialog" } as const;
const renderGone = (): string => t("The entry no longer exists");

function createWriteDownForm(ui: Shown, dialog: Of<"writeDown">): Form {
  const { store } = ui;
  const row = findRow(ui, dialog.row);
  const worked = row?.workedSeconds ?? 0;
  // A value with % is a percentage, whatever unit was chosen before.
  const isPercent = dialog.unit === "percent" || dialog.value.includes("%");
  const percent = isPercent ? parsePercent(dialog.value) : undefined;
  const seconds = percent === undefined ? parseAmount(dialog.value) : Math.round((worked * percent) / 100);
  const isRight = isPercent ? percent !== undefined : seconds !== undefined;
  const remains =
    !isRight || seconds === undefined || seconds > worked
      ? t("Worked {0}", formatExact(worked))
      : t("{0} of {1} will be billed", formatExact(worked - seconds), formatExact(worked));
  return {
    title: t("Write down"),
    ...(row === undefined ? {} : { about: describeRow(ui, row) }),
    fields: html`
      <fieldset>
        <legend>${t("Bill less by")}</legend>
        ${(["amount", "percent"] as const).map(
          (unit) =>
            html`<label class="choice"
              ><input
                type="radio"
                name="unit"
                .checked=${live(dialog.unit === unit)}
                @change=${() => {
                  store.field({ unit });
                }}
              />
              ${unit === "amount" ? t("a duration") : t("a percentage")}</label
            >`,
        )}
      </fieldset>
      ${renderTextField(ui, {
        name: "value",
        label: dialog.unit === "amount" ? t("Duration, such as 15m or 1:20") : t("Percentage, 0 to 100"),
        value: dialog.value,
      })}
      <p role="status" class="remains">${remains}</p>
      ${renderTextField(ui, { name: "reason", label: t("Reason (the customer may read it)"), value: dialog.reason })}
    `,
    submit: t("Write down"),
    send: () => {
      if (row === undefined) return renderGone();
      if (!isRight || seconds === undefined) return t("Enter how much");
      if (seconds > worked) return t("That is more than was worked");
      if (dialog.reason.trim() === "" && seconds > 0) return t("Enter a reason");
      const amount = percent === undefined ? { seconds } : { percent };
      store.edit({ kind: "writeDown", row: row.id, amount, reason: dialog.reason.trim() }, origin);
      return undefined;
    },
  };
}

function createMoveForm(ui: Shown, dialog: Of<"move"> | Of<"moveRange">): Form {
  const { store } = ui;
  const row = dialog.kind === "move" ? findRow(ui, dialog.row) : undefined;
  const about =
    dialog.kind === "moveRange"
      ? describeRange(ui, dialog.start, dialog.end)
      : row === undefined
        ? renderGone()
        : describeRow(ui, row);
  return {
    title: t("Move to another case"),
    about,
    fields: renderCaseSelect(ui, { name: "target", label: t("Case"), value: dialog.target, except: row?.caseId }),
    submit: t("Move"),
    send: () => {
      if (dialog.target === "") return t("Choose a case");
      const to = readChoice(dialog.target);
      if (dialog.kind === "moveRange") {
        store.edit({ kind: "moveRange", start: dialog.start, end: dialog.end, to }, origin);
      } else if (row === undefined) return renderGone();
      else store.edit({ kind: "move", row: row.id, to }, origin);
      return undefined;
    },
  };
}

function createSplitForm(ui: Shown, dialog: Of<"split">): Form {
  const { store, clock, model } = ui;
  const row = findRow(ui, dialog.row);
  const shown = dialog.field === "" ? clock.field(dialog.at) : dialog.field;
  return {
    title: t("Split entry"),
    ...(row === undefined ? {} : { about: describeRow(ui, row) }),
    fields: html`
      ${
        dialog.rows.length > 1
          ? renderSelect(ui, {
              name: "row",
              label: t("Entry"),
              value: dialog.row,
              options: model.rows
                .filter(({ id }) => dialog.rows.includes(id))
                .map((each) => ({ value: each.id, label: describeRow(ui, each) })),
            })
          : nothing
      }
      ${renderField(
        t("Split at"),
        html`<input
          type="time"
          step=${dialog.at % MINUTE_MS === 0 ? 60 : 1}
          .value=${live(shown)}
          @input=${(event: Event) => {
            store.field({ field: (event.target as HTMLInputElement).value });
          }}
        />`,
      )}
    `,
    submit: t("Split"),
    send: () => {
      if (row?.start === undefined || row.end === undefined) return renderGone();
      const { start, end } = row;
      const around = { dayStart: estimateDayStart(start, clock.field(start)), dayEnd: end, zone: model.zone };
      const found =
        shown === clock.field(dialog.at)
          ? [dialog.at]
          : findInstants(around, shown).filter((at) => at > start && at < end);
      const [at] = found;
      if (at === undefined || at <= start || at >= end)
        return t("Enter a time within {0}", describeRange(ui, start, end));
      store.edit({ kind: "split", row: row.id, at }, origin);
      return undefined;
    },
  };
}

/** Estimates when the local day of an instant began: earlier by its clock time. */
function estimateDayStart(instant: number, shown: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = shown.split(":").map(Number);
  return instant - ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function createCorrectForm(ui: Shown, dialog: Of<"correct">): Form {
  const { store } = ui;
  const row = findRow(ui, dialog.row);
  const activities = findCase(ui.model, row?.caseId ?? null)?.activities ?? [];
  return {
    title: t("Correct entry"),
    ...(row === undefined ? {} : { about: t("{0}. The billing system gets a new revision.", describeRow(ui, row)) }),
    fields: html`
      ${renderField(
        t("Description"),
        html`<textarea
          rows="3"
          dir="auto"
          .value=${live(dialog.description)}
          @input=${(event: Event) => {
            store.field({ description: (event.target as HTMLTextAreaElement).value });
          }}
        ></textarea>`,
      )}
      ${
        activities.length === 0
          ? nothing
          : renderSelect(ui, {
              name: "activityId",
              label: t("Activity"),
              value: dialog.activityId,
              // Billing systems keep the activity if a revision names none: it can be changed, but not removed.
              options: [
                ...(row?.activityId === undefined ? [{ value: "", label: t("No activity") }] : []),
                ...activities.map(({ id, name }) => ({ value: id, label: name })),
              ],
            })
      }
      ${renderTextField(ui, { name: "writtenDown", label: t("Write-down, such as 15m; empty for none"), value: dialog.writtenDown })}
      ${renderTextField(ui, { name: "reason", label: t("Reason for the correction"), value: dialog.reason })}
    `,
    submit: t("Correct"),
    send: () => {
      if (row === undefined) return renderGone();
      const writtenDownSeconds = dialog.writtenDown.trim() === "" ? 0 : parseAmount(dialog.writtenDown);
      if (writtenDownSeconds === undefined) return t("Write-down: enter a duration such as 15m");
      if (writtenDownSeconds > row.workedSeconds) return t("That is more than was worked");
      if (dialog.reason.trim() === "") return t("Enter a reason");
      store.edit(
        {
          kind: "correct",
          row: row.id,
          reason: dialog.reason.trim(),
          ...(dialog.description === row.description ? {} : { description: dialog.description }),
          ...(dialog.activityId === (row.activityId ?? "") || dialog.activityId === ""
            ? {}
            : { activityId: dialog.activityId }),
          ...(writtenDownSeconds === row.writtenDownSeconds ? {} : { writtenDownSeconds }),
        },
        origin,
      );
      return undefined;
    },
  };
}
