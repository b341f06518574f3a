/** Worked time of the period in bars, by case or customer, with the same figures in a table. */
import { html, nothing, svg, type TemplateResult } from "lit/html.js";
import type uPlot from "uplot";
import uPlotOf from "uplot";
import { t } from "../../base/text.ts";
import type { ReportChart } from "../../ports/report.ts";
import { formatHours } from "../shared/amounts.ts";
import { parseDay } from "../shared/clock.ts";
import { createAxis, HOUR_STEPS, thinOut, type ChartSpec } from "./charts.ts";
import { createFill, choosePattern, TILE, type ChartColors } from "./colors.ts";
import { nameLine } from "./names.ts";
import { formatAmount, type Shown } from "./ui.ts";

const ID = "worked-plot";
const HEIGHT = 220;

export function renderWorkedChart(ui: Shown): TemplateResult {
  const { model, store, state, clock } = ui;
  const { chart } = model;
  const title = nameChart(chart);
  return html`<section aria-labelledby="worked-title">
    <figure>
      <figcaption><h2 id="worked-title">${title}</h2></figcaption>
      <div id=${ID} class="plot" role="img" aria-label=${describeChart(ui)}></div>
      <p id="readout" class="dim readout" aria-hidden="true"></p>
      <ul class="legend">
        ${chart.lines.map(
          ({ subject, seconds }, index) =>
            html`<li>
              ${renderSwatch(index)} <bdi>${nameLine(subject, clock)}</bdi>
              <span class="number">${formatHours(sumUp(seconds))}</span>
            </li>`,
        )}
        ${chart.previousSeconds === undefined ? nothing : html`<li>${BEFORE} ${nameBefore(ui)}</li>`}
      </ul>
      <details
        id="worked-details"
        ?open=${state.open.has("worked-details")}
        @toggle=${(event: Event) => {
          store.unfold("worked-details", (event.target as HTMLDetailsElement).open);
        }}
      >
        <summary>${t("Chart data as a table")}</summary>
        ${state.open.has("worked-details") ? renderTable(ui, title) : nothing}
      </details>
    </figure>
  </section>`;
}

function nameChart({ by, unit }: ReportChart): string {
  if (by === "case") {
    return unit === "day"
      ? t("Worked per day, by case")
      : unit === "week"
        ? t("Worked per week, by case")
        : t("Worked per month, by case");
  }
  return unit === "day"
    ? t("Worked per day, by customer")
    : unit === "week"
      ? t("Worked per week, by customer")
      : t("Worked per month, by customer");
}

const sumUp = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);

const sumBars = ({ lines, starts }: ReportChart): readonly number[] =>
  starts.map((_, index) => lines.reduce((total, { seconds }) => total + (seconds[index] ?? 0), 0));

/** The picture in words: how much in all, in how many bars, and which is highest. */
function describeChart(ui: Shown): string {
  const { model, clock, speak } = ui;
  const { chart } = model;
  const totals = sumBars(chart);
  const most = Math.max(...totals);
  const at = chart.starts[totals.indexOf(most)] ?? model.from;
  const count = totals.filter((each) => each > 0).length;
  const values = [
    speak(sumUp(totals)),
    count,
    totals.length,
    nameStart(ui, at, clock.longDay(at)),
    speak(most),
  ] as const;
  switch (chart.unit) {
    case "day":
      return t("Bar chart: {0} worked on {1} of {2} days, most on {3} with {4}.", ...values);
    case "week":
      return t("Bar chart: {0} worked in {1} of {2} weeks, most in the week from {3} with {4}.", ...values);
    case "month":
      return t("Bar chart: {0} worked in {1} of {2} months, most in {3} with {4}.", ...values);
  }
}

/** Names a bar. @param day its text where a bar is a day or a week */
function nameStart({ locale, model }: Shown, start: string, day: string): string {
  return model.chart.unit === "month" ? nameMonth(locale, start, "long") : day;
}

