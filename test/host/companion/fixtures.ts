import * as vscode from "vscode";

/** Contributes one of each thing whose signs a test needs: custom editor, webview, notebook, debug adapter. */
export function registerFixtures(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider("caseclock-test.viewer", new Viewer()),
    vscode.commands.registerCommand("caseclock-test.openWebview", () => {
      vscode.window.createWebviewPanel("caseclock-test.panel", "Test Webview", vscode.ViewColumn.Active).webview.html =
        "<!DOCTYPE html><html><body><h1>Test Webview</h1></body></html>";
    }),
    vscode.workspace.registerNotebookSerializer("caseclock-test.notebook", new LinesSerializer()),
    controller(),
    vscode.debug.registerDebugAdapterDescriptorFactory("caseclock-test", {
      createDebugAdapterDescriptor: ({ workspaceFolder }) => {
        const folder = workspaceFolder ?? vscode.workspace.workspaceFolders?.[0];
        return new vscode.DebugAdapterInlineImplementation(new LineDebugger(`${folder?.uri.fsPath ?? ""}/README.md`));
      },
    }),
  );
}

/** Shows a file and edits nothing. */
class Viewer implements vscode.CustomReadonlyEditorProvider {
  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor(_document: vscode.CustomDocument, { webview }: vscode.WebviewPanel): void {
    webview.html = "<!DOCTYPE html><html><body><h1>Viewer</h1></body></html>";
  }
}

/** A notebook whose file has one cell a line. */
class LinesSerializer implements vscode.NotebookSerializer {
  deserializeNotebook(content: Uint8Array): vscode.NotebookData {
    const lines = new TextDecoder().decode(content).split("\n");
    return new vscode.NotebookData(
      lines.map((line) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, line, "plaintext")),
    );
  }

  serializeNotebook({ cells }: vscode.NotebookData): Uint8Array {
    return new TextEncoder().encode(cells.map(({ value }) => value).join("\n"));
  }
}

/** Runs a cell for as many milliseconds as its text says; one with the text `wait` until `caseclock-test.endCells`. */
function controller(): vscode.Disposable {
  const made = vscode.notebooks.createNotebookController("caseclock-test.kernel", "caseclock-test.notebook", "Test");
  const waiting = new Set<() => void>();
  made.executeHandler = async (cells) => {
    for (const cell of cells) {
      const text = cell.document.getText();
      const execution = made.createNotebookCellExecution(cell);
      execution.start(Date.now());
      await new Promise<void>((resolve) => {
        if (text === "wait") waiting.add(resolve);
        else setTimeout(resolve, Number(text) || 0);
      });
      execution.end(true, Date.now());
    }
  };
  const end = vscode.commands.registerCommand("caseclock-test.endCells", () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  });
  return vscode.Disposable.from(made, end);
}

interface Message {
  readonly seq: number;
  readonly type: string;
  readonly command: string;
}

/**
 * A program that stops at once and again after each step; `pause` is answered by a stop, as a
 * breakpoint that is hit by itself would be.
 * @source Debug Adapter Protocol 1.68
 */
class LineDebugger extends vscode.Disposable implements vscode.DebugAdapter {
  private readonly sent: vscode.EventEmitter<vscode.DebugProtocolMessage>;
  private readonly file: string;
  private line = 1;
  private seq = 1;
  readonly onDidSendMessage: vscode.Event<vscode.DebugProtocolMessage>;

  /** @param file what it says it runs */
  constructor(file: string) {
    const sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
    super(() => {
      sent.dispose();
    });
    this.sent = sent;
    this.file = file;
    this.onDidSendMessage = sent.event;
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const { command, seq } = message as Message;
    const answer = (body: object = {}): void => {
      this.send({ type: "response", request_seq: seq, command, success: true, body });
    };
    switch (command) {
      case "initialize":
        answer({ supportsConfigurationDoneRequest: true });
        this.send({ type: "event", event: "initialized" });
        return;
      case "configurationDone":
        answer();
        this.stop("entry");
        return;
      case "threads":
        answer({ threads: [{ id: 1, name: "main" }] });
        return;
      case "stackTrace":
        answer({
          stackFrames: [{ id: this.line, name: "main", line: 1, column: 1, source: { path: this.file } }],
          totalFrames: 1,
        });
        return;
      case "scopes":
        answer({ scopes: [] });
        return;
      case "next":
        answer();
        this.line += 1;
        this.stop("step");
        return;
      case "pause":
        answer();
        this.line += 1;
        this.stop("breakpoint");
        return;
      case "disconnect":
        answer();
        this.send({ type: "event", event: "terminated" });
        return;
      default:
        answer();
    }
  }

  private stop(reason: string): void {
    this.send({ type: "event", event: "stopped", body: { reason, threadId: 1, allThreadsStopped: true } });
  }

  private send(message: object): void {
    this.sent.fire({ seq: this.seq++, ...message });
  }
}
