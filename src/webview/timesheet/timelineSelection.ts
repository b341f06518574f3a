/** Actions on the cursor and on the selected stretch. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { plural, t } from "../../base/text.ts";
import { MINUTE_MS } from "../../base/time.ts";
import type { DayModel, RowDeclaration, TimelineItem, TimesheetRow } from "../../ports/timesheet.ts";
import { formatExact } from "../shared/amounts.ts";
import { openDeclared } from "./declareDialog.ts";
import { findSplittable, findTouched } from "./rowsOf.ts";
import { keepBounds, NO_CASE, type Pulled } from "./state.ts";
import { describeStretch } from "./timelineNames.ts";
import { getCursor } from "./timelineParts.ts";
import { renderButton } from "../shared/controls.ts";
import { nameCase, type Shown } from "./ui.ts";

type Day = Shown<DayModel>;

/** The selected stretch, ordered; undefined when there is none or it is empty. */
export function getSelection(ui: Day): { readonly start: number; readonly end: number } | undefined {
  const { anchor } = ui.state;
  const at = getCursor(ui);
  if (anchor === undefined || anchor === at) return undefined;
  return { start: Math.min(anchor, at), end: Math.max(anchor, at) };
}

/** Opens the dialog that declares time in a stretch. */
export function openClaim(ui: Day, start: number, end: number, caseId?: string | null): void {
  const { clock, store, model } = ui;
  const target = caseId ?? findNeighbour(model, start);
  store.update({
    dialog: {
      kind: "declare",
      day: model.day,
      ...keepBounds(model),
      mode: "placed",
      from: clock.field(start),
      to: clock.field(end),
      start,
      end,
      amount: "",
      target,
      reason: "",
    },
  });
}

/** Finds the case worked on last before that instant, the likeliest one for a gap. */
function findNeighbour({ lanes, cases }: DayModel, at: number): string {
  let best: { end: number; caseId: string } | undefined;
  for (const { caseId, items } of lanes) {
    for (const { end } of items) {
      if (caseId !== null && end <= at && (best === undefined || end > best.end)) best = { end, caseId };
    }
  }
  return best?.caseId ?? cases[0]?.id ?? NO_CASE;
}

export function splitAtCursor(ui: Day): void {
  const { model, store, clock } = ui;
  const at = getCursor(ui);
  const rows = findSplittable(model.rows, at).map(({ id }) => id);
  const [row] = rows;
  if (row === undefined) return;
  if (rows.length === 1) store.edit({ kind: "split", row, at });
  else store.update({ dialog: { kind: "split", rows, row, at, field: clock.field(at) } });
}

export function moveSelected(ui: Day): void {
  const range = getSelection(ui);
  if (range !== undefined) ui.store.update({ dialog: { kind: "moveRange", ...range, target: "" } });
}

export function declareSelected(ui: Day): void {
  const range = getSelection(ui) ?? {
    start: getCursor(ui),
    end: Math.min(ui.model.dayEnd, getCursor(ui) + 15 * MINUTE_MS),
  };
  openClaim(ui, range.start, range.end, ui.state.pulled?.caseId);
}

export function strikeSelected(ui: Day): void {
  const range = getSelection(ui);
  if (range !== undefined && explainNoStrike(ui) === undefined) ui.store.edit({ kind: "strike", ...range });
}

function explainNoStrike(ui: Day): string | undefined {
  const range = getSelection(ui);
  if (range === undefined) return t("Select a time range first");
  const isCaptured = (item: TimelineItem): boolean => item.kind === "observed" || item.kind === "bridged";
  if (!findTouched(ui.model.lanes, range.start, range.end).some(isCaptured)) return t("No captured time is selected");
  return undefined;
}

