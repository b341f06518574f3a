/** The whole page: header, messages, and the week or the day. */
import { html, nothing, svg, type TemplateResult } from "lit/html.js";
import { t } from "../../base/text.ts";
import { addDays, countDays } from "../shared/clock.ts";
import { renderIcon } from "../shared/icons.ts";
import { renderDay } from "./dayView.ts";
import { renderDialog } from "./dialogs.ts";
import { renderRowMenu } from "./rowMenu.ts";
import type { Place } from "./state.ts";
import type { Store } from "./store.ts";
import { renderButton } from "../shared/controls.ts";
import type { Shown, Ui } from "./ui.ts";
import { renderWeek } from "./weekView.ts";

export function renderPage(ui: Ui): TemplateResult {
  const { model, isAwaited, said, banner, notice, lost } = ui.state;
  const shown = model === undefined ? undefined : { ...ui, model };
  return html`
    ${PATTERNS} ${shown === undefined ? nothing : renderHeader(shown)}
    <div role="alert" class="banner" ?hidden=${banner === undefined}>
      ${
        banner === undefined
          ? nothing
          : html`<p>${banner}</p>
              ${renderButton(t("Dismiss"), () => {
                ui.store.update({ banner: undefined });
              })}`
      }
    </div>
    ${notice === undefined ? nothing : renderNotice(ui, notice)}
    ${lost === undefined ? nothing : renderLostText(ui, lost)}
    <div role="status" class="spoken">${said}</div>
    <div id="content" aria-busy=${isAwaited}>
      ${shown === undefined ? renderLoading() : [renderContent(shown), renderRowMenu(shown)]}
    </div>
    <dialog id="dialog" aria-labelledby="dialog-title" @cancel=${createClose(ui)} @close=${createClose(ui)}>
      ${shown === undefined ? nothing : renderDialog(shown)}
    </dialog>
  `;
}

/** Hatching and dots in each colour of a lane: a pattern has its own colour, not that of what it fills. */
const PATTERNS = html`<svg class="defs" aria-hidden="true">
  <defs>
    ${[0, 1, 2, 3, 4, 5].map(
      (index) =>
        svg`<g class="c${index}">
          <pattern id="hatch${index}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.5" height="6" fill="currentColor" /></pattern>
          <pattern id="dots${index}" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="2.5" cy="2.5" r="1.3" fill="currentColor" /></pattern>
        </g>`,
    )}
  </defs>
</svg>`;

const createClose = (ui: Ui) => (): void => {
  if (ui.store.state.dialog !== undefined) ui.store.update({ dialog: undefined });
};

function renderLoading(): TemplateResult {
  return html`<h1 id="title" class="spoken">${t("Timesheet")}</h1>
    <p class="empty" role="status">${t("Loading…")}</p>`;
}

function renderContent(ui: Shown): TemplateResult {
  return ui.model.view === "week" ? renderWeek({ ...ui, model: ui.model }) : renderDay({ ...ui, model: ui.model });
}

/** Only shown: the live region has announced it already. */
function renderNotice(ui: Ui, text: string): TemplateResult {
  return html`<div class="banner" id="notice">
    <p>${text}</p>
    ${renderButton(t("Dismiss"), () => {
      ui.store.update({ notice: undefined });
    })}
  </div>`;
}

function renderLostText(ui: Ui, text: string): TemplateResult {
  return html`<section class="banner" aria-labelledby="lost-title">
    <h2 id="lost-title">${t("The entry you were describing no longer exists. This is what you typed:")}</h2>
    <textarea readonly dir="auto" aria-labelledby="lost-title" .value=${text}></textarea>
    ${renderButton(t("Dismiss"), () => {
      ui.store.update({ lost: undefined });
    })}
  </section>`;
}

function renderHeader(ui: Shown): TemplateResult {
  const { model, store, state } = ui;
  const place = state.place ?? { view: model.view, day: model.today };
  const isDay = place.view === "day";
  const step = isDay ? 1 : 7;
  const go = (change: Partial<Place>) => (): void => {
    store.show({ ...place, ...change });
  };
  const approvable = store.approvable();
  const some = approvable.length > 0 && state.checked.size > 0;
  const approve = some ? t("Approve {0} selected…", approvable.length) : isDay ? t("Approve day…") : t("Approve week…");
  return html`<header>
    <div class="bar">
      ${renderButton(renderIcon("previous"), go({ day: addDays(place.day, -step) }), {
        name: isDay ? t("Previous day") : t("Previous week"),
        look: "icon",
        id: "previous",
      })}
      ${renderButton(renderIcon("next"), go({ day: addDays(place.day, step) }), {
        name: isDay ? t("Next day") : t("Next week"),
        look: "icon",
        id: "next",
      })}
      <h1 id="title" tabindex="-1">${describePlace(ui, place)}</h1>
      ${renderButton(t("Today"), go({ day: model.today }), { look: "quiet" })}
      <div role="group" aria-label=${t("View")} class="switch">
        ${renderButton(t("Week"), go({ view: "week" }), { isPressed: !isDay, look: "quiet" })}
        ${renderButton(t("Day"), go({ view: "day" }), { isPressed: isDay, look: "quiet" })}
      </div>
    </div>
    <div class="bar end">
      ${renderHistoryButton(ui, "undo")} ${renderHistoryButton(ui, "redo")}
      ${renderButton(
        t("?"),
        () => {
          store.update({ dialog: { kind: "help" } });
        },
        {
          name: t("Keyboard shortcuts"),
          look: "icon",
        },
      )}
      ${renderButton(
        approve,
        () => {
          store.send({ type: "approve", rows: approvable });
        },
        { whyNot: approvable.length === 0 ? t("Nothing to approve") : undefined, look: "quiet", id: "approve" },
      )}
      ${
        model.connection === undefined
          ? renderButton(t("Connect billing…"), () => {
              store.command("connect");
            })
          : renderButton(
              t("Sync…"),
              () => {
                store.command("sync");
              },
              { look: "primary", name: t("Sync with {0}", model.connection) },
            )
      }
    </div>
  </header>`;
}

function describePlace(ui: Shown, { view, day }: Place): string {
  if (view === "day") return ui.clock.longDay(day);
  const { model } = ui;
  const isHere = model.view === "week" && model.from <= day && day <= model.to;
  // Only the model knows on which day a week begins: until the other week arrives, count from the week that is shown.
  if (isHere) return ui.clock.span(model.from, model.to);
  if (model.view !== "week") return t("Week");
  const weeks = Math.floor(countDays(model.from, day) / 7);
  const from = addDays(model.from, weeks * 7);
  return ui.clock.span(from, addDays(from, 6));
}

function renderHistoryButton(ui: Shown, which: "undo" | "redo"): TemplateResult {
  const step = ui.model[which];
  const name =
    step === undefined
      ? which === "undo"
        ? t("Nothing to undo")
        : t("Nothing to redo")
      : which === "undo"
        ? t("Undo: {0}", step.label)
        : t("Redo: {0}", step.label);
  return renderButton(
    renderIcon(which),
    () => {
      undoOrRedo(ui.store, which);
    },
    {
      name,
      look: "icon",
      id: which,
      keys: which === "undo" ? "Control+Z" : "Control+Y",
      whyNot: step === undefined ? name : undefined,
    },
  );
}

/** Undoes or redoes the last change; does nothing if there is none. */
export function undoOrRedo(store: Store, which: "undo" | "redo"): void {
  const step = store.state.model?.[which];
  if (step !== undefined) store.send({ type: which, step: step.id });
}
