import type { IncomingHttpHeaders } from "node:http";
import { queryIssues, schemaIssues, validateSchema } from "../support/openapi.ts";
import type { BillingCase } from "./model.ts";
import { jsonAnswer, NO_CONTENT, problem, problemAnswer, problemAt, type Answer } from "./problems.ts";
import { entryText, isBefore, type EntryPosition, type Store, type StoredEntry } from "./store.ts";
import { isProblem, parseEntry, TimeEntries, type Outcome } from "./timeEntries.ts";

/** A request whose token was accepted and whose body was read. */
export interface ApiRequest {
  readonly method: string;
  /** Below the base URL, without the query: `/time-entries`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Something to wait for before anything is stored. */
export type Pause = () => Promise<void>;

type Handler = (request: ApiRequest, pause: Pause | undefined) => Answer | Promise<Answer>;

/** Whom every token belongs to. */
const USER = { id: "u-17", name: "Noor Haddad", email: "noor.haddad@example.com" };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The routes of `docs/billing-api.yaml`. */
export class BillingApi {
  readonly #store: Store;
  readonly #entries: TimeEntries;
  readonly #pageSize: number;
  readonly #basePath: string;
  /** Keys of POST requests that have not ended yet. */
  readonly #running = new Set<string>();
  readonly #routes: Readonly<Record<string, Readonly<Record<string, Handler>>>>;

