/** What an entry is made of, shown while it is unfolded. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { plural, t } from "../../base/text.ts";
import { shorten } from "../shared/foreignText.ts";
import type { RowDeclaration, TimesheetRow } from "../../ports/timesheet.ts";
import { formatExact } from "../shared/amounts.ts";
import { billedBy } from "./billedBy.ts";
import { changeDeclared } from "./declareDialog.ts";
import { actionsOf } from "./rowActions.ts";
import { can } from "./rowsOf.ts";
import { button } from "../shared/controls.ts";
import { keyOf, rowName, type Shown, spoken } from "./ui.ts";

/** Of each list this many are shown. */
const MOST = 100;

export function rowDetails(ui: Shown, row: TimesheetRow): TemplateResult {
  return html`<div
    class="details"
    id="details-${row.id}"
    role="group"
    aria-label=${t("Details of {0}", rowName(ui, row))}
  >
    <dl class="figures">${figures(row, ui.model.unitSeconds)}</dl>
    ${
      row.elsewhere === undefined
        ? nothing
        : html`<p>${t("Bound to another billing system:")} <bdi>${row.elsewhere}</bdi></p>`
    }
    ${row.declarations.length === 0 ? nothing : declarations(ui, row)} ${commits(ui, row)}
    ${names(t("Files"), row.files)} ${names(t("Branches"), row.branches)} ${spans(ui, row)}
    <div class="bar" role="group" aria-label=${t("Actions of {0}", keyOf(ui.model, row.caseId))}>
      ${actionsOf(ui, row).map(({ label, run }) => button(label, run))}
    </div>
  </div>`;
}

function figures(row: TimesheetRow, unitSeconds: number): unknown {
  const figure = (label: string, seconds: number, note?: string): unknown =>
    html`<div>
      <dt>${label}</dt>
      <dd>
        ${formatExact(seconds)}${note === undefined || note === "" ? nothing : html` <bdi class="dim">${note}</bdi>`}
      </dd>
    </div>`;
  const when = (isShown: boolean, made: unknown): unknown => (isShown ? made : nothing);
  return [
    figure(t("Observed"), row.observedSeconds),
    figure(t("Bridged"), row.bridgedSeconds),
    figure(t("Declared"), row.declaredSeconds),
    figure(t("Worked"), row.workedSeconds),
    when(row.agentSeconds > 0, figure(t("Agent (separate)"), row.agentSeconds)),
    when(row.writtenDownSeconds > 0, figure(t("Written down"), row.writtenDownSeconds, row.writeDownReason)),
    when(row.billableSeconds !== row.workedSeconds, figure(t("Billable"), row.billableSeconds)),
    when(
      row.billedSeconds !== row.workedSeconds || row.billedSeconds !== row.billableSeconds,
      figure(t("Billed"), row.billedSeconds, billedBy(row, unitSeconds)),
    ),
    when(row.carriedSeconds !== 0, figure(t("Carried to the next entry"), row.carriedSeconds)),
    when(row.conflictSeconds > 0, figure(t("In conflict, not counted"), row.conflictSeconds)),
  ];
}

function declarations(ui: Shown, row: TimesheetRow): TemplateResult {
  return html`<h3 class="sub">${t("Declared")}</h3>
    <ul>
      ${row.declarations.slice(0, MOST).map((each) => declaration(ui, row, each))}
    </ul>`;
}

function declaration(ui: Shown, row: TimesheetRow, each: RowDeclaration): TemplateResult {
  const { store } = ui;
  const { id, start, end } = each;
  const when = start === undefined || end === undefined ? t("no set time") : spoken(ui, start, end);
  const origin = { of: "row", row: row.id } as const;
  // What was approved holds its declarations too.
  const isFree = can(row, "split") || can(row, "move") || can(row, "describe");
  return html`<li>
    ${formatExact(each.seconds)} <span class="dim">${when}</span> <bdi>${shorten(each.reason, 500)}</bdi>
    ${
      each.isConflict === true
        ? html`<span class="tag bad">${t("conflict")}</span> ${button(
              t("Keep declared time"),
              () => {
                store.edit({ kind: "resolve", id, keep: "declared" }, origin);
              },
              { name: t("Keep declared time, {0}", when) },
            )}
            ${button(
              t("Keep captured time"),
              () => {
                store.edit({ kind: "resolve", id, keep: "captured" }, origin);
              },
              { name: t("Keep captured time, {0}", when) },
            )}`
        : isFree
          ? html`${button(
              t("Change…"),
              () => {
                changeDeclared(ui, row, each);
              },
              { name: t("Change declared time, {0}", when), look: "quiet" },
            )}
            ${button(
              t("Remove"),
              () => {
                store.edit({ kind: "removeDeclared", id }, origin);
              },
              { name: t("Remove declared time, {0}", when), look: "quiet" },
            )}`
          : nothing
    }
  </li>`;
}

function commits({ clock }: Shown, row: TimesheetRow): unknown {
  if (row.commits.length === 0) return nothing;
  return html`<h3 class="sub">${t("Commits")}</h3>
    <ul>
      ${row.commits.slice(0, MOST).map(
        ({ at, sha, subject, repository }) =>
          html`<li>
            <code>${sha}</code> <span class="dim">${clock.time(at)}</span> <bdi>${shorten(subject, 300)}</bdi>
            <bdi class="dim">${repository}</bdi>
          </li>`,
      )}
      ${more(row.commits.length)}
    </ul>`;
}

function names(title: string, list: readonly string[]): unknown {
  if (list.length === 0) return nothing;
  return html`<h3 class="sub">${title}</h3>
    <ul>
      ${list.slice(0, MOST).map((each) => html`<li><bdi>${each}</bdi></li>`)} ${more(list.length)}
    </ul>`;
}

function spans(ui: Shown, { intervals }: TimesheetRow): unknown {
  if (intervals.length < 2) return nothing;
  return html`<h3 class="sub">${t("Spans")}</h3>
    <ul class="flow">
      ${intervals.slice(0, MOST).map(({ start, end }) => html`<li>${spoken(ui, start, end)}</li>`)}
      ${more(intervals.length)}
    </ul>`;
}

const more = (count: number): unknown =>
  count > MOST ? html`<li class="dim">${plural(count - MOST, "and {0} more", "and {0} more")}</li>` : nothing;
