import * as vscode from "vscode";
import { DisposableStore, MutableDisposable, type IDisposable } from "../../base/disposable.ts";
import { webviewPage } from "./webviewPage.ts";

export interface PanelHostOptions {
  readonly extensionUri: vscode.Uri;
  readonly viewType: string;
  /** Of the panel's files and icons: `dist/webview/<name>.js`, `media/<name>-dark.svg`. */
  readonly name: string;
  readonly title: string;
  /** A message of the page; those of one panel are answered one after the other. */
  readonly answer: (message: unknown) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/**
 * The one panel of its kind in a window. Its page is drawn from what it is sent and is gone while it is hidden: it asks again
 * when it is shown (`retainContextWhenHidden` stays off).
 */
export class PanelHost implements IDisposable {
  private readonly options: PanelHostOptions;
  private readonly store = new MutableDisposable<DisposableStore>();
  private current: vscode.WebviewPanel | undefined;
  private queue: Promise<void> = Promise.resolve();
  /** Whether there is a page that takes messages. */
  isAlive = false;

  constructor(options: PanelHostOptions) {
    this.options = options;
  }

  set title(title: string) {
    if (this.current !== undefined) this.current.title = title;
  }

  /** Opens the panel, or brings it to the front. */
  reveal(): void {
    if (this.current !== undefined) this.current.reveal();
    else {
      const { viewType, title } = this.options;
      this.take(vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active));
    }
  }

  /** Takes the panel that VS Code kept over a reload; says whether it did: there is only one. */
  restore(panel: vscode.WebviewPanel): boolean {
    if (this.current === undefined) this.take(panel);
    else panel.dispose();
    return this.current === panel;
  }

  send(message: unknown): void {
    if (this.isAlive) void this.current?.webview.postMessage(message);
  }

  dispose(): void {
    this.current?.dispose();
    this.store.dispose();
  }

  private take(panel: vscode.WebviewPanel): void {
    const { extensionUri, name, title, answer, report } = this.options;
    const store = new DisposableStore();
    this.current = panel;
    this.isAlive = false;
    this.store.value = store;
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", `${name}-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    const root = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    store.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        this.queue = this.queue.then(() => answer(message)).catch(report);
      }),
    );
    store.add(
      panel.onDidDispose(() => {
        this.current = undefined;
        this.isAlive = false;
        this.store.value = undefined;
      }),
    );
    store.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.isAlive = false; // its page is gone, and says so when it is there again
      }),
    );
    panel.webview.html = webviewPage(panel.webview, root, name, title);
  }
}
