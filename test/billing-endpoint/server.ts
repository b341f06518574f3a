import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exchange } from "../support/openapi.ts";
import { BillingApi, type Pause } from "./api.ts";
import { Control } from "./control.ts";
import { Misbehaviour, type Rule } from "./misbehaviour.ts";
import type { BillingCase, TimeEntry } from "./model.ts";
import { Page } from "./page.ts";
import { problem, problemAnswer, type Answer } from "./problems.ts";
import { seedCases } from "./seed.ts";
import { entryText, Store } from "./store.ts";

/** How an endpoint is started. */
export interface EndpointOptions {
  /** A file, or `:memory:`. A file that has entries goes on with them. */
  readonly database: string;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Random when absent. */
  readonly token?: string;
  /** Adds the demo's customers and cases that are missing. */
  readonly seed?: boolean;
  /** Items on a page of a list; 100 unless given. */
  readonly pageSize?: number;
  /** Keeps every exchange with the API in `exchanges`. */
  readonly record?: boolean;
}

/** A request to the API as it was served. `status` is absent when the answer was withheld. */
export interface RecordedExchange extends Exchange {
  /** The rule that was applied: then the answer may break the document on purpose. */
  readonly misbehaviour?: Rule["kind"];
}

/** A running endpoint, on loopback only. */
export interface Endpoint {
  /** Base URL of the API, with the version: `http://127.0.0.1:1234/v1`. */
  readonly url: string;
  /** The page for people. */
  readonly pageUrl: string;
  readonly token: string;
  /** Filled when `record` was asked for. */
  readonly exchanges: readonly RecordedExchange[];
  /** Puts `rules` in the place of those in force. */
  misbehave(rules: readonly Rule[]): void;
  /** Ends as soon as `count` requests are held. */
  whenHeld(count: number): Promise<void>;
  /** Lets go all requests that are held. */
  release(): void;
  /** How many connections were opened to it so far. */
  connections(): number;
  /** All stored entries by first arrival. */
  entries(): readonly TimeEntry[];
  /** All cases by key. */
  cases(): readonly BillingCase[];
  /** Adds or replaces a case. @throws Error when it breaks the document */
  putCase(value: BillingCase): void;
  /** Changes members of a case. @throws Error when there is none, or it would break the document */
  changeCase(id: string, change: Partial<BillingCase>): void;
  /** Ends all connections and closes the database. */
  close(): Promise<void>;
}

const PREFIX = "/v1";
const MIB = 1024 * 1024;
/** More than a client sends by mistake: reading on to answer 413 properly ends here. */
const MAX_DISCARDED_BYTES = 64 * MIB;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Starts the reference billing endpoint of `docs/billing-api.yaml`. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const store = new Store(options.database);
  if (options.seed) seedCases(store);
  const token = options.token ?? randomBytes(24).toString("base64url");
  const service = new Service(store, token, options.pageSize ?? 100, options.record ?? false);
  const server = createServer((request, response) => void service.serve(request, response));
  let connections = 0;
  server.on("connection", () => (connections += 1));
  // Longer than any client keeps an idle connection, so that none is closed just as it is used again.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) =>
      server.close(() => {
        resolve();
      }),
    );
    server.closeAllConnections();
    await closed;
    await service.close();
    store.close();
  };
  return {
    url: origin + PREFIX,
    pageUrl: `${origin}/`,
    token,
    exchanges: service.exchanges,
    misbehave: (rules) => {
      service.misbehaviour.set(rules);
    },
    whenHeld: (count) => service.misbehaviour.whenHeld(count),
    release: () => {
      service.misbehaviour.release();
    },
    connections: () => connections,
    entries: () => store.allEntries().map(({ seq, body }) => JSON.parse(entryText(seq, body)) as TimeEntry),
    cases: () => store.cases(),
    putCase: (value) => {
      service.control.putCase(value);
    },
    changeCase: (id, change) => {
      if (service.control.patchCase(id, change) === undefined) throw new Error(`There is no case ${id}`);
    },
    // Twice is the same as once: a test may end it before its clean-up does.
    close: () => (closing ??= close()),
  };
}

/** Serves one request after another: token, body, misbehaviour, then API, control or page. */
class Service {
  readonly misbehaviour = new Misbehaviour();
  readonly control: Control;
  readonly exchanges: RecordedExchange[] = [];
  readonly #api: BillingApi;
  readonly #page: Page;
  readonly #tokenHash: Buffer;
  readonly #record: boolean;
  readonly #running = new Set<Promise<void>>();

