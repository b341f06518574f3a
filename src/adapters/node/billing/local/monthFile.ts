import fs from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { compareTexts } from "../../../../base/collections.ts";
import { t } from "../../../../base/text.ts";
import { toErrorMessage } from "../../../../domain/errors.ts";
import { writeFileAtomically } from "../../system/atomicFile.ts";
import { toCsv } from "../../export/worklogCsv.ts";
import { toWireEntry, type WireEntry } from "../rest/wireEntry.ts";
import type { ApprovedEntry } from "../../../../domain/log/approvedEntry.ts";

// Members added by hand are kept.
const monthSchema = v.looseObject({
  version: v.literal(1),
  entries: v.array(
    v.looseObject({
      externalId: v.string(),
      revision: v.pipe(v.number(), v.integer(), v.minValue(1)),
      date: v.pipe(v.string(), v.isoDate()),
      billableSeconds: v.pipe(v.number(), v.integer(), v.minValue(0)),
      billedSeconds: v.pipe(v.number(), v.integer(), v.minValue(0)),
    }),
  ),
});

/** Content of a month's JSON file. */
type MonthFile = v.InferOutput<typeof monthSchema>;

/** An entry in a month's JSON file: as on the wire, with the names that an invoice needs. */
export type StoredEntry = MonthFile["entries"][number];

/** Why a folder cannot be used as it is, for a person. */
export class FolderProblem extends Error {
  readonly kind: "folderUnwritable" | "fileDamaged";

  constructor(kind: FolderProblem["kind"], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const FILE_NAME = /^caseclock-\d{4}-\d{2}\.json$/;

/** Columns of a month's CSV file, in order: what an invoice needs first. Hours are decimal with four digits. */
const COLUMNS = [
  "date",
  "customer",
  "caseKey",
  "caseTitle",
  "description",
  "billedHours",
  "billedSeconds",
  "billableHours",
  "billableSeconds",
  "start",
  "end",
  "timeZone",
  "observedSeconds",
  "bridgedSeconds",
  "declaredSeconds",
  "agentSeconds",
  "writtenDownSeconds",
  "activityId",
  "commits",
  "externalId",
  "revision",
  "caseId",
] as const;

/** Name of the JSON file for a local day: `caseclock-2026-11.json`. */
export function monthFileName(day: string): string {
  return `caseclock-${day.slice(0, 7)}.json`;
}

/** Names of the JSON files in the folder, oldest month first. @throws FolderProblem */
export async function monthFileNames(folder: string): Promise<readonly string[]> {
  try {
    return (await fs.readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  } catch (error) {
    throw folderProblem(folder, error);
  }
}

/** An entry as stored, with the evidence that was shared at approval. */
export function toStoredEntry(entry: ApprovedEntry): StoredEntry {
  const wire: WireEntry = toWireEntry(entry);
  return { ...wire, customer: entry.case.customer.name, caseTitle: entry.case.title };
}

/** The entries of a JSON file; none when there is no file. @throws FolderProblem */
export async function readMonth(folder: string, name: string): Promise<readonly StoredEntry[]> {
  return (await readFile(folder, name)).entries;
}

/**
 * Changes the entries of a month in both of its files. The CSV file comes first, because the JSON file is what counts: if
 * the second write fails, the entry is missing there and is written again.
 * @param change returns the new entries, in any order
 * @throws FolderProblem; the JSON file is as before
 */
export async function changeMonth(
  folder: string,
  name: string,
  change: (entries: readonly StoredEntry[]) => readonly StoredEntry[],
): Promise<void> {
  const file = await readFile(folder, name);
  const entries = [...change(file.entries)].sort((a, b) => compareTexts(toSortKey(a), toSortKey(b)));
  try {
    const rows = toCsv(entries.map(toCsvRow), COLUMNS);
    await writeFileAtomically(path.join(folder, name.replace(/\.json$/, ".csv")), rows);
    await writeFileAtomically(path.join(folder, name), `${JSON.stringify({ ...file, entries }, null, 2)}\n`);
  } catch (error) {
    throw folderProblem(folder, error);
  }
}

/** Turns a file system's error into one that a person can act on; anything else is a bug of ours. */
export function folderProblem(folder: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  return new FolderProblem("folderUnwritable", wordsFor(code, folder, error), error);
}

function wordsFor(code: string, folder: string, error: unknown): string {
  switch (code) {
    case "ENOENT":
      return t("The folder {0} does not exist.", folder);
    case "ENOTDIR":
      return t("{0} is not a folder.", folder);
    case "EACCES":
      return t("There is no permission to write to the folder {0}.", folder);
    case "EPERM":
      return t(
        "There is no permission to write to the folder {0}, or one of its files is open in another program.",
        folder,
      );
    case "EBUSY":
      return t("The folder {0} is not writable while one of its files is open in another program.", folder);
    case "EROFS":
      return t("The folder {0} is on a read-only disk.", folder);
    case "ENOSPC":
      return t("The folder {0} is on a full disk.", folder);
    default:
      return t("The folder {0} is not writable ({1}).", folder, toErrorMessage(error));
  }
}

async function readFile(folder: string, name: string): Promise<MonthFile> {
  const file = path.join(folder, name);
  let text: string;
  try {
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { version: 1, entries: [] };
    throw folderProblem(folder, error);
  }
  const parsed = v.safeParse(monthSchema, parseJson(text));
  if (parsed.success) return parsed.output;
  throw new FolderProblem(
    "fileDamaged",
    t(
      "The file {0} is not as Caseclock wrote it, so nothing in it was changed. Repair it, or move it away, then sync again.",
      file,
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it: one message for all kinds of damage
  }
}

function toCsvRow(entry: StoredEntry): Record<string, unknown> {
  return {
    ...entry,
    billedHours: (entry.billedSeconds / 3600).toFixed(4),
    billableHours: (entry.billableSeconds / 3600).toFixed(4),
    commits: joinShas(entry["evidence"]).join(" "),
  };
}

function joinShas(evidence: unknown): readonly string[] {
  const schema = v.object({ commits: v.array(v.object({ sha: v.string() })) });
  const parsed = v.safeParse(schema, evidence);
  return parsed.success ? parsed.output.commits.map(({ sha }) => sha) : [];
}

/** Sorts by day, case and start; the key makes the order the same on every computer. */
function toSortKey(entry: StoredEntry): string {
  const part = (value: unknown): string => (typeof value === "string" ? value : "");
  return [entry.date, part(entry["caseKey"]), part(entry["start"]), entry.externalId].join("\n");
}
