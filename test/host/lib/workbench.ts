import fs from "node:fs";
import path from "node:path";
import { type Locator, type Page, errors } from "playwright-core";
import type { Door } from "./door.ts";
import { until } from "./processes.ts";

/** A color theme every VS Code has, by the name of what it is for. */
export const THEMES = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  highContrast: "Default High Contrast",
  highContrastLight: "Default High Contrast Light",
} as const;

const WAIT_MS = 30_000;
/** After so long a key that did nothing was lost. */
const KEY_MS = 5000;

/** Windows that are open now. */
const opened = new Set<Workbench>();

/** What every open window says, with the file of a picture of it; of one that does not answer, why. */
export async function whatWindowsSay(): Promise<string> {
  const texts = [...opened].map(async (bench) =>
    Promise.all([bench.screenshot("failed"), bench.says()]).then(([picture, text]) => `${picture}\n${text}`, String),
  );
  return (await Promise.all(texts)).join("\n\n");
}

/** One window of VS Code, used as a person uses it: by mouse and keyboard, through what is on the screen. */
export class Workbench {
  readonly page: Page;
  readonly #screenshots: string;
  #taken = 0;

  /** @param screenshots folder for `NN-name.png`, emptied by whoever gives it */
  constructor(page: Page, screenshots: string) {
    this.page = page;
    this.#screenshots = screenshots;
    opened.add(this);
    page.once("close", () => opened.delete(this));
  }

  /** What the window says on top of its editors, for whoever reads why a test failed: inputs, rows, dialogs, toasts. */
  async says(): Promise<string> {
    const input = this.page.locator(".quick-input-widget:visible");
    const parts = {
      focus: [await this.page.evaluate<string>("document.activeElement?.outerHTML.slice(0, 200) ?? 'nothing'")],
      input: await Promise.all(
        (await input.locator("input:not([type=checkbox])").all()).map((box) => box.inputValue()),
      ),
      picker: await input.allInnerTexts(),
      dialog: await this.page.locator(".monaco-dialog-box").allInnerTexts(),
      toasts: await this.page.locator(".notification-toast").allInnerTexts(),
      tabs: [(await this.page.locator(".tab").allInnerTexts()).join(" | ")],
      statusBar: await this.page.locator(".statusbar").allInnerTexts(),
    };
    const line = (text: string): string => text.replaceAll(/\s*\n\s*/g, " · ").trim();
    return Object.entries(parts)
      .map(([part, texts]) => `${part}: ${texts.map(line).join(" ‖ ")}`)
      .join("\n");
  }

  /** A status bar item. @param id `PUBLISHER.EXTENSION.ITEM`, or VS Code's own, such as `status.scm.0` */
  statusBarItem(id: string): Locator {
    return this.page.locator(`[id="${id}"]`);
  }

  /** Clicks a status bar item. */
  async clickStatusBarItem(id: string): Promise<void> {
    await this.statusBarItem(id).locator("a").first().click();
  }

  /** Runs a command through the command palette. @param title as the palette shows it, with its category */
  async runCommand(title: string): Promise<void> {
    await this.#openQuickInput("F1");
    await this.page.keyboard.type(title);
    // The search is fuzzy: only the row with this very title will do, and only once it is the chosen one.
    const row = this.#rows().filter({ hasText: title }).first();
    await row.waitFor({ timeout: WAIT_MS });
    await row.click();
    // What the command opens comes in the same place: nobody may take the palette's rows for it.
    await row.waitFor({ state: "detached", timeout: WAIT_MS });
  }

  /** Waits until a quick pick or input box takes keys: one that is only visible loses the first of them. */
  async quickInput(): Promise<Locator> {
    const widget = this.page.locator(".quick-input-widget:visible");
    await widget.locator("input:focus").first().waitFor({ timeout: WAIT_MS });
    return widget;
  }

  /** Types into an open quick pick, waits for a row with `row`, and takes it with Enter. */
  async pick(text: string, row: string | RegExp = text): Promise<void> {
    await this.quickInput();
    await this.page.keyboard.type(text, { delay: 40 });
    const focused = this.page.locator(".quick-input-widget .monaco-list-row.focused").filter({ hasText: row });
    await until(`the row of ${text}`, async () => {
      if (await appears(focused, KEY_MS)) return true;
      // Where another input was open until then, some of the text may have gone with that.
      const input = (await this.quickInput()).locator("input:focus").first();
      if ((await input.inputValue()) === text) return undefined;
      await this.page.keyboard.press("Control+A");
      await this.page.keyboard.type(text, { delay: 40 });
      return undefined;
    });
    await this.page.keyboard.press("Enter");
  }

