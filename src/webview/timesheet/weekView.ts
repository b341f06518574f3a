/** The week: a table of its days, a table by case, and the entries day by day. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { plural, t } from "../../base/text.ts";
import type { DayTotals, WeekModel } from "../../ports/timesheet.ts";
import { formatHours } from "../shared/amounts.ts";
import { renderCheckedBar, renderRows } from "./rows.ts";
import { renderButton } from "../shared/controls.ts";
import { findCase, countEntries, nameCase, type Shown } from "./ui.ts";

type Week = Shown<WeekModel>;

export function renderWeek(ui: Week): TemplateResult {
  const { model, store } = ui;
  const worked = sumUp(model.days, "workedSeconds");
  return html`
    ${guard([model, ui.locale], () => html`${renderDays(ui, worked)} ${renderCases(ui)}`)}
    <section aria-labelledby="entries-title">
      <div class="bar">
        <h2 id="entries-title" tabindex="-1">${t("Entries")}</h2>
        ${renderButton(t("Log time…"), () => {
          const day = model.from <= model.today && model.today <= model.to ? model.today : model.from;
          store.update({
            dialog: {
              kind: "declare",
              day,
              mode: "amount",
              from: "",
              to: "",
              amount: "",
              target: model.cases[0]?.id ?? "",
              reason: "",
            },
          });
        })}
        ${renderButton(
          t("Start timer…"),
          () => {
            store.command("startTimer");
          },
          { look: "quiet" },
        )}
        ${renderButton(
          t("Report"),
          () => {
            store.command("report");
          },
          { look: "quiet" },
        )}
        ${renderCheckedBar(ui)}
      </div>
      ${
        model.rows.length === 0
          ? html`<p class="empty">
              ${t("No time in this week yet. Work on the picked case appears here automatically.")}
              ${renderButton(t("Pick case…"), () => {
                store.command("pickCase");
              })}
            </p>`
          : model.days.map(({ day }) => {
              const rows = model.rows.filter((row) => row.day === day);
              return rows.length === 0
                ? nothing
                : html`<h3 id="day-${day}">${ui.clock.longDay(day)}</h3>
                    ${renderRows(ui, rows, `day-${day}`)}`;
            })
      }
    </section>
  `;
}

function renderDays(ui: Week, worked: number): TemplateResult {
  const { model, clock, store } = ui;
  const most = Math.max(1, ...model.days.map(({ workedSeconds }) => workedSeconds));
  const hasBilled = model.days.some(({ billedSeconds, workedSeconds }) => billedSeconds !== workedSeconds);
  return html`<div class="wide" role="region" tabindex="0" aria-label=${t("Days")}>
    <table class="days">
      <caption class="spoken">
        ${t("Days of the week")}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t("Day")}</th>
          <th scope="col" class="number">${t("Worked")}</th>
          ${hasBilled ? html`<th scope="col" class="number">${t("Billed")}</th>` : nothing}
          <th scope="col" class="bars"><span class="spoken">${t("Share")}</span></th>
          <th scope="col">${t("State")}</th>
        </tr>
      </thead>
      <tbody>
        ${model.days.map(
          (day) =>
            html`<tr class=${day.day === model.today ? "today" : ""}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  aria-current=${day.day === model.today ? "date" : nothing}
                  title=${clock.longDay(day.day)}
                  @click=${() => {
                    store.show({ view: "day", day: day.day });
                  }}
                >
                  ${clock.shortDay(day.day)}
                </button>
              </th>
              <td class="number">${formatAmount(day.workedSeconds)}</td>
              ${hasBilled ? html`<td class="number">${formatAmount(day.billedSeconds)}</td>` : nothing}
              <td class="bars">${renderBar(day, most)}</td>
              <td>${renderDayNotes(day)}</td>
            </tr>`,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">${t("Week")}</th>
          <td class="number">${formatAmount(worked)}</td>
          ${hasBilled ? html`<td class="number">${formatAmount(sumUp(model.days, "billedSeconds"))}</td>` : nothing}
          <td></td>
          <td></td>
        </tr>
      </tfoot>
    </table>
  </div>`;
}

const formatAmount = (seconds: number): string => (seconds === 0 ? "–" : formatHours(seconds));

const sumUp = (days: readonly DayTotals[], key: "workedSeconds" | "billedSeconds"): number =>
  days.reduce((total, day) => total + day[key], 0);

/** Observed, bridged and declared beside each other, as long as their share of the longest day. */
function renderBar(day: DayTotals, most: number): TemplateResult {
  const share = (seconds: number): string => `${Number(((seconds / most) * 100).toFixed(2))}%`;
  const { observedSeconds: observed, bridgedSeconds: bridged, declaredSeconds: declared } = day;
  const part = (from: number, length: number, look: string): unknown =>
    length === 0
      ? nothing
      : html`<svg x=${share(from)} width=${share(length)} height="10">
          <rect class=${look} width="100%" height="100%" />
        </svg>`;
  return html`<svg class="bar-of-day c0" height="10" aria-hidden="true">
    ${part(0, observed, "observed")} ${part(observed, bridged, "bridged")}
    ${part(observed + bridged, declared, "declared")}
  </svg>`;
}

