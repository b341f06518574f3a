import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import { Emitter, type Event } from "../../base/emitter.ts";
import type { HeartbeatKind } from "../../domain/heartbeat.ts";

/** What the signs of one folder have in common; one object per folder. */
export interface FolderContext {
  /** URI of the folder. */
  readonly folder: string;
}

/** Takes each sign; called at every keystroke. */
export type Observe = (context: FolderContext, kind: HeartbeatKind, at: number, agent: boolean) => void;

/** Documents of other schemes are made by programs (output, diffs, chat); new ones appear each year, so these are named. */
const SCHEMES = new Set(["file", "vscode-remote", "untitled", "vscode-notebook-cell", "vscode-vfs", "vscode-local"]);

/** An edit is the person's if a sign that only a person gives came at most this long before it (design 2). */
const PERSON_WITHIN_MS = 5_000;

/**
 * Hears the signs of design 2 in one window. Every listener does constant work: it compares, sets a field and counts.
 * The window's own folder stands in for documents that are in none.
 */
export class EditorActivity implements IDisposable {
  private readonly listeners: vscode.Disposable[];
  private readonly observe: Observe;
  private readonly contexts = new Map<string, FolderContext>();
  private readonly folderChanged = new Emitter<FolderContext>();
  private readonly focusChanged = new Emitter<boolean>();
  private focused = vscode.window.state.focused;
  private active = vscode.window.state.active;
  private activeDocument = vscode.window.activeTextEditor?.document;
  private lastPersonAt = 0;
  private lastDocument: vscode.TextDocument | undefined;
  private lastContext: FolderContext | undefined;
  private folder: FolderContext;

  /** The folder of the active editor, when it becomes another one. */
  readonly onDidChangeFolder: Event<FolderContext> = this.folderChanged.event;
  /** The window gained (true) or lost the focus. */
  readonly onDidChangeFocus: Event<boolean> = this.focusChanged.event;

  /** @param api where to listen; a benchmark passes its own */
  constructor(observe: Observe, { workspace, window }: Pick<typeof vscode, "workspace" | "window"> = vscode) {
    this.observe = observe;
    this.folder = this.contextOf(vscode.workspace.workspaceFolders?.[0]?.uri.toString() ?? "");
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) this.look(editor.document);
    if (this.lastContext !== undefined) this.folder = this.lastContext;
    this.listeners = [
      workspace.onDidChangeTextDocument((event) => {
        this.onEdit(event);
      }),
      window.onDidChangeTextEditorSelection((event) => {
        this.onSelection(event);
      }),
      workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (reason !== vscode.TextDocumentSaveReason.Manual || document !== this.activeDocument) return;
        this.sign(document, "save");
      }),
      window.onDidChangeActiveTextEditor((next) => {
        this.onSwitch(next);
      }),
      window.tabGroups.onDidChangeTabs(({ changed }) => {
        if (this.focused && changed.some((tab) => tab.isActive && tab.group.isActive)) this.here("switch");
      }),
      window.onDidStartTerminalShellExecution(({ execution, terminal }) => {
        // Nothing tells a typed command from one that a program sent: somebody must have been at the keyboard.
        const person = this.focused && this.active && terminal === window.activeTerminal;
        const cwd = execution.cwd ?? terminal.shellIntegration?.cwd;
        const context = cwd === undefined ? this.folder : this.contextOf(cwd.toString());
        this.observe(context, "terminal", Date.now(), !person);
      }),
      vscode.debug.onDidStartDebugSession(() => {
        if (this.focused) this.here("debug");
      }),
      vscode.debug.onDidChangeActiveStackItem(() => {
        if (this.focused && this.active) this.here("debug");
      }),
      window.onDidChangeWindowState((state) => {
        this.onWindowState(state);
      }),
    ];
  }

  /** The folder that signs without a document belong to. */
  get currentFolder(): FolderContext {
    return this.folder;
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.folderChanged.dispose();
    this.focusChanged.dispose();
  }

  private onEdit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    // Empty changes come with every save: the dirty state changed, not the text.
    if (contentChanges.length === 0) return;
    if (document !== this.lastDocument) this.look(document);
    const context = this.lastContext;
    if (context === undefined) return;
    const now = Date.now();
    const person = this.focused && document === this.activeDocument && now - this.lastPersonAt <= PERSON_WITHIN_MS;
    this.observe(context, "edit", now, !person);
  }

  private onSelection({ kind, textEditor }: vscode.TextEditorSelectionChangeEvent): void {
    if (kind !== vscode.TextEditorSelectionChangeKind.Keyboard && kind !== vscode.TextEditorSelectionChangeKind.Mouse)
      return;
    const { document } = textEditor;
    if (!this.focused || document !== this.activeDocument) return;
    if (document !== this.lastDocument) this.look(document);
    if (this.lastContext === undefined) return;
    const now = Date.now();
    this.lastPersonAt = now;
    this.observe(this.lastContext, "select", now, false);
  }

  private onSwitch(next: vscode.TextEditor | undefined): void {
    this.activeDocument = next?.document;
    if (next === undefined) return;
    this.look(next.document);
    if (this.lastContext === undefined) return;
    if (this.lastContext !== this.folder) {
      this.folder = this.lastContext;
      this.folderChanged.fire(this.folder);
    }
    if (this.focused) this.observe(this.lastContext, "switch", Date.now(), false);
  }

  private onWindowState({ focused, active }: vscode.WindowState): void {
    const gained = focused && !this.focused;
    const woke = focused && active && !this.active;
    const changed = focused !== this.focused;
    this.focused = focused;
    this.active = active;
    if (woke) this.lastPersonAt = Date.now();
    if (gained || woke) this.here("focus");
    if (changed) this.focusChanged.fire(focused);
  }

  private sign(document: vscode.TextDocument, kind: HeartbeatKind): void {
    if (!this.focused) return;
    if (document !== this.lastDocument) this.look(document);
    if (this.lastContext !== undefined) this.observe(this.lastContext, kind, Date.now(), false);
  }

  private here(kind: HeartbeatKind): void {
    this.observe(this.folder, kind, Date.now(), false);
  }

  /** Remembers the document's folder; undefined when its signs do not count. */
  private look(document: vscode.TextDocument): void {
    const { uri } = document;
    this.lastDocument = document;
    if (!SCHEMES.has(uri.scheme)) this.lastContext = undefined;
    else if (uri.scheme === "untitled" || uri.scheme === "vscode-notebook-cell") this.lastContext = this.folder;
    else this.lastContext = this.contextOf(vscode.Uri.joinPath(uri, "..").toString());
  }

  private contextOf(folder: string): FolderContext {
    let context = this.contexts.get(folder);
    if (context === undefined) this.contexts.set(folder, (context = { folder }));
    return context;
  }
}
