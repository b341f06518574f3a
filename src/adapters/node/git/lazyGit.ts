import { DisposableStore } from "../../../base/disposable.ts";
import type { IDisposable } from "../../../base/disposable.ts";
import type { Git } from "../../../ports/git.ts";

/** The git adapter, loaded at the first call. */
export function makeLazyGit(load: () => Promise<Git>): Git {
  const watch = (begin: (git: Git) => IDisposable, onError: (error: unknown) => void): IDisposable => {
    const store = new DisposableStore();
    load()
      .then((git) => store.add(begin(git)))
      .catch(onError);
    return store;
  };
  return {
    workTreeFor: async (folder) => (await load()).workTreeFor(folder),
    readBranch: async (tree) => (await load()).readBranch(tree),
    hookState: async (tree) => (await load()).hookState(tree),
    installHooks: async (tree) => (await load()).installHooks(tree),
    removeHooks: async (tree) => (await load()).removeHooks(tree),
    writeMarker: async (tree, marker) => (await load()).writeMarker(tree, marker),
    tagHead: async (tree, marker) => (await load()).tagHead(tree, marker),
    writeNote: async (tree, sha, marker) => (await load()).writeNote(tree, sha, marker),
    readHistory: async (tree, from, to) => (await load()).readHistory(tree, from, to),
    hasMarker: async (tree) => (await load()).hasMarker(tree),
    readFates: async (tree, shas) => (await load()).readFates(tree, shas),
    watchCommits: (tree, since, onDidCommit, onError) =>
      watch((git) => git.watchCommits(tree, since, onDidCommit, onError), onError),
    watchHints: (tree, onDidChange, onError) => watch((git) => git.watchHints(tree, onDidChange, onError), onError),
  };
}
