/** The whole page: header, headline, figures, charts and table. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { t } from "../../base/text.ts";
import type { ReportModel, ReportPlace } from "../../ports/report.ts";
import { formatExact, formatHours } from "../shared/amounts.ts";
import { countDays } from "../shared/clock.ts";
import { renderButton } from "../shared/controls.ts";
import { isolate } from "../shared/foreignText.ts";
import { renderIcon } from "../shared/icons.ts";
import { renderBurnDowns } from "./burnDown.ts";
import { describeComparison, listFigures, describePeriod, namePlace, stepPlace } from "./names.ts";
import { renderRows } from "./rowsTable.ts";
import { formatAmount, formatChange, type Shown, type Ui } from "./ui.ts";
import { renderWorkedChart } from "./workedChart.ts";

export function renderPage(ui: Ui): TemplateResult {
  const { model, isAwaited, said, failure } = ui.state;
  const shown = model === undefined ? undefined : { ...ui, model };
  return html`
    ${shown === undefined ? html`<h1 id="title" class="spoken">${t("Report")}</h1>` : renderHeader(shown)}
    <div role="alert" class="banner" ?hidden=${failure === undefined}>
      ${
        failure === undefined
          ? nothing
          : html`<p>${failure}</p>
              ${renderButton(t("Try Again"), () => {
                const { place } = ui.state;
                if (place === undefined) ui.store.ask({ type: "ready" });
                else ui.store.show(place);
              })}`
      }
    </div>
    <div role="status" class="spoken">${said}</div>
    <div id="content" aria-busy=${isAwaited}>
      ${
        shown === undefined
          ? failure === undefined
            ? html`<p class="empty" role="status">${t("Loading…")}</p>`
            : nothing
          : guard([shown.model, ui.state.sort, ui.state.isExact, ui.state.open, ui.state.place, ui.locale], () =>
              renderContent(shown),
            )
      }
    </div>
  `;
}

function renderHeader(ui: Shown): TemplateResult {
  const { model, store, state } = ui;
  const place = state.place ?? model.place;
  const go = (to: ReportPlace) => (): void => {
    store.show(to);
  };
  const [previous, next] = nameSteps(place);
  return html`<header>
    <div class="bar">
      ${renderButton(renderIcon("previous"), go(stepPlace(place, model, -1)), { name: previous, look: "icon", id: "previous" })}
      ${renderButton(renderIcon("next"), go(stepPlace(place, model, 1)), { name: next, look: "icon", id: "next" })}
      <h1 id="title" tabindex="-1">${namePlace(ui, place)}</h1>
      ${renderButton(
        t("Today"),
        go({ period: place.period === "custom" ? "month" : place.period, day: model.today, by: place.by }),
        {
          look: "quiet",
          id: "today",
        },
      )}
      <div role="group" aria-label=${t("Period")} class="switch">${renderPeriods(ui, place)}</div>
    </div>
    <div class="bar end">
      ${renderButton(
        t("Timesheet"),
        () => {
          store.ask({ type: "command", command: "timesheet" });
        },
        { look: "quiet" },
      )}
      ${renderButton(
        t("Export…"),
        () => {
          store.ask({ type: "export" });
        },
        { name: t("Export the worklog of {0}", namePlace(ui, place)) },
      )}
    </div>
    ${state.range === undefined ? nothing : renderRangeFields(ui, place, state.range)}
  </header>`;
}

function nameSteps({ period }: ReportPlace): readonly [previous: string, next: string] {
  switch (period) {
    case "week":
      return [t("Previous week"), t("Next week")];
    case "month":
      return [t("Previous month"), t("Next month")];
    case "quarter":
      return [t("Previous quarter"), t("Next quarter")];
    case "custom":
      return [t("The same number of days before"), t("The same number of days after")];
  }
}

function renderPeriods(ui: Shown, place: ReportPlace): readonly TemplateResult[] {
  const { store, state, model } = ui;
  const names = { week: t("Week"), month: t("Month"), quarter: t("Quarter") };
  const isRange = state.range !== undefined || place.period === "custom";
  return [
    ...(["week", "month", "quarter"] as const).map((period) =>
      renderButton(
        names[period],
        () => {
          store.show({ period, day: chooseDay(place, model), by: place.by });
          store.update({ range: undefined });
        },
        { look: "quiet", isPressed: !isRange && place.period === period, id: `period-${period}` },
      ),
    ),
    renderButton(
      t("Range…"),
      () => {
        store.update({ range: state.range === undefined ? { from: model.from, to: model.to } : undefined });
      },
      { look: "quiet", isPressed: isRange, id: "period-custom" },
    ),
  ];
}

/** The day that another period is shown around: today if it is among the days shown. */
function chooseDay(place: ReportPlace, { today, from, to }: ReportModel): string {
  if (from <= today && today <= to) return today;
  return place.period === "custom" ? place.from : place.day;
}

