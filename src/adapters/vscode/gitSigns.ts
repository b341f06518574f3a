import * as vscode from "vscode";
import { DisposableStore, type IDisposable } from "../../base/disposable.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EditorActivity } from "./editorActivity.ts";

/** What we use of the built-in extension. @source vscode extensions/git/src/api/git.d.ts, version 1 */
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  /** @throws while git is switched off */
  getAPI(version: 1): GitApi;
}
interface GitApi {
  readonly repositories: readonly Repository[];
  readonly onDidOpenRepository: vscode.Event<Repository>;
  readonly onDidCloseRepository: vscode.Event<Repository>;
}
interface Repository {
  readonly rootUri: vscode.Uri;
  /** Also after a commit that failed; only for those made through that extension. */
  readonly onDidCommit: vscode.Event<void>;
}

/** VS Code does not tell when another extension has become active: it is looked for this often after the start. */
const LOOK_EVERY_MS = 5_000;
const LOOKS = 24;

/**
 * Hears commits made in the Source Control view, as signs of the person: also one that a hook refused, which somebody
 * made all the same. The built-in git extension may be missing (restricted mode, a remote window), late, or switched off;
 * it is never activated from here.
 */
export class GitSigns implements IDisposable {
  private readonly store = new DisposableStore();
  private readonly activity: EditorActivity;
  private readonly onError: (error: unknown) => void;
  private readonly repositories = new Map<Repository, IDisposable>();
  private looking: IDisposable | undefined;
  /** Events of the API while git is on. */
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
    // Not activated by us, or activated without success: there is no API.
    if (found?.isActive !== true || typeof found.exports?.getAPI !== "function") return;
    this.extension = found.exports;
    this.stopLooking();
    this.store.add(
      this.extension.onDidChangeEnablement(() => {
        // It is told while git is still being put together: until the turn ends there is no API (seen in 1.139).
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
