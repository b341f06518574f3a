import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import { Emitter, type Event } from "../../base/emitter.ts";
import { ACTIVE_WITHIN_MS, type HeartbeatKind } from "../../domain/capture/heartbeat.ts";

/** Shared data of one folder's signs; one object per folder. */
export interface FolderContext {
  /** URI of the folder. */
  readonly folder: string;
}

/** Takes each sign; called at every keystroke. */
export type Observe = (context: FolderContext, kind: HeartbeatKind, at: number, agent: boolean) => void;

/** What VS Code reports about the person at this window, and whether it can be trusted. */
export interface WindowAttendance {
  readonly focused: boolean;
  readonly active: boolean;
  /** A notebook cell runs, which keeps the window active by itself. */
  readonly running: boolean;
}

/** Schemes whose documents people edit. Others are made by programs (output, diffs, chat), and new ones appear every year. */
const SCHEMES = new Set(["file", "vscode-remote", "untitled", "vscode-notebook-cell", "vscode-vfs", "vscode-local"]);

/** Whether edits of documents of this kind are signs. */
export function isWork({ scheme }: vscode.Uri): boolean {
  return SCHEMES.has(scheme);
}

/** An edit is the person's if a sign that only a person gives came at most this long before it (docs/capture.md). */
const PERSON_WITHIN_MS = 5_000;
/** Cells that ran no longer than this in a row say nothing about absence: they hardly kept `active` true. */
const SHORT_RUN_MS = 10_000;
/** A scroll within this time after an edit or a program's selection was caused by that. */
const MOVED_WITHIN_MS = 1_000;

/**
 * Listens to the signs of docs/capture.md in one window: those of text editors and of the window itself. Listeners to
 * rarer signs use its state of the window. Every listener does constant work: it compares, sets a field and counts.
 * The window's own folder stands in for documents that are in none.
 */
export class EditorActivity implements IDisposable {
  private readonly listeners: vscode.Disposable[];
  private readonly observe: Observe;
  private readonly api: Pick<typeof vscode, "workspace" | "window">;
  private readonly contexts = new Map<string, FolderContext>();
  private readonly folderChanged = new Emitter<FolderContext>();
  private readonly focusChanged = new Emitter<boolean>();
  private readonly attendanceChanged = new Emitter<WindowAttendance>();
  private focused = vscode.window.state.focused;
  private active = vscode.window.state.active;
  private running = false;
  /** The stretch in which cells ran in close succession without anybody seen to start the next. */
  private ranFrom = 0;
  private ranUntil = 0;
  private activeDocument = vscode.window.activeTextEditor?.document;
  private lastEditor = vscode.window.activeTextEditor;
  private lastPersonAt = 0;
  /** When the active editor last scrolled by something other than the person's wheel. */
  private lastMovedAt = 0;
  /** The first visible line of the active editor. */
  private topLine = findTop(vscode.window.activeTextEditor);
  private lastDocument: vscode.TextDocument | undefined;
  private lastContext: FolderContext | undefined;
  private folder: FolderContext;

  /** Fires with the folder of the active editor when that changes. */
  readonly onDidChangeFolder: Event<FolderContext> = this.folderChanged.event;
  /** The window gained (true) or lost the focus. */
  readonly onDidChangeFocus: Event<boolean> = this.focusChanged.event;
  readonly onDidChangeAttendance: Event<WindowAttendance> = this.attendanceChanged.event;

