/** Status and title of every problem the endpoint answers with, by the last part of its type. */
const PROBLEMS = {
  "malformed-request": [400, "The body is not JSON"],
  "invalid-parameter": [400, "A parameter is not valid"],
  "idempotency-key-missing": [400, "The idempotency key is missing or malformed"],
  unauthorized: [401, "No valid token"],
  "not-found": [404, "No such path"],
  "method-not-allowed": [405, "The path does not have this method"],
  "request-in-progress": [409, "The first request with this key is still running"],
  "stale-revision": [409, "A later revision is stored"],
  "payload-too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "The body is not declared as JSON"],
  validation: [422, "The request is not valid"],
  "idempotency-key-mismatch": [422, "The idempotency key is not the entry's external id"],
  "idempotency-key-reused": [422, "The key was used with another payload"],
  "unknown-case": [422, "No such case"],
  "case-closed": [422, "The case is closed"],
  "unknown-activity": [422, "The case has no such activity"],
  "rate-limited": [429, "Too many requests"],
  "internal-error": [500, "A fault of the server"],
  unavailable: [503, "Down for a while"],
} as const satisfies Record<string, readonly [number, string]>;

/** The last part of a problem's type. */
export type ProblemName = keyof typeof PROBLEMS;

/** What all problem types start with. They are identifiers, not addresses. */
export const PROBLEM_BASE = "https://billing.example.com/problems/";

/** One fault of a body. */
export interface ProblemDetail {
  readonly detail: string;
  /** JSON pointer into the body as a URI fragment. */
  readonly pointer: string;
}

/** An RFC 9457 problem. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly ProblemDetail[];
}

/** A problem of that name. */
export function problem(name: ProblemName, detail?: string, errors?: readonly ProblemDetail[]): Problem {
  const [status, title] = PROBLEMS[name];
  return {
    type: PROBLEM_BASE + name,
    title,
    status,
    ...(detail !== undefined && { detail }),
    ...(errors !== undefined && { errors }),
  };
}

/** A problem that one member of the body causes. */
export function problemAt(pointer: string, name: ProblemName, detail: string): Problem {
  return problem(name, detail, [{ detail, pointer }]);
}

/** What is sent back: a status with the headers that belong to it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer in JSON. @param text the serialised value */
export function jsonAnswer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: text };
}

/** A problem as an answer. */
export function problemAnswer(value: Problem, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: value.status,
    headers: { "Content-Type": "application/problem+json", ...headers },
    body: JSON.stringify(value),
  };
}

/** An answer without a body. */
export const NO_CONTENT: Answer = { status: 204, headers: {}, body: "" };