function renderRangeFields(
  { store }: Shown,
  { by }: ReportPlace,
  range: { from: string; to: string; fault?: string },
): TemplateResult {
  const field = (name: "from" | "to", label: string): TemplateResult =>
    html`<label class="day-field">
      <span>${label}</span>
      <input
        type="date"
        required
        id="range-${name}"
        .value=${range[name]}
        aria-describedby="range-fault"
        @input=${(event: Event) => {
          store.update({ range: { from: range.from, to: range.to, [name]: (event.target as HTMLInputElement).value } });
        }}
      />
    </label>`;
  return html`<form
    class="bar range"
    @submit=${(event: Event) => {
      event.preventDefault();
      const { from, to } = range;
      const fault = findFault(from, to);
      if (fault === undefined) store.show({ period: "custom", from, to, by });
      else store.update({ range: { from, to, fault } });
    }}
  >
    ${field("from", t("From"))} ${field("to", t("To"))}
    <button type="submit" class="primary">${t("Show")}</button>
    <p id="range-fault" class="fault" role="alert">${range.fault ?? ""}</p>
  </form>`;
}

/** Ten years, the limit of the extension (`MAX_REPORT_DAYS`). */
const MAX_DAYS = 3_660;

function findFault(from: string, to: string): string | undefined {
  if (from === "" || to === "") return t("Both days are required.");
  if (from > to) return t("The range ends before it starts.");
  return countDays(from, to) >= MAX_DAYS ? t("A range covers at most ten years.") : undefined;
}

function renderContent(ui: Shown): TemplateResult {
  const { model } = ui;
  const hasTime = model.totals.workedSeconds > 0 || model.totals.billedSeconds > 0;
  if (!hasTime && model.rows.length === 0) return renderEmpty(ui);
  return html`
    <p id="headline">${describePeriod(model)}</p>
    <p class="dim">${describeComparison(model, ui.clock)}</p>
    ${renderFigures(ui)} ${renderNotices(ui)} ${hasTime ? renderWorkedChart(ui) : renderEmpty(ui)} ${renderRows(ui)}
    ${renderBurnDowns(ui)} ${renderCarried(ui)} ${renderMeanings(ui)}
  `;
}

function renderEmpty({ store, model }: Shown): TemplateResult {
  const isAhead = model.from > model.today;
  return html`<p class="empty">
    ${
      isAhead
        ? t("This period has not started.")
        : t("No time in this period. Work on the picked case appears here automatically; log what you did elsewhere.")
    }
    ${
      isAhead
        ? nothing
        : html`${renderButton(t("Pick case…"), () => {
            store.ask({ type: "command", command: "pickCase" });
          })}
          ${renderButton(t("Log time…"), () => {
            store.ask({ type: "command", command: "logTime" });
          })}`
    }
  </p>`;
}

/** Each figure with its change against the days it is compared with. Its meaning is the tooltip, and is listed below. */
function renderFigures(ui: Shown): TemplateResult {
  const { model } = ui;
  return html`<dl class="figures big">
    ${listFigures(model).map(({ id, name, meaning, of }) => {
      const [now, before] = [of(model.totals), of(model.previous.totals)];
      const change = formatChange(ui, now - before);
      return html`<div title=${meaning}>
        <dt>${name}</dt>
        <dd id="figure-${id}" data-seconds=${now} title=${formatExact(now)}>
          ${formatAmount(ui, now)} ${change === "–" ? nothing : html`<small class="dim">${change}</small>`}
        </dd>
      </div>`;
    })}
  </dl>`;
}

function renderNotices({ model }: Shown): TemplateResult | typeof nothing {
  if (model.conflictSeconds === 0) return nothing;
  return html`<p class="banner">
    ${t("{0} of declared time overlap other time and are in no figure until you choose one of the two in the timesheet.", formatHours(model.conflictSeconds))}
  </p>`;
}

function renderCarried(ui: Shown): TemplateResult | typeof nothing {
  const { carried: list } = ui.model;
  if (list.length === 0) return nothing;
  return html`<section aria-labelledby="carried-title">
    <h2 id="carried-title">${t("Carried, by billing system")}</h2>
    <div class="wide" role="group" tabindex="0" aria-labelledby="carried-title">
      <table class="narrow">
        <thead>
          <tr>
            <th scope="col">${t("Billing system")}</th>
            <th scope="col" class="number">${t("In this period")}</th>
            <th scope="col" class="number" title=${t("Carried to the next entries of these cases.")}>
              ${t("Until now")}
            </th>
          </tr>
        </thead>
        <tbody>
          ${list.map(
            ({ connection, carriedSeconds, standingSeconds }) =>
              html`<tr>
                <th scope="row"><bdi>${isolate(connection)}</bdi></th>
                <td class="number">${formatRest(carriedSeconds)}</td>
                <td class="number">${formatRest(standingSeconds)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** A remainder is usually below a minute, so it is shown to the second. */
const formatRest = (seconds: number): string => (seconds === 0 ? "–" : formatExact(seconds));

function renderMeanings({ model, store, state }: Shown): TemplateResult {
  return html`<details
    id="meanings"
    ?open=${state.open.has("meanings")}
    @toggle=${(event: Event) => {
      store.unfold("meanings", (event.target as HTMLDetailsElement).open);
    }}
  >
    <summary>${t("What the figures mean")}</summary>
    <dl class="meanings">
      ${listFigures(model).map(
        ({ name, meaning }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${meaning}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}
