/** Starts the panel in its webview: state, messages, drawing, and where the focus goes. */
import { render } from "lit/html.js";
import type { TimesheetAnswer, TimesheetRequest } from "../../ports/timesheet.ts";
import { speaker } from "./amounts.ts";
import { clockOf } from "./clock.ts";
import { page, turn } from "./page.ts";
import { openMenu } from "./rowMenu.ts";
import { fromStored, type PanelState, toStored } from "./state.ts";
import { Store } from "./store.ts";
import { type Bundle, setTexts, t } from "./text.ts";
import { isTyping, swallow, type Ui } from "./ui.ts";

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
const locale = knownLocale(root.dataset["locale"] ?? document.documentElement.lang);
setTexts(locale, readBundle(root.dataset["l10n"]));

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
  // What had the focus is gone, with its row: the row after it, else the heading.
  if (focused !== null && focused !== document.body && !focused.isConnected && state.dialog === undefined) {
    const next = row === undefined ? null : document.getElementById(row);
    const target = next?.querySelector<HTMLElement>("textarea, .description, .disclose");
    (target ?? document.getElementById("entries-title") ?? document.getElementById("title"))?.focus();
  }
  if (isFirst && state.scroll > 0) window.scrollTo(0, state.scroll);
  keep();
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
    dialog.querySelector<HTMLElement>("input:not([type=radio]), select, textarea, [tabindex='0'], .primary")?.focus();
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
  if (event.defaultPrevented || isTyping(event.target) || store.state.dialog !== undefined) return;
  const isControl = (event.ctrlKey || event.metaKey) && !event.altKey;
  const key = event.key.toLowerCase();
  if (isControl && key === "z") {
    swallow(event);
    turn(store, event.shiftKey ? "redo" : "undo");
  } else if (isControl && key === "y" && !event.shiftKey) {
    swallow(event);
    turn(store, "redo");
  } else if (event.key === "?" && !isControl) {
    swallow(event);
    store.update({ dialog: { kind: "help" } });
  }
});

show(store.state);
document.title = t("Timesheet");
vscode.postMessage({ type: "ready" });
const { place } = store.state;
if (place !== undefined) vscode.postMessage({ type: "show", view: place.view, day: place.day });

function knownLocale(name: string): string {
  try {
    return Intl.getCanonicalLocales(name)[0] ?? "en";
  } catch {
    return "en"; // RangeError is how Intl answers a name it cannot read
  }
}

function readBundle(json: string | undefined): Bundle {
  if (json === undefined || json === "") return {};
  const read: unknown = JSON.parse(json);
  if (typeof read !== "object" || read === null) return {};
  return Object.fromEntries(
    Object.entries(read).filter((each): each is [string, string] => typeof each[1] === "string"),
  );
}
