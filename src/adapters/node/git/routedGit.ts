import type { Git } from "../../../ports/git.ts";

/** Whether a folder is on another machine: then it is a URI, while a local one is a path. */
export function isRemotePlace(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\//i.test(place); // a drive has one letter
}

/** Git for all folders: each call goes to the adapter of its folder. */
export function routedGit(local: Git, remote: Git): Git {
  const of = (place: string): Git => (isRemotePlace(place) ? remote : local);
  return {
    workTreeFor: (folder) => of(folder).workTreeFor(folder),
    readBranch: (tree) => of(tree.root).readBranch(tree),
    hookState: (tree) => of(tree.root).hookState(tree),
    installHooks: (tree) => of(tree.root).installHooks(tree),
    removeHooks: (tree) => of(tree.root).removeHooks(tree),
    writeMarker: (tree, marker) => of(tree.root).writeMarker(tree, marker),
    tagHead: (tree, marker) => of(tree.root).tagHead(tree, marker),
    writeNote: (tree, sha, marker) => of(tree.root).writeNote(tree, sha, marker),
    readFates: (tree, shas) => of(tree.root).readFates(tree, shas),
    readHistory: (tree, from, to) => of(tree.root).readHistory(tree, from, to),
    hasMarker: (tree) => of(tree.root).hasMarker(tree),
    watchCommits: (tree, since, onDidCommit, onError) => of(tree.root).watchCommits(tree, since, onDidCommit, onError),
    watchHints: (tree, onDidChange, onError) => of(tree.root).watchHints(tree, onDidChange, onError),
  };
}
