/** What an entry is made of, shown while it is unfolded. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { plural, t } from "../../base/text.ts";
import { shorten } from "../shared/foreignText.ts";
import type { RowDeclaration, TimesheetRow } from "../../ports/timesheet.ts";
import { formatExact } from "../shared/amounts.ts";
import { explainBilled } from "./billedBy.ts";
import { openDeclared } from "./declareDialog.ts";
import { listActions } from "./rowActions.ts";
import { allows } from "./rowsOf.ts";
import { renderButton } from "../shared/controls.ts";
import { nameCase, describeRow, type Shown, describeRange } from "./ui.ts";

/** How many of each list are shown. */
const MAX_LISTED = 100;

export function renderRowDetails(ui: Shown, row: TimesheetRow): TemplateResult {
  return html`<div
    class="details"
    id="details-${row.id}"
    role="group"
    aria-label=${t("Details of {0}", describeRow(ui, row))}
  >
    <dl class="figures">${renderFigures(row, ui.model.unitSeconds)}</dl>
    ${
      row.elsewhere === undefined
        ? nothing
        : html`<p>${t("Bound to another billing system:")} <bdi>${row.elsewhere}</bdi></p>`
    }
    ${row.declarations.length === 0 ? nothing : renderDeclarations(ui, row)} ${renderCommits(ui, row)}
    ${renderNames(t("Files"), row.files)} ${renderNames(t("Branches"), row.branches)} ${renderSpans(ui, row)}
    <div class="bar" role="group" aria-label=${t("Actions of {0}", nameCase(ui.model, row.caseId))}>
      ${listActions(ui, row).map(({ label, run }) => renderButton(label, run))}
    </div>
  </div>`;
}

function renderFigures(row: TimesheetRow, unitSeconds: number): unknown {
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
      figure(t("Billed"), row.billedSeconds, explainBilled(row, unitSeconds)),
    ),
    when(row.carriedSeconds !== 0, figure(t("Carried to the next entry"), row.carriedSeconds)),
    when(row.conflictSeconds > 0, figure(t("In conflict, not counted"), row.conflictSeconds)),
  ];
}

function renderDeclarations(ui: Shown, row: TimesheetRow): TemplateResult {
  return html`<h3 class="sub">${t("Declared")}</h3>
    <ul>
      ${row.declarations.slice(0, MAX_LISTED).map((each) => renderDeclaration(ui, row, each))}
    </ul>`;
}

function renderDeclaration(ui: Shown, row: TimesheetRow, each: RowDeclaration): TemplateResult {
  const { store } = ui;
  const { id, start, end } = each;
  const when = start === undefined || end === undefined ? t("no set time") : describeRange(ui, start, end);
  const origin = { of: "row", row: row.id } as const;
  // An approved entry keeps its declarations.
  const isFree = allows(row, "split") || allows(row, "move") || allows(row, "describe");
  return html`<li>
    ${formatExact(each.seconds)} <span class="dim">${when}</span> <bdi>${shorten(each.reason, 500)}</bdi>
    ${
      each.isConflict === true
        ? html`<span class="tag bad">${t("conflict")}</span> ${renderButton(
              t("Keep declared time"),
              () => {
                store.edit({ kind: "resolve", id, keep: "declared" }, origin);
              },
              { name: t("Keep declared time, {0}", when) },
            )}
            ${renderButton(
              t("Keep captured time"),
              () => {
                store.edit({ kind: "resolve", id, keep: "captured" }, origin);
              },
              { name: t("Keep captured time, {0}", when) },
            )}`
        : isFree
          ? html`${renderButton(
              t("Change…"),
              () => {
                openDeclared(ui, row, each);
              },
              { name: t("Change declared time, {0}", when), look: "quiet" },
            )}
            ${renderButton(
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

function renderCommits({ clock }: Shown, row: TimesheetRow): unknown {
  if (row.commits.length === 0) return nothing;
  return html`<h3 class="sub">${t("Commits")}</h3>
    <ul>
      ${row.commits.slice(0, MAX_LISTED).map(
        ({ at, sha, subject, repository }) =>
          html`<li>
            <code>${sha}</code> <span class="dim">${clock.time(at)}</span> <bdi>${shorten(subject, 300)}</bdi>
            <bdi class="dim">${repository}</bdi>
          </li>`,
      )}
      ${renderMore(row.commits.length)}
    </ul>`;
}

function renderNames(title: string, list: readonly string[]): unknown {
  if (list.length === 0) return nothing;
  return html`<h3 class="sub">${title}</h3>
    <ul>
      ${list.slice(0, MAX_LISTED).map((each) => html`<li><bdi>${each}</bdi></li>`)} ${renderMore(list.length)}
    </ul>`;
}

function renderSpans(ui: Shown, { intervals }: TimesheetRow): unknown {
  if (intervals.length < 2) return nothing;
  return html`<h3 class="sub">${t("Spans")}</h3>
    <ul class="flow">
      ${intervals.slice(0, MAX_LISTED).map(({ start, end }) => html`<li>${describeRange(ui, start, end)}</li>`)}
      ${renderMore(intervals.length)}
    </ul>`;
}

const renderMore = (count: number): unknown =>
  count > MAX_LISTED
    ? html`<li class="dim">${plural(count - MAX_LISTED, "and {0} more", "and {0} more")}</li>`
    : nothing;
