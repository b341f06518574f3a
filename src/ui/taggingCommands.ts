import * as vscode from "vscode";
import type { TagCommits } from "../app/tagCommits.ts";
import type { Case } from "../domain/caseRef.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { TreeId } from "../domain/heartbeat.ts";
import type { TaggingChoice } from "../domain/ledger.ts";
import type { TaggingState } from "../ports/manifest.ts";
import type { CommandHandlers } from "./commandTable.ts";
import { showMessage } from "./notifier.ts";
import { inertLabel, inertMessage } from "./present.ts";
import { presentObstacle, presentSnippets, presentTagged } from "./presentTagging.ts";

export interface TaggingCommandsContext {
  readonly tagging: TagCommits;
  readonly treeOf: (folder: string | undefined) => Promise<TreeId>;
  /** Why git could not be used, in one folder or all: URIs and errors. */
  readonly obstaclesIn: (folder: string | undefined) => readonly (readonly [folder: string, error: unknown])[];
  readonly currentCase: (tree: TreeId) => Case | undefined;
  readonly caseWithKey: (key: string, source: string | undefined) => Promise<Case>;
  readonly askCase: (title: string) => Promise<Case | null | undefined>;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
}

type Handled =
  | "caseclock.enableCommitTagging"
  | "caseclock.disableCommitTagging"
  | "caseclock.showCommitTagging"
  | "caseclock.tagLastCommit";

/** Switching commit tagging on and off by repository, and telling how it stands. */
export function taggingCommands(context: TaggingCommandsContext): Pick<CommandHandlers, Handled> {
  const { tagging, treeOf } = context;
  const states = async (folder: string | undefined): Promise<readonly TaggingState[]> => {
    const trees = folder === undefined ? tagging.trees : [await treeOf(folder)];
    const blocked = context.obstaclesIn(folder).map(([place, error]) => presentObstacle(pathOf(place), error));
    if (folder !== undefined && blocked.length > 0) return blocked;
    return [...(await Promise.all(trees.map((tree) => tagging.state(tree)))), ...blocked];
  };
  return {
    "caseclock.enableCommitTagging": async ({ folder }, { byArgument }) => {
      checkPossible();
      const tree = await treeOf(folder);
      await tagging.enable(tree);
      if (!byArgument) await tellEnabled(await tagging.state(tree), context);
      return states(folder);
    },
    "caseclock.disableCommitTagging": async ({ folder }, { byArgument }) => {
      checkPossible();
      const tree = await treeOf(folder);
      await tagging.disable(tree);
      if (!byArgument) {
        const { repository } = await tagging.state(tree);
        const text = `Commits in "${nameOf(repository)}" are not tagged any more. The hooks and git's configuration are as they were before.`;
        void vscode.window.showInformationMessage(text);
      }
      return states(folder);
    },
    "caseclock.tagLastCommit": async ({ folder, key, source }, { byArgument }) => {
      checkPossible();
      const tree = await treeOf(folder);
      const chosen =
        key === undefined
          ? (context.currentCase(tree) ?? (await context.askCase("Tag the last commit with which case?")))
          : await context.caseWithKey(key, source);
      if (chosen === undefined || chosen === null) return undefined;
      const result = presentTagged(await tagging.tagLast(tree, chosen.key), chosen.key);
      if (!byArgument) showMessage(result.tagged ? "info" : "warning", inertMessage(result.reason));
      return result;
    },
    "caseclock.showCommitTagging": async ({ folder }, { byArgument }) => {
      if (!byArgument) checkPossible();
      const found = await states(folder);
      if (!byArgument) showStates(found, context);
      return found;
    },
  };
}

/**
 * The one question per repository. Closing the message is no answer: it is asked again in another window or session.
 * @param inTheWay set where a snippet in files of others has to do it
 */
