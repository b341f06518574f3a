import { randomUUID } from "node:crypto";
import axios, { AxiosHeaders, isAxiosError, isCancel, type AxiosInstance } from "axios";
import { messageOf } from "../../domain/errors.ts";
import type { Logger } from "../../ports/logger.ts";

/** Longest wait for a whole answer. */
const TIMEOUT_MS = 30_000;
const MOST_ANSWER_BYTES = 8_000_000;
const MOST_REQUEST_BYTES = 1_000_000;

/** The network said no before a byte of the request could have been read by the other side. */
const NOT_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below the base URL, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** How a request ended, by what is certain about it. */
export type HttpResult =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      /** Undefined when it was no JSON. */
      readonly body: unknown;
    }
  /** Nobody can have acted on it. */
  | { readonly kind: "notSent"; readonly detail: string }
  /** The answer is missing: somebody may have acted on it. */
  | { readonly kind: "lost"; readonly detail: string };

/**
 * The one way to the network. VS Code owns proxy and certificates, so neither is set here; no redirect is followed, so
 * the token goes to the base URL's origin and nowhere else; no answer is larger or slower than the limits.
 */
export class HttpTransport {
  private readonly client: AxiosInstance;
  private readonly logger: Logger;

  /** @param token sent as a bearer token; never logged */
  constructor(baseUrl: string, token: string, logger: Logger) {
    this.logger = logger;
    this.client = axios.create({
      baseURL: baseUrl,
      allowAbsoluteUrls: false,
      proxy: false,
      maxRedirects: 0,
      timeout: TIMEOUT_MS,
      maxContentLength: MOST_ANSWER_BYTES,
      maxBodyLength: MOST_REQUEST_BYTES,
      responseType: "text",
      // Malformed JSON is an outcome of its own, not a text that is silently passed on.
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      headers: { Accept: "application/json, application/problem+json", Authorization: `Bearer ${token}` },
    });
  }

  async send({ method, path, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
    const id = randomUUID();
    const started = performance.now();
    const log = (end: string): void => {
      const ms = Math.round(performance.now() - started);
      this.logger.debug(`[http] ${method} ${path.split("?")[0] ?? ""} ${end} ms=${ms} id=${id}`);
    };
    if (signal.aborted) return { kind: "notSent", detail: "stopped" };
    try {
      const answer = await this.client.request<unknown>({
        method,
        url: path,
        headers: { "X-Request-Id": id, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
        signal,
      });
      log(`status=${answer.status}`);
      return {
        kind: "answer",
        status: answer.status,
        headers: Object.fromEntries(
          Object.entries(AxiosHeaders.from(answer.headers as AxiosHeaders).toJSON()).map(([name, value]) => [
            name.toLowerCase(),
            String(value),
          ]),
        ),
        body: parseJson(answer.data),
      };
    } catch (error) {
      const code = isAxiosError(error) ? (error.code ?? "") : "";
      log(`failed=${code}`);
      if (NOT_SENT.has(code)) return { kind: "notSent", detail: messageOf(error) };
      return { kind: "lost", detail: isCancel(error) ? "stopped while waiting for the answer" : messageOf(error) };
    }
  }
}

function parseJson(data: unknown): unknown {
  if (typeof data !== "string" || data === "") return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined; // an HTML page, or a cut answer: the caller sees that there is no JSON
  }
}