/** Notes on what is left to do on a day, the urgent first. @param toConflict goes to its first conflict, where one is shown */
export function renderDayNotes(day: DayTotals, toConflict?: () => void): readonly TemplateResult[] {
  const say = (count: number, text: string, look = ""): readonly TemplateResult[] =>
    count === 0 ? [] : [html`<span class="tag ${look}">${text}</span> `];
  // Less than a minute would read 0:00; the figures include it, and nobody has to act on it.
  const minutes = (seconds: number): number => Math.floor(seconds / 60);
  const conflicts = plural(day.conflicts, "{0} conflict", "{0} conflicts");
  return [
    ...(toConflict === undefined || day.conflicts === 0
      ? say(day.conflicts, conflicts, "bad")
      : [
          html`<button
            type="button"
            id="conflicts"
            class="tag bad"
            title=${t("Go to the first conflict")}
            @click=${toConflict}
          >
            ${conflicts}
          </button> `,
        ]),
    ...say(day.refused, plural(day.refused, "{0} refused", "{0} refused"), "bad"),
    ...say(minutes(day.unassignedSeconds), t("{0} without a case", formatHours(day.unassignedSeconds)), "warn"),
    ...say(day.drafts, plural(day.drafts, "{0} to approve", "{0} to approve")),
    ...say(day.waiting, plural(day.waiting, "{0} to sync", "{0} to sync")),
    ...say(day.pushed, plural(day.pushed, "{0} sent", "{0} sent"), "good"),
    ...say(minutes(day.agentSeconds), t("{0} agent", formatHours(day.agentSeconds))),
  ];
}

function renderCases(ui: Week): TemplateResult | typeof nothing {
  const { model, clock } = ui;
  if (model.byCase.length === 0) return nothing;
  return html`<section aria-labelledby="by-case-title">
    <h2 id="by-case-title">${t("By case")}</h2>
    <div class="wide" role="region" tabindex="0" aria-label=${t("Table of cases")}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t("Case")}</th>
            ${model.days.map(({ day }) => html`<th scope="col" class="number">${clock.weekday(day)}</th>`)}
            <th scope="col" class="number">${t("Week")}</th>
          </tr>
        </thead>
        <tbody>
          ${model.byCase.map(
            ({ caseId, seconds }) =>
              html`<tr>
                <th scope="row" class="case">
                  <bdi>${nameCase(model, caseId)}</bdi> <bdi class="dim">${findCase(model, caseId)?.title ?? ""}</bdi>
                </th>
                ${seconds.map((each) => html`<td class="number">${formatAmount(each)}</td>`)}
                <td class="number strong">${formatAmount(seconds.reduce((a, b) => a + b, 0))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="dim">${countEntries(model.rows.length)}</p>
  </section>`;
}