  constructor(store: Store, token: string, pageSize: number, record: boolean) {
    this.#api = new BillingApi(store, { pageSize, basePath: PREFIX });
    this.#page = new Page(store);
    this.control = new Control(store, this.misbehaviour);
    this.#tokenHash = sha256(token);
    this.#record = record;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const work = this.#serve(request, response).catch((error: unknown) => {
      // A connection that ended early is the client's affair; anything else is a fault that it should hear of.
      if (response.headersSent || request.destroyed) response.destroy();
      else send(response, problemAnswer(problem("internal-error", String(error))));
    });
    this.#running.add(work);
    await work;
    this.#running.delete(work);
  }

  /** Lets go what is held and waits for the requests in progress. */
  async close(): Promise<void> {
    this.misbehaviour.release();
    await Promise.all(this.#running);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const isApi = url.pathname === PREFIX || url.pathname.startsWith(`${PREFIX}/`);
    if (!isApi && !url.pathname.startsWith("/control/")) {
      const isLocal = LOOPBACK_HOSTS.has((request.headers.host ?? "").replace(/:\d+$/, ""));
      request.resume();
      send(response, this.#page.answer(request, url.pathname, isLocal));
      return;
    }
    const path = url.pathname.slice(isApi ? PREFIX.length : "/control".length);
    const body = await readBody(request, path === "/time-entries/batch" ? 4 * MIB : MIB);
    if (!this.#isAuthorized(request.headers.authorization)) {
      const answer = problemAnswer(problem("unauthorized"), { "WWW-Authenticate": "Bearer" });
      if (isApi) this.#keep(request, body, answer);
      send(response, answer);
    } else if (!isApi) {
      send(response, this.control.answer(request.method ?? "", path, body ?? Buffer.alloc(0)));
    } else {
      await this.#serveApi(request, response, { path, query: url.searchParams, body });
    }
  }

  async #serveApi(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query, body }: { path: string; query: URLSearchParams; body: Buffer | undefined },
  ): Promise<void> {
    const method = request.method ?? "";
    const rule = this.misbehaviour.take(method, path);
    const refusal = rule && answerInstead(rule);
    if (rule?.kind === "reset") {
      this.#keep(request, body, undefined, rule.kind);
      request.socket.resetAndDestroy();
      return;
    }
    if (rule?.kind === "closeCase") this.control.patchCase(rule.caseId ?? "", { status: "closed" });
    const answer =
      refusal ??
      (body === undefined
        ? problemAnswer(problem("payload-too-large"))
        : await this.#api.answer({ method, path, query, headers: request.headers, body }, this.#pauseOf(rule)));
    await this.#finish(request, response, body, answer, rule);
  }

  async #finish(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer | undefined,
    answer: Answer,
    rule: Rule | undefined,
  ): Promise<void> {
    switch (rule?.kind) {
      case "dropAnswerAfterStoring":
        this.#keep(request, body, undefined, rule.kind);
        request.socket.resetAndDestroy();
        return;
      case "truncatedBody":
        this.#keep(request, body, undefined, rule.kind);
        response.writeHead(answer.status, { ...answer.headers, "Content-Length": Buffer.byteLength(answer.body) + 1 });
        response.write(answer.body.slice(0, -1), () => request.socket.destroy());
        return;
      case "holdAnswer":
        await this.misbehaviour.hold();
        break;
      case "malformedJson":
        answer = { ...answer, body: `${answer.body.slice(0, -1)},` };
        break;
      case "status500AfterStoring":
        answer = problemAnswer(problem("internal-error"));
        break;
      default:
    }
    this.#keep(request, body, answer, rule?.kind);
    send(response, answer);
  }

  #pauseOf(rule: Rule | undefined): Pause | undefined {
    if (rule?.kind === "hold") return () => this.misbehaviour.hold();
    if (rule?.kind === "delay") return () => this.misbehaviour.hold(rule.milliseconds ?? 0);
    return undefined;
  }

  #isAuthorized(header: string | undefined): boolean {
    const given = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
    return given !== undefined && timingSafeEqual(sha256(given), this.#tokenHash);
  }

  #keep(request: IncomingMessage, body: Buffer | undefined, answer: Answer | undefined, kind?: Rule["kind"]): void {
    if (!this.#record) return;
    this.exchanges.push({
      method: request.method ?? "",
      url: request.url ?? "",
      requestHeaders: request.headers,
      requestBody: parsed(body?.toString()),
      ...(answer && { status: answer.status, responseHeaders: answer.headers, responseBody: parsed(answer.body) }),
      ...(kind !== undefined && { misbehaviour: kind }),
    });
  }
}

/** What a rule answers without serving the request. */
function answerInstead({ kind, retryAfter, location }: Rule): Answer | undefined {
  const pause = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  switch (kind) {
    case "status401":
      return problemAnswer(problem("unauthorized"), { "WWW-Authenticate": "Bearer" });
    case "status404":
      return problemAnswer(problem("not-found"));
    case "status429":
      return problemAnswer(problem("rate-limited"), { "Retry-After": "1", ...pause });
    case "status500":
      return problemAnswer(problem("internal-error"));
    case "status503":
      return problemAnswer(problem("unavailable"), pause);
    case "htmlPage":
      return { status: 200, headers: { "Content-Type": "text/html" }, body: "<!doctype html><title>Sign in</title>" };
    case "redirect":
      return { status: 307, headers: { Location: location ?? "http://127.0.0.1:9/" }, body: "" };
    default:
      return undefined;
  }
}

/** The body, or undefined when it is larger than `limit`: then it was read to its end and discarded. */
async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    if (size > MAX_DISCARDED_BYTES) throw new Error("The body does not end");
  }
  return size <= limit ? Buffer.concat(chunks) : undefined;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...headers,
    ...(status !== 204 && status !== 304 && { "Content-Length": Buffer.byteLength(body) }),
  });
  response.end(body);
}

function parsed(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // The recorder shows what was sent, also when it is no JSON.
    return text;
  }
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
