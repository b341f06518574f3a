/** How the hours of contracts went: a line and a sentence for each case that has bought hours. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type uPlot from "uplot";
import { t } from "../../base/text.ts";
import type { ReportBurnDown } from "../../ports/report.ts";
import { formatHours } from "../shared/amounts.ts";
import { addDays, countDays } from "../shared/clock.ts";
import { isolate, shorten } from "../shared/foreignText.ts";
import { createAxis, HOUR_STEPS, thinOut, type ChartSpec } from "./charts.ts";
import type { ChartColors } from "./colors.ts";
import { formatShortDate } from "./workedChart.ts";
import { formatAmount, type Shown } from "./ui.ts";

const HEIGHT = 150;

export function renderBurnDowns(ui: Shown): TemplateResult | typeof nothing {
  const { burnDowns: list } = ui.model;
  if (list.length === 0) return nothing;
  return html`<section aria-labelledby="hours-title">
    <h2 id="hours-title">${t("Contract hours")}</h2>
    <p class="dim">
      ${t("What is left of the hours bought, counted back from now. What others used is deducted from the start, because the billing system does not say when.")}
    </p>
    <div class="burn-downs">${list.map((one, index) => renderBurnDown(ui, one, index))}</div>
  </section>`;
}

const createPlotId = (index: number): string => `hours-plot-${index}`;

function renderBurnDown(ui: Shown, one: ReportBurnDown, index: number): TemplateResult {
  const { store, state } = ui;
  const id = `hours-details-${index}`;
  const hasLine = one.days.length > 0;
  return html`<figure class="burn-down">
    <figcaption>
      <h3><bdi>${isolate(one.case.key)}</bdi> <bdi class="dim">${shorten(one.case.title, 120)}</bdi></h3>
      <p>${describeLeft(one)} <span class="dim">${describeForecast(ui, one)}</span></p>
      ${
        one.usedUpOn === undefined
          ? nothing
          : html`<p class="fault">${t("The hours bought were used up on {0}.", ui.clock.longDay(one.usedUpOn))}</p>`
      }
    </figcaption>
    ${
      hasLine
        ? html`<div id=${createPlotId(index)} class="plot" role="img" aria-label=${describeChart(ui, one)}></div>
            <details
              id=${id}
              ?open=${state.open.has(id)}
              @toggle=${(event: Event) => {
                store.unfold(id, (event.target as HTMLDetailsElement).open);
              }}
            >
              <summary>${t("Hours left as a table")}</summary>
              ${state.open.has(id) ? renderTable(ui, one) : nothing}
            </details>`
        : html`<p class="dim">${t("This period has not started.")}</p>`
    }
  </figure>`;
}

function describeLeft({ budgetSeconds, leftSeconds }: ReportBurnDown): string {
  const bought = formatHours(budgetSeconds);
  if (leftSeconds < 0) return t("{0} used beyond the {1} bought.", formatHours(-leftSeconds), bought);
  if (leftSeconds === 0) return t("Nothing is left of the {0} bought.", bought);
  return t("{0} of {1} left.", formatHours(leftSeconds), bought);
}

/** The forecast, in words. */
function describeForecast({ clock }: Shown, { forecast }: ReportBurnDown): string {
  switch (forecast.kind) {
    case "until":
      return t(
        "At the pace of the last four weeks, {0} a week, they will last until {1}.",
        formatHours(forecast.secondsPerWeek),
        clock.longDay(forecast.day),
      );
    case "long":
      return t(
        "At the pace of the last four weeks, {0} a week, they will last more than two years.",
        formatHours(forecast.secondsPerWeek),
      );
    case "unknown":
      return t("There was too little work on it in the last four weeks to say how long they will last.");
    case "usedUp":
      return "";
  }
}

function describeChart({ speak, clock }: Shown, one: ReportBurnDown): string {
  const [first, last] = [one.days[0], one.days.at(-1)];
  if (first === undefined || last === undefined) return "";
  return t(
    "Line chart of {0}: {1} left at the end of {2}, {3} at the end of {4}.",
    one.case.key,
    speak(first.leftSeconds),
    clock.longDay(first.day),
    speak(last.leftSeconds),
    clock.longDay(last.day),
  );
}

