import * as vscode from "vscode";
import { toErrorMessage } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Git, WorkTree } from "../../ports/git.ts";
import type { Logger } from "../../ports/logger.ts";
import { isRemotePlace } from "../node/git/routedGit.ts";
import { treeId, type TreeId } from "../../domain/cases/treeId.ts";

/** How long signs wait for another machine's answer before they count for the workspace folder. */
const REMOTE_PATIENCE_MS = 3_000;
/** Wait before git is asked again after a failure. */
const RETRY_MS = 30_000;

/** What a folder belongs to. */
export interface ResolvedTree {
  readonly tree: TreeId;
  /** Set when it is a git work tree of a trusted workspace, here or on another machine. */
  readonly workTree: WorkTree | undefined;
}

/**
 * Finds the work tree of a folder; each folder is asked for once, and again where git could not be used. Outside of
 * git it is the workspace folder, else what the window last worked in, else the window. Nothing is looked for in an
 * untrusted workspace, nor where files cannot be written.
 */
export class WorkTrees {
  private readonly known = new Map<string, Promise<WorkTree | undefined>>();
  private readonly git: Git;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private last: ResolvedTree | undefined;
  /** Why git could not be used, by the URI of the workspace folder. */
  private readonly obstacles = new Map<string, unknown>();

  /** @param git loads its adapters at the first call, which an editor without repositories never makes */
  constructor(git: Git, clock: Clock, logger: Logger) {
    this.git = git;
    this.clock = clock;
    this.logger = logger;
  }

  /** Never rejects. @param folder URI; empty for a window without a folder */
  async resolve(folder: string): Promise<ResolvedTree> {
    this.last = await this.find(folder);
    return this.last;
  }

  /** Forgets what was found: folders, repositories or the trust have changed. */
  forget(): void {
    this.known.clear();
    this.obstacles.clear();
  }

  /** Why git could not be used: URIs of folders and errors. @param folder URI; all of them without it */
  obstaclesIn(folder: string | undefined): readonly (readonly [folder: string, error: unknown])[] {
    if (folder === undefined) return [...this.obstacles];
    const place = findWorkspaceFolder(vscode.Uri.parse(folder));
    return this.obstacles.has(place) ? [[place, this.obstacles.get(place)]] : [];
  }

  private async find(folder: string): Promise<ResolvedTree> {
    if (folder !== "") {
      const uri = vscode.Uri.parse(folder);
      const workTree = await this.findWorkTree(folder, uri);
      if (workTree !== undefined) {
        const { root } = workTree;
        return { tree: treeId(isRemotePlace(root) ? root : vscode.Uri.file(root).toString()), workTree };
      }
      const workspaceFolder = vscode.workspace.getWorkspaceFolder(uri);
      if (workspaceFolder !== undefined) {
        return { tree: treeId(workspaceFolder.uri.toString()), workTree: undefined };
      }
    }
    return this.last ?? { tree: windowTree(), workTree: undefined };
  }

  private async findWorkTree(folder: string, uri: vscode.Uri): Promise<WorkTree | undefined> {
    let found = this.known.get(folder);
    if (found === undefined) {
      // Unknown yet: the extension that serves the files may still be starting.
      if (uri.scheme !== "file" && vscode.workspace.fs.isWritableFileSystem(uri.scheme) === undefined) return undefined;
      this.known.set(folder, (found = this.ask(folder, uri)));
    }
    return uri.scheme === "file" ? found : this.inTime(found);
  }

  private async ask(folder: string, uri: vscode.Uri): Promise<WorkTree | undefined> {
    if (!vscode.workspace.isTrusted) return undefined;
    const isLocal = uri.scheme === "file";
    if (!isLocal && vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== true) return undefined;
    const place = findWorkspaceFolder(uri);
    try {
      const found = await this.git.workTreeFor(isLocal ? uri.fsPath : uri.toString());
      this.obstacles.delete(place);
      return found;
    } catch (error) {
      if (!this.obstacles.has(place)) this.logger.warn(`no git for a folder: ${toErrorMessage(error)}`);
      this.obstacles.set(place, error);
      this.clock.after(RETRY_MS, () => {
        this.known.delete(folder);
      });
      return undefined;
    }
  }

  /** The request goes on: later callers get its answer. */
  private async inTime(asked: Promise<WorkTree | undefined>): Promise<WorkTree | undefined> {
    let late: { dispose(): void } | undefined;
    const patience = new Promise<undefined>((resolve) => {
      late = this.clock.after(REMOTE_PATIENCE_MS, () => {
        resolve(undefined);
      });
    });
    try {
      return await Promise.race([asked, patience]);
    } finally {
      late?.dispose();
    }
  }
}

function findWorkspaceFolder(uri: vscode.Uri): string {
  return (vscode.workspace.getWorkspaceFolder(uri)?.uri ?? uri).toString();
}

function windowTree(): TreeId {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return treeId(`window:${(workspaceFile ?? workspaceFolders?.[0]?.uri)?.toString() ?? "empty"}`);
}
