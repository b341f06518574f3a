import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { CaptureWindow, pause, pointIn, type Sign } from "../host/lib/captureWindow.ts";
import { startHost, type Host } from "../host/lib/host.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { commitFiles, smallRepository } from "../host/lib/repository.ts";
import { giveFocus } from "../host/lib/window.ts";
import { Workbench } from "../host/lib/workbench.ts";

const LINES = Array.from({ length: 300 }, (_, i) => `line ${String(i)}`).join("\n");

describe("what is heard of a person at keyboard and mouse", function () {
  this.timeout(120_000);
  const work = temporaryFolder("e2e-capture");
  const folder = path.join(work.path, "sample");
  let host: Host;
  let page: Page;
  let bench: Workbench;
  let window: CaptureWindow;

  before(async () => {
    await smallRepository(folder);
    await commitFiles(folder, "Add texts", {
      "one.txt": LINES,
      "two.txt": LINES,
      "picture.viewed": "picture",
      "book.lines": "10\n10\n10",
    });
    host = await startHost({
      vsix: [process.env["CASECLOCK_VSIX"] ?? "caseclock.vsix"],
      companions: [await bundleTestCompanion()],
      settings: {
        "caseclock.commits.tagging": "off",
        "workbench.editor.enablePreview": false,
        "diffEditor.useInlineViewWhenSpaceIsLimited": false,
        "debug.internalConsoleOptions": "neverOpen",
      },
    });
    page = await host.open({ folder });
    bench = new Workbench(page, path.join(work.path, "shots"));
    window = new CaptureWindow(host, await host.door(folder), fs.realpathSync(folder));
    await giveFocus(host.context, page);
    await page.keyboard.press("Shift");
    await window.untilState({ focused: true, active: true });
    await bench.openFile("one.txt");
  });
  after(async () => {
    await host.close();
    work.remove();
  });

  const key = (name: string): Promise<void> => page.keyboard.press(name);
  /** A selection by keyboard in the open file, so that the next edit is the person's. */
  const cursor = (): Promise<void> => key("ArrowLeft");
  const middleOf = (selector: string): Promise<[number, number]> => pointIn(page, selector);
  async function quickOpen(name: string): Promise<void> {
    await key("Control+P");
    await bench.pick(name);
    await page.locator(".tab.active").filter({ hasText: name }).first().waitFor();
  }
  function table(signs: readonly Sign[]): void {
    for (const { name, adds, prepare, act } of signs) {
      it(`${name}: ${adds === "" ? "nothing" : adds}`, async () => {
        await prepare?.();
        assert.equal(await window.added(act, adds), adds);
      });
    }
  }

  describe("in a text editor", () => {
    table([
      { name: "typing", adds: "person edit select", prepare: cursor, act: () => bench.type("abc") },
      {
        name: "the first key after five seconds: told as an agent's, and as the person's by its selection",
        adds: "person select, agent edit",
        prepare: () => pause(5_500),
        act: () => bench.type("d"),
      },
      {
        name: "paste",
        adds: "person edit select",
        prepare: async () => {
          await cursor();
          await window.door.evaluate(({ env }) => env.clipboard.writeText("pasted"), undefined);
        },
        act: () => key("Control+V"),
      },
      { name: "cut", adds: "person edit", prepare: cursor, act: () => key("Control+X") },
      { name: "undo", adds: "person edit", prepare: cursor, act: () => key("Control+Z") },
      { name: "backspace", adds: "person edit", prepare: cursor, act: () => key("Backspace") },
      {
        name: "typing with two cursors",
        adds: "person edit select",
        prepare: cursor,
        act: async () => {
          await key("Control+Alt+ArrowUp");
          await bench.type("m");
          await key("Escape");
        },
      },
      {
        name: "a completion that is accepted",
        adds: "person edit select",
        prepare: async () => {
          await key("Control+End");
          await key("Enter");
        },
        act: async () => {
          await bench.type("lin");
          await key("Control+Space");
          await page.locator(".suggest-widget.visible .monaco-list-row.focused").waitFor();
          await key("Enter");
          await page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
        },
      },
      {
        name: "find and replace all",
        adds: "person edit",
        prepare: cursor,
        act: async () => {
          await key("Control+H");
          await page.locator(".find-widget.visible").waitFor();
          await page.keyboard.type("line 12");
          await key("Tab");
          await page.keyboard.type("row 12");
          await key("Control+Alt+Enter");
          await key("Escape");
        },
      },
      { name: "a selection by keyboard", adds: "person select", act: () => key("Shift+ArrowUp") },
      {
        name: "a selection by mouse",
        adds: "person select",
        act: async () =>
          page.mouse.dblclick(
            ...(await middleOf(".editor-group-container.active .editor-instance .view-line >> nth=3")),
          ),
      },
      {
        name: "the mouse wheel",
        adds: "scroll scroll",
        prepare: async () => {
          await key("Control+End");
          await page.mouse.move(...(await middleOf(".editor-group-container.active .editor-instance")));
          await pause(1_500);
        },
        act: () => page.mouse.wheel(0, -2_000),
      },
      { name: "saving by hand", adds: "person save", act: () => key("Control+S") },
    ]);
  });

  describe("between editors", () => {
    table([
      { name: "opening a file", adds: "person select switch", act: () => bench.openFile("two.txt") },
      { name: "going to another tab", adds: "person switch", act: () => key("Control+PageUp") },
      { name: "splitting the editor", adds: "person switch", act: () => key("Control+\\") },
      {
        name: "typing in one of two editors of the same file",
        adds: "person edit select",
        prepare: cursor,
        act: () => bench.type("t"),
      },
      {
        name: "a comparison, and a click into its older side",
        adds: "person select switch",
        act: async () => {
          await bench.runCommand("Git: Open Changes");
          await page.locator(".monaco-diff-editor .editor.original .view-line").first().waitFor();
          await page.mouse.click(...(await middleOf(".monaco-diff-editor .editor.original .view-line >> nth=2")));
        },
      },
      { name: "a custom editor", adds: "person switch", act: () => quickOpen("picture.viewed") },
      {
        name: "a click inside a custom editor or webview: only presence tells",
        adds: "",
        act: async () => page.mouse.click(...(await middleOf(".editor-group-container.active .editor-container"))),
      },
      {
        name: "a webview's tab",
        adds: "person switch",
        act: async () => {
          await window.door.command("caseclock-test.openWebview");
          await page.locator(".tab.active").filter({ hasText: "Test Webview" }).waitFor();
        },
      },
    ]);
  });

  describe("in a notebook", () => {
    const cell = (index: number) => page.locator(`.notebook-editor .monaco-list-row.code-cell-row >> nth=${index}`);
    table([
      {
        name: "opening it",
        adds: "person notebook switch",
        act: async () => {
          await quickOpen("book.lines");
          await cell(0).waitFor();
        },
      },
      {
        name: "editing the text of a cell",
        adds: "person edit notebook select switch",
        act: async () => {
          await cell(1).locator(".view-lines").click();
          await key("End");
          await bench.type("0");
        },
      },
      {
        name: "adding a cell",
        adds: "person notebook switch",
        act: async () => {
          await cell(1).locator(".view-lines").click();
          await key("Escape");
          await key("Control+Enter"); // by its key: through the palette it may come later than 5 s after the click
          await cell(3).waitFor();
        },
      },
      {
        name: "running a cell",
        adds: "person notebook",
        act: async () => {
          await cell(0).hover();
          await cell(0).locator(".run-button-container .action-label").first().click();
          await cell(0).locator(".codicon-notebook-state-success").waitFor();
        },
      },
      { name: "saving it", adds: "", act: () => key("Control+S") },
    ]);
  });

  describe("beside the editors", () => {
    table([
      {
        name: "a terminal command that is typed",
        adds: "person terminal",
        prepare: () => bench.openTerminal(window.door),
        act: () => bench.typeInTerminal("true"),
      },
      {
        name: "a terminal loop that runs by itself: its start",
        adds: "person terminal",
        act: async () => {
          await bench.typeInTerminal("for i in 1 2 3 4 5 6; do echo round $i; sleep 0.5; done");
          await page.locator(".terminal-wrapper.active .xterm-rows").getByText("round 6").last().waitFor();
        },
      },
      {
        name: "a debug session that is started, and opens the file it stops in",
        adds: "person debug switch",
        act: async () => {
          await window.door.evaluate(
            ({ debug }) => debug.startDebugging(undefined, { type: "caseclock-test", name: "Test", request: "launch" }),
            undefined,
          );
          await page.locator(".debug-toolbar").waitFor();
          await until("the first stop", async () =>
            (await window.door.evaluate(({ debug }) => debug.activeStackItem !== undefined, undefined))
              ? true
              : undefined,
          );
        },
      },
      { name: "a step", adds: "person debug", act: () => key("F10") },
      {
        name: "a breakpoint that is set and removed",
        adds: "",
        prepare: async () => {
          await key("Shift+F5");
          await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
          await bench.openFile("one.txt");
        },
        act: async () => {
          await key("F9");
          await key("F9");
        },
      },
      {
        name: "a commit in the Source Control view",
        adds: "person scm",
        prepare: async () => {
          fs.writeFileSync(path.join(folder, "changed.txt"), "to commit\n");
          return Promise.resolve();
        },
        act: () => bench.commitFromSourceControl("Change the texts"),
      },
    ]);
  });

  describe("of other windows and programs", () => {
    const edit = (name: string): Promise<unknown> =>
      window.door.evaluate(
        async ({ workspace, WorkspaceEdit, Position, Uri }, target) => {
          const change = new WorkspaceEdit();
          change.insert(Uri.file(target), new Position(0, 0), "by a program\n");
          return workspace.applyEdit(change);
        },
        path.join(folder, name),
      );
    table([
      {
        name: "another extension that edits the open file while somebody types: cannot be told apart",
        adds: "person edit select",
        prepare: async () => {
          await bench.openFile("one.txt");
          await cursor();
        },
        act: async () => {
          await bench.type("x");
          await edit("one.txt");
        },
      },
      {
        name: "another extension that edits another file while somebody types",
        adds: "person edit select, agent edit",
        prepare: cursor,
        act: async () => {
          await bench.type("x");
          await edit("README.md");
        },
      },
      {
        name: "saving with a formatter: the format is part of the save",
        adds: "person edit save select",
        prepare: async () => {
          await window.door.evaluate(async ({ languages, workspace, TextEdit, Position, ConfigurationTarget }) => {
            languages.registerDocumentFormattingEditProvider("plaintext", {
              provideDocumentFormattingEdits: () => [TextEdit.insert(new Position(0, 0), "formatted\n")],
            });
            await workspace.getConfiguration("editor").update("formatOnSave", true, ConfigurationTarget.Global);
          }, undefined);
          await cursor();
        },
        act: async () => {
          await bench.type("y");
          await key("Control+S");
          await page.locator(".editor-group-container.active .tab.active.dirty").waitFor({ state: "detached" });
        },
      },
      {
        name: "an edit in an unfocused window",
        adds: "agent edit",
        prepare: async () => {
          await cursor();
          await giveFocus(host.context, undefined);
          await window.untilState({ focused: false });
        },
        act: () => edit("one.txt"),
      },
      {
        name: "the window that gains the focus",
        adds: "person focus",
        act: async () => {
          await giveFocus(host.context, page);
          await window.untilState({ focused: true });
        },
      },
    ]);

    it("typing in one of two editors of a file counts each key once", async () => {
      await bench.openFile("two.txt");
      await key("Control+\\");
      await cursor();
      const before = await window.mark();
      await bench.type("seven77");
      await window.settle();
      const edits = window.rowsAfter(before).map(({ counts }) => counts["edit"] ?? 0);
      assert.equal(
        edits.reduce((sum, count) => sum + count, 0),
        7,
      );
    });
  });
});
