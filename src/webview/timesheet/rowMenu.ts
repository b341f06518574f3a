/** The menu of a row: one element for all rows, in the top layer so that nothing cuts it off. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { t } from "../../base/text.ts";
import { listActions } from "./rowActions.ts";
import { swallow } from "../shared/controls.ts";
import { nameCase, type Shown } from "./ui.ts";

export function renderRowMenu(ui: Shown): TemplateResult {
  const row = ui.model.rows.find(({ id }) => id === ui.state.menu);
  return html`<div
    id="menu"
    popover
    role="menu"
    aria-label=${row === undefined ? nothing : t("Actions of {0}", nameCase(ui.model, row.caseId))}
    @keydown=${handleKey}
    @beforetoggle=${(event: ToggleEvent) => {
      // Now, not at the later `toggle`: by then the menu of another row may be open.
      if (event.newState === "closed") ui.store.update({ menu: undefined });
    }}
  >
    ${
      row === undefined
        ? nothing
        : listActions(ui, row).map(
            ({ label, run }) =>
              html`<button
                type="button"
                role="menuitem"
                tabindex="-1"
                @click=${() => {
                  // Close first, so that a dialog opened by it returns the focus to the row's button.
                  document.getElementById("menu")?.hidePopover();
                  document.getElementById(`menu-${row.id}`)?.focus();
                  run();
                }}
              >
                ${label}
              </button>`,
          )
    }
  </div>`;
}

/** Opens the menu beside the row's button once it is drawn. */
export function openMenu(row: string): void {
  const menu = document.getElementById("menu");
  const opener = document.getElementById(`menu-${row}`);
  if (menu === null || opener === null || menu.matches(":popover-open")) return;
  const { bottom, right, top } = opener.getBoundingClientRect();
  menu.showPopover();
  const { offsetHeight: height, offsetWidth: width } = menu;
  const wanted = bottom + height < window.innerHeight || top < height ? bottom : top - height;
  menu.style.setProperty("top", `${String(Math.max(0, Math.min(wanted, window.innerHeight - height)))}px`);
  menu.style.setProperty("left", `${String(Math.max(0, right - width))}px`);
  menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
}

function handleKey(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to =
    event.key === "ArrowDown"
      ? (at + 1) % items.length
      : event.key === "ArrowUp"
        ? (at - 1 + items.length) % items.length
        : event.key === "Home"
          ? 0
          : event.key === "End"
            ? items.length - 1
            : undefined;
  if (event.key === "Tab" || event.key === "Escape") {
    if (event.key === "Escape") swallow(event);
    menu.hidePopover();
  } else if (to !== undefined) {
    swallow(event);
    items[to]?.focus();
  }
}