  constructor(store: Store, options: { readonly pageSize: number; readonly basePath: string }) {
    this.#store = store;
    this.#entries = new TimeEntries(store);
    this.#pageSize = options.pageSize;
    this.#basePath = options.basePath;
    this.#routes = {
      "/me": { GET: quiet(() => jsonAnswer(200, JSON.stringify(USER))) },
      "/cases": { GET: quiet((request) => this.#listCases(request)) },
      "/time-entries": {
        GET: quiet((request) => this.#listEntries(request)),
        POST: (request, pause) => this.#create(request, pause),
      },
      "/time-entries/batch": { POST: quiet((request) => this.#createBatch(request)) },
      "/time-entries/{externalId}": {
        PUT: quiet((request) => this.#replace(request)),
        DELETE: quiet((request) => this.#remove(request)),
      },
    };
  }

  /** @param pause awaited after the request was accepted for processing, before it has any effect */
  async answer(request: ApiRequest, pause?: Pause): Promise<Answer> {
    const methods = this.#routes[request.path] ?? (isEntryPath(request.path) ? this.#routes[ENTRY_PATH] : undefined);
    if (methods === undefined) return problemAnswer(problem("not-found", `There is no ${request.path}.`));
    const handler = methods[request.method];
    if (handler === undefined) {
      return problemAnswer(problem("method-not-allowed"), { Allow: Object.keys(methods).join(", ") });
    }
    return handler(request, pause);
  }

  #listCases({ method, path, query }: ApiRequest): Answer {
    const refusal = refuseQuery(method, path, query) ?? refuseCursor(query, isCasePosition);
    if (refusal !== undefined) return refusal;
    const status = query.get("status");
    const words = (query.get("query") ?? "").toLowerCase().split(/\s+/);
    const [key, id] = readCursor(query, isCasePosition) ?? ["", ""];
    const matching = this.#store.cases().filter((candidate) => {
      if (status !== null && candidate.status !== status) return false;
      if (!isBefore(key, id, candidate.key, candidate.id)) return false;
      const text = `${candidate.key}\n${candidate.title}\n${candidate.customer.name}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const page = matching.slice(0, this.#pageSize);
    const last = page.at(-1);
    const more = matching.length > page.length && last !== undefined;
    const totals = this.#store.totals();
    const items = page.map((item) => withUse(item, totals.get(item.id)?.billedSeconds ?? 0));
    return jsonAnswer(200, JSON.stringify({ items, ...(more && { nextCursor: writeCursor([last.key, last.id]) }) }));
  }

  #listEntries({ method, path, query }: ApiRequest): Answer {
    const refusal = refuseQuery(method, path, query) ?? refuseCursor(query, isEntryPosition);
    if (refusal !== undefined) return refusal;
    const externalId = query.get("externalId");
    if (externalId !== null) {
      if (query.size > 1) return invalid("externalId does not go with other parameters.");
      const found = this.#store.entry(externalId);
      return entryPage(found === undefined ? [] : [found]);
    }
    const from = query.get("from");
    const to = query.get("to");
    if (from === null || to === null) return invalid("Either externalId is needed, or from and to.");
    if (to < from) return invalid("to is before from.");
    const after = readCursor(query, isEntryPosition) ?? ["", 0];
    const found = this.#store.entries(from, to, after, this.#pageSize + 1);
    const page = found.slice(0, this.#pageSize);
    const last = page.at(-1);
    return entryPage(page, found.length > page.length && last ? writeCursor([last.date, last.seq]) : undefined);
  }

  async #create(request: ApiRequest, pause: Pause | undefined): Promise<Answer> {
    const key = parseKey(request.headers["idempotency-key"]);
    if (key === undefined) return problemAnswer(problem("idempotency-key-missing"));
    const parsed = readJson(request);
    if (!parsed.ok) return parsed.answer;
    const entry = parseEntry(parsed.value, "NewTimeEntry");
    if (isProblem(entry)) return problemAnswer(entry);
    if (entry.externalId !== key) {
      return problemAnswer(
        problemAt("#/externalId", "idempotency-key-mismatch", `The header has ${key}, the body ${entry.externalId}.`),
      );
    }
    if (this.#running.has(key)) return problemAnswer(problem("request-in-progress"), { "Retry-After": "1" });
    this.#running.add(key);
    try {
      await pause?.();
      return this.#toAnswer(
        key,
        this.#store.transaction(() => this.#entries.create(entry)),
      );
    } finally {
      this.#running.delete(key);
    }
  }

  #replace(request: ApiRequest): Answer {
    const externalId = externalIdOf(request.path);
    if (externalId === undefined) return invalid("The path does not end in an external id.");
    const parsed = readJson(request);
    if (!parsed.ok) return parsed.answer;
    const entry = parseEntry(parsed.value, "TimeEntryInput");
    if (isProblem(entry)) return problemAnswer(entry);
    if (entry.externalId !== externalId) {
      const detail = `must be ${externalId}, as in the path`;
      return problemAnswer(problem("validation", undefined, [{ detail, pointer: "#/externalId" }]));
    }
    return this.#toAnswer(
      externalId,
      this.#store.transaction(() => this.#entries.replace(entry)),
    );
  }

  #remove({ path }: ApiRequest): Answer {
    const externalId = externalIdOf(path);
    // What is no external id cannot be stored, so it is gone already.
    if (externalId !== undefined) this.#store.remove(externalId);
    return NO_CONTENT;
  }

  #createBatch(request: ApiRequest): Answer {
    const parsed = readJson(request);
    if (!parsed.ok) return parsed.answer;
    const items = (parsed.value as { readonly items?: unknown } | null)?.items;
    // The items are judged one by one below: here they only have to be there, at most 100, each with its id.
    const issues = schemaIssues("TimeEntryBatch", parsed.value).filter(
      ({ pointer }) => !/^#\/items\/\d+\/(?!externalId$)/.test(pointer),
    );
    if (issues.length > 0) return problemAnswer(problem("validation", undefined, issues));
    const results = this.#store.transaction(() =>
      (items as readonly { readonly externalId: string }[]).map((item) => this.#entries.item(item, item.externalId)),
    );
    return jsonAnswer(200, JSON.stringify({ results }));
  }

  #toAnswer(externalId: string, outcome: Outcome): Answer {
    if (!outcome.stored) return problemAnswer(outcome.problem);
    const location = `${this.#basePath}/time-entries/${encodeURIComponent(externalId)}`;
    return jsonAnswer(outcome.status, outcome.text, {
      ...(outcome.status === 201 && { Location: location }),
      ...(outcome.replayed && { "Idempotency-Replayed": "true" }),
    });
  }
}

const ENTRY_PATH = "/time-entries/{externalId}";

/** A handler that has nothing to guard while it waits. */
function quiet(handle: (request: ApiRequest) => Answer): Handler {
  return async (request, pause) => {
    await pause?.();
    return handle(request);
  };
}

function isEntryPath(path: string): boolean {
  return /^\/time-entries\/[^/]+$/.test(path);
}

function externalIdOf(path: string): string | undefined {
  try {
    const value = decodeURIComponent(path.slice("/time-entries/".length));
    return validateSchema("ExternalId", value).length === 0 ? value : undefined;
  } catch {
    // A broken percent escape is no external id either.
    return undefined;
  }
}

/** The key in the header's quotes. */
function parseKey(header: string | readonly string[] | undefined): string | undefined {
  if (typeof header !== "string") return undefined;
  const key = /^"([^"\\]*)"$/.exec(header.trim())?.[1];
  return key !== undefined && validateSchema("ExternalId", key).length === 0 ? key : undefined;
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly answer: Answer };

function readJson({ headers, body }: ApiRequest): Parsed {
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
    return { ok: false, answer: problemAnswer(problem("unsupported-media-type")) };
  }
  try {
    return { ok: true, value: JSON.parse(utf8.decode(body)) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : undefined;
    return { ok: false, answer: problemAnswer(problem("malformed-request", detail)) };
  }
}

function invalid(detail: string): Answer {
  return problemAnswer(problem("invalid-parameter", detail));
}

function refuseQuery(method: string, path: string, query: URLSearchParams): Answer | undefined {
  const [first] = queryIssues(method, path, query);
  return first && invalid(`${first.pointer} ${first.detail}.`);
}

function refuseCursor(
  query: URLSearchParams,
  isPosition: (value: unknown) => value is readonly unknown[],
): Answer | undefined {
  if (!query.has("cursor") || readCursor(query, isPosition) !== undefined) return undefined;
  return invalid("cursor is not one of this endpoint.");
}

function entryPage(found: readonly StoredEntry[], nextCursor?: string): Answer {
  const items = found.map(({ seq, body }) => entryText(seq, body)).join(",");
  const next = nextCursor === undefined ? "" : `,"nextCursor":${JSON.stringify(nextCursor)}`;
  return jsonAnswer(200, `{"items":[${items}]${next}}`);
}

function withUse(item: BillingCase, billedSeconds: number): BillingCase {
  if (item.contract === undefined) return item;
  return { ...item, contract: { ...item.contract, usedSeconds: (item.contract.usedSeconds ?? 0) + billedSeconds } };
}

function writeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function readCursor<T>(query: URLSearchParams, isPosition: (value: unknown) => value is T): T | undefined {
  const cursor = query.get("cursor");
  if (cursor === null) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return isPosition(value) ? value : undefined;
  } catch {
    // Text that is not JSON did not come from `writeCursor`.
    return undefined;
  }
}

function isCasePosition(value: unknown): value is readonly [key: string, id: string] {
  return Array.isArray(value) && value.length === 2 && value.every((member) => typeof member === "string");
}

function isEntryPosition(value: unknown): value is EntryPosition {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && Number.isSafeInteger(value[1]);
}
