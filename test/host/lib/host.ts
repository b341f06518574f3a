import type { Browser, BrowserContext, Page } from "playwright-core";
import { startBrowser } from "./browser.ts";
import { type Door, doorOfFolder } from "./door.ts";
import { install, type Log } from "./install.ts";
import { NEWEST } from "./releases.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";
import { openWindow, type WindowOptions } from "./window.ts";

/** How a VS Code with a browser is set up. */
export interface HostOptions extends Omit<ServerOptions, "installed"> {
  /** @default the one of CASECLOCK_TEST_RELEASE, else the newest pinned release */
  readonly release?: string;
  readonly log?: Log;
  /** Language of the windows, as if its language pack were installed; VS Code's own texts stay English. @default English */
  readonly language?: string;
  /** Size of the windows, in CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A running VS Code and a browser to see it with. Windows of one host are windows of one user and one profile. */
export interface Host {
  readonly release: string;
  readonly server: Server;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** Opens a window; ready when its status bar is there. */
  open(options?: WindowOptions): Promise<Page>;
  /** The door of the window that shows `folder` (undefined: no folder). Needs the companion among `companions`. */
  door(folder: string | undefined, options?: { readonly notPid?: number }): Promise<Door>;
  /** Ends everything and removes what it wrote. Also happens when the process ends. */
  close(): Promise<void>;
}

/** Installs (once), starts and connects everything but the first window. */
export async function startHost(given: HostOptions = {}): Promise<Host> {
  const { release = chosen(), log, viewport, language, ...options } = given;
  const installed = await install(release, log);
  const server = await startServer({ installed, ...options });
  try {
    const browser = await startBrowser(log);
    const context = await browser.newContext({
      viewport: viewport ?? { width: 1280, height: 800 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    if (language !== undefined) {
      const get = JSON.stringify(language);
      await context.addInitScript(
        `Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => ${get}, set() {} })`,
      );
    }
    return {
      release,
      server,
      browser,
      context,
      open: (window) => openWindow(context, server, window),
      door: (folder, { notPid } = {}) => doorOfFolder(server.doorPrefix, folder, notPid),
      close: async () => {
        await browser.close().catch(() => undefined); // it may have crashed; the rest still has to go
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function chosen(): string {
  return process.env["CASECLOCK_TEST_RELEASE"] ?? NEWEST;
}
