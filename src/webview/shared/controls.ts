/** Native controls as VS Code draws its own, and what they do with keys. */
import { html, nothing, type TemplateResult } from "lit/html.js";

interface ButtonOptions {
  /** Why it is disabled. It stays in the tab order and says so. */
  readonly whyNot?: string | undefined;
  readonly name?: string;
  readonly look?: "primary" | "quiet" | "icon";
  readonly isPressed?: boolean;
  readonly keys?: string;
  readonly id?: string;
}

/** A native button. When disabled, it keeps the focus and says why. */
export function renderButton(label: unknown, onClick: () => void, options: ButtonOptions = {}): TemplateResult {
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

/** Whether typed letters belong to the element: they choose from its list or go into its text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || isText(target);
}

/** Whether typed keys go into a text, which has an undo of its own. */
export function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** Stops a key that the panel has handled, before VS Code sees it. */
export function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
