import { describe, expect, it } from "vitest";
import {
  toErrorCode,
  readServerProblem,
  parseRetryAfterMs,
  toWriteResult,
} from "../../../../src/adapters/node/billing/shared/httpOutcome.ts";
import type { HttpResult } from "../../../../src/adapters/node/billing/shared/httpTransport.ts";

const PEER = { host: "billing.example.com", redact: (text: string) => text.replaceAll("secret-token", "•••") };
const TYPE = "https://billing.example.com/problems/";

function answer(status: number, body?: unknown, headers: Record<string, string> = {}) {
  return { kind: "answer", status, headers, body, malformed: false } as const;
}
const outcome = (result: HttpResult) => toWriteResult(result, "key-1", PEER);

describe("writeResultOf", () => {
  it.each([
    ["201", answer(201, { id: "te-1", externalId: "key-1", revision: 1, billedSeconds: 60, more: true })],
    ["200", answer(200, { id: "te-1", externalId: "key-1", revision: 1, billedSeconds: 60, start: null })],
  ])("%s with an entry: written, with the server's figures", (_, result) => {
    const remote = { remoteId: "te-1", externalId: "key-1", revision: 1, billedSeconds: 60 };
    expect(outcome(result)).toEqual({ kind: "written", remote });
  });

  it.each([
    ["without a body", undefined],
    ["with another entry", { id: "te-1", externalId: "key-2" }],
    ["without the server's id", { externalId: "key-1" }],
    ["with figures that are none", { id: "te-1", externalId: "key-1", billedSeconds: "60" }],
    ["with an error in it", { errors: [{ detail: "no" }] }],
  ])("2xx %s: perhaps written", (_, body) => {
    expect(outcome(answer(201, body))).toMatchObject({ kind: "unknown", problem: { kind: "protocol" } });
  });

  it.each([400, 402, 403, 404, 405, 412, 413, 415, 418, 422, 423])("%d: refused", (status) => {
    expect(outcome(answer(status))).toMatchObject({ kind: "rejected" });
  });

  it("takes a pause until a date by the server's clock, which may be a day off", () => {
    const headers = { date: "Tue, 10 Mar 2026 12:00:00 GMT", "retry-after": "Tue, 10 Mar 2026 12:00:30 GMT" };
    expect(outcome(answer(503, undefined, headers))).toMatchObject({ kind: "unknown", retryAfterMs: 30_000 });
    expect(outcome(answer(429, undefined, { ...headers, date: "nonsense" }))).toMatchObject({ retryAfterMs: 0 });
  });

  it.each([408, 500, 502, 503, 504, 599])("%d: perhaps written, with the server's pause", (status) => {
    expect(outcome(answer(status, undefined, { "retry-after": "5" }))).toMatchObject({
      kind: "unknown",
      retryAfterMs: 5000,
    });
    expect(outcome(answer(status))).not.toHaveProperty("retryAfterMs");
  });

  it.each([425, 429])("%d: later, with the server's pause", (status) => {
    const result = outcome(answer(status, undefined, { "retry-after": "5" }));
    expect(result).toMatchObject({ kind: "retryLater", stop: false, retryAfterMs: 5000 });
  });

  it.each([301, 302, 303, 307, 308, 401])("%d: ends the run, the token is to be asked for", (status) => {
    expect(outcome(answer(status))).toMatchObject({ kind: "retryLater", stop: true, problem: { kind: "auth" } });
  });

  it("409 by its type", () => {
    const conflict = (name: string) => outcome(answer(409, { type: TYPE + name }, { "retry-after": "1" }));
    expect(conflict("request-in-progress")).toMatchObject({ kind: "unknown", retryAfterMs: 1000 });
    expect(conflict("stale-revision")).toMatchObject({ kind: "rejected", problem: { kind: "stale-revision" } });
    expect(outcome(answer(409))).toMatchObject({ kind: "rejected", problem: { kind: "conflict" } });
  });

  it.each([
    ["ECONNREFUSED", "billing.example.com refuses connections."],
    ["ENOTFOUND", "billing.example.com was not found. Is this computer online?"],
    ["ETIMEDOUT", "billing.example.com cannot be reached: it does not answer."],
    ["CERT_HAS_EXPIRED", "The certificate of billing.example.com is not trusted (CERT_HAS_EXPIRED)."],
    ["EHOSTUNREACH", "billing.example.com cannot be reached (EHOSTUNREACH)."],
  ])("not sent because of %s: later, ends the run", (code, detail) => {
    const problem = { kind: "offline", detail };
    expect(outcome({ kind: "notSent", code })).toEqual({ kind: "retryLater", problem, stop: true });
  });

  it.each([
    ["ETIMEDOUT", "offline", "billing.example.com did not answer in time."],
    ["ECONNRESET", "offline", "The connection to billing.example.com broke before it answered (ECONNRESET)."],
    ["ABORTED", "cancelled", "Stopped before billing.example.com answered."],
    ["ANSWER_TOO_LARGE", "protocol", "billing.example.com returned an answer that is too large."],
  ])("lost because of %s: perhaps written", (code, kind, detail) => {
    expect(outcome({ kind: "lost", code })).toEqual({ kind: "unknown", problem: { kind, detail } });
  });
});

