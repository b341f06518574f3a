import * as vscode from "vscode";
import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import type { Event } from "../../base/emitter.ts";
import { isRecord } from "../../base/json.ts";
import type { Clock } from "../../ports/clock.ts";
import { renderWebviewPage } from "./webviewPage.ts";

/** The first message of a page, sent again each time it is shown. */
export interface ReadyRequest {
  readonly type: "ready";
}

/** Reads what a page sent or stored; undefined if this version does not understand it. */
export interface PanelParsers<Request, Place> {
  readonly parseRequest: (message: unknown) => Request | undefined;
  readonly parsePlace: (stored: unknown) => Place | undefined;
}

interface Message {
  readonly type: string;
}

export interface PanelHostOptions<Request, Place> {
  readonly extensionUri: vscode.Uri;
  readonly viewType: string;
  /** Of the panel's files and icons: `dist/webview/<name>.js`, `media/<name>-dark.svg`. */
  readonly name: string;
  readonly title: string;
  readonly clock: Clock;
  /** Loaded with the first message, so that no schema is loaded before a panel is. */
  readonly loadParsers: () => Promise<PanelParsers<Request | ReadyRequest, Place>>;
  /** Answers a request of the page; those of one panel are answered one after the other. */
  readonly answer: (request: Request) => Promise<void>;
  /** Computes the model of the place that is shown, and sends it. */
  readonly draw: () => Promise<void>;
  /** Events that make a drawing outdated. */
  readonly changes: readonly Event<void>[];
  /** While changes come, the panel is redrawn at most this often. @format milliseconds */
  readonly redrawMs: number;
  /** Whether a change is drawn at once all the same. */
  readonly isUrgent?: () => boolean;
  readonly report: (error: unknown) => void;
}

/**
 * The one panel of its kind in a window. Its page shows what it is sent and does not exist while hidden: it asks again when
 * shown (`retainContextWhenHidden` stays off).
 */
export class PanelHost<Request extends Message, Answer extends Message, Place> implements IDisposable {
  /** What is shown; kept while there is no panel. */
  place: Place | undefined;
  private readonly options: PanelHostOptions<Request, Place>;
  private readonly store = new DisposableStore();
  private readonly panelStore = this.store.add(new MutableDisposable<DisposableStore>());
  private readonly redraw = this.store.add(new MutableDisposable<IDisposable>());
  private panel: vscode.WebviewPanel | undefined;
  private queue: Promise<void> = Promise.resolve();
  /** Whether there is a page that takes messages. */
  private isAlive = false;
  private drawnAt = 0;

  constructor(options: PanelHostOptions<Request, Place>) {
    this.options = options;
    for (const onDidChange of options.changes) {
      this.store.add(
        onDidChange(() => {
          this.scheduleDraw();
        }),
      );
    }
  }

  set title(title: string) {
    if (this.panel !== undefined) this.panel.title = title;
  }

  /** Opens the panel, or brings it to the front, and draws the place. */
  reveal(): void {
    if (this.panel !== undefined) this.panel.reveal();
    else {
      const { viewType, title } = this.options;
      this.take(vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active));
    }
    this.draw().catch(this.options.report);
  }

  /** Takes over the panel that VS Code kept across a reload, with the place that its page stored; there is only one. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    if (this.panel !== undefined) {
      panel.dispose();
      return;
    }
    this.place = undefined;
    this.take(panel);
    // Before any message: if another place was requested meanwhile, that one wins.
    this.enqueue(async () => {
      const { parsePlace } = await this.options.loadParsers();
      this.place ??= parsePlace(isRecord(state) ? state["place"] : undefined);
    });
  }

  /** Draws the place if a page can take it. */
  async draw(): Promise<void> {
    if (this.isAlive) await this.options.draw();
  }

  send(answer: Answer): void {
    if (answer.type === "model") this.drawnAt = this.options.clock.now();
    if (this.isAlive) void this.panel?.webview.postMessage(answer);
  }

  dispose(): void {
    this.panel?.dispose();
    this.store.dispose();
  }

  /** Draws again when the last drawing is old enough, or at once if it is urgent. */
  private scheduleDraw(): void {
    if (!this.isAlive || this.redraw.value !== undefined) return;
    const { clock, redrawMs, isUrgent, report } = this.options;
    const wait = isUrgent?.() === true ? 0 : Math.max(0, this.drawnAt + redrawMs - clock.now());
    this.redraw.value = clock.after(wait, () => {
      this.redraw.value = undefined;
      this.draw().catch(report);
    });
  }

  private async hear(message: unknown): Promise<void> {
    const { name, loadParsers, answer } = this.options;
    const { parseRequest } = await loadParsers();
    const request = parseRequest(message);
    if (request === undefined) throw new Error(`the ${name} sent a message that is none of its own`);
    if (isReady(request)) {
      this.isAlive = true;
      await this.draw();
    } else await answer(request);
  }

  private enqueue(work: () => Promise<void>): void {
    this.queue = this.queue.then(work).catch(this.options.report);
  }

  private take(panel: vscode.WebviewPanel): void {
    const { extensionUri, name, title } = this.options;
    const store = new DisposableStore();
    this.panel = panel;
    this.isAlive = false;
    this.panelStore.value = store;
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", `${name}-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    const root = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    store.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        this.enqueue(() => this.hear(message));
      }),
    );
    store.add(
      panel.onDidDispose(() => {
        this.panel = undefined;
        this.isAlive = false;
        this.panelStore.value = undefined;
      }),
    );
    store.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.isAlive = false; // its page is gone, and says so when it is there again
      }),
    );
    panel.webview.html = renderWebviewPage(panel.webview, root, name, title);
  }
}

function isReady(request: Message): request is ReadyRequest {
  return request.type === "ready";
}
