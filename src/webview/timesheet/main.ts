/** Starts the panel in its webview: state, messages, drawing, and where the focus goes. */
import { render } from "lit/html.js";
import { t } from "../../base/text.ts";
import type { TimesheetAnswer, TimesheetRequest } from "../../ports/timesheet.ts";
import { speaker } from "../shared/amounts.ts";
import { clockOf } from "../shared/clock.ts";
import { page, turn } from "./page.ts";
import { startTexts } from "../shared/startTexts.ts";
import { openMenu } from "./rowMenu.ts";
import { fromStored, type PanelState, toStored } from "./state.ts";
import { Store } from "./store.ts";
import { isText, isTyping, swallow } from "../shared/controls.ts";
import type { Ui } from "./ui.ts";

interface VsCode {
  postMessage(message: TimesheetRequest): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCode;

/** How long typing may go on before it is kept for a reload, in milliseconds. */
const KEEP_AFTER_MS = 200;

/** The page's element; its data attributes name the locale and the translations. */
const root = document.getElementById("timesheet") ?? document.body;
const locale = startTexts(root);

const vscode = acquireVsCodeApi();
const speak = speaker(locale);
let before: PanelState | undefined;
let keeping: ReturnType<typeof setTimeout> | undefined;

const store = new Store(
  fromStored(vscode.getState()),
  (message) => {
    vscode.postMessage(message);
  },
  show,
);

function show(state: PanelState): void {
  const focused = document.activeElement;
  const row = focused?.closest<HTMLElement>("[data-row]")?.id;
  const isFirst = state.model !== undefined && before?.model === undefined;
  const clock = clockOf(locale, state.model?.zone ?? "UTC");
  const ui: Ui = { store, state, locale, clock, speak };
  render(page(ui), root);
  const last = before;
  before = state;
  syncDialog(state, last);
  if (state.menu !== undefined && state.menu !== last?.menu) openMenu(state.menu);
  focusText(state, last);
  if (focused !== null && !focused.isConnected && document.activeElement === document.body) {
    if (!focusRenamed(focused, state, last)) focusNear(row);
  }
  if (isFirst && state.scroll > 0) scrollBack(state.scroll);
  keep();
}

/** Rows that were not drawn yet have a guessed height, and become their own one in the frames after: until then it is gone to again. */
function scrollBack(to: number, frames = 3): void {
  window.scrollTo(0, to);
  if (frames > 0) {
    requestAnimationFrame(() => {
      scrollBack(to, frames - 1);
    });
  }
}

/** A description that is being typed, whose entry has another id now, is typed on where it was. */
function focusRenamed(focused: Element, { unsent }: PanelState, last: PanelState | undefined): boolean {
  if (!(focused instanceof HTMLTextAreaElement)) return false;
  const row = [...unsent.keys()].find((each) => last?.unsent.has(each) !== true);
  const field = row === undefined ? null : document.getElementById(`text-${row}`);
  if (!(field instanceof HTMLTextAreaElement)) return false;
  field.focus();
  field.setSelectionRange(focused.selectionStart, focused.selectionEnd);
  return true;
}

/** What had the focus is gone: it goes to something of the same row, else to the heading above. */
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

/** Opens and closes the native dialog, which takes the focus and gives it back. */
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
    // What is filled in already is seldom what has to be typed.
    const first = fields.find(({ value }) => value === "") ?? fields[0];
    (first ?? dialog.querySelector<HTMLElement>("[tabindex='0'], .primary"))?.focus();
  }
  dialog.setAttribute("data-kind", state.dialog.kind);
}

/** A description that was just opened takes the focus; one that closed gives it back. */
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

/** Keeps what a reload needs, once typing or scrolling rests; at once when the page is hidden. */
function keep(isNow = false): void {
  clearTimeout(keeping);
  if (isNow) vscode.setState(toStored(store.state));
  else
    keeping = setTimeout(() => {
      vscode.setState(toStored(store.state));
    }, KEEP_AFTER_MS);
}

window.addEventListener("message", (event: MessageEvent<TimesheetAnswer>) => {
  store.receive(event.data);
});
window.addEventListener(
  "scroll",
  () => {
    if (store.state.model === undefined) return;
    store.state = { ...store.state, scroll: Math.round(window.scrollY) };
    keep();
  },
  { passive: true },
);
window.addEventListener("pagehide", () => {
  keep(true);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) keep(true);
});

// VS Code listens on the window and would take Ctrl+Z for the editor beside: what is handled here stops before it.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isText(event.target) || store.state.dialog !== undefined) return;
  const isControl = (event.ctrlKey || event.metaKey) && !event.altKey;
  const key = event.key.toLowerCase();
  if (isControl && key === "z") {
    swallow(event);
    turn(store, event.shiftKey ? "redo" : "undo");
  } else if (isControl && key === "y" && !event.shiftKey) {
    swallow(event);
    turn(store, "redo");
  } else if (event.key === "?" && !isControl && !isTyping(event.target)) {
    swallow(event);
    store.update({ dialog: { kind: "help" } });
  }
});

start();

function start(): void {
  show(store.state);
  document.title = t("Timesheet");
  // Where it was is in the extension, after a reload by the state it kept: another day may have been asked for meanwhile.
  vscode.postMessage({ type: "ready" });
}
