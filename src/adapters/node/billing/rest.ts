import type * as v from "valibot";
import { parseCaseKey, type Case } from "../../../domain/caseRef.ts";
import { CaseclockError } from "../../../domain/errors.ts";
import type { Connection } from "../../../domain/events.ts";
import type { ApprovedEntry } from "../../../domain/timeEntry.ts";
import type { BillingProvider, RemoteEntry, WriteResult } from "../../../ports/billingProvider.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { HttpTransport } from "../httpTransport.ts";
import { errorCodeOf, problemOf, readFailureOf, remoteOf, unreadable, writeResultOf } from "./restOutcome.ts";
import { casePageSchema, caseSchema, entryPageSchema, meSchema, parseAnswer } from "./restSchemas.ts";
import { toWireEntry } from "./wireEntry.ts";

/** More pages than any list of cases has: then the server does not come to an end. */
const MOST_PAGES = 5_000;

/** The `rest` provider: the API of `docs/billing-api.yaml` over HTTP. */
export class RestProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds = 1;
  private readonly http: HttpTransport;
  private readonly logger: Logger;

  /** @param http to the connection's base URL */
  constructor(connection: Connection, http: HttpTransport, logger: Logger) {
    this.connection = connection;
    this.http = http;
    this.logger = logger;
  }

  /** The open cases. Those that cannot be used (key, contract) are left out and counted in the log. */
  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ status: "open", ...(cursor === undefined ? {} : { cursor }) });
      const page = await read(this.http, `/cases?${query.toString()}`, casePageSchema, signal);
      yield this.usableCases(page.items);
      cursor = page.nextCursor;
      if (cursor !== undefined && (seen.has(cursor) || seen.size >= MOST_PAGES)) {
        throw new CaseclockError("billing.protocol", `${this.http.host} gave a list of cases without an end`);
      }
      if (cursor !== undefined) seen.add(cursor);
    } while (cursor !== undefined);
  }

  async push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    const { externalId } = entry;
    const body = toWireEntry(entry);
    const result = await this.http.send(
      entry.revision === 1
        ? { method: "POST", path: "/time-entries", headers: { "Idempotency-Key": `"${externalId}"` }, body }
        : { method: "PUT", path: `/time-entries/${encodeURIComponent(externalId)}`, body },
      signal,
    );
    const outcome = writeResultOf(result, externalId, this.http);
    const isConflict = outcome.kind === "rejected" && result.kind === "answer" && result.status === 409;
    return isConflict && outcome.problem.kind !== "stale-revision"
      ? this.afterConflict(entry, outcome, signal)
      : outcome;
  }

  async find(externalId: string, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const query = new URLSearchParams({ externalId });
    const { items } = await read(this.http, `/time-entries?${query.toString()}`, entryPageSchema, signal);
    // A server that passes over the filter has more pages than this one: "not stored" would be a guess.
    if (items.some((item) => item.externalId !== externalId)) {
      throw new CaseclockError("billing.protocol", `${this.http.host} gave entries that were not asked for`);
    }
    return items.map(remoteOf);
  }

  /** A conflict that this API does not have: what is stored under the key decides. */
  private async afterConflict(entry: ApprovedEntry, refusal: WriteResult, signal: AbortSignal): Promise<WriteResult> {
    try {
      const [remote, ...more] = await this.find(entry.externalId, signal);
      const isStored = remote !== undefined && (remote.revision ?? entry.revision) >= entry.revision;
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
  const { id, name } = await read(http, "/me", meSchema, signal);
  return { id, name };
}

/** Reads and checks. @throws CaseclockError `billing.*` */
async function read<S extends v.GenericSchema>(
  http: HttpTransport,
  path: string,
  schema: S,
  signal: AbortSignal,
): Promise<v.InferOutput<S>> {
  const result = await http.send({ method: "GET", path }, signal);
  if (result.kind !== "answer") {
    const { code, detail } = readFailureOf(result, http);
    throw new CaseclockError(code, detail);
  }
  if (result.status < 200 || result.status >= 300) {
    throw new CaseclockError(errorCodeOf(result.status), problemOf(result, http).detail);
  }
  const parsed = parseAnswer(schema, result.body);
  if (parsed === undefined) throw new CaseclockError("billing.protocol", unreadable(result, http).detail);
  return parsed;
}
