import fs from "node:fs/promises";
import path from "node:path";
import { CaseclockError } from "../../domain/errors.ts";
import type { HookState, WorkTree } from "../../ports/git.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import { HOOK_EVENTS, hookScript, recogniseHook } from "./gitHookScript.ts";

/**
 * How the hooks of a repository stand. Files that are not ours, and a configured hooks folder, are in the way: they are
 * never touched.
 * @param hooksPath `core.hooksPath`, undefined when unset
 */
export async function hookStateOf({ commonDir }: WorkTree, hooksPath: string | undefined): Promise<HookState> {
  if (hooksPath !== undefined) return { state: "inTheWay", reason: "hooksPath", path: hooksPath };
  let installed = 0;
  for (const event of HOOK_EVENTS) {
    const file = path.join(commonDir, "hooks", event);
    const text = await readText(file);
    if (text === undefined) continue;
    if (!recogniseHook(text).ours) return { state: "inTheWay", reason: "foreignHook", path: file };
    if (text === hookScript(event, recogniseHook(text).madeFolder)) installed += 1;
  }
  return { state: installed === HOOK_EVENTS.length ? "installed" : "absent" };
}

/** Writes both hook files, ours of an older version included. @throws CaseclockError `tagging.hookInTheWay` */
export async function installHookFiles(tree: WorkTree, hooksPath: string | undefined): Promise<void> {
  const state = await hookStateOf(tree, hooksPath);
  if (state.state === "inTheWay") throw new CaseclockError("tagging.hookInTheWay", `${state.reason}: ${state.path}`);
  const folder = path.join(tree.commonDir, "hooks");
  const made = (await fs.mkdir(folder, { recursive: true })) !== undefined;
  for (const event of HOOK_EVENTS) {
    const file = path.join(folder, event);
    const before = await readText(file);
    await writeFileAtomically(
      file,
      hookScript(event, made || (before !== undefined && recogniseHook(before).madeFolder)),
    );
    await fs.chmod(file, 0o755);
  }
}

/** Takes our files away, and the folder if it was made for them and is empty. */
export async function removeHookFiles({ commonDir }: WorkTree): Promise<void> {
  const folder = path.join(commonDir, "hooks");
  let madeFolder = false;
  for (const event of HOOK_EVENTS) {
    const file = path.join(folder, event);
    const text = await readText(file);
    if (text === undefined) continue;
    const hook = recogniseHook(text);
    if (!hook.ours) continue;
    madeFolder ||= hook.madeFolder;
    await fs.rm(file);
  }
  if (!madeFolder) return;
  try {
    await fs.rmdir(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "ENOENT") throw error;
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
