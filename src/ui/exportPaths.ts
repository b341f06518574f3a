import * as vscode from "vscode";
import type { WorklogDays } from "../app/exportWorklog.ts";
import { t } from "../base/text.ts";
import { parseLocalDate, type LocalDate } from "../base/time.ts";
import { CaseclockError } from "../domain/errors.ts";
import type { CommandArgument } from "../ports/manifest.ts";
import type { Settings } from "../ports/settings.ts";

/** The days of an argument. @throws CaseclockError `arguments.invalid` */
export function daysOf({ from, to }: CommandArgument<"caseclock.export">): WorklogDays {
  const day = (name: string, value: string | undefined): LocalDate | undefined => {
    const parsed = value === undefined ? undefined : parseLocalDate(value);
    if (value !== undefined && parsed === undefined)
      throw new CaseclockError("arguments.invalid", `${name} must be YYYY-MM-DD`);
    return parsed;
  };
  const first = day("from", from);
  const last = day("to", to);
  return {
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: last }),
  };
}

/** Inside the workspace a path is enough; elsewhere the person is asked (design 9). */
export async function mayWriteTo(path: string, settings: Settings): Promise<boolean> {
  if (settings.allowUnattended || vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) !== undefined) return true;
  const write = t("Write");
  const question = t("Write the export to {0}? It is outside of the workspace.", path);
  return (await vscode.window.showWarningMessage(question, { modal: true }, write)) === write;
}

/** Where to; undefined when the question was put aside. */
export async function askPath(format: string): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const ending = format.split(".").at(-1) ?? format;
  const name = format.includes(".") ? format : `worklog.${format}`;
  const options: vscode.SaveDialogOptions = {
    filters: { [ending.toUpperCase()]: [ending] },
    title: format.startsWith("statement") ? t("Export the statement") : t("Export the worklog"),
  };
  if (folder !== undefined) options.defaultUri = vscode.Uri.joinPath(folder, name);
  return (await vscode.window.showSaveDialog(options))?.fsPath;
}
