import assert from "node:assert/strict";
import fs from "node:fs";
import * as vscode from "vscode";
import type { CompanionApi } from "../companion/extension.ts";
import { lastSeq, ledgerFile, readHeartbeats, summaryOf } from "../lib/heartbeats.ts";
import { until } from "../lib/processes.ts";

/** One sign: what it adds to the ledger, as `toCaseSummary` says it, and how it is made. */
interface Sign {
  readonly name: string;
  readonly adds: string;
  /** What the editor may add by itself, sooner or later. */
  readonly besides?: string;
  /** What has to be there before, and is not part of it. */
  readonly prepare?: () => Thenable<unknown>;
  readonly act: (editor: vscode.TextEditor) => Thenable<unknown>;
}

const LINES = Array.from({ length: 300 }, (_, i) => `line ${String(i)}`).join("\n");
const { commands, window, workspace } = vscode;

/** Resolves after the next event of which `wanted` is true, which `act` brings about. */
async function awaiting<T>(
  event: vscode.Event<T>,
  act: () => Thenable<unknown>,
  wanted: (value: T) => boolean,
): Promise<void> {
  let listener: vscode.Disposable | undefined;
  const seen = new Promise<void>((resolve) => {
    listener = event((value) => {
      if (wanted(value)) resolve();
    });
  });
  try {
    await act();
    await seen;
  } finally {
    listener?.dispose();
  }
}

