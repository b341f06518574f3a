/** Starts the panel in its webview: state, messages, drawing. */
import "../shared/navigatorLanguage.ts";
import { render } from "lit/html.js";
import { t } from "../../base/text.ts";
import type { ReportAnswer, ReportModel, ReportRequest } from "../../ports/report.ts";
import { speaker } from "../shared/amounts.ts";
import { clockOf } from "../shared/clock.ts";
import { startTexts } from "../shared/startTexts.ts";
import { burnDownSpecs } from "./burnDown.ts";
import { Charts } from "./charts.ts";
import { placeTitle } from "./names.ts";
import { page } from "./page.ts";
import { fromStored, type PanelState, toStored } from "./state.ts";
import { Store } from "./store.ts";
import type { Ui } from "./ui.ts";
import { workedSpec } from "./workedChart.ts";

interface VsCode {
  postMessage(message: ReportRequest): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCode;

/** How long scrolling may go on before it is kept for a reload, in milliseconds. */
const KEEP_AFTER_MS = 200;

const root = document.getElementById("report") ?? document.body;
const locale = startTexts(root);
const vscode = acquireVsCodeApi();
const speak = speaker(locale);
/** Days only: no clock time is shown. */
const clock = clockOf(locale, "UTC");
const charts = new Charts();
let keeping: ReturnType<typeof setTimeout> | undefined;
let before: PanelState | undefined;

const store = new Store(
  fromStored(vscode.getState()),
  (message) => {
    vscode.postMessage(message);
  },
  show,
  (model: ReportModel) =>
    t("{0}: {1} worked", placeTitle({ locale, clock }, model.place), speak(model.totals.workedSeconds)),
);

function show(state: PanelState): void {
  const { model } = state;
  const focused = document.activeElement;
  const ui: Ui = { store, state, locale, clock, speak };
  render(page(ui), root);
  const last = before;
  before = state;
  if (model !== undefined) {
    const shown = { ...ui, model };
    const hasBars = document.getElementById("worked-plot") !== null;
    charts.show([...(hasBars ? [workedSpec(shown)] : []), ...burnDownSpecs(shown)]);
  }
  if (state.range !== undefined && last?.range === undefined) document.getElementById("range-from")?.focus();
  else if (state.range === undefined && last?.range !== undefined && document.activeElement === document.body) {
    document.getElementById("period-custom")?.focus();
  } else if (focused !== null && !focused.isConnected && document.activeElement === document.body) {
    document.getElementById("title")?.focus();
  }
  if (model !== undefined && last?.model === undefined && state.scroll > 0) window.scrollTo(0, state.scroll);
  keep();
}

/** Keeps what a reload needs, once scrolling rests; at once when the page is hidden. */
function keep(isNow = false): void {
  clearTimeout(keeping);
  const write = (): void => {
    vscode.setState(toStored(store.state));
  };
  if (isNow) write();
  else keeping = setTimeout(write, KEEP_AFTER_MS);
}

window.addEventListener("message", (event: MessageEvent<ReportAnswer>) => {
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

start();

function start(): void {
  show(store.state);
  document.title = t("Report");
  vscode.postMessage({ type: "ready" });
}
