import * as v from "valibot";
import { seconds } from "../../../base/time.ts";
import { parseCaseKey, type Case } from "../../../domain/caseRef.ts";
import { CaseclockError, type ErrorCode } from "../../../domain/errors.ts";
import type { Connection } from "../../../domain/events.ts";
import type { ApprovedEntry, Problem } from "../../../domain/timeEntry.ts";
import type { BillingProvider, RemoteEntry, WriteResult } from "../../../ports/billingProvider.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { HttpResult, HttpTransport } from "../httpTransport.ts";
import { toWireEntry } from "./wireEntry.ts";

type Answer = Extract<HttpResult, { readonly kind: "answer" }>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
// Unknown members are passed over: servers grow.
const contractSchema = v.object({
  incrementSeconds: v.optional(v.pipe(count, v.minValue(1))),
  rounding: v.optional(v.picklist(["none", "up", "nearest", "down"])),
  minimumSeconds: v.optional(count),
  budgetSeconds: v.optional(count),
  usedSeconds: v.optional(count),
  billable: v.optional(v.boolean()),
  idleSeconds: v.optional(v.pipe(count, v.maxValue(1800))),
  agentTimeBillable: v.optional(v.boolean()),
});
const caseSchema = v.object({
  id: v.string(),
  key: v.string(),
  title: v.string(),
  status: v.picklist(["open", "closed"]),
  customer: v.object({ id: v.string(), name: v.string() }),
  url: v.optional(v.string()),
  activities: v.optional(v.array(v.object({ id: v.string(), name: v.string(), billable: v.optional(v.boolean()) }))),
  contract: v.optional(contractSchema),
});
const casesSchema = v.object({ items: v.array(v.unknown()), nextCursor: v.optional(v.string()) });
const entrySchema = v.object({
  id: v.string(),
  externalId: v.string(),
  revision: v.optional(count),
  billedSeconds: v.optional(count),
});
const entriesSchema = v.object({ items: v.array(entrySchema), nextCursor: v.optional(v.string()) });
const meSchema = v.object({ id: v.string(), name: v.string() });
const problemSchema = v.object({
  type: v.optional(v.string()),
  title: v.optional(v.string()),
  detail: v.optional(v.string()),
  errors: v.optional(v.array(v.object({ detail: v.string(), pointer: v.optional(v.string()) }))),
});

/** The `rest` provider: design 8 over HTTP. */
export class RestProvider implements BillingProvider {
  readonly connection: Connection;
  readonly unitSeconds = 1;
  private readonly http: HttpTransport;
  private readonly logger: Logger;

  constructor(connection: Connection, http: HttpTransport, logger: Logger) {
    this.connection = connection;
    this.http = http;
    this.logger = logger;
  }

  async *listCases(signal: AbortSignal): AsyncIterable<readonly Case[]> {
    let cursor: string | undefined;
    const seen = new Set<string>();
    do {
      const query = new URLSearchParams({ status: "open", ...(cursor === undefined ? {} : { cursor }) });
      const page = await read(this.http, `/cases?${query.toString()}`, casesSchema, signal);
      yield this.usable(page.items);
      cursor = page.nextCursor;
      if (cursor !== undefined && seen.has(cursor)) {
        throw new CaseclockError("billing.protocol", "the list of cases repeats itself");
      }
      if (cursor !== undefined) seen.add(cursor);
    } while (cursor !== undefined);
  }

  async push(entry: ApprovedEntry, signal: AbortSignal): Promise<WriteResult> {
    const body = toWireEntry(entry);
    const result = await this.http.send(
      entry.revision === 1
        ? { method: "POST", path: "/time-entries", headers: { "Idempotency-Key": `"${entry.externalId}"` }, body }
        : { method: "PUT", path: `/time-entries/${encodeURIComponent(entry.externalId)}`, body },
      signal,
    );
    return writeResultOf(result);
  }

  async find(externalId: string, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const query = new URLSearchParams({ externalId });
    const { items } = await read(this.http, `/time-entries?${query.toString()}`, entriesSchema, signal);
    return items.filter((item) => item.externalId === externalId).map(remoteOf);
  }