describe("what is heard inside the editor, driven by its commands", function () {
  this.timeout(60_000);
  let ledger: string;
  let folder: vscode.Uri;

  before(async () => {
    const companion = vscode.extensions.getExtension<CompanionApi>("caseclock.caseclock-test-companion");
    assert.ok(companion);
    ledger = ledgerFile((await companion.activate()).globalStorage);
    const [first] = workspace.workspaceFolders ?? [];
    assert.ok(first);
    folder = first.uri;
    assert.equal(window.state.focused, true);
  });
  after(async () => {
    await commands.executeCommand("workbench.action.closeAllEditors");
  });

  const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  /** Everything that happened in the window has reached the extensions, and everything they heard the file. */
  async function settle(): Promise<void> {
    for (let trip = 0; trip < 2; trip += 1) await commands.executeCommand("setContext", "caseclock-test.trip", trip);
    await commands.executeCommand("caseclock.today", {});
  }
  async function added(act: () => Thenable<unknown>): Promise<string> {
    await settle();
    const before = lastSeq(ledger);
    await act();
    await settle();
    return summaryOf(readHeartbeats(ledger, before));
  }
  async function open(name: string, text = LINES): Promise<vscode.TextEditor> {
    await workspace.fs.writeFile(file(name), new TextEncoder().encode(text));
    return window.showTextDocument(file(name), { preview: false });
  }
  const run = (command: string, argument?: object): Thenable<unknown> => commands.executeCommand(command, argument);
  const cursor = (): Thenable<unknown> => run("cursorMove", { to: "down" });

  describe("by a person at the keyboard", () => {
    const signs: readonly Sign[] = [
      { name: "typing", adds: "person edit select", act: () => run("type", { text: "x" }) },
      { name: "paste", adds: "person edit", act: () => run("paste", { text: "some\nlines\n" }) },
      { name: "delete", adds: "person edit", act: () => run("deleteLeft") },
      { name: "undo and redo", adds: "person edit", act: () => run("undo").then(() => run("redo")) },
      {
        name: "typing with several cursors",
        adds: "person edit select",
        act: () => run("editor.action.insertCursorBelow").then(() => run("type", { text: "y" })),
      },
      {
        name: "a snippet",
        adds: "person edit",
        act: () => run("editor.action.insertSnippet", { snippet: "for (${1:x} of ${2:y}) {}" }),
      },
      { name: "a selection by keyboard", adds: "person select", act: () => run("cursorDownSelect") },
      { name: "moving a line", adds: "person edit", act: () => run("editor.action.moveLinesDownAction") },
      {
        name: "replacing all in the file",
        adds: "person edit",
        besides: ", scroll scroll", // the find widget pushes the text down
        act: async () => {
          await run("editor.actions.findWithArgs", { searchString: "line", replaceString: "row" });
          await run("editor.action.replaceAll");
          await run("closeFindWidget");
        },
      },
      {
        name: "another extension that edits the open file at that moment: cannot be told apart",
        adds: "person edit",
        act: (editor) =>
          editor.edit((edit) => {
            edit.insert(new vscode.Position(5, 0), "by a program");
          }),
      },
    ];
    for (const { name, adds, besides = "", act } of signs) {
      it(`${name}: ${adds}`, async () => {
        const editor = await open("work.txt");
        await cursor();
        assert.equal((await added(() => act(editor))).replace(besides, ""), adds);
        await run("workbench.action.revertAndCloseActiveEditor");
      });
    }
  });

  describe("by programs, with nobody at the keyboard for five seconds", () => {
    let editor: vscode.TextEditor;
    before(async () => {
      editor = await open("agent.txt");
      await run("cursorMove", { to: "right" });
      const since = Date.now();
      // Time itself is what is awaited here.
      await until("five seconds without a key", () => (Date.now() - since > 5_500 ? true : undefined));
    });

    const insert = (target: vscode.Uri, text = "by a program\n"): Thenable<unknown> => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(target, new vscode.Position(0, 0), text);
      return workspace.applyEdit(edit);
    };
    const signs: readonly Sign[] = [
      { name: "an edit of the open file", adds: "agent edit", act: () => insert(editor.document.uri) },
      {
        name: "an edit of a file that is open and not looked at",
        adds: "agent edit",
        act: async () => {
          await workspace.openTextDocument(file("README.md"));
          await insert(file("README.md"));
        },
      },
      {
        name: "a selection by a program",
        adds: "",
        act: () =>
          awaiting(
            window.onDidChangeTextEditorSelection,
            async () => {
              editor.selection = new vscode.Selection(20, 0, 20, 3);
              return Promise.resolve();
            },
            ({ kind }) => kind !== vscode.TextEditorSelectionChangeKind.Keyboard,
          ),
      },
      {
        name: "auto save after an edit",
        adds: "agent edit",
        act: async () => {
          const files = workspace.getConfiguration("files");
          await files.update("autoSaveDelay", 100, vscode.ConfigurationTarget.Global);
          await files.update("autoSave", "afterDelay", vscode.ConfigurationTarget.Global);
          try {
            await awaiting(
              workspace.onDidSaveTextDocument,
              () => insert(editor.document.uri),
              () => true,
            );
          } finally {
            await files.update("autoSave", "off", vscode.ConfigurationTarget.Global);
          }
        },
      },
      {
        name: "a reload of the open file from disk",
        adds: "agent edit",
        prepare: () => open("reloaded.txt"),
        act: () =>
          awaiting(
            workspace.onDidChangeTextDocument,
            async () => fs.promises.writeFile(file("reloaded.txt").fsPath, "from outside\n"),
            ({ contentChanges }) => contentChanges.length > 0,
          ),
      },
      {
        name: "another language for the open file",
        adds: "",
        act: () =>
          awaiting(
            workspace.onDidOpenTextDocument,
            () => vscode.languages.setTextDocumentLanguage(editor.document, "markdown"),
            ({ languageId }) => languageId === "markdown",
          ),
      },
      {
        name: "lines of an output channel that is shown",
        adds: "",
        act: async () => {
          const channel = window.createOutputChannel("Capture Test");
          channel.show(true);
          await awaiting(
            workspace.onDidChangeTextDocument,
            async () => {
              for (let line = 0; line < 200; line += 1) channel.appendLine(`line ${String(line)}`);
              return Promise.resolve();
            },
            ({ document }) => document.uri.scheme === "output",
          );
          channel.dispose();
        },
      },
      {
        name: "text in the commit box",
        adds: "",
        act: async () => {
          const control = vscode.scm.createSourceControl("capture-test", "Capture Test");
          control.inputBox.value = "A message";
          control.dispose();
          return Promise.resolve();
        },
      },
      {
        name: "a replacement in a thousand files that are not open",
        adds: "agent edit",
        act: async () => {
          const edit = new vscode.WorkspaceEdit();
          const many = vscode.Uri.joinPath(folder, "many");
          fs.mkdirSync(many.fsPath);
          for (let index = 0; index < 1_000; index += 1) {
            const target = vscode.Uri.joinPath(many, `${String(index)}.txt`);
            fs.writeFileSync(target.fsPath, "old");
            edit.replace(target, new vscode.Range(0, 0, 0, 3), "new");
          }
          await workspace.applyEdit(edit, { isRefactoring: true });
          await workspace.fs.delete(many, { recursive: true });
        },
      },
      {
        name: "a file watcher that sees files come and go",
        adds: "",
        act: async () => {
          const watcher = workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, "*.seen"));
          await awaiting(
            watcher.onDidCreate,
            () => workspace.fs.writeFile(file("file.seen"), new TextEncoder().encode("x")),
            () => true,
          );
          watcher.dispose();
          await workspace.fs.delete(file("file.seen"));
        },
      },
      {
        name: "a program that scrolls and does nothing else: cannot be told apart, and begins nothing",
        adds: "scroll scroll",
        prepare: async () => {
          editor = await open("scrolled.txt");
          const since = Date.now();
          await until("a second without a switch", () => (Date.now() - since > 1_500 ? true : undefined));
        },
        act: async () => {
          await awaiting(
            window.onDidChangeTextEditorVisibleRanges,
            async () => {
              editor.revealRange(new vscode.Range(250, 0, 250, 0));
              return Promise.resolve();
            },
            ({ textEditor }) => textEditor === editor,
          );
        },
      },
    ];
    for (const { name, adds, prepare, act } of signs) {
      it(`${name}: ${adds === "" ? "nothing" : adds}`, async () => {
        await prepare?.();
        const told = await added(() => act(editor));
        assert.equal(told, adds);
      });
    }

    it("with agent time off no row of an agent is written, and again when it is on", async () => {
      const section = workspace.getConfiguration("caseclock");
      await section.update("capture.agentTime", "off", vscode.ConfigurationTarget.Global);
      try {
        assert.equal(await added(() => insert(file("README.md"))), "");
      } finally {
        await section.update("capture.agentTime", undefined, vscode.ConfigurationTarget.Global);
      }
      assert.equal(await added(() => insert(file("README.md"))), "agent edit");
    });
  });
});