  /** Chooses a file in VS Code's own open dialog, by its path. */
  async chooseFile(file: string): Promise<void> {
    const widget = await this.#fileDialog();
    await widget.locator(".quick-input-box input").fill(file);
    // Enter before the file's folder is read chooses what is there until then.
    await this.#rows().getByText(path.basename(file), { exact: true }).first().waitFor({ timeout: WAIT_MS });
    await this.accept();
  }

  /**
   * Saves through VS Code's own save dialog.
   * @param file in a folder that has a folder: by its row it is seen that the dialog has read it, and takes Enter
   * @param asks what it says before it saves
   * @returns the path that it proposed
   */
  async saveAs(file: string, asks?: string): Promise<string> {
    const widget = await this.#fileDialog();
    const box = widget.locator(".quick-input-box input");
    const proposed = await box.inputValue();
    const inside = fs.readdirSync(path.dirname(file), { withFileTypes: true }).find((one) => one.isDirectory());
    if (inside === undefined) throw new Error(`no folder beside ${file}`);
    await box.fill(file);
    await this.#rows().getByText(inside.name, { exact: true }).waitFor({ timeout: WAIT_MS });
    if (asks === undefined) await this.accept();
    else {
      await this.page.keyboard.press("Enter");
      await widget.getByText(asks).waitFor({ timeout: WAIT_MS });
    }
    return proposed;
  }

  /** What the rows of an open quick pick say: label, then description. */
  async quickPickRows(): Promise<string[]> {
    await this.quickInput();
    await this.#rows().first().waitFor({ timeout: WAIT_MS });
    const labels = (await this.#rows().all()).map((row) => row.getAttribute("aria-label"));
    return (await Promise.all(labels)).map((label) => label ?? "");
  }

  /** Waits until an open quick pick has a row that says `text`. */
  async quickPickRow(text: string): Promise<void> {
    await this.quickInput();
    await this.#rows().filter({ hasText: text }).first().waitFor({ timeout: WAIT_MS });
  }

  /** Ticks every row of an open quick pick of many that has a box and is not ticked; gives how many it ticked. */
  async tickAllRows(): Promise<number> {
    await this.quickPickRows();
    const open = this.#rows().locator(
      'input[type="checkbox"]:not(:checked), [role="checkbox"][aria-checked="false"]:not(.monaco-list-row)',
    );
    let ticked = 0;
    for (let left = await open.count(); left > 0; left = await open.count()) {
      await open.first().click();
      ticked++;
      if (ticked > 500) throw new Error("rows do not stay ticked");
    }
    return ticked;
  }

  /** How many rows of an open quick pick of many are ticked, or are not. */
  rowsTicked(isTicked: boolean): Promise<number> {
    const native = isTicked ? ":checked" : ":not(:checked)";
    const box = `input[type="checkbox"]${native}, [role="checkbox"][aria-checked="${String(isTicked)}"]:not(.monaco-list-row)`;
    return this.#rows().locator(box).count();
  }

  /** Accepts an open quick pick of many, or an input box. */
  async accept(): Promise<void> {
    const widget = this.page.locator(".quick-input-widget:visible");
    await widget.locator(".quick-input-box input").focus({ timeout: WAIT_MS }); // a click on a row took the focus
    await this.page.keyboard.press("Enter");
    await widget.waitFor({ state: "hidden", timeout: WAIT_MS });
  }

  /** Opens a file of the folder through quick open and puts the cursor at its end. */
  async openFile(name: string): Promise<void> {
    await this.#openQuickInput("Control+P");
    await this.pick(name, path.basename(name));
    const tab = this.page.getByRole("tab", { name: path.basename(name) }).first();
    await tab.waitFor({ timeout: WAIT_MS });
    const editor = this.page.locator(".editor-group-container.active .editor-instance").first();
    await editor.locator(".view-lines").click();
    await this.page.keyboard.press("Control+End");
  }

  /** Types as a person does, key by key. @param delayMs between two keys */
  async type(text: string, delayMs = 60): Promise<void> {
    await this.page.keyboard.type(text, { delay: delayMs });
  }

  /** Saves the active editor, which has changes, and waits until its tab says so. */
  async save(): Promise<void> {
    await this.page.locator(".tab.active.dirty").waitFor({ state: "attached", timeout: WAIT_MS });
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active.dirty").waitFor({ state: "detached", timeout: WAIT_MS });
  }