  private usable(items: readonly unknown[]): readonly Case[] {
    const cases: Case[] = [];
    for (const item of items) {
      const parsed = v.safeParse(caseSchema, item);
      if (!parsed.success || parseCaseKey(parsed.output.key) === undefined) continue;
      const { id, ...rest } = parsed.output;
      cases.push({ ...rest, ref: { source: this.connection.id, id } } as Case);
    }
    if (cases.length < items.length) this.logger.warn(`${items.length - cases.length} cases cannot be used`);
    return cases;
  }
}

/** Asks who the token belongs to. @throws CaseclockError `billing.*` */
export async function whoAmI(http: HttpTransport, signal: AbortSignal): Promise<Connection["account"]> {
  const { id, name } = await read(http, "/me", meSchema, signal);
  return { id, name };
}

/** The outcome of a write by its certainty. @source RFC 9110; draft-ietf-httpapi-idempotency-key-header */
export function writeResultOf(result: HttpResult): WriteResult {
  if (result.kind === "notSent") {
    return { kind: "retryLater", problem: { kind: "offline", detail: result.detail }, stop: true };
  }
  if (result.kind === "lost") return { kind: "unknown", problem: { kind: "offline", detail: result.detail } };
  const { status } = result;
  const problem = problemOf(result);
  const wait = retryAfterMs(result.headers["retry-after"]);
  const retryAfter = wait === undefined ? {} : { retryAfterMs: wait };
  if (status >= 200 && status < 300) {
    const parsed = v.safeParse(entrySchema, result.body);
    if (parsed.success) return { kind: "written", remote: remoteOf(parsed.output) };
    return { kind: "unknown", problem: { kind: "protocol", detail: "The answer cannot be read." } };
  }
  if (status === 401 || (status >= 300 && status < 400)) {
    const detail =
      status === 401 ? "The token is not accepted." : "It answers with another address, which is not followed.";
    return { kind: "retryLater", problem: { kind: "auth", detail }, stop: true };
  }
  if (status === 429) return { kind: "retryLater", problem, stop: false, ...retryAfter };
  if (status === 408 || status >= 500 || (status === 409 && problem.kind === "request-in-progress")) {
    return { kind: "unknown", problem, ...retryAfter };
  }
  return { kind: "rejected", problem };
}

/** Reads and checks. @throws CaseclockError `billing.*` */
async function read<S extends v.GenericSchema>(
  http: HttpTransport,
  path: string,
  schema: S,
  signal: AbortSignal,
): Promise<v.InferOutput<S>> {
  const result = await http.send({ method: "GET", path }, signal);
  if (result.kind !== "answer") throw new CaseclockError("billing.offline", result.detail);
  const { status } = result;
  if (status < 200 || status >= 300) throw new CaseclockError(codeOf(status), problemOf(result).detail);
  const parsed = v.safeParse(schema, result.body);
  if (!parsed.success)
    throw new CaseclockError("billing.protocol", `${path.split("?")[0] ?? ""} gave an answer that cannot be read`);
  return parsed.output;
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || (status >= 300 && status < 400)) return "billing.auth";
  if (status === 403) return "billing.permission";
  if (status === 404) return "billing.protocol";
  return status === 429 || status >= 500 ? "billing.server" : "billing.rejected";
}

/** The server's own words. The last part of the type is the stable name. @source RFC 9457 */
function problemOf({ status, body }: Answer): Problem {
  const parsed = v.safeParse(problemSchema, body);
  if (!parsed.success) return { kind: "server", detail: `HTTP status ${status}` };
  const { type, title, detail, errors } = parsed.output;
  const fields =
    errors?.map((error) => `${error.detail}${error.pointer === undefined ? "" : ` (${error.pointer})`}`) ?? [];
  const text = [detail ?? title ?? `HTTP status ${status}`, ...fields].join(" ");
  return { kind: type?.split("/").at(-1) ?? "server", detail: text.slice(0, 1000) };
}

/** Seconds or an HTTP date, at most a day. @source RFC 9110 10.2.3 */
function retryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(86_400_000, Math.max(0, wait));
}

function remoteOf({ id, externalId, revision, billedSeconds }: v.InferOutput<typeof entrySchema>): RemoteEntry {
  return {
    remoteId: id,
    externalId,
    ...(revision === undefined ? {} : { revision }),
    ...(billedSeconds === undefined ? {} : { billedSeconds: seconds(billedSeconds) }),
  };
}
