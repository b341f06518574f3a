import * as vscode from "vscode";
import type { WorklogDays } from "../../app/export/exportWorklog.ts";
import { t } from "../../base/text.ts";
import type { ExportFolder } from "../../ports/exportFolder.ts";
import type { CommandArgument } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import { exportName, type ExportedFile, type ExportName } from "./exportNames.ts";
import { readDay } from "../shell/arguments.ts";
import { showMessage } from "../shell/notifier.ts";
import { sanitizeMessage } from "../text/inertText.ts";

/** The days of an argument. @throws CaseclockError `arguments.invalid` */
export function parseExportDays({ from, to }: CommandArgument<"caseclock.export">): WorklogDays {
  const first = readDay("from", from);
  const last = readDay("to", to);
  return {
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: last }),
  };
}

/** Inside the workspace a path is enough; elsewhere the person has to confirm (docs/moving.md). */
export async function mayWriteTo(path: string, settings: Settings): Promise<boolean> {
  if (settings.allowUnattended || vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) !== undefined) return true;
  const write = t("Export");
  const question = t("Export to {0}? It is outside the workspace.", path);
  return (await vscode.window.showWarningMessage(question, { modal: true }, write)) === write;
}

/** Asks for the file; undefined when dismissed. Its folder is proposed for the next export. */
export async function askPath(
  folder: ExportFolder,
  format: ExportedFile,
  name: ExportName,
): Promise<string | undefined> {
  const { ending, kind } = format;
  const chosen = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder.current()), exportName(format, name)),
    filters: { [ending.toUpperCase()]: [ending] },
    title: kind === "statement" ? t("Export the statement") : t("Export the worklog"),
  });
  if (chosen === undefined) return undefined;
  await folder.use(vscode.Uri.joinPath(chosen, "..").fsPath);
  return chosen.fsPath;
}

/** Says where an export was saved, with buttons that open it; does not wait for an answer. */
export function tellSaved(path: string): void {
  const uri = vscode.Uri.file(path);
  const [open, reveal] = [t("Open"), t("Reveal")];
  const message = sanitizeMessage(t("The export was saved as {0}.", path));
  void vscode.window.showInformationMessage(message, open, reveal).then(async (chosen) => {
    try {
      if (chosen === reveal) await vscode.commands.executeCommand("revealFileInOS", uri);
      // Web pages open in the browser, everything else in the editor.
      if (chosen === open && path.endsWith(".html")) await vscode.env.openExternal(uri);
      else if (chosen === open) await vscode.commands.executeCommand("vscode.open", uri);
    } catch {
      showMessage("warning", t("It cannot be opened from here. The file is {0}.", path)); // a window without a desktop
    }
  });
}
