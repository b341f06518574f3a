/** The rows of a grouping in a table that can be sorted, with their sum. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { compareTexts } from "../../base/collections.ts";
import { t } from "../../base/text.ts";
import type { ReportGrouping, ReportRow } from "../../ports/report.ts";
import { formatExact } from "../shared/amounts.ts";
import { renderButton } from "../shared/controls.ts";
import { shorten } from "../shared/foreignText.ts";
import { listFigures, describeRowCount, nameRow, type Figure } from "./names.ts";
import type { Column } from "./state.ts";
import { formatAmount, formatChange, type Shown } from "./ui.ts";

/** In the order of the switch. */
const GROUPINGS: readonly ReportGrouping[] = ["case", "customer", "day", "week"];

export function renderRows(ui: Shown): TemplateResult {
  const { model, store, state } = ui;
  return html`<section aria-labelledby="rows-title">
    <div class="bar">
      <h2 id="rows-title" tabindex="-1">${t("Totals")}</h2>
      ${renderGroupings(ui)}
      ${renderButton(
        t("Seconds"),
        () => {
          store.update({ isExact: !state.isExact });
        },
        { look: "quiet", isPressed: state.isExact, name: t("Show seconds"), id: "exact" },
      )}
    </div>
    <div class="wide" role="group" tabindex="0" aria-labelledby="rows-title">${renderTable(ui)}</div>
    <p class="dim">${describeRowCount(model.rows.length)}</p>
  </section>`;
}

/** Radio buttons that look like a switch, so that arrow keys go from one to the next. */
function renderGroupings({ state, model, store }: Shown): TemplateResult {
  const place = state.place ?? model.place;
  const names: Readonly<Record<ReportGrouping, string>> = {
    case: t("Case"),
    customer: t("Customer"),
    day: t("Day"),
    week: t("Week"),
  };
  return html`<fieldset class="switch">
    <legend class="spoken">${t("Rows by")}</legend>
    ${GROUPINGS.map(
      (by) =>
        html`<label>
          <input
            type="radio"
            name="by"
            value=${by}
            .checked=${place.by === by}
            @change=${() => {
              store.show({ ...place, by });
            }}
          /><span>${names[by]}</span>
        </label>`,
    )}
  </fieldset>`;
}

interface Cell {
  readonly column: Column;
  readonly name: string;
  readonly meaning: string;
  readonly of: (row: ReportRow) => number;
  readonly isChange?: true;
}

/** Figures of rows: unassigned time is a row of its own where rows are cases. */
function listCells({ model }: Shown): readonly Cell[] {
  const shown = listFigures(model).filter(({ id }) => id !== "unassigned" && id !== "agent");
  const cells = shown.map(({ id, name, meaning, of }: Figure) => ({
    column: id as Column,
    name,
    meaning,
    of: ({ figures }: ReportRow) => of(figures),
  }));
  const hasBefore = model.rows.some(({ previous }) => previous !== undefined);
  if (!hasBefore) return cells;
  const change: Cell = {
    column: "change",
    name: t("Change"),
    meaning: t("Worked time compared with the earlier days: more or less."),
    of: ({ figures, previous }) => figures.workedSeconds - (previous?.workedSeconds ?? 0),
    isChange: true,
  };
  return [...cells.slice(0, 1), change, ...cells.slice(1)];
}

