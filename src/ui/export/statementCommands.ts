import * as vscode from "vscode";
import type { CaseDirectory } from "../../app/cases/caseDirectory.ts";
import type { ContractHours } from "../../app/cases/contractHours.ts";
import type { Customer } from "../../app/cases/customer.ts";
import type { WorklogDays } from "../../app/export/exportWorklog.ts";
import type { LedgerView } from "../../app/ledger/ledgerView.ts";
import {
  findCustomersIn,
  listStatementCustomers,
  makeStatement,
  type StatementCustomer,
  type Statement,
} from "../../app/export/statement.ts";
import { plural, t } from "../../base/text.ts";
import { parseLocalDate } from "../../base/time.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import { CaseclockError, toErrorMessage } from "../../domain/errors.ts";
import type { StatementReport } from "../../ports/billingResults.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import type { ExportName } from "./exportNames.ts";
import { showMessage } from "../shell/notifier.ts";
import { checkSeals, readSealed, statementHtml, statementMarkdown, type SealedStatement } from "./presentStatement.ts";
import { compareStatements, presentStatementCheck } from "./presentStatementCheck.ts";
import { sanitizeLabel } from "../text/inertText.ts";

export interface StatementContext {
  readonly view: LedgerView;
  readonly directory: CaseDirectory;
  readonly budget: ContractHours;
  readonly computeChecksum: (text: string) => string;
  /** Shows Markdown as a page that cannot be edited. */
  readonly showPage: (name: string, markdown: string) => Promise<void>;
}

/** A statement that is still to be written. */
export interface MadeStatement {
  readonly text: string;
  /** What the file's name is made of. */
  readonly name: ExportName;
  /** Entries of the case in the range that belong to other customers. */
  readonly leftOut: number;
}

/**
 * The statement of a case as text, for one customer. If the case has entries of several, the person is asked; called by
 * argument, it takes the case's current customer, else the last one. Undefined when the question was dismissed.
 * @throws CaseclockError `cases.unknownKey` when nothing of it was approved on these days
 */
export async function makeStatementText(
  context: StatementContext,
  form: "md" | "html",
  ref: CaseRef,
  days: WorklogDays,
  byArgument: boolean,
): Promise<MadeStatement | undefined> {
  const { view, directory, computeChecksum } = context;
  await directory.list();
  await view.catchUp();
  const key = directory.find(ref)?.key ?? ref.id;
  const customers = listStatementCustomers(view, directory, ref, days);
  const [first, ...others] = customers;
  const chosen = byArgument || others.length === 0 ? first : await askCustomer(key, customers);
  if (chosen === undefined && first !== undefined) return undefined;
  const statement = await currentStatement(context, ref, days, chosen === undefined ? [] : [chosen.customer]);
  if (statement === undefined) {
    throw new CaseclockError("cases.unknownKey", `nothing of ${key} was approved in this range`);
  }
  const text =
    form === "md" ? statementMarkdown(statement, computeChecksum) : statementHtml(statement, computeChecksum);
  const all = customers.reduce((sum, { entries }) => sum + entries.length, 0);
  return { text, name: statement, leftOut: all - statement.entries.length };
}

/** `caseclock.verifyStatement` */
export const statementCommands = handleCommands((context: StatementContext) => {
  return {
    "caseclock.verifyStatement": async ({ path }, { byArgument }) => {
      const uri = typeof path === "string" ? vscode.Uri.file(path) : await askFile();
      if (uri === undefined) return undefined;
      const sealed = readSealed(await readText(uri));
      if (sealed === undefined) {
        if (byArgument) throw new CaseclockError("arguments.invalid", "this file holds no statement of Caseclock");
        showMessage("error", t("This file contains no Caseclock statement."));
        return undefined;
      }
      const check = await verify(context, sealed);
      if (!byArgument) await tell(context, uri, check);
      return check;
    },
  };
});

async function verify(context: StatementContext, sealed: SealedStatement): Promise<StatementReport> {
  const { statement } = sealed;
  await context.view.catchUp();
  const [from, to] = [parseLocalDate(statement.from), parseLocalDate(statement.to)];
  const days = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  // A statement from an earlier version may have entries of several customers.
  const customers = statement.case === undefined ? [] : findCustomersIn(context.view, statement);
  const whose = customers.length === 0 ? undefined : customers;
  const now = await currentStatement(context, statement.case ?? statement.key, days, whose);
  const differences = compareStatements(statement, now);
  const { figures, text } = checkSeals(sealed, context.computeChecksum);
  const intact = figures === "intact" && text !== "changed";
  return { intact, figures, text, current: differences.length === 0, differences };
}

async function currentStatement(
  { view, directory, budget }: StatementContext,
  subject: CaseRef | string,
  days: WorklogDays,
  customers?: readonly Customer[],
): Promise<Statement | undefined> {
  await Promise.all([directory.list(), budget.update()]);
  return makeStatement(view, directory, subject, days, (known) => budget.stateFor(known)?.leftSeconds, customers);
}

/** Tells a person how many entries a statement does not have because they are another customer's. */
export function tellLeftOut(leftOut: number): void {
  if (leftOut === 0) return;
  const text = plural(
    leftOut,
    "{0} entry of this case is left out: it was approved for another customer.",
    "{0} entries of this case are left out: they were approved for another customer.",
  );
  showMessage("info", text);
}

async function askCustomer(
  key: string,
  customers: readonly StatementCustomer[],
): Promise<StatementCustomer | undefined> {
  const rows = customers.map((one) => ({
    label: one.customer.name === "" ? t("No customer") : sanitizeLabel(one.customer.name),
    description: plural(one.entries.length, "{0} entry", "{0} entries"),
    one,
  }));
  const title = t("Statement of {0} for which customer?", sanitizeLabel(key));
  return (await vscode.window.showQuickPick(rows, { title, ignoreFocusOut: true }))?.one;
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
    throw new CaseclockError("arguments.invalid", toErrorMessage(error), { cause: error });
  }
}

async function tell({ showPage }: StatementContext, uri: vscode.Uri, check: StatementReport): Promise<void> {
  if (check.intact && check.current && check.text === "intact") {
    showMessage("info", t("The statement is unchanged, and the ledger agrees with it."));
    return;
  }
  await showPage(t("Verify Statement"), presentStatementCheck(uri.fsPath, check));
}
