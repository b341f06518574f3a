import { t } from "../../../../base/text.ts";
import { seconds, type LocalDate } from "../../../../base/time.ts";
import { parseCaseKey, type Case } from "../../../../domain/cases/case.ts";
import { CaseclockError } from "../../../../domain/errors.ts";
import type { Connection } from "../../../../domain/log/events.ts";
import {
  hasRevision,
  type BillingProvider,
  type RemoteEntry,
  type RemoteRecord,
  type WriteResult,
} from "../../../../ports/billingProvider.ts";
import type { Logger } from "../../../../ports/logger.ts";
import type { HttpTransport } from "../shared/httpTransport.ts";
import { toRemoteEntry, toWriteResult } from "../shared/httpOutcome.ts";
import { readPagesByCursor } from "../shared/paging.ts";
import {
  batchSchema,
  casePageSchema,
  entryPageSchema,
  meSchema,
  parseAnswer,
  recordPageSchema,
} from "../shared/restSchemas.ts";
import { SystemHttp } from "../shared/systemHttp.ts";
import { toWireEntry } from "./wireEntry.ts";
import type { ApprovedEntry } from "../../../../domain/log/approvedEntry.ts";
import { caseSchema } from "../../cases/caseSchema.ts";

/** Most items that the API accepts in one list. */
const MAX_IN_BATCH = 100;

