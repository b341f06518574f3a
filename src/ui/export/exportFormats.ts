import { listWorkedEntries, makeWorklog, type WorklogRange } from "../../app/export/exportWorklog.ts";
import { writeWorklog, type ExportContext } from "../../app/export/exportLedger.ts";
import { toTimeclock } from "../../app/export/timeclock.ts";
import { t } from "../../base/text.ts";
import type { CaseRef } from "../../domain/cases/case.ts";
import type { WorkedEntry } from "../../domain/day/workedTime.ts";
import { CaseclockError } from "../../domain/errors.ts";
import type { CommandArgument } from "../../ports/commands.ts";
import type { LedgerFiles, LedgerSink } from "../../ports/ledgerFile.ts";
import type { Settings } from "../../ports/settings.ts";
import { findExportRange, chooseStatementCase } from "./exportedCase.ts";
import type { ExportedFile, ExportName } from "./exportNames.ts";
import { parseExportDays } from "./exportPaths.ts";
import { makeStatementText, type StatementContext } from "./statementCommands.ts";

/** Writers of the worklog, each loaded when needed. */
export interface WorklogFiles {
  toCsv(rows: readonly object[]): Promise<string>;
  /** iCalendar. */
  toCalendar(entries: readonly WorkedEntry[]): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** The whole worklog, piece by piece. */
  readonly ledger: LedgerFiles;
}

/** What an export needs. */
export interface ExportRequest {
  readonly context: StatementContext & ExportContext & { readonly settings: () => Settings };
  readonly files: WorklogFiles;
  readonly argument: CommandArgument<"caseclock.export">;
  readonly byArgument: boolean;
  /** The case of a statement, where it is known already: its key may be that of others, too. */
  readonly of: CaseRef | undefined;
}

/** An export that is still to be written: its text, or what writes it piece by piece. */
export interface MadeExport {
  readonly content: string | ((sink: LedgerSink) => Promise<void>);
  readonly name: ExportName;
  /** Entries left out of a statement because they are another customer's. */
  readonly leftOut?: number;
}

/** One format: a row of the table below. */
export interface Format extends ExportedFile {
  readonly label: () => string;
  readonly detail: () => string;
  /** Label and detail where only the form of a statement is asked for. */
  readonly asStatement?: { readonly label: () => string; readonly detail: () => string };
  /** Undefined when a question was dismissed. */
  readonly make: (request: ExportRequest) => Promise<MadeExport | undefined>;
}

/**
 * Every format that `caseclock.export` knows, in the order in which they are offered. A new one is a row here and what makes
 * its text; what needs a library is loaded through `WorklogFiles`.
 */
const EXPORT_FORMATS = {
  csv: {
    label: properName("CSV"),
    detail: () => t("For a spreadsheet"),
    ending: "csv",
    kind: "worklog",
    make: ofRange(async ({ context, files }, range) =>
      files.toCsv(await makeWorklog(context.view, context.directory, context.settings(), range)),
    ),
  },
  json: {
    label: properName("JSON"),
    detail: () => t("For programs, and to move to another computer by importing it there"),
    ending: "json",
    kind: "worklog",
    make: ofRange(({ context, files }, range) =>
      Promise.resolve((sink) => writeWorklog(context, context.settings(), range, sink, files.ledger.checksum)),
    ),
  },
  "statement.html": {
    label: () => t("Statement as a web page"),
    detail: () => t("For the customer: what was done on a case, exact and billed, with evidence; prints well"),
    asStatement: { label: () => t("Web page"), detail: () => t("To print, or to send as a file") },
    ending: "html",
    kind: "statement",
    make: ofCase("html"),
  },
  "statement.md": {
    label: () => t("Statement as Markdown"),
    detail: () => t("The same, for an email or a ticket"),
    asStatement: { label: () => t("Markdown"), detail: () => t("For an email or a ticket") },
    ending: "md",
    kind: "statement",
    make: ofCase("md"),
  },
  timeclock: {
    label: properName("Timeclock"),
    detail: () => t("For hledger and ledger: worked time by customer and case"),
    ending: "timeclock",
    kind: "worklog",
    make: ofRange(async (request, range) => toTimeclock(await makeEntries(request, range))),
  },
  ics: {
    label: properName("iCalendar"),
    detail: () => t("For a calendar: an event for each stretch of work"),
    ending: "ics",
    kind: "worklog",
    make: ofRange(async (request, range) => request.files.toCalendar(await makeEntries(request, range))),
  },
  everything: {
    label: () => t("Everything"),
    detail: () => t("Everything stored about you, event by event, as JSON"),
    ending: "json",
    kind: "worklog",
    make: async ({ context }) => ({ content: await everything(context), name: { key: "everything" } }),
  },
} as const satisfies Readonly<Record<string, Format>>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** Each format with its row, in the order in which they are offered. */
export function exportFormats(): readonly (readonly [ExportFormat, Format])[] {
  return Object.entries(EXPORT_FORMATS) as [ExportFormat, Format][];
}

/** The format that an argument names. @throws CaseclockError `arguments.invalid` */
export function readFormat(format: string): Format {
  if (isFormat(format)) return EXPORT_FORMATS[format];
  throw new CaseclockError("arguments.invalid", `format ${format} is not known`);
}

function isFormat(text: string): text is ExportFormat {
  return Object.hasOwn(EXPORT_FORMATS, text);
}

/** A name that is the same in every language. */
function properName(name: string): () => string {
  return () => name;
}

/** The worklog of the days and the case that the argument names. */
function ofRange(
  contentOf: (request: ExportRequest, range: WorklogRange) => Promise<MadeExport["content"]>,
): Format["make"] {
  return async (request) => {
    const range = await findExportRange(request.context, request.argument);
    return { content: await contentOf(request, range), name: { ...range, key: range.case?.key } };
  };
}

/** The statement of one case. */
function ofCase(form: "md" | "html"): Format["make"] {
  return async ({ context, argument, byArgument, of: known }) => {
    const days = parseExportDays(argument);
    const of = known ?? (await chooseStatementCase(context, argument));
    if (of === undefined) return undefined;
    const made = await makeStatementText(context, form, of, days, byArgument);
    return made === undefined ? undefined : { content: made.text, name: made.name, leftOut: made.leftOut };
  };
}

function makeEntries({ context }: ExportRequest, range: WorklogRange): Promise<readonly WorkedEntry[]> {
  return listWorkedEntries(context.view, context.directory, context.settings(), range);
}

/** Every event as stored: a person may ask to see it, and may want it before deleting everything. */
async function everything({ journal: { log } }: ExportRequest["context"]): Promise<string> {
  const lines = (await log.read({})).map((event) => JSON.stringify(event));
  return `{"version":1,"events":[\n${lines.join(",\n")}\n]}\n`;
}
