import { toDisposable, type IDisposable } from "../../src/base/disposable.ts";
import type { CaseclockError } from "../../src/domain/errors.ts";
import type { HistoryCommit } from "../../src/domain/git/historyEstimate.ts";
import type { Git, HookState, Marker, NewCommit, TagOutcome, WorkTree } from "../../src/ports/git.ts";
import type { CommitEvidence } from "../../src/domain/log/approvedEntry.ts";

/** Two repositories of the tests. */
export const ALPHA: WorkTree = {
  root: "/projects/alpha",
  gitDir: "/projects/alpha/.git",
  commonDir: "/projects/alpha/.git",
};
export const BETA: WorkTree = {
  root: "/projects/beta",
  gitDir: "/projects/beta/.git",
  commonDir: "/projects/beta/.git",
};

/** Repositories in memory; markers and hooks by the work tree's root. */
export class FakeGit implements Git {
  readonly hooks = new Map<string, HookState>();
  readonly markers = new Map<string, Marker>();
  /** What was asked of fates, in order. */
  readonly asked: string[] = [];
  /** What was done, in order. */
  readonly done: string[] = [];
  failure: CaseclockError | undefined;
  readonly watches: { readonly root: string; readonly since: string | undefined }[] = [];
  private readonly listeners = new Map<string, (commits: readonly NewCommit[]) => void>();

  workTreeFor(): Promise<WorkTree | undefined> {
    return Promise.resolve(undefined);
  }

  readBranch(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  watchHints(): IDisposable {
    return toDisposable(() => undefined);
  }

  hookState({ root }: WorkTree): Promise<HookState> {
    return Promise.resolve(this.hooks.get(root) ?? { state: "absent" });
  }

  installHooks({ root }: WorkTree): Promise<void> {
    this.done.push(`install ${root}`);
    // Where something stands in the way only a script is put beside the marker.
    if (this.hooks.get(root)?.state !== "inTheWay") this.hooks.set(root, { state: "installed", by: "files" });
    return Promise.resolve();
  }

  removeHooks({ root }: WorkTree): Promise<void> {
    this.done.push(`remove ${root}`);
    this.hooks.delete(root);
    return Promise.resolve();
  }

  writeMarker({ root }: WorkTree, marker: Marker | undefined): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.done.push(`mark ${root} ${marker === undefined ? "-" : `${marker.trailer}: ${marker.caseKey}`}`);
    if (marker === undefined) this.markers.delete(root);
    else this.markers.set(root, marker);
    return Promise.resolve();
  }

  readonly notes = new Map<string, Marker>();

  tagHead(): Promise<TagOutcome> {
    return Promise.resolve({ kind: "refused", reason: "noCommit" });
  }

  writeNote(_tree: WorkTree, sha: string, marker: Marker): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.notes.set(sha, marker);
    return Promise.resolve();
  }

  readonly past: HistoryCommit[] = [];

  readHistory(): Promise<readonly HistoryCommit[]> {
    return Promise.resolve(this.past);
  }

  hasMarker({ root }: WorkTree): Promise<boolean> {
    return Promise.resolve(this.markers.has(root));
  }

  /** What became of commits, by sha; the others are where they were. */
  readonly fates = new Map<string, CommitEvidence | null>();

  readFates({ root }: WorkTree, shas: readonly string[]): ReturnType<Git["readFates"]> {
    this.asked.push(`${root} ${shas.join(" ")}`);
    return Promise.resolve(
      shas.map((sha) => {
        const now = this.fates.get(sha);
        return { sha, now: now === undefined ? { sha, subject: "", repository: "" } : now };
      }),
    );
  }

  watchCommits(
    { root }: WorkTree,
    since: string | undefined,
    onDidCommit: (commits: readonly NewCommit[]) => void,
  ): IDisposable {
    this.watches.push({ root, since });
    this.listeners.set(root, onDidCommit);
    return toDisposable(() => this.listeners.delete(root));
  }

  commit({ root }: WorkTree, ...commits: readonly NewCommit[]): void {
    this.listeners.get(root)?.(commits);
  }

  get watching(): number {
    return this.listeners.size;
  }
}
