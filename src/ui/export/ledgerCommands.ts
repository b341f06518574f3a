import * as vscode from "vscode";
import type { ExportContext } from "../../app/export/exportLedger.ts";
import { evidenceOf } from "../../app/export/entryEvidence.ts";
import { workedEntries, worklog } from "../../app/export/exportWorklog.ts";
import { toTimeclock } from "../../app/export/timeclock.ts";
import { verifyLedger } from "../../app/ledger/verifyLedger.ts";
import { t } from "../../base/text.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import { CaseclockError, messageOf } from "../../domain/errors.ts";
import type { WorkedEntry } from "../../domain/day/workedTime.ts";
import type { ExportFolder } from "../../ports/exportFolder.ts";
import type { LedgerFiles } from "../../ports/ledgerFile.ts";
import type { CommandArgument, ExportFormat, TodayLine } from "../../ports/commands.ts";
import type { Settings } from "../../ports/settings.ts";
import type { Called } from "../shell/commandTable.ts";
import { handleCommands } from "../shell/handleCommands.ts";
import { rangeOf, statedCase } from "./exportedCase.ts";
import { askPath, daysOf, mayWriteTo, tellSaved } from "./exportPaths.ts";
import { exportJson, moveCommands } from "./moveCommands.ts";
import type { ExportName } from "./exportNames.ts";
import { statementCommands, statementText, tellLeftOut, type StatementContext } from "./statementCommands.ts";
import { presentVerify } from "./presentVerify.ts";
import { todayLines } from "../status/todayLines.ts";
import { formatExact } from "../text/formatTime.ts";

/** Writes the worklog; loaded when it is needed. */
export interface WorklogFiles {
  toCsv(rows: readonly object[]): string;
  /** iCalendar; its writer is loaded only then. */
  toCalendar(entries: readonly WorkedEntry[]): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** The whole worklog, piece by piece. */
  readonly ledger: LedgerFiles;
}

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
      const lines = await todayLines(context.view, context.directory);
      if (!called.byArgument) showToday(lines);
      return lines.map(withoutTitle);
    },
    "caseclock.export": (argument, called) => exportLog(context, argument, called),
    "caseclock.verify": async (_argument, called) => {
      await context.flush();
      const report = await verifyLedger(context.log, context.initialPolicy);
      if (!called.byArgument)
        await context.showPage(t("Verify"), presentVerify(report, evidenceOf(context.view.ledger)));
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

/** Shown beside the result: whoever called does not wait for it to be closed. */
function showToday(lines: readonly (TodayLine & { readonly title: string })[]): void {
  const rows = lines.map((line) => ({
    label: line.key ?? t("No case"),
    description: line.title,
    detail: workedText(line),
  }));
  if (rows.length === 0) void vscode.window.showInformationMessage(t("Nothing was captured today yet."));
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

/** `caseclock.export` @param of the case of a statement, where it is known already: its key may be that of others, too */
export async function exportLog(
  context: LedgerCommandsContext,
  argument: CommandArgument<"caseclock.export">,
  { byArgument }: Called,
  of?: CaseRef,
): Promise<string | undefined> {
  await context.flush();
  const chosen =
    argument.everything === true ? "everything" : (argument.format ?? (byArgument ? "json" : await askFormat()));
  if (chosen === undefined) return undefined;
  if (!["json", "csv", "timeclock", "ics", "statement.md", "statement.html", "everything"].includes(chosen)) {
    throw new CaseclockError("arguments.invalid", `format ${chosen} is not known`);
  }
  const files = await context.files();
  if (chosen === "json") {
    return exportJson(context, files.ledger, await rangeOf(context, argument), argument.path, byArgument);
  }
  const format = chosen === "everything" ? "json" : chosen;
  const made =
    chosen === "everything"
      ? { text: await everything(context), name: { key: "everything" } }
      : isStatement(chosen)
        ? await stated(context, argument, chosen, byArgument, of)
        : await worklogText(context, argument, chosen, files);
  if (made === undefined) return undefined;
  const { text, name } = made;
  tellLeftOut(made.leftOut ?? 0);
  const path = argument.path ?? (byArgument ? undefined : await askPath(context.exportFolder, format, name));
  if (path === undefined) return byArgument ? text : undefined;
  if (byArgument && !(await mayWriteTo(path, context.settings()))) return undefined;
  try {
    await files.write(path, text);
  } catch (error) {
    throw new CaseclockError("export.failed", `${path}: ${messageOf(error)}`, { cause: error });
  }
  if (!byArgument) tellSaved(path);
  return path;
}

/** An export that is yet to be written. */
export interface MadeExport {
  readonly text: string;
  readonly name: ExportName;
  /** Entries that a statement does not have because they are another customer's. */
  readonly leftOut?: number;
}

type Statements = "statement.md" | "statement.html";

function isStatement(format: ExportFormat): format is Statements {
  return format.startsWith("statement.");
}

/** Undefined when the case or the customer was asked for and the question put aside. */
async function stated(
  context: LedgerCommandsContext,
  argument: CommandArgument<"caseclock.export">,
  format: Statements,
  byArgument: boolean,
  known: CaseRef | undefined,
): Promise<MadeExport | undefined> {
  const days = daysOf(argument);
  const of = known ?? (await statedCase(context, argument));
  if (of === undefined) return undefined;
  return statementText(context, format === "statement.md" ? "md" : "html", of, days, byArgument);
}

async function worklogText(
  context: LedgerCommandsContext,
  argument: CommandArgument<"caseclock.export">,
  format: Exclude<ExportFormat, Statements | "json">,
  files: WorklogFiles,
): Promise<MadeExport> {
  const { view, directory, settings } = context;
  const range = await rangeOf(context, argument);
  const name = { ...range, key: range.case?.key };
  if (format === "csv") return { text: files.toCsv(await worklog(view, directory, settings(), range)), name };
  const entries = await workedEntries(view, directory, settings(), range);
  return { text: format === "ics" ? await files.toCalendar(entries) : toTimeclock(entries), name };
}

/** Every event as it is held: what a person may ask to see, and may want before deleting it. */
async function everything({ log }: LedgerCommandsContext): Promise<string> {
  const lines = (await log.read({})).map((event) => JSON.stringify(event));
  return `{"version":1,"events":[\n${lines.join(",\n")}\n]}\n`;
}

async function askFormat(): Promise<ExportFormat | "everything" | undefined> {
  const chosen = await vscode.window.showQuickPick(
    [
      { label: "CSV", detail: t("For a spreadsheet"), format: "csv" as const },
      {
        label: "JSON",
        detail: t("For programs, and to move to another computer: it can be imported there"),
        format: "json" as const,
      },
      {
        label: t("Statement, as a page"),
        detail: t("For the customer: what was done on a case, exact and billed, with evidence; prints well"),
        format: "statement.html" as const,
      },
      {
        label: t("Statement, as Markdown"),
        detail: t("The same for a mail or a ticket"),
        format: "statement.md" as const,
      },
      {
        label: "Timeclock",
        detail: t("For hledger and ledger: worked time by customer and case"),
        format: "timeclock" as const,
      },
      { label: "iCalendar", detail: t("For a calendar: an event for each stretch of work"), format: "ics" as const },
      {
        label: t("Everything"),
        detail: t("All that is held about you, event by event, as JSON"),
        format: "everything" as const,
      },
    ],
    { title: t("Export the worklog as") },
  );
  return chosen?.format;
}