function nameMonth(locale: string, day: string, month: "long" | "short"): string {
  return new Intl.DateTimeFormat(locale, { month, year: "numeric", timeZone: "UTC" }).format(parseDay(day));
}

function nameBefore({ model }: Shown): string {
  return model.place.period === "week" ? t("The week before") : t("The same number of days before");
}

/** The pattern of a line beside its name. */
export function renderSwatch(index: number): TemplateResult {
  return html`<svg class="swatch c${index % 6}" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
    ${svg`<rect class=${choosePattern(index) === "" ? "solid" : "pale"} x="0.5" y="0.5" width="13" height="13" />
    <path transform="translate(${(14 - TILE * 1.5) / 2} ${(14 - TILE * 1.5) / 2}) scale(1.5)" d=${choosePattern(index)} />`}
  </svg>`;
}

const BEFORE = html`<svg class="swatch" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
  <path class="before" d="M1 7h12" />
</svg>`;

function renderTable(ui: Shown, title: string): TemplateResult {
  const { model, clock, store } = ui;
  const { chart } = model;
  const totals = sumBars(chart);
  const { previousSeconds: before } = chart;
  return html`<div class="wide" role="group" tabindex="0" aria-label=${title}>
    <table>
      <caption class="spoken">
        ${title}
      </caption>
      <thead>
        <tr>
          <th scope="col">${chart.unit === "day" ? t("Day") : chart.unit === "week" ? t("Week from") : t("Month")}</th>
          ${chart.lines.map(({ subject }) => html`<th scope="col" class="number"><bdi>${nameLine(subject, clock)}</bdi></th>`)}
          <th scope="col" class="number">${t("Worked")}</th>
          ${before === undefined ? nothing : html`<th scope="col" class="number">${nameBefore(ui)}</th>`}
        </tr>
      </thead>
      <tbody>
        ${chart.starts.map((start, index) => {
          const name = nameStart(ui, start, clock.shortDay(start));
          return html`<tr>
            <th scope="row">
              ${
                chart.unit === "day"
                  ? html`<button
                      type="button"
                      class="link"
                      title=${t("Open the timesheet of this day")}
                      @click=${() => {
                        store.ask({ type: "openDay", day: start });
                      }}
                    >
                      ${name}
                    </button>`
                  : name
              }
            </th>
            ${chart.lines.map(({ seconds }) => html`<td class="number">${formatAmount(ui, seconds[index] ?? 0)}</td>`)}
            <td class="number strong">${formatAmount(ui, totals[index] ?? 0)}</td>
            ${before === undefined ? nothing : html`<td class="number">${formatAmount(ui, before[index] ?? 0)}</td>`}
          </tr>`;
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">${t("Total")}</th>
          ${chart.lines.map(({ seconds }) => html`<td class="number">${formatAmount(ui, sumUp(seconds))}</td>`)}
          <td class="number">${formatAmount(ui, sumUp(totals))}</td>
          ${before === undefined ? nothing : html`<td class="number">${formatAmount(ui, sumUp(before))}</td>`}
        </tr>
      </tfoot>
    </table>
  </div>`;
}

/** The picture. Lines are stacked, the largest at the bottom: each is drawn from the ground up, and the lower ones over it. */
export function createWorkedSpec(ui: Shown): ChartSpec {
  const { chart } = ui.model;
  const { starts, lines } = chart;
  const stacked = lines.map(({ seconds }, line) =>
    seconds.map((each, bar) =>
      each === 0 ? null : lines.slice(0, line + 1).reduce((total, { seconds: of }) => total + (of[bar] ?? 0), 0) / 3600,
    ),
  );
  return {
    id: ID,
    key: ui.model,
    height: HEIGHT,
    data: [starts.map((_, index) => index), ...stacked.toReversed()],
    options: (colors) => createOptions(ui, colors),
  };
}

