import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import type { EditorActivity } from "./editorActivity.ts";

/** Hears what happens in a window beside its text editors: tabs, terminal commands, debug sessions. */
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
      if (activity.attended) activity.here("debug");
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

  /** Tabs also change when a document becomes dirty or its title does; only another active tab is a switch. */
  private onTab(): void {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    if (tab === this.tab) return;
    this.tab = tab;
    // Those of text editors are heard as such, with their folder.
    if (tab === undefined || tab.input instanceof vscode.TabInputText || tab.input instanceof vscode.TabInputTextDiff) {
      return;
    }
    if (this.activity.attended) this.activity.here("switch");
  }

  private onCommand({ execution, terminal }: vscode.TerminalShellExecutionStartEvent): void {
    // Nothing tells a typed command from one that a program sent: somebody must have been at the keyboard.
    const person = this.activity.attended && terminal === vscode.window.activeTerminal;
    this.activity.signIn(execution.cwd ?? terminal.shellIntegration?.cwd, "terminal", !person);
  }
}
