import * as vscode from "vscode";
import type { ExportContext } from "../../app/export/exportLedger.ts";
import { importLedger, planImport } from "../../app/export/importLedger.ts";
import { t } from "../../base/text.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { LedgerFiles } from "../../ports/ledgerFile.ts";
import type { ImportReport } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { showMessage } from "../shell/notifier.ts";
import { presentImport, presentImported, toImportReport } from "./presentImport.ts";
import { withProgress } from "../shell/progress.ts";
import { presentError } from "../text/presentError.ts";

export interface MoveContext extends ExportContext {
  readonly settings: () => Settings;
  readonly files: () => Promise<{ readonly ledger: LedgerFiles }>;
  readonly flush: () => Promise<void>;
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
        // Only the error's own words say what is wrong with the file.
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
    showMessage("warning", t("The import was stopped. Import the same file again to get the rest."));
    return undefined;
  }
  const result = toImportReport(plan, imported.added);
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