function renderTable(ui: Shown, one: ReportBurnDown): TemplateResult {
  const name = t("Hours left of {0}", isolate(one.case.key));
  return html`<div class="wide low" role="region" tabindex="0" aria-label=${name}>
    <table>
      <caption class="spoken">
        ${name}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t("Day")}</th>
          <th scope="col" class="number">${t("Left")}</th>
        </tr>
      </thead>
      <tbody>
        ${one.days.map(
          ({ day, leftSeconds }) =>
            html`<tr>
              <th scope="row">${ui.clock.shortDay(day)}</th>
              <td class="number">${formatAmount(ui, leftSeconds)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The pictures: what was left at the end of each day, and the forecast as far as the period goes. */
export function createBurnDownSpecs(ui: Shown): readonly ChartSpec[] {
  const { model } = ui;
  const days = Array.from({ length: countDays(model.from, model.to) + 1 }, (_, index) => index);
  return model.burnDowns.flatMap((one, index) => {
    const last = one.days.length - 1;
    if (last < 0) return [];
    const left = days.map((day) => (one.days[day] === undefined ? null : one.days[day].leftSeconds / 3600));
    const perDay = "secondsPerWeek" in one.forecast ? one.forecast.secondsPerWeek / 7 / 3600 : undefined;
    const now = left[last] ?? 0;
    const forecast = days.map((day) =>
      perDay === undefined || day < last || one.days[last]?.day !== model.today
        ? null
        : Math.max(0, now - perDay * (day - last)),
    );
    return [
      {
        id: createPlotId(index),
        key: one,
        height: HEIGHT,
        data: [days, left, forecast],
        options: (colors: ChartColors) => createOptions(ui, one, colors),
      },
    ];
  });
}

function createOptions(ui: Shown, one: ReportBurnDown, colors: ChartColors): Omit<uPlot.Options, "width" | "height"> {
  const { model, locale } = ui;
  const lefts = one.days.map(({ leftSeconds }) => leftSeconds / 3600);
  const [least, most] = [Math.min(0, ...lefts), Math.max(1, ...lefts)];
  const count = countDays(model.from, model.to) + 1;
  const color = colors.lines[0] ?? colors.text;
  return {
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [-0.3, Math.max(1, count - 0.7)] },
      y: { range: () => [least * 1.35, most * 1.15] },
    },
    axes: [
      {
        ...createAxis(colors),
        grid: { show: false },
        size: 26,
        splits: (plot) => [...thinOut(count, plot.width - 60, 70)],
        values: (_plot, splits) => splits.map((index) => formatShortDate(locale, addDays(model.from, index))),
      },
      {
        ...createAxis(colors),
        size: 48,
        incrs: HOUR_STEPS,
        values: (_plot, splits) => splits.map((hours) => t("{0} h", hours)),
      },
    ],
    series: [
      {},
      { stroke: color, width: 2, points: { show: count <= 7, size: 6, fill: color } },
      { stroke: color, width: 2, dash: [3, 4], points: { show: false } },
    ],
    hooks: {
      draw: [
        (plot) => {
          drawEnd(plot, one, colors);
        },
      ],
    },
  };
}

/** The ground line where nothing is left, and what is left now beside the line's end. */
function drawEnd(plot: uPlot, { days }: ReportBurnDown, colors: ChartColors): void {
  const { ctx, bbox } = plot;
  const last = days.at(-1);
  if (last === undefined) return;
  ctx.save();
  const ground = plot.valToPos(0, "y", true);
  ctx.strokeStyle = colors.text;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, ground);
  ctx.lineTo(bbox.left + bbox.width, ground);
  ctx.stroke();
  const [x, y] = [plot.valToPos(days.length - 1, "x", true), plot.valToPos(last.leftSeconds / 3600, "y", true)];
  const text = formatHours(last.leftSeconds);
  const size = Math.round(12 * devicePixelRatio);
  ctx.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  const { width } = ctx.measureText(text);
  const left = Math.min(Math.max(bbox.left, x - width / 2), bbox.left + bbox.width - width);
  ctx.fillStyle = colors.text;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  // A rim in the background's colour keeps the text readable where the line passes behind it.
  ctx.strokeStyle = colors.ground;
  ctx.lineJoin = "round";
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.setLineDash([]);
  // The line comes from above, so the space below its end is free if there is room.
  const under = y + size + 8 * devicePixelRatio;
  const bottom = under <= bbox.top + bbox.height ? under : Math.max(bbox.top + size, y - 6 * devicePixelRatio);
  ctx.strokeText(text, left, bottom);
  ctx.fillText(text, left, bottom);
  ctx.beginPath();
  ctx.arc(x, y, 3.5 * devicePixelRatio, 0, Math.PI * 2);
  ctx.fill();
  ctx.restore();
}
