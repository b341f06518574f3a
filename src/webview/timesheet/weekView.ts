/** The week: a table of its days, a table by case, and the entries day by day. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { plural, t } from "../../base/text.ts";
import type { DayTotals, WeekModel } from "../../ports/timesheet.ts";
import { formatHours } from "../shared/amounts.ts";
import { checkedBar, rowList } from "./rows.ts";
import { button } from "../shared/controls.ts";
import { caseOf, entries, keyOf, type Shown } from "./ui.ts";

type Week = Shown<WeekModel>;

export function weekView(ui: Week): TemplateResult {
  const { model, store } = ui;
  const worked = sum(model.days, "workedSeconds");
  return html`
    ${guard([model, ui.locale], () => html`${daysTable(ui, worked)} ${casesTable(ui)}`)}
    <section aria-labelledby="entries-title">
      <div class="bar">
        <h2 id="entries-title" tabindex="-1">${t("Entries")}</h2>
        ${button(t("Log time…"), () => {
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
        ${button(
          t("Start timer…"),
          () => {
            store.command("startTimer");
          },
          { look: "quiet" },
        )}
        ${button(
          t("Report"),
          () => {
            store.command("report");
          },
          { look: "quiet" },
        )}
        ${checkedBar(ui)}
      </div>
      ${
        model.rows.length === 0
          ? html`<p class="empty">
              ${t("No time in this week yet. Work on the picked case appears here automatically.")}
              ${button(t("Pick case…"), () => {
                store.command("pickCase");
              })}
            </p>`
          : model.days.map(({ day }) => {
              const rows = model.rows.filter((row) => row.day === day);
              return rows.length === 0
                ? nothing
                : html`<h3 id="day-${day}">${ui.clock.longDay(day)}</h3>
                    ${rowList(ui, rows, `day-${day}`)}`;
            })
      }
    </section>
  `;
}

function daysTable(ui: Week, worked: number): TemplateResult {
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
              <td class="number">${hours(day.workedSeconds)}</td>
              ${hasBilled ? html`<td class="number">${hours(day.billedSeconds)}</td>` : nothing}
              <td class="bars">${bar(day, most)}</td>
              <td>${daySays(day)}</td>
            </tr>`,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">${t("Week")}</th>
          <td class="number">${hours(worked)}</td>
          ${hasBilled ? html`<td class="number">${hours(sum(model.days, "billedSeconds"))}</td>` : nothing}
          <td></td>
          <td></td>
        </tr>
      </tfoot>
    </table>
  </div>`;
}

const hours = (seconds: number): string => (seconds === 0 ? "–" : formatHours(seconds));

const sum = (days: readonly DayTotals[], key: "workedSeconds" | "billedSeconds"): number =>
  days.reduce((total, day) => total + day[key], 0);

/** Observed, bridged and declared beside each other, as long as their share of the longest day. */
function bar(day: DayTotals, most: number): TemplateResult {
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

/** What is to be done with a day, the urgent first. @param toConflict goes to its first conflict, where one is shown */
export function daySays(day: DayTotals, toConflict?: () => void): readonly TemplateResult[] {
  const say = (count: number, text: string, look = ""): readonly TemplateResult[] =>
    count === 0 ? [] : [html`<span class="tag ${look}">${text}</span> `];
  // Less than a minute would be told as 0:00: it is in the figures, and no reason to speak up.
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

function casesTable(ui: Week): TemplateResult | typeof nothing {
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
                  <bdi>${keyOf(model, caseId)}</bdi> <bdi class="dim">${caseOf(model, caseId)?.title ?? ""}</bdi>
                </th>
                ${seconds.map((each) => html`<td class="number">${hours(each)}</td>`)}
                <td class="number strong">${hours(seconds.reduce((a, b) => a + b, 0))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="dim">${entries(model.rows.length)}</p>
  </section>`;
}
