/** A day: its figures, the timeline, the entries. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { t } from "../../base/text.ts";
import type { DayModel } from "../../ports/timesheet.ts";
import { formatExact, formatHours } from "../shared/amounts.ts";
import { renderCheckedBar, renderRows } from "./rows.ts";
import { renderTimeline } from "./timeline.ts";
import { renderButton } from "../shared/controls.ts";
import type { Shown } from "./ui.ts";
import { renderDayNotes } from "./weekView.ts";

export function renderDay(ui: Shown<DayModel>): TemplateResult {
  const { model, store } = ui;
  const isEmpty = model.lanes.length === 0 && model.rows.length === 0;
  return html`
    ${guard([model, ui.locale], () => renderTotals(ui))}
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
                ? renderButton(t("Pick case…"), () => {
                    store.command("pickCase");
                  })
                : nothing
            }
          </p>`
        : nothing
    }
    ${renderTimeline(ui)}
    <section aria-labelledby="entries-title">
      <div class="bar">
        <h2 id="entries-title" tabindex="-1">${t("Entries")}</h2>
        ${renderButton(
          t("Start timer…"),
          () => {
            store.command("startTimer");
          },
          { look: "quiet" },
        )}
        ${renderCheckedBar(ui)}
      </div>
      ${
        model.rows.length === 0
          ? html`<p class="empty">${t("Nothing to approve on this day.")}</p>`
          : renderRows(ui, model.rows, "entries-title")
      }
    </section>
  `;
}

/** Chooses the first item in conflict, as a click on it does: its actions then stand below the timeline. */
function goToConflict({ model, store }: Shown<DayModel>): (() => void) | undefined {
  const inConflict = model.lanes.flatMap(({ items }) => items).filter(({ isConflict }) => isConflict === true);
  const [first] = inConflict.sort((a, b) => a.start - b.start);
  if (first === undefined) return undefined;
  const { id, start, end } = first;
  return () => {
    store.update({ item: id, chosen: id, anchor: start, cursor: end, pulled: undefined });
    // After drawing. The focus brings a hidden part of the day into view.
    queueMicrotask(() => document.getElementById(id)?.focus());
  };
}

function renderTotals(ui: Shown<DayModel>): TemplateResult {
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
    <p class="tags">${renderDayNotes(day, goToConflict(ui))}</p>
  </section>`;
}
