import * as vscode from "vscode";

/** Runs a task with a notification that shows how far it is and can stop it. Only this file knows VS Code's tokens. */
export function withProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const run = vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      return await task(abort.signal, (done, total) => {
        progress.report({ message: `${done} of ${total}`, increment: 100 / total });
      });
    } finally {
      listener.dispose();
    }
  });
  return Promise.resolve(run);
}
