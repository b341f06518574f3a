import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";

/** Documents of this scheme are ours, cannot be edited and never ask to be saved. */
const SCHEME = "caseclock";

/** The Markdown preview as an editor of its own; the other preview changes to whatever Markdown is active. */
const PREVIEW_EDITOR = "vscode.markdown.preview.editor";

/** Shows Markdown as a rendered page that nobody can change. One page per name; a new text replaces the old one. */
export class ReadOnlyDocuments implements IDisposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: (uri) => this.texts.get(uri.path) ?? "",
  });

  /** @param name title of the page, such as `Verify` */
  async show(name: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `${name}.md` });
    this.texts.set(uri.path, markdown);
    this.changed.fire(uri);
    try {
      await vscode.commands.executeCommand("vscode.openWith", uri, PREVIEW_EDITOR);
    } catch {
      // The built-in Markdown extension is disabled: the plain text is readable, too.
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    }
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
