import * as vscode from "vscode";
import { eraseData, planErasure, type ErasureContext, type ErasureScope } from "../../app/privacy/eraseData.ts";
import { t } from "../../base/text.ts";
import { daysBefore, parseLocalDate } from "../../base/time.ts";
import type { Case } from "../../domain/cases/case.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { CommandArgument, DeletedData } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { presentErased, presentErasure } from "./presentErasure.ts";
import { checkOrder, readDay } from "../shell/arguments.ts";

export interface PrivacyCommandsContext extends ErasureContext {
  readonly settings: () => Settings;
  readonly caseWithKey: (key: string, source: string | undefined) => Promise<Case>;
  readonly askCase: (title: string) => Promise<Case | null | undefined>;
  readonly flush: () => Promise<void>;
  /** Forgets tokens, after everything else is gone. */
  readonly forgetSecrets: (connectionIds: readonly string[]) => Promise<void>;
}

/** Deleting what was captured. */
export const privacyCommands = handleCommands((context: PrivacyCommandsContext) => {
  return {
    "caseclock.deleteData": async (argument, { byArgument }) => {
      await context.flush();
      const scope = byArgument ? await toScope(context, argument) : await askScope(context);
      return scope === undefined ? undefined : deleteData(context, scope, byArgument);
    },
  };
});

async function deleteData(
  context: PrivacyCommandsContext,
  scope: ErasureScope,
  byArgument: boolean,
): Promise<DeletedData | undefined> {
  const plan = await planErasure(context, scope);
  if (!(byArgument && context.settings().allowUnattended)) {
    const { title, detail } = presentErasure(plan);
    const remove = t("Delete");
    if ((await vscode.window.showWarningMessage(title, { modal: true, detail }, remove)) !== remove) return undefined;
  }
  const connectionIds = [...context.journal.view.ledger.connections.keys()];
  const report = await eraseData(context, plan);
  if (scope.kind === "all") await context.forgetSecrets(connectionIds);
  const result = { ...report, remainingEntries: plan.remainingEntries, sentEntries: plan.sentEntries };
  if (!byArgument) void vscode.window.showInformationMessage(presentErased(result));
  return result;
}

async function toScope(
  { journal: { view }, caseWithKey }: PrivacyCommandsContext,
  { from, to, key, source, all }: CommandArgument<"caseclock.deleteData">,
): Promise<ErasureScope> {
  await view.load();
  const given = [all === true, key !== undefined, from !== undefined || to !== undefined].filter(Boolean);
  if (given.length !== 1) throw new CaseclockError("arguments.invalid", "one of all, key, or from and to is needed");
  if (all === true) return { kind: "all" };
  if (key !== undefined) return { kind: "case", case: await caseWithKey(key, source) };
  const today = view.today();
  const range = {
    kind: "days",
    from: readDay("from", from) ?? daysBefore(today, 36_500),
    to: readDay("to", to) ?? today,
  } as const;
  checkOrder(range.from, range.to);
  return range;
}

async function askScope(context: PrivacyCommandsContext): Promise<ErasureScope | undefined> {
  await context.journal.view.load();
  const rows = [
    { label: t("$(calendar) A range of days…"), scope: "days" as const },
    { label: t("$(briefcase) One case…"), scope: "case" as const },
    {
      label: t("$(trash) Everything"),
      description: t("cases, picks, connections and entries too"),
      scope: "all" as const,
    },
  ];
  const chosen = await vscode.window.showQuickPick(rows, {
    title: t("Delete captured data"),
    placeHolder: t("Nothing is deleted before you have seen what goes and what stays"),
  });
  switch (chosen?.scope) {
    case undefined:
      return undefined;
    case "all":
      return { kind: "all" };
    case "case": {
      const of = await context.askCase(t("Delete the captured data of which case?"));
      return of === undefined || of === null ? undefined : { kind: "case", case: of };
    }
    case "days":
      return askDays(context.journal.view.today());
  }
}

async function askDays(today: string): Promise<ErasureScope | undefined> {
  const text = await vscode.window.showInputBox({
    title: t("Delete captured data"),
    prompt: t("First and last day as YYYY-MM-DD YYYY-MM-DD, or a single day."),
    value: today,
    ignoreFocusOut: true,
    validateInput: (value) =>
      parseDayRange(value) === undefined ? t("YYYY-MM-DD, or two of them separated by a space") : undefined,
  });
  return text === undefined ? undefined : parseDayRange(text);
}

function parseDayRange(text: string): ErasureScope | undefined {
  const [first = "", last = first, ...more] = text.trim().split(/\s+/);
  const from = parseLocalDate(first);
  const to = parseLocalDate(last);
  if (from === undefined || to === undefined || from > to || more.length > 0) return undefined;
  return { kind: "days", from, to };
}