  /** Opens a new integrated terminal, ready to be typed into. @param door to wait for its shell integration too */
  async openTerminal(door?: Door): Promise<void> {
    await this.runCommand("Terminal: Create New Terminal");
    await this.#terminalInput().waitFor({ state: "attached", timeout: WAIT_MS });
    await this.page
      .locator(".terminal-wrapper.active .xterm-rows")
      .getByText(/[#$%>]/)
      .first()
      .waitFor();
    if (!door) return;
    await until("shell integration", async () =>
      (await door.evaluate((vscode) => vscode.window.activeTerminal?.shellIntegration !== undefined, undefined))
        ? true
        : undefined,
    );
  }

  /** Types a line into the active terminal, Enter included. What it does is for the caller to wait for. */
  async typeInTerminal(line: string): Promise<void> {
    await this.#terminalInput().focus();
    await this.type(line, 20);
    await this.page.keyboard.press("Enter");
  }

  /** Commits everything from the Source Control view, with a message typed into its box. */
  async commitFromSourceControl(message: string): Promise<void> {
    await this.#pressUntil("Control+Shift+G", this.page.locator(".scm-view").first());
    // git is not watched but asked now and then: until it lists the change there is nothing to commit.
    await this.page.locator(".scm-view .monaco-list-row .resource").first().waitFor({ timeout: WAIT_MS });
    const box = this.page.locator(".scm-editor .monaco-editor").first();
    await box.click({ timeout: WAIT_MS });
    await this.type(message, 20);
    await this.page.keyboard.press("Control+Enter");
    // With nothing staged VS Code asks whether to commit all changes.
    if (!(await this.answerModal("Yes"))) throw new Error("nothing was asked before a commit of what is not staged");
  }

  /** Presses a button of a modal dialog if one comes; says whether it did. */
  async answerModal(button: string, timeoutMs = WAIT_MS): Promise<boolean> {
    return pressed(
      this.page.locator(".monaco-dialog-box").getByRole("button", { name: button, exact: true }),
      timeoutMs,
    );
  }

  /** The notification that says `text`. */
  toast(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast").filter({ hasText: text }).first();
  }

  /** Waits for a notification and gives what it says. */
  async waitForToast(text: string | RegExp, timeoutMs = WAIT_MS): Promise<string> {
    const toast = this.toast(text);
    await toast.waitFor({ timeout: timeoutMs });
    return (await toast.locator(".notification-list-item-message").first().innerText()).trim();
  }

  /** Presses a button of a notification if one with such a button comes; says whether it did. */
  async answerToast(button: string, timeoutMs = WAIT_MS): Promise<boolean> {
    const toasts = this.page.locator(".notification-toast");
    return pressed(toasts.getByRole("button", { name: button, exact: true }).first(), timeoutMs);
  }

  /** Dismisses every notification. */
  async clearToasts(): Promise<void> {
    await this.runCommand("Notifications: Clear All Notifications");
  }

  /** Switches the color theme and waits until the window wears it. */
  async useTheme(door: Door, theme: keyof typeof THEMES): Promise<void> {
    await door.evaluate(
      (vscode, name) =>
        vscode.workspace.getConfiguration("workbench").update("colorTheme", name, vscode.ConfigurationTarget.Global),
      THEMES[theme],
    );
    const css = { light: "vs", dark: "vs-dark", highContrast: "hc-black", highContrastLight: "hc-light" }[theme];
    await this.page.locator(`.monaco-workbench.${css}`).waitFor({ timeout: WAIT_MS });
  }

  /** Takes a picture of the window; gives its file. */
  async screenshot(name: string): Promise<string> {
    this.#taken++;
    const file = path.join(this.#screenshots, `${String(this.#taken).padStart(2, "0")}-${name}.png`);
    fs.mkdirSync(this.#screenshots, { recursive: true });
    // What still moves is shown as it will stand.
    await this.page.screenshot({ path: file, animations: "disabled" });
    return file;
  }

  #openQuickInput(key: string): Promise<void> {
    return this.#pressUntil(key, this.page.locator(".quick-input-widget:visible input:focus").first());
  }

  /** Presses a key until what it opens is there: a web page in the window that has just got the focus may lose it. */
  async #pressUntil(key: string, opens: Locator): Promise<void> {
    await until(`what ${key} opens`, async () => {
      await this.page.keyboard.press(key);
      return (await appears(opens, KEY_MS)) ? true : undefined;
    });
  }

  /** Until a file dialog has read the folder it begins in, it puts that folder's path over whatever is typed. */
  async #fileDialog(): Promise<Locator> {
    const widget = await this.quickInput();
    await this.#rows().first().waitFor({ timeout: WAIT_MS });
    return widget;
  }

  #rows(): Locator {
    return this.page.locator(".quick-input-widget:visible .monaco-list-row");
  }

  #terminalInput(): Locator {
    return this.page.locator(".terminal-wrapper.active .xterm-helper-textarea");
  }
}

function appears(what: Locator, timeoutMs: number): Promise<boolean> {
  return inTime(what.waitFor({ timeout: timeoutMs }));
}

function pressed(button: Locator, timeoutMs: number): Promise<boolean> {
  return inTime(button.click({ timeout: timeoutMs }));
}

/** Whether it was done before its time was up. */
async function inTime(deed: Promise<void>): Promise<boolean> {
  try {
    await deed;
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}
