import * as vscode from "vscode";
import type { ExportContext } from "../../app/export/exportLedger.ts";
import { findEntryEvidence } from "../../app/export/entryEvidence.ts";
import { verifyLedger } from "../../app/ledger/verifyLedger.ts";
import { t } from "../../base/text.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { ExportFolder } from "../../ports/exportFolder.ts";
import type { CommandArgument, TodayLine } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import type { Invocation } from "../shell/commandTable.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { askFormat } from "./askFormat.ts";
import { readFormat, type MadeExport, type WorklogFiles } from "./exportFormats.ts";
import { askPath, mayWriteTo, tellSaved } from "./exportPaths.ts";
import { moveCommands } from "./moveCommands.ts";
import { statementCommands, tellLeftOut, type StatementContext } from "./statementCommands.ts";
import { presentVerify } from "./presentVerify.ts";
import { readTodayLines } from "../status/todayLines.ts";
import { formatExact } from "../text/formatTime.ts";

export interface LedgerCommandsContext extends StatementContext, ExportContext {
  readonly settings: () => Settings;
  readonly files: () => Promise<WorklogFiles>;
  readonly exportFolder: ExportFolder;
  readonly flush: () => Promise<void>;
  readonly showLog: () => void;
}

/** Reading the ledger: today's figures, the export, the check of everything. */
export const ledgerCommands = handleCommands((context: LedgerCommandsContext) => {
  return {
    ...statementCommands(context),
    ...moveCommands(context),
    "caseclock.today": async (_argument, called) => {
      await context.flush();
      const lines = await readTodayLines(context.view, context.directory);
      if (!called.byArgument) showToday(lines);
      return lines.map(withoutTitle);
    },
    "caseclock.export": (argument, called) => exportLog(context, argument, called),
    "caseclock.verify": async (_argument, called) => {
      await context.flush();
      const report = await verifyLedger(context.journal.log, context.initialPolicy);
      if (!called.byArgument)
        await context.showPage(t("Verify"), presentVerify(report, findEntryEvidence(context.view.ledger)));
      return report;
    },
    "caseclock.showLog": () => {
      context.showLog();
      return Promise.resolve(undefined);
    },
  };
});

function withoutTitle(line: TodayLine & { readonly title: string }): TodayLine {
  const { key, source, observedSeconds, bridgedSeconds, declaredSeconds, agentSeconds } = line;
  return { key, source, observedSeconds, bridgedSeconds, declaredSeconds, agentSeconds };
}

/** Shown beside the result: the caller does not wait for it to be closed. */
function showToday(lines: readonly (TodayLine & { readonly title: string })[]): void {
  const rows = lines.map((line) => ({
    label: line.key ?? t("No case"),
    description: line.title,
    detail: workedText(line),
  }));
  if (rows.length === 0) void vscode.window.showInformationMessage(t("Nothing captured yet today."));
  else void vscode.window.showQuickPick(rows, { title: t("Today"), placeHolder: t("Time by case") });
}

function workedText({ observedSeconds, bridgedSeconds, declaredSeconds }: TodayLine): string {
  const [worked, observed, bridged, declared] = [
    observedSeconds + bridgedSeconds + declaredSeconds,
    observedSeconds,
    bridgedSeconds,
    declaredSeconds,
  ].map(formatExact) as [string, string, string, string];
  return declaredSeconds > 0
    ? t("{0} worked: {1} observed, {2} bridged, {3} declared", worked, observed, bridged, declared)
    : t("{0} worked: {1} observed, {2} bridged", worked, observed, bridged);
}

/** `caseclock.export` @param ref the case of a statement, if known already: other cases may have its key, too */
export async function exportLog(
  context: LedgerCommandsContext,
  argument: CommandArgument<"caseclock.export">,
  { byArgument }: Invocation,
  ref?: CaseRef,
): Promise<string | undefined> {
  await context.flush();
  const chosen =
    argument.everything === true ? "everything" : (argument.format ?? (byArgument ? "json" : await askFormat()));
  if (chosen === undefined) return undefined;
  const format = readFormat(chosen);
  const files = await context.files();
  const made = await format.make({ context, files, argument, byArgument, of: ref });
  if (made === undefined) return undefined;
  tellLeftOut(made.leftOut ?? 0);
  const path = argument.path ?? (byArgument ? undefined : await askPath(context.exportFolder, format, made.name));
  if (path === undefined) return byArgument ? readText(made) : undefined;
  if (byArgument && !(await mayWriteTo(path, context.settings()))) return undefined;
  await save(files, path, made);
  if (!byArgument) tellSaved(path);
  return path;
}

/** All of an export at once, for a program that asks for no file. */
async function readText({ content }: MadeExport): Promise<string> {
  if (typeof content === "string") return content;
  const parts: string[] = [];
  await content({ write: (text) => parts.push(text), drained: () => Promise.resolve() });
  return parts.join("");
}

/** @throws CaseclockError `export.failed` */
async function save(files: WorklogFiles, path: string, { content }: MadeExport): Promise<void> {
  if (typeof content !== "string") {
    await files.ledger.write(path, content);
    return;
  }
  try {
    await files.write(path, content);
  } catch (error) {
    throw new CaseclockError("export.failed", `${path}: ${toErrorMessage(error)}`, { cause: error });
  }
}
