import type * as v from "valibot";
import { t } from "../../../../base/text.ts";
import { DAY_MS, seconds } from "../../../../base/time.ts";
import type { ErrorCode } from "../../../../domain/errors.ts";
import type { RemoteEntry, WriteResult } from "../../../../ports/billingProvider.ts";
import { isCertificateCode, type HttpResult } from "./httpTransport.ts";
import { entrySchema, parseAnswer, problemSchema } from "./restSchemas.ts";
import type { Problem } from "../../../../domain/log/approvedEntry.ts";

/** Any answer, whatever its status. */
export type HttpAnswer = Extract<HttpResult, { readonly kind: "answer" }>;

/** The other side, as messages name it. */
export interface Peer {
  /** Host and port. */
  readonly host: string;
  /** Removes the token from a text. */
  redact(text: string): string;
}

/** Longest problem text that is kept. */
const MAX_DETAIL_LENGTH = 1_000;
/** Longest pause that is respected: a person may sync by hand at any time. */
const MAX_RETRY_AFTER_MS = DAY_MS;

/**
 * The outcome of one write, by what is certain and not by its status alone:
 * stored, refused for good, certainly not stored, or perhaps stored.
 * @param externalId of the entry that was sent
 * @source RFC 9110 15; RFC 9457; draft-ietf-httpapi-idempotency-key-header 2.6
 */
export function toWriteResult(result: HttpResult, externalId: string, peer: Peer): WriteResult {
  return interpretWrite(result, peer, readServerProblem, (answer) => {
    const stored = parseAnswer(entrySchema, answer.body);
    return stored?.externalId === externalId ? { kind: "written", remote: toRemoteEntry(stored) } : undefined;
  });
}

/** The problem in an answer with a status other than 2xx. */
export type ProblemReader = (answer: HttpAnswer, peer: Peer) => Problem;

/**
 * The outcome of one write, for any system.
 * @param problemIn reads the system's own message
 * @param success reads an answer with status 2xx; undefined if it does not confirm that the entry is stored: then the outcome is unknown
 */
export function interpretWrite(
  result: HttpResult,
  peer: Peer,
  problemIn: ProblemReader,
  success: (answer: HttpAnswer) => WriteResult | undefined,
): WriteResult {
  switch (result.kind) {
    case "aborted":
      return {
        kind: "retryLater",
        problem: { kind: "cancelled", detail: t("Not sent: the sync was stopped.") },
        stop: false,
      };
    case "notSent":
      if (result.code === "REQUEST_TOO_LARGE") {
        const detail = t("The entry is larger than 1 MiB, the most that can be sent at once.");
        return { kind: "rejected", problem: { kind: "payload-too-large", detail } };
      }
      return { kind: "retryLater", problem: networkProblem(result, peer), stop: true };
    case "lost":
      return { kind: "unknown", problem: networkProblem(result, peer) };
    case "answer":
      return answeredWrite(result, peer, problemIn, success);
  }
}

function answeredWrite(
  answer: HttpAnswer,
  peer: Peer,
  problemIn: ProblemReader,
  success: (answer: HttpAnswer) => WriteResult | undefined,
): WriteResult {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) {
    return success(answer) ?? { kind: "unknown", problem: unreadable(answer, peer) };
  }
  const problem = problemIn(answer, peer);
  // A server's date is by the server's clock, which may be a day off ours.
  const wait = parseRetryAfterMs(headers["retry-after"], parseDate(headers["date"]) ?? Date.now());
  const retryAfter = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 401 || isRedirect(status)) return { kind: "retryLater", problem, stop: true };
  // 425: the server did not want to risk processing it.
  if (status === 429 || status === 425) return { kind: "retryLater", problem, stop: false, ...retryAfter };
  const isUnsure = status < 200 || status === 408 || status >= 500;
  if (isUnsure || (status === 409 && problem.kind === "request-in-progress")) {
    return { kind: "unknown", problem, ...retryAfter };
  }
  return { kind: "rejected", problem };
}

/** The failure of a read, for `CaseclockError`. */
export function toReadFailure(
  result: Exclude<HttpResult, HttpAnswer>,
  peer: Peer,
): { code: ErrorCode; detail: string } {
  if (result.kind === "aborted") return { code: "billing.cancelled", detail: t("stopped") };
  const { kind, detail } = networkProblem(result, peer);
  // A server was reached: a missing answer says nothing about the next request.
  if (result.kind === "lost" && kind === "offline") return { code: "billing.unanswered", detail };
  return { code: kind === "protocol" || kind === "cancelled" ? `billing.${kind}` : "billing.offline", detail };
}

/** The error code of a read that was answered with a status other than 2xx. */
export function toErrorCode(status: number): ErrorCode {
  if (status === 401 || isRedirect(status)) return "billing.auth";
  if (status === 403) return "billing.permission";
  if (status === 404) return "billing.protocol"; // the API has all these paths: something else answers there
  return status === 408 || status === 425 || status === 429 || status >= 500 ? "billing.server" : "billing.rejected";
}

/**
 * What the server said, in its own words if it has any: detail or title, then each error with its place.
 * The kind is the last part of the problem's type, else a word for the status.
 * @source RFC 9457
 */