/** The `rest` provider: the API of `docs/billing-api.yaml` over HTTP. */
export class RestProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds = 1;
  readonly correction = "replace";
  readonly settleMs = 0;
  /** True until the server has shown that it has no such path. */
  private hasBatch = true;
  private readonly http: SystemHttp;
  private readonly logger: Logger;

  /** @param http to the connection's base URL */
  constructor(connection: Connection, http: HttpTransport, logger: Logger) {
    this.connection = connection;
    this.http = new SystemHttp(http);
    this.logger = logger;
  }

  /** 1 when the server has shown that it takes no batches. */
  get maxBatchSize(): number {
    return this.hasBatch ? MAX_IN_BATCH : 1;
  }

  /** The open cases. Those that cannot be used (key, contract) are left out and counted in the log. */
  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    yield* readPagesByCursor<readonly Case[], string>(undefined, async (cursor) => {
      const query = new URLSearchParams({ status: "open", ...(cursor === undefined ? {} : { cursor }) });
      const { items, nextCursor } = await this.http.read(`/cases?${query.toString()}`, casePageSchema, signal);
      return { page: this.usableCases(items), next: nextCursor };
    });
  }

  async searchCases(text: string, signal: AbortSignal): Promise<readonly Case[]> {
    const query = new URLSearchParams({ status: "open", query: text });
    const { items } = await this.http.read(`/cases?${query.toString()}`, casePageSchema, signal);
    return this.usableCases(items);
  }

  async push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    const { externalId } = entry;
    const body = toWireEntry(entry);
    const result = await this.http.http.send(
      entry.revision === 1
        ? { method: "POST", path: "/time-entries", headers: { "Idempotency-Key": `"${externalId}"` }, body }
        : { method: "PUT", path: `/time-entries/${encodeURIComponent(externalId)}`, body },
      signal,
    );
    const outcome = toWriteResult(result, externalId, this.http.http);
    const isConflict = outcome.kind === "rejected" && result.kind === "answer" && result.status === 409;
    return isConflict && outcome.problem.kind !== "stale-revision"
      ? this.afterConflict(entry, outcome, signal)
      : outcome;
  }

  async pushBatch(entries: readonly ApprovedEntry[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    if (!this.hasBatch) return this.pushEach(entries, signal);
    const body = { items: entries.map(toWireEntry) };
    const result = await this.http.http.send({ method: "POST", path: "/time-entries/batch", body }, signal);
    const isRefused = result.kind === "answer" && [404, 405, 413, 422].includes(result.status);
    // Refused as a whole, so none of it is stored: what one of them is refused for is found out one by one.
    if (isRefused || (result.kind === "notSent" && result.code === "REQUEST_TOO_LARGE")) {
      if (result.kind === "answer" && (result.status === 404 || result.status === 405)) this.hasBatch = false;
      return this.pushEach(entries, signal);
    }
    const results = result.kind === "answer" ? parseAnswer(batchSchema, result.body)?.results : undefined;
    return entries.map(({ externalId }, index) => {
      const own = results?.[index];
      // An answer that leaves out an item, or has them in another order, says nothing about it.
      if (result.kind !== "answer" || result.status !== 200 || own?.externalId !== externalId) {
        return toWriteResult(result, externalId, this.http.http);
      }
      const answer = { kind: "answer" as const, headers: {}, malformed: false, status: own.status };
      return toWriteResult({ ...answer, body: own.problem ?? own }, externalId, this.http.http);
    });
  }

  async find({ externalId }: ApprovedEntry, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const query = new URLSearchParams({ externalId });
    const { items } = await this.http.read(`/time-entries?${query.toString()}`, entryPageSchema, signal);
    // A server that passes over the filter has more pages than this one: "not stored" would be a guess.
    if (items.some((item) => item.externalId !== externalId)) {
      throw new CaseclockError(
        "billing.protocol",
        t("{0} returned entries that were not asked for", this.http.http.host),
      );
    }
    return items.map(toRemoteEntry);
  }

  async *listRecords(from: LocalDate, to: LocalDate, signal: AbortSignal): AsyncIterable<readonly RemoteRecord[]> {
    yield* readPagesByCursor<readonly RemoteRecord[], string>(undefined, async (cursor) => {
      const query = new URLSearchParams({ from, to, ...(cursor === undefined ? {} : { cursor }) });
      const { items, nextCursor } = await this.http.read(`/time-entries?${query.toString()}`, recordPageSchema, signal);
      const page = items.map(({ id, externalId, date, billedSeconds, ...rest }) => ({
        ...rest,
        remoteId: id,
        key: externalId,
        day: date as LocalDate,
        billedSeconds: seconds(billedSeconds),
      }));
      return { page, next: nextCursor };
    });
  }

  listKeys({ externalId }: ApprovedEntry): readonly string[] {
    return [externalId];
  }

  private async pushEach(entries: readonly ApprovedEntry[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    for (const entry of entries) results.push(await this.push(entry, signal));
    return results;
  }

  /** A conflict that this API does not have: what is stored under the key decides. */
  private async afterConflict(entry: ApprovedEntry, refusal: WriteResult, signal: AbortSignal): Promise<WriteResult> {
    try {
      const [remote, ...more] = await this.find(entry, signal);
      const isStored = remote !== undefined && hasRevision(remote, entry);
      return isStored && more.length === 0 ? { kind: "written", remote } : refusal;
    } catch (error) {
      if (!CaseclockError.is(error)) throw error;
      return { kind: "unknown", problem: { kind: "conflict", detail: error.message } };
    }
  }

  private usableCases(items: readonly unknown[]): readonly Case[] {
    const cases: Case[] = [];
    let unusable = 0;
    for (const item of items) {
      const parsed = parseAnswer(caseSchema, item);
      if (parsed === undefined || parseCaseKey(parsed.key) === undefined) {
        unusable += 1;
        continue;
      }
      const { id, url, ...rest } = parsed;
      if (rest.status !== "open") continue;
      const isWebPage = url !== undefined && /^https?:\/\//i.test(url);
      cases.push({ ...rest, ...(isWebPage ? { url } : {}), ref: { source: this.connection.id, id } });
    }
    if (unusable > 0) this.logger.warn(`passed over cases that cannot be used count=${unusable}`);
    return cases;
  }
}

/** Asks whom the token belongs to. @throws CaseclockError `billing.*` */
export async function whoAmI(http: HttpTransport, signal: AbortSignal): Promise<Connection["account"]> {
  const { id, name } = await new SystemHttp(http).read("/me", meSchema, signal);
  return { id, name };
}
