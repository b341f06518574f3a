import v8 from "node:v8";
import vm from "node:vm";
import type * as vscode from "vscode";
import { SystemClock } from "../../src/adapters/node/system/systemClock.ts";
import { EditorActivity } from "../../src/adapters/vscode/editorActivity.ts";
import { ActivityRecorder } from "../../src/app/capture/activityRecorder.ts";
import { quantile } from "./statistics.ts";

const EVENTS = 100_000;
const HEAP_EVENTS = 1_000_000;
/** Real edits whose events are given to the handlers again and again. */
const EDITS = 200;

/**
 * Runs inside an extension host: makes real edits, keeps the events that VS Code sends for them, and gives them to the
 * handlers again and again. The handlers are caught when they subscribe.
 */
export async function run(api: typeof vscode): Promise<unknown> {
  const changes = await realChanges(api);
  const editor = api.window.activeTextEditor;
  if (editor === undefined) throw new Error("no editor");
  const selection: vscode.TextEditorSelectionChangeEvent = {
    textEditor: editor,
    selections: editor.selections,
    kind: api.TextEditorSelectionChangeKind.Keyboard,
  };
  let onChange: (event: vscode.TextDocumentChangeEvent) => void = () => undefined;
  let onSelection: (event: vscode.TextEditorSelectionChangeEvent) => void = () => undefined;
  let written = 0;
  const recorder = new ActivityRecorder(new SystemClock(), (rows) => {
    written += rows.length;
  });
  const patched = replaceEvents(api, (change_, selection_) => {
    onChange = change_;
    onSelection = selection_;
  });
  const activity = new EditorActivity((context, kind, at, agent) => {
    recorder.observe(context, kind, at, agent);
  }, patched);
  const ours = (change: vscode.TextDocumentChangeEvent): void => {
    onChange(change);
    onSelection(selection);
  };
  const ignored = (event: unknown): unknown => event;
  const empty = (change: vscode.TextDocumentChangeEvent): void => {
    ignored(change);
    ignored(selection);
  };
  const measured = measure(changes, ours);
  const nothing = measure(changes, empty);
  const growth = await heapGrowth(changes, ours, () => {
    recorder.flush();
  });
  const emptyGrowth = await heapGrowth(changes, empty, () => undefined);
  activity.dispose();
  if (written === 0) throw new Error("the handlers recorded nothing: this measured an early return");
  return {
    events: EVENTS,
    ...measured,
    emptyMedian: nothing.median,
    emptyP99: nothing.p99,
    heapEvents: HEAP_EVENTS,
    growth,
    emptyGrowth,
  };
}

/** The events of edits as a person makes them: letters, lines, several places at once, deletions, in two documents. */
async function realChanges(api: typeof vscode): Promise<readonly vscode.TextDocumentChangeEvent[]> {
  const changes: vscode.TextDocumentChangeEvent[] = [];
  const listener = api.workspace.onDidChangeTextDocument((event) => {
    if (event.contentChanges.length > 0) changes.push(event);
  });
  for (const text of ["first\n", "second\n"]) {
    const document = await api.workspace.openTextDocument({ content: text.repeat(50), language: "plaintext" });
    const editor = await api.window.showTextDocument(document);
    for (let index = 0; index < EDITS / 2; index += 1) {
      await editor.edit((edit) => {
        if (index % 4 === 0) edit.delete(new api.Range(0, 0, 0, 1));
        edit.insert(new api.Position(index % 40, 2), index % 3 === 0 ? "x\n" : "x");
        if (index % 5 === 0) edit.insert(new api.Position(45, 0), "several\nlines\n");
      });
    }
  }
  listener.dispose();
  return changes;
}

function measure<T>(events: readonly T[], work: (event: T) => void): { median: number; p99: number } {
  const times: number[] = [];
  for (let i = 0; i < EVENTS; i++) {
    const event = events[i % events.length] as T;
    const start = performance.now();
    work(event);
    times.push((performance.now() - start) * 1000);
  }
  return { median: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Bytes that are held after a million events and were not before, each time after a forced collection. */
async function heapGrowth<T>(events: readonly T[], work: (event: T) => void, end: () => void): Promise<number> {
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) work(events[i % events.length] as T);
    end();
  };
  rounds(EVENTS); // what is made once is there
  const before = await heapUsed();
  rounds(HEAP_EVENTS);
  return (await heapUsed()) - before;
}

async function heapUsed(): Promise<number> {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  // Promises and timers let go of what they hold between two collections.
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** The two namespaces, with the two subscriptions caught. */
function replaceEvents(
  api: typeof vscode,
  caught: (
    change: (event: vscode.TextDocumentChangeEvent) => void,
    selection: (event: vscode.TextEditorSelectionChangeEvent) => void,
  ) => void,
): { workspace: typeof vscode.workspace; window: typeof vscode.window } {
  const { workspace, window } = api;
  let change: ((event: vscode.TextDocumentChangeEvent) => void) | undefined;
  const nothing = new api.Disposable(() => undefined);
  const subscribeChange = ((listener: (event: vscode.TextDocumentChangeEvent) => void) => {
    change = listener;
    return nothing;
  }) as typeof workspace.onDidChangeTextDocument;
  const subscribeSelection = ((listener: (event: vscode.TextEditorSelectionChangeEvent) => void) => {
    if (change !== undefined) caught(change, listener);
    return nothing;
  }) as typeof window.onDidChangeTextEditorSelection;
  // The state of the window is what it is: a headless window counts as focused.
  return {
    workspace: new Proxy(workspace, {
      get: (target, key) => (key === "onDidChangeTextDocument" ? subscribeChange : Reflect.get(target, key)) as unknown,
    }),
    window: new Proxy(window, {
      get: (target, key) =>
        (key === "onDidChangeTextEditorSelection" ? subscribeSelection : Reflect.get(target, key)) as unknown,
    }),
  };
}
