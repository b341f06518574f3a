import * as vscode from "vscode";
import type { Clock } from "../../ports/clock.ts";
import type { Git, WorkTree } from "../../ports/git.ts";
import type { Logger } from "../../ports/logger.ts";
import { RemoteGit } from "../remote/remoteGit.ts";
import type { Attention } from "../remote/remoteWatcher.ts";
import { WorkspaceFiles } from "./workspaceFiles.ts";

/** Git of this window's remote folders. */
export function makeRemoteGit(clock: Clock, logger: Logger, trailer: (tree: WorkTree) => string): Git {
  const attention: Attention = {
    get isFocused() {
      return vscode.window.state.focused;
    },
    onDidChange: (listener) => vscode.window.onDidChangeWindowState(listener),
  };
  return new RemoteGit({ files: new WorkspaceFiles(clock), clock, logger, attention, trailer });
}
