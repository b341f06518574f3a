import * as vscode from "vscode";
import type { LedgerView } from "../../app/ledger/ledgerView.ts";
import type { Case } from "../../domain/cases/case.ts";
import { connectionName } from "../text/connectionName.ts";
import { sanitizeLabel } from "../text/inertText.ts";

/** Asks for one of a few cases, which may have the same key: their customers and sources tell them apart. Undefined when dismissed. */
export async function pickCandidate(
  { ledger }: Pick<LedgerView, "ledger">,
  cases: readonly Case[],
  title: string,
  more: Pick<vscode.QuickPickOptions, "placeHolder" | "ignoreFocusOut"> = {},
): Promise<Case | undefined> {
  const nameSource = ({ key, ref }: Case): string => {
    const connection = ledger.connections.get(ref.source);
    const isShared = cases.some((one) => one.key === key && one.ref.source !== ref.source);
    return isShared && connection !== undefined ? connectionName(connection) : "";
  };
  const rows = cases.map((one) => ({
    label: sanitizeLabel(one.key),
    description: sanitizeLabel(one.title),
    detail: [sanitizeLabel(one.customer.name), nameSource(one)].filter(Boolean).join(" · "),
    case: one,
  }));
  const chosen = await vscode.window.showQuickPick(rows, {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
    ...more,
  });
  return chosen?.case;
}
