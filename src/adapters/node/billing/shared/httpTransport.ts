import { randomUUID } from "node:crypto";
// Under these names, without `node:`, VS Code hands each extension the modules with its proxy and certificates.
import http from "http";
import https from "https";
import axios, { AxiosHeaders, isAxiosError, type AxiosInstance } from "axios";
import type { Logger } from "../../../../ports/logger.ts";

/** Longest time for a whole answer, from the call to the last byte. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 8_000_000;
/** Largest body that the API accepts (`docs/billing-api.yaml`). */
const MAX_REQUEST_BYTES = 1_048_576;
/** Shorter tokens could be ordinary words of a text, and are not removed from it. */
const MIN_REDACTED_LENGTH = 8;

/** The certificate was refused during the handshake. @source https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE_CODE =
  /^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/i;

/** One request below the base URL. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash and includes the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** How a request ended, by what is certain about it. Codes are Node's or one of `TransportCode`. */
export type HttpResult =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      /** Undefined when there was none, or an unreadable one. */
      readonly body: unknown;
      /** There was a body that was not JSON, or not declared as JSON: a login page, a truncated text. */
      readonly malformed: boolean;
    }
  /** Certainly not acted on: no connection was made, or the request was too large to send. */
  | { readonly kind: "notSent"; readonly code: string }
  /** No answer came: the server may have acted on it. */
  | { readonly kind: "lost"; readonly code: string }
  /** The caller cancelled it before anything was sent. */
  | { readonly kind: "aborted" };

/** Our own codes beside Node's: over the time limit, stopped by the caller, over a size limit. */
export type TransportCode = "ETIMEDOUT" | "ABORTED" | "ANSWER_TOO_LARGE" | "REQUEST_TOO_LARGE";

/** Whether a code says that the server's certificate was not trusted. */
export function isCertificateCode(code: string): boolean {
  return CERTIFICATE_CODE.test(code);
}

export interface TransportOptions {
  /** Longest time for a whole answer. @format milliseconds */
  readonly timeoutMs?: number;
  /** The headers that carry the token; a bearer token when absent. */
  readonly authorize?: (token: string) => Readonly<Record<string, string>>;
}