function renderTable(ui: Shown): TemplateResult {
  const { model } = ui;
  const cells = listCells(ui);
  const { by } = model.place;
  const hasStatements = by === "case";
  const sum = (of: Cell["of"]): number => model.rows.reduce((total, row) => total + of(row), 0);
  return html`<table class="totals-table">
    <caption class="spoken">
      ${t("Totals of the period")}
    </caption>
    <thead>
      <tr>
        ${renderHeading(ui, "name", nameColumn(by), "")}
        ${cells.map(({ column, name, meaning }) => renderHeading(ui, column, name, meaning))}
        ${hasStatements ? html`<th scope="col" class="does"><span class="spoken">${t("Statement")}</span></th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${sortRows(ui, cells).map(
        (row) =>
          html`<tr id="row-${encodeURIComponent(row.id)}">
            <th scope="row" class="case">${renderNameCell(ui, row)}</th>
            ${cells.map((cell) => renderFigure(ui, cell, cell.of(row)))}
            ${hasStatements ? html`<td class="does">${renderStatementButton(ui, row)}</td>` : nothing}
          </tr>`,
      )}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">${t("Total")}</th>
        ${cells.map((cell) => renderFigure(ui, cell, sum(cell.of)))}
        ${hasStatements ? html`<td class="does"></td>` : nothing}
      </tr>
    </tfoot>
  </table>`;
}

function renderFigure(ui: Shown, { column, isChange }: Cell, seconds: number): TemplateResult {
  const title = seconds === 0 ? nothing : formatExact(seconds);
  return html`<td class="number" data-column=${column} data-seconds=${seconds} title=${title}>
    ${isChange === true ? formatChange(ui, seconds) : formatAmount(ui, seconds)}
  </td>`;
}

function nameColumn(by: ReportGrouping): string {
  switch (by) {
    case "case":
      return t("Case");
    case "customer":
      return t("Customer");
    case "day":
      return t("Day");
    case "week":
      return t("Week");
  }
}

function renderHeading({ store, state }: Shown, column: Column, name: string, meaning: string): TemplateResult {
  const isSorted = state.sort?.column === column;
  const order = isSorted ? (state.sort.isDescending ? "descending" : "ascending") : nothing;
  return html`<th scope="col" class=${column === "name" ? "" : "number"} aria-sort=${order}>
    <button
      type="button"
      class="text sort"
      id="sort-${column}"
      title=${meaning === "" ? nothing : meaning}
      @click=${() => {
        store.sortBy(column);
      }}
    >
      ${name}<span class="arrow" aria-hidden="true">${isSorted ? (state.sort.isDescending ? "↓" : "↑") : ""}</span>
    </button>
  </th>`;
}

function sortRows({ model, state, clock, locale }: Shown, cells: readonly Cell[]): readonly ReportRow[] {
  const { sort } = state;
  if (sort === undefined) return model.rows;
  const way = sort.isDescending ? -1 : 1;
  const of = cells.find(({ column }) => column === sort.column)?.of;
  if (of !== undefined) return model.rows.toSorted((a, b) => way * (of(a) - of(b)));
  if (sort.column !== "name") return model.rows;
  const isTime = model.place.by === "day" || model.place.by === "week";
  const names = new Intl.Collator(locale, { numeric: true });
  return model.rows.toSorted(
    (a, b) =>
      way * (isTime ? compareTexts(a.id, b.id) : names.compare(nameRow(a.subject, clock), nameRow(b.subject, clock))),
  );
}

function renderNameCell({ clock, store }: Shown, { subject }: ReportRow): TemplateResult {
  if (subject.kind === "day") {
    return html`<button
      type="button"
      class="link"
      title=${t("Open the timesheet of this day")}
      @click=${() => {
        store.ask({ type: "openDay", day: subject.day });
      }}
    >
      ${clock.shortDay(subject.day)}
    </button>`;
  }
  const name = html`<bdi class="key">${nameRow(subject, clock)}</bdi>`;
  if (subject.kind !== "case" || subject.case === null) return name;
  const { title, customer } = subject.case;
  return html`${name} <bdi>${shorten(title, 120)}</bdi>${
      customer === "" ? nothing : html` <bdi class="dim">${shorten(customer, 80)}</bdi>`
    }`;
}

function renderStatementButton({ store }: Shown, { subject, figures }: ReportRow): TemplateResult | typeof nothing {
  if (subject.kind !== "case" || subject.case === null) return nothing;
  const { id, key } = subject.case;
  return renderButton(
    t("Statement…"),
    () => {
      store.ask({ type: "statement", caseId: id });
    },
    {
      look: "quiet",
      name: t("Statement of {0}", key),
      whyNot:
        figures.approvedSeconds === 0 && figures.billedSeconds === 0
          ? t("Nothing was approved in this period")
          : undefined,
    },
  );
}
