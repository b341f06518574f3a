import fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { t } from "../../../../base/text.ts";
import { seconds, type LocalDate } from "../../../../base/time.ts";
import type { Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import type { BillingProvider, RemoteEntry, RemoteRecord, WriteResult } from "../../../../ports/billingProvider.ts";
import {
  changeMonth,
  FolderProblem,
  folderProblem,
  monthFileName,
  monthFileNames,
  readMonth,
  toStoredEntry,
  type StoredEntry,
} from "./monthFile.ts";
import type { ApprovedEntry } from "../../../../domain/log/approvedEntry.ts";

/**
 * The `local` provider: one JSON and one CSV file for each month in a folder, each replaced as a whole
 * (`docs/local-files.md`). A JSON file that somebody damaged is never overwritten.
 */
export class LocalProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds = 1;
  readonly correction = "replace";
  readonly settleMs = 0;
  private readonly folder: string;
  /** One write after the other: the entries of a month share its files. Other windows wait for the sync's lease. */
  private queue: Promise<unknown> = Promise.resolve();

  /** @throws CaseclockError `billing.folderUnwritable` when the connection's URL is no folder of this computer */
  constructor(connection: Connection) {
    this.connection = connection;
    this.folder = toFolder(connection.url);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a folder has no cases; the port is asynchronous
  async *listCases(): AsyncIterable<readonly Case[]> {
    yield [];
  }

  push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    const result = this.queue.then(() => (signal.aborted ? stopped() : this.write(entry)));
    this.queue = result.catch(() => undefined); // told to the caller by `result`; the next write is not its affair
    return result;
  }

  /** Searches every month. A damaged file does not matter when the entry is found in another one. */
  async find({ externalId }: ApprovedEntry): Promise<readonly RemoteEntry[]> {
    const found: RemoteEntry[] = [];
    let problem: FolderProblem | undefined;
    try {
      for (const name of await monthFileNames(this.folder)) {
        try {
          const entries = await readMonth(this.folder, name);
          found.push(...entries.filter((one) => one.externalId === externalId).map((one) => toRemoteEntry(name, one)));
        } catch (error) {
          if (!(error instanceof FolderProblem)) throw error;
          problem = error;
        }
      }
    } catch (error) {
      throw toActionable(error);
    }
    if (found.length === 0 && problem !== undefined) throw toActionable(problem);
    return found;
  }

  async *listRecords(from: LocalDate, to: LocalDate): AsyncIterable<readonly RemoteRecord[]> {
    try {
      for (const name of await monthFileNames(this.folder)) {
        const entries = (await readMonth(this.folder, name)).filter(({ date }) => date >= from && date <= to);
        yield entries.map((one) => ({
          remoteId: toRemoteEntry(name, one).remoteId,
          key: one.externalId,
          day: one.date as LocalDate,
          billedSeconds: seconds(one.billedSeconds),
          description: typeof one["description"] === "string" ? one["description"] : "",
          ...(typeof one["caseId"] === "string" ? { caseId: one["caseId"] } : {}),
        }));
      }
    } catch (error) {
      throw toActionable(error);
    }
  }

  listKeys({ externalId }: ApprovedEntry): readonly string[] {
    return [externalId];
  }

  private async write(entry: ApprovedEntry): Promise<WriteResult> {
    try {
      return await this.store(entry);
    } catch (error) {
      if (!(error instanceof FolderProblem)) throw error;
      return { kind: "retryLater", problem: { kind: error.kind, detail: error.message }, stop: true };
    }
  }

  private async store(entry: ApprovedEntry): Promise<WriteResult> {
    const { externalId, revision } = entry;
    const target = monthFileName(entry.day);
    // A correction may have moved the entry to another month. A first revision is absent, or where it belongs.
    const names = new Set(revision > 1 ? [...(await monthFileNames(this.folder)), target] : [target]);
    const places: string[] = [];
    for (const name of names) {
      const stored = (await readMonth(this.folder, name)).filter((one) => one.externalId === externalId);
      if (stored.some((one) => one.revision > revision)) return makeStaleResult(entry);
      if (stored.length > 0) places.push(name);
    }
    // Removed first: after a crash in between it is missing and is written again, instead of existing twice.
    for (const name of places.filter((place) => place !== target)) {
      await changeMonth(this.folder, name, (entries) => entries.filter((one) => one.externalId !== externalId));
    }
    const stored = toStoredEntry(entry);
    await changeMonth(this.folder, target, (entries) => [
      ...entries.filter((one) => one.externalId !== externalId),
      stored,
    ]);
    return { kind: "written", remote: toRemoteEntry(target, stored) };
  }
}

/** Whether entries can be kept in a folder, tried by writing. @throws CaseclockError `billing.folderUnwritable` */
export async function checkFolder(url: string): Promise<Connection["account"]> {
  const folder = toFolder(url);
  try {
    // Permission bits show neither read-only disks nor Windows' access lists.
    await fs.rmdir(await fs.mkdtemp(path.join(folder, ".caseclock-")));
  } catch (error) {
    throw toActionable(folderProblem(folder, error));
  }
  return { id: folder, name: t("this computer") };
}

function stopped(): WriteResult {
  const problem = { kind: "cancelled", detail: t("Not written: the sync was stopped.") };
  return { kind: "retryLater", problem, stop: false };
}

function makeStaleResult({ revision }: ApprovedEntry): WriteResult {
  const detail = t("The file already has a later revision of this entry than {0}.", revision);
  return { kind: "rejected", problem: { kind: "stale-revision", detail } };
}

function toFolder(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new CaseclockError("billing.folderUnwritable", t("{0} is not a folder on this computer", url), {
      cause: error,
    });
  }
}

function toActionable(error: unknown): unknown {
  if (!(error instanceof FolderProblem)) return error;
  const code = error.kind === "fileDamaged" ? "billing.protocol" : "billing.folderUnwritable";
  return new CaseclockError(code, error.message, { cause: error });
}

function toRemoteEntry(name: string, { externalId, billedSeconds, revision }: StoredEntry): RemoteEntry {
  return { externalId, remoteId: `${name}#${externalId}`, revision, billedSeconds: seconds(billedSeconds) };
}
