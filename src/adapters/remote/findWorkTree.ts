import type { WorkTree } from "../../ports/git.ts";
import { parseGitFile } from "./gitFiles.ts";
import { readText, type RemoteFiles } from "./remoteFiles.ts";

/** How many parent folders are checked. Default path limits of the systems that git runs on allow no deeper paths. */
const MAX_LEVELS = 40;
/** Longest path on Linux. */
const MAX_PATH_BYTES = 4_096;

/** What was found for a folder: its work tree, none, or a `.git` that cannot be understood. */
export type Discovery =
  | { readonly kind: "found"; readonly tree: WorkTree }
  | { readonly kind: "none" }
  | { readonly kind: "odd"; readonly place: string };

/**
 * The work tree that holds a folder: the first one upwards that has a `.git`, be it a folder, or a file that names one
 * (linked work trees, submodules). A folder inside a git directory is in no work tree.
 * @source gitrepository-layout(5); git's `setup.c`, setup_git_directory_gently_1
 */
export async function findWorkTree(files: RemoteFiles, folder: string): Promise<Discovery> {
  const levels = listLevels(files, folder);
  if (levels.some((level) => /\/\.git\/?$/.test(level))) return { kind: "none" };
  // All in parallel: one after the other, each would take a round trip.
  const facts = await Promise.all(levels.map((level) => files.stat(files.resolve(level, ".git"))));
  for (const [index, level] of levels.entries()) {
    const kind = facts[index]?.kind;
    if (kind === undefined) continue;
    const dotGit = files.resolve(level, ".git");
    const gitDir = kind === "folder" ? dotGit : await namedGitDir(files, level, dotGit);
    const tree = gitDir === undefined ? undefined : await treeAt(files, level, gitDir);
    if (tree !== undefined) return { kind: "found", tree };
    // Git continues upwards past a folder that is no repository, but not past a file.
    if (kind !== "folder") return { kind: "odd", place: dotGit };
  }
  const odd = facts.findIndex((fact) => fact !== undefined);
  const at = levels[odd];
  return at === undefined ? { kind: "none" } : { kind: "odd", place: files.resolve(at, ".git") };
}

/** Whether a work tree is still where it was found. */
export async function isStillThere(files: RemoteFiles, tree: WorkTree): Promise<boolean> {
  return (await files.stat(files.resolve(tree.gitDir, "HEAD")))?.kind === "file";
}

function listLevels(files: RemoteFiles, folder: string): readonly string[] {
  const levels: string[] = [];
  for (let level = files.resolve(folder, "."); levels.length < MAX_LEVELS;) {
    levels.push(level);
    const above = files.resolve(level, "..");
    if (above === level) break;
    level = above;
  }
  return levels;
}

async function namedGitDir(files: RemoteFiles, folder: string, file: string): Promise<string | undefined> {
  const named = parseGitFile((await readText(files, file, MAX_PATH_BYTES)) ?? "");
  return named === undefined ? undefined : files.resolve(folder, named);
}

/** A git directory has a HEAD, and objects: its own, or those of the repository that `commondir` names. */
async function treeAt(files: RemoteFiles, root: string, gitDir: string): Promise<WorkTree | undefined> {
  const [head, named] = await Promise.all([
    files.stat(files.resolve(gitDir, "HEAD")),
    readText(files, files.resolve(gitDir, "commondir"), MAX_PATH_BYTES),
  ]);
  if (head?.kind !== "file") return undefined;
  const commonDir = named === undefined ? gitDir : files.resolve(gitDir, named.replace(/[\r\n]+$/, ""));
  const objects = await files.stat(files.resolve(commonDir, "objects"));
  return objects?.kind === "folder" ? { root, gitDir, commonDir } : undefined;
}
