import fs from "node:fs";
import path from "node:path";
import { run } from "./processes.ts";

/**
 * Runs git in `folder`, blind to the configuration of the person and the machine; gives what it printed.
 * @param env for dates and the like
 */
export async function git(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const isolated = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_TERMINAL_PROMPT: "0" };
  const outer = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  const output = await run("git", args, { cwd: folder, env: { ...outer, ...isolated, LC_ALL: "C", ...env } });
  return output.trimEnd();
}

/** Starts a repository on branch `main` whose author is set in its own configuration. */
export async function initRepository(folder: string): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  await git(folder, ["init", "-q", "-b", "main"]);
  for (const [key, value] of [
    ["user.name", "Robin Hale"],
    ["user.email", "robin@example.com"],
    ["commit.gpgSign", "false"],
  ] as const) {
    await git(folder, ["config", key, value]);
  }
}

/** Writes `files` and commits them. @param date of author and committer, as git reads it; @default now */
export async function commitFiles(
  folder: string,
  message: string,
  files: Readonly<Record<string, string>>,
  date?: string,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  await git(folder, ["add", "--all"]);
  const dates = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  await git(folder, ["commit", "-q", "-m", message], dates);
}

/** A repository of one commit on `main`, for tests that only need one. */
export async function smallRepository(folder: string): Promise<void> {
  await initRepository(folder);
  await commitFiles(folder, "Start", {
    "README.md": "# Sample\n",
    "src/total.ts": "export const total = (rows: readonly number[]) => rows.reduce((sum, row) => sum + row, 0);\n",
  });
}
