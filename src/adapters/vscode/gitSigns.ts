import * as vscode from "vscode";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EditorActivity } from "./editorActivity.ts";

/** The part of the built-in extension's API in use. @source vscode extensions/git/src/api/git.d.ts, version 1 */
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  /** @throws while git is disabled */
  getAPI(version: 1): GitApi;
}
interface GitApi {
  readonly repositories: readonly Repository[];
  readonly onDidOpenRepository: vscode.Event<Repository>;
  readonly onDidCloseRepository: vscode.Event<Repository>;
}
interface Repository {
  readonly rootUri: vscode.Uri;
  /** Fires also after a failed commit; only for commits made through that extension. */
  readonly onDidCommit: vscode.Event<void>;
}

/** VS Code does not report when another extension becomes active: this is how often it is polled after the start. */
const LOOK_EVERY_MS = 5_000;
const LOOKS = 24;

/**
 * Listens to commits made in the Source Control view, as signs of the person, including those that a hook refused: somebody
 * tried to commit. The built-in git extension may be missing (restricted mode, a remote window), late, or disabled; it is
 * never activated from here.
 */
export class GitSigns implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly activity: EditorActivity;
  private readonly onError: (error: unknown) => void;
  private readonly repositories = new Map<Repository, IDisposable>();
  private looking: IDisposable | undefined;
  /** Listeners to the API while git is enabled. */
  private opened: DisposableStore | undefined;
  private extension: GitExtension | undefined;
  private disposed = false;

  constructor(activity: EditorActivity, clock: Clock, onError: (error: unknown) => void) {
    this.activity = activity;
    this.onError = onError;
    let looks = 0;
    this.looking = clock.every(LOOK_EVERY_MS, () => {
      looks += 1;
      if (looks >= LOOKS) this.stopLooking();
      this.look();
    });
    this.store.add(
      vscode.extensions.onDidChange(() => {
        this.look();
      }),
    );
    this.look();
  }

  dispose(): void {
    this.disposed = true;
    this.stopLooking();
    this.close();
    this.store.dispose();
  }

  private look(): void {
    if (this.extension !== undefined) return;
    const found = vscode.extensions.getExtension<GitExtension | undefined>("vscode.git");
    // Not activated yet, or activation failed: there is no API.
    if (found?.isActive !== true || typeof found.exports?.getAPI !== "function") return;
    this.extension = found.exports;
    this.stopLooking();
    this.store.add(
      this.extension.onDidChangeEnablement(() => {
        // The event comes while git is still being set up: there is no API until this turn ends (seen in 1.139).
        this.close();
        queueMicrotask(() => {
          if (!this.disposed) this.follow();
        });
      }),
    );
    this.follow();
  }

  private follow(): void {
    this.close();
    if (this.extension?.enabled !== true) return;
    try {
      const api = this.extension.getAPI(1);
      this.opened = new DisposableStore();
      this.opened.add(
        api.onDidOpenRepository((repository) => {
          this.add(repository);
        }),
      );
      this.opened.add(
        api.onDidCloseRepository((repository) => {
          this.repositories.get(repository)?.dispose();
          this.repositories.delete(repository);
        }),
      );
      for (const repository of api.repositories) this.add(repository);
    } catch (error) {
      this.onError(error);
    }
  }

  private add(repository: Repository): void {
    const listener = repository.onDidCommit(() => {
      if (this.activity.isAttended) this.activity.addSignInFolder(repository.rootUri, "scm");
    });
    this.repositories.set(repository, listener);
  }

  private close(): void {
    this.opened?.dispose();
    this.opened = undefined;
    for (const listener of this.repositories.values()) listener.dispose();
    this.repositories.clear();
  }

  private stopLooking(): void {
    this.looking?.dispose();
    this.looking = undefined;
  }
}
