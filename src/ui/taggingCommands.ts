import * as vscode from "vscode";
import type { TagCommits } from "../app/tagCommits.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { TreeId } from "../domain/heartbeat.ts";
import type { TaggingChoice } from "../domain/ledger.ts";
import type { TaggingState } from "../ports/manifest.ts";
import type { CommandHandlers } from "./commandTable.ts";

export interface TaggingCommandsContext {
  readonly tagging: TagCommits;
  readonly treeOf: (folder: string | undefined) => Promise<TreeId>;
}

type Handled = "caseclock.enableCommitTagging" | "caseclock.disableCommitTagging" | "caseclock.showCommitTagging";

/** Switching commit tagging on and off by repository, and telling how it stands. */
export function taggingCommands({ tagging, treeOf }: TaggingCommandsContext): Pick<CommandHandlers, Handled> {
  const states = async (folder: string | undefined): Promise<readonly TaggingState[]> => {
    const trees = folder === undefined ? tagging.trees : [await treeOf(folder)];
    return Promise.all(trees.map((tree) => tagging.state(tree)));
  };
  return {
    "caseclock.enableCommitTagging": async ({ folder }) => {
      checkPossible();
      await tagging.enable(await treeOf(folder));
      return states(folder);
    },
    "caseclock.disableCommitTagging": async ({ folder }) => {
      checkPossible();
      await tagging.disable(await treeOf(folder));
      return states(folder);
    },
    "caseclock.showCommitTagging": async ({ folder }, { byArgument }) => {
      if (!byArgument) checkPossible();
      const found = await states(folder);
      if (!byArgument) showStates(found);
      return found;
    },
  };
}

/** The one question per repository. Closing the message is no answer: it is asked again in another window or session. */
export async function askTagging(repository: string): Promise<TaggingChoice | undefined> {
  const name = repository.split(/[\\/]/).at(-1) ?? repository;
  const question = `Add the case to each commit message in "${name}"? A message hook adds one line such as "Case-Id: ACME-1234".`;
  const chosen = await vscode.window.showInformationMessage(question, "Tag Here", "Not Here", "Never Ask");
  switch (chosen) {
    case "Tag Here":
      return "here";
    case "Not Here":
      return "notHere";
    case "Never Ask":
      return "never";
    default:
      return undefined;
  }
}

/** @throws CaseclockError `tagging.untrusted` | `tagging.remoteFolder` */
function checkPossible(): void {
  if (!vscode.workspace.isTrusted) throw new CaseclockError("tagging.untrusted", "the workspace is not trusted");
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 0 && folders.every((folder) => folder.uri.scheme !== "file")) {
    throw new CaseclockError("tagging.remoteFolder", "folders of other machines are not tagged yet");
  }
}

/** Shown beside the result: whoever called does not wait for it to be closed. */
function showStates(states: readonly TaggingState[]): void {
  if (states.length === 0) {
    void vscode.window.showInformationMessage("No git repository is open in this window.");
    return;
  }
  const labels = {
    here: "$(check) Tagged",
    notHere: "$(circle-slash) Not tagged",
    unasked: "$(question) Not asked",
    unavailable: "$(warning) Not tagged",
  };
  const items = states.map(({ repository, tagging, reason }) => ({
    label: labels[tagging],
    description: repository,
    detail: reason,
  }));
  void vscode.window.showQuickPick(items, {
    title: "Commit tagging",
    placeHolder: "How commits of the open repositories are tagged",
  });
}
