import fs from "node:fs/promises";
import path from "node:path";
import { run, type Sandbox } from "./repository.ts";

export interface Shell {
  readonly name: string;
  readonly found: string;
}

/** Shells that are the `sh` of some system, as far as this machine has them. */
export const SHELLS: readonly Shell[] = (
  await Promise.all(
    ["sh", "dash", "bash", "busybox"].map(async (name) => {
      const found = (await run("/bin/sh", ["-c", `command -v ${name}`], "/", process.env)).stdout.trim();
      return { name, found };
    }),
  )
).filter(({ found }) => found !== "");

/** A file that runs the shell as `sh`, which switches bash and busybox to what a hook's first line gets there. */
export async function shellFile(sandbox: Sandbox, { name, found }: Shell): Promise<string> {
  const folder = path.join(sandbox.folder, `shell-${name}`);
  await fs.mkdir(folder, { recursive: true });
  const file = path.join(folder, "sh");
  await fs.symlink(found, file).catch(() => undefined); // made by the row before
  return file;
}
