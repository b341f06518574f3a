import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { CaptureWindow, FULL_SCREEN_PROGRAM, pause } from "../host/lib/captureWindow.ts";
import { startHost, type Host } from "../host/lib/host.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { commitFiles, smallRepository } from "../host/lib/repository.ts";
import { Workbench } from "../host/lib/workbench.ts";

const LINES = Array.from({ length: 300 }, (_, i) => `line ${String(i)}`).join("\n");

/** The tests build on one another: one cell runs, ends, and is forgotten. */
describe("what is heard where notebook cells run for long", function () {
  this.timeout(180_000);
  this.bail(true);
  const work = temporaryFolder("e2e-run");
  const folder = (name: string): string => path.join(work.path, name);
  let host: Host;
  let page: Page;
  let bench: Workbench;
  let window: CaptureWindow;
  /** Nobody touches this one. A headless browser calls all its windows focused. */
  let empty: CaptureWindow;
  let emptyPage: Page;
  /** When the cell had begun to run, and when it had not yet ended: `performance.now()`, and the clock. */
  let began = 0;
  let ended = 0;

  before(async () => {
    for (const name of ["empty", "keys"]) {
      await smallRepository(folder(name));
      await commitFiles(folder(name), "Add texts", {
        "one.txt": LINES,
        "two.txt": LINES,
        "keys.sh": FULL_SCREEN_PROGRAM,
        "book.lines": "wait\n10",
      });
    }
    host = await startHost({
      vsix: [process.env["CASECLOCK_VSIX"] ?? "caseclock.vsix"],
      companions: [await bundleTestCompanion()],
      settings: { "caseclock.commits.tagging": "off", "workbench.editor.enablePreview": false },
    });
    const open = async (name: string): Promise<[Page, CaptureWindow]> => {
      const opened = await host.open({ folder: folder(name) });
      const door = await host.door(folder(name));
      return [opened, new CaptureWindow(host, door, fs.realpathSync(folder(name)))];
    };
    [emptyPage, empty] = await open("empty");
    [page, window] = await open("keys");
    bench = new Workbench(page, folder("shots"));
    await page.keyboard.press("Shift");
    await window.untilState({ focused: true, active: true });
    for (const name of ["one.txt", "two.txt"]) await bench.openFile(name);
    await page.keyboard.press("Control+P");
    await bench.pick("book.lines");
    await cell(0).waitFor();
    await bench.openTerminal(window.door);
  });
  after(async () => {
    await host.close();
    work.remove();
  });

  const cell = (index: number, shown = page) =>
    shown.locator(`.notebook-editor .monaco-list-row.code-cell-row >> nth=${index}`);
  async function chooseTab(name: string): Promise<void> {
    await page.getByRole("tab", { name }).first().click();
    await page.locator(".tab.active").filter({ hasText: name }).first().waitFor();
  }
  /** Asks for the first cell to be run; the command itself answers only when it has ended. */
  async function runCell(door: CaptureWindow["door"], file: string): Promise<void> {
    await door.evaluate(({ commands, Uri }, target) => {
      void commands.executeCommand("notebook.cell.execute", {
        ranges: [{ start: 0, end: 1 }],
        document: Uri.file(target),
      });
    }, file);
  }
  /** Ends the cell that waits, and waits until the extensions of its window have heard it. */
  async function endCell({ door }: CaptureWindow): Promise<void> {
    await door.evaluate(async ({ workspace, commands }) => {
      const heard = new Promise<void>((resolve) => {
        const listener = workspace.onDidChangeNotebookDocument(({ cellChanges }) => {
          if (!cellChanges.some(({ executionSummary }) => executionSummary?.success === true)) return;
          listener.dispose();
          resolve();
        });
      });
      await commands.executeCommand("caseclock-test.endCells");
      await heard;
    }, undefined);
  }
  async function adds(expected: string, act: () => Promise<unknown>): Promise<void> {
    assert.equal(await window.added(act, expected), expected);
  }

  it("a cell that is started by hand, and a tab that is chosen soon after: the person's", () =>
    adds("person notebook switch", async () => {
      await cell(0).hover();
      await cell(0).locator(".run-button-container .action-label").first().click();
      await chooseTab("one.txt");
      began = performance.now();
    }));

  it("after more than 10 s of it a tab that is chosen: nothing, the cell itself keeps the window active", async () => {
    await pause(10_500 - (performance.now() - began));
    await window.untilState({ active: true }, 0);
    await adds("", () => chooseTab("two.txt"));
  });

  it("a command that is typed then: an agent's, in doubt", () =>
    adds("agent terminal", () => bench.typeInTerminal("true")));

  it("a key in a text editor, and what is done within 5 s of it: the person's", async () => {
    await page.locator(".editor-group-container.active .editor-instance .view-lines").first().click();
    await adds("person select switch", async () => {
      await page.keyboard.press("ArrowDown");
      await chooseTab("one.txt");
    });
  });

  it("after its end the same holds until the window would have turned inactive", async () => {
    ended = Date.now();
    await adds("", () => endCell(window));
    await pause(5_500); // the last key is not to count any more
    await adds("", () => chooseTab("two.txt"));
  });

  it("presence begins 70 s after its end, and is of no moment before it", async () => {
    await adds("agent terminal", () => bench.typeInTerminal("sh keys.sh"));
    await page.locator(".terminal-wrapper.active .xterm-rows").getByText("keys go here", { exact: true }).waitFor();
    const before = await window.mark();
    const rows = await until(
      "presence",
      async () => {
        await page.keyboard.press("j"); // the program takes it, and no one but that hears of it
        await window.settle();
        const found = window.rowsAfter(before);
        return found.length > 0 ? found : undefined;
      },
      120_000,
    );
    assert.deepEqual([...new Set(rows.map(({ of }) => of))], ["presence"]);
    assert.ok(rows.every(({ first }) => first >= Math.floor(ended / 1_000) * 1_000));
  });

  it("and then a tab that is chosen is the person's again", () => adds("person switch", () => chooseTab("one.txt")));

  // VS Code calls the window active up to 100 ms after a cell begins to run, whoever started it.
  it("a cell that a program runs where nobody is, and what programs do after it: nothing but an agent's edit", async () => {
    const book = path.join(folder("empty"), "book.lines");
    await empty.door.evaluate(async ({ workspace, window: shown, Uri }, file) => {
      await shown.showNotebookDocument(await workspace.openNotebookDocument(Uri.file(file)));
    }, book);
    await empty.untilState({ focused: true, active: false });
    const told = await empty.added(async () => {
      await runCell(empty.door, book);
      await empty.untilState({ active: true });
      await empty.door.evaluate(
        async ({ window: shown, Uri, Position }, file) => {
          const editor = await shown.showTextDocument(Uri.file(file));
          await editor.edit((edit) => {
            edit.insert(new Position(0, 0), "by a program\n");
          });
        },
        path.join(folder("empty"), "one.txt"),
      );
      await endCell(empty);
      await empty.door.evaluate(
        async ({ window: shown, Uri }, file) => {
          await shown.showTextDocument(Uri.file(file));
        },
        path.join(folder("empty"), "two.txt"),
      );
    }, "agent edit");
    assert.equal(told, "agent edit");
  });

  it("and whoever then presses a key in a text editor of it is a person", async () => {
    const told = await empty.added(async () => {
      await emptyPage.locator(".editor-group-container.active .editor-instance .view-lines").first().click();
      await emptyPage.keyboard.press("ArrowDown");
    }, "person select");
    assert.equal(told, "person select");
  });

  // The other half of the rule: the mouse button makes the window active before the cell begins to run.
  it("a person who comes back to such a window with a click on Run is one", async () => {
    const book = path.join(folder("empty"), "book.lines");
    await empty.door.evaluate(async ({ workspace, window: shown, Uri }, file) => {
      await shown.showNotebookDocument(await workspace.openNotebookDocument(Uri.file(file)));
    }, book);
    await empty.untilState({ focused: true, active: false });
    const first = cell(0, emptyPage);
    const told = await empty.added(async () => {
      await first.hover();
      await first.locator(".run-button-container .action-label").first().click();
    }, "person focus notebook");
    assert.equal(told, "person focus notebook");
    await endCell(empty);
  });
});
