import fs from "node:fs/promises";
import path from "node:path";
import { CaseclockError } from "../../src/domain/errors.ts";
import type { FileFacts, RemoteFiles } from "../../src/adapters/remote/remoteFiles.ts";

const SCHEME = "far://machine";

/** Folders of this disk as if they were another machine's: no mode and no time is set, and it fails on demand. */
export class DiskFiles implements RemoteFiles {
  failing = false;
  /** Calls since the start, by kind. */
  readonly calls = new Map<string, number>();
  /** Calls that have not ended yet. */
  underWay = 0;
  readonly bytesRead: string[] = [];
  private readonly watches = new Set<{ folder: string; name: string; tell: () => void }>();

  static uri(file: string): string {
    return `${SCHEME}${file.split("/").map(encodeURIComponent).join("/")}`;
  }

  resolve(folder: string, to: string): string {
    return DiskFiles.uri(path.posix.resolve(fileOf(folder), to));
  }

  async stat(place: string): Promise<FileFacts | undefined> {
    const stat = await this.attempt("stat", () => fs.stat(fileOf(place)));
    if (stat === undefined) return undefined;
    const kind = stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other";
    return { kind, modifiedAt: stat.mtimeMs, bytes: stat.size };
  }

  read(place: string): Promise<Uint8Array | undefined> {
    this.bytesRead.push(place);
    return this.attempt("read", () => fs.readFile(fileOf(place)));
  }

  async list(folder: string): Promise<readonly string[]> {
    return (await this.attempt("list", () => fs.readdir(fileOf(folder)))) ?? [];
  }

  async write(place: string, bytes: Uint8Array): Promise<void> {
    await this.attempt("write", () => fs.writeFile(fileOf(place), bytes));
  }

  async makeFolder(place: string): Promise<void> {
    await this.attempt("makeFolder", () => fs.mkdir(fileOf(place), { recursive: true }));
  }

  async replace(from: string, to: string): Promise<void> {
    await this.attempt("replace", () => fs.rename(fileOf(from), fileOf(to)));
  }

  async remove(place: string): Promise<void> {
    await this.attempt("remove", () => fs.rm(fileOf(place), { recursive: true, force: true }));
  }

  watch(folder: string, name: string, tell: () => void): { dispose(): void } {
    const watch = { folder, name, tell };
    this.watches.add(watch);
    return { dispose: () => this.watches.delete(watch) };
  }

  /** Tells all watches, as the file system would. */
  tell(): void {
    for (const { tell } of this.watches) tell();
  }

  get watched(): number {
    return this.watches.size;
  }

  private async attempt<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
    this.calls.set(what, (this.calls.get(what) ?? 0) + 1);
    if (this.failing) throw new CaseclockError("git.unreachable", "no connection");
    this.underWay += 1;
    try {
      return await run();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
      throw new CaseclockError("git.unreachable", String(code), { cause: error });
    } finally {
      this.underWay -= 1;
    }
  }
}

function fileOf(place: string): string {
  return decodeURIComponent(place.slice(SCHEME.length));
}
