import * as vscode from "vscode";
import { writeWorklog, type ExportContext } from "../../app/export/exportLedger.ts";
import type { WorklogRange } from "../../app/export/exportWorklog.ts";
import { importLedger, planImport } from "../../app/export/importLedger.ts";
import { t } from "../../base/text.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { ExportFolder } from "../../ports/exportFolder.ts";
import type { LedgerFiles } from "../../ports/ledgerFile.ts";
import type { ImportReport } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { askPath, mayWriteTo, tellSaved } from "./exportPaths.ts";
import { showMessage } from "../shell/notifier.ts";
import { presentImport, presentImported, reportOf } from "./presentImport.ts";
import { withProgress } from "../shell/progress.ts";
import { presentError } from "../text/presentError.ts";

export interface MoveContext extends ExportContext {
  readonly settings: () => Settings;
  readonly files: () => Promise<{ readonly ledger: LedgerFiles }>;
  readonly exportFolder: ExportFolder;
  readonly flush: () => Promise<void>;
}

/** Exports JSON: to a file piece by piece, or as text where a program asks for no file. */
export async function exportJson(
  context: MoveContext,
  files: LedgerFiles,
  range: WorklogRange,
  to: string | undefined,
  byArgument: boolean,
): Promise<string | undefined> {
  const path =
    to ?? (byArgument ? undefined : await askPath(context.exportFolder, "json", { ...range, key: range.case?.key }));
  const settings = context.settings();
  if (path === undefined) {
    if (!byArgument) return undefined;
    const parts: string[] = [];
    const sink = { write: (text: string) => parts.push(text), drained: () => Promise.resolve() };
    await writeWorklog(context, settings, range, sink, files.checksum);
    return parts.join("");
  }
  if (byArgument && !(await mayWriteTo(path, settings))) return undefined;
  await files.write(path, (sink) => writeWorklog(context, settings, range, sink, files.checksum));
  if (!byArgument) tellSaved(path);
  return path;
}

/** `caseclock.importJson` */
export const moveCommands = handleCommands((context: MoveContext) => {
  return {
    "caseclock.importJson": async ({ path }, { byArgument, byPerson }) => {
      const given = typeof path === "string" ? path : await askFile();
      if (given === undefined) return undefined;
      try {
        return await importFile(context, given, byArgument);
      } catch (error) {
        if (!byPerson || !CaseclockError.is(error, ...TOLD)) throw error;
        // What is wrong with a file, only its own words say.
        showMessage("error", `${presentError(error.code).text} ${error.message}`);
        return undefined;
      }
    },
  };
});

const TOLD = ["import.conflict", "import.newer", "import.partial", "import.unreadable"] as const;

async function importFile(context: MoveContext, path: string, byArgument: boolean): Promise<ImportReport | undefined> {
  await context.flush();
  const { ledger: files } = await context.files();
  const plan = await withProgress(t("Reading the worklog"), (signal) =>
    orStopped(signal, planImport(context, files, path, signal)),
  );
  if (plan === undefined) return undefined;
  if (!(byArgument && context.settings().allowUnattended)) {
    const { title, detail } = presentImport(plan);
    const bring = t("Import");
    if ((await vscode.window.showWarningMessage(title, { modal: true, detail }, bring)) !== bring) return undefined;
  }
  const imported = await withProgress(t("Importing the worklog"), (signal, report) =>
    orStopped(signal, importLedger(context, files, plan, signal, report)),
  );
  if (imported === undefined) {
    showMessage("warning", t("The import was stopped. What is missing comes when you import the same file again."));
    return undefined;
  }
  const result = reportOf(plan, imported.added);
  if (!byArgument) showMessage("info", presentImported(result));
  return result;
}

/** Undefined when the person stopped it. */
async function orStopped<T>(signal: AbortSignal, task: Promise<T>): Promise<T | undefined> {
  try {
    return await task;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function askFile(): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { JSON: ["json"] },
      title: t("Worklog of another computer"),
    })) ?? [];
  return uri?.fsPath;
}
