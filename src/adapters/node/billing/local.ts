import fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { seconds } from "../../../base/time.ts";
import type { Case } from "../../../domain/caseRef.ts";
import { CaseclockError, messageOf } from "../../../domain/errors.ts";
import type { Connection } from "../../../domain/events.ts";
import type { ApprovedEntry } from "../../../domain/timeEntry.ts";
import type { BillingProvider, RemoteEntry, WriteResult } from "../../../ports/billingProvider.ts";
import { writeFileAtomically } from "../atomicFile.ts";
import { toCsv } from "../worklogCsv.ts";
import { toWireEntry } from "./wireEntry.ts";

const fileSchema = v.object({
  version: v.literal(1),
  entries: v.array(v.looseObject({ externalId: v.string(), billedSeconds: v.number(), revision: v.number() })),
});
type StoredEntry = v.InferOutput<typeof fileSchema>["entries"][number];

const MONTH_FILE = /^caseclock-\d{4}-\d{2}\.json$/;

/**
 * The `local` provider: one JSON and one CSV file per month in a folder, each replaced as a whole (`docs/local-files.md`).
 * A file that somebody damaged is never overwritten.
 */
export class LocalProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds = 1;
  private readonly folder: string;
  /** One write after the other: two entries of a month share its file. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection) {
    this.connection = connection;
    this.folder = fileURLToPath(connection.url);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a folder has no cases; the port is asynchronous
  async *listCases(): AsyncIterable<readonly Case[]> {
    yield [];
  }

  push(entry: ApprovedEntry): Promise<WriteResult> {
    const result = this.queue.then(() => this.store(entry));
    this.queue = result;
    return result;
  }

  async find(externalId: string): Promise<readonly RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    try {
      for (const name of (await fs.readdir(this.folder)).filter((each) => MONTH_FILE.test(each)).sort()) {
        for (const stored of await readMonth(path.join(this.folder, name))) {
          if (stored.externalId === externalId) found.push(remoteOf(name, stored));
        }
      }
    } catch (error) {
      throw new CaseclockError("billing.folderUnwritable", messageOf(error), { cause: error });
    }
    return found;
  }

  private async store(entry: ApprovedEntry): Promise<WriteResult> {
    const name = `caseclock-${entry.day.slice(0, 7)}.json`;
    const file = path.join(this.folder, name);
    try {
      const others = (await readMonth(file)).filter((stored) => stored.externalId !== entry.externalId);
      const stored: StoredEntry = {
        ...toWireEntry(entry),
        customer: entry.case.customer.name,
        caseTitle: entry.case.title,
      };
      const entries = [...others, stored].sort((a, b) => compare(dayOf(a), dayOf(b)));
      await writeFileAtomically(file, `${JSON.stringify({ version: 1, entries }, null, 2)}\n`);
      await writeFileAtomically(file.replace(/\.json$/, ".csv"), toCsv(entries.map(csvRow)));
      return { kind: "written", remote: remoteOf(name, stored) };
    } catch (error) {
      return {
        kind: "retryLater",
        problem: { kind: "folderUnwritable", detail: `${file}: ${messageOf(error)}` },
        stop: true,
      };
    }
  }
}

/** Whether entries can be kept there. @throws CaseclockError `billing.folderUnwritable` | `billing.urlInvalid` */
export async function checkFolder(url: string): Promise<Connection["account"]> {
  let folder: string;
  try {
    folder = fileURLToPath(url);
  } catch (error) {
    throw new CaseclockError("billing.urlInvalid", `${url} is no folder of this computer`, { cause: error });
  }
  try {
    if (!(await fs.stat(folder)).isDirectory()) throw new Error("it is not a folder");
    await fs.access(folder, fs.constants.W_OK);
  } catch (error) {
    throw new CaseclockError("billing.folderUnwritable", `${folder}: ${messageOf(error)}`, { cause: error });
  }
  return { id: "local", name: "this computer" };
}

async function readMonth(file: string): Promise<readonly StoredEntry[]> {
  let text: string;
  try {
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  const parsed = v.safeParse(fileSchema, parseJson(text));
  if (!parsed.success) throw new Error("its content was changed by something else; it is left as it is");
  return parsed.output.entries;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it, with one message for all kinds of damage
  }
}

function csvRow(entry: StoredEntry): Record<string, unknown> {
  const { evidence, ...flat } = entry as StoredEntry & { evidence?: { commits?: readonly { sha: string }[] } };
  const commits = evidence?.commits?.map((commit) => commit.sha).join(" ") ?? "";
  return { ...flat, billedHours: (entry.billedSeconds / 3600).toFixed(4), commits };
}

function remoteOf(name: string, { externalId, billedSeconds, revision }: StoredEntry): RemoteEntry {
  return { externalId, remoteId: `${name}#${externalId}`, revision, billedSeconds: seconds(billedSeconds) };
}

function dayOf(entry: StoredEntry): string {
  return typeof entry["date"] === "string" ? entry["date"] : "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
