import { isRecord } from "../../base/json.ts";
import type { Statement, StatementEntry } from "../../app/export/statement.ts";
import type { StatementReport } from "../../ports/billingResults.ts";
import { t } from "../../base/text.ts";
import { parseLocalDate } from "../../base/time.ts";
import { STATEMENT_STYLE } from "./statementStyle.ts";
import { formatExact } from "../text/formatTime.ts";
import { inlineCode } from "../text/inertText.ts";

/** What is said of the checksum, so that nobody takes it for more. */
function checksumNote(checksum: string): string {
  return t(
    "Checksum of the figures (SHA-256): {0}. It detects accidental changes, such as an altered figure; it is not a signature.",
    checksum,
  );
}

/** Begins the data in a statement; its line ends with the data. */
const MARK = "caseclock-statement";

/** SHA-256 of a text, 64 hexadecimal digits. */
export type ComputeChecksum = (text: string) => string;

/** A statement with its checksums, as it stands in a file. */
export interface SealedStatement {
  readonly statement: Statement;
  /** Of `serializeStatement`. */
  readonly checksum: string;
  /** Of `text`. Absent in statements of earlier versions. */
  readonly textChecksum?: string;
  /** What is read of the file, in whatever language it was made. */
  readonly text: string;
}

/** The data that a checksum is over: the same statement always gives the same text. */
export function serializeStatement(statement: Statement): string {
  return JSON.stringify(statement);
}

/**
 * What stands in a statement of either form; undefined where it holds none that can be read. The data is what the file ends
 * with: texts of others come before it, and may look like data.
 */
export function readSealed(text: string): SealedStatement | undefined {
  const isPage = /^\s*<(?:!doctype|html)\b/i.test(text);
  const [begin, pattern] = isPage ? (["<script", PAGE_END] as const) : ([`<!-- ${MARK}`, NOTE_END] as const);
  const at = text.lastIndexOf(begin);
  const [, checksum, textChecksum, data] = pattern.exec(at < 0 ? "" : text.slice(at)) ?? [];
  if (checksum === undefined || data === undefined) return undefined;
  try {
    const statement: unknown = JSON.parse(data);
    if (!isStatement(statement)) return undefined;
    const sealed = { statement, checksum, text: readable(text.slice(0, at)) };
    return textChecksum === undefined ? sealed : { ...sealed, textChecksum };
  } catch {
    return undefined; // the caller says that it cannot be read
  }
}

/** What a page ends with, and what Markdown does. */
const PAGE_END = new RegExp(
  [
    `^<script\\s+type="application/json"\\s+id="${MARK}"\\s+data-checksum="([0-9a-f]{64})"`,
    String.raw`(?:\s+data-text-checksum="([0-9a-f]{64})")?\s*>(.*)</script>\s*</body>\s*</html>\s*$`,
  ].join(""),
  "s",
);
const NOTE_END = new RegExp(`^<!-- ${MARK} ([0-9a-f]{64}) (?:([0-9a-f]{64}) )?(.*) -->\\s*$`, "s");

/**
 * What of a statement's text is under its checksum: all of it, but not how its lines end or are broken, which mail and git
 * change.
 */
