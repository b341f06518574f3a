import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import type { EditorActivity } from "./editorActivity.ts";

/**
 * Listens to notebooks, except for the text of their cells, which is a text editor's: cells added, moved, removed,
 * selected, run. Tracks which cells run, because a running one keeps the window active by itself.
 */
export class NotebookSigns implements IDisposable {
  private readonly listeners: IDisposable[];
  private readonly activity: EditorActivity;
  /** Cells that were seen to start and not yet to end. */
  private readonly running = new Set<vscode.NotebookCell>();
  /** Whether the window was active when attendance was last told: `setRunning` tells it too. */
  private wasActive: boolean;

  constructor(activity: EditorActivity) {
    this.activity = activity;
    this.wasActive = activity.attendance.active;
    const { workspace, window } = vscode;
    this.listeners = [
      workspace.onDidChangeNotebookDocument((event) => {
        this.onChange(event);
      }),
      workspace.onDidCloseNotebookDocument((notebook) => {
        for (const cell of this.running) if (cell.notebook === notebook) this.running.delete(cell);
        this.tellRunning();
      }),
      // No kind says who selected a cell: somebody must have been at the keyboard.
      window.onDidChangeNotebookEditorSelection(({ notebookEditor }) => {
        if (notebookEditor === window.activeNotebookEditor && activity.isAttended) this.sign(notebookEditor.notebook);
      }),
      activity.onDidChangeAttendance(({ active }) => {
        const turnedInactive = this.wasActive && !active;
        this.wasActive = active;
        // With a cell running the window would be active: its end was not reported, as after "Clear All Outputs".
        if (!turnedInactive || this.running.size === 0) return;
        this.running.clear();
        this.tellRunning();
      }),
    ];
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  private onChange({ notebook, contentChanges, cellChanges }: vscode.NotebookDocumentChangeEvent): void {
    if (contentChanges.length > 0) {
      const person = this.activity.isPersonThere && notebook === vscode.window.activeNotebookEditor?.notebook;
      this.sign(notebook, !person);
    }
    for (const { cell, executionSummary } of cellChanges) {
      if (executionSummary !== undefined) this.onRun(cell, executionSummary);
    }
  }

  /** The start of a run clears the summary of the last one; its end fills it. */
  private onRun(cell: vscode.NotebookCell, { success, timing }: vscode.NotebookCellExecutionSummary): void {
    const starts = typeof success !== "boolean" && typeof timing !== "object";
    if (starts === this.running.has(cell)) return;
    // Of cells that run one after the other, only the first is known to be started by hand.
    if (starts && this.activity.isAttended) this.sign(cell.notebook);
    if (starts) this.running.add(cell);
    else this.running.delete(cell);
    this.tellRunning();
  }

  private sign({ uri }: vscode.NotebookDocument, agent = false): void {
    const folder = uri.scheme === "untitled" ? undefined : vscode.Uri.joinPath(uri, "..");
    this.activity.addSignInFolder(folder, "notebook", agent);
  }

  private tellRunning(): void {
    this.activity.setRunning(this.running.size > 0);
  }
}
