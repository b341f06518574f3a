import * as vscode from "vscode";
import { lazyGitOf } from "./adapters/node/lazyGit.ts";
import { isRemotePlace, routedGit } from "./adapters/node/routedGit.ts";
import { once } from "./base/once.ts";
import type { Clock } from "./ports/clock.ts";
import type { Git, WorkTree } from "./ports/git.ts";
import type { Logger } from "./ports/logger.ts";
import type { SettingsSource } from "./ports/settings.ts";

/** Git of local and of remote folders; each adapter is a file of its own, loaded when first needed. */
export function createGit(clock: Clock, logger: Logger, settings: SettingsSource): Git {
  const trailer = ({ root }: WorkTree): string =>
    settings.current(isRemotePlace(root) ? root : vscode.Uri.file(root).toString()).value.trailer;
  const local = once(async () => new (await import("./adapters/node/gitCli.ts")).GitCli(clock, logger, { trailer }));
  const remote = once(async () =>
    (await import("./adapters/vscode/remoteGitOfWindow.ts")).remoteGitOfWindow(clock, logger, trailer),
  );
  return routedGit(lazyGitOf(local), lazyGitOf(remote));
}
