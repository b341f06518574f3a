import * as vscode from "vscode";
import { messageOf } from "../../domain/errors.ts";
import { treeId, type TreeId } from "../../domain/heartbeat.ts";
import type { Git, WorkTree } from "../../ports/git.ts";
import type { Logger } from "../../ports/logger.ts";

/** What a folder belongs to. */
export interface ResolvedTree {
  readonly tree: TreeId;
  /** Set when it is a local git work tree of a trusted workspace. */
  readonly workTree: WorkTree | undefined;
}

/**
 * Finds the work tree of a folder; each folder is asked for once. Outside of git it is the workspace folder, else what
 * the window last worked in, else the window. No git runs in an untrusted workspace, nor for a folder of another machine.
 */
export class WorkTrees {
  private readonly known = new Map<string, Promise<ResolvedTree>>();
  private readonly git: () => Promise<Git>;
  private readonly logger: Logger;
  private last: ResolvedTree | undefined;

  /** @param git loads the git adapter, which an editor without repositories never needs */
  constructor(git: () => Promise<Git>, logger: Logger) {
    this.git = git;
    this.logger = logger;
  }

  /** Never rejects. @param folder URI; empty for a window without a folder */
  async resolve(folder: string): Promise<ResolvedTree> {
    let found = this.known.get(folder);
    if (found === undefined) this.known.set(folder, (found = this.find(folder)));
    this.last = await found;
    return this.last;
  }

  /** Forgets what was found: folders, repositories or the trust have changed. */
  forget(): void {
    this.known.clear();
  }

  private async find(folder: string): Promise<ResolvedTree> {
    if (folder !== "") {
      const uri = vscode.Uri.parse(folder);
      const workTree = await this.workTreeOf(uri);
      if (workTree !== undefined) return { tree: treeId(vscode.Uri.file(workTree.root).toString()), workTree };
      const workspaceFolder = vscode.workspace.getWorkspaceFolder(uri);
      if (workspaceFolder !== undefined) {
        return { tree: treeId(workspaceFolder.uri.toString()), workTree: undefined };
      }
    }
    return this.last ?? { tree: windowTree(), workTree: undefined };
  }

  private async workTreeOf(uri: vscode.Uri): Promise<WorkTree | undefined> {
    if (uri.scheme !== "file" || !vscode.workspace.isTrusted) return undefined;
    try {
      return await (await this.git()).workTreeOf(uri.fsPath);
    } catch (error) {
      this.logger.warn(`no git for a folder: ${messageOf(error)}`);
      return undefined;
    }
  }
}

function windowTree(): TreeId {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return treeId(`window:${(workspaceFile ?? workspaceFolders?.[0]?.uri)?.toString() ?? "empty"}`);
}
