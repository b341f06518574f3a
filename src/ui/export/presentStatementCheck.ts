import type { Statement, StatementEntry } from "../../app/export/statement.ts";
import { isRecord } from "../../base/json.ts";
import { t } from "../../base/text.ts";
import type { StatementReport } from "../../ports/billingResults.ts";
import { formatExact } from "../text/formatTime.ts";
import { inlineCode } from "../text/inertText.ts";

/**
 * Compares a statement with the one that the ledger would produce now, entry by entry, and names each difference with both
 * values. Text of the file appears as Markdown code.
 */
export function compareStatements(old: Statement, now: Statement | undefined): readonly string[] {
  const differences: string[] = [];
  const known = new Map((now?.entries ?? []).map((entry) => [entry.externalId, entry]));
  for (const entry of old.entries) {
    const found = known.get(entry.externalId);
    known.delete(entry.externalId);
    if (found === undefined) differences.push(t("{0}: the ledger no longer has this entry.", entry.date));
    else if (JSON.stringify(found) !== JSON.stringify(entry)) differences.push(describeDifference(entry, found));
  }
  for (const { date } of known.values()) differences.push(t("{0}: an entry has been approved since.", date));
  if (differences.length === 0 && now !== undefined) differences.push(...sumsThatDiffer(old, now));
  return differences;
}

function describeDifference(old: StatementEntry, now: StatementEntry): string {
  const lead =
    now.revision > old.revision
      ? t("{0}: the entry has been corrected since.", old.date)
      : t("{0}: the ledger differs.", old.date);
  return [lead, ...partsThatDiffer(entryParts(), old, now)].join(" ");
}

/** Compares the sums only if all entries agree: otherwise they differ anyway. */
function sumsThatDiffer(old: Statement, now: Statement): readonly string[] {
  const [was, is]: readonly [Loose, Loose] = [isRecord(old.totals) ? old.totals : {}, now.totals];
  const parts = partsThatDiffer(figureParts(), was, is);
  return parts.length === 0 ? [] : [[t("The totals differ from the ledger."), ...parts].join(" ")];
}

/** A file is user input: all that is known of an entry in it is its id, day, revision and billed time. */
type Loose = Readonly<Record<string, unknown>> | { readonly [K in keyof StatementEntry]?: unknown };

/** A part of an entry that a person may compare. */
interface ComparedPart {
  readonly name: string;
  readonly of: readonly string[];
  readonly say: (...values: readonly unknown[]) => string;
}

function entryParts(): readonly ComparedPart[] {
  return [
    { name: t("Day"), of: ["date"], say: quoted },
    { name: t("When"), of: ["start", "end"], say: stretch },
    { name: t("Work"), of: ["description"], say: quoted },
    ...figureParts(),
    { name: t("Reason for the write-down"), of: ["writeDownReason"], say: quoted },
    {
      name: t("Declared"),
      of: ["declared"],
      say: presentEach((one) => `${amount(one["seconds"])} ${quoted(one["reason"])}`),
    },
    {
      name: t("Commit"),
      of: ["commits"],
      say: presentEach((one) => quoted(one["sha"], one["subject"], one["repository"])),
    },
    { name: t("Span"), of: ["spans"], say: presentEach((one) => stretch(one["start"], one["end"])) },
  ];
}

function figureParts(): readonly ComparedPart[] {
  return [
    { name: t("Worked"), of: ["workedSeconds"], say: amount },
    { name: t("Not billed"), of: ["writtenDownSeconds"], say: amount },
    { name: t("Exact"), of: ["exactSeconds"], say: amount },
    { name: t("Billed"), of: ["billedSeconds"], say: amount },
  ];
}

function partsThatDiffer(parts: readonly ComparedPart[], old: Loose, now: Loose): readonly string[] {
  const listValues = (entry: Loose, names: readonly string[]): readonly unknown[] =>
    names.map((name) => (entry as Readonly<Record<string, unknown>>)[name]);
  return parts.flatMap(({ name, of, say }) => {
    const [was, is] = [listValues(old, of), listValues(now, of)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [t("{0}: {1} in the statement, {2} now.", name, say(...was), say(...is))];
  });
}

function amount(value: unknown): string {
  return typeof value === "number" && Number.isFinite(value) ? formatExact(value) : quoted(value);
}

/** Texts as Markdown code, shortened to fit into a sentence. */
function quoted(...values: readonly unknown[]): string {
  const text = values
    .filter((value) => value !== undefined)
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .join(" ");
  return inlineCode(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text) || "–";
}

const MAX_TEXT = 200;

function stretch(start: unknown, end: unknown): string {
  return start === undefined && end === undefined ? t("no set time") : quoted(start, "–", end);
}

function presentEach(say: (one: Readonly<Record<string, unknown>>) => string): (value: unknown) => string {
  return (value) =>
    Array.isArray(value) && value.length > 0
      ? value.map((one: unknown) => (isRecord(one) ? say(one) : quoted(one))).join(", ")
      : "–";
}

/** The check of a statement as a page: first whether the file is unchanged. @param path of the file */
export function presentStatementCheck(path: string, check: StatementReport): string {
  const { current, differences } = check;
  const lines = [
    `# ${t("Verify Statement")}`,
    inlineCode(path),
    ...madeLines(check),
    current ? t("The ledger agrees with it.") : t("The ledger differs:"),
    differences.map((line) => `- ${line}`).join("\n"),
  ];
  return lines.filter(Boolean).join("\n\n");
}

function madeLines({ intact, figures, text }: StatementReport): readonly string[] {
  if (intact && text === "notCovered") {
    return [
      t("Its figures are unchanged."),
      t("It was made by an earlier version, without a checksum of the text: compare the text yourself."),
    ];
  }
  if (intact) return [t("This file is unchanged since it was issued.")];
  return [
    t("**This file was changed after it was issued.**"),
    ...(text === "changed" ? [t("Its text was changed: what it says is not what was issued.")] : []),
    figures === "changed"
      ? t("Its figures were changed: their checksum does not match.")
      : t("The figures it carries for this check, apart from its text, are unchanged."),
  ];
}
