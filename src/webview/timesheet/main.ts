/** Starts the timesheet in its webview: what it draws, its keys, and where the focus goes. */
import { render } from "lit/html.js";
import { t } from "../../base/text.ts";
import type { TimesheetAnswer, TimesheetRequest } from "../../ports/timesheet.ts";
import { isText, isTyping, swallow } from "../shared/controls.ts";
import { hasLostFocus, startPanel } from "../shared/startPanel.ts";
import { renderPage, undoOrRedo } from "./page.ts";
import { openMenu } from "./rowMenu.ts";
import { fromStored, type PanelState, toStored } from "./state.ts";
import { Store } from "./store.ts";
import type { Ui } from "./ui.ts";

const store = startPanel<PanelState, TimesheetRequest, TimesheetAnswer, Store>({
  id: "timesheet",
  readTitle: () => t("Timesheet"),
  fromStored,
  toStored,
  createStore: (panel) => new Store(panel),
  zoneIn: ({ model }) => model?.zone ?? "UTC",
  draw,
  receive: (to, answer) => {
    to.receive(answer);
  },
});

function draw(ui: Ui, last: PanelState | undefined, root: HTMLElement): void {
  const { state } = ui;
  const focused = document.activeElement;
  const row = focused?.closest<HTMLElement>("[data-row]")?.id;
  render(renderPage(ui), root);
  syncDialog(state, last);
  if (state.menu !== undefined && state.menu !== last?.menu) openMenu(state.menu);
  focusText(state, last);
  if (hasLostFocus(focused) && !focusRenamed(focused, state, last)) focusNear(row);
}

/** Lets a person type on in a description whose entry has got another id. */
function focusRenamed(focused: Element, { unsent }: PanelState, last: PanelState | undefined): boolean {
  if (!(focused instanceof HTMLTextAreaElement)) return false;
  const row = [...unsent.keys()].find((each) => last?.unsent.has(each) !== true);
  const field = row === undefined ? null : document.getElementById(`text-${row}`);
  if (!(field instanceof HTMLTextAreaElement)) return false;
  field.focus();
  field.setSelectionRange(focused.selectionStart, focused.selectionEnd);
  return true;
}

/** Focuses something in the same row, else the heading above, after the focused element has gone. */
function focusNear(row: string | undefined): void {
  const place = row === undefined ? null : document.getElementById(row);
  const target =
    ["textarea", ".description.text", ".menu-button"]
      .map((each) => place?.querySelector<HTMLElement>(each))
      .find((each) => each !== null && each !== undefined) ??
    document.getElementById("entries-title") ??
    document.getElementById("title");
  target?.focus();
}

/** Opens or closes the native dialog, which takes the focus and returns it. */
function syncDialog(state: PanelState, last: PanelState | undefined): void {
  const dialog = document.getElementById("dialog");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (state.model === undefined || state.dialog === undefined) {
    if (dialog.open) dialog.close();
    return;
  }
  if (!dialog.open) dialog.showModal();
  if (state.dialog.kind !== last?.dialog?.kind) {
    const fields = [...dialog.querySelectorAll<HTMLInputElement>("input:not([type=radio]), select, textarea")];
    // Focus the first empty field: a field that is filled in seldom needs typing.
    const first = fields.find(({ value }) => value === "") ?? fields[0];
    (first ?? dialog.querySelector<HTMLElement>("[tabindex='0'], .primary"))?.focus();
  }
  dialog.setAttribute("data-kind", state.dialog.kind);
}

/** Focuses a description that was just opened; one that closed returns the focus to its button. */
function focusText(state: PanelState, last: PanelState | undefined): void {
  if (last === undefined || state.unsent === last.unsent) return;
  const opened = [...state.unsent.keys()].find((row) => !last.unsent.has(row));
  const closed = [...last.unsent.keys()].find((row) => !state.unsent.has(row));
  if (opened !== undefined && last.model === state.model) {
    const field = document.getElementById(`text-${opened}`);
    field?.focus();
    if (field instanceof HTMLTextAreaElement) field.setSelectionRange(field.value.length, field.value.length);
  } else if (closed !== undefined && document.activeElement === document.body) {
    document.getElementById(`describe-${closed}`)?.focus();
  }
}

// VS Code listens on the window and would undo in the editor beside: stop the keys that are handled here.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isText(event.target) || store.state.dialog !== undefined) return;
  const isControl = (event.ctrlKey || event.metaKey) && !event.altKey;
  const key = event.key.toLowerCase();
  if (isControl && key === "z") {
    swallow(event);
    undoOrRedo(store, event.shiftKey ? "redo" : "undo");
  } else if (isControl && key === "y" && !event.shiftKey) {
    swallow(event);
    undoOrRedo(store, "redo");
  } else if (event.key === "?" && !isControl && !isTyping(event.target)) {
    swallow(event);
    store.update({ dialog: { kind: "help" } });
  }
});
