import { html, type TemplateResult } from "lit/html.js";

const PATHS = {
  previous: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
  undo: "M3 6h6a3.5 3.5 0 0 1 0 7H6M6 3 3 6l3 3",
  redo: "M13 6H7a3.5 3.5 0 0 0 0 7h3M10 3l3 3-3 3",
};

/** An icon in the colour of the text, 16 by 16; the control around it says what it means. */
export function renderIcon(name: keyof typeof PATHS): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path d=${PATHS[name]} />
  </svg>`;
}
