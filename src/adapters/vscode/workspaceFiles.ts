import { posix } from "node:path";
import * as vscode from "vscode";
import type { IDisposable } from "../../base/disposable.ts";
import { t } from "../../base/text.ts";
import type { EpochMs } from "../../base/time.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FileFacts, RemoteFiles } from "../remote/remoteFiles.ts";

/** Longest wait for an answer: a broken connection gives none while the editor tries to restore it. */
const PATIENCE_MS = 20_000;
/** After a time-out nothing else is requested for this long, so that callers do not wait again and again. */
const PAUSE_MS = 10_000;

/** The files of remote folders, through the editor. */
export class WorkspaceFiles implements RemoteFiles {
  private readonly clock: Clock;
  private lateAt: EpochMs | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  resolve(folder: string, path: string): string {
    const uri = vscode.Uri.parse(folder);
    // A Windows path begins with its drive; in a URI a slash precedes it.
    const written = /^[A-Za-z]:[\\/]/.test(path) ? `/${path.replaceAll("\\", "/")}` : path;
    return uri.with({ path: posix.resolve(uri.path === "" ? "/" : uri.path, written) }).toString();
  }

  async stat(place: string): Promise<FileFacts | undefined> {
    const found = await this.ask(() => vscode.workspace.fs.stat(vscode.Uri.parse(place)));
    if (found === undefined) return undefined;
    const { type, mtime, size } = found;
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    const kind = isFolder ? "folder" : (type & vscode.FileType.File) !== 0 ? "file" : "other";
    return { kind, modifiedAt: mtime, bytes: size };
  }

  read(place: string): Promise<Uint8Array | undefined> {
    return this.ask(() => vscode.workspace.fs.readFile(vscode.Uri.parse(place)));
  }

  async list(folder: string): Promise<readonly string[]> {
    const found = await this.ask(() => vscode.workspace.fs.readDirectory(vscode.Uri.parse(folder)));
    return (found ?? []).map(([name]) => name);
  }

  async write(place: string, bytes: Uint8Array): Promise<void> {
    await this.ask(() => vscode.workspace.fs.writeFile(vscode.Uri.parse(place), bytes), true);
  }

  async makeFolder(place: string): Promise<void> {
    await this.ask(() => vscode.workspace.fs.createDirectory(vscode.Uri.parse(place)), true);
  }

  async replace(from: string, to: string): Promise<void> {
    const [source, target] = [vscode.Uri.parse(from), vscode.Uri.parse(to)];
    await this.ask(() => vscode.workspace.fs.rename(source, target, { overwrite: true }), true);
  }

  async remove(place: string): Promise<void> {
    await this.ask(() => vscode.workspace.fs.delete(vscode.Uri.parse(place), { recursive: true, useTrash: false }));
  }

  watch(folder: string, name: string, onDidChange: () => void): IDisposable {
    // Without a wildcard only this folder is watched, even where the workspace excludes it.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.parse(folder), name),
    );
    const listeners = [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete].map((event) =>
      event(onDidChange),
    );
    return vscode.Disposable.from(watcher, ...listeners);
  }

  /**
   * The editor's answer; undefined where there is nothing.
   * @param mustBeThere whether a missing file is a failure
   */
  private async ask<T>(call: () => Thenable<T>, mustBeThere = false): Promise<T | undefined> {
    if (this.lateAt !== undefined && Math.abs(this.clock.now() - this.lateAt) < PAUSE_MS) {
      throw new CaseclockError("git.unreachable", t("the folder's machine did not answer a moment ago"));
    }
    let timer: IDisposable | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = this.clock.after(PATIENCE_MS, () => {
        this.lateAt = this.clock.now();
        reject(new CaseclockError("git.unreachable", t("the folder's machine does not answer")));
      });
    });
    try {
      const answer = await Promise.race([call(), late]);
      this.lateAt = undefined;
      return answer;
    } catch (error) {
      if (CaseclockError.is(error)) throw error;
      const code = error instanceof vscode.FileSystemError ? error.code : "";
      const isNothing = code === "FileNotFound" || code === "FileNotADirectory" || code === "FileIsADirectory";
      if (isNothing && !mustBeThere) return undefined;
      throw new CaseclockError("git.unreachable", toErrorMessage(error), { cause: error });
    } finally {
      timer?.dispose();
    }
  }
}
