import * as vscode from "vscode";
import { t } from "../../base/text.ts";

/** Each step is a message to the window: nobody would see thousands a second. */
const SHOW_MS = 100;

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
    let told = 0;
    let toldAt = 0;
    try {
      return await task(abort.signal, (done, total) => {
        const now = performance.now();
        if (done < total && now - toldAt < SHOW_MS) return;
        progress.report({ message: t("{0} of {1}", done, total), increment: (100 * (done - told)) / total });
        told = done;
        toldAt = now;
      });
    } finally {
      listener.dispose();
    }
  });
  return Promise.resolve(run);
}
