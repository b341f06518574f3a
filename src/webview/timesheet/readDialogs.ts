/** Dialogs that only show: an entry's history, and the keys. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { t } from "../../base/text.ts";
import { shorten } from "../shared/foreignText.ts";
import type { HistoryLine } from "../../ports/timesheet.ts";
import { findRow } from "./dialogFields.ts";
import type { Dialog } from "./state.ts";
import { renderButton } from "../shared/controls.ts";
import { describeRow, type Shown } from "./ui.ts";

const MAX_CHARS = 2_000;

export function renderHistory(ui: Shown, dialog: Extract<Dialog, { kind: "history" }>): TemplateResult {
  const row = findRow(ui, dialog.row);
  const { lines, fault } = dialog;
  return html`<h2 id="dialog-title">${t("History")}</h2>
    ${row === undefined ? nothing : html`<p class="dim about">${describeRow(ui, row)}</p>`}
    ${fault === undefined ? nothing : html`<p class="fault" role="alert">${fault}</p>`}
    <div role="status">
      ${
        lines === undefined
          ? fault === undefined
            ? t("Loading…")
            : nothing
          : lines.length === 0
            ? t("This entry has not been changed.")
            : nothing
      }
    </div>
    ${
      lines === undefined || lines.length === 0
        ? nothing
        : html`<ol class="history" tabindex="0" aria-label=${t("Changes, latest last")}>
            ${lines.map((line) => renderHistoryLine(ui, line))}
          </ol>`
    }
    ${renderClose(ui)}`;
}

function renderHistoryLine(
  { clock }: Shown,
  { at, who, what, instants = [], before, after, why }: HistoryLine,
): TemplateResult {
  const times = instants.map((instant) => clock.time(instant));
  const part = (label: string, text: string | undefined): unknown =>
    text === undefined
      ? nothing
      : html`<div><span class="dim">${label}</span> <bdi>${shorten(text, MAX_CHARS)}</bdi></div>`;
  return html`<li>
    <div>
      <bdi class="strong">${what.replace(/\{(\d)\}/g, (hole, place: string) => times[Number(place)] ?? hole)}</bdi>
    </div>
    <div class="dim">${clock.moment(at)}, <bdi>${who}</bdi></div>
    ${part(t("before:"), before)} ${part(t("after:"), after)} ${part(t("why:"), why)}
  </li>`;
}

export function renderHelp(ui: Shown): TemplateResult {
  const isMac = navigator.userAgent.includes("Mac");
  const control = isMac ? "⌘" : t("Ctrl");
  const interval = isMac ? "Option" : t("Ctrl");
  const [enter, escape, shift] = [t("Enter"), t("Escape"), t("Shift")];
  const groups: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      t("Everywhere, when no text is being edited"),
      [
        [`${control}+Z`, t("Undo")],
        [isMac ? "⇧⌘Z" : `${control}+Y`, t("Redo")],
        ["?", t("This list")],
      ],
    ],
    [
      t("On the time cursor"),
      [
        ["← →", t("One minute back or forward")],
        [t("Page Down, Page Up"), t("15 minutes back or forward")],
        [`${interval}+← →`, t("To the edge of an interval")],
        [t("Home, End"), t("Start and end of the day")],
        [shift, t("Hold with any of these to select")],
      ],
    ],
    [
      t("On an interval"),
      [
        ["← →", t("Previous or next interval")],
        ["↑ ↓", t("Lane above or below")],
        [t("Home, End"), t("First and last interval of the lane")],
        [enter, t("Select it; claim a gap")],
      ],
    ],
    [
      t("On both"),
      [
        ["S", t("Split at the cursor")],
        ["M", t("Move the selection")],
        ["D", t("Log the selection")],
        ["X", t("Strike the selection")],
        ["+ −", t("Zoom in and out")],
        [escape, t("Clear the selection")],
      ],
    ],
    [
      t("In a description"),
      [
        [enter, t("Save")],
        [`${shift}+${enter}`, t("New line")],
        [escape, t("Discard the text")],
      ],
    ],
  ];
  return html`<h2 id="dialog-title">${t("Keyboard shortcuts")}</h2>
    <div class="keys" tabindex="0" role="region" aria-labelledby="dialog-title">
      ${groups.map(
        ([title, keys]) =>
          html`<h3>${title}</h3>
            <dl>
              ${keys.map(
                ([key, says]) =>
                  html`<div>
                    <dt><kbd>${key}</kbd></dt>
                    <dd>${says}</dd>
                  </div>`,
              )}
            </dl>`,
      )}
    </div>
    ${renderClose(ui)}`;
}

function renderClose({ store }: Shown): TemplateResult {
  return html`<div class="bar end">
    ${renderButton(
      t("Close"),
      () => {
        store.update({ dialog: undefined });
      },
      { look: "primary" },
    )}
  </div>`;
}