export function readServerProblem({ status, headers, body }: HttpAnswer, peer: Peer): Problem {
  if (isRedirect(status)) {
    const target = parseOrigin(headers["location"]);
    return {
      kind: "auth",
      detail:
        target === undefined
          ? t("{0} redirects to another page, which was not followed: connect to the right address.", peer.host)
          : t("{0} redirects to {1}, which was not followed: connect to the right address.", peer.host, target),
    };
  }
  const { type = "", title, detail, errors = [] } = parseAnswer(problemSchema, body) ?? {};
  const name = type.split(/[/:#]/).filter(Boolean).at(-1) ?? "";
  const isNamed = /^[\w.-]{1,64}$/.test(name) && name !== "blank";
  const kind = status === 401 ? "auth" : isNamed ? name : wordFor(status);
  const main = detail ?? title ?? statusText(status, peer);
  const faults = errors.map((fault) => {
    const place = fault.pointer?.replace(/^#?\/?/, "") ?? "";
    if (fault.detail === main) return place === "" ? "" : `(${place})`;
    return place === "" ? fault.detail : `${place} ${fault.detail}`;
  });
  const extra = faults.filter(Boolean).join("; ");
  return {
    kind,
    detail: tidy(extra === "" ? main : extra.startsWith("(") ? `${main} ${extra}` : `${main}: ${extra}`, peer),
  };
}

/** Reads problems whose text is elsewhere in the body than RFC 9457 has it. */
export function makeProblemReader(wordsIn: (body: unknown) => string | undefined): ProblemReader {
  return (answer, peer) => {
    const problem = readServerProblem(answer, peer);
    const words = isRedirect(answer.status) ? undefined : wordsIn(answer.body)?.trim();
    return words === undefined || words === "" ? problem : { ...problem, detail: tidy(words, peer) };
  };
}

/** An answer that does not match the API's contract. */
export function unreadable({ malformed }: HttpAnswer, { host }: Peer): Problem {
  return {
    kind: "protocol",
    detail: malformed
      ? t("{0} did not answer with JSON; a login page or a proxy may have answered instead.", host)
      : t("{0} returned what its API does not define.", host),
  };
}

/** What the server keeps of an entry. */
export function toRemoteEntry({
  id,
  externalId,
  revision,
  billedSeconds,
}: v.InferOutput<typeof entrySchema>): RemoteEntry {
  return {
    remoteId: id,
    externalId,
    ...(revision === undefined ? {} : { revision }),
    ...(billedSeconds === undefined ? {} : { billedSeconds: seconds(billedSeconds) }),
  };
}

/**
 * The pause that a server asks for: 0 for a past date, a day at most; undefined when it is neither whole seconds nor a date.
 * @param now milliseconds since 1970
 * @source RFC 9110 10.2.3
 */
export function parseRetryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  // Date.parse accepts almost anything: an HTTP date begins with its weekday.
  const wait = /^\d+$/.test(text)
    ? Number(text) * 1000
    : /^[A-Z][a-z]{2,8},? /.test(text)
      ? Date.parse(text) - now
      : NaN;
  return Number.isNaN(wait) ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, wait));
}

/** @source RFC 9110 6.6.1 */
function parseDate(value: string | undefined): number | undefined {
  const at = value === undefined ? NaN : Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

function networkProblem({ kind, code }: Extract<HttpResult, { readonly code: string }>, { host }: Peer): Problem {
  const offline = (detail: string): Problem => ({ kind: "offline", detail });
  if (isCertificateCode(code)) return offline(t("The certificate of {0} is not trusted ({1}).", host, code));
  switch (code) {
    case "ETIMEDOUT":
      return offline(
        kind === "lost"
          ? t("{0} did not answer in time.", host)
          : t("{0} cannot be reached: it does not answer.", host),
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return offline(t("{0} was not found. Is this computer online?", host));
    case "ECONNREFUSED":
      return offline(t("{0} refuses connections.", host));
    case "ABORTED":
      return { kind: "cancelled", detail: t("Stopped before {0} answered.", host) };
    case "ANSWER_TOO_LARGE":
      return { kind: "protocol", detail: t("{0} returned an answer that is too large.", host) };
    default:
      return offline(
        kind === "lost"
          ? t("The connection to {0} broke before it answered ({1}).", host, code)
          : t("{0} cannot be reached ({1}).", host, code),
      );
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** The host that a redirect leads to, if given; the rest of the address may hold secrets. */
function parseOrigin(location: string | undefined): string | undefined {
  const url = location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
  return url === undefined || url.origin === "null" ? undefined : url.origin;
}

function wordFor(status: number): string {
  const words: Readonly<Record<number, string>> = {
    403: "permission",
    404: "not-found",
    409: "conflict",
    413: "payload-too-large",
    429: "rate-limited",
  };
  return words[status] ?? (status === 408 || status >= 500 ? "server" : "validation");
}

function statusText(status: number, { host }: Peer): string {
  return status === 401
    ? t("{0} does not accept the token.", host)
    : t("{0} answered with HTTP status {1}.", host, status);
}

/** One line fit to be shown to a person, a thousand characters at most. */
export function tidy(text: string, peer: Peer): string {
  const line = Array.from(peer.redact(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "));
  return line.length <= MAX_DETAIL_LENGTH ? line.join("") : `${line.slice(0, MAX_DETAIL_LENGTH - 1).join("")}…`;
}
