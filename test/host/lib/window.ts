import path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type { Server } from "./server.ts";

/** What a window shows. */
export interface WindowOptions {
  readonly folder?: string;
  /** A `.code-workspace` file, instead of a folder. */
  readonly workspace?: string;
  /** Name of the profile, which has to exist. @default the one that was last used on the folder */
  readonly profile?: string;
  /** Extensions under development: folders. VS Code does not restart an extension host that has one. */
  readonly extension?: readonly string[];
  /** A file that exports `run()`, loaded in the extension host; needs an extension under development. */
  readonly tests?: string;
  readonly onLog?: (type: string, args: unknown[]) => void;
  readonly onExit?: (code: number) => void;
}

/** The address of a window, with the token of this run. */
export function windowLink(server: Server, options: WindowOptions = {}): string {
  const remote = (file: string): string => `vscode-remote://${server.front.authority}${path.resolve(file)}`;
  const payload = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
    ...(options.profile === undefined ? [] : [["profile", options.profile]]),
    ...(options.extension ?? []).map((folder) => ["extensionDevelopmentPath", remote(folder)]),
    ...(options.tests === undefined ? [] : [["extensionTestsPath", remote(options.tests)]]),
  ];
  const search = new URLSearchParams();
  if (options.folder !== undefined) search.set("folder", path.resolve(options.folder));
  else if (options.workspace !== undefined) search.set("workspace", path.resolve(options.workspace));
  else search.set("ew", "true");
  search.set("payload", JSON.stringify(payload));
  return server.front.link(search);
}

/** Opens a window and waits for its status bar. Pages of one context are windows of one user. */
export async function openWindow(context: BrowserContext, server: Server, options: WindowOptions = {}): Promise<Page> {
  const page = await context.newPage();
  if (options.onLog) await page.exposeFunction("codeAutomationLog", options.onLog);
  if (options.onExit) await page.exposeFunction("codeAutomationExit", options.onExit);
  await page.goto(windowLink(server, options));
  await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 60_000 });
  return page;
}

/**
 * Gives the focus to one window and takes it from the others of its profile, as a click of the person would; with
 * `undefined` another program has it. A headless browser believes all its pages focused, so each is told what to believe;
 * VS Code hears of it by the same events as ever. A reload forgets it.
 */
export async function giveFocus(context: BrowserContext, focused: Page | undefined): Promise<void> {
  // The one that loses it hears first.
  const pages = context.pages().sort((a, b) => Number(a === focused) - Number(b === focused));
  for (const page of pages) {
    const has = page === focused;
    if (has) await page.bringToFront();
    await page.evaluate(
      `document.hasFocus = () => ${String(has)}; window.dispatchEvent(new Event(${has ? "'focus'" : "'blur'"}));`,
    );
  }
}
