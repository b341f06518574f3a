/**
 * What heartbeats, picks and time belong to: the URI of a git work tree's root, else of a workspace folder, else
 * `window:…`.
 */
export type TreeId = string & { readonly __tree: true };

/** Brands a URI or `window:` id as a work tree. */
export function treeId(value: string): TreeId {
  return value as TreeId;
}
