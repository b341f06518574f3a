import fs from "node:fs/promises";
import * as vscode from "vscode";
import { sleep } from "./processes.ts";

export const FAR_SCHEME = "caseclock-far";

/** Serves this disk as another machine's: slow, without any event of changes, and not to be reached on demand. */
export class FarFiles implements vscode.FileSystemProvider {
  failing = false;
  latencyMs = 40;
  /** Calls that are under way. */
  pending = 0;
  /** Names of files that were read whole. */
  readonly reads: string[] = [];
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat({ path }: vscode.Uri): Promise<vscode.FileStat> {
    return this.far(async () => {
      const stat = await fs.stat(path);
      const type = stat.isDirectory() ? vscode.FileType.Directory : vscode.FileType.File;
      return { type, ctime: stat.ctimeMs, mtime: stat.mtimeMs, size: stat.size };
    });
  }

  readDirectory({ path }: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return this.far(async () => {
      const entries = await fs.readdir(path, { withFileTypes: true });
      return entries.map((one) => [one.name, one.isDirectory() ? vscode.FileType.Directory : vscode.FileType.File]);
    });
  }

  readFile({ path }: vscode.Uri): Promise<Uint8Array> {
    this.reads.push(path);
    return this.far(() => fs.readFile(path));
  }

  writeFile({ path }: vscode.Uri, content: Uint8Array): Promise<void> {
    return this.far(() => fs.writeFile(path, content));
  }

  createDirectory({ path }: vscode.Uri): Promise<void> {
    return this.far(async () => {
      await fs.mkdir(path, { recursive: true });
    });
  }

  delete({ path }: vscode.Uri): Promise<void> {
    return this.far(() => fs.rm(path, { recursive: true }));
  }

  rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    return this.far(() => fs.rename(from.path, to.path));
  }

  private async far<T>(call: () => Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      await sleep(this.latencyMs);
      if (this.failing) throw vscode.FileSystemError.Unavailable("no connection");
      return await call();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === "ENOENT" || code === "ENOTDIR" ? vscode.FileSystemError.FileNotFound() : error;
    } finally {
      this.pending -= 1;
    }
  }
}