/** The bar below the timeline. */
export function renderSelectionBar(ui: Day): TemplateResult {
  const { state, store, model, clock } = ui;
  const range = getSelection(ui);
  const at = getCursor(ui);
  const first = t("Select a time range first");
  const items = range === undefined ? [] : findTouched(model.lanes, range.start, range.end);
  const isStruck = (item: TimelineItem): boolean => item.kind === "struck";
  return html`<div class="bar selection-bar" role="group" aria-label=${t("Cursor and selection")}>
    <span class="what">
      ${
        range === undefined
          ? t("Cursor at {0}", clock.time(at))
          : html`${describeStretch(ui, range.start, range.end)}
              <span class="dim">${formatExact((range.end - range.start) / 1000)}</span>`
      }
    </span>
    ${renderPulledButton(ui, range)}
    ${renderButton(
      t("Split here"),
      () => {
        splitAtCursor(ui);
      },
      {
        keys: "S",
        whyNot:
          findSplittable(model.rows, at).length === 0
            ? t("No entry can be split here: the cursor must be inside one")
            : undefined,
      },
    )}
    ${renderButton(
      t("Move…"),
      () => {
        moveSelected(ui);
      },
      { keys: "M", whyNot: range === undefined ? first : items.every(isStruck) ? t("No time is selected") : undefined },
    )}
    ${renderButton(
      t("Log time…"),
      () => {
        declareSelected(ui);
      },
      { keys: "D" },
    )}
    ${renderButton(
      t("Strike"),
      () => {
        strikeSelected(ui);
      },
      { keys: "X", whyNot: explainNoStrike(ui) },
    )}
    ${
      range !== undefined && items.some(isStruck)
        ? renderButton(t("Count again"), () => {
            store.edit({ kind: "restore", ...range });
          })
        : nothing
    }
    ${renderChosenButtons(ui)}
    ${
      range === undefined
        ? nothing
        : renderButton(
            t("Clear"),
            () => {
              store.update({ anchor: undefined, chosen: undefined, pulled: undefined });
            },
            { look: "quiet", name: t("Clear selection") },
          )
    }
    ${state.pending.size > 0 ? html`<span class="dim">${t("Working…")}</span>` : nothing}
  </div>`;
}

/** After an edge was pulled outwards: offers to move what it reached to the case it was pulled from. */
function renderPulledButton(ui: Day, range: { readonly start: number; readonly end: number } | undefined): unknown {
  const { pulled } = ui.state;
  if (range === undefined) return nothing;
  if (pulled?.declared !== undefined) return renderResizeButton(ui, pulled.declared);
  if (pulled?.grew !== true) return nothing;
  const { caseId } = pulled;
  const isTaken = findTouched(ui.model.lanes, range.start, range.end).length > 0;
  if (!isTaken) return nothing;
  const minutes = Math.round((range.end - range.start) / MINUTE_MS);
  return renderButton(
    plural(minutes, "Move {0} minute to {1}", "Move {0} minutes to {1}", nameCase(ui.model, caseId)),
    () => {
      ui.store.edit({ kind: "moveRange", ...range, to: { caseId } });
    },
    { look: "primary" },
  );
}

/** After an edge of declared time was pulled: offers to give the declaration that length. */
function renderResizeButton(ui: Day, { id, start, end }: NonNullable<Pulled["declared"]>): unknown {
  const found = findDeclaration(ui, id);
  if (found === undefined) return nothing;
  const { row, declaration } = found;
  return renderButton(
    t("Set to {0}", describeStretch(ui, start, end)),
    () => {
      const to = { caseId: row.caseId };
      ui.store.edit({ kind: "changeDeclared", id, time: { start, end }, to, reason: declaration.reason });
    },
    { look: "primary", name: t("Set the declared time to {0}", describeStretch(ui, start, end)) },
  );
}

/** Finds a declaration and the draft that has it. */
function findDeclaration(
  { model }: Day,
  id: string,
): { readonly row: TimesheetRow; readonly declaration: RowDeclaration } | undefined {
  for (const row of model.rows) {
    const declaration = row.declarations.find((each) => each.id === id);
    if (declaration !== undefined) return { row, declaration };
  }
  return undefined;
}

/** Buttons for the chosen declared stretch. */
function renderChosenButtons(ui: Day): unknown {
  const { state, model, store } = ui;
  const item = model.lanes.flatMap(({ items }) => items).find(({ id }) => id === state.chosen);
  const id = item?.declarationId;
  if (item === undefined || id === undefined || item.isClaimed === true) return nothing;
  if (item.isConflict !== true) {
    return html`${renderButton(t("Change declared time…"), () => {
      const found = findDeclaration(ui, id);
      if (found !== undefined) openDeclared(ui, found.row, found.declaration);
    })}
    ${renderButton(t("Remove declared time"), () => {
      store.edit({ kind: "removeDeclared", id });
    })}`;
  }
  return html`${renderButton(t("Keep declared time"), () => {
    store.edit({ kind: "resolve", id, keep: "declared" });
  })}
  ${renderButton(t("Keep captured time"), () => {
    store.edit({ kind: "resolve", id, keep: "captured" });
  })}`;
}
