/** The whole page: header, headline, figures, charts and table. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { t } from "../../base/text.ts";
import { DAY_MS } from "../../base/time.ts";
import type { ReportModel, ReportPlace } from "../../ports/report.ts";
import { formatExact, formatHours } from "../shared/amounts.ts";
import { button } from "../shared/controls.ts";
import { isolate } from "../shared/foreignText.ts";
import { icon } from "../shared/icons.ts";
import { burnDowns } from "./burnDown.ts";
import { comparedWith, figuresOf, headline, placeTitle, stepped } from "./names.ts";
import { rowsTable } from "./rowsTable.ts";
import { amount, changeOf, type Shown, type Ui } from "./ui.ts";
import { workedChart } from "./workedChart.ts";

export function page(ui: Ui): TemplateResult {
  const { model, isAwaited, said, failure } = ui.state;
  const shown = model === undefined ? undefined : { ...ui, model };
  return html`
    ${shown === undefined ? html`<h1 id="title" class="spoken">${t("Report")}</h1>` : header(shown)}
    <div role="alert" class="banner" ?hidden=${failure === undefined}>
      ${
        failure === undefined
          ? nothing
          : html`<p>${failure}</p>
              ${button(t("Try Again"), () => {
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
              content(shown),
            )
      }
    </div>
  `;
}

function header(ui: Shown): TemplateResult {
  const { model, store, state } = ui;
  const place = state.place ?? model.place;
  const go = (to: ReportPlace) => (): void => {
    store.show(to);
  };
  const [previous, next] = stepNames(place);
  return html`<header>
    <div class="bar">
      ${button(icon("previous"), go(stepped(place, model, -1)), { name: previous, look: "icon", id: "previous" })}
      ${button(icon("next"), go(stepped(place, model, 1)), { name: next, look: "icon", id: "next" })}
      <h1 id="title" tabindex="-1">${placeTitle(ui, place)}</h1>
      ${button(
        t("Today"),
        go({ period: place.period === "custom" ? "month" : place.period, day: model.today, by: place.by }),
        {
          look: "quiet",
          id: "today",
        },
      )}
      <div role="group" aria-label=${t("Period")} class="switch">${periods(ui, place)}</div>
    </div>
    <div class="bar end">
      ${button(
        t("Timesheet"),
        () => {
          store.ask({ type: "command", command: "timesheet" });
        },
        { look: "quiet" },
      )}
      ${button(
        t("Export…"),
        () => {
          store.ask({ type: "export" });
        },
        { name: t("Export the worklog of {0}", placeTitle(ui, place)) },
      )}
    </div>
    ${state.range === undefined ? nothing : rangeFields(ui, place, state.range)}
  </header>`;
}

function stepNames({ period }: ReportPlace): readonly [previous: string, next: string] {
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

function periods(ui: Shown, place: ReportPlace): readonly TemplateResult[] {
  const { store, state, model } = ui;
  const names = { week: t("Week"), month: t("Month"), quarter: t("Quarter") };
  const isRange = state.range !== undefined || place.period === "custom";
  return [
    ...(["week", "month", "quarter"] as const).map((period) =>
      button(
        names[period],
        () => {
          store.show({ period, day: dayWithin(place, model), by: place.by });
          store.update({ range: undefined });
        },
        { look: "quiet", isPressed: !isRange && place.period === period, id: `period-${period}` },
      ),
    ),
    button(
      t("Range…"),
      () => {
        store.update({ range: state.range === undefined ? { from: model.from, to: model.to } : undefined });
      },
      { look: "quiet", isPressed: isRange, id: "period-custom" },
    ),
  ];
}

/** Of the days that are shown the one that another period is around: today if it is there. */
function dayWithin(place: ReportPlace, { today, from, to }: ReportModel): string {
  if (from <= today && today <= to) return today;
  return place.period === "custom" ? place.from : place.day;
}

function rangeFields(
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
      const fault = faultOf(from, to);
      if (fault === undefined) store.show({ period: "custom", from, to, by });
      else store.update({ range: { from, to, fault } });
    }}
  >
    ${field("from", t("From"))} ${field("to", t("To"))}
    <button type="submit" class="primary">${t("Show")}</button>
    <p id="range-fault" class="fault" role="alert">${range.fault ?? ""}</p>
  </form>`;
}

/** Ten years, as the extension takes them. */
const MAX_MS = 3_660 * DAY_MS;

function faultOf(from: string, to: string): string | undefined {
  if (from === "" || to === "") return t("Both days are required.");
  if (from > to) return t("The range ends before it starts.");
  return Date.parse(to) - Date.parse(from) >= MAX_MS ? t("A range covers at most ten years.") : undefined;
}

function content(ui: Shown): TemplateResult {
  const { model } = ui;
  const hasTime = model.totals.workedSeconds > 0 || model.totals.billedSeconds > 0;
  if (!hasTime && model.rows.length === 0) return empty(ui);
  return html`
    <p id="headline">${headline(model)}</p>
    <p class="dim">${comparedWith(model, ui.clock)}</p>
    ${figures(ui)} ${notices(ui)} ${hasTime ? workedChart(ui) : empty(ui)} ${rowsTable(ui)} ${burnDowns(ui)}
    ${carried(ui)} ${meanings(ui)}
  `;
}

function empty({ store, model }: Shown): TemplateResult {
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
        : html`${button(t("Pick case…"), () => {
            store.ask({ type: "command", command: "pickCase" });
          })}
          ${button(t("Log time…"), () => {
            store.ask({ type: "command", command: "logTime" });
          })}`
    }
  </p>`;
}

/** Each figure with its change to the days compared with; what it is, is its tooltip and stands below. */
function figures(ui: Shown): TemplateResult {
  const { model } = ui;
  return html`<dl class="figures big">
    ${figuresOf(model).map(({ id, name, meaning, of }) => {
      const [now, before] = [of(model.totals), of(model.previous.totals)];
      const change = changeOf(ui, now - before);
      return html`<div title=${meaning}>
        <dt>${name}</dt>
        <dd id="figure-${id}" data-seconds=${now} title=${formatExact(now)}>
          ${amount(ui, now)} ${change === "–" ? nothing : html`<small class="dim">${change}</small>`}
        </dd>
      </div>`;
    })}
  </dl>`;
}

function notices({ model }: Shown): TemplateResult | typeof nothing {
  if (model.conflictSeconds === 0) return nothing;
  return html`<p class="banner">
    ${t("{0} of declared time overlap other time and are in no figure until you choose one of the two in the timesheet.", formatHours(model.conflictSeconds))}
  </p>`;
}

function carried(ui: Shown): TemplateResult | typeof nothing {
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
                <td class="number">${exact(carriedSeconds)}</td>
                <td class="number">${exact(standingSeconds)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Rests are less than a minute as a rule: they are shown to the second. */
const exact = (seconds: number): string => (seconds === 0 ? "–" : formatExact(seconds));

function meanings({ model, store, state }: Shown): TemplateResult {
  return html`<details
    id="meanings"
    ?open=${state.open.has("meanings")}
    @toggle=${(event: Event) => {
      store.unfold("meanings", (event.target as HTMLDetailsElement).open);
    }}
  >
    <summary>${t("What the figures mean")}</summary>
    <dl class="meanings">
      ${figuresOf(model).map(
        ({ name, meaning }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${meaning}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}