const bearer = (token: string): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${token}` });

/**
 * The one way to the network. VS Code owns proxy and certificates, so neither is set here; no redirect is followed, so
 * the token goes to the base URL's origin and nowhere else; no answer is larger or slower than the limits.
 */
export class HttpTransport {
  /** Host and port of the base URL, for messages. */
  readonly host: string;
  private readonly client: AxiosInstance;
  private readonly baseUrl: string;
  /** The secret parts of the headers, and the token itself. */
  private readonly secrets: readonly string[];
  private readonly authorization: Readonly<Record<string, string>>;
  private readonly timeoutMs: number;
  private readonly logger: Logger;

  /**
   * @param baseUrl as `parseBillingUrl` gives it
   * @param token sent to the base URL's origin as `options.authorize` says; never logged. @precondition visible ASCII
   */
  constructor(baseUrl: string, token: string, logger: Logger, options: TransportOptions = {}) {
    this.host = new URL(baseUrl).host;
    this.baseUrl = baseUrl;
    this.authorization = (options.authorize ?? bearer)(token);
    this.secrets = [token, ...Object.values(this.authorization).map((value) => value.replace(/^\S+ /, ""))].filter(
      (secret) => secret.length >= MIN_REDACTED_LENGTH,
    );
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.logger = logger.child("http");
    this.client = axios.create({
      adapter: "http",
      proxy: false,
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      maxBodyLength: MAX_REQUEST_BYTES,
      responseType: "text",
      // The body is text already; axios would parse it to see whether it is JSON.
      transformRequest: [(data: unknown) => data],
      // Malformed JSON is an outcome of its own, not text to pass on silently.
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      headers: { Accept: "application/json, application/problem+json", "User-Agent": "Caseclock" },
    });
  }

  /** Sends exactly once. Throws only if the request itself is wrong, a bug of ours. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
    const { method, path } = request;
    const text = request.body === undefined ? undefined : JSON.stringify(request.body);
    if (signal.aborted) return { kind: "aborted" };
    const id = randomUUID();
    const started = performance.now();
    const result =
      text !== undefined && Buffer.byteLength(text) > MAX_REQUEST_BYTES
        ? makeNotSentResult("REQUEST_TOO_LARGE")
        : await this.exchange(request, text, id, signal);
    const end =
      result.kind === "answer"
        ? `status=${result.status}`
        : `${result.kind}=${"code" in result ? result.code : "ABORTED"}`;
    const ms = Math.round(performance.now() - started);
    this.logger.debug(`${method} ${path.split("?")[0] ?? ""} ${end} ms=${ms} id=${id}`);
    return result;
  }

  /** The text without the token, in case a server has echoed it. */
  redact(text: string): string {
    return this.secrets.reduce((clean, secret) => clean.replaceAll(secret, "•••"), text);
  }

  private async exchange(
    request: HttpRequest,
    text: string | undefined,
    id: string,
    signal: AbortSignal,
  ): Promise<HttpResult> {
    const stop = new AbortController();
    const onAbort = (): void => {
      stop.abort();
    };
    const seen = { timeout: false, connection: false };
    // axios's own timeout restarts with each byte that trickles in.
    const deadline = setTimeout(() => {
      seen.timeout = true;
      stop.abort();
    }, this.timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const answer = await this.client.request<unknown>({
        method: request.method,
        url: this.makeUrl(request.path),
        headers: {
          ...this.authorization,
          "X-Request-Id": id,
          ...(text === undefined ? {} : { "Content-Type": "application/json" }),
          ...request.headers,
        },
        ...(text === undefined ? {} : { data: text }),
        signal: stop.signal,
        transport: watchedTransport(() => {
          seen.connection = true;
        }),
      });
      return toAnswer(answer.status, AxiosHeaders.from(answer.headers as AxiosHeaders), answer.data);
    } catch (error) {
      if (!isAxiosError(error)) throw error;
      const code = seen.timeout ? "ETIMEDOUT" : signal.aborted ? "ABORTED" : readCode(error);
      if (seen.connection && !isCertificateCode(code)) return { kind: "lost", code };
      return code === "ABORTED" ? { kind: "aborted" } : { kind: "notSent", code };
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener("abort", onAbort);
    }
  }

  private makeUrl(path: string): string {
    const url = new URL(this.baseUrl + path);
    if (!path.startsWith("/") || url.origin !== new URL(this.baseUrl).origin) {
      throw new Error(`${path} is not a path below the base URL`);
    }
    return url.href;
  }
}

/** Node's own `request`, which reports when there is a connection: before that, nothing can have been sent. */
function watchedTransport(onConnect: () => void): { readonly request: typeof http.request } {
  const request = (options: http.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void) => {
    const made = (options.protocol === "https:" ? https : http).request(options, onAnswer);
    made.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", onConnect);
      else onConnect();
    });
    return made;
  };
  return { request: request as typeof http.request };
}

function makeNotSentResult(code: TransportCode): HttpResult {
  return { kind: "notSent", code };
}

/** Of broken answers, axios attaches a response only if the other side closed, not if a limit was exceeded. */
function readCode(error: { readonly code?: string | undefined; readonly response?: unknown }): string {
  if (error.code === "ERR_BAD_RESPONSE") return error.response === undefined ? "ANSWER_TOO_LARGE" : "ECONNRESET";
  return error.code ?? "UNKNOWN";
}

function toAnswer(status: number, all: AxiosHeaders, data: unknown): HttpResult {
  const headers = Object.fromEntries(
    Object.entries(all.toJSON()).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const text = typeof data === "string" ? data.trim() : "";
  if (text === "") return { kind: "answer", status, headers, body: undefined, malformed: false };
  const type = headers["content-type"]?.split(";")[0]?.trim() ?? "";
  const parsed = JSON_TYPE.test(type) ? parseJson(text) : undefined;
  return { kind: "answer", status, headers, body: parsed?.value, malformed: parsed === undefined };
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // the caller sees `malformed`
  }
}
