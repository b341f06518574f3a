import { DisposableStore } from "../../base/disposable.ts";
import type { IDisposable } from "../../base/disposable.ts";
import type { Git } from "../../ports/git.ts";

/** The git adapter behind its port, loaded at the first call. */
export function lazyGitOf(load: () => Promise<Git>): Git {
  const watch = (begin: (git: Git) => IDisposable, onError: (error: unknown) => void): IDisposable => {
    const store = new DisposableStore();
    load()
      .then((git) => store.add(begin(git)))
      .catch(onError);
    return store;
  };
  return {
    workTreeOf: async (folder) => (await load()).workTreeOf(folder),
    branchOf: async (tree) => (await load()).branchOf(tree),
    hookState: async (tree) => (await load()).hookState(tree),
    installHooks: async (tree) => (await load()).installHooks(tree),
    removeHooks: async (tree) => (await load()).removeHooks(tree),
    writeMarker: async (tree, marker) => (await load()).writeMarker(tree, marker),
    hasMarker: async (tree) => (await load()).hasMarker(tree),
    watchCommits: (tree, since, onDidCommit, onError) =>
      watch((git) => git.watchCommits(tree, since, onDidCommit, onError), onError),
    watchSigns: (tree, onDidChange, onError) => watch((git) => git.watchSigns(tree, onDidChange, onError), onError),
  };
}