describe("problemOf", () => {
  const problem = (body: unknown, status = 422) => readServerProblem(answer(status, body), PEER);

  it.each([
    ["https://billing.example.com/problems/case-closed", "case-closed"],
    ["https://billing.example.com/problems/case-closed/", "case-closed"],
    ["urn:problem:period-locked", "period-locked"],
    ["https://example.com/problems#overlap", "overlap"],
    ["about:blank", "validation"],
    ["", "validation"],
    ["https://example.com/ein%20satz", "validation"],
  ])("takes the kind from the type %s", (type, kind) => {
    expect(problem({ type, title: "No" })).toEqual({ kind, detail: "No" });
  });

  it.each([
    [401, "auth"],
    [403, "permission"],
    [404, "not-found"],
    [409, "conflict"],
    [413, "payload-too-large"],
    [429, "rate-limited"],
    [503, "server"],
  ])("has a word for status %d without a type", (status, kind) => {
    expect(problem(undefined, status).kind).toBe(kind);
    expect(problem("<h1>No</h1>", status).detail).toContain("billing.example.com");
  });

  it("names each fault with its place, and none twice", () => {
    const errors = [
      { detail: "must be >= 0", pointer: "#/observedSeconds" },
      { detail: "is not known", pointer: "#/evidence/files" },
      { detail: "is too old" },
    ];
    expect(problem({ title: "Not valid", errors }).detail).toBe(
      "Not valid: observedSeconds must be >= 0; evidence/files is not known; is too old",
    );
    expect(
      problem({ detail: "It is closed.", errors: [{ detail: "It is closed.", pointer: "#/caseId" }] }).detail,
    ).toBe("It is closed. (caseId)");
  });

  it("makes one line of it, without the token, not too long", () => {
    expect(problem({ detail: "The token secret-token\nis\u0000unknown" }).detail).toBe("The token ••• is unknown");
    const { detail } = problem({ detail: "é".repeat(5000) });
    expect({ length: detail.length, last: detail.at(-1) }).toEqual({ length: 1000, last: "…" });
  });
});

describe("retryAfterMs", () => {
  const now = Date.parse("2026-03-10T09:00:00Z");

  it.each([
    ["0", 0],
    [" 120 ", 120_000],
    ["Tue, 10 Mar 2026 09:01:00 GMT", 60_000],
    ["Tuesday, 10-Mar-26 09:01:00 GMT", 60_000],
    ["Tue, 10 Mar 2026 08:00:00 GMT", 0],
    ["999999999", 86_400_000],
    ["5 minutes", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["Soon, or later", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s", (value, expected) => {
    expect(parseRetryAfterMs(value, now)).toBe(expected);
  });
});

describe("errorCodeOf", () => {
  it.each([
    [401, "billing.auth"],
    [302, "billing.auth"],
    [403, "billing.permission"],
    [404, "billing.protocol"],
    [400, "billing.rejected"],
    [408, "billing.server"],
    [429, "billing.server"],
    [500, "billing.server"],
  ])("%d", (status, code) => {
    expect(toErrorCode(status)).toBe(code);
  });
});