export async function askTagging(
  repository: string,
  inTheWay: TaggingState | undefined,
  showPage: TaggingCommandsContext["showPage"],
): Promise<TaggingChoice | undefined> {
  const name = nameOf(repository);
  const manager = inTheWay?.manager;
  const way =
    manager === undefined
      ? `A message hook adds one line such as "Case-Id: ACME-1234".`
      : `${manager === "own" ? "The repository has hooks of its own" : `Its hooks belong to ${manager}`}, which are not touched: you add a few lines to them yourself.`;
  const here = manager === undefined ? "Tag Here" : "Show How";
  const question = `Add the case to each commit message in "${name}"? ${way}`;
  const chosen = await vscode.window.showInformationMessage(question, here, "Not Here", "Never Ask");
  if (chosen === "Not Here") return "notHere";
  if (chosen === "Never Ask") return "never";
  if (chosen === undefined) return undefined;
  if (inTheWay !== undefined) await showPage("Commit Tagging", presentSnippets(inTheWay));
  return "here";
}

/** Local folders are named by paths. */
function pathOf(place: string): string {
  const uri = vscode.Uri.parse(place);
  return uri.scheme === "file" ? uri.fsPath : place;
}

function nameOf(repository: string): string {
  const path = isUri(repository) ? vscode.Uri.parse(repository).path : repository;
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Repositories of other machines are named by URIs, local ones by paths. */
function isUri(repository: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\//i.test(repository);
}

async function tellEnabled(state: TaggingState, { showPage }: TaggingCommandsContext): Promise<void> {
  if (state.snippets !== undefined) {
    await showPage("Commit Tagging", presentSnippets(state));
    return;
  }
  const text =
    state.tagging === "here"
      ? `Commits in "${nameOf(state.repository)}" are tagged. ${state.reason}`
      : `Commits in "${nameOf(state.repository)}" are not tagged. ${state.reason}`;
  void vscode.window.showInformationMessage(text);
}

/** @throws CaseclockError `tagging.untrusted` | `tagging.remoteFolder` */
function checkPossible(): void {
  if (!vscode.workspace.isTrusted) throw new CaseclockError("tagging.untrusted", "the workspace is not trusted");
  const folders = vscode.workspace.workspaceFolders ?? [];
  const canWrite = ({ uri }: vscode.WorkspaceFolder): boolean =>
    uri.scheme === "file" || vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true;
  if (folders.length > 0 && !folders.some(canWrite)) {
    throw new CaseclockError("tagging.remoteFolder", "the files of this folder cannot be written");
  }
}

const LABELS: Readonly<Record<TaggingState["tagging"], string>> = {
  here: "$(check) Tagged",
  notHere: "$(circle-slash) Not tagged",
  unasked: "$(question) Not asked",
  unavailable: "$(warning) Not tagged",
};

/** What choosing a repository in the list does. */
const ACTIONS: Readonly<Record<TaggingState["tagging"], string>> = {
  here: "Select it to stop tagging.",
  notHere: "Select it to tag commits here.",
  unasked: "Select it to tag commits here.",
  unavailable: "Select it to see what to do.",
};

/** Shown beside the result: whoever called does not wait for it to be closed. */
function showStates(states: readonly TaggingState[], { showPage }: TaggingCommandsContext): void {
  if (states.length === 0) {
    void vscode.window.showInformationMessage("No git repository is open in this window.");
    return;
  }
  const items = states.map((state) => ({
    label: `${LABELS[state.tagging]}: ${inertLabel(nameOf(state.repository))}`,
    description: inertLabel(state.repository),
    detail: inertLabel(`${state.reason} ${ACTIONS[state.tagging]}`),
    state,
  }));
  const shown = vscode.window.showQuickPick(items, {
    title: "Commit tagging",
    placeHolder: "How commits of the open repositories are tagged",
    matchOnDescription: true,
  });
  void shown.then(async (chosen) => {
    if (chosen === undefined) return;
    const { tagging, repository, snippets, reason } = chosen.state;
    const argument = { folder: isUri(repository) ? repository : vscode.Uri.file(repository).toString() };
    if (snippets !== undefined) await showPage("Commit Tagging", presentSnippets(chosen.state));
    else if (tagging === "unavailable") await vscode.window.showInformationMessage(reason);
    else await vscode.commands.executeCommand(COMMAND_OF[tagging], argument);
  });
}

/** What choosing runs. */
const COMMAND_OF = {
  here: "caseclock.disableCommitTagging",
  notHere: "caseclock.enableCommitTagging",
  unasked: "caseclock.enableCommitTagging",
} as const;