function createOptions(ui: Shown, colors: ChartColors): Omit<uPlot.Options, "width" | "height"> {
  const { chart } = ui.model;
  const { starts, lines, previousSeconds } = chart;
  const totals = sumBars(chart);
  const most = Math.max(3600, ...totals, ...(previousSeconds ?? [])) / 3600;
  const bars = uPlotOf.paths.bars?.({ size: [0.72, 56], align: 0 });
  return {
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
      dataIdx: (_plot, _series, index) => index,
    },
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [-0.6, starts.length - 0.4] },
      y: { range: () => [0, most * 1.05] },
    },
    axes: [
      {
        ...createAxis(colors),
        grid: { show: false },
        size: 26,
        splits: (plot) => [
          ...thinOut(
            starts.length,
            plot.width - 60,
            chart.unit === "day" && starts.length <= 31 ? chooseTickWidth(starts) : 70,
          ),
        ],
        values: (_plot, splits) => splits.map((index) => nameTick(ui, starts[index] ?? "")),
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
      ...lines.map((_, position) => {
        const line = lines.length - 1 - position;
        return {
          ...(bars === undefined ? {} : { paths: bars }),
          points: { show: false },
          stroke: colors.lines[line % colors.lines.length] ?? colors.text,
          width: 1,
          fill: (plot: uPlot) => createFill(plot.ctx, line, colors, devicePixelRatio) as string,
        };
      }),
    ],
    hooks: {
      draw: [
        (plot) => {
          if (previousSeconds !== undefined) drawBefore(plot, previousSeconds, colors);
        },
      ],
      setCursor: [
        (plot) => {
          readOut(ui, plot.cursor.idx);
        },
      ],
      ready: [
        (plot) => {
          plot.over.addEventListener("click", () => {
            const day = starts[plot.cursor.idx ?? -1];
            if (chart.unit === "day" && day !== undefined) ui.store.ask({ type: "openDay", day });
          });
        },
      ],
    },
  };
}

/** Days of a week have their names, of a month their numbers. */
const chooseTickWidth = (starts: readonly string[]): number => (starts.length <= 7 ? 60 : 26);

function nameTick({ locale, clock, model }: Shown, start: string): string {
  const { unit, starts } = model.chart;
  if (start === "") return "";
  if (unit === "month") return nameMonth(locale, start, "short");
  if (unit === "week" || starts.length > 31) return formatShortDate(locale, start);
  return starts.length <= 7 ? `${clock.weekday(start)} ${Number(start.slice(8))}` : String(Number(start.slice(8)));
}

export function formatShortDate(locale: string, day: string): string {
  return new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" }).format(parseDay(day));
}

/** A mark over each bar where the period before was. */
function drawBefore(plot: uPlot, seconds: readonly number[], colors: ChartColors): void {
  const { ctx } = plot;
  const half =
    Math.min(28 * devicePixelRatio, (plot.bbox.width / Math.max(1, seconds.length)) * 0.36) + 3 * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 2 * devicePixelRatio;
  seconds.forEach((each, index) => {
    if (each === 0) return;
    const [x, y] = [plot.valToPos(index, "x", true), plot.valToPos(each / 3600, "y", true)];
    for (const [color, width] of [
      [colors.ground, 5],
      [colors.text, 2],
    ] as const) {
      ctx.strokeStyle = color;
      ctx.lineWidth = width * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x - half, y);
      ctx.lineTo(x + half, y);
      ctx.stroke();
    }
  });
  ctx.restore();
}

/** What the bar under the pointer says. */
function readOut(ui: Shown, index: number | null | undefined): void {
  const place = document.getElementById("readout");
  if (place === null) return;
  const { chart } = ui.model;
  const start = index === null || index === undefined ? undefined : chart.starts[index];
  if (start === undefined || index === null || index === undefined) {
    place.textContent = "";
    return;
  }
  const parts = chart.lines.flatMap(({ subject, seconds }) =>
    (seconds[index] ?? 0) === 0 ? [] : [`${nameLine(subject, ui.clock)} ${formatHours(seconds[index] ?? 0)}`],
  );
  const total = formatHours(sumBars(chart)[index] ?? 0);
  place.textContent = [`${nameStart(ui, start, ui.clock.shortDay(start))}: ${total}`, ...parts].join(" · ");
}
