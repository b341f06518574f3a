/**
 * The panel in a page as a VS Code webview has it: the built files from a loopback server under the webview's content security
 * policy, a theme's variables as a real webview got them, and a stand-in for the extension that records what is asked.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { ReportAnswer, ReportModel, ReportRequest } from "../../src/ports/report.ts";
import type { TimesheetAnswer, TimesheetModel, TimesheetRequest } from "../../src/ports/timesheet.ts";
import { startBrowser } from "../host/lib/browser.ts";
import { ROOT } from "../host/lib/paths.ts";

export type ThemeName = "light" | "dark" | "high-contrast" | "high-contrast-light" | "light-modern" | "dark-modern";
export const THEMES: readonly ThemeName[] = ["light", "dark", "high-contrast", "high-contrast-light"];

interface Recorded {
  readonly html: string;
  readonly body: string;
  readonly data: Readonly<Record<string, string>>;
  readonly style: string;
}

const themes = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "themes.json"), "utf8")) as Record<
  ThemeName,
  Recorded
>;

/** What is said between each panel and the extension. */
interface Talk {
  readonly timesheet: {
    readonly model: TimesheetModel;
    readonly request: TimesheetRequest;
    readonly answer: TimesheetAnswer;
  };
  readonly report: { readonly model: ReportModel; readonly request: ReportRequest; readonly answer: ReportAnswer };
}
export type PanelName = keyof Talk;

export interface PanelOptions<N extends PanelName = "timesheet"> {
  readonly theme?: ThemeName;
  readonly model?: Talk[N]["model"];
  /** What a former page left by `setState`. */
  readonly state?: unknown;
  readonly locale?: string;
  readonly texts?: Readonly<Record<string, string>>;
  readonly context?: BrowserContextOptions;
  /** Answers of the extension's stand-in; by default every request is done. */
  readonly answer?: (request: Talk[N]["request"], panel: Panel<N>) => Promise<void> | void;
}

/** One open panel. */
export class Panel<N extends PanelName = "timesheet"> {
  readonly page: Page;
  readonly sent: Talk[N]["request"][] = [];
  /** Errors of the console and breaches of the policy. */
  readonly faults: string[] = [];
  state: unknown;
  private model: Talk[N]["model"] | undefined;
  private readonly answer: NonNullable<PanelOptions<N>["answer"]>;

  constructor(page: Page, { model, state, answer }: PanelOptions<N>) {
    this.page = page;
    this.model = model;
    this.state = state;
    this.answer = answer ?? ((request, panel) => answerAll(request, panel as unknown as Panel));
  }

  /** Sends as the extension would. */
  async say(answer: Talk[N]["answer"]): Promise<void> {
    if (answer.type === "model") this.model = answer.model;
    await this.page.evaluate(`window.postMessage(${JSON.stringify(answer)}, "*")`);
    await this.settled();
  }

