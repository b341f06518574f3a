import * as vscode from "vscode";
import type { CommitTagger } from "../../app/git/commitTagger.ts";
import { t } from "../../base/text.ts";
import type { Case } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { TaggingChoice } from "../../domain/ledger.ts";
import type { TaggingState } from "../../ports/commands.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { showMessage } from "../shell/notifier.ts";
import { presentObstacle, presentSnippets, presentTagged } from "./presentTagging.ts";
import type { TreeId } from "../../domain/cases/treeId.ts";
import { sanitizeLabel, sanitizeMessage } from "../text/inertText.ts";

export interface TaggingCommandsContext {
  readonly tagging: CommitTagger;
  readonly findTree: (folder: string | undefined) => Promise<TreeId>;
  /** Why git could not be used, in one folder or all: URIs and errors. */
  readonly obstaclesIn: (folder: string | undefined) => readonly (readonly [folder: string, error: unknown])[];
  readonly currentCase: (tree: TreeId) => Case | undefined;
  readonly caseWithKey: (key: string, source: string | undefined) => Promise<Case>;
  readonly askCase: (title: string) => Promise<Case | null | undefined>;
  readonly showPage: (name: string, markdown: string) => Promise<void>;
}

/** Switches commit tagging on and off per repository, and shows its state. */
export const taggingCommands = handleCommands((context: TaggingCommandsContext) => {
  const { tagging, findTree } = context;
  const states = async (folder: string | undefined): Promise<readonly TaggingState[]> => {
    const trees = folder === undefined ? tagging.trees : [await findTree(folder)];
    const blocked = context.obstaclesIn(folder).map(([place, error]) => presentObstacle(toPath(place), error));
    if (folder !== undefined && blocked.length > 0) return blocked;
    return [...(await Promise.all(trees.map((tree) => tagging.state(tree)))), ...blocked];
  };
  return {
    "caseclock.enableCommitTagging": async ({ folder }, { byArgument }) => {
      checkPossible();
      const tree = await findTree(folder);
      await tagging.enable(tree);
      if (!byArgument) await tellEnabled(await tagging.state(tree), context);
      return states(folder);
    },
    "caseclock.disableCommitTagging": async ({ folder }, { byArgument }) => {
      checkPossible();
      const tree = await findTree(folder);
      await tagging.disable(tree);
      if (!byArgument) {
        const { repository } = await tagging.state(tree);
        const text = t(
          'Commits in "{0}" are no longer tagged. The hooks and git\'s configuration are as they were before.',
          findRepositoryName(repository),
        );
        void vscode.window.showInformationMessage(text);
      }
      return states(folder);
    },
    "caseclock.tagLastCommit": async ({ folder, key, source }, { byArgument }) => {
      checkPossible();
      const tree = await findTree(folder);
      const chosen =
        key === undefined
          ? (context.currentCase(tree) ?? (await context.askCase(t("Tag the last commit with which case?"))))
          : await context.caseWithKey(key, source);
      if (chosen === undefined || chosen === null) return undefined;
      const result = presentTagged(await tagging.tagLast(tree, chosen.key), chosen.key);
      if (!byArgument) showMessage(result.tagged ? "info" : "warning", sanitizeMessage(result.reason));
      return result;
    },
    "caseclock.showCommitTagging": async ({ folder }, { byArgument }) => {
      if (!byArgument) checkPossible();
      const found = await states(folder);
      if (!byArgument) showStates(found, context);
      return found;
    },
  };
});

/**
 * The one question per repository. Closing the message is no answer: another window or session asks again.
 * @param inTheWay set if it takes a snippet in other people's files
 */
export async function askTagging(
  repository: string,
  inTheWay: TaggingState | undefined,
  showPage: TaggingCommandsContext["showPage"],
): Promise<TaggingChoice | undefined> {
  const name = findRepositoryName(repository);
  const manager = inTheWay?.manager;
  const here = manager === undefined ? t("Tag Here") : t("Show How");
  const [notHere, never] = [t("Not Here"), t("Never Ask")];
  const question = `${t('Add the case to each commit message in "{0}"?', name)} ${describeWay(manager)}`;
  const chosen = await vscode.window.showInformationMessage(question, here, notHere, never);
  if (chosen === notHere) return "notHere";
  if (chosen === never) return "never";
  if (chosen === undefined) return undefined;
  if (inTheWay !== undefined) await showPage(t("Commit Tagging"), presentSnippets(inTheWay));
  return "here";
}

/** How commits are to be tagged. @param manager of the hooks that are in the way */
function describeWay(manager: TaggingState["manager"]): string {
  if (manager === undefined) return t('A message hook adds one line such as "Case-Id: ACME-1234".');
  return manager === "own"
    ? t("The repository has its own hooks, which are not touched: you add a few lines to them yourself.")
    : t("Its hooks belong to {0} and are not touched: you add a few lines to them yourself.", manager);
}

/** Names local folders by paths. */
function toPath(place: string): string {
  const uri = vscode.Uri.parse(place);
  return uri.scheme === "file" ? uri.fsPath : place;
}

function findRepositoryName(repository: string): string {
  const path = isUri(repository) ? vscode.Uri.parse(repository).path : repository;
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Names repositories on other machines by URIs, local ones by paths. */
function isUri(repository: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\//i.test(repository);
}

async function tellEnabled(state: TaggingState, { showPage }: TaggingCommandsContext): Promise<void> {
  if (state.snippets !== undefined) {
    await showPage(t("Commit Tagging"), presentSnippets(state));
    return;
  }
  const name = findRepositoryName(state.repository);
  const text =
    state.tagging === "here" ? t('Commits in "{0}" are tagged.', name) : t('Commits in "{0}" are not tagged.', name);
  void vscode.window.showInformationMessage(`${text} ${state.reason}`);
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

/** @returns the state, and what choosing the repository in the list does */
function describeState(tagging: TaggingState["tagging"]): { readonly label: string; readonly action: string } {
  switch (tagging) {
    case "here":
      return { label: t("$(check) Tagged"), action: t("Select it to stop tagging.") };
    case "notHere":
      return { label: t("$(circle-slash) Not tagged"), action: t("Select it to tag commits here.") };
    case "unasked":
      return { label: t("$(question) Not asked yet"), action: t("Select it to tag commits here.") };
    case "unavailable":
      return { label: t("$(warning) Not tagged"), action: t("Select this line to see what to do.") };
  }
}

/** Shown beside the result: the caller does not wait for it to be closed. */
function showStates(states: readonly TaggingState[], { showPage }: TaggingCommandsContext): void {
  if (states.length === 0) {
    void vscode.window.showInformationMessage(t("No git repository is open in this window."));
    return;
  }
  const items = states.map((state) => ({
    label: `${describeState(state.tagging).label}: ${sanitizeLabel(findRepositoryName(state.repository))}`,
    description: sanitizeLabel(state.repository),
    detail: sanitizeLabel(`${state.reason} ${describeState(state.tagging).action}`),
    state,
  }));
  const shown = vscode.window.showQuickPick(items, {
    title: t("Commit tagging"),
    placeHolder: t("How commits of the open repositories are tagged"),
    matchOnDescription: true,
  });
  void shown.then(async (chosen) => {
    if (chosen === undefined) return;
    const { tagging, repository, snippets, reason } = chosen.state;
    const argument = { folder: isUri(repository) ? repository : vscode.Uri.file(repository).toString() };
    if (snippets !== undefined) await showPage(t("Commit Tagging"), presentSnippets(chosen.state));
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
