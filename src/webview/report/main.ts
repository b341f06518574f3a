/** Starts the report in its webview: what it draws, and where the focus goes. */
import "../shared/navigatorLanguage.ts";
import { render } from "lit/html.js";
import { t } from "../../base/text.ts";
import type { ReportAnswer, ReportRequest } from "../../ports/report.ts";
import { getClock } from "../shared/clock.ts";
import { hasLostFocus, startPanel } from "../shared/startPanel.ts";
import { createBurnDownSpecs } from "./burnDown.ts";
import { Charts } from "./charts.ts";
import { namePlace } from "./names.ts";
import { renderPage } from "./page.ts";
import { fromStored, type PanelState, toStored } from "./state.ts";
import { Store } from "./store.ts";
import type { Ui } from "./ui.ts";
import { createWorkedSpec } from "./workedChart.ts";

/** The report shows days only, no clock times. */
const ZONE = "UTC";

const charts = new Charts();

startPanel<PanelState, ReportRequest, ReportAnswer, Store>({
  id: "report",
  readTitle: () => t("Report"),
  fromStored,
  toStored,
  createStore: (panel, { locale, speak }) =>
    new Store(panel, ({ place, totals }) =>
      t("{0}: {1} worked", namePlace({ locale, clock: getClock(locale, ZONE) }, place), speak(totals.workedSeconds)),
    ),
  zoneIn: () => ZONE,
  draw,
  receive: (store, answer) => {
    store.receive(answer);
  },
});

function draw(ui: Ui, last: PanelState | undefined, root: HTMLElement): void {
  const { model, range } = ui.state;
  const focused = document.activeElement;
  render(renderPage(ui), root);
  if (model !== undefined) {
    const shown = { ...ui, model };
    const hasBars = document.getElementById("worked-plot") !== null;
    charts.show([...(hasBars ? [createWorkedSpec(shown)] : []), ...createBurnDownSpecs(shown)]);
  }
  if (range !== undefined && last?.range === undefined) document.getElementById("range-from")?.focus();
  else if (range === undefined && last?.range !== undefined && document.activeElement === document.body) {
    document.getElementById("period-custom")?.focus();
  } else if (hasLostFocus(focused)) document.getElementById("title")?.focus();
}
