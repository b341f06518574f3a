import * as vscode from "vscode";
import { listApprovedCases, findApprovedByKey, findKeptByKey, requireOnlyCase } from "../../app/cases/casesWithKey.ts";
import type { CaseDirectory } from "../../app/cases/caseDirectory.ts";
import type { WorklogRange } from "../../app/export/exportWorklog.ts";
import type { LedgerView } from "../../app/ledger/ledgerView.ts";
import { t } from "../../base/text.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { CommandArgument } from "../../ports/commands.ts";
import { pickCandidate } from "../cases/candidatePicker.ts";
import { findCase } from "../cases/caseCommands.ts";
import { readText } from "../shell/arguments.ts";
import { parseExportDays } from "./exportPaths.ts";

export interface ExportedCaseContext {
  readonly view: LedgerView;
  readonly directory: CaseDirectory;
}

type ExportArgument = CommandArgument<"caseclock.export">;

/**
 * The part of the worklog that an argument asks for.
 * @throws CaseclockError `arguments.invalid` | `cases.unknownKey` | `cases.ambiguousKey` with the candidates in its message
 */
export async function findExportRange(context: ExportedCaseContext, argument: ExportArgument): Promise<WorklogRange> {
  const days = parseExportDays(argument);
  const { key, source } = argument;
  if (key === undefined) return days;
  readText("key", key);
  readText("source", source);
  const { view, directory } = await ready(context);
  const kept = findKeptByKey(view, directory, key, source);
  // A case without any time exports as nothing; an unknown key is a mistake.
  return { ...days, case: kept.length > 0 ? requireOnlyCase(kept, key) : await findCase(directory, key, source) };
}

/**
 * The case for a statement: the argument's, else the one that the person picks. Undefined when dismissed.
 * @throws CaseclockError as `rangeOf`
 */
export async function chooseStatementCase(
  context: ExportedCaseContext,
  { key, source }: ExportArgument,
): Promise<CaseRef | undefined> {
  readText("key", key);
  readText("source", source);
  const { view, directory } = await ready(context);
  if (key !== undefined) {
    const approved = findApprovedByKey(view, directory, key, source);
    if (approved.length === 0) throw new CaseclockError("cases.unknownKey", `nothing of ${key} was approved`);
    return requireOnlyCase(approved, key).ref;
  }
  const cases = listApprovedCases(view, directory);
  if (cases.length > 0) return (await pickCandidate(view, cases.toReversed(), t("Statement for which case?")))?.ref;
  void vscode.window.showInformationMessage(
    t("There is nothing to put in a statement: no time entry has been approved yet."),
  );
  return undefined;
}

async function ready(context: ExportedCaseContext): Promise<ExportedCaseContext> {
  await context.directory.list();
  await context.view.catchUp();
  return context;
}
