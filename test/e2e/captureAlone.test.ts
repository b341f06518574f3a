import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type * as vscode from "vscode";
import { bundleTestCompanion } from "../host/lib/bundle.ts";
import { CaptureWindow, FULL_SCREEN_PROGRAM } from "../host/lib/captureWindow.ts";
import { startHost, type Host } from "../host/lib/host.ts";
import { temporaryFolder, until } from "../host/lib/processes.ts";
import { commitFiles, git, smallRepository } from "../host/lib/repository.ts";
import { Workbench } from "../host/lib/workbench.ts";

/** What a program does in a window, and what it adds to the ledger as `toCaseSummary` says it. */
interface Doing {
  readonly name: string;
  readonly adds: string;
  readonly act: (api: typeof vscode, folder: string) => Thenable<unknown>;
}

const LINES = Array.from({ length: 300 }, (_, i) => `line ${String(i)}`).join("\n");

describe("what is heard where only a terminal has the keys, and where nobody is", function () {
  this.timeout(180_000);
  const work = temporaryFolder("e2e-alone");
  const folder = (name: string): string => path.join(work.path, name);
  let host: Host;
  /** Nobody ever touches this one. A headless browser calls all its windows focused. */
  let empty: CaptureWindow;

  before(async () => {
    for (const name of ["empty", "terminal"]) {
      await smallRepository(folder(name));
      await commitFiles(folder(name), "Add texts", {
        "one.txt": LINES,
        "two.txt": LINES,
        "keys.sh": FULL_SCREEN_PROGRAM,
        "book.lines": "10\n20000",
      });
    }
    host = await startHost({
      vsix: [process.env["CASECLOCK_VSIX"] ?? "caseclock.vsix"],
      companions: [await bundleTestCompanion()],
      settings: { "caseclock.commits.tagging": "off", "debug.internalConsoleOptions": "neverOpen" },
    });
    await host.open({ folder: folder("empty") });
    empty = new CaptureWindow(host, await host.door(folder("empty")), fs.realpathSync(folder("empty")));
  });
  after(async () => {
    await host.close();
    work.remove();
  });

  it("a full-screen program in the terminal: presence, which is bridged, and nothing else", async () => {
    const page = await host.open({ folder: folder("terminal") });
    const bench = new Workbench(page, folder("shots"));
    const window = new CaptureWindow(host, await host.door(folder("terminal")), fs.realpathSync(folder("terminal")));
    await bench.openTerminal(window.door);
    await bench.typeInTerminal("sh keys.sh");
    const screen = page.locator(".terminal-wrapper.active .xterm-rows");
    await screen.getByText("keys go here", { exact: true }).waitFor();
    const before = await window.mark();
    const rows = await until(
      "presence",
      async () => {
        await page.keyboard.press("j"); // the program takes it, and no one but that hears of it
        await window.settle();
        const found = window.rowsAfter(before);
        return found.some(({ of }) => of === "presence") ? found : undefined;
      },
      120_000,
    );
    assert.deepEqual([...new Set(rows.map(({ of }) => of))], ["presence"]);
    for (const { first, last, counts } of rows) {
      assert.equal(first, last);
      assert.deepEqual(counts, { presence: 1 });
    }
    await page.close();
  });

  describe("programs in a focused window at which nobody sits", () => {
    before(async () => {
      await empty.untilState({ focused: true, active: false });
    });

    const doings: readonly Doing[] = [
      {
        name: "opening one file after the other",
        adds: "",
        act: async ({ window, Uri }, at) => {
          for (const name of ["one.txt", "two.txt", "README.md", "one.txt"]) {
            await window.showTextDocument(Uri.file(`${at}/${name}`), { preview: false });
          }
        },
      },
      {
        name: "an edit of the open file, and its save",
        adds: "agent edit",
        act: async ({ window, Position }) => {
          const editor = window.activeTextEditor;
          await editor?.edit((edit) => {
            edit.insert(new Position(0, 0), "by a program\n");
          });
          await editor?.document.save();
        },
      },
      {
        name: "commands that edit and select as keys do",
        adds: "agent edit",
        act: ({ commands }) => commands.executeCommand("type", { text: "x" }),
      },
      {
        name: "debugging, with steps",
        adds: "",
        act: async ({ debug }) => {
          const stopped = (): Promise<unknown> =>
            new Promise((resolve) => {
              const seen = debug.onDidChangeActiveStackItem((item) => {
                if (item === undefined) return;
                seen.dispose();
                resolve(item);
              });
            });
          let next = stopped();
          await debug.startDebugging(undefined, { type: "caseclock-test", name: "Test", request: "launch" });
          await next;
          for (const request of ["next", "pause"]) {
            next = stopped();
            await debug.activeDebugSession?.customRequest(request, { threadId: 1 });
            await next;
          }
          await debug.stopDebugging();
        },
      },
      {
        name: "a breakpoint",
        adds: "",
        act: ({ debug, SourceBreakpoint, Location, Position, Uri }, at) => {
          const place = new Location(Uri.file(`${at}/one.txt`), new Position(3, 0));
          debug.addBreakpoints([new SourceBreakpoint(place)]);
          return Promise.resolve();
        },
      },
      {
        name: "a commit",
        adds: "",
        act: async ({ extensions, Uri }, at) => {
          interface Api {
            getRepository(uri: vscode.Uri): { commit(message: string, options: object): Promise<void> } | null;
          }
          const extension = extensions.getExtension<{ getAPI(version: 1): Api }>("vscode.git");
          const repository = extension?.exports.getAPI(1).getRepository(Uri.file(at));
          if (!repository) throw new Error("git does not know the repository");
          await repository.commit("By a program", { all: true });
        },
      },
      {
        name: "a terminal command",
        adds: "agent terminal",
        act: async ({ window }, at) => {
          const terminal = window.createTerminal({ cwd: at });
          terminal.show();
          while (terminal.shellIntegration === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
          const ended = new Promise((resolve) => window.onDidEndTerminalShellExecution(resolve));
          terminal.shellIntegration.executeCommand("true");
          await ended;
        },
      },
      {
        name: "a task that watches and prints: its start, where VS Code tells of it as of a command",
        adds: "agent terminal",
        act: async ({ tasks, Task, TaskScope, ShellExecution }) => {
          const loop = new ShellExecution("for i in 1 2 3 4; do echo built $i; sleep 0.3; done");
          const ended = new Promise((resolve) => tasks.onDidEndTaskProcess(resolve));
          await tasks.executeTask(new Task({ type: "shell" }, TaskScope.Workspace, "watch", "test", loop));
          await ended;
        },
      },
      {
        name: "cells added to a notebook and run",
        adds: "agent notebook",
        act: async (
          { workspace, window, commands, Uri, NotebookEdit, NotebookCellData, NotebookCellKind, WorkspaceEdit },
          at,
        ) => {
          const notebook = await workspace.openNotebookDocument(Uri.file(`${at}/book.lines`));
          await window.showNotebookDocument(notebook);
          const edit = new WorkspaceEdit();
          edit.set(notebook.uri, [
            NotebookEdit.insertCells(0, [new NotebookCellData(NotebookCellKind.Code, "10", "plaintext")]),
          ]);
          await workspace.applyEdit(edit);
          const run = new Promise<void>((resolve) => {
            workspace.onDidChangeNotebookDocument(({ cellChanges }) => {
              if (cellChanges.some(({ executionSummary }) => executionSummary?.success === true)) resolve();
            });
          });
          await commands.executeCommand("notebook.cell.execute", {
            ranges: [{ start: 0, end: 1 }],
            document: notebook.uri,
          });
          await run;
        },
      },
    ];
    for (const { name, adds, act } of doings) {
      it(`${name}: ${adds === "" ? "nothing" : adds}`, async () => {
        const told = await empty.added(() => empty.door.evaluate(act, folder("empty")), adds);
        assert.equal(told, adds);
      });
    }

    it("keys and clicks inside a webview: nothing, and they do not turn the window active", async () => {
      // On a slow machine VS Code calls it active for a while because of the cell that ran.
      await empty.untilState({ active: false });
      const told = await empty.added(async () => {
        await empty.door.command("caseclock-test.openWebview");
        const [page] = host.context.pages();
        assert.ok(page);
        // The notebook's outputs are one as well.
        const outer = page.locator("iframe.webview.ready").last().contentFrame();
        await outer.locator("#active-frame").contentFrame().getByRole("heading", { name: "Test Webview" }).click();
        await page.keyboard.press("a");
      }, "");
      assert.equal(told, "");
      await empty.untilState({ active: false }, 0);
    });

    it("a commit by another program: nothing", async () => {
      const told = await empty.added(async () => {
        fs.writeFileSync(path.join(folder("empty"), "outside.txt"), "from outside\n");
        await git(folder("empty"), ["add", "outside.txt"]);
        await git(folder("empty"), ["commit", "-q", "-m", "From outside"]);
        await empty.door.evaluate(
          async ({ workspace, Uri }, file) => {
            await workspace.fs.stat(Uri.file(file));
          },
          path.join(folder("empty"), "outside.txt"),
        );
      }, "");
      assert.equal(told, "");
    });
  });
});
