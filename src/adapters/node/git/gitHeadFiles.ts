import fs from "node:fs";
import path from "node:path";
import type { IDisposable } from "../../../base/disposable.ts";
import type { WorkTree } from "../../../ports/git.ts";

interface Watched {
  /** Distinguishes a recreated folder from the one that is watched. */
  readonly inode: number;
  readonly watcher: fs.FSWatcher;
}

/** Files that a commit touches in a git directory without a reflog. */
const TOUCHED_BY_COMMIT = ["HEAD", "index", "logs", "reftable", "COMMIT_EDITMSG"];

/**
 * Reports that HEAD's reflog may have changed: `logs/HEAD` of a work tree, or its reftable; without either (before the
 * first commit, or where no reflog is kept) whatever a commit touches. It watches folders, not files, because git
 * replaces files. Where the system cannot watch, it reports nothing and throws nothing.
 */
export class HeadFiles implements IDisposable {
  private readonly watched = new Map<string, Watched>();
  private readonly tree: WorkTree;
  private readonly onDidChange: () => void;
  private disposed = false;

  constructor(tree: WorkTree, onDidChange: () => void) {
    this.tree = tree;
    this.onDidChange = onDidChange;
    this.attach();
  }

  /** Watches the folders that exist now, and those again that were replaced. */
  attach(): void {
    if (this.disposed) return;
    const { gitDir, commonDir } = this.tree;
    const logs = path.join(gitDir, "logs");
    const tables = [...new Set([gitDir, commonDir])].map((folder) => path.join(folder, "reftable"));
    this.watch(logs, ["HEAD"]);
    for (const folder of tables) this.watch(folder, ["tables.list"]);
    if ([logs, ...tables].some((folder) => this.watched.has(folder))) this.unwatch(gitDir);
    else this.watch(gitDir, TOUCHED_BY_COMMIT);
  }

  dispose(): void {
    this.disposed = true;
    for (const folder of [...this.watched.keys()]) this.unwatch(folder);
  }

  private watch(folder: string, names: readonly string[]): void {
    try {
      const inode = fs.statSync(folder).ino;
      if (this.watched.get(folder)?.inode === inode) return;
      this.unwatch(folder);
      const watcher = fs.watch(folder, { persistent: false }, (_event, name) => {
        if (name !== null && !names.includes(name)) return;
        if (name === "logs" || name === "reftable") this.attach();
        this.onDidChange();
      });
      watcher.on("error", () => {
        this.unwatch(folder); // deleted, or the system gave up: the next attach tries again
      });
      this.watched.set(folder, { inode, watcher });
    } catch {
      this.unwatch(folder); // not there, or no watches are left on this system: the look every minute remains
    }
  }

  private unwatch(folder: string): void {
    this.watched.get(folder)?.watcher.close();
    this.watched.delete(folder);
  }
}
