/** A day: its figures, the time line, the entries. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { t } from "../../base/text.ts";
import type { DayModel } from "../../ports/timesheet.ts";
import { formatExact, formatHours } from "../shared/amounts.ts";
import { checkedBar, rowList } from "./rows.ts";
import { timeline } from "./timeline.ts";
import { button } from "../shared/controls.ts";
import type { Shown } from "./ui.ts";
import { daySays } from "./weekView.ts";

export function dayView(ui: Shown<DayModel>): TemplateResult {
  const { model, store } = ui;
  const isEmpty = model.lanes.length === 0 && model.rows.length === 0;
  return html`
    ${guard([model, ui.locale], () => totals(ui))}
    ${
      isEmpty
        ? html`<p class="empty">
            ${
              model.day === model.today
                ? t("No time yet today. Work on the picked case appears here automatically.")
                : t("No time on this day.")
            }
            ${
              model.day === model.today
                ? button(t("Pick case…"), () => {
                    store.command("pickCase");
                  })
                : nothing
            }
          </p>`
        : nothing
    }
    ${timeline(ui)}
    <section aria-labelledby="entries-title">
      <div class="bar">
        <h2 id="entries-title" tabindex="-1">${t("Entries")}</h2>
        ${button(
          t("Start timer…"),
          () => {
            store.command("startTimer");
          },
          { look: "quiet" },
        )}
        ${checkedBar(ui)}
      </div>
      ${
        model.rows.length === 0
          ? html`<p class="empty">${t("Nothing to approve on this day.")}</p>`
          : rowList(ui, model.rows, "entries-title")
      }
    </section>
  `;
}

/** Chooses the first item in conflict, as a click on it does: what can be done with it is below the time line then. */
function toConflict({ model, store }: Shown<DayModel>): (() => void) | undefined {
  const inConflict = model.lanes.flatMap(({ items }) => items).filter(({ isConflict }) => isConflict === true);
  const [first] = inConflict.sort((a, b) => a.start - b.start);
  if (first === undefined) return undefined;
  const { id, start, end } = first;
  return () => {
    store.update({ item: id, chosen: id, anchor: start, cursor: end, pulled: undefined });
    // After it was drawn. A part of the day that is not seen comes into view with the focus.
    queueMicrotask(() => document.getElementById(id)?.focus());
  };
}

function totals(ui: Shown<DayModel>): TemplateResult {
  const day = ui.model.totals;
  const figure = (label: string, seconds: number, look = ""): unknown =>
    html`<div class=${look}>
      <dt>${label}</dt>
      <dd title=${formatExact(seconds)}>${formatHours(seconds)}</dd>
    </div>`;
  const when = (isShown: boolean, made: unknown): unknown => (isShown ? made : nothing);
  return html`<section class="totals" aria-label=${t("Totals of the day")}>
    <dl class="figures big">
      ${figure(t("Worked"), day.workedSeconds, "strong")} ${figure(t("Observed"), day.observedSeconds)}
      ${figure(t("Bridged"), day.bridgedSeconds)} ${figure(t("Declared"), day.declaredSeconds)}
      ${when(day.agentSeconds > 0, figure(t("Agent"), day.agentSeconds))}
      ${when(day.writtenDownSeconds > 0, figure(t("Written down"), day.writtenDownSeconds))}
      ${when(day.billedSeconds !== day.workedSeconds, figure(t("Billed"), day.billedSeconds, "strong"))}
    </dl>
    <p class="tags">${daySays(day, toConflict(ui))}</p>
  </section>`;
}