  /** Waits until messages and drawing are done. */
  async settled(): Promise<void> {
    await this.page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done))))");
  }

  /** The edits that were sent. */
  get edits(): readonly unknown[] {
    return this.sent.flatMap((each) => (each.type === "edit" ? [each.edit] : []));
  }

  /** The last message. */
  get last(): Talk[N]["request"] | undefined {
    return this.sent.at(-1);
  }

  async heard(message: Talk[N]["request"]): Promise<void> {
    this.sent.push(message);
    if (message.type === "ready") {
      if (this.model !== undefined) await this.say({ type: "model", model: this.model } as Talk[N]["answer"]);
    } else await this.answer(message, this);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

async function answerAll(request: TimesheetRequest | ReportRequest, panel: Panel): Promise<void> {
  if (request.type === "history") {
    await panel.say({ type: "history", request: request.request, lines: [] });
  } else if ("request" in request)
    await panel.say({ type: "done", request: request.request, said: `done ${request.type}` });
}

export interface Harness {
  readonly browser: Browser;
  readonly origin: string;
  open(options?: PanelOptions): Promise<Panel>;
  openReport(options?: PanelOptions<"report">): Promise<Panel<"report">>;
  /** An empty page under the same policy and theme, to measure beside. */
  openEmpty(): Promise<Page>;
  close(): Promise<void>;
}

export async function startHarness(): Promise<Harness> {
  const pages = new Map<string, string>();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const name = url.pathname.slice(1);
    const page = pages.get(name);
    if (page !== undefined) {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(page);
    } else if (/^(timesheet|report)\.(js|css)$/.test(name)) {
      const type = name.endsWith("js") ? "text/javascript" : "text/css";
      response.writeHead(200, { "content-type": `${type}; charset=utf-8` });
      response.end(fs.readFileSync(path.join(ROOT, "dist/webview", name)));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await startBrowser();
  const openPage = async <N extends PanelName>(
    panelName: N,
    options: PanelOptions<N>,
    isEmpty: boolean,
  ): Promise<Panel<N>> => {
    const context = await browser.newContext({
      viewport: { width: 1100, height: 900 },
      locale: "en-US",
      ...options.context,
    });
    const page = await context.newPage();
    const panel = new Panel(page, options);
    page.on("console", (message) => {
      if (message.type() === "error") panel.faults.push(message.text());
    });
    page.on("pageerror", (error) => panel.faults.push(String(error)));
    await page.exposeFunction("toExtension", (message: Talk[N]["request"]) => panel.heard(message));
    await page.exposeFunction("toState", (state: unknown) => {
      panel.state = state;
    });
    await page.exposeFunction("toFault", (text: string) => panel.faults.push(text));
    await page.addInitScript(standIn(options.state));
    const name = randomUUID();
    pages.set(name, html(origin, panelName, options as unknown as PanelOptions, isEmpty));
    await page.goto(`${origin}/${name}`);
    if (!isEmpty) await page.locator("#title").waitFor({ state: "attached" });
    await panel.settled();
    return panel;
  };
  return {
    browser,
    origin,
    open: (options = {}) => openPage("timesheet", options, false),
    openReport: (options = {}) => openPage("report", options, false),
    openEmpty: async () => (await openPage("timesheet", {}, true)).page,
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** In the page, before its scripts: what the webview's preload has, outside of the page's policy as there. */
function standIn(state: unknown): string {
  return `
    let state = ${JSON.stringify(state ?? null)} ?? undefined;
    const kept = sessionStorage.getItem("state");
    if (kept !== null) state = JSON.parse(kept);
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => void window.toExtension(structuredClone(message)),
      getState: () => state,
      setState: (next) => {
        state = structuredClone(next);
        sessionStorage.setItem("state", JSON.stringify(state));
        void window.toState(state);
      },
    });
    // After the frame that shows the last change of the page: what a person waits for.
    new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => { window.drawnAt = performance.now(); })))
      .observe(document, { childList: true, subtree: true });
    window.forwarded = [];
    window.addEventListener("keydown", (event) => window.forwarded.push(event.key));
    document.addEventListener("securitypolicyviolation", (event) =>
      void window.toFault("policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sample));
  `;
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function html(
  origin: string,
  panelName: PanelName,
  { theme = "dark", locale = "en", texts = {} }: PanelOptions,
  isEmpty: boolean,
): string {
  const { html: variables, body, data, style } = themes[theme];
  const nonce = randomUUID().replaceAll("-", "");
  // The variables stand in a sheet of their own: here, unlike in VS Code, nothing sets them from outside of the policy.
  const policy = [
    "default-src 'none'",
    `script-src ${origin}`,
    `style-src ${origin} 'nonce-${nonce}'`,
    `img-src ${origin}`,
    `font-src ${origin}`,
  ].join("; ");
  const attributes = Object.entries(data)
    .map(([name, value]) => `data-${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}="${escape(value)}"`)
    .join(" ");
  return `<!DOCTYPE html>
<html lang="${escape(locale)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <title>${panelName}</title>
    <style nonce="${nonce}">html { ${variables} } ${style}</style>
    ${isEmpty ? "" : `<link rel="stylesheet" href="${origin}/${panelName}.css">`}
  </head>
  <body class="${body}" ${attributes}>
    <main id="${panelName}" data-locale="${escape(locale)}" data-l10n="${escape(JSON.stringify(texts))}"></main>
    ${isEmpty ? "<h1 id=title>Empty</h1>" : `<script src="${origin}/${panelName}.js"></script>`}
  </body>
</html>`;
}
