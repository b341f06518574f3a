import * as vscode from "vscode";
import type { CaseDirectory } from "../app/caseDirectory.ts";
import type { ContractUse } from "../app/contractUse.ts";
import type { WorklogDays } from "../app/exportWorklog.ts";
import type { LedgerView } from "../app/ledgerView.ts";
import { statementOf, type Statement } from "../app/statement.ts";
import { t } from "../base/text.ts";
import { parseLocalDate } from "../base/time.ts";
import type { CaseRef } from "../domain/caseRef.ts";
import { CaseclockError, messageOf } from "../domain/errors.ts";
import type { StatementReport } from "../ports/billingResults.ts";
import type { CommandHandlers } from "./commandTable.ts";
import type { ExportName } from "./exportNames.ts";
import { showMessage } from "./notifier.ts";
import { inertLabel } from "./present.ts";
import { checkSeals, sealedIn, statementHtml, statementMarkdown, type Sealed } from "./presentStatement.ts";
import { compareStatements, presentStatementCheck } from "./presentStatementCheck.ts";

export interface StatementContext {
  readonly view: LedgerView;
  readonly directory: CaseDirectory;
  readonly budget: ContractUse;
  readonly checksumOf: (text: string) => string;
  /** Shows Markdown as a page that cannot be edited. */
  readonly showPage: (name: string, markdown: string) => Promise<void>;
}

/** The statement of a case as text, with what its file is named by. @throws CaseclockError `cases.unknownKey` when nothing of it was approved on these days */
export async function statementText(
  context: StatementContext,
  form: "md" | "html",
  of: CaseRef,
  days: WorklogDays,
): Promise<{ readonly text: string; readonly name: ExportName }> {
  const { view, directory, checksumOf } = context;
  await view.catchUp();
  const statement = await currentStatement(context, of, days);
  if (statement === undefined) {
    const name = directory.find(of)?.key ?? of.id;
    throw new CaseclockError("cases.unknownKey", `nothing of ${name} was approved in this range`);
  }
  const text = form === "md" ? statementMarkdown(statement, checksumOf) : statementHtml(statement, checksumOf);
  return { text, name: statement };
}

/** `caseclock.verifyStatement` */
export function statementCommands(context: StatementContext): Pick<CommandHandlers, "caseclock.verifyStatement"> {
  return {
    "caseclock.verifyStatement": async ({ path }, { byArgument }) => {
      const uri = typeof path === "string" ? vscode.Uri.file(path) : await askFile();
      if (uri === undefined) return undefined;
      const sealed = sealedIn(await readText(uri));
      if (sealed === undefined) {
        if (byArgument) throw new CaseclockError("arguments.invalid", "this file holds no statement of Caseclock");
        showMessage("error", t("This file holds no statement of Caseclock."));
        return undefined;
      }
      const check = await verify(context, sealed);
      if (!byArgument) await tell(context, uri, check);
      return check;
    },
  };
}

async function verify(context: StatementContext, sealed: Sealed): Promise<StatementReport> {
  const { statement } = sealed;
  await context.view.catchUp();
  const [from, to] = [parseLocalDate(statement.from), parseLocalDate(statement.to)];
  const days = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const differences = compareStatements(
    statement,
    await currentStatement(context, statement.case ?? statement.key, days),
  );
  const { figures, text } = checkSeals(sealed, context.checksumOf);
  const intact = figures === "intact" && text !== "changed";
  return { intact, figures, text, current: differences.length === 0, differences };
}

async function currentStatement(
  { view, directory, budget }: StatementContext,
  of: CaseRef | string,
  days: WorklogDays,
): Promise<Statement | undefined> {
  await Promise.all([directory.list(), budget.update()]);
  return statementOf(view, directory, of, days, (known) => budget.of(known)?.leftSeconds);
}

/** A page or Markdown; undefined when the question was put aside. */
export async function askStatementFormat(key: string): Promise<"statement.html" | "statement.md" | undefined> {
  const chosen = await vscode.window.showQuickPick(
    [
      { label: t("Page"), detail: t("To print, or to send as a file"), format: "statement.html" as const },
      { label: t("Markdown"), detail: t("For a mail or a ticket"), format: "statement.md" as const },
    ],
    { title: t("Statement of {0}", inertLabel(key)) },
  );
  return chosen?.format;
}

async function askFile(): Promise<vscode.Uri | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { [t("Statement")]: ["html", "md"] },
      title: t("Statement to verify"),
    })) ?? [];
  return uri;
}

async function readText(uri: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    throw new CaseclockError("arguments.invalid", messageOf(error), { cause: error });
  }
}

async function tell({ showPage }: StatementContext, uri: vscode.Uri, check: StatementReport): Promise<void> {
  if (check.intact && check.current && check.text === "intact") {
    showMessage("info", t("The statement is as it was made, and the ledger says the same."));
    return;
  }
  await showPage(t("Verify Statement"), presentStatementCheck(uri.fsPath, check));
}
