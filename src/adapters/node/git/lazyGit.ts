import { DisposableStore } from "../../../base/disposable.ts";
import type { IDisposable } from "../../../base/disposable.ts";
import type { Git } from "../../../ports/git.ts";

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
    tagHead: async (tree, marker) => (await load()).tagHead(tree, marker),
    writeNote: async (tree, sha, marker) => (await load()).writeNote(tree, sha, marker),
    history: async (tree, from, to) => (await load()).history(tree, from, to),
    hasMarker: async (tree) => (await load()).hasMarker(tree),
    fatesOf: async (tree, shas) => (await load()).fatesOf(tree, shas),
    watchCommits: (tree, since, onDidCommit, onError) =>
      watch((git) => git.watchCommits(tree, since, onDidCommit, onError), onError),
    watchSigns: (tree, onDidChange, onError) => watch((git) => git.watchSigns(tree, onDidChange, onError), onError),
  };
}
