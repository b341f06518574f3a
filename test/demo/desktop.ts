import path from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { installFolder, unpackVsix } from "../host/lib/extensionFolder.ts";
import type { Log } from "../host/lib/install.ts";
import { Service } from "../host/lib/processes.ts";
import { QUIET_SETTINGS, writeSettings } from "../host/lib/server.ts";

/** What the demo opens in a desktop VS Code. */
export interface DesktopOptions {
  readonly vsix: string;
  readonly companion: string;
  readonly folder: string;
  /** Folder of this run; profile, extensions and the unpacked .vsix go below it. */
  readonly work: string;
  readonly userData: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
}

/**
 * Starts a desktop VS Code with a profile of its own: the program VSCODE_EXECUTABLE names, or the newest one, downloaded
 * once from Microsoft. Needs a screen.
 */
export async function startDesktop(options: DesktopOptions): Promise<Service> {
  const { vsix, companion, folder, work, userData, settings, env, log } = options;
  const named = process.env["VSCODE_EXECUTABLE"];
  if (named === undefined) log("getting VS Code for the desktop …");
  const executable = named ?? (await downloadAndUnzipVSCode());
  const unpacked = path.join(work, "unpacked");
  const extensions = path.join(work, "extensions");
  unpackVsix(vsix, unpacked);
  for (const each of [unpacked, companion]) installFolder(extensions, each);
  writeSettings(userData, { ...QUIET_SETTINGS, ...settings });
  const isRoot = process.getuid?.() === 0;
  const args = [
    folder,
    `--user-data-dir=${userData}`,
    `--extensions-dir=${extensions}`,
    ...["--new-window", "--skip-welcome", "--skip-release-notes", "--disable-workspace-trust", "--disable-updates"],
    ...(isRoot ? ["--no-sandbox"] : []),
  ];
  return new Service(executable, args, { env: { ...process.env, ...env } });
}
