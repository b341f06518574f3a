import type * as vscode from "vscode";
import { SystemClock } from "../../src/adapters/node/systemClock.ts";
import { EditorActivity } from "../../src/adapters/vscode/editorActivity.ts";
import { RecordActivity } from "../../src/app/recordActivity.ts";
import { quantile } from "./statistics.ts";

const EVENTS = 100_000;

/**
 * Runs inside an extension host: makes one real edit, keeps the events that VS Code sends for it, and gives them to the
 * handlers again and again. The handlers are caught when they subscribe.
 */
export async function run(api: typeof vscode): Promise<unknown> {
  const document = await api.workspace.openTextDocument({ content: "text\n", language: "plaintext" });
  const editor = await api.window.showTextDocument(document);
  const change = await once(api.workspace.onDidChangeTextDocument, () =>
    editor.edit((edit) => {
      edit.insert(new api.Position(0, 0), "x");
    }),
  );
  const selection: vscode.TextEditorSelectionChangeEvent = {
    textEditor: editor,
    selections: editor.selections,
    kind: api.TextEditorSelectionChangeKind.Keyboard,
  };
  let onChange: (event: vscode.TextDocumentChangeEvent) => void = () => undefined;
  let onSelection: (event: vscode.TextEditorSelectionChangeEvent) => void = () => undefined;
  const rows: number[] = [];
  const recorder = new RecordActivity(new SystemClock(), (written) => {
    rows.push(written.length);
  });
  const patched = replaceEvents(api, (change_, selection_) => {
    onChange = change_;
    onSelection = selection_;
  });
  const activity = new EditorActivity((context, kind, at, agent) => {
    recorder.observe(context, kind, at, agent);
  }, patched);
  const measured = measure(() => {
    onChange(change);
    onSelection(selection);
  });
  recorder.flush();
  activity.dispose();
  if (rows.length === 0) throw new Error("the handlers recorded nothing: this measured an early return");
  const ignored = (): void => undefined;
  const nothing = measure(() => {
    ignored();
    ignored();
  });
  return { events: EVENTS, ...measured, emptyMedian: nothing.median, emptyP99: nothing.p99 };
}

function measure(work: () => void): { median: number; p99: number } {
  const times: number[] = [];
  for (let i = 0; i < EVENTS; i++) {
    const start = performance.now();
    work();
    times.push((performance.now() - start) * 1000);
  }
  return { median: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

function once<T>(event: vscode.Event<T>, act: () => Thenable<unknown>): Promise<T> {
  return new Promise((resolve, reject) => {
    const listener = event((value) => {
      listener.dispose();
      resolve(value);
    });
    act().then(undefined, reject);
  });
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
