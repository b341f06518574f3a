/** Declares time: a stretch of the day, such as a claimed gap, or an amount on a day. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { t } from "../../base/text.ts";
import { MINUTE_MS } from "../../base/time.ts";
import { formatExact, parseAmount } from "../shared/amounts.ts";
import type { RowDeclaration, TimesheetRow } from "../../ports/timesheet.ts";
import { findInstants } from "../shared/clock.ts";
import { renderCaseSelect, renderField, type Form, renderSelect, renderTextField } from "./dialogFields.ts";
import { keepBounds, type Dialog } from "./state.ts";
import { readChoice } from "./store.ts";
import type { Shown } from "./ui.ts";

type Declare = Extract<Dialog, { kind: "declare" }>;

export function createDeclareForm(ui: Shown, dialog: Declare): Form {
  const { store, clock } = ui;
  // The model of a week does not say when its days begin, so only amounts can be declared there.
  const hasBounds = dialog.bounds !== undefined;
  const mode = hasBounds ? dialog.mode : "amount";
  const select = hasBounds ? undefined : renderDaySelect(ui, dialog);
  return {
    title: dialog.id === undefined ? t("Log time") : t("Change declared time"),
    about: select === undefined ? clock.longDay(dialog.day) : t("A call, a meeting, work elsewhere"),
    fields: html`
      ${hasBounds ? renderModes(ui, mode) : (select ?? nothing)}
      ${
        mode === "placed"
          ? html`<div class="pair">${renderTimeField(ui, dialog, "from")} ${renderTimeField(ui, dialog, "to")}</div>`
          : renderTextField(ui, { name: "amount", label: t("Duration, such as 45m or 1:20"), value: dialog.amount })
      }
      ${renderCaseSelect(ui, { name: "target", label: t("Case"), value: dialog.target })}
      ${renderTextField(ui, { name: "reason", label: t("Reason, such as call with the customer"), value: dialog.reason })}
    `,
    submit: dialog.id === undefined ? t("Log") : t("Save"),
    send: () => {
      const time = mode === "placed" ? readInterval(ui, dialog) : readAmount(dialog);
      if (typeof time === "string") return time;
      if (dialog.target === "") return t("Choose a case");
      if (dialog.reason.trim() === "") return t("Enter a reason");
      const { id } = dialog;
      const what = { time, to: readChoice(dialog.target), reason: dialog.reason.trim() };
      const edit =
        id === undefined ? ({ kind: "declare", ...what } as const) : ({ kind: "changeDeclared", id, ...what } as const);
      store.edit(edit, { of: "dialog" });
      return undefined;
    },
  };
}

/** Opens the dialog with a declaration to change. @param stretch proposed in place of its own */
export function openDeclared(
  { store, clock, model }: Shown,
  row: TimesheetRow,
  declaration: RowDeclaration,
  stretch: { readonly start?: number; readonly end?: number } = declaration,
): void {
  const { start, end } = stretch;
  const places = start === undefined || end === undefined ? {} : { start, end };
  store.update({
    dialog: {
      kind: "declare",
      id: declaration.id,
      day: row.day,
      ...keepBounds(model),
      mode: start === undefined ? "amount" : "placed",
      from: start === undefined ? "" : clock.field(start),
      to: end === undefined ? "" : clock.field(end),
      ...places,
      amount: start === undefined ? formatExact(declaration.seconds) : "",
      target: row.caseId,
      reason: declaration.reason,
    },
  });
}

function renderModes({ store }: Shown, mode: Declare["mode"]): TemplateResult {
  return html`<fieldset>
    <legend class="spoken">${t("Kind of time")}</legend>
    ${(["placed", "amount"] as const).map(
      (each) =>
        html`<label class="choice"
          ><input
            type="radio"
            name="mode"
            .checked=${live(mode === each)}
            @change=${() => {
              store.field({ mode: each });
            }}
          />
          ${each === "placed" ? t("at set times") : t("duration only")}</label
        >`,
    )}
  </fieldset>`;
}

/** The days of the week that is shown, if the dialog's is one of them. */
function renderDaySelect(ui: Shown, { day }: Declare): TemplateResult | undefined {
  const { model, clock } = ui;
  if (model.view !== "week" || !model.days.some((each) => each.day === day)) return undefined;
  return renderSelect(ui, {
    name: "day",
    label: t("Day"),
    value: day,
    options: model.days.map((each) => ({ value: each.day, label: clock.longDay(each.day) })),
  });
}

function renderTimeField({ store }: Shown, dialog: Declare, name: "from" | "to"): TemplateResult {
  // Seconds are shown where the stretch has some.
  const hasSeconds = [dialog.start, dialog.end].some((each) => each !== undefined && each % MINUTE_MS !== 0);
  return renderField(
    name === "from" ? t("From") : t("To"),
    html`<input
      type="time"
      step=${hasSeconds ? 1 : 60}
      data-field=${name}
      .value=${live(dialog[name])}
      @input=${(event: Event) => {
        store.field({ [name]: (event.target as HTMLInputElement).value });
      }}
    />`,
  );
}

function readAmount({ amount: text, day }: Declare): { readonly day: string; readonly seconds: number } | string {
  const seconds = parseAmount(text);
  if (seconds === undefined || seconds === 0) return t("Enter a duration such as 45m");
  return seconds > 90_000 ? t("A day has at most 25 hours") : { day, seconds };
}

/** Reads the interval from the fields. Where clocks show a time twice, the instant the field began with wins, else the one that fits the other end. */
function readInterval(
  { clock }: Shown,
  { bounds, from, to, start, end }: Declare,
): { readonly start: number; readonly end: number } | string {
  if (bounds === undefined) return t("Enter a start and an end");
  const kept = (text: string, instant: number | undefined): readonly number[] =>
    instant !== undefined && clock.field(instant) === text ? [instant] : [];
  const starts = [...kept(from, start), ...findInstants(bounds, from)];
  const ends = [...kept(to, end), ...findInstants(bounds, to, true)];
  if (starts.length === 0) return from === "" ? t("Enter a start and an end") : t("There is no {0} on this day", from);
  if (ends.length === 0) return to === "" ? t("Enter a start and an end") : t("There is no {0} on this day", to);
  for (const first of starts) {
    const last = ends.find((each) => each > first);
    if (last !== undefined) return { start: first, end: last };
  }
  return t("The end must be after the start; log time across midnight on both days");
}
