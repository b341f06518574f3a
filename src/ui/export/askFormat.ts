import * as vscode from "vscode";
import { t } from "../../base/text.ts";
import { sanitizeLabel } from "../text/inertText.ts";
import { exportFormats, type ExportFormat } from "./exportFormats.ts";

/** Asks for a format; undefined when the question was dismissed. */
export async function askFormat(): Promise<ExportFormat | undefined> {
  const rows = exportFormats().map(([format, { label, detail }]) => ({ label: label(), detail: detail(), format }));
  return (await vscode.window.showQuickPick(rows, { title: t("Export the worklog as") }))?.format;
}

/** Asks for the form of a statement, such as a page or Markdown; undefined when the question was dismissed. */
export async function askStatementFormat(key: string): Promise<ExportFormat | undefined> {
  const rows = exportFormats().flatMap(([format, { asStatement }]) =>
    asStatement === undefined ? [] : [{ label: asStatement.label(), detail: asStatement.detail(), format }],
  );
  return (await vscode.window.showQuickPick(rows, { title: t("Statement of {0}", sanitizeLabel(key)) }))?.format;
}
