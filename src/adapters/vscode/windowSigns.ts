import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import { isWork, type EditorActivity } from "./editorActivity.ts";

/** Listens to what happens in a window outside its text editors: tabs, terminal commands, debug sessions. */
export class WindowSigns implements IDisposable {
  private readonly listeners: vscode.Disposable[];
  private readonly activity: EditorActivity;
  private tab = vscode.window.tabGroups.activeTabGroup.activeTab;

  constructor(activity: EditorActivity) {
    this.activity = activity;
    const { window, debug } = vscode;
    const onTab = (): void => {
      this.onTab();
    };
    const onDebug = (): void => {
      if (activity.isAttended) activity.addSign("debug");
    };
    this.listeners = [
      window.tabGroups.onDidChangeTabs(onTab),
      window.tabGroups.onDidChangeTabGroups(onTab),
      window.onDidStartTerminalShellExecution((event) => {
        this.onCommand(event);
      }),
      debug.onDidStartDebugSession(onDebug),
      debug.onDidChangeActiveStackItem(onDebug),
    ];
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  /** Tabs also change when a document becomes dirty or its title changes; only another active tab is a switch. */
  private onTab(): void {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    if (tab === this.tab) return;
    this.tab = tab;
    if (tab !== undefined && !isHeardAsEditor(tab) && this.activity.isAttended) this.activity.addSign("switch");
  }

  private onCommand({ execution, terminal }: vscode.TerminalShellExecutionStartEvent): void {
    // A typed command looks like one that a program sent: somebody must have been at the keyboard.
    const person = this.activity.isAttended && terminal === vscode.window.activeTerminal;
    this.activity.addSignInFolder(execution.cwd ?? terminal.shellIntegration?.cwd, "terminal", !person);
  }
}

/** Text editors have listeners of their own that know the folder; a comparison of two older states has not. */
function isHeardAsEditor({ input }: vscode.Tab): boolean {
  if (input instanceof vscode.TabInputText) return isWork(input.uri);
  return input instanceof vscode.TabInputTextDiff && isWork(input.modified);
}
