import type { IDisposable } from "../../base/disposable.ts";

/** What a file system reports about a file. */
export interface FileFacts {
  readonly kind: "file" | "folder" | "other";
  /** By the clock of the file's machine, in milliseconds since 1970. */
  readonly modifiedAt: number;
  readonly bytes: number;
}

/**
 * Files of another machine, as the editor reaches them: whole files only, times and modes cannot be set, and each call
 * takes a round trip. Places are URIs as text.
 *
 * Every call but `resolve` and `watch` rejects with CaseclockError `git.unreachable` when the files cannot be reached, or
 * no answer came in time; a missing file is no failure.
 */
export interface RemoteFiles {
  /** A place relative to a folder, or an absolute path of the same machine. */
  resolve(folder: string, path: string): string;
  /** Undefined where there is nothing. Links are followed. */
  stat(place: string): Promise<FileFacts | undefined>;
  /** Undefined where there is no file. */
  read(place: string): Promise<Uint8Array | undefined>;
  /** Names in a folder; none where there is no folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Overwrites an existing file, which keeps its mode. */
  write(place: string, bytes: Uint8Array): Promise<void>;
  makeFolder(place: string): Promise<void>;
  /** Moves a file over another. */
  replace(from: string, to: string): Promise<void>;
  /** Does nothing where there is nothing; deletes a folder with its content. */
  remove(place: string): Promise<void>;
  /** Reports that a file in a folder was created, changed or deleted, where the file system reports that. */
  watch(folder: string, name: string, onDidChange: () => void): IDisposable;
}

/** Reads a file only if it is not larger than that; undefined where there is none. @returns `tooLarge` otherwise */
export async function readUpTo(
  files: RemoteFiles,
  place: string,
  mostBytes: number,
): Promise<Uint8Array | "tooLarge" | undefined> {
  const facts = await files.stat(place);
  if (facts?.kind !== "file") return undefined;
  if (facts.bytes > mostBytes) return "tooLarge";
  return files.read(place);
}

/** The text of a small file; undefined where there is none, or none so small. */
export async function readText(files: RemoteFiles, place: string, mostBytes = 64 * 1024): Promise<string | undefined> {
  const bytes = await readUpTo(files, place, mostBytes);
  return bytes === undefined || bytes === "tooLarge" ? undefined : new TextDecoder().decode(bytes);
}

/** The last content of one file, read again only when its time or size has changed. */
export class CachedFile {
  private readonly files: RemoteFiles;
  private readonly place: string;
  private readonly mostBytes: number;
  private last: { readonly facts: FileFacts; readonly bytes: Uint8Array } | undefined;

  constructor(files: RemoteFiles, place: string, mostBytes: number) {
    this.files = files;
    this.place = place;
    this.mostBytes = mostBytes;
  }

  async read(): Promise<Uint8Array | "tooLarge" | undefined> {
    const facts = await this.files.stat(this.place);
    if (facts?.kind !== "file") return (this.last = undefined);
    if (facts.bytes > this.mostBytes) {
      this.last = undefined;
      return "tooLarge";
    }
    const { last } = this;
    if (last?.facts.bytes === facts.bytes && last.facts.modifiedAt === facts.modifiedAt) return last.bytes;
    const bytes = await this.files.read(this.place);
    // The content may be newer than the reported time: then the next check reads it once more.
    this.last = bytes?.length === facts.bytes ? { facts, bytes } : undefined;
    return bytes;
  }

  async text(): Promise<string | undefined> {
    const bytes = await this.read();
    return bytes === undefined || bytes === "tooLarge" ? undefined : new TextDecoder().decode(bytes);
  }
}
