import { createSpeaker } from "./amounts.ts";
import { type Clock, getClock } from "./clock.ts";
import { PanelStore } from "./panelStore.ts";
import { startTexts } from "./startTexts.ts";

interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCode;

/** How long typing or scrolling must rest before the state is stored for a reload, in milliseconds. */
const STORE_AFTER_MS = 200;

/** State that every panel has. */
interface CommonState {
  /** Absent until the extension has sent one. */
  readonly model?: object;
  readonly scroll: number;
}

interface Language {
  readonly locale: string;
  /** Seconds as a person says them. */
  readonly speak: (seconds: number) => string;
}

/** What every part of a page gets. */
export interface PanelUi<State, Store> extends Language {
  readonly store: Store;
  readonly state: State;
  readonly clock: Clock;
}

/** What makes one panel differ from the others. */
export interface PanelParts<State extends CommonState, Request, Answer, Store> {
  /** Id of the page's element, which the panel fills. */
  readonly id: string;
  /** Asked for when the language is known. */
  readonly readTitle: () => string;
  readonly fromStored: (stored: unknown) => State;
  readonly toStored: (state: State) => unknown;
  readonly createStore: (panel: PanelStore<State, Request>, language: Language) => Store;
  /** The zone whose clock times are shown. */
  readonly zoneIn: (state: State) => string;
  /** Draws the page into the element, and puts the focus where it belongs. @param last the state that was drawn before */
  readonly draw: (ui: PanelUi<State, Store>, last: State | undefined, root: HTMLElement) => void;
  readonly receive: (store: Store, answer: Answer) => void;
}

/** Starts a panel in its webview: texts, state, messages, and what a reload needs. */
export function startPanel<State extends CommonState, Request, Answer, Store>(
  parts: PanelParts<State, Request, Answer, Store>,
): Store {
  const root = document.getElementById(parts.id) ?? document.body;
  const locale = startTexts(root);
  const speak = createSpeaker(locale);
  const vscode = acquireVsCodeApi();
  let last: State | undefined;
  let storing: ReturnType<typeof setTimeout> | undefined;

  const panel = new PanelStore<State, Request>(
    parts.fromStored(vscode.getState()),
    (request) => {
      vscode.postMessage(request);
    },
    show,
  );
  const store = parts.createStore(panel, { locale, speak });

  function show(state: State): void {
    const before = last;
    last = state;
    parts.draw({ store, state, locale, speak, clock: getClock(locale, parts.zoneIn(state)) }, before, root);
    if (state.model !== undefined && before?.model === undefined && state.scroll > 0) scrollBack(state.scroll);
    storeSoon();
  }

  function storeNow(): void {
    clearTimeout(storing);
    vscode.setState(parts.toStored(panel.state));
  }

  function storeSoon(): void {
    clearTimeout(storing);
    storing = setTimeout(storeNow, STORE_AFTER_MS);
  }

  window.addEventListener("message", (event: MessageEvent<Answer>) => {
    parts.receive(store, event.data);
  });
  window.addEventListener(
    "scroll",
    () => {
      if (panel.state.model === undefined) return;
      panel.setScroll(Math.round(window.scrollY));
      storeSoon();
    },
    { passive: true },
  );
  window.addEventListener("pagehide", storeNow);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) storeNow();
  });

  show(panel.state);
  document.title = parts.readTitle();
  // The extension knows the place, after a reload by the stored state: another one may have been requested meanwhile.
  vscode.postMessage({ type: "ready" });
  return store;
}

/** Row heights settle over a few frames, so scroll again until they do. */
function scrollBack(to: number, frames = 3): void {
  window.scrollTo(0, to);
  if (frames > 0) {
    requestAnimationFrame(() => {
      scrollBack(to, frames - 1);
    });
  }
}

/** Whether what had the focus is gone, and nothing else has it. */
export function hasLostFocus(focused: Element | null): focused is Element {
  return focused !== null && !focused.isConnected && document.activeElement === document.body;
}