function readable(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/**
 * Which checksums fit. Every statement that says its case has one of its text: there, a missing one was taken out.
 */
export function checkSeals(
  { statement, checksum, text, textChecksum }: SealedStatement,
  checksumOf: ComputeChecksum,
): Pick<StatementReport, "figures" | "text"> {
  const isTextIntact = textChecksum === checksumOf(text);
  const isOld = textChecksum === undefined && statement.case === undefined;
  return {
    figures: checksumOf(serializeStatement(statement)) === checksum ? "intact" : "changed",
    text: isOld ? "notCovered" : isTextIntact ? "intact" : "changed",
  };
}

/** A file is user input: what a comparison reads of it, and says of it, has to be there and to be what it seems. */
function isStatement(value: unknown): value is Statement {
  return (
    isRecord(value) &&
    value["version"] === 1 &&
    typeof value["key"] === "string" &&
    (value["case"] === undefined || isRef(value["case"])) &&
    (value["issued"] === undefined || isIssue(value["issued"])) &&
    isDay(value["from"]) &&
    isDay(value["to"]) &&
    Array.isArray(value["entries"]) &&
    value["entries"].every(
      (entry) =>
        isRecord(entry) &&
        typeof entry["externalId"] === "string" &&
        isDay(entry["date"]) &&
        Number.isSafeInteger(entry["revision"]) &&
        Number.isSafeInteger(entry["billedSeconds"]),
    )
  );
}

function isDay(value: unknown): boolean {
  return typeof value === "string" && parseLocalDate(value) !== undefined;
}

function isIssue(value: unknown): boolean {
  return isRecord(value) && isDay(value["on"]) && ["undefined", "string"].includes(typeof value["by"]);
}

function isRef(value: unknown): boolean {
  return isRecord(value) && typeof value["source"] === "string" && typeof value["id"] === "string";
}

/** For a mail or a ticket. */
export function statementMarkdown(statement: Statement, checksumOf: ComputeChecksum): string {
  const checksum = checksumOf(serializeStatement(statement));
  const text = markdownText(statement, checksum);
  // No part of the text may end the comment.
  const data = serializeStatement(statement).replaceAll("--", "-\\u002d");
  return `${text}\n\n<!-- ${MARK} ${checksum} ${checksumOf(readable(text))} ${data} -->\n`;
}

function markdownText(statement: Statement, checksum: string): string {
  const { key, title, customer, from, to, entries, totals, leftSeconds } = statement;
  const rows = entries.flatMap((entry) => [
    `| ${entry.date} | ${cell(entry.description)} | ${formatExact(entry.exactSeconds)} | ${formatExact(entry.billedSeconds)} |`,
  ]);
  return [
    `# ${inlineCode(key)} ${inlineCode(title)}`,
    t("{0}, {1} to {2}", inlineCode(customer), from, to),
    presentIssue(statement, inlineCode),
    [t("| day | work | exact | billed |"), "| --- | --- | ---: | ---: |", ...rows].join("\n"),
    [
      t("**Billed {0}** of {1} exact.", formatExact(totals.billedSeconds), formatExact(totals.exactSeconds)),
      presentWrittenDown(statement),
    ]
      .filter(Boolean)
      .join(" "),
    ...(leftSeconds === undefined ? [] : [presentLeft(leftSeconds)]),
    ...entries.flatMap((entry) => {
      const details = presentDetails(entry).map((line) => `- ${line.label}: ${cell(line.text)}`);
      return details.length === 0 ? [] : [`## ${entry.date} ${cell(entry.description)}`, details.join("\n")];
    }),
    checksumNote(`\`${checksum}\``),
  ].join("\n\n");
}

/** A self-contained page that prints well. */
export function statementHtml(statement: Statement, checksumOf: ComputeChecksum): string {
  const checksum = checksumOf(serializeStatement(statement));
  const text = pageText(statement, checksum);
  const seals = `data-checksum="${checksum}" data-text-checksum="${checksumOf(readable(text))}"`;
  const data = serializeStatement(statement).replaceAll("<", "\\u003c");
  const script = `<script type="application/json" id="${MARK}" ${seals}>${data}</script>`;
  return [text, script, "</body>", "</html>", ""].join("\n");
}

function pageText(statement: Statement, checksum: string): string {
  const { key, title, customer, from, to, entries, totals, leftSeconds } = statement;
  const rows = entries
    .map((entry) => {
      const details = presentDetails(entry).map(
        ({ label, text }) => `<dt>${html(label)}</dt><dd dir="auto">${html(text)}</dd>`,
      );
      const more = details.length === 0 ? "" : `<dl>${details.join("")}</dl>`;
      return `<tr><td>${entry.date}</td><td><div dir="auto">${html(entry.description)}</div>${more}</td>${figureCells(entry)}</tr>`;
    })
    .join("\n");
  const writtenDown = presentWrittenDown(statement);
  const left = leftSeconds === undefined ? "" : presentLeft(leftSeconds);
  const paragraphs = [writtenDown, left].filter(Boolean).map((text) => `<p>${html(text)}</p>`);
  // The language of the page's texts: each bundle names its own.
  const language = t("en");
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(t("{0} {1}, {2} to {3}", key, title, from, to))}</title>
<style>
${STATEMENT_STYLE}
</style>
</head>
<body>
<h1 dir="auto">${html(key)} ${html(title)}</h1>
<p dir="auto">${html(customer)}</p>
<p dir="auto">${html(presentIssue(statement))}</p>
<table>
<caption>${html(t("Work from {0} to {1}", from, to))}</caption>
<thead><tr><th scope="col">${html(t("Day"))}</th><th scope="col">${html(t("Work"))}</th><th scope="col" class="n">${html(t("Exact"))}</th><th scope="col" class="n">${html(t("Billed"))}</th></tr></thead>
<tbody>
${rows}
</tbody>
<tfoot><tr><th scope="row" colspan="2">${html(t("Total"))}</th>${figureCells(totals)}</tr></tfoot>
</table>
${paragraphs.join("")}
<footer><p>${checksumNote(`<code>${checksum}</code>`)}</p></footer>`;
}

/** Exact and billed time, each with its name for where the table has no header. */
function figureCells({ exactSeconds, billedSeconds }: StatementEntry | Statement["totals"]): string {
  return [[t("Exact"), exactSeconds] as const, [t("Billed"), billedSeconds] as const]
    .map(([label, figure]) => `<td class="n" data-label="${html(label)}">${formatExact(figure)}</td>`)
    .join("");
}

function presentDetails(entry: StatementEntry): readonly { readonly label: string; readonly text: string }[] {
  const { start, end, declared, commits, writtenDownSeconds, writeDownReason = "", spans = [] } = entry;
  return [
    ...(start === undefined || end === undefined ? [] : [{ label: t("When"), text: presentTime(start, end) }]),
    ...declared.map(({ seconds, reason }) => ({ label: t("Declared"), text: `${formatExact(seconds)} ${reason}` })),
    ...(writtenDownSeconds > 0
      ? [{ label: t("Not billed"), text: `${formatExact(writtenDownSeconds)} ${writeDownReason}`.trim() }]
      : []),
    ...commits.map(({ sha, subject, repository }) => ({
      label: t("Commit"),
      text: `${sha.slice(0, 10)} ${subject}${repository === undefined ? "" : ` (${repository})`}`,
    })),
    ...spans.map((span) => ({ label: t("Span"), text: presentTime(span.start, span.end) })),
  ];
}

/** `09:00 to 10:40, UTC+01:00`. */
function presentTime(start: string, end: string): string {
  const [from, to] = [start, end].map((instant) => ({ clock: instant.slice(11, 16), zone: `UTC${instant.slice(19)}` }));
  if (from === undefined || to === undefined) return "";
  return from.zone === to.zone
    ? t("{0} to {1}, {2}", from.clock, to.clock, from.zone)
    : t("{0}, {1}, to {2}, {3}", from.clock, from.zone, to.clock, to.zone);
}

/** @param name makes foreign text safe in it */
function presentIssue({ issued }: Statement, name = (text: string): string => text): string {
  if (issued === undefined) return "";
  return issued.by === undefined
    ? t("Issued on {0}", issued.on)
    : t("Issued on {0} by {1}", issued.on, name(issued.by));
}

function presentWrittenDown({ totals: { writtenDownSeconds } }: Statement): string {
  return writtenDownSeconds > 0 ? t("Written down, not billed: {0}.", formatExact(writtenDownSeconds)) : "";
}

function presentLeft(seconds: number): string {
  return t("Left on the contract: {0}.", signed(seconds));
}

function signed(seconds: number): string {
  return seconds < 0 ? `−${formatExact(-seconds)}` : formatExact(seconds);
}

/** For a Markdown table. */
function cell(text: string): string {
  return inlineCode(text).replaceAll("|", "\\|");
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