  /** @param api where to listen; a benchmark passes its own */
  constructor(observe: Observe, api: Pick<typeof vscode, "workspace" | "window"> = vscode) {
    this.observe = observe;
    this.api = api;
    this.folder = this.findContext(vscode.workspace.workspaceFolders?.[0]?.uri.toString() ?? "");
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) this.look(editor.document);
    if (this.lastContext !== undefined) this.folder = this.lastContext;
    const { workspace, window } = api;
    this.listeners = [
      workspace.onDidChangeTextDocument((event) => {
        this.onEdit(event);
      }),
      window.onDidChangeTextEditorSelection((event) => {
        this.onSelection(event);
      }),
      window.onDidChangeTextEditorVisibleRanges((event) => {
        this.onScroll(event);
      }),
      workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (reason !== vscode.TextDocumentSaveReason.Manual || document !== this.activeDocument) return;
        // A program that saves a document also has this reason.
        if (this.isAttended) this.sign(document, "save");
      }),
      window.onDidChangeActiveTextEditor((next) => {
        this.onSwitch(next);
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

  get attendance(): WindowAttendance {
    const { focused, active, running } = this;
    return { focused, active, running };
  }

  /**
   * Somebody is at this window: it is focused and active. While notebook cells run for long, and until `active` can have
   * turned false afterwards, only a key or mouse button in a text editor proves it.
   */
  get isAttended(): boolean {
    if (!this.focused || !this.active) return false;
    const now = Date.now();
    if (!this.running && now - this.ranUntil > ACTIVE_WITHIN_MS) return true;
    return (this.running ? now : this.ranUntil) - this.ranFrom <= SHORT_RUN_MS || this.isPersonThere;
  }

  /** A sign that only a person gives came in this focused window at most 5 s ago. */
  get isPersonThere(): boolean {
    return this.focused && Date.now() - this.lastPersonAt <= PERSON_WITHIN_MS;
  }

  /** The window began (true) or ceased to run notebook cells. */
  setRunning(running: boolean): void {
    if (running === this.running) return;
    const now = Date.now();
    if (!running) this.ranUntil = now;
    else if (now - this.ranUntil > ACTIVE_WITHIN_MS || this.isPersonThere) this.ranFrom = now;
    this.running = running;
    this.attendanceChanged.fire(this.attendance);
  }

  /** A sign of the person in no document. */
  addSign(kind: HeartbeatKind): void {
    this.observe(this.folder, kind, Date.now(), false);
  }

  /** A sign in a folder, of the person or of an agent. @param folder its URI; undefined: the current one */
  addSignInFolder(folder: vscode.Uri | undefined, kind: HeartbeatKind, agent = false): void {
    this.observe(folder === undefined ? this.folder : this.findContext(folder.toString()), kind, Date.now(), agent);
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.folderChanged.dispose();
    this.focusChanged.dispose();
    this.attendanceChanged.dispose();
  }

  private onEdit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    // Every save causes an empty change: the dirty state changed, not the text.
    if (contentChanges.length === 0) return;
    if (document !== this.lastDocument) this.look(document);
    const now = Date.now();
    if (document === this.activeDocument) this.lastMovedAt = now;
    const context = this.lastContext;
    if (context === undefined) return;
    const person = this.focused && document === this.activeDocument && now - this.lastPersonAt <= PERSON_WITHIN_MS;
    this.observe(context, "edit", now, !person);
  }

  private onSelection({ kind, textEditor }: vscode.TextEditorSelectionChangeEvent): void {
    const { document } = textEditor;
    if (!this.focused || document !== this.activeDocument) return;
    const now = Date.now();
    const byHand =
      kind === vscode.TextEditorSelectionChangeKind.Keyboard || kind === vscode.TextEditorSelectionChangeKind.Mouse;
    // A program that runs commands such as `type` causes these kinds too; a key or button first makes the window active.
    if (!byHand || !this.active) {
      this.lastMovedAt = now;
      return;
    }
    if (document !== this.lastDocument) this.look(document);
    this.lastPersonAt = now;
    // Also in a document that a program made, such as one side of a comparison: it is a person who reads it.
    this.observe(this.lastContext ?? this.folder, "select", now, false);
  }

  /** Nothing says who scrolled: it counts as the person's if nothing else explains it. */
  private onScroll({ textEditor, visibleRanges }: vscode.TextEditorVisibleRangesChangeEvent): void {
    const { document } = textEditor;
    if (document !== this.activeDocument || textEditor !== this.api.window.activeTextEditor) return;
    const top = visibleRanges[0]?.start.line ?? 0;
    // The same first line: a panel was opened or text was folded.
    if (top === this.topLine) return;
    this.topLine = top;
    if (!this.focused) return;
    const now = Date.now();
    // After a selection by hand a scroll adds nothing.
    if (now - this.lastMovedAt < MOVED_WITHIN_MS || now - this.lastPersonAt < MOVED_WITHIN_MS) return;
    if (document !== this.lastDocument) this.look(document);
    if (this.lastContext !== undefined) this.observe(this.lastContext, "scroll", now, false);
  }

  private onSwitch(next: vscode.TextEditor | undefined): void {
    this.activeDocument = next?.document;
    this.topLine = findTop(next);
    this.lastMovedAt = Date.now();
    if (next === undefined) {
      this.lastEditor = undefined;
      return;
    }
    this.look(next.document);
    // Output shown by a program may be the active editor for a while.
    if (this.lastContext === undefined || next === this.lastEditor) return;
    this.lastEditor = next;
    if (this.lastContext !== this.folder) {
      this.folder = this.lastContext;
      this.folderChanged.fire(this.folder);
    }
    // A program may open one file after the other in a focused window at which nobody sits.
    if (this.isAttended) this.addSign("switch");
  }

  private onWindowState({ focused, active }: vscode.WindowState): void {
    const gained = focused && !this.focused;
    const turnedActive = focused && active && !this.active;
    // VS Code calls a window active when a cell begins to run in it, at most 100 ms later; a person who starts a cell makes
    // the window active first.
    const woke = turnedActive && !this.running;
    const changed = focused !== this.focused;
    this.focused = focused;
    this.active = active;
    if (woke) this.lastPersonAt = Date.now();
    // Nobody is known to be at this run, however short it is.
    else if (turnedActive) this.ranFrom = 0;
    if (gained || woke) this.addSign("focus");
    if (changed) this.focusChanged.fire(focused);
    this.attendanceChanged.fire(this.attendance);
  }

  private sign(document: vscode.TextDocument, kind: HeartbeatKind): void {
    if (document !== this.lastDocument) this.look(document);
    if (this.lastContext !== undefined) this.observe(this.lastContext, kind, Date.now(), false);
  }

  /** Remembers the document's folder; undefined when its edits do not count. */
  private look(document: vscode.TextDocument): void {
    const { uri } = document;
    this.lastDocument = document;
    if (!isWork(uri)) this.lastContext = undefined;
    else if (uri.scheme === "vscode-notebook-cell") this.lastContext = this.contextOfFile(findNotebook(uri));
    else this.lastContext = this.contextOfFile(uri);
  }

  private contextOfFile(uri: vscode.Uri | undefined): FolderContext {
    if (uri === undefined || uri.scheme === "untitled") return this.folder;
    return this.findContext(vscode.Uri.joinPath(uri, "..").toString());
  }

  private findContext(folder: string): FolderContext {
    let context = this.contexts.get(folder);
    if (context === undefined) this.contexts.set(folder, (context = { folder }));
    return context;
  }
}

function findTop(editor: vscode.TextEditor | undefined): number {
  return editor?.visibleRanges[0]?.start.line ?? 0;
}

/** A cell's URI has the path of its notebook. */
function findNotebook({ path }: vscode.Uri): vscode.Uri | undefined {
  return vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.path === path)?.uri;
}
