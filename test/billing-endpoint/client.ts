import {
  OPERATIONS,
  validateRequest,
  validateResponse,
  validateSchema,
  type HeaderValues,
} from "../support/openapi.ts";
import type { TimeEntryInput } from "./model.ts";

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, undefined for none. */
  readonly body: unknown;
}

/** What is sent besides method and path. */
export interface Sending {
  readonly body?: unknown;
  /** In place of `body`, as it is. */
  readonly bytes?: string | Uint8Array<ArrayBuffer>;
  /** Added to, or with undefined taken from, what is usual. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The request breaks the document on purpose. If it does not, that is an error too. */
  readonly invalid?: boolean;
  /** The path or method is not in the document; the answer still must be a problem. */
  readonly undocumented?: boolean;
}

/** A client for tests, which holds every exchange to `docs/billing-api.yaml` in both directions. */
export class CheckedClient {
  readonly #url: string;
  readonly #token: string;
  readonly #seen = new Set<string>();

  constructor({ url, token }: { readonly url: string; readonly token: string }) {
    this.#url = url;
    this.#token = token;
  }

  /** The operations with the statuses that were seen: `GET /me 200`. */
  get seen(): ReadonlySet<string> {
    return this.#seen;
  }

  /** @throws Error when the request or the answer breaks the document */
  async send(method: string, path: string, sending: Sending = {}): Promise<Reply> {
    const headers = this.#headers(sending);
    if (sending.undocumented !== true) checkRequest(method, path, headers, sending);
    const reply = await this.sendUnchecked(method, path, sending);
    const violations = sending.undocumented
      ? validateSchema("Problem", reply.body)
      : validateResponse(method, path, reply.status, reply.body, reply.headers);
    if (violations.length > 0) throw new Error(violations.join("\n"));
    const operation = OPERATIONS.find((known) => matches(known, method, path)) ?? `${method} ?`;
    this.#seen.add(`${operation} ${reply.status}`);
    return reply;
  }

  /** As `send`, for answers that break the document on purpose: `body` is the text if it is no JSON. */
  async sendUnchecked(method: string, path: string, sending: Sending = {}): Promise<Reply> {
    const body = sending.bytes ?? (sending.body === undefined ? null : JSON.stringify(sending.body));
    const answer = await fetch(this.#url + path, {
      method,
      body,
      headers: this.#headers(sending),
      redirect: "manual",
    });
    const text = await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: parsed(text) };
  }

  /** The pages of a list, to the last. @param cursor where to begin, if not with the first */
  async pages<Item>(path: string, cursor?: string): Promise<Item[][]> {
    const pages: Item[][] = [];
    for (let next = cursor; ;) {
      const more = next === undefined ? "" : `${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}`;
      const { status, body } = await this.send("GET", path + more);
      if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
      const page = body as { readonly items: Item[]; readonly nextCursor?: string };
      pages.push(page.items);
      next = page.nextCursor;
      if (next === undefined) return pages;
    }
  }

  /** `POST /time-entries` with the entry's key. */
  post(entry: TimeEntryInput, sending: Sending = {}): Promise<Reply> {
    return this.send("POST", "/time-entries", withKey(entry, sending));
  }

  /** `PUT` to the entry's place. */
  put(entry: TimeEntryInput, sending: Sending = {}): Promise<Reply> {
    return this.send("PUT", `/time-entries/${entry.externalId}`, { body: entry, ...sending });
  }

  #headers(sending: Sending): Record<string, string> {
    const hasBody = sending.body !== undefined || sending.bytes !== undefined;
    const all: Readonly<Record<string, string | undefined>> = {
      Authorization: `Bearer ${this.#token}`,
      ...(hasBody && { "Content-Type": "application/json" }),
      ...sending.headers,
    };
    return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
  }
}

/** `sending` with the entry as body and its external id as idempotency key. */
export function withKey(entry: TimeEntryInput, sending: Sending = {}): Sending {
  return { body: entry, ...sending, headers: { "Idempotency-Key": `"${entry.externalId}"`, ...sending.headers } };
}

function checkRequest(method: string, path: string, headers: HeaderValues, sending: Sending): void {
  const body = sending.bytes === undefined ? sending.body : parsed(new TextDecoder().decode(bytesOf(sending.bytes)));
  const violations = validateRequest(method, path, body, headers);
  if (sending.invalid === true && violations.length === 0) throw new Error(`${method} ${path} is valid`);
  if (sending.invalid !== true && violations.length > 0) throw new Error(violations.join("\n"));
}

function bytesOf(bytes: string | Uint8Array): Uint8Array {
  return typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
}

function matches(operation: string, method: string, path: string): boolean {
  const [knownMethod, template = ""] = operation.split(" ");
  const pattern = template.replace(/\{[^}]+\}/, "(?!batch$)[^/]+");
  return knownMethod === method && new RegExp(`^${pattern}$`).test(path.split("?")[0] ?? "");
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Left to the caller, who asked for what is no JSON.
    return text;
  }
}

/** A valid entry of one hour on the demo's case ACME-1234. */
export function anEntry(change: Partial<TimeEntryInput> = {}): TimeEntryInput {
  return {
    externalId: "8e03978e-40d5-43dd-bc93-6894a57f9324",
    revision: 1,
    caseId: "case-1234",
    caseKey: "ACME-1234",
    start: "2026-03-09T09:30:05+01:00",
    end: "2026-03-09T10:41:12+01:00",
    date: "2026-03-09",
    timeZone: "Europe/Vienna",
    observedSeconds: 3000,
    bridgedSeconds: 600,
    declaredSeconds: 0,
    agentSeconds: 0,
    writtenDownSeconds: 0,
    billableSeconds: 3600,
    billedSeconds: 3600,
    activityId: "development",
    description: "Read large files in chunks",
    evidence: { commits: [{ sha: "3f2c9a1be0d4475c8f6a21b7e5d90c3384a1f6e2", subject: "Read large files in chunks" }] },
    ...change,
  };
}

/** The last part of the problem type in a reply. */
export function problemOf({ body }: Reply): string | undefined {
  const type = (body as { readonly type?: string } | undefined)?.type;
  return type?.slice(type.lastIndexOf("/") + 1);
}

/** Where the faults of a refused request are. */
export function pointersOf({ body }: Reply): string[] {
  const errors = (body as { readonly errors?: readonly { readonly pointer: string }[] } | undefined)?.errors ?? [];
  return errors.map(({ pointer }) => pointer);
}
