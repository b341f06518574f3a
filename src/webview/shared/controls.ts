/** Native controls as VS Code draws its own, and what they do with keys. */
import { html, nothing, type TemplateResult } from "lit/html.js";

interface ButtonOptions {
  /** It stays in the order of the tab key and says why. */
  readonly whyNot?: string | undefined;
  readonly name?: string;
  readonly look?: "primary" | "quiet" | "icon";
  readonly isPressed?: boolean;
  readonly keys?: string;
  readonly id?: string;
}

/** A native button. One that cannot be used now keeps its focus and says why. */
export function button(label: unknown, onClick: () => void, options: ButtonOptions = {}): TemplateResult {
  const { whyNot, name, look = "", isPressed, keys, id } = options;
  return html`<button
    type="button"
    id=${id ?? nothing}
    class=${look}
    aria-label=${name ?? nothing}
    aria-pressed=${isPressed ?? nothing}
    aria-disabled=${whyNot === undefined ? nothing : "true"}
    aria-keyshortcuts=${keys ?? nothing}
    title=${whyNot ?? name ?? nothing}
    @click=${() => {
      if (whyNot === undefined) onClick();
    }}
  >
    ${label}
  </button>`;
}

/** Whether letters typed now choose in a list, or go into a text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || isText(target);
}

/** Whether keys typed now go into a text, which then has its own undo. */
export function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** A key that the panel has handled goes no further: VS Code would see it too. */
export function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
